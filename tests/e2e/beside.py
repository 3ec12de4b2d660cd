"""An event loop beside Playwright's, whose synchronous interface keeps one running in the tests' own thread."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Beside:
    """A loop on a thread of its own, which leaves nothing unfinished behind.

    What a stopped loop had not finished is closed by the garbage collector, in whatever task is on at that moment, and
    its `finally` then waits in that one's name. So a timeout in one cancelled the task that reads from Playwright's
    driver, and every test after it only heard that the connection is closed.
    """

    def __init__(self) -> None:
        begun: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(begun),), daemon=True)
        self._thread.start()
        self._loop = begun.result()

    async def _run(self, begun: "Future[asyncio.AbstractEventLoop]") -> None:
        self._over = asyncio.Event()
        begun.set_result(asyncio.get_running_loop())
        await self._over.wait()

    def begin(self, work: Coroutine[object, object, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def now(self, work: Coroutine[object, object, T], seconds: float = 30) -> T:
        return self.begin(asyncio.wait_for(work, seconds)).result()

    def close(self) -> None:
        """What still runs is cancelled, and awaited."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
