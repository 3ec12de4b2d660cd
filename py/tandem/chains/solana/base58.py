"""Base58 in Bitcoin's alphabet, as Solana writes keys, hashes and signatures: no checksum, leading zero bytes kept."""

from typing import Final

from tandem.errors import WireError

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_BYTES: Final = 128  # keys have 32 bytes and signatures 64; the conversion is quadratic
_VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """The text of `data`; each leading zero byte is a 1."""
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        letters = ALPHABET[rest] + letters
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + letters


def decode(text: str) -> bytes:
    """The bytes of `text`. Raises WireError for foreign letters and for more than MAX_BYTES."""
    if len(text) > MAX_BYTES * 137 // 100 + 1:
        raise WireError("base58 too long")
    number = 0
    for letter in text:
        value = _VALUE.get(letter)
        if value is None:
            raise WireError("not base58")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) > MAX_BYTES:
        raise WireError("base58 too long")
    return data
