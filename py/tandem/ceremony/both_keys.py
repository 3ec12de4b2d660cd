"""Both keys of a vault in one ceremony: the ECDSA session, then the EdDSA one (relay-and-sessions §4.2, §5.1); in a key
import, then those of chains (§5.3).

All share a queue, except in batched mode. A device that is ahead may send of the second key what we read while we make
the first: the queue is kept and read again. An incumbent that is behind would throw ours away, so with more than one
other device we wait a little between the keys; with one there is nobody else to wait for.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tandem.ceremony.devices import Devices, Progress, Report
from tandem.ceremony.meet import leave, settle_all
from tandem.errors import TandemError
from tandem.mpc.session import Session
from tandem.relay.exchange import Inbox, Outbox, Run, exchange
from tandem.relay.line import Line

T = TypeVar("T")

_BETWEEN = 1.0  # seconds; the incumbents' own pause is half to one


class _Queue(Inbox):
    """An inbox that can be read once more from its beginning."""

    def __init__(self, line: Line, namespace: str | None) -> None:
        super().__init__(line, namespace)
        self._read_once: list[bytes] = []

    async def next(self, seconds: float) -> list[bytes]:
        fresh = await super().next(seconds)
        self._read_once += fresh
        return fresh

    def rewind(self) -> None:
        self._fresh = [*self._read_once, *self._fresh]
        self._read_once = []


class BothKeys:
    """One ceremony of the committee `names`, from the first session to the end; `rounds` are those of both."""

    def __init__(
        self,
        devices: Devices,
        line: Line,
        outbox: Outbox,
        names: tuple[str, ...],
        *,
        batched: bool,
        rounds: int,
        report: Report,
        failed: Callable[[TandemError], Awaitable[None]],
    ) -> None:
        self._devices, self._line, self._outbox, self._names = devices, line, outbox, names
        self._rounds, self._report, self._failed = rounds, report, failed
        self._first = _Queue(line, "p-ecdsa" if batched else None)
        self._second = _Queue(line, "p-eddsa") if batched else self._first
        self._batched = batched
        self._queues = {self._first, self._second}
        self._peers = tuple(name for name in names if name != line.party)
        self._done = 0
        self._lingers = False
        report(Progress("joined", self._peers, rounds=rounds))

    async def ecdsa(self, session: Session[T], publish: Callable[[], None]) -> T:
        """The first key's result; `publish` is what a host puts on the relay again when all are silent."""
        made = await self._run(session, self._first, publish)
        if len(self._peers) > 1:
            await self._devices.clock.sleep(_BETWEEN)
        self._second.rewind()
        return made

    async def eddsa(self, session: Session[T], publish: Callable[[], None]) -> T:
        """The second key's result."""
        return await self._run(session, self._second, publish)

    async def of_chain(self, chain: str, session: Session[T], publish: Callable[[], None]) -> T:
        """One more key's result, after both."""
        if len(self._peers) > 1:
            await self._devices.clock.sleep(_BETWEEN)
        if self._batched:
            self._second = _Queue(self._line, f"p-{chain}")
            self._queues.add(self._second)
        self._second.rewind()
        return await self._run(session, self._second, publish)

    async def _run(self, session: Session[T], queue: _Queue, publish: Callable[[], None]) -> T:
        before, mark = self._done, self._outbox.mark

        def rounds(done: int, _: int) -> None:
            if done > 1 and not self._batched:  # everybody is in this session, and so has left the one before
                self._outbox.settle_before(mark)
            self._report(Progress("running", self._peers, before + done, self._rounds))

        end = self._devices.clock.now() + self._devices.pace.exchange
        run = Run(rounds, publish, self._failed, _anybody)
        made = await exchange(self._line, queue, self._outbox, session, self._names, run, end)
        self._done += session.rounds
        return made

    async def end(self, save: Callable[[], Awaitable[None]]) -> bool:
        """Store what was made, then say so; True when all others have said the same."""
        self._report(Progress("finishing", self._peers, self._rounds, self._rounds))
        await save()
        # Only now may the others believe that we have it; the extension of today waits 11 s for this.
        confirmed = await settle_all(self._line, self._outbox, self._second, self._peers, self._devices.pace.confirm)
        self._lingers = True
        self._devices.tasks.spawn(leave(self._outbox, *self._queues))
        self._report(Progress("done", self._peers, self._rounds, self._rounds))
        return confirmed

    def close(self) -> None:
        """Whatever happened; what lingers after a good end is left to end by itself."""
        if not self._lingers:
            for queue in self._queues:
                queue.close()
            self._outbox.close()


async def _anybody() -> None:
    """New shares lift a ban, so who is banned may take part in making them."""
