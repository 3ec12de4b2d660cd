import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.chains.solana.base58 import MAX_BYTES, decode, encode
from tandem.errors import WireError


@pytest.mark.parametrize(
    ("data", "text"),
    # draft-msporny-base58, test vectors
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
    ],
)
def test_published(data: bytes, text: str) -> None:
    assert (encode(data), decode(text)) == (text, data)


@given(st.binary(max_size=80))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_round_trip(data: bytes) -> None:
    assert decode(encode(data)) == data


def test_length_is_bounded_before_the_quadratic_part() -> None:
    with pytest.raises(WireError, match="too long"):
        decode("0" * 200)


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " 2", "2 ", "é", "1" * (MAX_BYTES + 1), "z" * 200])
def test_refused(text: str) -> None:
    with pytest.raises(WireError):
        decode(text)
