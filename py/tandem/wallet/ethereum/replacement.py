"""A stuck transaction's successor: another with its nonce, which nodes take when it pays enough more for its gas."""

from tandem.chains.ethereum.fees import Fees, outbidding
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import quantity
from tandem.chains.ethereum.simulation import lists_json
from tandem.chains.ethereum.tx import FEES, LEGACY, LISTED
from tandem.errors import AlreadyMined, BadRequest
from tandem.provider.record import Record
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.prices import Prices, fees_json, kept_fees
from tandem.wallet.ethereum.transaction import transaction
from tandem.wallet.family import Outcome, Replacement
from tandem.wire import Json, json_text

METHOD = "eth_sendTransaction"


async def replacement(
    part: Record, name: str, network: Network, prices: Prices, node: Node, cancel: bool
) -> Replacement:
    """The same transaction for more, lists and all, or one of nothing to oneself. `part`: its record, `name`: its hash.

    Raises AlreadyMined, NodeRefused, ChainNodeError.
    """
    old, account = transaction(part), part.account or ""
    await require_open(node, network, account, old.nonce)
    now = (await prices.speeds(network, priced=old.is_priced))["normal"]
    least = outbidding(Fees(old.max_fee, old.priority_fee), now)
    wish: dict[str, Json] = {"from": account, "nonce": hex(old.nonce)}
    if old.kind == LISTED:
        wish |= {"gasPrice": hex(least.max_fee)}
    else:
        wish |= {"maxFeePerGas": hex(least.max_fee), "maxPriorityFeePerGas": hex(least.priority_fee)}
    if cancel:
        wish |= {"to": account, "value": "0x0"}
    else:
        wish |= {"value": hex(old.value), "data": "0x" + old.data.hex(), "gas": hex(old.gas_limit)}
        wish |= lists_json(old.access_list, old.authorizations)
        if old.kind not in (LEGACY, FEES):
            wish["type"] = hex(old.kind)
        if old.to is not None:
            wish["to"] = "0x" + old.to.hex()
    floor = outbidding(Fees(old.max_fee, old.priority_fee), Fees(0, 0))
    chosen: dict[str, Json] = {"replaces": name, "cancels": cancel, "floor": fees_json(floor)}
    return Replacement(METHOD, json_text({"method": METHOD, "params": [wish]}), chosen)


def is_replacement(record: Record) -> bool:
    return "replaces" in record.chosen


async def require_open(node: Node, network: Network, account: str, nonce: int) -> None:
    """Raises AlreadyMined when a transaction with the nonce is in a block: there is nothing left to replace."""
    if quantity(await node.call(network, "eth_getTransactionCount", [account, "latest"])) > nonce:
        raise AlreadyMined


async def require_replaceable(record: Record, network: Network, node: Node) -> None:
    """Before the phone is asked. Raises AlreadyMined, and BadRequest for fees that nodes would not take for it."""
    if not is_replacement(record):
        return
    made, floor = transaction(record), kept_fees(record.chosen.get("floor"))
    if floor is None or made.max_fee < floor.max_fee or made.priority_fee < floor.priority_fee:
        raise BadRequest("to replace a transaction, both fees have to be an eighth higher than its own")
    await require_open(node, network, record.account or "", made.nonce)


def summary(record: Record) -> dict[str, Json]:
    """The screen's fields about it: `replaces`, the other's hash, and whether it `cancels`."""
    if not is_replacement(record):
        return {}
    return {"replaces": record.chosen["replaces"], "cancels": record.chosen.get("cancels") is True}


async def outcome(node: Node, network: Network, account: str, name: str, nonce: int | None) -> Outcome:
    """Raises NodeRefused, ChainNodeError."""
    mined = await _mined(node, network, name)
    if mined is not None:
        return mined
    if await node.call(network, "eth_getTransactionByHash", [name]) is not None:
        return Outcome("pending")
    used = quantity(await node.call(network, "eth_getTransactionCount", [account, "latest"]))
    if nonce is None or used <= nonce:
        return Outcome("unknown")
    # Once more, since it may have been mined between the two questions.
    return await _mined(node, network, name) or Outcome("replaced")


async def _mined(node: Node, network: Network, name: str) -> Outcome | None:
    receipt = await node.call(network, "eth_getTransactionReceipt", [name])
    if not isinstance(receipt, dict):
        return None
    block = quantity(receipt.get("blockNumber"))
    depth = max(1, quantity(await node.call(network, "eth_blockNumber", [])) - block + 1)
    status = "reverted" if receipt.get("status") == "0x0" else "mined"
    return Outcome(status, block, depth, depth >= network.finality)
