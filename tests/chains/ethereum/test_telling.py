"""The phone's lines and the screens' fields come from one tree of steps."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.chains.ethereum.contracts import test_contracts as calls
from tests.chains.ethereum.contracts.test_contracts import END, OTHER, ROUTER, THEM, TOKEN, US, calldata

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.contracts import TABLES, decode
from tandem.chains.ethereum.contracts.step import Call, Step, Units
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.summary import transaction_summary
from tandem.chains.ethereum.telling import FACTS, KINDS, View, amount, counted, fields, lines, moment
from tandem.chains.ethereum.tx import Transaction

VIEW = View(networks.BY_CHAIN["eip155:1"], US, {TOKEN: Token(TOKEN, "TKN", 6)})
SWAP = "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)"


def test_amounts_in_human_units_where_they_are_known() -> None:
    known = {"value": "1.5", "symbol": "TKN", "exact": "1500000", "bound": "least", "item": False}
    assert amount(Units(TOKEN, 1_500_000, "least"), VIEW) == known | {"token": "0x" + "05" * 20}
    assert amount(Units(OTHER, 7), VIEW)["value"] == "7"
    assert amount(Units(None, 10**18), VIEW)["symbol"] == "ETH"
    assert amount(Units(TOKEN, 7, item=True), VIEW)["value"] == "7"


def test_amounts_on_the_phone() -> None:
    bare = replace(VIEW, tokens={OTHER: Token(OTHER, None, 2)})
    said = [
        counted(Units(TOKEN, 1_500_000, "least"), VIEW),
        counted(Units(OTHER, 7, "most"), VIEW),
        counted(Units(OTHER, 700), bare),
        counted(Units(None, 10**17), VIEW),
        counted(Units(TOKEN, 0, "all"), VIEW),
        counted(Units(TOKEN, 42, item=True), VIEW),
    ]
    assert said == ["at least 1.5 TKN", "at most 7 base units", "7 tokens", "0.1 ETH", "all TKN", "number 42 TKN"]


def test_what_is_certain_goes_before_what_a_contract_says_of_itself() -> None:
    lying = replace(VIEW, tokens={calls.WETH: Token(calls.WETH, "USDC", 6)})
    assert amount(Units(calls.WETH, 10**18), lying)["symbol"] == "WETH"


def shown(step: Step) -> dict[str, str]:
    return dict(lines(step, VIEW))


def test_a_swap_on_the_phone() -> None:
    step = decode(Call(1, US, ROUTER, 0, calldata(SWAP, 1_500_000, 4, (TOKEN, calls.WETH), US, 1_893_456_000)))
    told = list(lines(step, VIEW))
    assert told[0] == ("Swap", "1.5 TKN")
    assert ("Gets", "at least 0.000000000000000004 WETH") in told
    assert ("Not after", "2030-01-01 00:00 UTC") in told
    assert ("To", "0x" + "01" * 20 + " (your account)") in told
    assert any(label == "Warning" for label, _ in told), "that router is not known"


def test_a_bundle_on_the_phone_is_told_part_by_part() -> None:
    approve = calldata("approve(address,uint256)", THEM, END)
    data = calldata(
        "multicall(bytes[])", (calldata("transfer(address,uint256)", THEM, 7), approve, b"\xde\xad\xbe\xef")
    )
    told = list(lines(decode(Call(1, US, TOKEN, 0, data)), VIEW))
    assert ("Several steps", "3 in one call") in told
    assert [text for label, text in told if label == "Step"] == ["1 of 3", "2 of 3", "3 of 3"]
    assert ("Send token", "0.000007 TKN") in told
    assert ("Allow spending", "UNLIMITED: all of this token, now and later") in told
    assert ("Not understood", "a contract call, function 0xdeadbeef, 4 bytes") in told


def test_the_call_of_another_says_whose_it_is() -> None:
    data = calldata(
        "aggregate3((address,bool,bytes)[])", ((TOKEN, False, calldata("transfer(address,uint256)", THEM, 7)),)
    )
    step = decode(Call(1, US, ROUTER, 0, data))
    assert shown(step)["Done by"] == "0x" + "07" * 20
    inner = fields(step, VIEW)["steps"][0]
    assert inner["sender"] == "0x" + "07" * 20 and fields(step, VIEW)["sender"] is None


def test_every_kind_and_fact_has_words() -> None:
    """What the readers can say, found by running all of them over plain values."""
    from random import Random

    from tests.oracles.ethereum.test_abi import FUNCTIONS, nested

    chance, seen = Random(3), set()
    for number in range(2000):
        function = FUNCTIONS[number % len(FUNCTIONS)]
        data = function.call(*(nested(chance, kind, 2) for kind in function.arguments.members or ()))
        step = decode(Call(1, US, ROUTER, 0, data))
        list(lines(step, VIEW))
        fields(step, VIEW)
        for each in step.all():
            assert each.kind in KINDS and all(name in FACTS for name, _ in each.facts)
            seen.add(each.kind)
    assert len(seen) > 20 and sum(map(len, TABLES)) == len(FUNCTIONS)


@pytest.mark.parametrize(("epoch", "text"), [(0, "1970-01-01 00:00 UTC"), (1 << 48, "for ever"), (END, "for ever")])
def test_moments(epoch: int, text: str) -> None:
    assert moment(epoch) == text


def test_the_calendar_is_the_usual_one() -> None:
    for day in range(0, 2_932_896, 997):
        assert moment(day * 86400 + 3661) == f"{date(1970, 1, 1) + timedelta(days=day)} 01:01 UTC"


def summary(data: bytes, *, to: bytes = TOKEN, value: int = 0) -> dict:
    return transaction_summary(Transaction(1, 0, 1, 2, 21000, to, value, data), VIEW)


def test_headings() -> None:
    approve, transfer = calldata("approve(address,uint256)", THEM, END), calldata("transfer(address,uint256)", THEM, 7)
    assert summary(approve)["title"] == "erc20_approve"
    assert summary(calldata("multicall(bytes[])", (transfer,)))["title"] == "erc20_transfer"
    both = summary(calldata("multicall(bytes[])", (transfer, approve)))
    assert (both["title"], both["unlimited"], both["understood"]) == ("several", True, True)
    assert [each["value"] for each in both["leaves"]] == ["0.000007"]
    assert summary(calldata("multicall(bytes[])", (transfer, b"\1\2\3\4")))["understood"] is False
    assert summary(b"\1\2\3\4")["title"] == "contract_call"
    item = summary(calldata("safeTransferFrom(address,address,uint256)", US, THEM, 42))
    assert item["title"] == "nft_transfer" and item["leaves"][0]["item"] is True
    assert [found["kind"] for found in both["findings"]] == ["unlimited"]
