"""What a host must provide: the only view the core has of the outside world.

`hosts/pyodide.py` and `hosts/cpython.py` implement these; nothing else does I/O.
"""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `limit` bounds the response body in bytes, `timeout` the whole exchange in seconds.

    Headers and body are no part of its repr: either may hold a password.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 20.0
    limit: int = 1 << 20


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One response; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http(Protocol):
    """Redirects are not followed across origins."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Raises RelayFault when there is no answer within the timeout and the limit."""


class Clock(Protocol):
    """Time and waiting."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """At least `seconds`; 0 lets others run."""


class PasswordKdf(Protocol):
    """argon2id (RFC 9106) with one lane. A port, as a browser has to run it where its memory can be given back."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        """32 bytes. Raises KdfFault when it cannot be run."""


class Store(Protocol):
    """Small durable key-value store. `put` returns only when the value survives a crash."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes) -> None: ...

    async def delete(self, key: str) -> None: ...


class Task(Protocol):
    """A running coroutine."""

    def cancel(self) -> object: ...

    def done(self) -> bool: ...


class Flag(Protocol):
    """What one coroutine raises and another waits for."""

    def raise_(self) -> None:
        """Wake the waiter, now or when it comes."""

    async def wait(self, seconds: float) -> bool:
        """Wait until raised, lower it again and return True; False after `seconds`."""


class Tasks(Protocol):
    """Concurrency. `hosts/tasks.py` implements it over asyncio, natively and in Pyodide."""

    def spawn(self, work: Coroutine[object, object, None]) -> Task: ...

    def flag(self) -> Flag: ...
