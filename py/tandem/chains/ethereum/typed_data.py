"""Typed structured data (EIP-712, as eth_signTypedData_v4 takes it): JSON in, types checked, the digest out.

Stricter than most: every member must be there, with a value that its type holds exactly, and the domain's type must be
the one that follows from the domain's own fields. Wallets differ where that is not so (ethers and Vultisig's apps
derive the domain's type, MetaMask takes the page's), and two devices that differ cannot sign together. What no type
names is not signed, nor is a type that nothing uses: both are left out at once, so that nobody reads them, or hashes
them, as if they were. (ethers, in the TypeScript apps, also takes for the primary type the one that nothing uses.)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from tandem.chains.ethereum.address import checksum
from tandem.curve.keccak import keccak256
from tandem.errors import WireError
from tandem.wire import Json, json_text, parse_json, un0x

MAX_TEXT: Final = 64 * 1024
MAX_DEPTH: Final = 24
MAX_TYPES: Final = 100
MAX_MEMBERS: Final = 100
MAX_VALUES: Final = 2000  # of the whole message; what nobody could read, nobody should sign
DOMAIN: Final = "EIP712Domain"
_DOMAIN_MEMBERS: Final = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
)
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,99}", re.ASCII)
_ARRAY: Final = re.compile(r"(.+)\[([0-9]{0,4})\]", re.ASCII)
_INTEGER: Final = re.compile(rf"u?int({'|'.join(str(bits) for bits in range(8, 257, 8))})", re.ASCII)
_FIXED: Final = re.compile(r"bytes([1-9]|[12][0-9]|3[0-2])", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,78}", re.ASCII)
_PLAIN: Final = ("string", "bytes", "bool", "address")

Member: TypeAlias = tuple[str, str]  # name, type
Types: TypeAlias = Mapping[str, tuple[Member, ...]]


@dataclass(frozen=True, slots=True)
class TypedData:
    """types: the structs by name, the domain's among them; domain, message: values as the page wrote them."""

    types: Types
    primary: str
    domain: Mapping[str, Json]
    message: Mapping[str, Json]

    @property
    def chain_id(self) -> int | None:
        """The network that the domain names, None where it names none."""
        value = self.domain.get("chainId")
        return None if value is None else integer(value, "uint256")

    @property
    def has_arrays(self) -> bool:
        return any(_ARRAY.fullmatch(kind) for members in self.types.values() for _, kind in members)

    @property
    def is_recursive(self) -> bool:
        """Whether a type refers to itself, directly or through others, which ethers refuses."""
        inner = {name: {_base(kind) for _, kind in members} & set(self.types) for name, members in self.types.items()}
        return any(name in _used(self.types, each) for name, others in inner.items() for each in others)

    def text(self) -> str:
        """The JSON that travels to the other device, in a form that all of them take: numbers that JavaScript would
        round become text, and addresses have the checksum of EIP-55, which ethers wants right where there is any."""
        whole: dict[str, Json] = {
            "types": {name: [{"name": n, "type": t} for n, t in members] for name, members in self.types.items()},
            "primaryType": self.primary,
            "domain": _exact(self.types, DOMAIN, dict(self.domain)),
            "message": _exact(self.types, self.primary, dict(self.message)),
        }
        return json_text(whole)


def parse(text: str) -> TypedData:
    """Raises WireError for anything that is not typed data whose every value fits its type."""
    value = parse_json(text, limit=MAX_TEXT, depth=MAX_DEPTH)
    match value:
        case {"types": dict(types), "primaryType": str(primary), "domain": dict(domain), "message": dict(message)}:
            domain = _declared(types, domain)
            made = TypedData(_types(types, domain), primary, domain, message)
        case _:
            raise WireError("typed data has types, primaryType, domain and message")
    if primary not in made.types or primary == DOMAIN:
        raise WireError("primaryType is none of the types")
    digest(made)  # every value is encoded once, so that none is found wrong after the yes
    used = {DOMAIN, *_used(made.types, primary)}
    made = replace(made, types={name: members for name, members in made.types.items() if name in used})
    only = _only(made.types, primary, message)
    return replace(made, message=only) if isinstance(only, dict) else made


def _declared(types: Mapping[str, Json], domain: dict[str, Json]) -> dict[str, Json]:
    """The domain without the fields that the page's own type of it leaves out: they are not signed."""
    listed = types.get(DOMAIN)
    if not isinstance(listed, list) or not set(domain) <= {name for name, _ in _DOMAIN_MEMBERS}:
        return domain
    names = [member.get("name") for member in listed if isinstance(member, dict)]  # not yet known to be texts
    return {name: value for name, value in domain.items() if name in names}


def _only(types: Types, kind: str, value: Json) -> Json:
    """What of a value its type names: what is shown is what is signed. For values that `digest` has found right."""
    if (array := _ARRAY.fullmatch(kind)) is not None and isinstance(value, list):
        return [_only(types, array[1], each) for each in value]
    if kind in types and isinstance(value, dict):
        return {label: _only(types, member, value[label]) for label, member in types[kind]}
    return value


def digest(data: TypedData) -> bytes:
    """The 32 bytes that are signed: keccak256(0x1901 ‖ domain separator ‖ hash of the message)."""
    budget = _Budget()
    domain = _hash_struct(data.types, DOMAIN, data.domain, budget)
    return keccak256(b"\x19\x01" + domain + _hash_struct(data.types, data.primary, data.message, budget))


class _Budget:
    """Counts values, so that a small text with wide arrays of empty structs is bounded too."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise WireError(f"over {MAX_VALUES} values")


def _types(given: Mapping[str, Json], domain: Mapping[str, Json]) -> Types:
    if len(given) > MAX_TYPES:
        raise WireError("too many types")
    types = {name: _members(name, members) for name, members in given.items()}
    known = {name for name, _ in _DOMAIN_MEMBERS}
    if not set(domain) <= known:
        raise WireError("a field of the domain that EIP-712 does not know")
    derived = tuple(member for member in _DOMAIN_MEMBERS if domain.get(member[0]) is not None)
    if types.setdefault(DOMAIN, derived) != derived:
        raise WireError("the domain's type is not that of its fields: devices would not agree on what is signed")
    return types


def _members(name: str, given: Json) -> tuple[Member, ...]:
    if not _NAME.fullmatch(name) or not isinstance(given, list) or len(given) > MAX_MEMBERS:
        raise WireError("a type's name or members")
    if _plain(name):
        raise WireError(f"a struct that is called {name}")  # wallets differ on which of the two is meant
    members: list[Member] = []
    for member in given:
        match member:
            case {"name": str(label), "type": str(kind)} if (
                _NAME.fullmatch(label) and len(kind) <= 200 and _NAME.fullmatch(_base(kind))
            ):
                members.append((label, kind))
            case _:
                raise WireError(f"a member of {name}")
    if len({label for label, _ in members}) != len(members):
        raise WireError(f"a member of {name} twice")
    return tuple(members)


def encode_type(types: Types, name: str) -> str:
    """EIP-712's encodeType: the struct, then those that it refers to by name in alphabetical order."""
    others = sorted(_used(types, name) - {name})
    return "".join(
        f"{one}({','.join(f'{_written(types, kind)} {label}' for label, kind in types[one])})"
        for one in (name, *others)
    )


def _used(types: Types, name: str) -> set[str]:
    """The struct and those that it refers to, at any depth."""
    found: set[str] = set()
    todo = [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += [base for _, kind in types[one] if (base := _base(kind)) in types]
    return found


def _base(kind: str) -> str:
    """The element type under all array brackets."""
    while match := _ARRAY.fullmatch(kind):
        kind = match[1]
    return kind


def _plain(kind: str) -> bool:
    return kind in _PLAIN or bool(_FIXED.fullmatch(kind) or _INTEGER.fullmatch(kind))


def _written(types: Types, kind: str) -> str:
    """A type as it is hashed. An integer without its bits is refused: wallets differ on whether they are written out;
    and so is a type that there is not, of which an empty array has no value that would tell."""
    base = _base(kind)
    if base not in types and not _plain(base):
        raise WireError(f"no type: {base}")
    return kind


def _hash_struct(types: Types, name: str, value: Mapping[str, Json], budget: _Budget) -> bytes:
    parts = [keccak256(encode_type(types, name).encode("ascii"))]
    for label, kind in types[name]:
        if label not in value:
            raise WireError(f"{name}.{label} is missing")
        parts.append(_encode(types, kind, value[label], budget))
    return keccak256(b"".join(parts))


def _encode(types: Types, kind: str, value: Json, budget: _Budget) -> bytes:
    """One member as 32 bytes."""
    budget.spend()
    array = _ARRAY.fullmatch(kind)
    if array is not None:
        if not isinstance(value, list) or (array[2] and len(value) != int(array[2])):
            raise WireError(f"no {kind}")
        return keccak256(b"".join(_encode(types, array[1], each, budget) for each in value))
    if kind in types:
        if not isinstance(value, dict):
            raise WireError(f"no {kind}")
        return _hash_struct(types, kind, value, budget)
    if kind == "string" and isinstance(value, str):
        return keccak256(value.encode("utf-8"))
    if kind == "bytes" and isinstance(value, str):
        return keccak256(un0x(value))
    if kind == "bool" and isinstance(value, bool):
        return int(value).to_bytes(32, "big")
    if kind == "address" and isinstance(value, str):
        return un0x(value, size=20).rjust(32, b"\0")
    if (fixed := _FIXED.fullmatch(kind)) and isinstance(value, str):
        return un0x(value, size=int(fixed[1])).ljust(32, b"\0")
    if _INTEGER.fullmatch(kind):
        return integer(value, kind).to_bytes(32, "big", signed=kind[0] == "i")
    raise WireError(f"no {kind}")


def integer(value: Json, kind: str) -> int:
    """A whole number, or its decimal or 0x-hex text, that the type holds."""
    if not _INTEGER.fullmatch(kind):
        raise WireError(f"no type: {kind}")
    if isinstance(value, str):
        if value.startswith("0x") and 2 < len(value) <= 66:
            number = int.from_bytes(un0x("0x" + value[2:].rjust(64, "0")), "big")
        elif _DECIMAL.fullmatch(value):
            number = int(value)
        else:
            raise WireError(f"no {kind}")
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        raise WireError(f"no {kind}")
    bits = int(kind.removeprefix("u").removeprefix("int"))
    low, high = (0, 1 << bits) if kind.startswith("u") else (-(1 << bits - 1), 1 << bits - 1)
    if not low <= number < high:
        raise WireError(f"out of range for {kind}")
    return number


def _exact(types: Types, kind: str, value: Json) -> Json:
    """A value that `digest` has found right, written so that every device reads the same."""
    if (array := _ARRAY.fullmatch(kind)) is not None and isinstance(value, list):
        return [_exact(types, array[1], each) for each in value]
    if kind in types and isinstance(value, dict):
        return {label: _exact(types, member, value[label]) for label, member in types[kind]}
    if kind == "address" and isinstance(value, str):
        return checksum(un0x(value, size=20))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 53:
        return str(value)
    return value
