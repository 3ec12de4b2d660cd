import pytest

from chains.solana.making import US, compiled, note, open_associated, send, transaction
from tandem.chains.solana import message, offchain, tx
from tandem.curve.ed25519 import SigningKey
from tandem.errors import WireError
from vectors import load

LEGACY = message.to_bytes(compiled(send(5), note(b"hi", US), version=None))
V0 = message.to_bytes(compiled(send(5), open_associated()))


@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        "Grüezi, 世界 🚀".encode(),
        "été".encode(),
        b"sign in\nwith a nonce\t12345678",
        b"\x00",
        b"\xffsolana offchain\x00\x00\x05\x00hello",
        b"a b c d" * 400,
        bytes(range(32)),
    ],
)
def test_what_may_be_signed(content: bytes) -> None:
    assert offchain.check(content) == content


@pytest.mark.parametrize("data", [LEGACY, V0], ids=["legacy", "v0"])
def test_transactions_may_not(data: bytes) -> None:
    for content in (data, data + b"\0", data + b" trailing text"):
        with pytest.raises(WireError, match="transaction"):
            offchain.check(content)


@pytest.mark.parametrize("v", load("solana")["sends"], ids=lambda v: v["name"])
def test_published_transactions_may_not(v: dict) -> None:
    with pytest.raises(WireError, match="transaction"):
        offchain.check(bytes.fromhex(v["message"]))


@pytest.mark.parametrize("version", [None, 0])
def test_whole_transactions_may_not(version: int | None) -> None:
    with pytest.raises(WireError, match="transaction"):
        offchain.check(tx.to_bytes(transaction(send(5), version=version)))


def test_what_our_own_parser_refuses_may_not_either() -> None:
    twice = LEGACY[:4] + LEGACY[4:36] * 2 + LEGACY[68:]
    with pytest.raises(WireError):
        message.parse(twice)
    with pytest.raises(WireError, match="transaction"):
        offchain.check(twice)


@pytest.mark.parametrize("first", [0x80, 0x81, 0x9F, 0xBF, 0xC0, 0xFE, 0xFF])
def test_versions_to_come_may_not(first: int) -> None:
    with pytest.raises(WireError, match="transaction"):
        offchain.check(bytes([first]) + b"whatever")


def test_bounds() -> None:
    for content in (b"", bytes(offchain.MAX_MESSAGE + 1)):
        with pytest.raises(WireError):
            offchain.check(content)


def test_verify() -> None:
    key = SigningKey(b"\1" * 32)
    assert offchain.verify(key.public, b"hi", key.sign(b"hi"))
    assert not offchain.verify(key.public, b"ho", key.sign(b"hi"))
