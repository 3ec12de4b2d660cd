"""The two lists that a page's transaction may carry: addresses that it will touch (EIP-2930), and signed words of
accounts that a contract's code shall be theirs (EIP-7702). What they mean is judged where transactions are made."""

from dataclasses import dataclass
from typing import Final

from tandem.errors import BadRequest
from tandem.provider.hex_params import address_param, fixed_param, quantity_param
from tandem.wire import Json

MAX_ENTRIES: Final = 4096  # of a list of any sort: what is looked at before it is counted exactly

AccessWish = tuple[bytes, tuple[bytes, ...]]
"""An address of 20 bytes, and storage slots of 32."""


@dataclass(frozen=True, slots=True)
class AuthorizationWish:
    """As the page wrote it, each number in its range: chain id, 20 bytes, nonce, parity, and two of 256 bits."""

    chain_id: int
    delegate: bytes
    nonce: int
    y_parity: int
    r: int
    s: int


def access_list_param(value: Json) -> tuple[AccessWish, ...]:
    """Empty where there is none. Raises BadRequest."""
    return tuple(_access(each) for each in _listed(value, "accessList"))


def _access(value: Json) -> AccessWish:
    if not isinstance(value, dict) or "storageKeys" not in value:
        raise BadRequest("an entry of accessList")
    slots = _listed(value.get("storageKeys"), "storageKeys")
    return address_param(value.get("address")), tuple(fixed_param(slot, "storage key", 32) for slot in slots)


def authorizations_param(value: Json) -> tuple[AuthorizationWish, ...]:
    """Empty where there is none. Raises BadRequest."""
    return tuple(_authorization(each) for each in _listed(value, "authorizationList"))


def _authorization(value: Json) -> AuthorizationWish:
    if not isinstance(value, dict):
        raise BadRequest("an entry of authorizationList")
    return AuthorizationWish(
        quantity_param(value.get("chainId"), "chainId"),
        address_param(value.get("address")),
        quantity_param(value.get("nonce"), "nonce", bits=64),
        _parity(value),
        quantity_param(value.get("r"), "r"),
        quantity_param(value.get("s"), "s"),
    )


def _parity(value: dict[str, Json]) -> int:
    """`yParity`, or `v` as old signatures have it; they may not contradict each other."""
    given, old = value.get("yParity"), value.get("v")
    parity = None if given is None else quantity_param(given, "yParity", bits=8)
    from_v = None if old is None else quantity_param(old, "v", bits=8)
    if from_v in (27, 28):
        from_v -= 27
    if parity is None:
        parity = from_v
    if parity is None or from_v not in (None, parity):
        raise BadRequest("yParity")
    return parity


def _listed(value: Json, what: str) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise BadRequest(what)
    return value
