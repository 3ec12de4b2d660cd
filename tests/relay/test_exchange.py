"""The last message of an exchange and those who stop too early (docs/interop.md); the rest of it is tested with whole
ceremonies (tests/ceremony)."""

import pytest

from adversary.virtual_time import VirtualClock, run
from tandem.entropy import random_bytes
from tandem.hosts.cpython import AsyncioTasks
from tandem.relay.client import Record
from tandem.relay.envelope import message_hash, seal
from tandem.relay.exchange import Inbox, Outbox
from tandem.relay.line import Line, Pace

KEY, APART = bytes(32), Pace().apart


class Relay:
    """Notes what is posted, and when."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, float]] = []
        self.numbers: list[int] = []

    async def post_message(self, record: Record, namespace: str | None) -> None:
        self.posted.append((record.to[0], round(VirtualClock().now(), 3)))
        self.numbers.append(record.sequence_no)


def line(relay: Relay) -> Line:
    return Line(relay, VirtualClock(), AsyncioTasks(), random_bytes, Pace(), "session", KEY, "ours")  # type: ignore[arg-type]


@pytest.mark.parametrize("hurry", [False, True])
def test_the_last_message_keeps_its_distance_until_nobody_is_waited_for(hurry: bool) -> None:
    async def work() -> None:
        relay = Relay()
        outbox = Outbox(line(relay))
        for to in ("ann", "bob"):
            outbox.send(to, None, b"last but one")
        for to in ("ann", "bob", "eve"):
            outbox.send(to, None, b"last", apart=True)
        outbox.repost()  # of what waits, or is under way, there is no second copy
        if hurry:
            outbox.hurry()
        assert await outbox.flush(10)
        late = 0 if hurry else APART
        # eve had nothing before: there is nothing to keep a distance from
        assert sorted(relay.posted) == [("ann", 0), ("ann", late), ("bob", 0), ("bob", late), ("eve", 0)]
        assert min(relay.numbers) == 1  # who counts from 0 is waited for

    run(work(), 20)


@pytest.mark.parametrize(("first", "hasty"), [(0, True), (1, False)])
def test_who_counts_from_nothing_may_stop_too_early(first: int, hasty: bool) -> None:
    async def work() -> None:
        inbox = Inbox(line(Relay()), None)
        inbox._take((Record("session", "theirs", ("ours",), "junk", "", 0),))
        assert not inbox.hasty
        body = seal(KEY, b"a message", random_bytes)
        inbox._take((Record("session", "theirs", ("ours",), body, message_hash(b"a message"), first),))
        assert inbox.hasty is hasty

    run(work(), 20)
