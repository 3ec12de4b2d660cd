"""The dispatch by chain family, and what counts as readable text."""

import pytest

from tandem.chains import ethereum, family_of, solana
from tandem.chains.ethereum.payload import message_payload as ethereum_message
from tandem.chains.reading import own_account, read_keysign, readable
from tandem.chains.solana.payload import message_payload as solana_message
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload

ORIGIN = "https://dapp.example"
VAULT = bytes(33)
B = bytes.fromhex("58" + "66" * 31)  # Ed25519's base point
G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")


@pytest.mark.parametrize(
    ("chain", "family"),
    [
        ("Solana", "solana"),
        ("solana:localnet", "solana"),
        ("Ethereum", "eip155"),
        ("eip155:1", "eip155"),
        ("", "eip155"),
    ],
)
def test_the_family_of_a_chain(chain: str, family: str) -> None:
    assert family_of(chain) == family


def test_messages_are_read_by_their_chain() -> None:
    hello = ethereum_message(b"hello", vault_public_key=VAULT, party="p", origin=ORIGIN)
    reading = read_keysign(hello)
    assert (reading.family, reading.curve, reading.path) == ("eip155", "ecdsa", ethereum.PATH)
    assert (reading.kind, reading.origin, reading.account) == ("message", ORIGIN, None)
    assert reading.chain_name == "any EVM network"
    reading = read_keysign(solana_message(b"hello", vault_public_key=VAULT, party="p", origin=ORIGIN))
    assert (reading.family, reading.curve, reading.path) == ("solana", "eddsa", solana.PATH)
    assert (reading.digests, reading.origin) == ((b"hello",), ORIGIN)


def test_apps_that_name_no_origin_are_read_too() -> None:
    hello = solana_message(b"hello", vault_public_key=VAULT, party="p", origin=ORIGIN)
    hello.ClearField("dapp_metadata")
    assert read_keysign(hello).origin == ""


def test_the_phone_is_warned_of_a_sign_in_to_somebody_else() -> None:
    text = f"bank.example wants you to sign in with your Solana account:\n{own_account('solana', B)}"
    for origin, warned in ((ORIGIN, True), ("https://bank.example", False), ("", False)):
        lines = read_keysign(solana_message(text.encode(), vault_public_key=VAULT, party="p", origin=origin)).lines
        assert ("Warning" in dict(lines)) is warned
        assert ("Sign in to", "bank.example") in lines


def test_own_accounts() -> None:
    assert own_account("eip155", G) == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
    assert own_account("solana", B) == "6x5SYnLroiN7WYq8NQYU9KHcH4YjpBbwpUfVu3EB7ieH"
    with pytest.raises(WireError):
        own_account("solana", bytes([2, *bytes(31)]))  # not on the curve


def test_other_chains_are_refused() -> None:
    for payload in (KeysignPayload(), CustomMessagePayload(chain="Bitcoin")):
        with pytest.raises(WireError):
            read_keysign(payload)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Grüße\n1\t2".encode(), "Grüße\n1\t2"),
        (b"", ""),
        (b"\x1b[1m", None),
        ("a\u202eb".encode(), None),  # right-to-left override
        (b"a\0b", None),
        (b"\xff\xfe", None),
    ],
)
def test_readable(content: bytes, text: str | None) -> None:
    assert readable(content) == text
