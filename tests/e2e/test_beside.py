"""No browser here: what a loop beside Playwright's leaves for the garbage collector to close."""

import asyncio
import gc

from e2e.beside import Beside


def test_nothing_is_left_unfinished() -> None:
    said = []

    async def linger() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            async with asyncio.timeout(5):
                await asyncio.sleep(0.01)
            said.append(asyncio.current_task())

    async def begin() -> "asyncio.Task[None]":
        return asyncio.get_running_loop().create_task(linger())

    beside = Beside()
    task = beside.now(begin())
    beside.close()
    gc.collect()
    assert said == [task] and task.cancelled()
