"""Uniswap's Universal Router: a string of command bytes, each with its own input (Commands.sol, Dispatcher.sol).

Of a version 4 swap what counts is what is settled and what is taken: the router holds to those, whatever the pools and
their hooks do.
"""

from typing import Final

from tandem.chains.ethereum import abi
from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts import permit2
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Fact, Moment, Percent, Step, Units
from tandem.chains.ethereum.contracts.uniswap import ends, swap, whose
from tandem.errors import WireError

_MAY_FAIL, _COMMAND = 0x80, 0x7F
_HELD: Final = 1 << 255  # instead of an amount: all that the router holds (Constants.sol)
_IN, _OUT = "uint256 amountIn, uint256 amountOutMin", "uint256 amountOut, uint256 amountInMax"
_MOVE = "address from, address to, uint160 amount, address token"

INPUTS: Final = {
    0x00: abi.parse_type(f"(address recipient, {_IN}, bytes path, bool payerIsUser)"),
    0x01: abi.parse_type(f"(address recipient, {_OUT}, bytes path, bool payerIsUser)"),
    0x02: abi.parse_type("(address token, address recipient, uint160 amount)"),
    0x03: abi.parse_type(f"({permit2.BATCH} permit, bytes signature)"),
    0x04: abi.parse_type("(address token, address recipient, uint256 amountMin)"),
    0x05: abi.parse_type("(address token, address recipient, uint256 value)"),
    0x06: abi.parse_type("(address token, address recipient, uint256 bips)"),
    0x08: abi.parse_type(f"(address recipient, {_IN}, address[] path, bool payerIsUser)"),
    0x09: abi.parse_type(f"(address recipient, {_OUT}, address[] path, bool payerIsUser)"),
    0x0A: abi.parse_type(f"({permit2.SINGLE} permit, bytes signature)"),
    0x0B: abi.parse_type("(address recipient, uint256 amountMin)"),
    0x0C: abi.parse_type("(address recipient, uint256 amountMin)"),
    0x0D: abi.parse_type(f"(({_MOVE})[] transfers)"),
    0x0E: abi.parse_type("(address owner, address token, uint256 minBalance)"),
    0x10: abi.parse_type("(bytes actions, bytes[] params)"),
}
_SETTLE_ALL, _TAKE_ALL, _SWAPS = 0x0C, 0x0F, (0x06, 0x07, 0x08, 0x09)
_CURRENCY = abi.parse_type("(address currency, uint256 amount)")


def _execute(call: Call, args: Args, _: Decode) -> Step:
    commands, inputs = args.blob("commands"), args.blobs("inputs")
    if len(commands) != len(inputs) or not commands:
        raise WireError("not as many inputs as commands")
    steps = tuple(_command(call, code, data) for code, data in zip(commands, inputs, strict=True))
    until = (("deadline", Moment(args.number("deadline"))),) if "deadline" in args.kind.labels else ()
    return call.step("several", *until, steps=steps, claim=True)


def _command(call: Call, code: int, data: bytes) -> Step:
    """One command; one that is not known, or not of its shape, is said not to be understood."""
    call.budget.spend()
    kind = INPUTS.get(code & _COMMAND)
    try:
        if kind is not None:
            return _read(call, code & _COMMAND, Args(kind, abi.decode(kind, data)))
    except WireError:
        pass
    return call.step("router_command", ("command", code), ("data", data), claim=True, understood=False)


def _read(call: Call, code: int, args: Args) -> Step:
    to = _recipient(call, args)
    match code:
        case 0x00 | 0x01 | 0x08 | 0x09:
            return _swap(call, code, args)
        case 0x02:
            return permit2.moved(call, args, call.sender, whose(call, args.blob("recipient")))
        case 0x03 | 0x0A:
            return permit2.permitted(call, call.sender, args.row("permit"))
        case 0x04:
            gets = Units(_coin(args.blob("token")), args.number("amountMin"), "least")
            return call.step("sweep", ("gets", gets), *to, claim=True)
        case 0x05:
            gets = _amount(_coin(args.blob("token")), args.number("value"))
            return call.step("router_pays", ("gets", gets), *to, claim=True)
        case 0x06:
            share = ("share", Percent(args.number("bips")))
            token = ("gets", Units(_coin(args.blob("token")), 0, "all"))
            whom = tuple(("fee_recipient", each) for _, each in to)
            return call.step("router_share", share, token, *whom, claim=True)
        case 0x0B:
            pays = _amount(None, args.number("amountMin"))
            return call.step("wrap_held", ("held", pays), *to, claim=True)
        case 0x0C:
            gets = Units(None, args.number("amountMin"), "least")
            return call.step("unwrap_held", ("gets", gets), *to, claim=True)
        case 0x0D:
            call.budget.spend(len(args.rows("transfers")))
            each = tuple(permit2.moved(call, one, one.blob("from"), one.blob("to")) for one in args.rows("transfers"))
            return call.step("several", steps=each, claim=True)
        case 0x0E:
            least = Units(args.blob("token"), args.number("minBalance"), "least")
            return call.step("check_balance", ("holds", least), ("owner", args.blob("owner")), claim=True)
    return _fourth(call, args)


def _recipient(call: Call, args: Args) -> tuple[Fact, ...]:
    if "recipient" not in args.kind.labels:
        return ()
    return (("recipient", whose(call, args.blob("recipient"))),)


def _coin(token: bytes) -> bytes | None:
    """The router writes the network's coin as 0."""
    return token if any(token) else None


def _amount(token: bytes | None, amount: int) -> Units:
    return Units(token, 0, "all") if amount == _HELD else Units(token, amount)


def _swap(call: Call, code: int, args: Args) -> Step:
    exact_in = code in (0x00, 0x08)
    if code < 0x08:
        first, last = ends(args.blob("path"))
        if not exact_in:
            first, last = last, first  # an exact output is written backwards
    else:
        path = args.blobs("path")
        if len(path) < 2:
            raise WireError("no path")
        first, last = path[0], path[-1]
    if exact_in:
        pays, gets = _amount(first, args.number("amountIn")), Units(last, args.number("amountOutMin"), "least")
    else:
        pays, gets = Units(first, args.number("amountInMax"), "most"), Units(last, args.number("amountOut"))
    # Where the router pays, it pays from what came to it by an earlier command.
    held = not args.number("payerIsUser")
    return swap(call, pays, gets, whose(call, args.blob("recipient")), held=held)


def _fourth(call: Call, args: Args) -> Step:
    """Swaps, then SETTLE_ALL and TAKE_ALL: paid by the sender at most, taken by the sender at least."""
    actions, params = args.blob("actions"), args.blobs("params")
    if len(actions) != len(params) or actions[-2:] != bytes((_SETTLE_ALL, _TAKE_ALL)):
        raise WireError("another plan")
    if len(actions) < 3 or any(action not in _SWAPS for action in actions[:-2]):
        raise WireError("another plan")
    settled, taken = (Args(_CURRENCY, abi.decode(_CURRENCY, each)) for each in params[-2:])
    pays = Units(_coin(settled.blob("currency")), settled.number("amount"), "most")
    gets = Units(_coin(taken.blob("currency")), taken.number("amount"), "least")
    return swap(call, pays, gets, call.sender)


FUNCTIONS: Table = (
    (Function("execute(bytes commands, bytes[] inputs, uint256 deadline)", payable=True), _execute),
    (Function("execute(bytes commands, bytes[] inputs)", payable=True), _execute),
)
