"""Clock, tasks and flags over asyncio: the same on CPython and in Pyodide, whose event loop is an asyncio one too."""

import asyncio
import time
from collections.abc import Coroutine


class SystemClock:
    """Implements ports.Clock."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class AsyncioFlag:
    """Implements ports.Flag."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def raise_(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class AsyncioTasks:
    """Implements ports.Tasks, and holds on to every running task (asyncio itself keeps weak references only)."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def flag(self) -> AsyncioFlag:
        return AsyncioFlag()

    async def settle(self, seconds: float) -> None:
        """Let what is running finish, for at most `seconds`; cancel the rest. Called before a program ends."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
