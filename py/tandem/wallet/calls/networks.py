"""Calls about networks: which one the home screen is on, its nodes, those that the person adds and removes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tandem.chains.ethereum.custom import MAX_NODES
from tandem.errors import BadRequest, UnknownChain
from tandem.provider.codes import told
from tandem.provider.record import RESUMABLE
from tandem.wallet.balances import Balances
from tandem.wallet.book import DEFAULTS, Book, require_url
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, text, texts
from tandem.wallet.desk import Desk
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.family import Family, Network
from tandem.wallet.sites import Sites
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class NetworkCalls:
    book: Book
    families: Mapping[str, Family]
    evm: Networks
    sites: Sites
    desk: Desk
    balances: Balances
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "set_network": self.set_network,
            "set_rpc": self.set_rpc,
            "add_network": self.add_network,
            "remove_network": self.remove_network,
        }

    async def set_network(self, params: Params) -> Json:
        family, network = self._network(params)
        await self._choose(family, network.chain)
        return None

    async def _choose(self, family: Family, chain: str) -> None:
        settings = self.book.settings
        await self.book.change_settings(replace(settings, chains=settings.chains | {family.name: chain}))
        self.balances.forget(family.name)
        await self.sites.mirror()
        self.changed()
        self.balances.refresh()

    async def set_rpc(self, params: Params) -> Json:
        """The person's own nodes in `urls`, instead of the listed ones; none: the listed ones again. `url`: one."""
        family, network = self._network(params)
        wanted = texts(params, "urls", MAX_NODES) if "urls" in params else (text(params, "url"),)
        urls = tuple(dict.fromkeys(require_url(url) for url in wanted))
        known = self.book.settings.rpc.get(network.chain, ())
        for url in urls:
            if url not in known or "url" in params:
                await family.check_node(network, url)
        settings = self.book.settings
        rpc = {chain: others for chain, others in settings.rpc.items() if chain != network.chain}
        if urls:
            rpc[network.chain] = urls
        await self.book.change_settings(replace(settings, rpc=rpc))
        self.changed()
        self.balances.refresh()
        return None

    async def add_network(self, params: Params) -> Json:
        """`network` in the words of EIP-3085; also to change one that was added."""
        what = self.evm.read(params.get("network"))
        await self.evm.check(what)
        await self.evm.add(what)
        self.changed()
        return None

    async def remove_network(self, params: Params) -> Json:
        """One that was added. Open requests on it fail; the home screen and the sites on it are on Ethereum then.

        Raises BadRequest while a phone is signing on it, or what was signed is not sent.
        """
        family, network = self._network(params)
        there = [record for record in self.book.records.values() if record.chain == network.chain and not record.over]
        if any(record.state not in RESUMABLE for record in there):
            raise BadRequest("something is being signed on that network")
        using = [site.origin for site in self.book.sites if site.chain == network.chain]
        chosen = self.book.settings.chains[family.name] == network.chain
        default = DEFAULTS[family.name]
        # Whoever is on it leaves first: a crash between the steps leaves nobody on a network that is gone.
        for origin in using:
            await self.sites.switch(origin, default)
        if chosen:
            await self._choose(family, default)
        await self.evm.forget(network.chain)
        for origin in using:
            self.sites.tell(origin, "chainChanged", self.evm.get(default).hex_id)
        for record in there:
            await self.desk.over(record.failed(told(UnknownChain())))
        self.changed()
        return None

    def _network(self, params: Params) -> tuple[Family, Network]:
        """Raises UnknownChain."""
        chain = text(params, "chain")
        family = self.families.get(chain.partition(":")[0])
        if family is None:
            raise UnknownChain(chain)
        return family, family.network(chain)
