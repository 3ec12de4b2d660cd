"""The relay under load, from the client that measures it in the bench: answers, memory, and honest sessions."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.bench_relay import load, polls, posts, resident_mb

from tandem.hosts.cpython import CpythonHttp, SystemClock
from tandem.relay.client import Record, RelayClient

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def relay() -> Iterator[tuple[str, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tandem", "relay", "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["relay"], process.pid
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_200_connections_that_poll_are_all_answered(relay: tuple[str, int]) -> None:
    assert asyncio.run(load(relay[0], 200, 2, polls(200)))["per_second"] > 0  # it raises at any answer but 200


def test_posts_of_88_kb_are_answered_in_bounded_memory(relay: tuple[str, int]) -> None:
    assert asyncio.run(load(relay[0], 100, 2, posts(100)))["per_second"] > 0
    resident = resident_mb(relay[1])
    assert resident is None or resident < 300


def test_t37_sessions_go_on_beside_a_flood(relay: tuple[str, int]) -> None:
    """200 pairs carry four messages each way by long-poll while 50 connections poll as fast as they can (T37)."""

    async def pair(client: RelayClient, number: int, times: list[float]) -> None:
        session, cursors = f"session-{number}", {"a": None, "b": None}
        for turn in range(4):
            for sender, receiver in (("a", "b"), ("b", "a")):
                start = time.perf_counter()
                body = f"{number} {turn} {sender}"
                await client.post_message(Record(session, sender, (receiver,), body, f"{turn}", turn))
                batch = await client.messages(session, receiver, after=cursors[receiver], wait=20)
                cursors[receiver] = batch.after
                assert [record.body for record in batch.records] == [body]  # nothing lost, nobody else's
                times.append(time.perf_counter() - start)

    async def go() -> None:
        async with CpythonHttp() as http:
            client = RelayClient(http, relay[0], SystemClock())
            await client.ping()
            times: list[float] = []
            flood = asyncio.create_task(load(relay[0], 50, 4, polls(50)))
            await asyncio.gather(*(pair(client, number, times) for number in range(200)))
            assert sorted(times)[int(len(times) * 0.99)] < 5
            await flood

    asyncio.run(go())
