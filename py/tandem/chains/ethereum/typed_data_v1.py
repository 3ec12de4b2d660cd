"""The first eth_signTypedData, from before EIP-712: a flat list of {type, name, value}, and its own digest.

digest = keccak256(keccak256(every "type name", packed) ‖ keccak256(every value, packed)), with Solidity's packing.

Vultisig's payload has no form for the fields, but a phone signs keccak256 of the bytes that it is handed for any method
it does not know: the 64 bytes inside. It shows them as hex, which is why the screen here says so. 64 bytes could be a
transaction as well, so both devices refuse what begins like one or like another kind of message.
"""

import re
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.typed_data import MAX_TEXT, integer
from tandem.curve.keccak import keccak256
from tandem.errors import WireError
from tandem.wire import Json, json_text, parse_json, un0x

METHOD: Final = "eth_signTypedData"
MAX_FIELDS: Final = 100
_INTEGER: Final = re.compile(r"u?int([0-9]{0,3})", re.ASCII)
_FIXED: Final = re.compile(r"bytes([1-9]|[12][0-9]|3[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldHashes:
    """The 64 bytes that are hashed once more for the signature; all that a phone is told. Raises WireError for bytes
    that could be a transaction (a list of RLP, with or without a type before it) or an EIP-191 message."""

    preimage: bytes

    def __post_init__(self) -> None:
        head = self.preimage[:3]
        is_transaction = head[:2] == b"\xf8\x3e" or (head[:1] < b"\x80" and head[1:] == b"\xf8\x3d")
        if len(self.preimage) != 64 or is_transaction or (head[:1] == b"\x19" and head[1:2] in b"\x00\x01E"):
            raise WireError("not the hashes of typed fields")

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return keccak256(self.preimage)


@dataclass(frozen=True, slots=True)
class TypedFields:
    """(type, name, value as the page wrote it) of each field, and what they hash to."""

    fields: tuple[tuple[str, str, Json], ...]
    hashes: FieldHashes


def parse_fields(text: str) -> TypedFields:
    """Raises WireError for anything but a list of fields whose values fit their types."""
    value = parse_json(text, limit=MAX_TEXT, depth=4)
    if not isinstance(value, list) or not 0 < len(value) <= MAX_FIELDS:
        raise WireError("version 1 of typed data is a list of fields")
    fields: list[tuple[str, str, Json]] = []
    for each in value:
        match each:
            case {"type": str(kind), "name": str(name), "value": content} if len(name) <= 200:
                fields.append((kind, name, content))
            case _:
                raise WireError("a field has type, name and value")
    schema = keccak256("".join(f"{kind} {name}" for kind, name, _ in fields).encode("utf-8"))
    return TypedFields(
        tuple(fields), FieldHashes(schema + keccak256(b"".join(_packed(kind, content) for kind, _, content in fields)))
    )


def _packed(kind: str, value: Json) -> bytes:
    """One value as Solidity's packed encoding has it; arrays, which libraries pack differently, are refused."""
    if kind == "string" and isinstance(value, str):
        return value.encode("utf-8")
    if kind == "bool" and isinstance(value, bool):
        return bytes([value])
    if kind == "bytes" and isinstance(value, str):
        return un0x(value)
    if kind == "address" and isinstance(value, str):
        return un0x(value, size=20)
    if (fixed := _FIXED.fullmatch(kind)) and isinstance(value, str):
        return un0x(value, size=int(fixed[1]))
    if number := _INTEGER.fullmatch(kind):
        whole = kind if number[1] else f"{kind}256"
        return integer(value, whole).to_bytes(int(number[1] or 256) // 8, "big", signed=kind[0] == "i")
    raise WireError(f"no {kind}")


def fields_summary(content: TypedFields) -> dict[str, Json]:
    """The fields of the message screen (docs/ui.md): as those of EIP-712, but the phone shows only their hashes."""
    shown: list[Json] = [
        [0, name, value if isinstance(value, str) else json_text(value)] for _, name, value in content.fields
    ]
    return {
        "text": None,
        "hex": "0x" + content.hashes.preimage.hex(),
        "binary": False,
        "digest": "0x" + content.hashes.digest().hex(),
        "typed": {
            "primary": "",
            "name": None,
            "contract": None,
            "chain_id": None,
            "fields": shown,
            "grants": [],
            "order": None,
        },
        "phone_blind": True,
    }
