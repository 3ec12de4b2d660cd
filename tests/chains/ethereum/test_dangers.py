from collections.abc import Mapping

from tests.chains.ethereum.contracts.test_contracts import END, OTHER, ROUTER, THEM, TOKEN, US, calldata

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.contracts import decode
from tandem.chains.ethereum.contracts.step import Call
from tandem.chains.ethereum.dangers import (
    DANGERS,
    NOTES,
    Finding,
    Known,
    addresses,
    findings,
    leaving,
    look_alike,
    recipients,
    tokens,
)
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.telling import View

V2 = parse("0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D")
VIEW = View(networks.BY_CHAIN["eip155:1"], US, {TOKEN: Token(TOKEN, "TKN", 6), OTHER: Token(OTHER, "OTH", 18)})
LIKE = US[:2] + b"\x77" * 16 + US[-2:]


def found(data: bytes, to: bytes = TOKEN, value: int = 0, known: Known | None = None) -> dict[str, Finding]:
    given = findings(decode(Call(1, US, to, value, data)), VIEW, known or Known())
    assert {each.kind for each in given} <= DANGERS | NOTES
    return {each.kind: each for each in given}


def transfer(to: bytes) -> bytes:
    return calldata("transfer(address,uint256)", to, 7)


def test_an_everyday_transfer_has_none() -> None:
    assert found(transfer(THEM)) == {}
    assert found(b"", THEM, 5) == {}


def test_permissions() -> None:
    approve = calldata("approve(address,uint256)", THEM, END)
    assert set(found(approve)) == {"unlimited"}
    assert set(found(calldata("setApprovalForAll(address,bool)", THEM, True))) == {"all_items"}
    assert set(found(calldata("setApprovalForAll(address,bool)", THEM, False))) == set()
    assert set(found(approve, known=Known(code={THEM: False}))) == {"unlimited", "spender_is_person"}
    assert set(found(approve, known=Known(code={THEM: True}))) == {"unlimited"}
    revoke = calldata("approve(address,uint256)", THEM, 0)
    assert found(revoke, known=Known(code={THEM: False})) == {}


def test_recipients_of_no_use() -> None:
    assert set(found(transfer(bytes(20)))) == {"to_nobody"}
    assert set(found(transfer(bytes(18) + b"\xde\xad"))) == {"to_nobody"}
    assert set(found(b"", bytes(20), 5)) == {"to_nobody"}
    assert set(found(transfer(TOKEN))) == {"to_token_contract"}
    assert set(found(transfer(US))) == {"to_self"}


def test_an_address_made_to_be_mistaken() -> None:
    assert found(transfer(LIKE))["look_alike"] == Finding("look_alike", LIKE, US)
    assert found(b"", LIKE, 5)["look_alike"] == Finding("look_alike", LIKE, US), "coins as well as tokens"
    used = b"\xab\xcd" + b"\1" * 16 + b"\xef\x01"
    poison = b"\xab\xcd" + b"\2" * 16 + b"\xef\x01"
    known = Known(used=frozenset({used}))
    assert found(transfer(poison), known=known)["look_alike"].like == used
    assert found(transfer(used), known=known) == {}
    assert look_alike(poison[:1] + b"\xcc" + poison[2:], frozenset({used})) is None
    approve = calldata("approve(address,uint256)", poison, 7)
    assert "look_alike" in found(approve, known=known)
    bundle = calldata("multicall(bytes[])", (transfer(poison),))
    assert "look_alike" in found(bundle, known=known), "inside a bundle too"


def test_the_first_time_is_told_only_when_earlier_ones_are_known() -> None:
    assert set(found(transfer(THEM), known=Known(used=frozenset()))) == {"first_time"}
    assert found(transfer(THEM), known=Known(used=frozenset({THEM}))) == {}
    assert set(found(b"", THEM, 5, known=Known(used=frozenset()))) == {"first_time"}
    known = Known(used=frozenset({THEM}), code={THEM: True})
    assert set(found(transfer(THEM), known=known)) == {"to_contract"}


def test_what_is_not_understood_or_only_claimed() -> None:
    assert set(found(b"\xde\xad\xbe\xef")) == {"not_understood"}
    swap = calldata("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, 4, (TOKEN, OTHER), US, 9)
    assert set(found(swap, ROUTER)) == {"unknown_contract"}
    assert found(swap, V2) == {}
    away = calldata(
        "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, 4, (TOKEN, OTHER), THEM, 9
    )
    assert set(found(away, V2)) == {"others_gain"}


def test_amounts_nobody_can_judge() -> None:
    assert set(found(calldata("transfer(address,uint256)", THEM, 7), to=ROUTER)) == {"uncounted"}
    assert set(found(calldata("approve(address,uint256)", THEM, END), to=ROUTER)) == {"unlimited"}


def test_more_than_there_is() -> None:
    balances: Mapping[bytes | None, int] = {TOKEN: 6}
    assert set(found(transfer(THEM), known=Known(balances=balances))) == {"over_balance"}
    assert found(transfer(THEM), known=Known(balances={TOKEN: 7})) == {}
    twice = decode(Call(1, US, TOKEN, 0, calldata("multicall(bytes[])", (transfer(THEM), transfer(THEM)))))
    assert leaving(twice, US) == {TOKEN: 14}
    moved = decode(Call(1, US, TOKEN, 0, calldata("transferFrom(address,address,uint256)", THEM, US, 7)))
    assert leaving(moved, US) == {}


def test_whom_something_of_ones_own_goes_to() -> None:
    def whom(data: bytes, value: int = 0, to: bytes = TOKEN) -> tuple[bytes, ...]:
        return recipients(decode(Call(1, US, to, value, data)), US)

    moved = "transferFrom(address,address,uint256)"
    assert whom(transfer(THEM)) == (THEM,) and whom(b"", 5, THEM) == (THEM,)
    assert whom(calldata(moved, US, THEM, 7)) == (THEM,)
    assert whom(calldata(moved, THEM, OTHER, 7)) == whom(transfer(US)) == ()
    bundle = "aggregate3((address,bool,bytes)[])"
    assert whom(calldata(bundle, ((TOKEN, False, calldata(moved, US, THEM, 7)),))) == (THEM,)
    assert whom(calldata(bundle, ((TOKEN, False, transfer(THEM)),))) == (), "the bundler's own"


def test_what_a_node_is_asked_about() -> None:
    swap = calldata(
        "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, 4, (TOKEN, OTHER), THEM, 9
    )
    step = decode(Call(1, US, V2, 0, swap))
    assert addresses(step) == (THEM,) and tokens(step) == (TOKEN, OTHER)
