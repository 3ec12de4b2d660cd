"""The gas of calls that follow one another: each counts on what those before it did, so each is asked for in order."""

from typing import Final

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import quantity
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainNodeError
from tandem.provider.request import TransactionWish
from tandem.wallet.ethereum.node import Node
from tandem.wire import Json

UNKNOWN: Final = 500_000  # for a call that no node can judge before those before it are mined


async def gas_of(node: Node, network: Network, wishes: tuple[TransactionWish, ...]) -> tuple[int, ...]:
    """A gas limit for each. Raises NodeRefused with the revert of a call that would fail.

    By eth_simulateV1, which runs them all; where the node does not have it, the first is estimated, and a later one
    that seems to fail gets UNKNOWN.
    """
    try:
        ran = await node.call(network, "eth_simulateV1", [_simulation(wishes), "latest"])
    except (NodeRefused, ChainNodeError):
        return await _one_by_one(node, network, wishes)
    block = ran[0] if isinstance(ran, list) and len(ran) == 1 else None
    calls = block.get("calls") if isinstance(block, dict) else None
    if not isinstance(calls, list) or len(calls) != len(wishes):
        return await _one_by_one(node, network, wishes)
    return tuple(_limit(each) for each in calls)


def _simulation(wishes: tuple[TransactionWish, ...]) -> dict[str, Json]:
    return {"blockStateCalls": [{"calls": [_call(wish) for wish in wishes]}], "validation": False}


def _call(wish: TransactionWish) -> Json:
    """As nodes take it."""
    what: dict[str, Json] = {"from": checksum(wish.sender), "value": hex(wish.value)}
    if wish.to is not None:
        what["to"] = checksum(wish.to)
    if wish.data:
        what["data"] = "0x" + wish.data.hex()
    return what


def _limit(ran: Json) -> int:
    """Half as much again as was used: a call may need more on its way than it uses in the end."""
    if not isinstance(ran, dict):
        raise ChainNodeError("no call")
    if ran.get("status") != "0x1":
        error = ran.get("error")
        said = error if isinstance(error, dict) else {}
        text, data = said.get("message"), said.get("data", ran.get("returnData"))
        raise NodeRefused(3, text if isinstance(text, str) else "execution reverted", data)
    used = quantity(ran.get("gasUsed"))
    return used if used == 21_000 else used + used // 2


async def _one_by_one(node: Node, network: Network, wishes: tuple[TransactionWish, ...]) -> tuple[int, ...]:
    limits = []
    for place, wish in enumerate(wishes):
        try:
            estimate = quantity(await node.call(network, "eth_estimateGas", [_call(wish)]))
            limits.append(estimate + estimate // 5 if wish.data else estimate)
        except NodeRefused:
            if place == 0:
                raise
            limits.append(UNKNOWN)
    return tuple(limits)
