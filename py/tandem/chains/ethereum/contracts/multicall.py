"""Several calls in one. A contract's own multicall runs its parts as the same sender, with the same coins sent along;
Multicall3 and its forebears make the calls themselves, as their own."""

from collections.abc import Iterable

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Moment, Step


def _own(call: Call, args: Args, decode: Decode) -> Step:
    steps = tuple(decode(call.part(data)) for data in args.blobs("data"))
    return call.step("several", steps=steps, claim=call.value > 0 or not steps)


def _own_until(call: Call, args: Args, decode: Decode) -> Step:
    step = _own(call, args, decode)
    return call.step("several", ("deadline", Moment(args.number("deadline"))), steps=step.steps, claim=step.claim)


def _others(call: Call, calls: Iterable[tuple[Args, int]], decode: Decode) -> Step:
    steps = tuple(decode(call.made(one.blob("target"), value, one.blob("callData"))) for one, value in calls)
    return call.step("several", steps=steps, claim=True)


def _aggregate(call: Call, args: Args, decode: Decode) -> Step:
    return _others(call, ((one, 0) for one in args.rows("calls")), decode)


def _with_values(call: Call, args: Args, decode: Decode) -> Step:
    return _others(call, ((one, one.number("value")) for one in args.rows("calls")), decode)


_CALLS = "(address target, bytes callData)[] calls"

FUNCTIONS: Table = (
    (Function("multicall(bytes[] data)", payable=True), _own),
    (Function("multicall(uint256 deadline, bytes[] data)", payable=True), _own_until),
    (Function("multicall(bytes32 previousBlockhash, bytes[] data)", payable=True), _own),
    (Function(f"aggregate({_CALLS})", payable=True), _aggregate),
    (Function(f"tryAggregate(bool requireSuccess, {_CALLS})", payable=True), _aggregate),
    (Function(f"blockAndAggregate({_CALLS})", payable=True), _aggregate),
    (Function(f"tryBlockAndAggregate(bool requireSuccess, {_CALLS})", payable=True), _aggregate),
    (Function("aggregate3((address target, bool allowFailure, bytes callData)[] calls)", payable=True), _aggregate),
    (
        Function(
            "aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)", payable=True
        ),
        _with_values,
    ),
)
