"""Our end of one session on a relay: who we are there, at what pace we go, and how long we bear a relay that fails."""

from dataclasses import dataclass, field

from tandem.entropy import Rng
from tandem.errors import RelayFault
from tandem.ports import Clock, Tasks
from tandem.relay.client import RelayClient


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults suit phones: a slow one computes a round for a second or two."""

    poll: float = 0.1  # between plain polls during an exchange
    people: float = 1.0  # between plain polls while people are awaited
    renew: float = 10.0  # between repetitions of what lists and setup messages should hold
    repost: float = 2.0  # silence before messages are repeated, doubled each time
    repost_most: float = 6.0
    silence: float = 60.0  # without progress before we give up
    exchange: float = 150.0  # for one whole exchange
    patience: float = 15.0  # how long the relay may fail without a break
    apart: float = 0.4  # between our last two messages, for those who would be too quick: two of their pauses and a way
    linger: float = 12.0  # after the end, how long the last messages are repeated without a sign of life
    confirm: float = 15.0  # how long a keygen waits for the others to say that they have stored it


@dataclass(frozen=True, slots=True)
class Line:
    """Our end of one session on the relay."""

    relay: RelayClient
    clock: Clock
    tasks: Tasks
    rng: Rng
    pace: Pace
    session_id: str
    key: bytes = field(repr=False)
    party: str

    def fault_limit(self) -> "Patience":
        return Patience(self.clock, self.pace.patience)


class Patience:
    """Counts how long the relay has failed without a break."""

    def __init__(self, clock: Clock, limit: float) -> None:
        self._clock = clock
        self._limit = limit
        self._since: float | None = None
        self.fault: RelayFault | None = None  # set when patience is over

    @property
    def failing(self) -> bool:
        """Did the last request fail?"""
        return self._since is not None

    def good(self) -> None:
        self._since = None

    async def bad(self, fault: RelayFault) -> bool:
        """Wait a little before the next try. False when it is enough."""
        now = self._clock.now()
        if self._since is None:
            self._since = now
        failing = now - self._since
        if failing >= self._limit:
            self.fault = fault
            return False
        await self._clock.sleep(min(max(failing / 2, 0.1), 2.0))
        return True
