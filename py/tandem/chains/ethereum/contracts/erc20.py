"""Fungible tokens: EIP-20, the allowance steps that OpenZeppelin's tokens had, EIP-2612's permit.

EIP-721 gave two of the functions another meaning under the same name: approve(address,uint256) and
transferFrom(address,address,uint256). The bytes do not say which; the words say "amount or item" until the token's
decimals are known (words.py).
"""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Moment, Step, Units, endless

TRANSFER = Function("transfer(address to, uint256 value)")
APPROVE = Function("approve(address spender, uint256 value)")


def _transfer(call: Call, args: Args, _: Decode) -> Step:
    amount = Units(call.to, args.number("value"))
    return call.step("erc20_transfer", ("amount", amount), ("recipient", args.blob("to")))


def _transfer_from(call: Call, args: Args, _: Decode) -> Step:
    amount = Units(call.to, args.number("value"))
    facts = ("amount", amount), ("source", args.blob("from")), ("recipient", args.blob("to"))
    return call.step("erc20_transfer_from", *facts)


def _approve(call: Call, args: Args, _: Decode) -> Step:
    value = args.number("value")
    facts = ("limit", Units(call.to, value)), ("spender", args.blob("spender"))
    return call.step("erc20_approve", *facts, unlimited=endless(value))


def _more(call: Call, args: Args, _: Decode) -> Step:
    value = args.number("addedValue")
    facts = ("more", Units(call.to, value)), ("spender", args.blob("spender"))
    return call.step("erc20_increase", *facts, unlimited=endless(value))


def _less(call: Call, args: Args, _: Decode) -> Step:
    less = Units(call.to, args.number("subtractedValue"))
    return call.step("erc20_decrease", ("less", less), ("spender", args.blob("spender")))


def _permit(call: Call, args: Args, _: Decode) -> Step:
    value = args.number("value")
    facts = ("limit", Units(call.to, value)), ("owner", args.blob("owner")), ("spender", args.blob("spender"))
    return call.step("erc20_permit", *facts, unlimited=endless(value))


def _permit_all(call: Call, args: Args, _: Decode) -> Step:
    """DAI's permit from before EIP-2612: everything or nothing."""
    allowed = args.number("allowed") == 1
    limit = Units(call.to, (1 << 256) - 1 if allowed else 0)
    facts = ("limit", limit), ("owner", args.blob("holder")), ("spender", args.blob("spender"))
    until = (("until", Moment(args.number("expiry"))),) if args.number("expiry") else ()
    return call.step("erc20_permit", *facts, *until, unlimited=allowed)


_SIGNATURE = "uint8 v, bytes32 r, bytes32 s"

FUNCTIONS: Table = (
    (TRANSFER, _transfer),
    (Function("transferFrom(address from, address to, uint256 value)"), _transfer_from),
    (APPROVE, _approve),
    (Function("increaseAllowance(address spender, uint256 addedValue)"), _more),
    (Function("decreaseAllowance(address spender, uint256 subtractedValue)"), _less),
    (
        Function(f"permit(address owner, address spender, uint256 value, uint256 deadline, {_SIGNATURE})"),
        _permit,
    ),
    (
        Function(f"permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed, {_SIGNATURE})"),
        _permit_all,
    ),
)
