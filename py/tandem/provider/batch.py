"""Several calls in one request: wallet_sendCalls and the methods around it (EIP-5792, version 2.0.0)."""

from dataclasses import dataclass
from typing import Final

from tandem.errors import BadRequest, BatchTooLarge, NotAtomic, UnsupportedCapability
from tandem.provider.hex_params import address_param, bytes_param, quantity_param
from tandem.provider.request import MAX_DATA
from tandem.wire import Json

VERSION: Final = "2.0.0"
MAX_CALLS: Final = 10  # what one person can judge on one screen
MAX_ID: Final = 8194  # characters, as the EIP says


@dataclass(frozen=True, slots=True)
class BatchCall:
    """`to` None creates a contract; value in wei."""

    to: bytes | None
    value: int
    data: bytes


@dataclass(frozen=True, slots=True)
class BatchWish:
    """`sender` and `id` are None where the page leaves them to the wallet."""

    sender: bytes | None
    chain_id: int
    calls: tuple[BatchCall, ...]
    id: str | None


def batch_params(params: tuple[Json, ...]) -> BatchWish:
    """Of wallet_sendCalls. Raises BadRequest, NotAtomic, UnsupportedCapability, BatchTooLarge."""
    wish = params[0] if len(params) == 1 else None
    if not isinstance(wish, dict) or wish.get("version") != VERSION:
        raise BadRequest("wallet_sendCalls takes one object of version 2.0.0")
    calls, atomic, sender = wish.get("calls"), wish.get("atomicRequired"), wish.get("from")
    if not isinstance(calls, list) or not calls or not isinstance(atomic, bool):
        raise BadRequest("calls and atomicRequired")
    chosen = None if (given := wish.get("id")) is None else batch_id(given)
    made = BatchWish(
        None if sender is None else address_param(sender),
        quantity_param(wish.get("chainId"), "chainId", bits=53),
        tuple(_call(each) for each in calls[:MAX_CALLS]),
        chosen,
    )
    _require_optional(wish.get("capabilities"))
    if atomic:
        raise NotAtomic
    if len(calls) > MAX_CALLS:
        raise BatchTooLarge
    return made


def batch_id(value: Json) -> str:
    """Raises BadRequest."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
        raise BadRequest("batch id")
    return value


def id_params(params: tuple[Json, ...]) -> str:
    """Of wallet_getCallsStatus and wallet_showCallsStatus. Raises BadRequest."""
    if len(params) != 1:
        raise BadRequest("one batch id")
    return batch_id(params[0])


def capabilities_params(params: tuple[Json, ...]) -> tuple[bytes, tuple[int, ...] | None]:
    """Account and chain ids of wallet_getCapabilities; None asks for every network. Raises BadRequest."""
    if not 1 <= len(params) <= 2:
        raise BadRequest("wallet_getCapabilities takes an address and chain ids")
    account, chains = address_param(params[0]), params[1] if len(params) == 2 else None
    if chains is None:
        return account, None
    if not isinstance(chains, list) or len(chains) > 100:
        raise BadRequest("chain ids")
    return account, tuple(quantity_param(each, "chainId", bits=53) for each in chains)


def _call(value: Json) -> BatchCall:
    if not isinstance(value, dict):
        raise BadRequest("call")
    to, amount, data = value.get("to"), value.get("value"), value.get("data")
    _require_optional(value.get("capabilities"))
    made = BatchCall(
        None if to is None else address_param(to),
        0 if amount is None else quantity_param(amount, "value"),
        b"" if data is None else bytes_param(data, "data", MAX_DATA),
    )
    if made.to is None and not made.data:
        raise BadRequest("neither recipient nor code")
    return made


def _require_optional(capabilities: Json) -> None:
    """We have none, so each has to say that it is optional. Raises BadRequest, UnsupportedCapability."""
    if capabilities is None:
        return
    if not isinstance(capabilities, dict):
        raise BadRequest("capabilities")
    if any(not isinstance(each, dict) or each.get("optional") is not True for each in capabilities.values()):
        raise UnsupportedCapability
