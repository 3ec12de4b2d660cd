"""How devices find each other on the relay, and how they part (relay-and-sessions §4.2, §6.1)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from tandem.ceremony.devices import Progress, Report
from tandem.errors import CosignerDeclined, CosignerTimeout, RelayFault, WireError
from tandem.relay.client import Record
from tandem.relay.envelope import open_, seal
from tandem.relay.exchange import Inbox, Outbox
from tandem.relay.line import Line

S = TypeVar("S")

DECLINE = "decline"  # a namespace that incumbents never read
_SETUP_POLL = 0.2
_UPLOAD = 1.0  # seconds in which what a host uploads at once is all there
_KEEP = 120.0  # the public relay forgets a list after five minutes


async def gather(
    line: Line,
    allowed: Sequence[str] | None,
    count: int,
    deadline: float,
    report: Report,
    items: int = 1,
    publish: Callable[[], None] | None = None,
    *,
    awaited: Sequence[str] = (),
) -> tuple[str, ...]:
    """Wait for `count` others, of `allowed` where given (the relay's list is hearsay). Also hears a No.

    `publish` puts on the relay what can lie there before anybody comes; it is repeated before the relay forgets.
    A place is kept for each of `awaited`, whoever else comes first.
    """
    flag = line.tasks.flag()
    patience = line.fault_limit()
    present: list[str] = []
    declined = False

    async def watch_parties() -> None:
        renewed = published = -_KEEP
        known = 0
        while patience.fault is None:
            try:
                if publish and line.clock.now() - published >= _KEEP:
                    publish()
                    published = line.clock.now()
                if line.clock.now() - renewed >= line.pace.renew:
                    await line.relay.register(line.session_id, line.party)  # a list lives five minutes
                    renewed = line.clock.now()
                asked = line.clock.now()
                names = await line.relay.parties(line.session_id, known=known, wait=line.pace.renew)
            except RelayFault as fault:
                await patience.bad(fault)
                continue
            patience.good()
            for name in names:
                if name in present or name == line.party or not (allowed is None or name in allowed):
                    continue
                others = sum(one not in awaited for one in present)
                if name in awaited or others < count - len(awaited):
                    present.append(name)
                    flag.raise_()
            grown, known = len(names) > known, len(names)
            if not line.relay.long_poll or (not grown and line.clock.now() - asked < line.pace.poll):
                await line.clock.sleep(line.pace.people)
        flag.raise_()

    async def watch_decline() -> None:
        nonlocal declined
        while not declined:
            try:
                batch = await line.relay.messages(line.session_id, line.party, DECLINE)
            except RelayFault:
                batch = None  # the other watch counts faults
            for record in batch.records if batch else ():
                declined = declined or declines(line, record)
            if declined:
                flag.raise_()
            else:
                await line.clock.sleep(line.pace.people)

    watches = [line.tasks.spawn(watch_parties()), line.tasks.spawn(watch_decline())]
    try:
        seen = 0
        while len(present) < count:
            left = deadline - line.clock.now()
            if declined:
                raise CosignerDeclined("the other device said no")
            if patience.fault is not None:
                raise RelayFault(patience.fault.detail)
            if left <= 0:
                raise RelayFault("no answer until the deadline") if patience.failing else CosignerTimeout("nobody came")
            await flag.wait(left)
            if len(present) > seen:
                seen = len(present)
                report(Progress("waiting" if seen < count else "joined", tuple(present[:count]), items=items))
        return tuple(present[:count])
    finally:
        for watch in watches:
            watch.cancel()


async def await_setup(
    line: Line,
    namespace: str | None,
    parse: Callable[[bytes], S],
    deadline: float,
    renew: Callable[[], None] | None = None,
) -> S:
    """Enter the session and wait for its setup message. What does not decrypt or parse is noise of the relay's."""
    patience = line.fault_limit()
    renewed = -line.pace.renew
    while line.clock.now() < deadline:
        asked = line.clock.now()
        try:
            if asked - renewed >= line.pace.renew:
                renewed = asked
                await line.relay.register(line.session_id, line.party)
                if renew:
                    renew()
            wait = min(line.pace.renew, max(deadline - asked, 0))
            text = await line.relay.setup(line.session_id, namespace, wait=wait)
        except RelayFault as fault:
            if not await patience.bad(fault):
                raise
            continue
        if text is None:
            patience.good()
            if not line.relay.long_poll or line.clock.now() - asked < line.pace.poll:
                await line.clock.sleep(_SETUP_POLL)
            continue
        try:
            plain = open_(line.key, text)
            if plain == _over(line.session_id):
                raise CosignerTimeout("the other device has given up")
            return parse(plain)
        except WireError as noise:
            if not await patience.bad(RelayFault("no setup message where one should be")):
                raise RelayFault("no setup message where one should be") from noise
    raise RelayFault("no answer until the deadline") if patience.failing else CosignerTimeout("nobody started")


async def passed_over(line: Line, place: str, later: Sequence[str], host: str, deadline: float) -> bool:
    """Whether the host does without a setup message at `place`: it goes on to one of `later`, or says that it is done.
    False also when it is silent."""
    while line.clock.now() < deadline:
        with suppress(RelayFault):  # the wait for the setup message itself tells it
            if await line.relay.setup(line.session_id, place) is not None:
                return False
            beyond = [await line.relay.setup(line.session_id, other) for other in later]
            if any(beyond) or host in await line.relay.completed(line.session_id):
                await line.clock.sleep(_UPLOAD)
                return await line.relay.setup(line.session_id, place) is None
        await line.clock.sleep(_SETUP_POLL)
    return False


def publisher(
    line: Line,
    outbox: Outbox,
    committee: tuple[str, ...],
    setups: tuple[tuple[str | None, bytes], ...],
    *,
    everything: bool,
) -> Callable[[], None]:
    """What a host has to have on the relay, put there again when the others stay silent."""

    def publish() -> None:
        if everything:
            outbox.deliver(lambda: line.relay.start(line.session_id, committee))
        for namespace, text in setups:
            sealed = seal(line.key, text, line.rng)
            outbox.deliver(partial(line.relay.upload_setup, line.session_id, sealed, namespace))

    return publish


async def withdraw(line: Line, outbox: Outbox, namespace: str | None) -> None:
    """Replace a setup message that nobody has followed, so that who comes late does not wait in vain."""
    sealed = seal(line.key, _over(line.session_id), line.rng)
    outbox.deliver(partial(line.relay.upload_setup, line.session_id, sealed, namespace))
    await outbox.flush(2)


async def settle_all(
    line: Line, outbox: Outbox, inbox: Inbox, peers: tuple[str, ...], seconds: float, *, hold: bool = True
) -> bool:
    """Say that we are done, and repeat what was sent until the others have said so too.

    `hold` lets the relay answer when there is something; without it, it is asked once a second.
    Ends after `seconds` in which nothing was heard: an incumbent never says it in a signing, but one of ours that still
    waits for something repeats its own messages, and is answered with ours.
    """
    outbox.deliver(lambda: line.relay.complete(line.session_id, line.party))
    start = quiet = line.clock.now()
    repeat = start + line.pace.repost
    heard, known = inbox.heard, 0
    while (now := line.clock.now()) < min(quiet + seconds, start + line.pace.silence):
        if inbox.heard > heard:
            heard, quiet = inbox.heard, now
            outbox.repost()
        elif now >= repeat:
            repeat = now + line.pace.repost
            outbox.repost()
        # The peer's repetitions have to be noticed as well, so no longer than a second at a time.
        wait = min(line.pace.people, max(quiet + seconds - now, 0))
        try:
            names = await line.relay.completed(line.session_id, known=known, wait=wait if hold else 0)
        except RelayFault:
            names = ()
        for name in set(names) & set(peers):
            outbox.settle(name, everything=True)
        if set(peers) <= set(names):
            return True
        # A list that grew came at once, and so does any list from a relay that does not wait.
        at_once = line.clock.now() - now < line.pace.poll
        if at_once and len(names) <= known:
            await line.clock.sleep(wait)
        known = max(known, len(names))
    return False


async def leave(outbox: Outbox, *inboxes: Inbox) -> None:
    """Clear our queues, let the last posts out, stop."""
    for inbox in inboxes:
        inbox.close()
        await inbox.clean()
    await outbox.flush(2)
    outbox.close()


def declining(session_id: str) -> bytes:
    return b"tandem decline 1\n" + session_id.encode("utf-8")


def declines(line: Line, record: Record) -> bool:
    try:
        return open_(line.key, record.body) == declining(line.session_id)
    except WireError:
        return False


def _over(session_id: str) -> bytes:
    return b"tandem over 1\n" + session_id.encode("utf-8")
