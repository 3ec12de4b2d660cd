"""What one client or one session may cost the relay."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the server; bytes, counts and seconds.

    `messages` and `session_bytes` fit the largest ceremony we support: ten parties' keygen in both curves without a
    single delete is 90 pairs × 8 messages = 720 records and, at 98 kB a pair, 9 MB. A 2-of-2 signing needs 8 records
    and 0.21 MB, so 60 inputs of one transaction fit as well. A session counts until its setup message is forgotten, an
    hour after it was left there: `sessions` fits fourteen signings a second, and its bookkeeping some 60 MB.
    """

    body: int = 256 << 10
    messages: int = 1024
    session_bytes: int = 16 << 20
    total_bytes: int = 192 << 20
    sessions: int = 50_000
    names: int = 64
    new_sessions_per_minute: int = 50
    list_seconds: float = 300
    value_seconds: float = 3600
    long_poll: float = 25


class Arrivals:
    """New sessions per address and minute. Loopback is this machine, or a proxy on it that has to count for itself."""

    def __init__(self, per_minute: int, addresses: int = 10_000) -> None:
        self._per_minute = per_minute
        self._addresses = addresses
        self._seen: dict[str, deque[float]] = {}

    def allow(self, address: str, now: float) -> bool:
        """Count one new session; False when the address has had its share of the last minute."""
        if address in ("127.0.0.1", "::1", ""):
            return True
        times = self._seen.pop(address, None) or deque()
        while times and times[0] <= now - 60:
            times.popleft()
        allowed = len(times) < self._per_minute
        if allowed:
            times.append(now)
        self._seen[address] = times  # most recent last, so that the oldest address is the one to forget
        if len(self._seen) > self._addresses:
            del self._seen[next(iter(self._seen))]
        return allowed
