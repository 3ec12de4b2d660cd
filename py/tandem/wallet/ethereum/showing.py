"""What the screen shows of a record's transactions, and what nodes are asked about them meanwhile.

What a node has said is kept with each call (`chosen["looked"]`), so the summary can be made again at any time.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.dangers import Known
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.summary import batch_summary
from tandem.errors import Bug
from tandem.provider.record import Record
from tandem.wallet.ethereum import batch, simulation
from tandem.wallet.ethereum.looked import simulation_fields
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.transaction import looked, transaction, view
from tandem.wire import Json


def summary(record: Record, row: Network, used: frozenset[bytes], *, simulate: bool) -> dict[str, Json]:
    """used: addresses that the person has signed for; simulate: whether nodes are asked at all."""
    calls = []
    for part in batch.parts(record):
        found, told = looked(part), view(part, row)
        more: dict[str, Json] = {"simulation": simulation_fields(found.simulation, told, wanted=simulate)}
        calls.append((transaction(part), told, Known(found.code, used, found.balances, found.nonces), more))
    return batch_summary(tuple(calls))


async def look(node: Node, row: Network, record: Record) -> AsyncIterator[dict[str, Json]]:
    """For `informed`, more each time."""
    parts = batch.parts(record)
    calls = tuple(transaction(part) for part in parts)
    so_far = tuple(looked(part) for part in parts)
    async for found in simulation.look(node, row, calls, parse(record.account or ""), so_far):
        yield {"each": [one.to_json() for one in found]}


def informed(record: Record, found: dict[str, Json]) -> Record:
    """With what was found, call by call."""
    parts, each = batch.parts(record), found["each"]
    if not isinstance(each, list) or len(each) != len(parts):
        raise Bug("not what was looked up for this record")
    pairs = zip(parts, each, strict=True)
    return batch.joined(record, tuple(replace(part, chosen=part.chosen | {"looked": one}) for part, one in pairs))
