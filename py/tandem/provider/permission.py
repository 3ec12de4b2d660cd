"""Which origin may see which accounts, on which chains, and until when. Exact origins, deny by default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tandem.errors import WireError
from tandem.wire import Json

MAX_FAMILIES = 16
MAX_CHAINS = 64


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person agrees to beside the accounts. days: how long, 0 for until revoked; chains: empty for all.

    None leaves what is agreed on already.
    """

    days: int | None = 0
    chains: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Site:
    """One origin's grants. Times are epoch seconds.

    accounts: written addresses by chain family (CAIP-2 namespace), never empty ones; chain: its active EVM chain
    (CAIP-2), which EIP-1193 keeps for a page; since: when it was first granted; until: when all of it ends, None for
    never; chains: the chains it is limited to, empty for all; used: when it last asked for something.
    """

    origin: str
    accounts: Mapping[str, tuple[str, ...]]
    chain: str
    since: int
    until: int | None = None
    chains: tuple[str, ...] = ()
    used: int = 0

    def of(self, family: str) -> tuple[str, ...]:
        """The accounts of one family, none where it has no grant."""
        return self.accounts.get(family, ())

    def expired(self, now: float) -> bool:
        return self.until is not None and now >= self.until

    def allows(self, chain: str) -> bool:
        """Whether the site may use the chain; a limit on one family's chains is none on another's."""
        family = chain.partition(":")[0]
        limit = [one for one in self.chains if one.partition(":")[0] == family]
        return not limit or chain in limit

    def agreed(self, terms: Terms, now: int) -> "Site":
        """On these terms; its active chain becomes one of those it is limited to."""
        site = self
        if terms.days is not None:
            site = replace(site, until=now + terms.days * 24 * 3600 if terms.days else None)
        if terms.chains is not None:
            site = replace(site, chains=terms.chains)
        if site.allows(site.chain):
            return site
        return replace(site, chain=next(one for one in site.chains if one.startswith("eip155:")))

    def to_json(self) -> dict[str, Json]:
        return {
            "origin": self.origin,
            "accounts": {family: list(accounts) for family, accounts in self.accounts.items()},
            "chain": self.chain,
            "since": self.since,
            "until": self.until,
            "chains": list(self.chains),
            "used": self.used,
        }


def site_from_json(value: Json) -> Site:
    """Raises WireError."""
    if isinstance(value, dict):
        origin, accounts, chain, since = (value.get(k) for k in ("origin", "accounts", "chain", "since"))
        until, used = value.get("until"), value.get("used", since)
        if (
            isinstance(origin, str)
            and isinstance(accounts, dict)
            and len(accounts) <= MAX_FAMILIES
            and isinstance(chain, str)
            and isinstance(since, int)
            and (until is None or isinstance(until, int))
            and isinstance(used, int)
        ):
            granted = {family: _texts(each) for family, each in accounts.items()}
            chains = chains_from_json(value.get("chains", []))
            return Site(origin, granted, chain, since, until, chains, used)
    raise WireError("no site")


def chains_from_json(value: Json) -> tuple[str, ...]:
    """The chains that a site is limited to, empty for all. Raises WireError."""
    if value == []:
        return ()
    chains = _texts(value)
    if len(chains) > MAX_CHAINS:
        raise WireError("too many chains")
    return chains


def _texts(value: Json) -> tuple[str, ...]:
    if isinstance(value, list) and value:
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) == len(value):
            return texts
    raise WireError("no list of texts")


class Permissions:
    """The grants by origin; every change makes a new object."""

    __slots__ = ("_sites",)

    def __init__(self, sites: Mapping[str, Site] | None = None) -> None:
        self._sites = dict(sites or {})

    def __iter__(self) -> Iterator[Site]:
        return iter(self._sites.values())

    def get(self, origin: str, now: float) -> Site | None:
        """The site's grants; none once they have ended, whether or not anybody has noticed."""
        site = self._sites.get(origin)
        return None if site is None or site.expired(now) else site

    def expired(self, now: float) -> tuple[Site, ...]:
        """The sites whose grants have ended."""
        return tuple(site for site in self if site.expired(now))

    def grant(self, origin: str, family: str, accounts: tuple[str, ...], *, chain: str, now: int) -> "Permissions":
        """Lets the origin see `accounts`; `chain` becomes its EVM chain if it is new."""
        site = self.get(origin, now) or Site(origin, {}, chain, now)
        return self.put(replace(site, accounts={**site.accounts, family: accounts}, used=now))

    def agree(self, origin: str, terms: Terms, now: int) -> "Permissions":
        """New terms from now on; nothing changes for an origin without a grant."""
        site = self.get(origin, now)
        return self if site is None else self.put(site.agreed(terms, now))

    def put(self, site: Site) -> "Permissions":
        return Permissions(self._sites | {site.origin: site})

    def revoke(self, origin: str, family: str | None = None) -> "Permissions":
        """Takes back one family's accounts, or all; an origin without any is forgotten."""
        site = self._sites.get(origin)
        if site is not None and family is not None:
            left = {name: accounts for name, accounts in site.accounts.items() if name != family}
            if left:
                return self.put(replace(site, accounts=left))
        return Permissions({o: s for o, s in self._sites.items() if o != origin})

    def switch(self, origin: str, chain: str) -> "Permissions":
        """The origin's active EVM chain; nothing changes for an origin without a grant."""
        site = self._sites.get(origin)
        return self if site is None else self.put(replace(site, chain=chain))

    def to_json(self) -> Json:
        return [site.to_json() for site in self._sites.values()]

    @classmethod
    def from_json(cls, value: Json) -> "Permissions":
        """Raises WireError."""
        if not isinstance(value, list):
            raise WireError("no list of sites")
        sites = [site_from_json(item) for item in value]
        return cls({site.origin: site for site in sites})
