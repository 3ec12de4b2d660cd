"""The EVM networks of this wallet: our list, those that were added, and the nodes that the person chose."""

from dataclasses import replace
from typing import Final

from tandem.chains.ethereum.custom import Custom, custom, imitated
from tandem.chains.ethereum.networks import BY_CHAIN, NETWORKS, Network
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, ChainUnreachable, UnknownChain, WireError
from tandem.wallet.book import Book
from tandem.wallet.ethereum.pool import Pool
from tandem.wire import Json

MAX_CUSTOM: Final = 50


class Networks:
    """Reads the book each time, so that a change counts at once."""

    def __init__(self, book: Book, pool: Pool) -> None:
        self._book, self._pool = book, pool

    def all(self) -> tuple[Network, ...]:
        """Our list, then the added ones in the order they came."""
        added = (each.network() for each in self._book.settings.networks)
        return tuple(self._with_nodes(row) for row in (*NETWORKS, *added))

    def get(self, chain: str) -> Network:
        """By its CAIP-2 name. Raises UnknownChain."""
        row = BY_CHAIN.get(chain)
        if row is None:
            row = next((each.network() for each in self._book.settings.networks if each.chain == chain), None)
        if row is None:
            raise UnknownChain(chain)
        return self._with_nodes(row)

    def _with_nodes(self, row: Network) -> Network:
        own = self._book.settings.rpc.get(row.chain)
        return replace(row, rpc_urls=own) if own else row

    def nodes(self, chain: str) -> list[Json]:
        """A network's nodes as the screens show them (docs/ui.md). Raises UnknownChain."""
        row, own = self.get(chain), chain in self._book.settings.rpc
        health = [(url, self._pool.health(row, url)) for url in row.rpc_urls]
        return [{"url": url, "own": own, "health": each.state, "millis": each.millis} for url, each in health]

    def knows(self, chain: str) -> bool:
        return chain in BY_CHAIN or any(each.chain == chain for each in self._book.settings.networks)

    @staticmethod
    def read(value: Json) -> Custom:
        """What wallet_addEthereumChain and the settings give: the object of EIP-3085. Raises BadRequest."""
        try:
            return custom(value)
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong

    async def check(self, what: Custom) -> None:
        """Asks its nodes for their chain id. One that does not answer is no fault while another does.

        Raises BadRequest for a node of another chain, ChainUnreachable when none answers.
        """
        row, answered = what.network(), False
        for url in row.rpc_urls:
            try:
                if not await self._pool.check(row, url):
                    raise BadRequest("a node of that network is on another chain")
            except (NodeRefused, ChainUnreachable):
                continue
            answered = True
        if not answered:
            raise ChainUnreachable

    async def add(self, what: Custom) -> Network:
        """Durable on return. One that was added before is written anew; its nodes were asked (`check`).

        Raises BadRequest for a chain id of our own list, and when there are too many.
        """
        if what.chain in BY_CHAIN:
            raise BadRequest("that chain id is a network of the wallet's own list")
        others = tuple(each for each in self._book.settings.networks if each.chain != what.chain)
        if len(others) >= MAX_CUSTOM:
            raise BadRequest("too many networks")
        at = next((i for i, each in enumerate(self._book.settings.networks) if each.chain == what.chain), len(others))
        settings = replace(self._book.settings, networks=(*others[:at], what, *others[at:]))
        await self._book.change_settings(settings)
        return self.get(what.chain)

    async def forget(self, chain: str) -> None:
        """Removes an added network, and the nodes chosen for it. Raises UnknownChain, BadRequest for our own list's."""
        if chain in BY_CHAIN:
            raise BadRequest("that network is of the wallet's own list")
        self.get(chain)
        settings = self._book.settings
        left = tuple(each for each in settings.networks if each.chain != chain)
        rpc = {name: urls for name, urls in settings.rpc.items() if name != chain}
        await self._book.change_settings(replace(settings, networks=left, rpc=rpc))


def network_summary(what: Custom) -> dict[str, Json]:
    """What the person is shown before a network is added (docs/ui.md); `imitates`: whose name it bears."""
    twin = imitated(what)
    return {
        "title": "add_network",
        "chain": what.chain,
        "chain_id": what.chain_id,
        "name": what.name,
        "symbol": what.symbol,
        "rpc_urls": list(what.rpc_urls),
        "explorer": what.explorer,
        "imitates": twin.name if twin is not None else None,
    }
