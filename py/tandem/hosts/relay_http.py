"""The relay server on aiohttp: the low-level server without router or middleware, because polling is all it does."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TextIO

from aiohttp import web
from multidict import CIMultiDict

from tandem.hosts.tasks import SystemClock
from tandem.relay.limits import Limits
from tandem.relay.server import Ask, RelayServer, Reply
from tandem.relay.store import MemoryStore, RelayStore

_ALLOWED = "GET,HEAD,PUT,PATCH,POST,DELETE"
_SWEEP = 15.0
_REPORT = 60.0
_REFUSALS_LOGGED = 20  # per report interval


class Signals:
    """Wakes long-polls: topic → those who wait for it."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[SignalWatch]] = {}

    def watch(self, name: str) -> "SignalWatch":
        watch = SignalWatch(self, name)
        self._waiting.setdefault(name, set()).add(watch)
        return watch

    def notify(self, name: str) -> None:
        for watch in self._waiting.get(name, ()):
            watch.event.set()

    def notify_all(self) -> None:
        for watches in self._waiting.values():
            for watch in watches:
                watch.event.set()

    def forget(self, watch: "SignalWatch") -> None:
        watches = self._waiting.get(watch.name)
        if watches:
            watches.discard(watch)
            if not watches:
                del self._waiting[watch.name]


class SignalWatch:
    """Implements relay.server.Watch."""

    __slots__ = ("_signals", "event", "name")

    def __init__(self, signals: Signals, name: str) -> None:
        self._signals = signals
        self.name = name
        self.event = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self.event.wait()
        except TimeoutError:
            return False
        self.event.clear()
        return True

    def close(self) -> None:
        self._signals.forget(self)


class RelayHttp:
    """One listening relay. `start` returns its URL, `stop` answers what waits and closes."""

    def __init__(
        self,
        limits: Limits | None = None,
        store: Callable[[Signals, Limits], RelayStore] | None = None,
        log: TextIO | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = SystemClock()
        self._signals = Signals()
        self._memory: MemoryStore | None = None
        chosen: RelayStore
        if store is None:
            chosen = self._memory = MemoryStore(self._limits, self._clock.now, self._signals.notify)
        else:
            chosen = store(self._signals, self._limits)
        self._server = RelayServer(chosen, self._clock, self._signals.watch, self._limits)
        self._log = log
        self._counts: Counter[tuple[str, int]] = Counter()
        self._refusals = 0
        self._runner: web.ServerRunner | None = None
        self._tender: asyncio.Task[None] | None = None
        self._plain = self._headers()

    async def start(self, host: str, port: int) -> str:
        """Listen; port 0 picks a free one."""
        # Server's own access log is off: it would write session ids.
        server = web.Server(self._on_request, access_log=None)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        self._tender = asyncio.create_task(self._tend())
        bound = self._runner.addresses[0][1]
        return f"http://{f'[{host}]' if ':' in host else host}:{bound}"

    async def stop(self) -> None:
        """Graceful: waiting polls are answered now, running requests get five seconds."""
        self._server.closing = True
        self._signals.notify_all()
        if self._tender:
            self._tender.cancel()
        if self._runner:
            await asyncio.sleep(0)
            await self._runner.cleanup()
        self._report()

    async def _on_request(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.method
        if method == "OPTIONS":
            return self._preflight(request)
        headers = request.headers
        body = b""
        if request.body_exists:
            taken = await self._body(request)
            if taken is None:
                reply = Reply(413, b'{"message":"Request Entity Too Large"}\n', "application/json", route="body")
                return self._response(reply, close=True)
            body = taken
        peer = request.transport.get_extra_info("peername") if request.transport else None
        ask = Ask(
            method,
            request.raw_path,
            body,
            headers.get("Content-Type", ""),
            (headers.get("message_id") or headers.get("message-id") or "").strip(),
            peer[0] if peer else "",
        )
        return self._response(await self._server.handle(ask))

    async def _body(self, request: web.BaseRequest) -> bytes | None:
        limit = self._limits.body
        length = request.content_length
        if length is not None and length > limit:
            return None
        pieces: list[bytes] = []
        size = 0
        async for piece in request.content.iter_any():
            size += len(piece)
            if size > limit:
                return None
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _response(self, reply: Reply, *, close: bool = False) -> web.Response:
        self._counts[(reply.route, reply.status)] += 1
        if reply.status >= 400 and reply.status != 404 and self._refusals < _REFUSALS_LOGGED:
            self._refusals += 1
            self._write({"event": "refused", "route": reply.route, "status": reply.status})
        headers = self._plain
        if reply.cursor or reply.content_type:
            headers = headers.copy()
            if reply.content_type:
                headers["Content-Type"] = reply.content_type
            if reply.cursor:
                headers["X-Cursor"] = reply.cursor
        response = web.Response(status=reply.status, body=reply.body, headers=headers)
        if close:
            response.force_close()
        return response

    def _headers(self) -> "CIMultiDict[str]":
        return CIMultiDict(
            {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Expose-Headers": "X-Long-Poll, X-Cursor",
                "Vary": "Origin",
                "X-Long-Poll": f"{self._limits.long_poll:g}",
            }
        )

    def _preflight(self, request: web.BaseRequest) -> web.Response:
        headers = self._plain.copy()
        headers["Access-Control-Allow-Methods"] = _ALLOWED
        wanted = request.headers.get("Access-Control-Request-Headers")
        if wanted:
            headers["Access-Control-Allow-Headers"] = wanted
        return web.Response(status=204, headers=headers)

    async def _tend(self) -> None:
        since = self._clock.now()
        while True:
            await asyncio.sleep(_SWEEP)
            if self._memory:
                self._memory.sweep()
            if self._clock.now() - since >= _REPORT:
                since = self._clock.now()
                self._report()

    def _report(self) -> None:
        """One line a minute: how often each endpoint answered what. No session, party or address is named."""
        if not self._counts:
            return
        counts: dict[str, int] = {f"{route} {status}": count for (route, status), count in sorted(self._counts.items())}
        line: dict[str, object] = {"event": "served", "requests": sum(counts.values()), "by": counts}
        if self._memory:
            line["sessions"] = self._memory.sessions
            line["bytes"] = self._memory.bytes
        self._write(line)
        self._counts.clear()
        self._refusals = 0

    def _write(self, line: dict[str, object]) -> None:
        if self._log is not None:
            print(json.dumps({"time": round(self._clock.now(), 3), **line}), file=self._log, flush=True)


async def serve(relay: RelayHttp, host: str, port: int, stop: asyncio.Event, ready: Iterable[TextIO] = ()) -> None:
    """Run until `stop` is set, saying `{"relay": url}` once on `ready` (standard output when none is given)."""
    url = await relay.start(host, port)
    for stream in ready or (sys.stdout,):
        print(json.dumps({"relay": url}), file=stream, flush=True)
    await stop.wait()
    await relay.stop()
