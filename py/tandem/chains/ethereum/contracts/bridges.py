"""Bridges: Across, LayerZero's OFT with Stargate's pools, and the standard bridges of the OP Stack and of Arbitrum."""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Chain, Fact, Step, Units
from tandem.errors import WireError


def _across(call: Call, args: Args, _: Decode) -> Step:
    """A token on this network for one on the other; the coin itself travels as the wrapped token."""
    amount, token = args.number("inputAmount"), args.blob("inputToken")
    if call.value not in (0, amount):
        raise WireError("coins that are no deposit")
    facts: list[Fact] = [
        ("pays", Units(None if call.value else token, amount)),
        ("arrives", args.number("outputAmount")),
        ("foreign_token", args.blob("outputToken")),
        ("to_network", Chain(args.number("destinationChainId"))),
        ("recipient", args.blob("recipient")),
        ("depositor", args.blob("depositor")),
    ]
    if args.blob("message"):
        facts.append(("message", args.blob("message")))
    return call.step("bridge", *facts, claim=True)


def _layer_zero(call: Call, args: Args, _: Decode) -> Step:
    """The endpoint's number names the network by LayerZero's own count. What is sent is the called contract's token."""
    wish, fee = args.row("sendParam"), args.row("fee")
    to = wish.blob("to")
    if any(to[:12]):
        raise WireError("a recipient that is no EVM address")
    facts: list[Fact] = [
        ("sent", wish.number("amountLD")),
        ("arrives", wish.number("minAmountLD")),
        ("endpoint", wish.number("dstEid")),
        ("recipient", to[12:]),
        ("bridge_fee", Units(None, fee.number("nativeFee"))),
        ("refund_to", args.blob("refundAddress")),
    ]
    if wish.blob("composeMsg"):
        facts.append(("message", wish.blob("composeMsg")))
    return call.step("bridge_token", *facts, claim=True)


def _coins(call: Call, args: Args, _: Decode) -> Step:
    to = args.blob("to") if "to" in args.kind.labels else call.sender
    return call.step("bridge", ("pays", Units(None, call.value)), ("recipient", to), claim=True)


def _tokens(call: Call, args: Args, _: Decode) -> Step:
    to = args.blob("to") if "to" in args.kind.labels else call.sender
    pays = Units(args.blob("localToken"), args.number("amount"))
    facts = ("pays", pays), ("foreign_token", args.blob("remoteToken")), ("recipient", to)
    return call.step("bridge", *facts, claim=True)


def _gateway(call: Call, args: Args, _: Decode) -> Step:
    facts: list[Fact] = [("pays", Units(args.blob("token"), args.number("amount"))), ("recipient", args.blob("to"))]
    if call.value:
        facts.append(("bridge_fee", Units(None, call.value)))
    if "refundTo" in args.kind.labels:
        facts.append(("refund_to", args.blob("refundTo")))
    return call.step("bridge", *facts, claim=True)


_GAS = "uint32 minGasLimit, bytes extraData"
_PAIR = "address localToken, address remoteToken"
_RETRY = "uint256 amount, uint256 maxGas, uint256 gasPriceBid, bytes data"

FUNCTIONS: Table = (
    (
        Function(
            "depositV3(address depositor, address recipient, address inputToken, address outputToken, "
            "uint256 inputAmount, uint256 outputAmount, uint256 destinationChainId, address exclusiveRelayer, "
            "uint32 quoteTimestamp, uint32 fillDeadline, uint32 exclusivityParameter, bytes message)",
            payable=True,
        ),
        _across,
    ),
    (
        Function(
            "send((uint32 dstEid, bytes32 to, uint256 amountLD, uint256 minAmountLD, bytes extraOptions, "
            "bytes composeMsg, bytes oftCmd) sendParam, (uint256 nativeFee, uint256 lzTokenFee) fee, "
            "address refundAddress)",
            payable=True,
        ),
        _layer_zero,
    ),
    (Function(f"depositETH({_GAS})", payable=True), _coins),
    (Function(f"depositETHTo(address to, {_GAS})", payable=True), _coins),
    (Function(f"bridgeETH({_GAS})", payable=True), _coins),
    (Function(f"bridgeETHTo(address to, {_GAS})", payable=True), _coins),
    (Function(f"depositERC20({_PAIR}, uint256 amount, {_GAS})"), _tokens),
    (Function(f"depositERC20To({_PAIR}, address to, uint256 amount, {_GAS})"), _tokens),
    (Function(f"bridgeERC20({_PAIR}, uint256 amount, {_GAS})"), _tokens),
    (Function(f"bridgeERC20To({_PAIR}, address to, uint256 amount, {_GAS})"), _tokens),
    (Function("depositEth()", payable=True), _coins),  # Arbitrum's inbox
    (Function(f"outboundTransfer(address token, address to, {_RETRY})", payable=True), _gateway),
    (
        Function(f"outboundTransferCustomRefund(address token, address refundTo, address to, {_RETRY})", payable=True),
        _gateway,
    ),
)
