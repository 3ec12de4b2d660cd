"""Encodings against solders (the Solana SDK's own Rust): what it writes we read and write again, and the other way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.hash import Hash
from solders.instruction import CompiledInstruction
from solders.keypair import Keypair
from solders.message import Message as LegacyMessage
from solders.message import (
    MessageAddressTableLookup,
    MessageHeader,
    MessageV0,
    from_bytes_versioned,
    to_bytes_versioned,
)
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from chains.solana.making import compiled, note, send
from tandem.chains.solana import address, base58, message, tx
from tandem.chains.solana.message import Instruction, Lookup, Message
from tandem.chains.solana.programs import associated_token, token
from tandem.errors import WireError

KEY = st.binary(min_size=32, max_size=32)
KEYS = st.lists(KEY, min_size=2, max_size=12, unique=True)
RUNS = settings(max_examples=300, derandomize=True, deadline=None)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    keys = draw(KEYS)
    signers = draw(st.integers(1, len(keys)))
    version = draw(st.sampled_from([None, 0]))
    lookups: list[Lookup] = []
    if version == 0:
        for table in draw(st.lists(KEY, max_size=2, unique=True)):
            entries = draw(st.lists(st.integers(0, 255), min_size=1, max_size=5, unique=True))
            cut = draw(st.integers(0, len(entries)))
            lookups.append(Lookup(table, bytes(entries[:cut]), bytes(entries[cut:])))
    size = len(keys) + sum(lookup.size for lookup in lookups)
    each = st.builds(
        Instruction,
        st.integers(1, len(keys) - 1),
        st.lists(st.integers(0, size - 1), max_size=6).map(bytes),
        st.binary(max_size=140),
    )
    return Message(
        version,
        signers,
        draw(st.integers(0, signers - 1)),
        draw(st.integers(0, len(keys) - signers)),
        tuple(keys),
        draw(KEY),
        tuple(draw(st.lists(each, max_size=3))),
        tuple(lookups),
    )


def theirs(ours: Message) -> LegacyMessage | MessageV0:
    header = MessageHeader(ours.signers, ours.readonly_signed, ours.readonly_unsigned)
    keys = [Pubkey(key) for key in ours.keys]
    calls = [CompiledInstruction(each.program, each.data, each.accounts) for each in ours.instructions]
    if ours.version is None:
        counts = (ours.signers, ours.readonly_signed, ours.readonly_unsigned)
        return LegacyMessage.new_with_compiled_instructions(*counts, keys, Hash(ours.blockhash), calls)
    tables = [MessageAddressTableLookup(Pubkey(each.table), each.writable, each.readonly) for each in ours.lookups]
    return MessageV0(header, keys, Hash(ours.blockhash), calls, tables)


@given(messages())
@RUNS
def test_messages_are_written_as_solders_writes_them(ours: Message) -> None:
    data = to_bytes_versioned(theirs(ours))
    assert message.to_bytes(ours) == data
    if len(data) <= message.MAX_MESSAGE:
        assert message.parse(data) == ours


@given(messages())
@RUNS
def test_transactions_are_written_as_solders_writes_them(ours: Message) -> None:
    signatures = tuple(bytes([n + 1]) * 64 for n in range(ours.signers))
    data = bytes(VersionedTransaction.populate(theirs(ours), [Signature(slot) for slot in signatures]))
    if len(data) <= tx.MAX_TRANSACTION:
        whole = tx.parse(data)
        assert (whole.message, whole.signatures, tx.to_bytes(whole)) == (ours, signatures, data)


@given(messages(), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=3))
@RUNS
def test_what_we_read_solders_reads_alike(ours: Message, changes: list) -> None:
    """Changed bytes: we may refuse more than solders (it sanitizes later), but never read what it does not."""
    changed = bytearray(message.to_bytes(ours))
    for place, value in changes:
        changed[place % len(changed)] = value
    data = bytes(changed)
    try:
        read = message.parse(data)
    except WireError:
        return
    told = from_bytes_versioned(data)
    VersionedTransaction.populate(told, [Signature.default()] * read.signers).sanitize()
    assert to_bytes_versioned(told) == data
    assert tuple(bytes(key) for key in told.account_keys) == read.keys
    assert [told.is_signer(n) for n in range(len(read.keys))] == [read.is_signer(n) for n in range(len(read.keys))]


@given(KEY)
@RUNS
def test_addresses(data: bytes) -> None:
    key = Pubkey(data)
    assert address.text(data) == str(key) and address.parse(str(key)) == data
    assert address.is_on_curve(data) is key.is_on_curve()


@pytest.mark.parametrize("low", [0, 1, 2, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_edges_of_the_curve(low: int, sign: int) -> None:
    data = (low | sign << 255).to_bytes(32, "little")
    assert address.is_on_curve(data) is Pubkey(data).is_on_curve()


@given(
    KEY,
    KEY,
    st.lists(st.binary(max_size=32), max_size=4),
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_derived_addresses(owner: bytes, mint: bytes, seeds: list) -> None:
    found, _ = Pubkey.find_program_address(seeds, Pubkey(owner))
    assert address.derived(tuple(seeds), owner) == bytes(found)
    for program in (token.TOKEN, token.TOKEN_2022):
        seeds = [owner, program, mint]
        found, _ = Pubkey.find_program_address(seeds, Pubkey(associated_token.PROGRAM))
        assert associated_token.address(owner, mint, program) == bytes(found)


@given(st.binary(min_size=64, max_size=64))
@RUNS
def test_base58_of_signatures(data: bytes) -> None:
    assert base58.encode(data) == str(Signature(data)) and base58.decode(str(Signature(data))) == data


def test_a_signature_put_in_by_us_verifies_there() -> None:
    first, second = Keypair.from_seed(b"\1" * 32), Keypair.from_seed(b"\2" * 32)
    payer, other = bytes(first.pubkey()), bytes(second.pubkey())
    what = tx.unsigned(compiled(send(5, payer), note(b"x", other), payer=payer))
    for pair in (second, first):
        what = tx.assemble(what, bytes(pair.pubkey()), bytes(pair.sign_message(tx.signed_bytes(what))))
    told = VersionedTransaction.from_bytes(tx.to_bytes(what))
    assert told.verify_with_results() == [True, True]
    assert tx.transaction_id(what) == str(told.signatures[0])
