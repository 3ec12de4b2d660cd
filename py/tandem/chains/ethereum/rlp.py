"""Recursive length prefix (Yellow Paper, appendix B)."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from tandem.errors import WireError
from tandem.wire import Reader

Item: TypeAlias = "bytes | int | Sequence[Item]"
Read: TypeAlias = "bytes | list[Read]"
MAX_DEPTH: Final = 5  # a transaction needs four: itself, its list, an entry, the entry's keys


def encode(item: Item) -> bytes:
    """Bytes as they are, integers big-endian without leading zeros (0 is empty), sequences as lists."""
    if isinstance(item, int):
        return encode(item.to_bytes((item.bit_length() + 7) // 8, "big"))
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _length(len(item), 0x80) + item
    body = b"".join(encode(part) for part in item)
    return _length(len(body), 0xC0) + body


def _length(size: int, offset: int) -> bytes:
    if size < 56:
        return bytes([offset + size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([offset + 55 + len(digits)]) + digits


def decode(data: bytes) -> Read:
    """The one item that `data` is, in its one encoding: what `encode` would write. Raises WireError."""
    reader = Reader(data)
    item = _read(reader, MAX_DEPTH)
    reader.end()
    return item


def _read(reader: Reader, depth: int) -> Read:
    first = reader.u8()
    if first < 0x80:
        return bytes([first])
    if first < 0xC0:
        body = reader.take(_size(reader, first - 0x80))
        if len(body) == 1 and body[0] < 0x80:
            raise WireError("a byte with a length that it does not need")
        return body
    if depth == 0:
        raise WireError("lists nested too deep")
    inner = Reader(reader.take(_size(reader, first - 0xC0)))
    items: list[Read] = []
    while inner.left():
        items.append(_read(inner, depth - 1))
    return items


def _size(reader: Reader, short: int) -> int:
    if short < 56:
        return short
    digits = reader.take(short - 55)
    size = int.from_bytes(digits, "big")
    if digits[0] == 0 or size < 56:
        raise WireError("a length in more digits than it needs")
    return size


def number(item: Read, *, bits: int = 256) -> int:
    """A scalar: no leading zeros, below 2^bits. Raises WireError."""
    if not isinstance(item, bytes) or len(item) * 8 > bits or item[:1] == b"\0":
        raise WireError("no number")
    return int.from_bytes(item, "big")


def blob(item: Read) -> bytes:
    """Raises WireError for a list."""
    if not isinstance(item, bytes):
        raise WireError("a list in the place of bytes")
    return item


def items(item: Read) -> list[Read]:
    """Raises WireError for bytes."""
    if isinstance(item, bytes):
        raise WireError("bytes in the place of a list")
    return item
