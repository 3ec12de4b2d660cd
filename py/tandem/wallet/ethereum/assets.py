"""The tokens a person lists (EIP-747), read from their contracts: what a page says of one is only compared."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from tandem.chains.amount import human
from tandem.chains.ethereum import asset as abi
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.asset import Asset
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import text_result
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, ChainNodeError, WireError
from tandem.provider.asset import AssetWish
from tandem.provider.record import Record
from tandem.wallet.book import Book
from tandem.wire import Json, un0x

MAX_ASSETS: Final = 200


class Assets:
    """`ask` is one call to a network's node."""

    def __init__(self, book: Book, ask: Callable[[Network, str, Json], Awaitable[Json]]) -> None:
        self._book, self._ask = book, ask

    async def read(self, network: Network, wish: AssetWish, account: bytes) -> tuple[Asset, int]:
        """The token as its contract has it, and how much of it the account holds.

        Raises BadRequest for a contract of another kind, for an owner that is not `account`, and where the page's own
        words differ from the contract's.
        """
        if wish.standard in abi.INTERFACES:
            return await self._read_piece(network, wish, account)
        symbol = text_result(await self._call(network, wish.contract, abi.SYMBOL))
        decimals = _word(await self._call(network, wish.contract, abi.DECIMALS))
        held = _word(await self._call(network, wish.contract, abi.balance_call(account)))
        if symbol is None or decimals is None or decimals > 36 or held is None:
            raise BadRequest("no ERC-20 token there")
        if wish.symbol not in (None, symbol) or wish.decimals not in (None, decimals):
            raise BadRequest("the contract says another symbol or other decimals")
        return Asset(network.chain, wish.standard, wish.contract, symbol, decimals), held

    async def _read_piece(self, network: Network, wish: AssetWish, account: bytes) -> tuple[Asset, int]:
        """Of ERC-721 or ERC-1155."""
        number = wish.token_id or 0
        supports = abi.supports_call(abi.INTERFACES[wish.standard])
        if _word(await self._call(network, wish.contract, supports)) != 1:
            raise BadRequest(f"no {wish.standard} token there")
        if wish.standard == "ERC721":
            owner = _word(await self._call(network, wish.contract, abi.owner_call(number)))
            held = int(owner == int.from_bytes(account, "big"))
        else:
            held = _word(await self._call(network, wish.contract, abi.balance_call(account, number))) or 0
        if not held:
            raise BadRequest("the account does not hold that token")
        symbol = text_result(await self._call(network, wish.contract, abi.SYMBOL)) or wish.standard
        return Asset(network.chain, wish.standard, wish.contract, symbol, 0, number), held

    async def _call(self, network: Network, contract: bytes, data: bytes) -> Json:
        """None where the contract does not know the call."""
        try:
            return await self._ask(
                network, "eth_call", [{"to": checksum(contract), "data": "0x" + data.hex()}, "latest"]
            )
        except NodeRefused:
            return None

    async def add(self, what: Asset) -> None:
        """Durable on return; listed again, it is written anew. Raises BadRequest when there are too many."""
        others = tuple(each for each in self._book.assets if each.key != what.key)
        if len(others) >= MAX_ASSETS:
            raise BadRequest("too many tokens")
        await self._book.change_assets((*others, what))

    async def shown(self, network: Network, account: str) -> list[Json]:
        """The listed tokens of a network as the home screen has them; an unknown balance is None."""
        told: list[Json] = []
        for each in self._book.assets:
            if each.chain == network.chain:
                told.append({**each.to_json(), "balance": await self._balance(network, each, un0x(account, size=20))})
        return told

    async def _balance(self, network: Network, what: Asset, account: bytes) -> Json:
        if what.standard == "ERC721":
            return None
        try:
            held = _word(await self._call(network, what.contract, abi.balance_call(account, what.token_id)))
        except ChainNodeError:
            return None
        return None if held is None else amount(held, what)


def amount(held: int, what: Asset) -> dict[str, Json]:
    return {"value": human(held, what.decimals), "exact": str(held), "symbol": what.symbol}


def kept(record: Record) -> Asset:
    """The token that was read for the record. Raises WireError."""
    return abi.asset_from_json(record.chosen.get("asset"))


def asset_summary(record: Record, what: Asset, held: int) -> Record:
    """With the screen's fields (docs/ui.md)."""
    fields: dict[str, Json] = {
        "title": "watch_asset",
        "standard": what.standard,
        "contract": checksum(what.contract),
        "token_id": None if what.token_id is None else str(what.token_id),
        "amount": amount(held, what),
    }
    return replace(record, summary=fields, chosen={"asset": what.to_json()})


def _word(value: Json) -> int | None:
    """A returned 256-bit word."""
    if not isinstance(value, str):
        return None
    try:
        return int.from_bytes(un0x(value, size=32), "big")
    except WireError:
        return None
