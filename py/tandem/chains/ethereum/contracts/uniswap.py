"""Uniswap's version 2 and 3 routers: what is paid at most, what comes at least."""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Fact, Moment, Percent, Step, Units
from tandem.errors import WireError

_SENDER, _SELF = bytes(19) + b"\1", bytes(19) + b"\2"  # what SwapRouter02 and the Universal Router call these


def whose(call: Call, recipient: bytes) -> bytes:
    """A recipient of the newer routers, with the two stand-ins resolved: the sender, and the router itself."""
    return call.sender if recipient == _SENDER else call.to if recipient == _SELF else recipient


def swap(call: Call, pays: Units, gets: Units, recipient: bytes, *more: Fact, held: bool = False) -> Step:
    """held: paid out of what the router has from an earlier step."""
    label = "held" if held else "pays"
    return call.step("swap", (label, pays), ("gets", gets), ("recipient", recipient), *more, claim=True)


def ends(path: bytes) -> tuple[bytes, bytes]:
    """First and last token of a version 3 path: token ‖ fee u24 ‖ token ‖ … Raises WireError."""
    if len(path) < 43 or (len(path) - 20) % 23:
        raise WireError("no path")
    return path[:20], path[-20:]


def _paid(call: Call, token: bytes, amount: int, bound: str = "exact") -> Units:
    """Version 3 routers take wrapped coins out of the coins that were sent along."""
    coin = None if call.value and known.has(call.chain_id, token, "wrapped") else token
    return Units(coin, amount, "most" if bound == "most" else "exact")


# ---- version 2: the path is a list of tokens, and the functions say where the network's coin is one end


def _second(call: Call, args: Args, pays: Units, gets: Units) -> Step:
    if len(args.blobs("path")) < 2:
        raise WireError("no path")
    if "deadline" in args.kind.labels:
        return swap(call, pays, gets, args.blob("to"), ("deadline", Moment(args.number("deadline"))))
    held = pays.amount == 0  # SwapRouter02, as in its version 3 functions
    return swap(call, Units(pays.token, 0, "all") if held else pays, gets, whose(call, args.blob("to")), held=held)


def _tokens_exact(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    gets = Units(path[-1], args.number("amountOutMin"), "least")
    return _second(call, args, _paid(call, path[0], args.number("amountIn")), gets)


def _exact_tokens(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    pays = _paid(call, path[0], args.number("amountInMax"), "most")
    return _second(call, args, pays, Units(path[-1], args.number("amountOut")))


def _coins_in(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    return _second(call, args, Units(None, call.value), Units(path[-1], args.number("amountOutMin"), "least"))


def _coins_in_exact(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    return _second(call, args, Units(None, call.value, "most"), Units(path[-1], args.number("amountOut")))


def _coins_out(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    gets = Units(None, args.number("amountOutMin"), "least")
    return _second(call, args, Units(path[0], args.number("amountIn")), gets)


def _coins_out_exact(call: Call, args: Args, _: Decode) -> Step:
    path = args.blobs("path") or (b"",)
    pays = Units(path[0], args.number("amountInMax"), "most")
    return _second(call, args, pays, Units(None, args.number("amountOut")))


_LATEST = ", uint256 deadline"
_WHEN = f"address[] path, address to{_LATEST}"
_FEE = "SupportingFeeOnTransferTokens"
_IN = f"uint256 amountIn, uint256 amountOutMin, {_WHEN}"
_OUT = f"uint256 amountOut, uint256 amountInMax, {_WHEN}"
_SECOND: Table = (
    (Function(f"swapExactTokensForTokens({_IN})"), _tokens_exact),
    (Function(f"swapExactTokensForTokens{_FEE}({_IN})"), _tokens_exact),
    (Function(f"swapTokensForExactTokens({_OUT})"), _exact_tokens),
    (Function(f"swapExactETHForTokens(uint256 amountOutMin, {_WHEN})", payable=True), _coins_in),
    (Function(f"swapExactETHForTokens{_FEE}(uint256 amountOutMin, {_WHEN})", payable=True), _coins_in),
    (Function(f"swapETHForExactTokens(uint256 amountOut, {_WHEN})", payable=True), _coins_in_exact),
    (Function(f"swapExactTokensForETH({_IN})"), _coins_out),
    (Function(f"swapExactTokensForETH{_FEE}({_IN})"), _coins_out),
    (Function(f"swapTokensForExactETH({_OUT})"), _coins_out_exact),
    (Function(f"swapExactTokensForTokens({_IN.removesuffix(_LATEST)})", payable=True), _tokens_exact),
    (Function(f"swapTokensForExactTokens({_OUT.removesuffix(_LATEST)})", payable=True), _exact_tokens),
)

# ---- version 3: parameters in a tuple; SwapRouter has a deadline there, SwapRouter02 has not


def _third(call: Call, row: Args, pays: Units, gets: Units) -> Step:
    """The older one has a deadline, and 0 means itself; the newer has stand-ins, and an amount of 0 is all it has."""
    recipient = row.blob("recipient")
    if "deadline" in row.kind.labels:
        until = ("deadline", Moment(row.number("deadline")))
        return swap(call, pays, gets, recipient if any(recipient) else call.to, until)
    held = pays.amount == 0
    return swap(call, Units(pays.token, 0, "all") if held else pays, gets, whose(call, recipient), held=held)


def _single_in(call: Call, args: Args, _: Decode) -> Step:
    row = args.row("params")
    pays = _paid(call, row.blob("tokenIn"), row.number("amountIn"))
    gets = Units(row.blob("tokenOut"), row.number("amountOutMinimum"), "least")
    return _third(call, row, pays, gets)


def _single_out(call: Call, args: Args, _: Decode) -> Step:
    row = args.row("params")
    pays = _paid(call, row.blob("tokenIn"), row.number("amountInMaximum"), "most")
    gets = Units(row.blob("tokenOut"), row.number("amountOut"))
    return _third(call, row, pays, gets)


def _path_in(call: Call, args: Args, _: Decode) -> Step:
    row = args.row("params")
    first, last = ends(row.blob("path"))
    gets = Units(last, row.number("amountOutMinimum"), "least")
    return _third(call, row, _paid(call, first, row.number("amountIn")), gets)


def _path_out(call: Call, args: Args, _: Decode) -> Step:
    row = args.row("params")
    last, first = ends(row.blob("path"))  # an exact output is written backwards
    pays = _paid(call, first, row.number("amountInMaximum"), "most")
    return _third(call, row, pays, Units(last, row.number("amountOut")))


def _unwrap(call: Call, args: Args, _: Decode) -> Step:
    gets = Units(None, args.number("amountMinimum"), "least")
    recipient = args.blob("recipient") if "recipient" in args.kind.labels else call.sender
    return call.step("unwrap_held", ("gets", gets), ("recipient", recipient), *_share(args), claim=True)


def _sweep(call: Call, args: Args, _: Decode) -> Step:
    gets = Units(args.blob("token"), args.number("amountMinimum"), "least")
    recipient = args.blob("recipient") if "recipient" in args.kind.labels else call.sender
    return call.step("sweep", ("gets", gets), ("recipient", recipient), *_share(args), claim=True)


def _share(args: Args) -> tuple[Fact, ...]:
    if "feeBips" not in args.kind.labels:
        return ()
    return (("share", Percent(args.number("feeBips"))), ("fee_recipient", args.blob("feeRecipient")))


def _refund(call: Call, _: Args, __: Decode) -> Step:
    return call.step("refund", ("recipient", call.sender), claim=True)


_ONE = "address tokenIn, address tokenOut, uint24 fee, address recipient, "
_AMOUNTS_IN, _AMOUNTS_OUT = "uint256 amountIn, uint256 amountOutMinimum", "uint256 amountOut, uint256 amountInMaximum"
_LIMIT, _DEADLINE, _FEES = ", uint160 sqrtPriceLimitX96", "uint256 deadline, ", "uint256 feeBips, address feeRecipient"
_PATH = "bytes path, address recipient, "
_THIRD: Table = (
    (Function(f"exactInputSingle(({_ONE}{_DEADLINE}{_AMOUNTS_IN}{_LIMIT}) params)", payable=True), _single_in),
    (Function(f"exactInputSingle(({_ONE}{_AMOUNTS_IN}{_LIMIT}) params)", payable=True), _single_in),
    (Function(f"exactOutputSingle(({_ONE}{_DEADLINE}{_AMOUNTS_OUT}{_LIMIT}) params)", payable=True), _single_out),
    (Function(f"exactOutputSingle(({_ONE}{_AMOUNTS_OUT}{_LIMIT}) params)", payable=True), _single_out),
    (Function(f"exactInput(({_PATH}{_DEADLINE}{_AMOUNTS_IN}) params)", payable=True), _path_in),
    (Function(f"exactInput(({_PATH}{_AMOUNTS_IN}) params)", payable=True), _path_in),
    (Function(f"exactOutput(({_PATH}{_DEADLINE}{_AMOUNTS_OUT}) params)", payable=True), _path_out),
    (Function(f"exactOutput(({_PATH}{_AMOUNTS_OUT}) params)", payable=True), _path_out),
    (Function("unwrapWETH9(uint256 amountMinimum, address recipient)", payable=True), _unwrap),
    (Function("unwrapWETH9(uint256 amountMinimum)", payable=True), _unwrap),
    (Function(f"unwrapWETH9WithFee(uint256 amountMinimum, address recipient, {_FEES})", payable=True), _unwrap),
    (Function("sweepToken(address token, uint256 amountMinimum, address recipient)", payable=True), _sweep),
    (Function("sweepToken(address token, uint256 amountMinimum)", payable=True), _sweep),
    (
        Function(f"sweepTokenWithFee(address token, uint256 amountMinimum, address recipient, {_FEES})", payable=True),
        _sweep,
    ),
    (Function("refundETH()", payable=True), _refund),
)

FUNCTIONS: Table = _SECOND + _THIRD
