"""Batches of calls (EIP-5792): each call is a transaction, sent one after the other under one approval.

An account without code cannot promise that all happen or none, and this wallet says so (`atomic`: unsupported). A batch
is its request's record, so it is known as long as that is; a page sees its own batches only.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tandem.chains.ethereum import FAMILY
from tandem.chains.ethereum.address import checksum
from tandem.errors import (
    Bug,
    DuplicateBatch,
    InsufficientFunds,
    NotPermitted,
    UnknownBatch,
    UnknownChain,
    UnsupportedChain,
)
from tandem.provider.batch import VERSION, batch_params, capabilities_params, id_params
from tandem.provider.record import Record
from tandem.provider.request import Call, parse_call, transaction_params
from tandem.wallet.book import Book
from tandem.wallet.ethereum.batch_gas import gas_of
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.ethereum.node import Completed, Node
from tandem.wallet.family import Opening
from tandem.wallet.sites import Sites
from tandem.wire import Json, json_text

METHOD: Final = "wallet_sendCalls"
PENDING, CONFIRMED, NOT_SENT, REVERTED, PARTLY = 100, 200, 400, 500, 600


def is_batch(record: Record) -> bool:
    return record.method == METHOD


def batch_id(record: Record) -> str:
    """The page's own id, or the record's."""
    return batch_params(parse_call(record.text).params).id or "0x" + record.id


def parts(record: Record) -> tuple[Record, ...]:
    """The record of each call, as if the page had sent it alone; any other record is its own one part."""
    if not is_batch(record):
        return (record,)
    filled = record.chosen.get("calls")
    calls = batch_params(parse_call(record.text).params).calls
    each = filled if isinstance(filled, list) and len(filled) == len(calls) else [{} for _ in calls]
    made = []
    for call, values in zip(calls, each, strict=True):
        if not isinstance(values, dict):
            raise Bug("a call's numbers")
        wish: dict[str, Json] = {"from": record.account, "value": hex(call.value)}
        if call.to is not None:
            wish["to"] = "0x" + call.to.hex()
        if call.data:
            wish["data"] = "0x" + call.data.hex()
        text = json_text({"method": "eth_sendTransaction", "params": [wish]})
        made.append(replace(record, method="eth_sendTransaction", text=text, chosen=values))
    return tuple(made)


def joined(record: Record, made: tuple[Record, ...]) -> Record:
    """The other way: the record with what its parts have chosen."""
    if not is_batch(record):
        (record,) = made
        return record
    return replace(record, chosen={**record.chosen, "calls": [part.chosen for part in made]})


class Batches:
    """`show` opens a request's screen."""

    def __init__(self, book: Book, sites: Sites, networks: Networks, node: Node, show: Callable[[str], None]) -> None:
        self._book, self._sites, self._networks, self._node, self._show = book, sites, networks, node, show

    def open(self, origin: str, call: Call) -> Opening:
        """Raises what EIP-5792 has codes for, NotPermitted, BadRequest."""
        wish, site = batch_params(call.params), self._sites.granted(origin, FAMILY)
        account = checksum(wish.sender) if wish.sender is not None else site.of(FAMILY)[0] if site is not None else None
        if site is None or account not in site.of(FAMILY):
            raise NotPermitted
        try:
            chain = self._networks.get(f"{FAMILY}:{wish.chain_id}").chain
        except UnknownChain as unknown:
            raise UnsupportedChain from unknown
        if wish.id is not None and any(batch_id(record) == wish.id for record in self._of(origin)):
            raise DuplicateBatch
        return Opening("transaction", chain, account, True)

    def _of(self, origin: str) -> list[Record]:
        return [record for record in self._book.records.values() if record.origin == origin and is_batch(record)]

    def _find(self, origin: str, call: Call) -> Record:
        wanted = id_params(call.params)
        for record in self._of(origin):
            if batch_id(record) == wanted:
                return record
        raise UnknownBatch

    def show(self, origin: str, call: Call) -> None:
        """Raises UnknownBatch, BadRequest."""
        self._show(self._find(origin, call).id)

    def capabilities(self, origin: str, call: Call) -> dict[str, Json]:
        """By chain id, for networks that we have. Raises NotPermitted, BadRequest."""
        account, chains = capabilities_params(call.params)
        site = self._sites.granted(origin, FAMILY)
        if site is None or checksum(account) not in site.of(FAMILY):
            raise NotPermitted
        known = [row for row in self._networks.all() if chains is None or row.chain_id in chains]
        return {row.hex_id: {"atomic": {"status": "unsupported"}} for row in known}

    async def complete(self, record: Record) -> tuple[Completed, ...]:
        """The transactions of a batch, with nonces that follow one another.

        Raises NodeRefused for a call that would fail, InsufficientFunds for what all of them cost together, BadRequest.
        """
        network, account = self._networks.get(record.chain), record.account or ""
        wishes = tuple(transaction_params(parse_call(part.text).params) for part in parts(record))
        limits = await gas_of(self._node, network, wishes)
        nonce = await self._node.nonce(network, account)
        made = []
        for place, (wish, limit) in enumerate(zip(wishes, limits, strict=True)):
            made.append(await self._node.complete(network, replace(wish, gas_limit=limit, nonce=nonce + place)))
        cost = sum(each.cost for each in made)
        if await self._node.balance(network, account) < cost:
            raise InsufficientFunds
        return tuple(made)

    async def status(self, origin: str, call: Call) -> dict[str, Json]:
        """What became of a batch, as the chain knows it now. Raises UnknownBatch, BadRequest, ChainNodeError."""
        record = self._find(origin, call)
        network = self._networks.get(record.chain)
        receipts: list[dict[str, Json]] = []
        unmined = 0
        for name in record.sent:
            receipt = await self._node.call(network, "eth_getTransactionReceipt", [name])
            if isinstance(receipt, dict):
                receipts.append(_receipt(receipt))
            else:
                unmined += 1
        calls = len(batch_params(parse_call(record.text).params).calls)
        told: dict[str, Json] = {
            "version": VERSION,
            "id": batch_id(record),
            "chainId": network.hex_id,
            "status": _status(record, calls, unmined, [each["status"] for each in receipts]),
            "atomic": False,
        }
        return {**told, "receipts": [*receipts]} if receipts else told


def _status(record: Record, calls: int, unmined: int, outcomes: list[Json]) -> int:
    if unmined or not record.over:
        return PENDING
    if not outcomes:
        return NOT_SENT
    if len(outcomes) < calls or len({*map(str, outcomes)}) > 1:
        return PARTLY
    return CONFIRMED if outcomes[0] == "0x1" else REVERTED


def _receipt(receipt: dict[str, Json]) -> dict[str, Json]:
    """What the EIP lists of a node's receipt."""
    logs = receipt.get("logs")
    kept: list[Json] = [
        {name: log.get(name) for name in ("address", "data", "topics")}
        for log in (logs if isinstance(logs, list) else [])
        if isinstance(log, dict)
    ]
    names = ("status", "blockHash", "blockNumber", "gasUsed", "transactionHash")
    return {**{name: receipt.get(name) for name in names}, "logs": kept}
