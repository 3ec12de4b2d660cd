"""Looks on the chain for a transaction whose signing was interrupted: the phone may have finished and sent it."""

from dataclasses import replace
from typing import Final

from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import quantity
from tandem.chains.ethereum.tx import LEGACY, assemble, transaction_hash
from tandem.errors import ChainNodeError, WireError
from tandem.provider.record import Record
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.transaction import transaction
from tandem.wire import Json

_BACK: Final = 126  # blocks; of older ones most nodes do not know the accounts any more


async def trace(record: Record, network: Network, node: Node) -> Record | None:
    """The record with the transaction as it was found, in the newest blocks or on its way; None where it was not.

    What is found was signed by the account and says exactly what was approved: its hash is computed here from the
    approved transaction and the signature. Raises NodeRefused, ChainNodeError.
    """
    made, account = transaction(record), record.account or ""

    async def used(block: str) -> bool:
        return quantity(await node.call(network, "eth_getTransactionCount", [account, block])) > made.nonce

    block = "pending"
    if await used("latest"):
        high = quantity(await node.call(network, "eth_blockNumber", []))
        low = max(0, high - _BACK)
        if await used(hex(low)):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if await used(hex(middle)) else (middle, high)
        block = hex(high)
    found = await node.call(network, "eth_getBlockByNumber", [block, True])
    listed = found.get("transactions") if isinstance(found, dict) else None
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and str(each.get("from")).lower() == account.lower():
            raw = _raw(record, each)
            if raw is not None:
                name = "0x" + transaction_hash(raw).hex()
                return replace(record, raw=("0x" + raw.hex(),), sent=(name,), result=name)
    return None


def _raw(record: Record, said: dict[str, Json]) -> bytes | None:
    """The approved transaction with the signature of the one that the node tells of, if it is the same."""
    made = transaction(record)
    try:
        r, s, v = (quantity(said.get(name)) for name in ("r", "s", "v"))
        parity = v - 35 - 2 * made.chain_id if made.kind == LEGACY else v
        raw = assemble(made, r.to_bytes(32, "big"), s.to_bytes(32, "big"), parity)
    except (ChainNodeError, WireError, OverflowError):
        return None
    return raw if said.get("hash") == "0x" + transaction_hash(raw).hex() else None
