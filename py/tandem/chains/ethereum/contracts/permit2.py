"""Uniswap's Permit2: one contract that people allow once, and that then hands out smaller permissions of its own."""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Fact, Moment, Step, Units, endless

_DETAILS = "(address token, uint160 amount, uint48 expiration, uint48 nonce) details"
SINGLE = f"({_DETAILS}, address spender, uint256 sigDeadline)"
BATCH = f"({_DETAILS.replace(') details', ')[] details')}, address spender, uint256 sigDeadline)"


def granted(details: Args) -> tuple[tuple[Fact, ...], bool]:
    """One permission, and whether it is endless. An expiration of 0 is this very moment (AllowanceTransfer.sol)."""
    amount = details.number("amount")
    facts = ("limit", Units(details.blob("token"), amount)), ("until", Moment(details.number("expiration")))
    return facts, endless(amount, 160)


def _approve(call: Call, args: Args, _: Decode) -> Step:
    facts, forever = granted(args)
    return call.step("permit2_approve", *facts, ("spender", args.blob("spender")), unlimited=forever, claim=True)


def permitted(call: Call, owner: bytes, permit: Args) -> Step:
    """Of a PermitSingle or a PermitBatch."""
    single = permit.kind.members is not None and permit.kind.members[0].element is None
    rows = (permit.row("details"),) if single else permit.rows("details")
    call.budget.spend(len(rows))
    found = [granted(each) for each in rows]
    facts = [fact for some, _ in found for fact in some]
    forever = any(endless for _, endless in found)
    whose = ("owner", owner), ("spender", permit.blob("spender"))
    return call.step("permit2_permit", *facts, *whose, unlimited=forever, claim=True)


def _permit(call: Call, args: Args, _: Decode) -> Step:
    return permitted(call, args.blob("owner"), args.row("permit"))


def moved(call: Call, transfer: Args, source: bytes, recipient: bytes) -> Step:
    """Tokens that the source has allowed this contract to move."""
    amount = Units(transfer.blob("token"), transfer.number("amount"))
    return call.step(
        "erc20_transfer_from", ("amount", amount), ("source", source), ("recipient", recipient), claim=True
    )


def _transfer(call: Call, args: Args, _: Decode) -> Step:
    return moved(call, args, args.blob("from"), args.blob("to"))


def _transfers(call: Call, args: Args, _: Decode) -> Step:
    call.budget.spend(len(args.rows("transfers")))
    each = tuple(moved(call, one, one.blob("from"), one.blob("to")) for one in args.rows("transfers"))
    return call.step("several", steps=each, claim=True)


def _lockdown(call: Call, args: Args, _: Decode) -> Step:
    call.budget.spend(len(args.rows("approvals")))
    facts: list[Fact] = []
    for pair in args.rows("approvals"):
        facts += [("token", pair.blob("token")), ("no_longer", pair.blob("spender"))]
    return call.step("permit2_lockdown", *facts, claim=True)


_MOVE = "address from, address to, uint160 amount, address token"

FUNCTIONS: Table = (
    (Function("approve(address token, address spender, uint160 amount, uint48 expiration)"), _approve),
    (Function(f"permit(address owner, {SINGLE} permit, bytes signature)"), _permit),
    (Function(f"permit(address owner, {BATCH} permit, bytes signature)"), _permit),
    (Function(f"transferFrom({_MOVE})"), _transfer),
    (Function(f"transferFrom(({_MOVE})[] transfers)"), _transfers),
    (Function("lockdown((address token, address spender)[] approvals)"), _lockdown),
)
