"""The relay's client: Vultisig's HTTP API and its quirks (relay-and-sessions §1.2), with long-poll where offered.

Every method raises RelayFault when the relay cannot be reached or answers outside its protocol; a method may then be
called again. A server that announces `X-Long-Poll: <seconds>` in its answers is asked to wait (`?wait=&after=`) and to
return what is newer than a cursor; any other server is asked as the incumbents ask it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tandem.errors import RelayFault, WireError
from tandem.ports import Clock, Http, HttpRequest, HttpResponse
from tandem.relay.envelope import payload_id
from tandem.wire import Json, json_text, parse_json

PUBLIC_RELAY = "https://api.vultisig.com/router"
MAX_MESSAGES = 32 << 20
MAX_TEXT = 1 << 20
_CURSOR = re.compile(r"[A-Za-z0-9-]{1,64}")
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Record:
    """One message record (§2.3). Nothing but `body` is authenticated, and that only by what it decrypts to."""

    session_id: str
    sender: str
    to: tuple[str, ...]
    body: str
    hash: str
    sequence_no: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look into a queue found; `after` is the cursor to continue from, None where the server has none."""

    records: tuple[Record, ...]
    after: str | None = None


class RelayClient:
    """One relay. Stateless but for `long_poll`: the seconds the server offers to wait, 0 until it says so."""

    def __init__(self, http: Http, base_url: str, clock: Clock) -> None:
        self.base_url = base_url.rstrip("/")
        self.long_poll = 0.0
        self.clock = clock
        self._http = http

    async def ping(self) -> bool:
        """Is somebody there? Also learns whether the server waits. Never raises."""
        try:
            return (await self._send("GET", "/ping", timeout=5)).status == 200
        except RelayFault:
            return False

    async def register(self, session_id: str, party: str) -> None:
        """Enter the session under our name; being there already is success."""
        await self._add(f"/{_part(session_id)}", (party,))

    async def parties(self, session_id: str, *, known: int = 0, wait: float = 0) -> tuple[str, ...]:
        """Who is there, in order of arrival; waits for more than `known` where the server can."""
        return await self._list(f"/{_part(session_id)}", known, wait)

    async def start(self, session_id: str, names: Sequence[str]) -> None:
        """Announce the committee."""
        await self._add(f"/start/{_part(session_id)}", names)

    async def started(self, session_id: str, *, wait: float = 0) -> tuple[str, ...]:
        """The announced committee; empty while there is none."""
        return await self._list(f"/start/{_part(session_id)}", 0, wait)

    async def complete(self, session_id: str, party: str) -> None:
        """Announce that we are done."""
        await self._add(f"/complete/{_part(session_id)}", (party,))

    async def completed(self, session_id: str, *, known: int = 0, wait: float = 0) -> tuple[str, ...]:
        """Who is done."""
        return await self._list(f"/complete/{_part(session_id)}", known, wait)

    async def end(self, session_id: str) -> None:
        """Forget the list of participants."""
        _expect(await self._send("DELETE", f"/{_part(session_id)}"), "end")

    async def upload_setup(self, session_id: str, text: str, message_id: str | None = None) -> None:
        """Publish the sealed setup message, replacing what was there."""
        path = f"/setup-message/{_part(session_id)}"
        _expect(await self._send("POST", path, text.encode("utf-8"), message_id), "setup message")

    async def setup(self, session_id: str, message_id: str | None = None, *, wait: float = 0) -> str | None:
        """The sealed setup message, None while there is none."""
        return await self._value(f"/setup-message/{_part(session_id)}", message_id, wait)

    async def post_message(self, record: Record, message_id: str | None = None) -> None:
        """Put one record into the queue of each of its recipients."""
        body = json_text(
            {
                "session_id": record.session_id,
                "from": record.sender,
                "to": list(record.to),
                "body": record.body,
                "hash": record.hash,
                "sequence_no": record.sequence_no,
            }
        )
        path = f"/message/{_part(record.session_id)}"
        _expect(await self._send("POST", path, body.encode("utf-8"), message_id, _JSON), "message")

    async def messages(
        self, session_id: str, party: str, message_id: str | None = None, *, after: str | None = None, wait: float = 0
    ) -> Batch:
        """A queue's records, sorted by sequence_no as the apps do; malformed ones are left out."""
        query = _query(after, self._seconds(wait))
        path = f"/message/{_part(session_id)}/{_part(party)}{query}"
        answer = await self._send("GET", path, None, message_id, timeout=20 + wait, limit=MAX_MESSAGES)
        if answer.status == 404:
            return Batch(())
        found = _array(_expect(answer, "messages"))
        records = [record for item in found if (record := _record(item)) is not None]
        cursor = answer.headers.get("x-cursor", "")
        next_after = cursor if _CURSOR.fullmatch(cursor) else None
        return Batch(tuple(sorted(records, key=lambda record: record.sequence_no)), next_after)

    async def delete_message(self, session_id: str, party: str, hash_: str, message_id: str | None = None) -> None:
        """Remove one record by its hash; an empty hash cannot be removed."""
        path = f"/message/{_part(session_id)}/{_part(party)}/{_part(hash_)}"
        _expect(await self._send("DELETE", path, None, message_id), "delete")

    async def upload_payload(self, text: str) -> str:
        """Store an offloaded payload (readable by the relay's operator!) and return its id."""
        name = payload_id(text)
        _expect(await self._send("POST", f"/payload/{name}", text.encode("ascii")), "payload")
        return name

    async def payload(self, name: str) -> str | None:
        """An offloaded payload, None when it is gone. What does not hash to `name` is a RelayFault."""
        text = await self._value(f"/payload/{_part(name)}", None, 0)
        if text is not None and (not text.isascii() or payload_id(text) != name):
            raise RelayFault("payload does not match its id")
        return text

    async def _add(self, path: str, members: Sequence[str]) -> None:
        """Append to one of the set-like lists. The public relay answers 500 when all were there already (§1.2)."""
        answer = await self._send("POST", path, json_text(list(members)).encode("utf-8"), None, _JSON)
        if answer.status >= 500 and set(members) <= set(await self._list(path, 0, 0)):
            return
        _expect(answer, "list")

    async def _list(self, path: str, known: int, wait: float) -> tuple[str, ...]:
        seconds = self._seconds(wait)
        query = _query(str(known), seconds) if seconds else ""
        answer = await self._send("GET", path + query, timeout=20 + wait)
        if answer.status == 404:
            return ()
        return tuple(item for item in _array(_expect(answer, "list")) if isinstance(item, str))

    async def _value(self, path: str, message_id: str | None, wait: float) -> str | None:
        query = _query(None, self._seconds(wait))
        answer = await self._send("GET", path + query, None, message_id, timeout=20 + wait)
        if answer.status == 404:
            return None
        try:
            return _expect(answer, "value").decode("utf-8")
        except UnicodeError as broken:
            raise RelayFault("the relay's text is not UTF-8") from broken

    def _seconds(self, wait: float) -> float:
        return min(wait, self.long_poll)

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        message_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout: float = 20,
        limit: int = MAX_TEXT,
    ) -> HttpResponse:
        sent = dict(headers or {})
        if message_id:
            sent["message_id"] = message_id
        answer = await self._http.send(HttpRequest(method, self.base_url + path, sent, body, timeout, limit))
        self.long_poll = _announced(answer.headers.get("x-long-poll"), self.long_poll)
        return answer


def _announced(text: str | None, known: float) -> float:
    try:
        seconds = float(text) if text is not None else known
    except ValueError:
        return known
    return seconds if math.isfinite(seconds) and 0 <= seconds <= 60 else known


def _expect(answer: HttpResponse, what: str) -> bytes:
    if not 200 <= answer.status < 300:
        raise RelayFault(f"{what}: the relay answered {answer.status}")
    return answer.body


def _array(body: bytes) -> list[Json]:
    try:
        value = parse_json(body, limit=MAX_MESSAGES, depth=8)
    except WireError as broken:
        raise RelayFault("the relay's answer is not JSON") from broken
    if not isinstance(value, list):
        raise RelayFault("the relay's answer is not a list")
    return value


def _record(item: Json) -> Record | None:
    if not isinstance(item, dict):
        return None
    session, sender, to = item.get("session_id", ""), item.get("from", ""), item.get("to", [])
    body, hash_, sequence = item.get("body", ""), item.get("hash", ""), item.get("sequence_no", 0)
    if not (isinstance(session, str) and isinstance(sender, str) and isinstance(body, str) and isinstance(hash_, str)):
        return None
    if not isinstance(to, list) or isinstance(sequence, bool) or not isinstance(sequence, int):
        return None
    return Record(session, sender, tuple(name for name in to if isinstance(name, str)), body, hash_, sequence)


def _part(text: str) -> str:
    return quote(text, safe="")


def _query(after: str | None, wait: float) -> str:
    pairs = [f"wait={wait:g}"] if wait else []
    if after is not None:
        pairs.append(f"after={after}")
    return "?" + "&".join(pairs) if pairs else ""
