"""The browser: the only file that knows JavaScript. The worker gives us `tandem_host`, we give it `receive`."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import Protocol

import tandem_host  # type: ignore[import-not-found]
from pyodide.ffi import JsException, create_proxy, to_js  # type: ignore[import-not-found]

from tandem.entropy import random_bytes
from tandem.errors import KdfFault, RelayFault
from tandem.hosts.tasks import AsyncioTasks, SystemClock
from tandem.ports import HttpRequest, HttpResponse
from tandem.wallet.backend import Backend
from tandem.wallet.host import Host
from tandem.wire import Json, json_text


class _Buffer(Protocol):
    def to_bytes(self) -> bytes: ...

    def fill(self, value: int) -> object: ...


class FetchHttp:
    """fetch, with its own time limit; redirects are an error, cookies stay out. A cancelled call ends its fetch."""

    def __init__(self) -> None:
        self._numbers = count()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Raises RelayFault when there is no answer within the timeout and the limit."""
        number = next(self._numbers)
        try:
            answer = await tandem_host.fetch(
                number,
                request.method,
                request.url,
                json_text(dict(request.headers)),
                to_js(request.body) if request.body is not None else None,
                request.timeout,
                request.limit,
            )
        except JsException as failed:
            raise RelayFault("no answer") from failed
        except asyncio.CancelledError:
            tandem_host.abort(number)
            raise
        headers: Mapping[str, str] = {str(pair[0]): str(pair[1]) for pair in answer.headers}
        body: _Buffer = answer.body
        return HttpResponse(int(answer.status), headers, body.to_bytes())


class IndexedStore:
    """IndexedDB with strict durability; the transaction is complete when `put` returns."""

    async def get(self, key: str) -> bytes | None:
        value: _Buffer | None = await tandem_host.get(key)
        return None if value is None else value.to_bytes()

    async def put(self, key: str, value: bytes) -> None:
        await tandem_host.put(key, to_js(value))

    async def delete(self, key: str) -> None:
        await tandem_host.remove(key)


class WorkerKdf:
    """argon2id in a worker that lives for one key (extension/kdf.js): its memory must not become ours."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        """Raises KdfFault when there is no worker, no memory or no answer."""
        try:
            answer: _Buffer = await tandem_host.derive(to_js(password), to_js(salt), passes, memory_kib)
        except JsException as failed:
            raise KdfFault(str(failed)) from failed
        key = answer.to_bytes()
        answer.fill(0)
        if len(key) != 32:
            raise KdfFault("not a key")
        return key


def _emit(message: dict[str, Json]) -> None:
    tandem_host.send(json_text(message))


async def main() -> Callable[[str], None]:
    """Starts the backend; the function it returns takes each message of the worker."""
    backend = Backend(
        Host(IndexedStore(), FetchHttp(), SystemClock(), AsyncioTasks(), random_bytes, WorkerKdf(), _emit)
    )
    await backend.start()
    receive: Callable[[str], None] = create_proxy(backend.receive)
    return receive
