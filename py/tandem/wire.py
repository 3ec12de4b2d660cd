"""Primitives for parsing and writing bytes: exact lengths, bounded sizes and depth, strict text encodings.

Everything raises WireError and nothing else; every format's parser is built from these (docs/architecture.md).
"""

import base64
import binascii
import json
import re
from typing import TypeAlias

from tandem.errors import WireError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_JSON_DEPTH = 64
MAX_JSON_BYTES = 1 << 20


class Reader:
    """A cursor over bytes; `end` insists that all of it was consumed."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Raises WireError when there are fewer."""
        stop = self._at + count
        if count < 0 or stop > len(self._data):
            raise WireError(f"needs {count} bytes, {len(self._data) - self._at} left")
        piece = self._data[self._at : stop]
        self._at = stop
        return piece

    def u8(self) -> int:
        return self.take(1)[0]

    def u16le(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def u32be(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def left(self) -> int:
        """How many bytes are unread."""
        return len(self._data) - self._at

    def end(self) -> None:
        """Raises WireError when bytes are left."""
        if self._at != len(self._data):
            raise WireError(f"{len(self._data) - self._at} bytes too many")


def exact(data: bytes, size: int, what: str) -> bytes:
    """`data` itself when it has `size` bytes, else WireError naming `what`."""
    if len(data) != size:
        raise WireError(f"{what}: {len(data)} bytes instead of {size}")
    return data


def unhex(text: str, *, size: int | None = None) -> bytes:
    """Strict hex of either case, without prefix or white space; exactly `size` bytes when given."""
    if len(text) % 2 or not all(c in "0123456789abcdefABCDEF" for c in text):
        raise WireError("not hex")
    data = bytes.fromhex(text)
    return data if size is None else exact(data, size, "hex")


def un0x(text: str, *, size: int | None = None) -> bytes:
    """Hex that must begin with 0x."""
    if not text.startswith("0x"):
        raise WireError("not 0x-prefixed hex")
    return unhex(text[2:], size=size)


def unbase64(text: str | bytes) -> bytes:
    """Strict standard base64; padding may be missing, as some clients drop it (relay spec §3)."""
    raw = text.encode("ascii", "replace") if isinstance(text, str) else bytes(text)
    raw = raw.rstrip(b"=")
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise WireError("not base64") from broken


def base64_text(data: bytes) -> str:
    """Standard base64 with padding, as text."""
    return base64.b64encode(data).decode("ascii")


_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def _depth(text: str) -> int:
    """Deepest nesting of brackets outside strings. json.loads of deep nesting kills Pyodide: count first."""
    depth = deepest = 0
    for token in _TOKENS.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in "]}":
            depth -= 1
    return deepest


def _no_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise WireError("duplicate key")
        found[key] = value
    return found


def _no_constant(name: str) -> Json:
    raise WireError(f"{name} is not JSON")


def parse_json(text: str | bytes, *, limit: int = MAX_JSON_BYTES, depth: int = MAX_JSON_DEPTH) -> Json:
    """Bounded, strict JSON: size and depth are checked first, no NaN, no duplicate keys, no lone surrogates."""
    if len(text) > limit:
        raise WireError(f"{len(text)} bytes of JSON, at most {limit}")
    try:
        string = text.decode("utf-8") if isinstance(text, bytes) else text
        if len(string.encode("utf-8")) > limit:
            raise WireError(f"over {limit} bytes of JSON")
    except UnicodeError as broken:
        raise WireError("not UTF-8") from broken
    if _depth(string) > depth:
        raise WireError(f"nested deeper than {depth}")
    try:
        value: Json = json.loads(string, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")  # 1e999 and lone surrogates
    except (ValueError, RecursionError) as broken:
        raise WireError("not JSON") from broken
    return value


def json_text(value: Json) -> str:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
