"""What a node says that a transaction would change for an account: eth_simulateV1's request, and its answer read.

It is the node's word, and the contracts': a contract can write into its own logs what it likes, so every change says of
which contract it is.
"""

from dataclasses import dataclass
from typing import Final, Literal

from tandem.chains.ethereum import access_list, authorization
from tandem.chains.ethereum.access_list import AccessList
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.authorization import Authorization
from tandem.chains.ethereum.contracts.step import endless
from tandem.chains.ethereum.revert import reason
from tandem.chains.ethereum.tx import Transaction
from tandem.curve.keccak import keccak256
from tandem.errors import ChainNodeError, WireError
from tandem.wire import Json, un0x

_COINS: Final = b"\xee" * 20  # by whose name the node writes moves of the network's coin (traceTransfers)
_TRANSFER: Final = keccak256(b"Transfer(address,address,uint256)")
_APPROVAL: Final = keccak256(b"Approval(address,address,uint256)")
_FOR_ALL: Final = keccak256(b"ApprovalForAll(address,address,bool)")
_SINGLE: Final = keccak256(b"TransferSingle(address,address,address,uint256,uint256)")
MAX_LOGS: Final = 2000
MAX_CHANGES: Final = 30


@dataclass(frozen=True, slots=True)
class Change:
    """`units` more (or less) of `token` (20 bytes; None is the coin), or the item of that number is gained or lost."""

    token: bytes | None
    units: int
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """`spender` may then take `units` of `token`, or all of its items (None)."""

    token: bytes
    spender: bytes
    units: int | None

    @property
    def unlimited(self) -> bool:
        return self.units is None or endless(self.units)


@dataclass(frozen=True, slots=True)
class Outcome:
    """passes: it goes through, but what changes is not known; none: `reason` says in one word why there is nothing."""

    state: Literal["done", "passes", "fails", "none"]
    reason: str | None = None
    changes: tuple[Change, ...] = ()
    allowances: tuple[Allowance, ...] = ()


def call(what: Transaction, account: bytes) -> dict[str, Json]:
    """The transaction as nodes take unsigned calls."""
    told: dict[str, Json] = {"from": checksum(account), "value": hex(what.value), "gas": hex(what.gas_limit)}
    if what.to is not None:
        told["to"] = checksum(what.to)
    if what.data:
        told["data"] = "0x" + what.data.hex()
    return told | lists_json(what.access_list, what.authorizations)


def lists_json(listed: AccessList, authorizations: tuple[Authorization, ...]) -> dict[str, Json]:
    """What a node's call says of the lists, where there are any."""
    told: dict[str, Json] = {}
    if listed:
        told["accessList"] = access_list.to_json(listed)
    if authorizations:
        told["authorizationList"] = authorization.to_json(authorizations)
    return told


def request(calls: tuple[Transaction, ...], account: bytes) -> list[Json]:
    """Parameters of eth_simulateV1: one after the other, each on what those before it have changed."""
    return [{"blockStateCalls": [{"calls": [call(what, account) for what in calls]}], "traceTransfers": True}, "latest"]


def read(answer: Json, count: int, account: bytes) -> tuple[Outcome, ...]:
    """Of each call. Raises ChainNodeError for what is no answer to `request`."""
    match answer:
        case [{"calls": list(each)}] if len(each) == count:
            return tuple(_read(one, account) for one in each)
    raise ChainNodeError("no simulation")


def _read(one: Json, account: bytes) -> Outcome:
    match one:
        case {"status": "0x1", "logs": list(logs)} if len(logs) <= MAX_LOGS:
            return _changes(logs, account)
        case {"status": "0x0", "error": {"data": data}}:
            return Outcome("fails", reason(data))
        case {"status": "0x0", "returnData": data}:
            return Outcome("fails", reason(data))
    raise ChainNodeError("no simulation")


def _changes(logs: list[Json], account: bytes) -> Outcome:
    moved: dict[tuple[bytes | None, int | None], int] = {}
    allowed: dict[tuple[bytes, bytes], Allowance] = {}
    for log in logs:
        try:
            _read_log(log, account, moved, allowed)
        except WireError:
            continue  # not of the shape that the standard gives it: it says nothing to us
    changes = [Change(token, units, item) for (token, item), units in moved.items() if units]
    return Outcome("done", None, tuple(changes[:MAX_CHANGES]), tuple(allowed.values())[:MAX_CHANGES])


def _read_log(
    log: Json,
    account: bytes,
    moved: dict[tuple[bytes | None, int | None], int],
    allowed: dict[tuple[bytes, bytes], Allowance],
) -> None:
    match log:
        case {"address": str(contract), "topics": list(listed), "data": str(data)}:
            address, body = un0x(contract, size=20), un0x(data)
            topics = [un0x(topic, size=32) for topic in listed if isinstance(topic, str)]
        case _:
            raise WireError("no log")
    token = None if address == _COINS else address
    match topics:
        case [event, source, to] if event == _TRANSFER and len(body) == 32:
            _move(moved, (token, None), source, to, int.from_bytes(body, "big"), account)
        case [event, source, to, number] if event == _TRANSFER and not body:
            _move(moved, (token, int.from_bytes(number, "big")), source, to, 1, account)
        case [event, _, source, to] if event == _SINGLE and len(body) == 64:
            what = (token, int.from_bytes(body[:32], "big"))
            _move(moved, what, source, to, int.from_bytes(body[32:], "big"), account)
        case [event, owner, spender] if event == _APPROVAL and len(body) == 32 and owner[12:] == account:
            units = int.from_bytes(body, "big")
            allowed[address, spender[12:]] = Allowance(address, spender[12:], units)
        case [event, owner, operator] if event == _FOR_ALL and owner[12:] == account and int.from_bytes(body, "big"):
            allowed[address, operator[12:]] = Allowance(address, operator[12:], None)


def _move(
    moved: dict[tuple[bytes | None, int | None], int],
    what: tuple[bytes | None, int | None],
    source: bytes,
    to: bytes,
    units: int,
    account: bytes,
) -> None:
    for side, sign in ((source, -1), (to, 1)):
        if side[12:] == account:
            moved[what] = moved.get(what, 0) + sign * units
