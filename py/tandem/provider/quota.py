"""How often an origin may ask (security.md §8): a few open requests, and a pause after repeated rejections."""

from typing import Final

from tandem.errors import TooMany

MAX_OPEN_PER_ORIGIN: Final = 10
MAX_OPEN: Final = 100
REJECTIONS: Final = 3
REJECTION_WINDOW: Final = 30.0  # seconds
PAUSE: Final = 60.0  # seconds


class Quota:
    """Rejections per origin, in memory: a restart forgives."""

    def __init__(self) -> None:
        self._rejections: dict[str, list[float]] = {}
        self._paused: dict[str, float] = {}

    def rejected(self, origin: str, now: float) -> None:
        """Counts one explicit No."""
        recent = [t for t in self._rejections.get(origin, []) if now - t < REJECTION_WINDOW] + [now]
        self._rejections[origin] = recent
        if len(recent) >= REJECTIONS:
            self._paused[origin] = now + PAUSE
            del self._rejections[origin]

    def require(self, origin: str, now: float, *, open_here: int, open_all: int) -> None:
        """Raises TooMany."""
        if self._paused.get(origin, 0.0) > now:
            raise TooMany("paused after repeated rejections")
        if open_here >= MAX_OPEN_PER_ORIGIN or open_all >= MAX_OPEN:
            raise TooMany("too many open requests")
