import pytest

from chains.solana.making import (
    MINT,
    OTHER,
    OURS,
    PEER,
    THEIRS,
    US,
    Call,
    Meta,
    approve,
    checked_transfer,
    compiled,
    limit,
    note,
    open_associated,
    plain_transfer,
    price,
    send,
    strange,
    token_call,
    u64,
)
from tandem.chains.solana import effect
from tandem.chains.solana.address import parse
from tandem.chains.solana.effect import Effect, Outflow
from tandem.chains.solana.programs import associated_token, compute_budget

ASSOCIATED = associated_token.address(PEER, MINT)


def effect_of(*calls: Call) -> Effect:
    return effect.of(compiled(*calls), US)


def opened(owner: bytes) -> Call:
    return token_call(18, owner, (THEIRS, "w"), (MINT,))


def test_what_leaves_is_summed_by_asset() -> None:
    found = effect_of(send(5), send(7), send(9, source=PEER, recipient=US), checked_transfer(3), checked_transfer(4))
    assert found.leaves == (Outflow(None, 12, None), Outflow(MINT, 7, 6))


def test_nothing_leaves_where_source_and_destination_are_the_same() -> None:
    assert effect_of(send(5, recipient=US), plain_transfer(5, OURS, OURS), send(0)).leaves == ()


def test_burnt_tokens_leave() -> None:
    assert effect_of(token_call(8, u64(5), (OURS, "w"), (MINT, "w"), (US, "s"))).leaves == (Outflow(MINT, 5, None),)


def new_account(funder: bytes) -> Call:
    return Call(bytes(32), (Meta(funder, "sw"), Meta(OTHER, "sw")), bytes(4) + u64(7) + u64(0) + PEER)


def test_what_a_new_account_is_given_leaves_its_funder() -> None:
    assert effect_of(new_account(US)).leaves == (Outflow(None, 7, None),)
    assert effect_of(new_account(PEER)).leaves == ()


def test_what_others_move_or_burn_does_not_leave_us() -> None:
    moved = token_call(3, u64(5), (OURS, "w"), (THEIRS, "w"), (PEER, "s"))
    burnt = token_call(8, u64(5), (OURS, "w"), (MINT, "w"), (PEER, "s"))
    assert effect_of(moved, burnt).leaves == ()


def test_settings_of_different_kinds_do_not_repeat_each_other() -> None:
    heap, loaded = (Call(compute_budget.PROGRAM, (), bytes([tag]) + bytes(4)) for tag in (1, 4))
    assert effect_of(heap, loaded, limit(1), price(1)).understood
    assert not effect_of(heap, heap).understood


def test_an_unnamed_token_goes_by_its_account() -> None:
    assert effect_of(plain_transfer(5)).leaves == (Outflow(OURS, 5, None),)


def test_an_account_opened_here_names_owner_and_mint() -> None:
    found = effect_of(open_associated(), plain_transfer(5, OURS, ASSOCIATED))
    assert found.owner(ASSOCIATED) == PEER and found.leaves == (Outflow(MINT, 5, None),)


@pytest.mark.parametrize(
    "spoiler",
    [
        token_call(6, b"\2\1" + OTHER, (THEIRS, "w"), (US, "s")),
        token_call(9, b"", (THEIRS, "w"), (PEER, "w"), (US, "s")),
        opened(OTHER),
        strange((THEIRS, "w")),
    ],
)
def test_an_owner_that_could_change_is_not_told(spoiler: Call) -> None:
    assert effect_of(opened(PEER), plain_transfer(5)).owner(THEIRS) == PEER
    for calls in ((opened(PEER), plain_transfer(5), spoiler), (spoiler, opened(PEER), plain_transfer(5))):
        assert effect_of(*calls).owner(THEIRS) is None


@pytest.mark.parametrize(
    ("calls", "fee"),
    [
        ((send(1),), 5000),
        ((send(1), note(b"x", PEER)), 10000),
        ((send(1), limit(100_000), price(1_000_000)), 105_000),
        ((send(1), limit(3), price(1)), 5001),
        ((send(1), price(1_000_000)), 205_000),
        ((send(1), limit(2_000_000), price(1_000_000)), 1_405_000),
        ((send(1), price(1), price(1)), None),
        ((send(1), Call(compute_budget.PROGRAM, (), b"\3" + bytes(9))), None),
        ((Call(parse("Ed25519SigVerify111111111111111111111111111"), (), b"\2\0"),), 15000),
        ((Call(parse("Ed25519SigVerify111111111111111111111111111"), (), b""),), 5000),
        ((strange(data=b"\2\0"),), 5000),
    ],
)
def test_fees(calls: tuple, fee: int | None) -> None:
    assert effect_of(*calls).fee == fee


@pytest.mark.parametrize(
    ("call", "warnings"),
    [
        (send(1), ()),
        (approve(1), ()),
        (approve(1 << 63), ("unlimited",)),
        (strange((OURS, "w")), ("not_understood",)),
        (strange((US, "s")), ("not_understood", "acts_for_you")),
        (token_call(6, b"\2\0", (OURS, "w"), (US, "s")), ("hands_over",)),
        (token_call(9, b"", (OURS, "w"), (PEER, "w"), (US, "s")), ("closes_to_other",)),
        (token_call(9, b"", (OURS, "w"), (US, "sw"), (US, "sw")), ()),
    ],
)
def test_warnings(call: Call, warnings: tuple) -> None:
    assert effect_of(call).warnings == warnings


def test_handing_an_account_to_a_program_is_warned_of() -> None:
    call = Call(bytes(32), send(1).metas[:1], (1).to_bytes(4, "little") + OTHER)
    assert effect_of(call).warnings == ("hands_over",)


def test_a_durable_nonce_is_warned_of() -> None:
    sysvar = parse("SysvarRecentB1ockHashes11111111111111111111")
    call = Call(bytes(32), (Meta(PEER, "w"), Meta(sysvar), Meta(US, "s")), (4).to_bytes(4, "little"))
    assert effect_of(call, send(1)).warnings == ("no_expiry",)


def test_settings_memos_and_deposits_are_not_the_purpose() -> None:
    found = effect_of(limit(1), price(1), note(b"x"), open_associated(), send(1))
    assert [type(step).__name__ for step in found.purpose] == ["SolTransfer"] and found.understood
    assert not effect_of(send(1), strange()).understood
