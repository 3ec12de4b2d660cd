"""Why a call failed: the return data of a revert (Solidity ABI, "Panic via assert and Error via require")."""

from typing import Final

from tandem.errors import WireError
from tandem.wire import Json, un0x

_ERROR: Final = bytes.fromhex("08c379a0")  # Error(string)
_PANIC: Final = bytes.fromhex("4e487b71")  # Panic(uint256)
_PANICS: Final = {
    0x00: "a compiler's own check",
    0x01: "an assertion",
    0x11: "a number too large or below zero",
    0x12: "a division by zero",
    0x21: "a value outside its enumeration",
    0x22: "a badly encoded string in storage",
    0x31: "an empty list that something was taken from",
    0x32: "an index outside a list",
    0x41: "too much memory",
    0x51: "a function that was never set",
}
_LONGEST: Final = 200


def reason(data: Json) -> str | None:
    """In words what the contract says by the `data` of a node's error; None where it says nothing.

    A contract chooses its text freely: it is printable, bounded, and to be shown as quoted.
    """
    raw = _raw(data)
    if not raw:
        return None
    selector, rest = raw[:4], raw[4:]
    if selector == _ERROR and (text := _text(rest)) is not None:
        return text
    if selector == _PANIC and len(rest) == 32:
        code = int.from_bytes(rest, "big")
        return f"{_PANICS.get(code, 'an unknown failure')} (panic 0x{code:02x})"
    return f"an error that is not understood, 0x{selector.hex()}" if len(selector) == 4 else None


def _raw(data: Json) -> bytes | None:
    """Hex alone, or in an object's `data`, as some nodes have it; OpenEthereum's kin write "Reverted" before it."""
    if isinstance(data, dict):
        data = data.get("data")
    if not isinstance(data, str):
        return None
    try:
        return un0x(data.removeprefix("Reverted "))
    except WireError:
        return None


def _text(rest: bytes) -> str | None:
    if len(rest) < 64 or int.from_bytes(rest[:32], "big") != 32:
        return None
    size = int.from_bytes(rest[32:64], "big")
    if size > len(rest) - 64:
        return None
    text = rest[64 : 64 + size].decode("utf-8", "replace")
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown[:_LONGEST] + "…" if len(shown) > _LONGEST else shown
