"""How often an origin may ask (security.md §8): a few open requests, and a pause after repeated rejections.

A pause grows with those before it, up to a day, and a person may block an origin for good. Both are durable: a reload
of the extension, or another tab, gives nobody a fresh start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tandem.errors import SiteBlocked, TooMany, WireError
from tandem.wire import Json

MAX_OPEN_PER_ORIGIN: Final = 10
MAX_OPEN: Final = 100
REJECTIONS: Final = 3
REJECTION_WINDOW: Final = 30  # seconds
PAUSE: Final = 60  # seconds; the second pause within a day is five times as long, and so on
GROWTH: Final = 5
DAY: Final = 24 * 3600
MAX_STANDINGS: Final = 1000


@dataclass(frozen=True, slots=True)
class Standing:
    """What an origin's past means for it. rejections: when the last ones were; paused_until; pauses within a day."""

    rejections: tuple[int, ...] = ()
    paused_until: int = 0
    pauses: int = 0
    blocked: bool = False

    def stale(self, now: float) -> bool:
        """Whether it means nothing any more."""
        last = max((self.paused_until, *self.rejections))
        return not self.blocked and now - last >= DAY

    def to_json(self) -> dict[str, Json]:
        return {
            "rejections": list(self.rejections),
            "paused_until": self.paused_until,
            "pauses": self.pauses,
            "blocked": self.blocked,
        }


def _standing(value: Json) -> Standing:
    if isinstance(value, dict):
        rejections, until, pauses, blocked = (value.get(k) for k in ("rejections", "paused_until", "pauses", "blocked"))
        if (
            isinstance(rejections, list)
            and len(rejections) < REJECTIONS
            and isinstance(until, int)
            and isinstance(pauses, int)
            and isinstance(blocked, bool)
        ):
            times = tuple(each for each in rejections if isinstance(each, int))
            if len(times) == len(rejections):
                return Standing(times, until, pauses, blocked)
    raise WireError("no standing")


class Quota:
    """Standings by origin; every change makes a new object."""

    __slots__ = ("_standings",)

    def __init__(self, standings: Mapping[str, Standing] | None = None) -> None:
        self._standings = dict(standings or {})

    def __iter__(self) -> Iterator[tuple[str, Standing]]:
        return iter(self._standings.items())

    def of(self, origin: str) -> Standing:
        return self._standings.get(origin, Standing())

    def _with(self, origin: str, standing: Standing, now: float) -> "Quota":
        known = {name: one for name, one in self._standings.items() if name != origin and not one.stale(now)}
        # Blocks are the person's word and stay; of the rest the newest do.
        passing = [name for name, one in known.items() if not one.blocked]
        for name in passing[: max(0, len(known) + 1 - MAX_STANDINGS)]:
            del known[name]
        return Quota(known if standing == Standing() else known | {origin: standing})

    def rejected(self, origin: str, now: float) -> "Quota":
        """Counts one explicit No."""
        standing, at = self.of(origin), int(now)
        recent = (*(t for t in standing.rejections if at - t < REJECTION_WINDOW), at)
        if len(recent) < REJECTIONS:
            return self._with(origin, replace(standing, rejections=recent), now)
        before = standing.pauses if at - standing.paused_until < DAY else 0
        pause = min(PAUSE * GROWTH**before, DAY)
        return self._with(origin, replace(standing, rejections=(), paused_until=at + pause, pauses=before + 1), now)

    def block(self, origin: str, now: float) -> "Quota":
        """The person's word: this origin asks nothing any more."""
        return self._with(origin, Standing(blocked=True), now)

    def forgive(self, origin: str, now: float) -> "Quota":
        """The person's word: neither blocked nor paused."""
        return self._with(origin, Standing(), now)

    def require(self, origin: str, now: float, *, open_here: int, open_all: int) -> None:
        """Raises SiteBlocked, TooMany."""
        standing = self.of(origin)
        if standing.blocked:
            raise SiteBlocked
        if standing.paused_until > now:
            raise TooMany("paused after repeated rejections")
        if open_here >= MAX_OPEN_PER_ORIGIN or open_all >= MAX_OPEN:
            raise TooMany("too many open requests")

    def to_json(self) -> Json:
        return {origin: standing.to_json() for origin, standing in self._standings.items()}

    @classmethod
    def from_json(cls, value: Json) -> "Quota":
        """Raises WireError."""
        if not isinstance(value, dict):
            raise WireError("no standings")
        return cls({origin: _standing(one) for origin, one in value.items()})
