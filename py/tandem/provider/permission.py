"""Which origin may see which accounts on which chain. Exact origins, deny by default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tandem.errors import WireError
from tandem.wire import Json

MAX_FAMILIES = 16


@dataclass(frozen=True, slots=True)
class Site:
    """One origin's grants.

    accounts: written addresses by chain family (CAIP-2 namespace), never empty ones; chain: its active EVM chain
    (CAIP-2), which EIP-1193 keeps for a page; since: epoch seconds of the first grant.
    """

    origin: str
    accounts: Mapping[str, tuple[str, ...]]
    chain: str
    since: int

    def of(self, family: str) -> tuple[str, ...]:
        """The accounts of one family, none where it has no grant."""
        return self.accounts.get(family, ())

    def to_json(self) -> dict[str, Json]:
        return {
            "origin": self.origin,
            "accounts": {family: list(accounts) for family, accounts in self.accounts.items()},
            "chain": self.chain,
            "since": self.since,
        }


def site_from_json(value: Json) -> Site:
    """Raises WireError."""
    if isinstance(value, dict):
        origin, accounts, chain, since = (value.get(k) for k in ("origin", "accounts", "chain", "since"))
        if (
            isinstance(origin, str)
            and isinstance(accounts, dict)
            and len(accounts) <= MAX_FAMILIES
            and isinstance(chain, str)
            and isinstance(since, int)
        ):
            return Site(origin, {family: _texts(each) for family, each in accounts.items()}, chain, since)
    raise WireError("no site")


def _texts(value: Json) -> tuple[str, ...]:
    if isinstance(value, list) and value:
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) == len(value):
            return texts
    raise WireError("no list of accounts")


class Permissions:
    """The grants by origin; every change makes a new object."""

    __slots__ = ("_sites",)

    def __init__(self, sites: Mapping[str, Site] | None = None) -> None:
        self._sites = dict(sites or {})

    def __iter__(self) -> Iterator[Site]:
        return iter(self._sites.values())

    def get(self, origin: str) -> Site | None:
        return self._sites.get(origin)

    def grant(self, origin: str, family: str, accounts: tuple[str, ...], *, chain: str, now: int) -> "Permissions":
        """Lets the origin see `accounts`; `chain` becomes its EVM chain if it is new."""
        site = self._sites.get(origin) or Site(origin, {}, chain, now)
        return self._with(replace(site, accounts={**site.accounts, family: accounts}))

    def _with(self, site: Site) -> "Permissions":
        return Permissions(self._sites | {site.origin: site})

    def revoke(self, origin: str, family: str | None = None) -> "Permissions":
        """Takes back one family's accounts, or all; an origin without any is forgotten."""
        site = self._sites.get(origin)
        if site is not None and family is not None:
            left = {name: accounts for name, accounts in site.accounts.items() if name != family}
            if left:
                return self._with(replace(site, accounts=left))
        return Permissions({o: s for o, s in self._sites.items() if o != origin})

    def switch(self, origin: str, chain: str) -> "Permissions":
        """The origin's active EVM chain; nothing changes for an origin without a grant."""
        site = self._sites.get(origin)
        return self if site is None else self._with(replace(site, chain=chain))

    def to_json(self) -> Json:
        return [site.to_json() for site in self._sites.values()]

    @classmethod
    def from_json(cls, value: Json) -> "Permissions":
        """Raises WireError."""
        if not isinstance(value, list):
            raise WireError("no list of sites")
        sites = [site_from_json(item) for item in value]
        return cls({site.origin: site for site in sites})
