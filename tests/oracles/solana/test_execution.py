"""What a summary says leaves is what litesvm takes: random transfers, executed by the real runtime and programs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.account import Account
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from chains.solana.making import (
    MINT,
    OTHER,
    PEER,
    Call,
    Meta,
    compiled,
    limit,
    note,
    open_associated,
    price,
    send,
    token_call,
    u64,
)
from tandem.chains.solana import effect, networks, tx
from tandem.chains.solana.address import text
from tandem.chains.solana.message import Message
from tandem.chains.solana.programs import associated_token, token
from tandem.chains.solana.summary import transaction_summary

PAIR, FRIEND = Keypair.from_seed(b"\1" * 32), Keypair.from_seed(b"\2" * 32)
US, WITH = bytes(PAIR.pubkey()), bytes(FRIEND.pubkey())
DECIMALS, HELD, SOL = 6, 10**12, 10**9
RICH = 1000 * SOL


def token_data(mint: bytes, owner: bytes, amount: int) -> bytes:
    return mint + owner + u64(amount) + bytes(36) + b"\1" + bytes(12) + bytes(8) + bytes(36)


def mint_data(authority: bytes) -> bytes:
    return b"\1\0\0\0" + authority + u64(10 * HELD) + bytes([DECIMALS, 1]) + bytes(36)


class Chain:
    """A fresh ledger: two rich accounts, a mint, token accounts of both and of PEER."""

    def __init__(self, program: bytes = token.TOKEN) -> None:
        self.svm = LiteSVM()
        self.program = program
        self.ours, self.theirs = (associated_token.address(owner, MINT, program) for owner in (US, PEER))
        for key in (US, WITH, PEER):
            self.put(key, RICH, b"", bytes(32))
        self.put(MINT, SOL, mint_data(US), program)
        self.put(self.ours, SOL, token_data(MINT, US, HELD), program)
        self.put(self.theirs, SOL, token_data(MINT, PEER, 0), program)

    def put(self, key: bytes, lamports: int, data: bytes, owner: bytes) -> None:
        self.svm.set_account(Pubkey(key), Account(lamports, data, Pubkey(owner)))

    def sol(self, key: bytes) -> int:
        return self.svm.get_balance(Pubkey(key)) or 0

    def tokens(self, key: bytes) -> int:
        account = self.svm.get_account(Pubkey(key))
        return int.from_bytes(account.data[64:72], "little") if account else 0

    def run(self, message: Message) -> bool:
        """Sign as the wallet does, and execute; whether it went through."""
        what = tx.unsigned(message)
        for pair in (PAIR, FRIEND):
            key = bytes(pair.pubkey())
            if key in message.signer_keys:
                what = tx.assemble(what, key, bytes(pair.sign_message(tx.signed_bytes(what))))
        done = self.svm.send_transaction(VersionedTransaction.from_bytes(tx.to_bytes(what)))
        return not isinstance(done, FailedTransactionMetadata)


def on(chain: Chain, *calls: Call, version: int | None = 0, payer: bytes = US) -> Message:
    made = compiled(*calls, payer=payer, version=version)
    hashed = bytes(chain.svm.latest_blockhash())
    return Message(
        version,
        made.signers,
        made.readonly_signed,
        made.readonly_unsigned,
        made.keys,
        hashed,
        made.instructions,
    )


def summary_of(message: Message) -> dict:
    return transaction_summary(tx.unsigned(message), US, networks.BY_CHAIN["solana:localnet"])


def leaving(message: Message, symbol: str | None) -> int:
    """The sum that the browser's screen shows for SOL (None) or a token's mint or account (base58)."""
    told = summary_of(message)
    assert told["understood"]
    return sum(int(flow["exact"]) for flow in told["leaves"] if flow["token"] == symbol)


FEES = st.one_of(
    st.just(()), st.builds(lambda a, b: (limit(a), price(b)), st.integers(50_000, 1_400_000), st.integers(0, 10**6))
)
AMOUNTS = st.one_of(st.integers(1, 50 * SOL), st.sampled_from([SOL, 10 * SOL]))
MOVE = st.tuples(st.sampled_from([US, WITH]), st.sampled_from([US, WITH, PEER]), AMOUNTS)
MOVES = st.lists(MOVE, min_size=1, max_size=5)


@given(MOVES, FEES, st.sampled_from([US, WITH]), st.sampled_from([None, 0]), st.booleans())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_sol(moves: list, fees: tuple, payer: bytes, version: int | None, memo: bool) -> None:
    chain = Chain()
    calls = [*fees, *([note(b"hi", US)] if memo else []), *(send(n, source, to) for source, to, n in moves)]
    if not any(US in (source, payer) for source, _, _ in moves) and not memo:
        calls.append(note(b"signed by us too", US))
    message = on(chain, *calls, version=version, payer=payer)
    arrives = sum(n for source, to, n in moves if to == US != source)
    fee = effect.of(message, US).fee
    before = chain.sol(US)
    assert chain.run(message) and fee is not None
    paid = fee if payer == US else 0
    assert before - chain.sol(US) == leaving(message, None) - arrives + paid


TOKEN_MOVE = st.tuples(st.booleans(), st.sampled_from(["plain", "checked", "burn"]), st.integers(0, HELD // 10))
TOKENS = st.lists(TOKEN_MOVE, min_size=1, max_size=5)


@given(TOKENS, st.sampled_from([token.TOKEN, token.TOKEN_2022]), FEES)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_tokens(moves: list, program: bytes, fees: tuple) -> None:
    chain = Chain(program)
    calls = list(fees)
    for to_self, kind, amount in moves:
        source, to = (chain.ours, "w"), (chain.ours if to_self else chain.theirs, "w")
        if kind == "plain":
            calls.append(token_call(3, u64(amount), source, to, (US, "s"), program=program))
        elif kind == "checked":
            data = u64(amount) + bytes([DECIMALS])
            calls.append(token_call(12, data, source, (MINT,), to, (US, "s"), program=program))
        else:
            calls.append(token_call(8, u64(amount), source, (MINT, "w"), (US, "s"), program=program))
    message = on(chain, *calls)
    assert chain.run(message)
    told = leaving(message, text(MINT)) + leaving(message, text(chain.ours))
    assert HELD - chain.tokens(chain.ours) == told
    sent = sum(n for to_self, kind, n in moves if kind != "burn" and not to_self)
    assert chain.tokens(chain.theirs) == sent


@pytest.mark.parametrize("program", [token.TOKEN, token.TOKEN_2022])
def test_an_account_opened_on_the_way_belongs_to_who_is_shown(program: bytes) -> None:
    chain = Chain(program)
    account = associated_token.address(OTHER, MINT, program)
    opening = open_associated(OTHER, program=program)
    opening = opening._replace(metas=(Meta(US, "sw"), *opening.metas[1:]))
    data = u64(5) + bytes([DECIMALS])
    moving = token_call(12, data, (chain.ours, "w"), (MINT,), (account, "w"), (US, "s"), program=program)
    message = on(chain, opening, moving)
    assert chain.run(message) and chain.tokens(account) == 5
    assert chain.svm.get_account(Pubkey(account)).data[32:64] == effect.of(message, US).owner(account) == OTHER


@given(st.integers(0, 2**64 - 1), st.booleans())
@settings(max_examples=30, derandomize=True, deadline=None)
def test_approvals_grant_what_is_shown(amount: int, checked: bool) -> None:
    chain = Chain()
    data, middle = (u64(amount) + bytes([DECIMALS]), ((MINT,),)) if checked else (u64(amount), ())
    call = token_call(13 if checked else 4, data, (chain.ours, "w"), *middle, (PEER,), (US, "s"))
    message = on(chain, call)
    assert chain.run(message)
    state = chain.svm.get_account(Pubkey(chain.ours)).data
    step = summary_of(message)["steps"][0]
    assert (state[76:108], int.from_bytes(state[121:129], "little")) == (PEER, amount)
    assert (step["delegate"], step["amount"]["exact"]) == (text(PEER), str(amount))
    assert step["unlimited"] is (amount >= 1 << 63)


def test_closing_sends_all_the_sol_to_who_is_shown() -> None:
    chain = Chain()
    chain.put(chain.ours, SOL, token_data(MINT, US, 0), token.TOKEN)
    message = on(chain, token_call(9, b"", (chain.ours, "w"), (PEER, "w"), (US, "s")))
    before = chain.sol(PEER)
    assert chain.run(message) and chain.sol(PEER) - before == SOL
    assert effect.of(message, US).warnings == ("closes_to_other",)


def test_a_repeated_setting_is_refused_by_the_runtime_too() -> None:
    chain = Chain()
    message = on(chain, price(1), price(1), send(5, US))
    assert not chain.run(message) and not effect.of(message, US).understood
