"""What an EVM node answers: quantities (EIP-1474), and what token contracts say of themselves (EIP-20)."""

from dataclasses import dataclass

from tandem.errors import ChainNodeError
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class Token:
    """What an ERC-20 contract says of itself; `symbol` and `decimals` are None where it does not answer."""

    address: bytes
    symbol: str | None
    decimals: int | None


def quantity(value: Json) -> int:
    """A hex quantity of a node, for example 0x10 → 16. Raises ChainNodeError."""
    if isinstance(value, str) and value.startswith("0x") and 2 < len(value) <= 66:
        try:
            return int(value, 16)
        except ValueError:
            pass
    raise ChainNodeError("no quantity")


def text_result(value: Json) -> str | None:
    """A string returned by a contract call: ABI string, or bytes32 as old tokens do; None when it is neither."""
    if not isinstance(value, str) or not value.startswith("0x"):
        return None
    try:
        raw = bytes.fromhex(value[2:])
    except ValueError:
        return None
    if len(raw) == 32:
        chars = raw.rstrip(b"\0")
    elif len(raw) >= 64 and int.from_bytes(raw[:32], "big") == 32:
        size = int.from_bytes(raw[32:64], "big")
        if size > min(len(raw) - 64, 64):
            return None
        chars = raw[64 : 64 + size]
    else:
        return None
    try:
        name = chars.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return name if name and len(name) <= 32 and name.isprintable() else None
