"""Hexadecimal texts of a page's parameters (EIP-1474): bytes, addresses, quantities."""

from tandem.errors import BadRequest, WireError
from tandem.wire import Json, un0x, unhex


def bytes_param(value: Json, what: str, limit: int) -> bytes:
    """0x-prefixed hex of at most `limit` bytes. Raises BadRequest."""
    try:
        if not isinstance(value, str):
            raise WireError("no text")
        data = un0x(value)
    except WireError as broken:
        raise BadRequest(what) from broken
    if len(data) > limit:
        raise BadRequest(f"{what} too large")
    return data


def fixed_param(value: Json, what: str, size: int) -> bytes:
    """Exactly `size` bytes. Raises BadRequest."""
    data = bytes_param(value, what, size)
    if len(data) != size:
        raise BadRequest(what)
    return data


def address_param(value: Json) -> bytes:
    """20 bytes; pages write every mix of cases, so the checksum is not insisted on. Raises BadRequest."""
    return fixed_param(value, "address", 20)


def quantity_param(value: Json, what: str, *, bits: int = 256) -> int:
    """A hex quantity (EIP-1474); leading zeros are tolerated, as pages write them. Raises BadRequest."""
    if isinstance(value, str) and value.startswith("0x") and 2 < len(value) <= 66:
        try:
            number = int.from_bytes(unhex(value[2:].rjust(64, "0")), "big")
        except WireError as broken:
            raise BadRequest(what) from broken
        if number < 1 << bits:
            return number
    raise BadRequest(what)
