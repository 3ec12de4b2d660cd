"""One MPC session over a relay that may lose, repeat, reorder and corrupt (relay-and-sessions §2.3, security.md §5).

Sending: each message is posted until the relay takes it, and posted again while the others are silent, because a relay
that says 202 may still have lost it. Receiving: what does not decrypt is noise; a session ignores what it has seen. A
party that is done still repeats its last messages until the others are known to have them: to stop earlier is what
makes the incumbent's signings stall. Its TypeScript apps do stop as soon as they have heard everything, and never send
their last message when our last one comes within a pause of their loops after the one before: it keeps its distance.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tandem.errors import CosignerTimeout, RelayFault, TandemError, WireError
from tandem.mpc.session import Session
from tandem.ports import Flag, Task
from tandem.relay.client import Record
from tandem.relay.envelope import message_hash, open_, seal
from tandem.relay.line import Line

T = TypeVar("T")

_SEEN = 20_000  # bodies remembered for one queue; a relay that sends more junk only costs us time


@dataclass(slots=True)
class _Sent:
    """One message to one recipient, as it can be posted again."""

    to: str
    namespace: str | None
    body: bytes
    number: int
    tries: int = 0
    under_way: bool = False


class Outbox:
    """Posts in the background, concurrently; one for a whole ceremony, whose sequence numbers it counts from 1, as the
    phones do."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._flag = line.tasks.flag()
        self._running: list[Task] = []
        self._sent: list[_Sent] = []
        self._messages = 0
        self._sequence = 1
        self._latest: dict[str, float] = {}
        self._held: list[Flag] = []
        self._pending = 0
        self.fault: RelayFault | None = None

    def send(self, to: str, namespace: str | None, body: bytes, *, apart: bool = False) -> None:
        """Post one message, perhaps not so soon after the one before, and remember it until `settle`."""
        sent = _Sent(to, namespace, body, self._messages)
        self._messages += 1
        self._sent.append(sent)
        at = now = self._line.clock.now()
        if to in self._latest:
            at = max(now, self._latest[to] + (self._line.pace.apart if apart else 0))
        self._latest[to] = at
        self._post(sent, at - now)

    def hurry(self) -> None:
        """Nobody is to be waited for any more."""
        for held in self._held:
            held.raise_()
        self._held.clear()

    def repost(self) -> None:
        """Post again all that is not settled. Same content, so whoever has it ignores it."""
        for sent in self._sent:
            if not sent.under_way:
                self._post(sent)

    @property
    def mark(self) -> int:
        """For `settle_before`: all that is sent from here on."""
        return self._messages

    def settle_before(self, mark: int) -> None:
        """Everybody has shown that they need nothing of what was sent before."""
        self._sent = [sent for sent in self._sent if sent.number >= mark]

    def settle(self, party: str, namespace: str | None = None, *, everything: bool = False) -> None:
        """`party` has shown that it needs nothing of that namespace any more."""
        kept = [sent for sent in self._sent if sent.to != party or not (everything or sent.namespace == namespace)]
        self._sent = kept

    @property
    def settled(self) -> bool:
        return not self._sent

    def deliver(self, call: Callable[[], Awaitable[None]]) -> None:
        """Make an idempotent call until the relay takes it."""
        self._spawn(call, None)

    async def flush(self, seconds: float) -> bool:
        """Wait until all that was posted has been taken. False when the relay did not in time."""
        deadline = self._line.clock.now() + seconds
        while self._pending and self._line.clock.now() < deadline:
            await self._flag.wait(deadline - self._line.clock.now())
        return not self._pending and self.fault is None

    def close(self) -> None:
        """Stop posting."""
        for task in self._running:
            task.cancel()
        self._running.clear()

    def _post(self, sent: _Sent, wait: float = 0) -> None:
        line = self._line
        # A relay drops a record whose hash it holds already, and somebody else may have put junk under ours: from the
        # second repetition on each has a hash of its own. Readers take the hash as an opaque token.
        hash_ = message_hash(sent.body) if sent.tries < 2 else line.rng(16).hex()
        text = seal(line.key, sent.body, line.rng)
        record = Record(line.session_id, line.party, (sent.to,), text, hash_, self._sequence)
        self._sequence += 1
        sent.tries += 1
        sent.under_way = True
        held = line.tasks.flag()
        self._held += [held] if wait else []

        async def post() -> None:
            if wait:
                await held.wait(wait)
            await line.relay.post_message(record, sent.namespace)

        self._spawn(post, sent)

    def _spawn(self, call: Callable[[], Awaitable[None]], sent: _Sent | None) -> None:
        self._pending += 1
        self._running = [task for task in self._running if not task.done()]
        self._running.append(self._line.tasks.spawn(self._work(call, sent)))

    async def _work(self, call: Callable[[], Awaitable[None]], sent: _Sent | None) -> None:
        patience = self._line.fault_limit()
        try:
            while True:
                try:
                    await call()
                    return
                except RelayFault as fault:
                    if not await patience.bad(fault):
                        self.fault = fault
                        return
        finally:
            self._pending -= 1
            if sent is not None:
                sent.under_way = False
            self._flag.raise_()


class Inbox:
    """Reads one queue in the background, so that a request is outstanding while we compute."""

    def __init__(self, line: Line, namespace: str | None, flag: Flag | None = None) -> None:
        self._line = line
        self.namespace = namespace
        self._flag = flag or line.tasks.flag()
        self._task: Task | None = None
        self._seen: set[bytes] = set()
        self._fresh: list[bytes] = []
        self._kept: list[str] = []  # hashes to delete at the end
        self._patience = line.fault_limit()
        self.senders: set[str] = set()  # unproved: the outer `from` of what decrypted
        self.heard = 0  # what decrypted, repetitions included
        self.hasty = False  # unproved: somebody counts from 0, as those apps do that stop too early
        self.dropped = 0
        self._after: str | None = None
        self._slack = False

    @property
    def fault(self) -> RelayFault | None:
        return self._patience.fault

    def start(self) -> None:
        """Begin to read. Doing it again does nothing."""
        if self._task is None:
            self._task = self._line.tasks.spawn(self._read())

    async def next(self, seconds: float) -> list[bytes]:
        """What has come since the last call; waits up to `seconds` for something."""
        if not self._fresh and self.fault is None:
            await self._flag.wait(seconds)
        fresh, self._fresh = self._fresh, []
        return fresh

    def slacken(self) -> None:
        """From now on look once a second. After the end nobody waits for what comes, and a held poll is one of the six
        connections to a server that a browser has for all ceremonies together."""
        self._slack = True
        if self._task is not None:
            self._task.cancel()
            self._task = self._line.tasks.spawn(self._read())

    def close(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()

    async def clean(self) -> None:
        """Delete what we have read, for a while: one that flooded us keeps nobody busy. Its failure does not matter:
        the relay forgets by itself."""
        hashes, self._kept = self._kept, []
        until = self._line.clock.now() + self._line.pace.linger
        for hash_ in dict.fromkeys(hashes):
            if self._line.clock.now() >= until:
                return
            try:
                await self._line.relay.delete_message(self._line.session_id, self._line.party, hash_, self.namespace)
            except RelayFault:
                return

    async def _read(self) -> None:
        line = self._line
        idle = 0
        while True:
            asked = line.clock.now()
            try:
                wait = 0 if self._slack else line.relay.long_poll
                batch = await line.relay.messages(
                    line.session_id, line.party, self.namespace, after=self._after, wait=wait
                )
            except RelayFault as fault:
                if not await self._patience.bad(fault):
                    self._flag.raise_()
                    return
                continue
            self._patience.good()
            self._after = batch.after
            self._take(batch.records)
            if self._after is None and self._kept:
                await self.clean()  # without a cursor every look brings all that is not deleted
            if self._slack:
                await line.clock.sleep(line.pace.people)
                continue
            waits = line.relay.long_poll > 0 and self._after is not None
            idle = idle + 1 if not batch.records and line.clock.now() - asked < line.pace.poll / 2 else 0
            if not waits or idle > 1:  # idle: it says that it waits and does not
                await line.clock.sleep(line.pace.poll)

    def _take(self, records: tuple[Record, ...]) -> None:
        for record in records:
            mark = hashlib.sha256(record.body.encode("utf-8", "surrogatepass")).digest()
            if record.hash and len(self._kept) < _SEEN:
                self._kept.append(record.hash)
            if mark in self._seen:
                continue
            if len(self._seen) < _SEEN:
                self._seen.add(mark)
            try:
                self._fresh.append(open_(self._line.key, record.body))
            except WireError:
                self.dropped += 1
                continue
            self.heard += 1
            self.hasty = self.hasty or record.sequence_no == 0
            self.senders.add(record.sender)
        if self._fresh:
            self._flag.raise_()


@dataclass(frozen=True, slots=True)
class Run:
    """What an exchange tells and asks its ceremony. `failed` runs before anything else once the session has failed.
    `allowed` raises Banned when somebody here was caught in another session meanwhile: each one that goes on would
    tell a cheat about a bit more (security.md T23)."""

    rounds: Callable[[int, int], None]
    renew: Callable[[], None]
    failed: Callable[[TandemError], Awaitable[None]]
    allowed: Callable[[], Awaitable[None]]


async def exchange(
    line: Line, inbox: Inbox, outbox: Outbox, session: Session[T], names: tuple[str, ...], run: Run, deadline: float
) -> T:
    """Run a session to its end, and close it. Raises its typed error, Banned, CosignerTimeout or RelayFault."""
    inbox.start()
    last = line.clock.now()
    interval, until, done = line.pace.repost, last + line.pace.repost, -1
    try:
        session.start()
        while True:
            await _compute(line, inbox, outbox, session, names)
            now = line.clock.now()
            if session.round != done:
                done, last = session.round, now
                interval, until = line.pace.repost, now + line.pace.repost
                run.rounds(session.round, session.rounds)
            if session.finished:
                break
            fault = inbox.fault or outbox.fault
            if fault is not None:
                raise RelayFault(fault.detail)
            if now >= deadline or now - last >= line.pace.silence:
                raise CosignerTimeout("no progress")
            if now >= until:
                interval = min(interval * 2, line.pace.repost_most)
                until = now + interval
                outbox.repost()
                run.renew()
            for message in await inbox.next(max(min(until, deadline) - now, 0)):
                await run.allowed()
                session.receive(message)
        outbox.hurry()  # we have the others' last messages: ours cannot be too early for them
        try:
            result = session.result()
        except TandemError as error:
            await run.failed(error)
            raise
        _send(inbox, outbox, session, names)
        await outbox.flush(line.pace.patience)
        return result
    finally:
        session.close()
        await _tell(inbox, outbox, session, names)


async def _compute(line: Line, inbox: Inbox, outbox: Outbox, session: Session[T], names: tuple[str, ...]) -> None:
    """Let the session compute in slices; what it wants sent leaves before the next slice. Its last words have to wait:
    they may be that it gave up, and a ban is durable before anybody hears of it."""
    while not session.finished:
        if _send(inbox, outbox, session, names):
            for _ in range(4):  # turns of the event loop that a request needs to get onto the wire
                await line.clock.sleep(0)
        if not session.advance():
            break
        await line.clock.sleep(0)
    if not session.finished:
        _send(inbox, outbox, session, names)


def _send(inbox: Inbox, outbox: Outbox, session: Session[T], names: tuple[str, ...]) -> bool:
    messages, apart = session.outgoing(), inbox.hasty and session.round == session.rounds - 1
    for message in messages:
        for index, name in enumerate(names):
            if index != session.party and message.to in (None, index):
                outbox.send(name, inbox.namespace, message.body, apart=apart)
    return bool(messages)


async def _tell(inbox: Inbox, outbox: Outbox, session: Session[T], names: tuple[str, ...]) -> None:
    """After a failure the others are told, if the relay takes it within two seconds."""
    if _send(inbox, outbox, session, names):
        await outbox.flush(2)
