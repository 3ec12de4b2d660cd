"""Contract calls by their ABI (the Solidity ABI specification): a signature's text gives the types, and the types read
the bytes.

Exact and canonical: the bytes must be those that every encoder writes for the values. A stray bit in a padded word, an
offset that is not where the part before it ended, a byte too many: none of them is understood. How deep it goes is
given by the signature, which is ours, and how much is bounded by the bytes that are there.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from tandem.curve.keccak import keccak256
from tandem.errors import Bug, WireError

WORD: Final = 32
Value: TypeAlias = "int | bytes | str | bool | tuple[Value, ...]"  # addresses are 20 bytes; tuples are tuples and lists
_TOKEN: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[(),]|\[[0-9]*\])")
_ATOM: Final = re.compile(r"(u?int|bytes)([0-9]+)|address|bool|string|bytes")


@dataclass(frozen=True, slots=True)
class Type:
    """`name` as signatures write it. A tuple has `members`, a list the type of its elements and `count` of them (None:
    as many as it says); `size` is bits of an integer or bytes of bytesN; `head` its bytes where it is not dynamic."""

    name: str
    labels: tuple[str, ...] = ()
    members: tuple["Type", ...] | None = None
    element: "Type | None" = None
    count: int | None = None
    size: int = 0
    dynamic: bool = False
    head: int = WORD


@dataclass(frozen=True, slots=True)
class Args:
    """Values by the names that the signature gives them. A name or kind that is not there is a Bug: both are ours."""

    kind: Type
    values: tuple[Value, ...]

    def _at(self, name: str) -> tuple[Type, Value]:
        at = self.kind.labels.index(name)
        return (self.kind.members or ())[at], self.values[at]

    def number(self, name: str) -> int:
        value = self._at(name)[1]
        if not isinstance(value, int):
            raise Bug(name)
        return value

    def blob(self, name: str) -> bytes:
        """An address, bytes or bytesN."""
        value = self._at(name)[1]
        if not isinstance(value, bytes):
            raise Bug(name)
        return value

    def text(self, name: str) -> str:
        value = self._at(name)[1]
        if not isinstance(value, str):
            raise Bug(name)
        return value

    def row(self, name: str) -> "Args":
        """A tuple."""
        kind, value = self._at(name)
        if not isinstance(value, tuple) or kind.members is None:
            raise Bug(name)
        return Args(kind, value)

    def rows(self, name: str) -> tuple["Args", ...]:
        """A list of tuples."""
        kind, value = self._at(name)
        if not isinstance(value, tuple) or kind.element is None or kind.element.members is None:
            raise Bug(name)
        return tuple(Args(kind.element, each) for each in value if isinstance(each, tuple))

    def numbers(self, name: str) -> tuple[int, ...]:
        return tuple(each for each in self._list(name) if isinstance(each, int))

    def blobs(self, name: str) -> tuple[bytes, ...]:
        return tuple(each for each in self._list(name) if isinstance(each, bytes))

    def _list(self, name: str) -> tuple[Value, ...]:
        kind, value = self._at(name)
        if not isinstance(value, tuple) or kind.element is None:
            raise Bug(name)
        return value


@dataclass(frozen=True)
class Function:
    """One function by its signature with names, as Solidity writes it: "transfer(address to, uint256 value)".

    payable: whether it takes the network's coin; a call that sends some to another function is none of its.
    """

    text: str
    payable: bool = False

    @cached_property
    def arguments(self) -> Type:
        return parse_type(self.text[self.text.index("(") :])

    @cached_property
    def signature(self) -> str:
        """Without names: what is hashed."""
        return self.text[: self.text.index("(")] + self.arguments.name

    @cached_property
    def selector(self) -> bytes:
        """The first four bytes of a call."""
        return keccak256(self.signature.encode("ascii"))[:4]

    def decode(self, data: bytes) -> Args:
        """The arguments of a call. Raises WireError for anything but the one encoding of them."""
        if data[:4] != self.selector:
            raise WireError("another function")
        return Args(self.arguments, decode(self.arguments, data[4:]))

    def call(self, *values: Value) -> bytes:
        """Calldata. Raises WireError for a value that its type does not hold."""
        return self.selector + encode(self.arguments, values)


def parse_type(text: str) -> Type:
    """A type, and in tuples a name after each where it has one. Raises Bug: only our own texts come here."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != "".join(text.split()):
        raise Bug(text)
    kind, label, rest = _parse(tokens)
    if rest or label:
        raise Bug(text)
    return kind


def _parse(tokens: list[str]) -> tuple[Type, str, list[str]]:
    if tokens[0] == "(":
        members: list[Type] = []
        labels: list[str] = []
        tokens = tokens[1:]
        while tokens[0] != ")":
            member, label, tokens = _parse(tokens)
            members.append(member)
            labels.append(label)
            if tokens[0] == ",":
                tokens = tokens[1:]
        kind = _tuple_of(tuple(labels), tuple(members))
    else:
        kind = _atom(tokens[0])
    tokens = tokens[1:]
    while tokens and tokens[0].startswith("["):
        kind = _list_of(kind, int(tokens[0][1:-1]) if tokens[0] != "[]" else None)
        tokens = tokens[1:]
    if tokens and tokens[0] not in "(),":
        return kind, tokens[0], tokens[1:]
    return kind, "", tokens


def _atom(name: str) -> Type:
    match = _ATOM.fullmatch(name)
    if match is None:
        raise Bug(name)
    return Type(name, size=int(match[2] or 0), dynamic=name in ("bytes", "string"))


def _tuple_of(labels: tuple[str, ...], members: tuple[Type, ...]) -> Type:
    name = f"({','.join(member.name for member in members)})"
    dynamic = any(member.dynamic for member in members)
    head = WORD if dynamic else sum(member.head for member in members)
    return Type(name, labels=labels, members=members, dynamic=dynamic, head=head)


def _list_of(element: Type, count: int | None) -> Type:
    if element.head == 0 or count == 0:
        raise Bug("a list of nothing")  # it could be as long as it likes without any bytes
    dynamic = count is None or element.dynamic
    name = f"{element.name}[{'' if count is None else count}]"
    head = WORD if dynamic or count is None else element.head * count
    return Type(name, element=element, count=count, dynamic=dynamic, head=head)


def decode(kind: Type, data: bytes) -> tuple[Value, ...]:
    """The values of a tuple, such as a function's arguments or results. Raises WireError unless all of it is exact."""
    values, end = _sequence(kind.members or (), data, 0)
    if end != len(data):
        raise WireError(f"{len(data) - end} bytes too many")
    return values


def _word(data: bytes, at: int) -> bytes:
    if at + WORD > len(data):
        raise WireError("too short")
    return data[at : at + WORD]


def _sequence(kinds: tuple[Type, ...], data: bytes, start: int) -> tuple[tuple[Value, ...], int]:
    """Heads, then the tails of the dynamic ones in the same order; with where the last one ends."""
    at, tail = start, start + sum(kind.head for kind in kinds)
    values: list[Value] = []
    for kind in kinds:
        if kind.dynamic:
            if int.from_bytes(_word(data, at), "big") != tail - start:
                raise WireError("an offset that no encoder writes")
            value, tail = _tail(kind, data, tail)
        else:
            value = _static(kind, data, at)
        values.append(value)
        at += kind.head
    return tuple(values), tail


def _static(kind: Type, data: bytes, at: int) -> Value:
    if kind.members is not None or kind.element is not None:
        return _sequence(_parts(kind, kind.count or 0), data, at)[0]
    word = _word(data, at)
    number = int.from_bytes(word, "big")
    if kind.name == "address":
        if any(word[:12]):
            raise WireError("no address")
        return word[12:]
    if kind.name == "bool":
        if number > 1:
            raise WireError("no bool")
        return number == 1
    if kind.name.startswith("bytes"):
        if any(word[kind.size :]):
            raise WireError(f"no {kind.name}")
        return word[: kind.size]
    if kind.name.startswith("int"):
        number = int.from_bytes(word, "big", signed=True)
    if not _fits(kind, number):
        raise WireError(f"no {kind.name}")
    return number


def _fits(kind: Type, number: int) -> bool:
    if kind.name.startswith("u"):
        return 0 <= number < 1 << kind.size
    return -(1 << kind.size - 1) <= number < 1 << kind.size - 1


def _parts(kind: Type, count: int) -> tuple[Type, ...]:
    return kind.members if kind.members is not None else (kind.element,) * count if kind.element is not None else ()


def _tail(kind: Type, data: bytes, at: int) -> tuple[Value, int]:
    if kind.members is not None:
        return _sequence(kind.members, data, at)
    if kind.element is not None:
        count = kind.count
        if count is None:
            count, at = int.from_bytes(_word(data, at), "big"), at + WORD
        if count * kind.element.head > len(data) - at:
            raise WireError("a list longer than its bytes")
        return _sequence(_parts(kind, count), data, at)
    size, at = int.from_bytes(_word(data, at), "big"), at + WORD
    end = at + size + -size % WORD
    if end > len(data) or any(data[at + size : end]):
        raise WireError(f"no {kind.name}")
    blob = data[at : at + size]
    if kind.name == "bytes":
        return blob, end
    try:
        return blob.decode("utf-8"), end
    except UnicodeDecodeError as broken:
        raise WireError("no text") from broken


def encode(kind: Type, values: tuple[Value, ...]) -> bytes:
    """The one encoding of a tuple's values. Raises WireError for a value that its type does not hold."""
    return _written(kind.members or (), values)


def _written(kinds: tuple[Type, ...], values: tuple[Value, ...]) -> bytes:
    if len(kinds) != len(values):
        raise WireError("not as many values as types")
    heads, tails, offset = b"", b"", sum(kind.head for kind in kinds)
    for kind, value in zip(kinds, values, strict=True):
        one = _encoded(kind, value)
        if kind.dynamic:
            heads += (offset + len(tails)).to_bytes(WORD, "big")
            tails += one
        else:
            heads += one
    return heads + tails


def _encoded(kind: Type, value: Value) -> bytes:
    if isinstance(value, tuple):
        if kind.element is not None and kind.count in (None, len(value)):
            counted = b"" if kind.count is not None else len(value).to_bytes(WORD, "big")
            return counted + _written(_parts(kind, len(value)), value)
        if kind.members is not None:
            return _written(kind.members, value)
    elif kind.dynamic and isinstance(value, bytes | str):
        blob = value.encode("utf-8") if isinstance(value, str) else value
        if isinstance(value, str) == (kind.name == "string"):
            return len(blob).to_bytes(WORD, "big") + blob + bytes(-len(blob) % WORD)
    elif isinstance(value, bytes):
        if kind.name == "address" and len(value) == 20:
            return value.rjust(WORD, b"\0")
        if kind.name.startswith("bytes") and len(value) == kind.size:
            return value.ljust(WORD, b"\0")
    elif isinstance(value, bool):
        if kind.name == "bool":
            return int(value).to_bytes(WORD, "big")
    elif isinstance(value, int) and kind.name.startswith(("int", "uint")) and _fits(kind, value):
        return value.to_bytes(WORD, "big", signed=value < 0)
    raise WireError(f"no {kind.name}")
