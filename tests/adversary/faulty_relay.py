"""Relays that misbehave, at the level of one request and one reply, so that they serve in-process and on sockets.

`DirectHttp` is a relay without sockets: it implements ports.Http straight over RelayServer. `Faults` sits in between
and lies with a seed; `IncumbentQuirks` makes the server as bare as the public relay (no long-poll, 500 on repetition).
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tandem.errors import RelayFault
from tandem.hosts.relay_http import Signals
from tandem.hosts.tasks import SystemClock
from tandem.ports import HttpRequest, HttpResponse
from tandem.relay.limits import Limits
from tandem.relay.server import Ask, RelayServer, Reply
from tandem.relay.store import MemoryStore

Handle = Callable[[Ask], Awaitable[Reply]]


@dataclass
class Faults:
    """Probabilities per request. Only message traffic and setups are touched unless `answers` is used."""

    seed: int = 0
    drop: float = 0  # a POST is answered as taken and forgotten
    duplicate: float = 0  # a message is stored again under another hash
    reorder: float = 0  # a look into a queue brings its records shuffled and without some of them
    corrupt: float = 0  # a letter of a body is changed on its way in
    delay: float = 0  # most seconds by which any answer is late
    answers: tuple[str, ...] = ()  # "html", "500", "429", "cut", "redirect": what a request may get instead
    answers_rate: float = 0
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def hit(self, what: str, rate: float) -> bool:
        if rate and self.dice.random() < rate:
            self.counts[what] = self.counts.get(what, 0) + 1
            return True
        return False

    async def apply(self, ask: Ask, handle: Handle) -> Reply:
        if self.delay:
            await asyncio.sleep(self.dice.random() * self.delay)
        if self.answers and self.hit("answers", self.answers_rate):
            return self.nonsense()
        posting = ask.method == "POST" and ask.target.startswith(("/message/", "/setup-message/"))
        if posting and self.hit("drop", self.drop):
            return Reply(202)
        if posting and self.hit("corrupt", self.corrupt):
            ask = self.corrupted(ask)
        if posting and ask.target.startswith("/message/") and self.hit("duplicate", self.duplicate):
            record = json.loads(ask.body)
            record["hash"] = f"{self.dice.getrandbits(64):x}"
            await handle(Ask(**{**_fields(ask), "body": json.dumps(record).encode()}))
        reply = await handle(ask)
        looking = ask.method == "GET" and ask.target.startswith("/message/")
        if looking and reply.body not in (b"[]", b"") and self.hit("reorder", self.reorder):
            records = json.loads(reply.body)
            self.dice.shuffle(records)
            for record in records:
                record["sequence_no"] = self.dice.randrange(100)
            reply = Reply(reply.status, json.dumps(records).encode(), reply.content_type, reply.cursor, reply.route)
        return reply

    def nonsense(self) -> Reply:
        kind = self.dice.choice(self.answers)
        if kind == "html":
            return Reply(200, b"<html><body>maintenance</body></html>", "text/html")
        if kind == "cut":
            return Reply(200, b'[{"session_id":', "application/json")
        if kind == "redirect":
            return Reply(302)
        return Reply(int(kind))

    def corrupted(self, ask: Ask) -> Ask:
        body = bytearray(ask.body)
        at = self.dice.randrange(len(body) // 3, len(body) * 2 // 3)
        body[at] = ord("A") if body[at] != ord("A") else ord("B")
        return Ask(**{**_fields(ask), "body": bytes(body)})


def _fields(ask: Ask) -> dict[str, object]:
    return {name: getattr(ask, name) for name in Ask.__slots__}


class IncumbentQuirks:
    """The public relay: waits for nobody, has no cursor, and answers 500 when a list gains nothing."""

    async def apply(self, ask: Ask, handle: Handle) -> Reply:
        target = ask.target.partition("?")[0]
        ask = Ask(**{**_fields(ask), "target": target})
        listing = ask.method == "POST" and (target.count("/") == 1 or target.startswith(("/start/", "/complete/")))
        if listing and not target.endswith("/keysign"):
            held = json.loads((await handle(Ask("GET", target))).body)
            if set(json.loads(ask.body)) <= set(held):
                return Reply(500)
        reply = await handle(ask)
        return Reply(reply.status, reply.body, reply.content_type, "", reply.route)


class DirectHttp:
    """Implements ports.Http over a relay in memory."""

    def __init__(self, layers: tuple[Faults | IncumbentQuirks, ...] = (), limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.clock = SystemClock()
        self.signals = Signals()
        self.store = MemoryStore(self.limits, self.clock.now, self.signals.notify)
        self.server = RelayServer(self.store, self.clock, self.signals.watch, self.limits)
        self.layers = layers
        self.requests: list[tuple[str, str]] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        url = urlsplit(request.url)
        target = url.path + (f"?{url.query}" if url.query else "")
        headers = {name.lower(): text for name, text in request.headers.items()}
        ask = Ask(
            request.method,
            target,
            request.body or b"",
            headers.get("content-type", ""),
            headers.get("message_id", ""),
            "127.0.0.1",
        )
        self.requests.append((request.method, target))
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(request.timeout):
                reply = await self._through(0)(ask)
        except TimeoutError as late:
            raise RelayFault("timeout") from late
        if len(reply.body) > request.limit:
            raise RelayFault("too much")
        answer = {"x-cursor": reply.cursor} if reply.cursor else {}
        if not any(isinstance(layer, IncumbentQuirks) for layer in self.layers):
            answer["x-long-poll"] = f"{self.limits.long_poll:g}"
        return HttpResponse(reply.status, answer, reply.body)

    def _through(self, depth: int) -> Handle:
        if depth == len(self.layers):
            return self.server.handle
        return lambda ask: self.layers[depth].apply(ask, self._through(depth + 1))
