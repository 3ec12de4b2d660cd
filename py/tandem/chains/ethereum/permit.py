"""What a signed typed message may hand out without any transaction: token allowances by signature.

Known by exact shape: EIP-2612's Permit, DAI's older one, and Uniswap's Permit2 (single, batch, transfer). Anything else
has no meaning here, and its fields are shown as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.typed_data import TypedData, encode_type
from tandem.errors import WireError
from tandem.wire import Json, un0x

_PERMIT: Final = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
_DAI: Final = "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)"
_DETAILS: Final = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
_SINGLE: Final = "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)" + _DETAILS
_BATCH: Final = "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)" + _DETAILS
_TOKENS: Final = "TokenPermissions(address token,uint256 amount)"
_FROM: Final = "(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)" + _TOKENS
_BATCH_FROM: Final = "(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)" + _TOKENS
# With a witness of any shape: what it says binds the spender only, the tokens are the spender's to take.
_WITNESSED: Final = "(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
_BATCH_WITNESSED: Final = "(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline,"
_PERMITTED: Final = "TokenPermissions(address token,uint256 amount)"


@dataclass(frozen=True, slots=True)
class Grant:
    """`spender` may take up to `amount` base units of `token` until `until` (epoch seconds); addresses of 20 bytes."""

    token: bytes
    spender: bytes
    amount: int
    unlimited: bool
    until: int


def grants(data: TypedData) -> tuple[Grant, ...]:
    """What the message hands out; empty when it is none of the known shapes."""
    shape = encode_type(data.types, data.primary)
    message = data.message
    try:
        if shape == _PERMIT:
            return (_grant(data.domain.get("verifyingContract"), message, message["value"], message["deadline"], 256),)
        if shape == _DAI:
            amount = (1 << 256) - 1 if message["allowed"] is True else 0
            return (_grant(data.domain.get("verifyingContract"), message, amount, message["expiry"], 256),)
        if shape == _SINGLE:
            return tuple(_detailed(each, message, "expiration", 160) for each in (message["details"],))
        if shape == _BATCH:
            return tuple(_detailed(each, message, "expiration", 160) for each in _list(message["details"]))
        if shape == "PermitTransferFrom" + _FROM:
            return (_detailed(message["permitted"], message, "", 256),)
        if shape == "PermitBatchTransferFrom" + _BATCH_FROM:
            return tuple(_detailed(each, message, "", 256) for each in _list(message["permitted"]))
        if shape.startswith("PermitWitnessTransferFrom" + _WITNESSED) and _PERMITTED in shape:
            return (_detailed(message["permitted"], message, "", 256),)
        if shape.startswith("PermitBatchWitnessTransferFrom" + _BATCH_WITNESSED) and _PERMITTED in shape:
            return tuple(_detailed(each, message, "", 256) for each in _list(message["permitted"]))
    except (WireError, KeyError):
        pass  # a domain without a contract: the token is not named, so there is nothing to tell
    return ()


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _detailed(details: Json, message: Mapping[str, Json], until: str, bits: int) -> Grant:
    if not isinstance(details, dict):
        raise WireError("no details")
    return _grant(details["token"], message, details["amount"], details[until] if until else message["deadline"], bits)


def _grant(token: Json, message: Mapping[str, Json], amount: Json, until: Json, bits: int) -> Grant:
    spender = message["spender"]
    if not isinstance(token, str) or not isinstance(spender, str):
        raise WireError("no address")
    units = _number(amount)
    return Grant(un0x(token, size=20), un0x(spender, size=20), units, units >= (1 << bits - 1) - 1, _number(until))


def _number(value: Json) -> int:
    """An integer that `typed_data` has found to be one."""
    if isinstance(value, str):
        return int(value, 16) if value.startswith("0x") else int(value)
    if isinstance(value, int):
        return value
    raise WireError("no number")
