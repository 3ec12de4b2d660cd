import pytest

from tandem.chains.ethereum.address import from_public_key
from tandem.chains.ethereum.message import digest, prefixed, recovered, unprefixed
from tandem.curve.secp256k1 import recover
from tandem.errors import WireError


def test_known_digest() -> None:
    # hashMessage("Hello World") of ethers' documentation
    assert digest(b"Hello World").hex() == "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2"


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 99, 100, 101, 12345])
def test_prefix_comes_off_again(size: int) -> None:
    assert unprefixed(prefixed(b"1" * size)) == b"1" * size


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x19Ethereum Signed Message:\n", b"\x19Ethereum Signed Message:\n6hello"]
)
def test_wrong_prefix_is_no_message(data: bytes) -> None:
    assert unprefixed(data) is None


def test_the_recovery_byte_is_one_that_wallets_write() -> None:
    """With r = 2 and s = 1 (2 is a point's coordinate) any message has a key."""
    r, s = (number.to_bytes(32, "big") for number in (2, 1))
    for v in (0, 1, 27, 28):
        assert recovered(b"", r + s + bytes([v])) == from_public_key(recover(digest(b""), r, s, v % 27))
    for v in (2, 26, 29, 54, 55, 255):
        with pytest.raises(WireError, match="recovery byte"):
            recovered(b"", r + s + bytes([v]))
