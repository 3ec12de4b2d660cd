"""Safe's smart accounts: a transaction of the Safe's own, made by whoever brings the owners' signatures, and the
multiSend library that packs several into one."""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Step
from tandem.errors import WireError
from tandem.wire import Reader

MULTI_SEND = Function("multiSend(bytes transactions)", payable=True)
_TRANSACTION = (
    "address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, "
    "address gasToken, address refundReceiver"
)


def _execute(call: Call, args: Args, decode: Decode) -> Step:
    return transaction(call, args.blob("to"), args.number("value"), args.blob("data"), args.number("operation"), decode)


def transaction(call: Call, to: bytes, value: int, data: bytes, operation: int, decode: Decode) -> Step:
    """What a Safe (the called contract) does; operation 1 runs foreign code with the Safe's own powers.

    Of such code only the known multiSend libraries are understood. Raises WireError for an operation there is none of.
    """
    if operation == 0:
        steps: tuple[Step, ...] = (decode(call.made(to, value, data)),)
    elif operation == 1 and known.has(call.chain_id, to, "multisend") and data[:4] == MULTI_SEND.selector:
        packed = MULTI_SEND.decode(data).blob("transactions")
        steps = _unpacked(call, packed, decode)
    elif operation == 1:
        facts = ("delegate_code", to), ("data", data)
        steps = (Step("delegate_call", call.to, call.to, facts, understood=False),)
    else:
        raise WireError("operation")
    return call.step("safe_execute", ("safe", call.to), steps=steps)


def _unpacked(call: Call, packed: bytes, decode: Decode) -> tuple[Step, ...]:
    """operation u8 ‖ to 20 ‖ value u256 ‖ length u256 ‖ data, one after the other (MultiSend.sol)."""
    reader = Reader(packed)
    steps: list[Step] = []
    while reader.left():
        operation, to = reader.u8(), reader.take(20)
        value, size = int.from_bytes(reader.take(32), "big"), int.from_bytes(reader.take(32), "big")
        data = reader.take(size)
        if operation != 0:
            raise WireError("multiSend of foreign code")
        steps.append(decode(call.made(to, value, data)))
    return tuple(steps)


def _approve_hash(call: Call, args: Args, _: Decode) -> Step:
    """Consent to a transaction of which only the hash is here: what it does cannot be told."""
    return call.step("safe_approve_hash", ("safe", call.to), ("hash", args.blob("hash")), understood=False)


FUNCTIONS: Table = (
    (Function(f"execTransaction({_TRANSACTION}, bytes signatures)", payable=True), _execute),
    (Function("approveHash(bytes32 hash)"), _approve_hash),
)
