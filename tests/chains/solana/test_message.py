import dataclasses

import pytest

from chains.solana.making import BLOCKHASH, MINT, OURS, PEER, PROGRAM, US, compiled, limit, note, send, strange
from tandem.chains.solana.message import (
    MAX_MESSAGE,
    Instruction,
    Loaded,
    Lookup,
    Message,
    compact,
    parse,
    read_compact,
    to_bytes,
)
from tandem.errors import WireError
from tandem.wire import Reader
from vectors import load

GOOD = compiled(send(5), note(b"hi", US), limit(1000))
LEGACY = dataclasses.replace(GOOD, version=None)
TABLES = dataclasses.replace(GOOD, lookups=(Lookup(MINT, b"\1\2", b"\3"), Lookup(OURS, b"", b"\1")))


@pytest.mark.parametrize("v", load("solana")["sends"], ids=lambda v: v["name"])
def test_messages_of_the_incumbent(v: dict) -> None:
    data = bytes.fromhex(v["message"])
    assert to_bytes(parse(data)) == data


def test_the_golden_transfer() -> None:
    v = load("solana")["transfer"]
    message = parse(bytes.fromhex(v["message"]))
    assert (message.version, message.signers, len(message.keys)) == (None, 1, 3)
    assert to_bytes(message).hex() == v["message"]


@pytest.mark.parametrize("message", [GOOD, LEGACY, TABLES], ids=["v0", "legacy", "tables"])
def test_round_trip_truncation_and_excess(message: Message) -> None:
    data = to_bytes(message)
    assert parse(data) == message
    for size in range(len(data)):
        with pytest.raises(WireError):
            parse(data[:size])
    with pytest.raises(WireError):
        parse(data + b"\0")


@pytest.mark.parametrize("version", [1, 2, 127])
def test_unknown_versions_are_refused(version: int) -> None:
    data = to_bytes(GOOD)
    with pytest.raises(WireError, match="version"):
        parse(bytes([0x80 | version]) + data[1:])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"keys": (US, PEER, PROGRAM, US, MINT), "readonly_unsigned": 1}, "twice"),
        ({"keys": (US[:31], *GOOD.keys[1:])}, "32 bytes"),
        ({"blockhash": BLOCKHASH[:31]}, "32 bytes"),
        ({"signers": 0}, "fee payer"),
        ({"readonly_signed": 1}, "fee payer"),
        ({"readonly_signed": -1}, "fee payer"),
        ({"signers": 128}, "fee payer"),
        ({"signers": 6}, "more signers"),
        ({"readonly_unsigned": 5}, "more signers"),
        ({"instructions": (Instruction(5, b"", b""),)}, "program index"),
        ({"instructions": (Instruction(0, b"", b""),)}, "program index"),
        ({"instructions": (Instruction(2, b"\5", b""),)}, "account index"),
        ({"version": 1}, "version"),
        ({"version": None, "lookups": TABLES.lookups}, "version"),
        ({"lookups": (Lookup(MINT, b"", b""),)}, "nothing"),
        ({"lookups": (Lookup(MINT, b"\1", b"\1"),)}, "taken twice"),
        ({"lookups": (Lookup(MINT, b"\1", b""), Lookup(MINT, b"\1", b""))}, "taken twice"),
        ({"lookups": (Lookup(MINT[:31], b"\1", b""),)}, "32 bytes"),
        ({"lookups": (Lookup(MINT, bytes(range(252)), b""),)}, "256 accounts"),
    ],
)
def test_what_a_node_would_not_take(change: dict, why: str) -> None:
    assert len(GOOD.keys) == 5
    with pytest.raises(WireError, match=why):
        dataclasses.replace(GOOD, **change)


def test_programs_are_never_looked_up() -> None:
    with pytest.raises(WireError, match="program index"):
        dataclasses.replace(TABLES, instructions=(Instruction(6, b"", b""),))


def test_looked_up_accounts_are_named_by_table_and_entry_writable_ones_first() -> None:
    found = [TABLES.account(index) for index in range(5, 9)]
    assert found == [Loaded(MINT, 1, True), Loaded(MINT, 2, True), Loaded(MINT, 3, False), Loaded(OURS, 1, False)]
    assert [TABLES.is_writable(index) for index in range(5, 9)] == [True, True, False, False]
    with pytest.raises(WireError):
        TABLES.account(9)


def test_who_signs_and_what_is_written() -> None:
    message = compiled(strange((PEER, "s"), (MINT, "w"), (OURS, "")))
    told = {message.keys[n]: (message.is_signer(n), message.is_writable(n)) for n in range(len(message.keys))}
    assert told == {
        US: (True, True),
        PEER: (True, False),
        MINT: (False, True),
        OURS: (False, False),
        PROGRAM: (False, False),
    }
    assert message.payer == US and message.signer_keys == (US, PEER)


def test_a_message_over_one_packet_is_refused() -> None:
    with pytest.raises(WireError, match="too long"):
        parse(to_bytes(compiled(strange(data=bytes(MAX_MESSAGE)))))


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16383, 16384, 65535])
def test_compact_round_trip(number: int) -> None:
    assert read_compact(Reader(compact(number))) == number


@pytest.mark.parametrize("text", ["8000", "808000", "ff00", "ffff04", "808080", "80808001", "80", ""])
def test_compact_is_canonical_and_16_bits(text: str) -> None:
    with pytest.raises(WireError):
        read_compact(Reader(bytes.fromhex(text)))


@pytest.mark.parametrize("number", [-1, 65536])
def test_compact_out_of_range(number: int) -> None:
    with pytest.raises(WireError):
        compact(number)


def test_a_count_beyond_the_bytes_is_refused_at_once() -> None:
    with pytest.raises(WireError, match="more items"):
        parse(b"\1\0\0\xff\xff\3" + bytes(40))
