import pytest

from tandem.chains.ethereum.fees import Fees, suggest
from tandem.errors import ChainNodeError


def test_room_for_the_base_fee_to_double_and_the_median_tip() -> None:
    history = {"baseFeePerGas": ["0x1", "0x64"], "reward": [["0x989680"], ["0x1312d00"], ["0x5f5e100"]]}
    assert suggest(history) == Fees(200 + 20_000_000, 20_000_000)


def test_empty_blocks_still_pay_something() -> None:
    assert suggest({"baseFeePerGas": ["0x0"]}).priority_fee > 0


@pytest.mark.parametrize("history", [None, [], {}, {"baseFeePerGas": []}, {"baseFeePerGas": ["x"]}])
def test_nonsense(history: object) -> None:
    with pytest.raises(ChainNodeError):
        suggest(history)  # type: ignore[arg-type]
