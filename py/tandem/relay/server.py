"""The relay server without a transport: one request in, one reply out (relay-and-sessions §1.1, §1.2).

The public relay's API exactly as its Redis deployment answers it, with three differences that its clients cannot trip
over: adding what is there already is 201/200 instead of 500; `?wait=seconds&after=cursor` on GETs waits for news
(announced by `X-Long-Poll`); and there are bounds (413, 429).
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import unquote

from tandem.errors import WireError
from tandem.ports import Clock
from tandem.relay.limits import Arrivals, Limits
from tandem.relay.store import RelayStore, StoreFault, StoreFull, topic
from tandem.wire import Json, json_text, parse_json

T = TypeVar("T")

_GREETING = b"Voltix Router is running"
_TEXT = "text/plain; charset=UTF-8"
_JSON = "application/json"
_NAME = 256  # longest session, party, hash or namespace taken
_METHODS: dict[tuple[str, int], tuple[str, ...]] = {
    ("ping", 1): ("GET",),
    ("session", 1): ("GET", "POST", "DELETE"),
    ("message", 2): ("POST",),
    ("message", 3): ("GET",),
    ("message", 4): ("DELETE",),
    ("start", 2): ("GET", "POST"),
    ("complete", 2): ("GET", "POST"),
    ("complete", 3): ("GET", "POST"),
    ("payload", 2): ("GET", "POST"),
    ("setup-message", 2): ("GET", "POST"),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the raw target, and of the headers only what the API looks at. `peer` is the client's address."""

    method: str
    target: str
    body: bytes = b""
    content_type: str = ""
    message_id: str = ""
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `route` names the endpoint for the log, which must not hold session ids: they are bearer secrets."""

    status: int
    body: bytes = b""
    content_type: str = ""
    cursor: str = ""
    route: str = ""


class Watch(Protocol):
    """A waiter that hears every announcement from its making on."""

    async def wait(self, seconds: float) -> bool:
        """True when its topic was announced since the last call."""

    def close(self) -> None: ...


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class RelayServer:
    """Never raises: what goes wrong becomes a status."""

    def __init__(self, store: RelayStore, clock: Clock, watch: Callable[[str], Watch], limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._watch = watch
        self._limits = limits
        self._arrivals = Arrivals(limits.new_sessions_per_minute)
        self.closing = False

    async def handle(self, ask: Ask) -> Reply:
        """Answer one request. May take up to `limits.long_poll` seconds when the request asks to wait."""
        path, _, query = ask.target.partition("?")
        parts = path.split("/")[1:]
        if parts and not parts[-1]:
            parts.pop()  # echo strips the trailing slash before routing
        route = _route(parts)
        methods = _METHODS.get(route)
        if methods is None:
            return Reply(404, b'{"message":"Not Found"}\n', _JSON, route="unknown")
        label = "/".join((route[0], str(route[1])))
        if ask.method not in methods:
            return Reply(405, b'{"message":"Method Not Allowed"}\n', _JSON, route=label)
        if len(ask.body) > self._limits.body:
            return Reply(413, b'{"message":"Request Entity Too Large"}\n', _JSON, route=label)
        try:
            names = _names(path, parts)
            if len(ask.message_id) > _NAME:
                raise _Refused(400)
            reply = await self._answer(route, names, ask, query)
        except _Refused as refused:
            reply = Reply(refused.status)
        except StoreFull:
            reply = Reply(429)
        except StoreFault:
            reply = Reply(500)
        return Reply(reply.status, reply.body, reply.content_type, reply.cursor, label)

    async def _answer(self, route: tuple[str, int], names: list[str], ask: Ask, query: str) -> Reply:
        kind, count = route
        if kind == "message":
            if count == 3:
                return await self._queue(names[1], _queue(names[2], ask.message_id), query)
            if count == 4:
                await self._store.drop(names[1], _queue(names[2], ask.message_id), names[3])
                return Reply(200)
            return await self._post(names[1], ask)
        if kind == "ping":
            return Reply(200, _GREETING, _TEXT)
        if kind == "session":
            if ask.method == "DELETE":
                await self._store.forget(names[0], "")
                return Reply(200)
            return await self._list(names[0], "", ask, query, 201)
        if kind in ("start", "complete") and count == 2:
            return await self._list(names[1], kind, ask, query, 200)
        if kind == "payload":
            return await self._payload(names[1], ask)
        name = f"setup-{ask.message_id}" if kind == "setup-message" else f"keysign-{ask.message_id}"
        if kind == "complete" and names[2] != "keysign":
            return Reply(404, b'{"message":"Not Found"}\n', _JSON)
        return await self._value(names[1], name, ask, query, 201 if kind == "setup-message" else 200)

    async def _queue(self, session: str, queue: str, query: str) -> Reply:
        wait, after = _waiting(query)
        records, cursor = await self._store.records(session, queue, after)
        if wait and not records:
            records, cursor = await self._wait(
                topic(session, queue),
                wait,
                lambda: self._store.records(session, queue, after),
                lambda found: bool(found[0]),
            )
        body = b"[" + b",".join(records) + b"]" if records else b"[]"
        return Reply(200, body, _JSON, str(cursor))

    async def _wait(self, name: str, wait: float, look: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
        """Look again at each announcement of `name`, until it is enough, the time is over or the server closes."""
        watch = self._watch(name)
        deadline = self._clock.now() + min(wait, self._limits.long_poll)
        try:
            while True:
                # The watch is set before the look: what comes from here on is either seen or announced.
                found = await look()
                left = deadline - self._clock.now()
                if enough(found) or left <= 0 or self.closing:
                    return found
                await watch.wait(left)
        finally:
            watch.close()

    async def _post(self, session: str, ask: Ask) -> Reply:
        value = _json_body(ask)
        if not isinstance(value, dict):
            raise _Refused(400)
        to = value.get("to") or []
        hash_ = value.get("hash") or ""
        sequence = value.get("sequence_no") or 0
        if not isinstance(to, list) or not isinstance(hash_, str) or len(hash_) > _NAME or len(to) > self._limits.names:
            raise _Refused(400)
        if isinstance(sequence, bool) or not isinstance(sequence, int) or abs(sequence) >= 1 << 63:
            raise _Refused(400)
        # Exactly the stored fields of the record, empty texts and lists left out as Go's omitempty does.
        record: dict[str, Json] = {}
        for name in ("session_id", "from"):
            _keep_text(record, name, value)
        if to:
            record["to"] = to
        _keep_text(record, "body", value)
        record["hash"] = hash_
        record["sequence_no"] = sequence
        text = json_text(record).encode("utf-8")
        recipients = [name for name in to if isinstance(name, str) and len(name) <= _NAME]
        if len(recipients) != len(to):
            raise _Refused(400)
        if recipients:
            await self._admit(session, ask)
        for name in recipients:
            await self._store.post(session, _queue(name, ask.message_id), hash_, text)
        return Reply(202)

    async def _list(self, session: str, name: str, ask: Ask, query: str, created: int) -> Reply:
        if ask.method == "POST":
            members = _json_body(ask)
            if not isinstance(members, list) or not members:
                raise _Refused(400)
            texts = [member for member in members if isinstance(member, str) and len(member) <= _NAME]
            if len(texts) != len(members):
                raise _Refused(400)
            await self._admit(session, ask)
            await self._store.add(session, name, texts)
            return Reply(created)
        wait, after = _waiting(query)
        found = await self._store.members(session, name)
        if wait and len(found) <= after:
            found = await self._wait(
                topic(session, name), wait, lambda: self._store.members(session, name), lambda found: len(found) > after
            )
        return Reply(200, json_text(list(found)).encode("utf-8"), _JSON)

    async def _value(self, session: str, name: str, ask: Ask, query: str, created: int) -> Reply:
        if ask.method == "POST":
            await self._admit(session, ask)
            await self._store.put(session, name, ask.body)
            return Reply(created)
        wait, _ = _waiting(query)
        value = await self._store.value(session, name)
        if wait and value is None:
            value = await self._wait(
                topic(session, name), wait, lambda: self._store.value(session, name), lambda found: found is not None
            )
        return Reply(404) if value is None else Reply(200, value, _TEXT)

    async def _payload(self, name: str, ask: Ask) -> Reply:
        if ask.method == "POST":
            if hashlib.sha256(ask.body).hexdigest() != name:
                raise _Refused(400)
            await self._admit(f"payload/{name}", ask)
            await self._store.put(f"payload/{name}", "", ask.body)
            return Reply(200)
        value = await self._store.value(f"payload/{name}", "")
        return Reply(404) if value is None else Reply(200, value, _TEXT)

    async def _admit(self, session: str, ask: Ask) -> None:
        """A session that is not there yet counts against its creator."""
        if not await self._store.known(session) and not self._arrivals.allow(ask.peer, self._clock.now()):
            raise _Refused(429)


def _route(parts: list[str]) -> tuple[str, int]:
    count = len(parts)
    if count == 1:
        return ("ping" if parts[0] == "ping" else "session", 1)
    return (parts[0] if parts else "", count)


def _names(path: str, parts: list[str]) -> list[str]:
    """Path parameters as the Go server reads them: decoded twice unless an escaped slash forces the raw path."""
    if "%" not in path and "+" not in path:
        names = parts
    elif "%2f" in path.lower():
        names = [parts[0], *(_query_unescape(part) for part in parts[1:])]
    else:
        names = [unquote(part) for part in parts]
        names = [names[0], *(_query_unescape(name) for name in names[1:])] if len(names) > 1 else names
    names = [name.strip() for name in names]
    if any(not name or len(name) > _NAME or "\n" in name for name in names):
        raise _Refused(400)
    return names


def _query_unescape(text: str) -> str:
    text = text.replace("+", " ")
    pieces = text.split("%")
    if any(len(piece) < 2 or not all(c in "0123456789abcdefABCDEF" for c in piece[:2]) for piece in pieces[1:]):
        raise _Refused(400)
    return unquote(text)


def _queue(party: str, message_id: str) -> str:
    # An empty header is no header. A newline can be in neither part, so queues cannot meet.
    return f"message-{party}\n{message_id}" if message_id else f"message-{party}"


def _waiting(query: str) -> tuple[float, int]:
    """`wait` and `after` of the query; anything unreadable counts as absent, as a plain poll."""
    if not query:
        return 0.0, 0
    found = dict(pair.partition("=")[::2] for pair in query[:200].split("&"))
    wait, after = found.get("wait", ""), found.get("after", "")
    whole = wait.partition(".")[0]
    seconds = float(wait) if whole.isdecimal() and whole.isascii() and wait.replace(".", "", 1).isdecimal() else 0.0
    return seconds, int(after) if after.isdecimal() and after.isascii() and len(after) < 19 else 0


def _json_body(ask: Ask) -> Json:
    if not ask.content_type.startswith(_JSON):
        raise _Refused(400)
    try:
        return parse_json(ask.body, limit=max(len(ask.body), 1), depth=8)
    except WireError as broken:
        raise _Refused(400) from broken


def _keep_text(record: dict[str, Json], name: str, value: dict[str, Json]) -> None:
    text = value.get(name) or ""
    if not isinstance(text, str):
        raise _Refused(400)
    if text:
        record[name] = text
