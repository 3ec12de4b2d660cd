"""Each shape is understood, and stops being so with any change to its accounts, flags or data."""

import dataclasses

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
from tandem.chains.solana.address import parse
from tandem.chains.solana.message import Instruction, Loaded, Lookup
from tandem.chains.solana.programs import associated_token, compute_budget, decode, system, token
from tandem.chains.solana.programs.meaning import (
    AdvanceNonce,
    Assign,
    AssociatedAccount,
    ComputeLimit,
    ComputeMemory,
    ComputePrice,
    Memo,
    NewAccount,
    NotUnderstood,
    SolTransfer,
    TokenAccountOpened,
    TokenApproval,
    TokenAuthority,
    TokenBurn,
    TokenClose,
    TokenMint,
    TokenRevoke,
    TokenSync,
    TokenTransfer,
)

T, T22 = token.TOKEN, token.TOKEN_2022
RENT = parse("SysvarRent111111111111111111111111111111111")
BLOCKHASHES = parse("SysvarRecentB1ockHashes11111111111111111111")
ASSOCIATED = associated_token.address(PEER, MINT)


def system_call(tag: int, data: bytes, *metas: tuple) -> Call:
    return Call(system.PROGRAM, tuple(Meta(*meta) for meta in metas), tag.to_bytes(4, "little") + data)


CASES = [
    (send(5), SolTransfer(US, PEER, 5)),
    (
        system_call(0, u64(7) + u64(165) + OTHER, (US, "sw"), (PEER, "sw")),
        NewAccount(US, PEER, 7, 165, OTHER),
    ),
    (system_call(1, OTHER, (US, "sw")), Assign(US, OTHER)),
    (system_call(4, b"", (PEER, "w"), (BLOCKHASHES,), (US, "s")), AdvanceNonce(PEER, US)),
    (plain_transfer(5), TokenTransfer(T, OURS, THEIRS, US, 5, None, None)),
    (checked_transfer(5, 6), TokenTransfer(T, OURS, THEIRS, US, 5, MINT, 6)),
    (checked_transfer(5, 6, program=T22), TokenTransfer(T22, OURS, THEIRS, US, 5, MINT, 6)),
    (
        token_call(26, b"\1" + u64(5) + b"\6" + u64(1), (OURS, "w"), (MINT,), (THEIRS, "w"), (US, "s"), program=T22),
        TokenTransfer(T22, OURS, THEIRS, US, 5, MINT, 6),
    ),
    (approve(5), TokenApproval(T, OURS, PEER, US, 5, None, None)),
    (
        token_call(13, u64(5) + b"\6", (OURS, "w"), (MINT,), (PEER,), (US, "s")),
        TokenApproval(T, OURS, PEER, US, 5, MINT, 6),
    ),
    (token_call(5, b"", (OURS, "w"), (US, "s")), TokenRevoke(T, OURS, US)),
    (token_call(6, b"\2\1" + PEER, (OURS, "w"), (US, "s")), TokenAuthority(T, OURS, US, 2, PEER)),
    (token_call(6, b"\3\0", (OURS, "w"), (US, "s")), TokenAuthority(T, OURS, US, 3, None)),
    (token_call(7, u64(5), (MINT, "w"), (OURS, "w"), (US, "s")), TokenMint(T, OURS, US, 5, MINT, None)),
    (token_call(14, u64(5) + b"\6", (MINT, "w"), (OURS, "w"), (US, "s")), TokenMint(T, OURS, US, 5, MINT, 6)),
    (token_call(8, u64(5), (OURS, "w"), (MINT, "w"), (US, "s")), TokenBurn(T, OURS, US, 5, MINT, None)),
    (token_call(15, u64(5) + b"\6", (OURS, "w"), (MINT, "w"), (US, "s")), TokenBurn(T, OURS, US, 5, MINT, 6)),
    (token_call(9, b"", (OURS, "w"), (PEER, "w"), (US, "s")), TokenClose(T, OURS, PEER, US)),
    (token_call(17, b"", (OURS, "w")), TokenSync(T, OURS)),
    (token_call(1, b"", (OURS, "w"), (MINT,), (PEER,), (RENT,)), TokenAccountOpened(T, OURS, MINT, PEER)),
    (token_call(16, PEER, (OURS, "w"), (MINT,), (RENT,)), TokenAccountOpened(T, OURS, MINT, PEER)),
    (token_call(18, PEER, (OURS, "w"), (MINT,)), TokenAccountOpened(T, OURS, MINT, PEER)),
    (open_associated(), AssociatedAccount(T, US, ASSOCIATED, PEER, MINT, True)),
    (open_associated(data=b"\0"), AssociatedAccount(T, US, ASSOCIATED, PEER, MINT, False)),
    (
        open_associated(program=T22),
        AssociatedAccount(T22, US, associated_token.address(PEER, MINT, T22), PEER, MINT, True),
    ),
    (limit(5), ComputeLimit(5)),
    (price(5), ComputePrice(5)),
    (Call(compute_budget.PROGRAM, (), b"\1" + bytes(4)), ComputeMemory("heap", 0)),
    (Call(compute_budget.PROGRAM, (), b"\4\1\0\0\0"), ComputeMemory("loaded_accounts", 1)),
    (note("héllo".encode(), US), Memo("héllo", (US,))),
]


def meaning(call: Call) -> object:
    message = compiled(call)
    return decode(message, message.instructions[0])


def ids(cases: list) -> list[str]:
    return [f"{n}-{type(case[1]).__name__}" for n, case in enumerate(cases)]


@pytest.mark.parametrize(("call", "step"), CASES, ids=ids(CASES))
def test_understood(call: Call, step: object) -> None:
    assert meaning(call) == step


@pytest.mark.parametrize(("call", "step"), CASES, ids=ids(CASES))
def test_one_account_more_or_less_is_another_shape(call: Call, step: object) -> None:
    assert isinstance(meaning(call._replace(metas=(*call.metas, Meta(OTHER)))), NotUnderstood)
    if call.metas and not isinstance(step, Memo):
        assert isinstance(meaning(call._replace(metas=call.metas[:-1])), NotUnderstood)


@pytest.mark.parametrize(("call", "step"), CASES, ids=ids(CASES))
def test_data_of_another_length_is_another_shape(call: Call, step: object) -> None:
    if isinstance(step, Memo):
        return
    assert isinstance(meaning(call._replace(data=call.data + b"\0\0")), NotUnderstood)
    if not isinstance(step, AssociatedAccount):
        assert isinstance(meaning(call._replace(data=call.data[:-1])), NotUnderstood)


@pytest.mark.parametrize(("call", "step"), CASES, ids=ids(CASES))
def test_every_flag_is_needed(call: Call, step: object) -> None:
    """Without its signature or its write an instruction fails on the chain: it is not what it looks like."""
    for place, meta in enumerate(call.metas):
        for flag in meta.needs:
            less = Meta(meta.key, meta.needs.replace(flag, ""))
            changed = call._replace(metas=(*call.metas[:place], less, *call.metas[place + 1 :]))
            message = compiled(changed, payer=OTHER)
            assert isinstance(decode(message, message.instructions[0]), NotUnderstood), (place, flag)


@pytest.mark.parametrize(("call", "step"), CASES, ids=ids(CASES))
def test_an_account_from_a_lookup_table_is_not_guessed_at(call: Call, step: object) -> None:
    message = compiled(call)
    instruction = message.instructions[0]
    for place in range(len(instruction.accounts)):
        accounts = bytearray(instruction.accounts)
        accounts[place] = len(message.keys)
        changed = dataclasses.replace(
            message,
            lookups=(Lookup(OTHER, b"\7", b""),),
            instructions=(Instruction(instruction.program, bytes(accounts), instruction.data),),
        )
        told = decode(changed, changed.instructions[0])
        assert isinstance(told, NotUnderstood) and Loaded(OTHER, 7, True) in told.writes


@pytest.mark.parametrize(
    "call",
    [
        strange((US, "sw")),
        system_call(2, u64(5)[:7], (US, "sw"), (PEER, "w")),
        system_call(3, u64(5), (US, "sw"), (PEER, "w")),
        system_call(4, b"", (PEER, "w"), (RENT,), (US, "s")),
        token_call(2, u64(5), (OURS, "w"), (THEIRS, "w"), (US, "s")),
        token_call(6, b"\4\0", (OURS, "w"), (US, "s")),
        token_call(6, b"\2\2" + PEER, (OURS, "w"), (US, "s")),
        token_call(6, b"\2\0" + PEER, (OURS, "w"), (US, "s")),
        token_call(6, b"\2\1", (OURS, "w"), (US, "s")),
        token_call(26, b"\1" + u64(5) + b"\6" + u64(1), (OURS, "w"), (MINT,), (THEIRS, "w"), (US, "s")),
        token_call(26, b"\2" + u64(5) + b"\6" + u64(1), (OURS, "w"), (MINT,), (THEIRS, "w"), (US, "s"), program=T22),
        token_call(16, PEER, (OURS, "w"), (MINT,), (OTHER,)),
        token_call(1, b"", (OURS, "w"), (MINT,), (PEER,), (OTHER,)),
        token_call(255, b"", (OURS, "w")),
        Call(token.TOKEN, (), b""),
        open_associated(data=b"\2"),
        open_associated(program=system.PROGRAM),
        Call(compute_budget.PROGRAM, (), b"\0" + bytes(8)),
        Call(compute_budget.PROGRAM, (), b"\5" + bytes(4)),
        note(b"\xff"),
        note(b"\x1b[31m"),
    ],
)
def test_not_understood(call: Call) -> None:
    told = meaning(call)
    assert isinstance(told, NotUnderstood) and told.program == call.program and told.data == call.data


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_an_associated_account_elsewhere_is_not_understood(place: int) -> None:
    call = open_associated()
    metas = list(call.metas)
    metas[place] = Meta(OTHER, metas[place].needs)
    assert isinstance(meaning(call._replace(metas=tuple(metas))), NotUnderstood)


def test_old_callers_name_the_rent_sysvar() -> None:
    call = open_associated()
    assert isinstance(meaning(call._replace(metas=(*call.metas, Meta(RENT)))), AssociatedAccount)


def test_a_multisig_authority_brings_its_signers() -> None:
    metas = ((OURS, "w"), (THEIRS, "w"), (OTHER, ""))
    assert isinstance(meaning(token_call(3, u64(5), *metas)), NotUnderstood)
    assert isinstance(meaning(token_call(3, u64(5), *metas, (US, "s"))), TokenTransfer)
    assert isinstance(meaning(token_call(3, u64(5), *metas, (US, "s"), (PEER, ""))), NotUnderstood)
    assert isinstance(meaning(token_call(3, u64(5), *metas[:2], (US, "s"), (PEER, "s"))), NotUnderstood)


def test_what_is_not_understood_names_writes_and_signers_once() -> None:
    told = meaning(strange((US, "sw"), (OURS, "w"), (US, "sw"), (MINT, ""), (PEER, "s")))
    assert isinstance(told, NotUnderstood)
    assert (told.writes, told.signers) == ((US, OURS), (US, PEER))


def test_unlimited_begins_where_nobody_means_a_number() -> None:
    assert not meaning(approve((1 << 63) - 1)).unlimited and meaning(approve(1 << 63)).unlimited
