"""What the relay server keeps, as a protocol, and the bounded store in memory.

Semantics are those of the public relay (relay-and-sessions §1.2): lists grow only by new strings; a queue drops a
record whose hash it holds; lists and queues live 5 minutes from their last change, values 60 minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tandem.relay.limits import Limits

_OVERHEAD = 256  # bytes of Python objects that an entry costs beside its own


class StoreFull(Exception):
    """A limit is reached; the server answers 429."""


class StoreFault(Exception):
    """The storage behind the relay does not work; the server answers 500."""


class RelayStore(Protocol):
    """`topic` names what a waiter waits for; a store calls `notify(topic)` after each change (in every process)."""

    async def known(self, session: str) -> bool: ...

    async def add(self, session: str, name: str, members: Sequence[str]) -> None: ...

    async def members(self, session: str, name: str) -> Sequence[str]: ...

    async def forget(self, session: str, name: str) -> None: ...

    async def post(self, session: str, queue: str, hash_: str, record: bytes) -> None: ...

    async def records(self, session: str, queue: str, after: int) -> tuple[Sequence[bytes], int]: ...

    async def drop(self, session: str, queue: str, hash_: str) -> None: ...

    async def put(self, session: str, name: str, value: bytes) -> None: ...

    async def value(self, session: str, name: str) -> bytes | None: ...


def topic(session: str, name: str) -> str:
    """What is announced when list, queue or value `name` of a session changes."""
    return f"{session}\n{name}"


@dataclass(slots=True)
class _Entry:
    """A list (`items` without values), a queue (hash → cursor and record) or a value."""

    expires: float
    members: dict[str, None] = field(default_factory=dict)
    records: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    value: bytes | None = None
    bytes: int = _OVERHEAD


@dataclass(slots=True)
class _Session:
    entries: dict[str, _Entry] = field(default_factory=dict)
    records: int = 0
    bytes: int = 0


class MemoryStore:
    """Everything in one process, bounded in sessions, records and bytes. Raises StoreFull at a bound."""

    def __init__(self, limits: Limits, now: Callable[[], float], notify: Callable[[str], None]) -> None:
        self._limits = limits
        self._now = now
        self._notify = notify
        self._sessions: dict[str, _Session] = {}
        self._cursor = 0
        self._swept = 0.0
        self.bytes = 0

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    async def known(self, session: str) -> bool:
        return session in self._sessions

    async def add(self, session: str, name: str, members: Sequence[str]) -> None:
        entry = self._entry(session, name)
        fresh = [member for member in dict.fromkeys(members) if member not in entry.members]
        if not fresh:
            return
        if len(entry.members) + len(fresh) > self._limits.names:
            raise StoreFull("names")
        self._charge(session, entry, sum(len(member) + _OVERHEAD for member in fresh))
        entry.members.update(dict.fromkeys(fresh))
        entry.expires = self._now() + self._limits.list_seconds
        self._notify(topic(session, name))

    async def members(self, session: str, name: str) -> Sequence[str]:
        entry = self._find(session, name)
        return list(entry.members) if entry else ()

    async def forget(self, session: str, name: str) -> None:
        if self._find(session, name):
            self._remove(session, name)

    async def post(self, session: str, queue: str, hash_: str, record: bytes) -> None:
        entry = self._entry(session, queue)
        if hash_ in entry.records:
            return
        held = self._sessions[session]
        if held.records >= self._limits.messages:
            raise StoreFull("messages")
        self._charge(session, entry, len(record) + _OVERHEAD)
        held.records += 1
        self._cursor += 1
        entry.records[hash_] = (self._cursor, record)
        entry.expires = self._now() + self._limits.list_seconds
        self._notify(topic(session, queue))

    async def records(self, session: str, queue: str, after: int) -> tuple[Sequence[bytes], int]:
        # The hot path: one lookup, nothing made when the queue is empty.
        held = self._sessions.get(session)
        entry = held.entries.get(queue) if held else None
        if entry is None or not entry.records or entry.expires <= self._now():
            return (), self._cursor
        if after > self._cursor:  # a cursor of an earlier life of this server
            after = 0
        return [record for cursor, record in entry.records.values() if cursor > after], self._cursor

    async def drop(self, session: str, queue: str, hash_: str) -> None:
        entry = self._find(session, queue)
        if entry and hash_ in entry.records:
            _, record = entry.records.pop(hash_)
            self._charge(session, entry, -len(record) - _OVERHEAD)
            self._sessions[session].records -= 1
            entry.expires = self._now() + self._limits.list_seconds

    async def put(self, session: str, name: str, value: bytes) -> None:
        entry = self._entry(session, name)
        self._charge(session, entry, len(value) - len(entry.value or b""))
        entry.value = value
        entry.expires = self._now() + self._limits.value_seconds
        self._notify(topic(session, name))

    async def value(self, session: str, name: str) -> bytes | None:
        entry = self._find(session, name)
        return entry.value if entry else None

    def sweep(self) -> None:
        """Remove what has expired. Called now and then by the host, and when a bound is reached."""
        now = self._now()
        self._swept = now
        late = [
            (session, name)
            for session, held in self._sessions.items()
            for name, entry in held.entries.items()
            if entry.expires <= now
        ]
        for session, name in late:
            self._remove(session, name)

    def _find(self, session: str, name: str) -> _Entry | None:
        held = self._sessions.get(session)
        entry = held.entries.get(name) if held else None
        if entry is None:
            return None
        if entry.expires <= self._now():
            self._remove(session, name)
            return None
        return entry

    def _entry(self, session: str, name: str) -> _Entry:
        entry = self._find(session, name)
        if entry is not None:
            return entry
        if session not in self._sessions and len(self._sessions) >= self._limits.sessions:
            self._make_room()
            if len(self._sessions) >= self._limits.sessions:
                raise StoreFull("sessions")
        held = self._sessions.get(session)
        if held and len(held.entries) >= self._limits.messages:
            raise StoreFull("entries")
        if self.bytes + _OVERHEAD > self._limits.total_bytes:
            self._make_room()
            if self.bytes + _OVERHEAD > self._limits.total_bytes:
                raise StoreFull("memory")
        if held is None:
            held = self._sessions[session] = _Session()
        entry = held.entries[name] = _Entry(self._now() + self._limits.list_seconds)
        held.bytes += entry.bytes
        self.bytes += entry.bytes
        return entry

    def _charge(self, session: str, entry: _Entry, size: int) -> None:
        held = self._sessions[session]
        if size > 0:
            if held.bytes + size > self._limits.session_bytes:
                raise StoreFull("session")
            if self.bytes + size > self._limits.total_bytes:
                self._make_room()
                if self.bytes + size > self._limits.total_bytes:
                    raise StoreFull("memory")
        entry.bytes += size
        held.bytes += size
        self.bytes += size

    def _make_room(self) -> None:
        if self._now() - self._swept > 1:  # a flood may not buy itself a full sweep per request
            self.sweep()

    def _remove(self, session: str, name: str) -> None:
        held = self._sessions[session]
        entry = held.entries.pop(name)
        held.bytes -= entry.bytes
        held.records -= len(entry.records)
        self.bytes -= entry.bytes
        if not held.entries:
            del self._sessions[session]
