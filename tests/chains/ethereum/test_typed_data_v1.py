"""The first eth_signTypedData: its digest, and that no transaction or message can pass for its hashes."""

import json

import pytest

from tandem.chains.ethereum.payload import message_digest, message_payload, read_message
from tandem.chains.ethereum.rlp import encode
from tandem.chains.ethereum.typed_data_v1 import FieldHashes, fields_summary, parse_fields
from tandem.curve.keccak import keccak256
from tandem.errors import WireError


def field(kind: str, value: object, name: str = "it") -> dict:
    return {"type": kind, "name": name, "value": value}


def digest(*fields: dict) -> str:
    return parse_fields(json.dumps(list(fields))).hashes.digest().hex()


def test_the_digest_is_that_of_its_definition() -> None:
    fields = [field("string", "Hi, Alice!", "Message"), field("uint32", "1337", "A number"), field("bool", True, "b")]
    schema = keccak256(b"string Messageuint32 A numberbool b")
    values = keccak256(b"Hi, Alice!" + (1337).to_bytes(4, "big") + b"\x01")
    assert digest(*fields) == keccak256(schema + values).hex()


@pytest.mark.parametrize(
    ("kind", "value", "packed"),
    [
        ("uint", "0x10", (16).to_bytes(32, "big")),
        ("int8", -1, b"\xff"),
        ("int", "-2", (-2).to_bytes(32, "big", signed=True)),
        ("address", "0x" + "11" * 20, b"\x11" * 20),
        ("bytes4", "0x01020304", b"\1\2\3\4"),
        ("bytes", "0x", b""),
        ("string", "", b""),
    ],
)
def test_values_are_packed_as_solidity_does(kind: str, value: object, packed: bytes) -> None:
    assert digest(field(kind, value)) == keccak256(keccak256(f"{kind} it".encode()) + keccak256(packed)).hex()


@pytest.mark.parametrize(
    "fields",
    [
        "{}",
        "[]",
        "no JSON",
        json.dumps([{"type": "string", "name": "it"}]),
        json.dumps([field("uint8", 256)]),
        json.dumps([field("uint7", 1)]),
        json.dumps([field("bytes4", "0x0102")]),
        json.dumps([field("bytes", "text")]),
        json.dumps([field("uint8[]", [1])]),
        json.dumps([field("bool", 1)]),
        json.dumps([field("Person", {"a": 1})]),
        json.dumps([field("string", "x")] * 101),
    ],
)
def test_what_is_no_list_of_typed_fields_is_refused(fields: str) -> None:
    with pytest.raises(WireError):
        parse_fields(fields)


def test_the_phone_reads_the_same_hashes() -> None:
    made = parse_fields(json.dumps([field("string", "Hi")]))
    payload = message_payload(made.hashes, vault_public_key=b"\2" * 33, party="p", origin="https://a.example")
    assert payload.method == "eth_signTypedData" and len(payload.message) == 130
    assert read_message(payload) == made.hashes
    assert message_digest(made.hashes) == keccak256(bytes.fromhex(payload.message[2:]))  # as a phone computes it
    assert fields_summary(made)["phone_blind"] is True


def transaction(kind: bytes) -> bytes:
    """64 bytes that some node would take for the content of a transaction."""
    for size in range(64):
        body = kind + encode([1, 0, 1, 10**9, 21000, b"\x11" * 20, 10**18, bytes(size), []])
        if len(body) == 64:
            return body
    raise AssertionError


@pytest.mark.parametrize(
    "preimage",
    [
        transaction(b"\x02"),
        transaction(b""),
        b"\x19Ethereum Signed Message:\n36" + b"x" * 36,
        b"\x19\x01" + bytes(62),
        b"\x19\x00" + bytes(62),
        bytes(63),
        bytes(65),
        b"",
    ],
)
def test_a_transaction_or_message_cannot_pass_for_hashes(preimage: bytes) -> None:
    with pytest.raises(WireError):
        FieldHashes(preimage)
