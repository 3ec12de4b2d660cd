"""Calls that change preferences: relay, nodes, networks, locking, the services that are off by default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tandem.errors import BadRequest, NotPermitted, UnknownChain, WireError
from tandem.provider.origin import require_origin
from tandem.relay.fast_vault import require_service_url
from tandem.wallet.balances import Balances
from tandem.wallet.book import Book, origins_from_json, require_url
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, number, text
from tandem.wallet.family import Family, Network
from tandem.wallet.sites import Sites
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class SettingsCalls:
    book: Book
    families: Mapping[str, Family]
    sites: Sites
    balances: Balances
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "set_network": self.set_network,
            "set_settings": self.set_settings,
            "set_rpc": self.set_rpc,
        }

    async def set_network(self, params: Params) -> Json:
        family, network = self._network(params)
        settings = self.book.settings
        await self.book.change_settings(replace(settings, chains=settings.chains | {family.name: network.chain}))
        self.balances.forget(family.name)
        await self.sites.mirror()
        self.changed()
        self.balances.refresh()
        return None

    async def set_settings(self, params: Params) -> Json:
        settings = self.book.settings
        if "relay_url" in params:
            settings = replace(settings, relay_url=require_url(text(params, "relay_url")))
        if "auto_lock_minutes" in params:
            settings = replace(settings, auto_lock_minutes=number(params, "auto_lock_minutes", 24 * 60))
        if "phone_wait_seconds" in params:
            settings = replace(settings, phone_wait_seconds=number(params, "phone_wait_seconds", 300))
        if "vault_server" in params:
            settings = replace(settings, vault_server=_service(text(params, "vault_server")))
        if "push_service" in params:
            settings = replace(settings, push_service=_service(text(params, "push_service")))
        if "window_solana" in params:
            settings = replace(settings, window_solana=_origins(params["window_solana"]))
        await self.book.change_settings(settings)
        self.changed()
        return None

    async def set_rpc(self, params: Params) -> Json:
        family, network = self._network(params)
        url = require_url(text(params, "url"))
        await family.check_node(network, url)
        settings = self.book.settings
        await self.book.change_settings(replace(settings, rpc=settings.rpc | {network.chain: url}))
        self.changed()
        self.balances.refresh()
        return None

    def _network(self, params: Params) -> tuple[Family, Network]:
        """Raises UnknownChain."""
        chain = text(params, "chain")
        family = self.families.get(chain.partition(":")[0])
        if family is None:
            raise UnknownChain(chain)
        return family, family.network(chain)


def _service(url: str) -> str:
    """Empty switches it off. Raises BadRequest."""
    return require_service_url(url) if url else ""


def _origins(value: Json) -> tuple[str, ...]:
    """Raises BadRequest for what is no list of origins that may see the wallet."""
    try:
        return tuple(require_origin(origin) for origin in origins_from_json(value))
    except (WireError, NotPermitted) as wrong:
        raise BadRequest("not the origin of a page") from wrong
