"""Which site may see which accounts: the grants, and what pages and the mirror hear of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from tandem.errors import BadRequest, Bug, ChainNotPermitted
from tandem.provider.permission import Site, Terms
from tandem.wallet.book import Book
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.snapshot import hex_id, mirror
from tandem.wire import Json, json_text


class Sites:
    """Every change is durable before anybody hears of it."""

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        families: Mapping[str, Family],
        changed: Callable[[], None],
        revoked: Callable[[str, str | None], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys, self._families = host, book, keys, families
        self._changed, self._revoked = changed, revoked

    def connected(self, origin: str) -> Site | None:
        """The site, where it may see any account."""
        return self._book.sites.get(origin, self._host.clock.now())

    def granted(self, origin: str, family: str) -> Site | None:
        """The site, where it may see accounts of the family."""
        site = self.connected(origin)
        return site if site is not None and site.of(family) else None

    def visible(self, origin: str, family: str) -> tuple[str, ...]:
        """The accounts that the origin sees now: none while the wallet is locked."""
        site, own = self.connected(origin), self._keys.account(family)
        if site is None or not self._keys.is_open:
            return ()
        return tuple(account for account in site.of(family) if account == own)

    async def used(self, origin: str) -> None:
        """The site asked for something; noted to the minute."""
        site, now = self.connected(origin), int(self._host.clock.now())
        if site is not None and now - site.used >= 60:
            await self._book.change_sites(self._book.sites.put(replace(site, used=now)))

    async def grant(self, origin: str, family: str, terms: Terms | None = None) -> Site:
        """Shows the vault's account to the origin; what was agreed on before stays without new terms."""
        account = self._keys.account(family)
        if account is None:
            raise Bug("a grant without a vault")
        site = self.granted(origin, family)
        if site is None or terms is not None:
            now, chain = int(self._host.clock.now()), self._book.settings.chains["eip155"]
            sites = self._book.sites.grant(origin, family, (account,), chain=chain, now=now)
            await self._book.change_sites(sites if terms is None else sites.agree(origin, terms, now))
            site = self.granted(origin, family)
            if site is None:
                raise Bug("granted and not there")
        await self.mirror()
        self._tell_accounts(origin, family)
        return site

    async def revoke(self, origin: str, family: str | None = None) -> bool:
        """Takes back one family's accounts, or all. False where there was nothing."""
        site = self._book.sites.get(origin, 0)  # also one whose time is up
        families = () if site is None else tuple(site.accounts) if family is None else (family,) * bool(site.of(family))
        if not families:
            return False
        await self._book.change_sites(self._book.sites.revoke(origin, family))
        await self._revoked(origin, family)
        await self.mirror()
        for name in families:
            self._tell_accounts(origin, name)
        self._changed()
        return True

    async def agree(self, origin: str, terms: Terms) -> None:
        """The person changes what was agreed on with a site. Raises BadRequest for one that is not connected."""
        site, now = self.connected(origin), int(self._host.clock.now())
        if site is None:
            raise BadRequest("not a connected site")
        sites = self._book.sites.agree(origin, terms, now)
        await self._book.change_sites(sites)
        await self.mirror()
        moved = sites.get(origin, now)
        if moved is not None and moved.chain != site.chain:
            self.tell(origin, "chainChanged", hex_id(moved.chain))
        self._changed()

    async def sweep(self) -> None:
        """Ends the grants whose time is up. They mean nothing before that either: this tells the pages."""
        for site in self._book.sites.expired(self._host.clock.now()):
            await self.revoke(site.origin)

    async def switch(self, origin: str, chain: str) -> None:
        """The origin's active EVM chain. Raises ChainNotPermitted."""
        site = self.connected(origin)
        if site is not None and not site.allows(chain):
            raise ChainNotPermitted
        await self._book.change_sites(self._book.sites.switch(origin, chain))
        await self.mirror()
        self._changed()

    async def opened_or_locked(self) -> None:
        """Every site hears of the accounts that it sees now."""
        await self.mirror()
        for site in self._book.sites:
            for family in site.accounts:
                self._tell_accounts(site.origin, family)

    def tell(self, origin: str, name: str, data: Json, document: str | None = None) -> None:
        """An event for the origin's pages, or for one document of them only."""
        event: dict[str, Json] = {"event": "dapp", "origin": origin, "name": name, "data": data}
        self._host.emit(event if document is None else {**event, "document": document})

    def _tell_accounts(self, origin: str, family: str) -> None:
        teller = self._families[family]
        self.tell(origin, teller.event, teller.shown(self.visible(origin, family)))

    async def mirror(self) -> None:
        """What silent calls are answered from while Python sleeps; the stored copy says that the wallet is locked."""
        content = mirror(self._book, self._keys, self._families)
        await self._host.store.put("mirror", json_text({**content, "open": False}).encode("utf-8"))
        self._host.emit({"event": "mirror", "mirror": content})
