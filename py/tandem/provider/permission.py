"""Which origin may see which account on which chain. Exact origins, deny by default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tandem.errors import WireError
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class Site:
    """One grant. accounts: addresses in lower case, as every wallet gives them to pages; since: epoch seconds."""

    origin: str
    accounts: tuple[str, ...]
    chain_id: int
    since: int

    def to_json(self) -> dict[str, Json]:
        return {
            "origin": self.origin,
            "accounts": list(self.accounts),
            "chain_id": self.chain_id,
            "since": self.since,
        }


def site_from_json(value: Json) -> Site:
    """Raises WireError."""
    if isinstance(value, dict):
        origin, accounts, chain_id, since = (value.get(k) for k in ("origin", "accounts", "chain_id", "since"))
        if (
            isinstance(origin, str)
            and isinstance(accounts, list)
            and isinstance(chain_id, int)
            and isinstance(since, int)
        ):
            return Site(origin, tuple(a for a in accounts if isinstance(a, str)), chain_id, since)
    raise WireError("no site")


class Permissions:
    """The grants by origin; every change makes a new object."""

    __slots__ = ("_sites",)

    def __init__(self, sites: Mapping[str, Site] | None = None) -> None:
        self._sites = dict(sites or {})

    def __iter__(self) -> Iterator[Site]:
        return iter(self._sites.values())

    def get(self, origin: str) -> Site | None:
        return self._sites.get(origin)

    def grant(self, site: Site) -> "Permissions":
        return Permissions(self._sites | {site.origin: site})

    def revoke(self, origin: str) -> "Permissions":
        return Permissions({o: s for o, s in self._sites.items() if o != origin})

    def switch(self, origin: str, chain_id: int) -> "Permissions":
        """The origin's active chain; nothing changes for an origin without a grant."""
        site = self._sites.get(origin)
        return self if site is None else self.grant(replace(site, chain_id=chain_id))

    def to_json(self) -> Json:
        return [site.to_json() for site in self._sites.values()]

    @classmethod
    def from_json(cls, value: Json) -> "Permissions":
        """Raises WireError."""
        if not isinstance(value, list):
            raise WireError("no list of sites")
        sites = [site_from_json(item) for item in value]
        return cls({site.origin: site for site in sites})
