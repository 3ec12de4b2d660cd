"""The last message of an exchange and those who stop too early (docs/interop.md); the rest of it is tested with whole
ceremonies (tests/ceremony)."""

import asyncio
import time

import pytest

from tandem.entropy import random_bytes
from tandem.hosts.cpython import AsyncioTasks, SystemClock
from tandem.relay.client import Record
from tandem.relay.envelope import message_hash, seal
from tandem.relay.exchange import Inbox, Line, Outbox, Pace

KEY, APART = bytes(32), 0.2


class Relay:
    """Notes what is posted, and when."""

    def __init__(self) -> None:
        self.posted: list[tuple[float, Record]] = []

    async def post_message(self, record: Record, namespace: str | None) -> None:
        self.posted.append((time.monotonic(), record))


def line(relay: Relay) -> Line:
    return Line(relay, SystemClock(), AsyncioTasks(), random_bytes, Pace(apart=APART), "session", KEY, "ours")  # type: ignore[arg-type]


def test_the_last_message_keeps_its_distance_from_each_ones_last_but_one() -> None:
    async def work() -> None:
        relay = Relay()
        outbox = Outbox(line(relay))
        for to in ("ann", "bob"):
            outbox.send(to, None, b"last but one")
        for to in ("ann", "bob", "eve"):
            outbox.send(to, None, b"last", apart=True)
        outbox.repost()  # of what waits there is no second copy
        assert await outbox.flush(10)
        times: dict[str, list[float]] = {}
        for at, record in relay.posted:
            times.setdefault(record.to[0], []).append(at)
        for to in ("ann", "bob"):
            assert times[to][-1] - times[to][0] >= APART * 0.9  # clocks are not exact to the microsecond
        assert times["eve"][0] <= min(times["ann"][-1], times["bob"][-1])  # had nothing before: nothing to wait for
        assert relay.posted[0][1].sequence_no == 1  # who counts from 0 is waited for

    asyncio.run(work())


@pytest.mark.parametrize(("first", "hasty"), [(0, True), (1, False)])
def test_who_counts_from_nothing_may_stop_too_early(first: int, hasty: bool) -> None:
    async def work() -> None:
        inbox = Inbox(line(Relay()), None)
        junk = Record("session", "theirs", ("ours",), "junk", "", 0)
        body = seal(KEY, b"a message", random_bytes)
        inbox._take((junk,))
        assert not inbox.hasty
        inbox._take((Record("session", "theirs", ("ours",), body, message_hash(b"a message"), first),))
        assert inbox.hasty is hasty

    asyncio.run(work())
