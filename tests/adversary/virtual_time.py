"""An event loop whose time jumps to what comes next: three minutes of waiting cost nothing, computing takes no time.

`run(work, limit)` runs a coroutine there. A program that can never move again is a `Stuck`, not a test that hangs.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class Stuck(AssertionError):
    """Nothing will ever happen again, or not in time."""


class _Selector(selectors.SelectSelector):
    """Never waits: it moves the loop's time instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found:
            if timeout is None:
                raise Stuck("nobody waits for a time, and nothing can come")
            self.now += max(timeout, 0)
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


class VirtualClock:
    """Implements ports.Clock on whatever loop runs."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(work: Coroutine[object, object, T], limit: float) -> T:
    """Raises Stuck when it takes more than `limit` seconds of virtual time."""

    async def bounded() -> T:
        try:
            async with asyncio.timeout(limit):
                return await work
        except TimeoutError as late:
            raise Stuck(f"not over after {limit:g} s") from late

    loop = _Loop()
    try:
        return loop.run_until_complete(bounded())
    finally:
        while left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()
