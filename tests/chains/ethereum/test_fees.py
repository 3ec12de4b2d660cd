import pytest

from tandem.chains.ethereum.fees import SPEEDS, Fees, outbidding, suggest, suggest_legacy
from tandem.errors import ChainNodeError
from tandem.wire import Json

GWEI = 10**9


def history(base: int, *rows: tuple[int, int, int], used: list[float] | None = None) -> dict[str, Json]:
    made: dict[str, Json] = {
        "baseFeePerGas": ["0x1", hex(base)],
        "reward": [[hex(tip * GWEI) for tip in row] for row in rows],
    }
    return made if used is None else made | {"gasUsedRatio": list(used)}


def test_each_speed_has_room_for_the_base_fee_and_the_median_tip_of_its_percentile() -> None:
    assert suggest(history(100 * GWEI, (1, 2, 3), (2, 3, 9), (3, 4, 5))) == {
        "slow": Fees(113 * GWEI + 2 * GWEI, 2 * GWEI),
        "normal": Fees(200 * GWEI + 3 * GWEI, 3 * GWEI),
        "fast": Fees(260 * GWEI + 5 * GWEI, 5 * GWEI),
    }


def test_a_faster_speed_never_pays_less() -> None:
    speeds = suggest(history(7, (5, 4, 3)))
    tips = [speeds[name].priority_fee for name in SPEEDS]
    assert tips == sorted(tips) and [speeds[n].max_fee for n in SPEEDS] == sorted(speeds[n].max_fee for n in SPEEDS)


def test_blocks_without_transactions_say_nothing_of_tips() -> None:
    rows = [(0, 0, 0), (0, 0, 0), (4, 5, 6)]
    assert suggest(history(GWEI, *rows, used=[0, 0, 0.5]))["normal"].priority_fee == 5 * GWEI


def test_empty_blocks_still_pay_something() -> None:
    assert all(each.priority_fee > 0 for each in suggest({"baseFeePerGas": ["0x0"]}).values())


@pytest.mark.parametrize("nonsense", [None, [], {}, {"baseFeePerGas": []}, {"baseFeePerGas": ["x"]}])
def test_nonsense(nonsense: Json) -> None:
    with pytest.raises(ChainNodeError):
        suggest(nonsense)


def test_on_a_legacy_network_both_are_the_gas_price() -> None:
    speeds = suggest_legacy(hex(3 * GWEI))
    assert speeds["slow"] == Fees(3 * GWEI, 3 * GWEI)
    assert all(each.max_fee == each.priority_fee for each in speeds.values())
    assert speeds["slow"].max_fee < speeds["normal"].max_fee < speeds["fast"].max_fee
    with pytest.raises(ChainNodeError):
        suggest_legacy(None)


def test_a_replacement_pays_an_eighth_more_of_both_and_no_less_than_is_usual() -> None:
    for wei in (0, 1, 7, 8, 9, 10**9, 10**9 + 1):
        raised = outbidding(Fees(wei, wei), Fees(0, 0))
        assert raised.max_fee * 8 >= wei * 9 and raised.max_fee > wei and raised.priority_fee * 8 >= wei * 9
    assert outbidding(Fees(100, 10), Fees(500, 200)) == Fees(500, 200)
    assert outbidding(Fees(100, 10), Fees(110, 300)) == Fees(300, 300)  # the tip is never over the whole
