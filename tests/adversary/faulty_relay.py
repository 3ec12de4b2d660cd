"""Relays that misbehave, at the level of one request and one reply, so that they serve in-process and on sockets.

`DirectHttp` is a relay without sockets: it implements ports.Http straight over RelayServer; `FaultyRelayHttp` listens
for parties that are processes. `Faults` sits in between and lies with a seed; `IncumbentQuirks` makes the server as
bare as the public relay (no long-poll, 500 on repetition).
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import quote, urlsplit

from tandem.errors import RelayFault
from tandem.hosts.relay_http import RelayHttp, Signals
from tandem.hosts.tasks import SystemClock
from tandem.ports import Clock, HttpRequest, HttpResponse
from tandem.relay.limits import Limits
from tandem.relay.server import Ask, RelayServer, Reply
from tandem.relay.store import MemoryStore
from tandem.wire import base64_text

Handle = Callable[[Ask], Awaitable[Reply]]


@dataclass
class Faults:
    """Probabilities per request. Only message traffic and setups are touched unless `answers` is used."""

    seed: int = 0
    drop: float = 0  # a POST is answered as taken and forgotten
    duplicate: float = 0  # a message is stored again under another hash
    reorder: float = 0  # a look into a queue brings its records shuffled
    corrupt: float = 0  # a letter of a body is changed on its way in
    reflect: float = 0  # a message is put into its sender's own queue as well
    swap: float = 0  # it lands in another namespace, or a round message where the setup message lies
    frame: float = 0  # its outer `from` names somebody else
    replay: float = 0  # an older message of this relay's is stored once more
    flood: float = 0  # ten bodies of junk come with it
    delete: float = 0  # it is taken and deleted at once
    forge: float = 0  # a list of parties gains a stranger and loses somebody
    delay: float = 0  # most seconds by which any answer is late
    answers: tuple[str, ...] = ()  # "html", "500", "429", "cut", "redirect": what a request may get instead
    answers_rate: float = 0
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.kept: list[tuple[Ask, dict[str, object]]] = []

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
        if posting and ask.target.startswith("/message/"):
            ask = await self.meddled(ask, handle)
        reply = await handle(ask)
        if posting and ask.target.startswith("/message/") and self.hit("delete", self.delete):
            record = json.loads(ask.body)
            for to in record["to"]:
                gone = f"/message/{record['session_id']}/{quote(to, safe='')}/{record['hash']}"
                await handle(replace(ask, method="DELETE", target=gone, body=b"", content_type=""))
        if ask.method == "GET" and reply.body not in (b"[]", b""):
            if ask.target.startswith("/message/") and self.hit("reorder", self.reorder):
                records = json.loads(reply.body)
                self.dice.shuffle(records)
                for record in records:
                    record["sequence_no"] = self.dice.randrange(100)
                reply = replace(reply, body=json.dumps(records).encode())
            elif ask.target.count("/") == 1 and ask.target != "/ping" and self.hit("forge", self.forge):
                names = [name for name in json.loads(reply.body) if self.dice.random() < 0.7]
                reply = replace(reply, body=json.dumps(["stranger", *names, "extension-\u0031 "]).encode())
        return reply

    async def meddled(self, ask: Ask, handle: Handle) -> Ask:
        """One message with whatever else this relay does to it; what it adds of its own is stored at once."""
        record = json.loads(ask.body)
        token = lambda: f"{self.dice.getrandbits(64):x}"  # noqa: E731
        extra: list[tuple[Ask, dict[str, object]]] = []
        if self.hit("duplicate", self.duplicate):
            extra.append((ask, record | {"hash": token()}))
        if self.hit("reflect", self.reflect):
            extra.append((ask, record | {"hash": token(), "to": [record["from"]]}))
        if self.hit("swap", self.swap):
            extra.append((replace(ask, message_id="" if ask.message_id else "elsewhere"), record | {"hash": token()}))
            setup = f"/setup-message/{record['session_id']}"
            if self.dice.random() < 0.2:
                await handle(replace(ask, target=setup, body=record["body"].encode(), content_type=""))
        if self.hit("replay", self.replay) and self.kept:
            other, old = self.dice.choice(self.kept)
            extra.append((other, old | {"hash": token()}))
        if self.hit("flood", self.flood):
            junk = [base64_text(self.dice.randbytes(self.dice.randrange(2000))) for _ in range(10)]
            extra += [(ask, record | {"hash": token(), "body": body}) for body in junk]
        for where, what in extra:
            await handle(replace(where, body=json.dumps(what).encode()))
        if self.replay and len(self.kept) < 50:
            self.kept.append((ask, record))
        if self.hit("frame", self.frame):
            record = record | {"from": self.dice.choice(["stranger", *record["to"]])}
        return replace(ask, body=json.dumps(record).encode())

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
        return replace(ask, body=bytes(body))


class IncumbentQuirks:
    """The public relay: waits for nobody, has no cursor, and answers 500 when a list gains nothing."""

    async def apply(self, ask: Ask, handle: Handle) -> Reply:
        target = ask.target.partition("?")[0]
        ask = replace(ask, target=target)
        listing = ask.method == "POST" and (target.count("/") == 1 or target.startswith(("/start/", "/complete/")))
        if listing and not target.endswith("/keysign"):
            held = json.loads((await handle(Ask("GET", target))).body)
            if set(json.loads(ask.body)) <= set(held):
                return Reply(500)
        reply = await handle(ask)
        return replace(reply, cursor="")


Layer = Faults | IncumbentQuirks


def through(layers: tuple[Layer, ...], handle: Handle) -> Handle:
    """What a request goes through: the first layer first."""
    for layer in reversed(layers):
        handle = partial(layer.apply, handle=handle)
    return handle


class DirectHttp:
    """Implements ports.Http over a relay in memory."""

    def __init__(
        self, layers: "tuple[Layer, ...]" = (), limits: Limits | None = None, clock: Clock | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.clock = clock or SystemClock()
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
                reply = await through(self.layers, self.server.handle)(ask)
        except TimeoutError as late:
            raise RelayFault("timeout") from late
        if len(reply.body) > request.limit:
            raise RelayFault("too much")
        answer = {"x-cursor": reply.cursor} if reply.cursor else {}
        if not any(isinstance(layer, IncumbentQuirks) for layer in self.layers):
            answer["x-long-poll"] = f"{self.limits.long_poll:g}"
        return HttpResponse(reply.status, answer, reply.body)


class FaultyRelayHttp(RelayHttp):
    """A relay on a socket, behind the same layers."""

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        self._server.handle = through(layers, self._server.handle)  # type: ignore[method-assign]
