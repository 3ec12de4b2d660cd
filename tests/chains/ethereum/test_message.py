import pytest

from tandem.chains.ethereum.message import digest, prefixed, unprefixed


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
