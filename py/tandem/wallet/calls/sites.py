"""Calls about sites: what each may do here, for how long, and whether it may ask at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tandem.errors import BadRequest, NotPermitted, WireError
from tandem.provider.origin import require_origin
from tandem.provider.permission import Terms, chains_from_json
from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, text
from tandem.wallet.desk import Desk
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.sites import Sites
from tandem.wire import Json

MAX_DAYS = 365


def terms(params: Params, families: Mapping[str, Family]) -> Terms:
    """`days` (0 or none: until revoked) and `chains` (empty or none: all). Raises BadRequest, UnknownChain."""
    days = params.get("days", 0)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MAX_DAYS:
        raise BadRequest("days")
    try:
        chains = chains_from_json(params.get("chains", []))
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong
    for chain in chains:
        family = families.get(chain.partition(":")[0])
        if family is None:
            raise BadRequest("chains")
        family.network(chain)
    return Terms(days, chains)


@dataclass(frozen=True, slots=True)
class SiteCalls:
    host: Host
    book: Book
    families: Mapping[str, Family]
    sites: Sites
    desk: Desk
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "agree_site": self.agree_site,
            "disconnect_site": self.disconnect_site,
            "disconnect_all": self.disconnect_all,
            "block_site": self.block_site,
            "forgive_site": self.forgive_site,
        }

    async def agree_site(self, params: Params) -> Json:
        """What is not named stays as it is."""
        new = terms(params, self.families)
        days, chains = new.days if "days" in params else None, new.chains if "chains" in params else None
        await self.sites.agree(text(params, "origin"), Terms(days, chains))
        return None

    async def disconnect_site(self, params: Params) -> Json:
        await self.sites.revoke(text(params, "origin"))
        return None

    async def disconnect_all(self, _: Params) -> Json:
        for site in tuple(self.book.sites):
            await self.sites.revoke(site.origin)
        return None

    async def block_site(self, params: Params) -> Json:
        """What it has asked ends, what it was granted too, and it asks nothing any more."""
        try:
            origin = require_origin(text(params, "origin"))
        except NotPermitted as wrong:
            raise BadRequest("not the origin of a page") from wrong
        await self.book.change_quota(self.book.quota.block(origin, self.host.clock.now()))
        await self.desk.blocked(origin)
        await self.sites.revoke(origin)
        self.changed()
        return None

    async def forgive_site(self, params: Params) -> Json:
        """Neither blocked nor paused any more."""
        await self.book.change_quota(self.book.quota.forgive(text(params, "origin"), self.host.clock.now()))
        self.changed()
        return None
