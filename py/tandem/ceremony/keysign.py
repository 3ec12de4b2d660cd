"""Keysign: host and joiner (relay-and-sessions §6.1), with either key of the vault.

A job says with which; bans are the vault's, whichever key they were earned with. An ECDSA job gives a Signature, an
EdDSA one 64 bytes.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, overload

from tandem.ceremony.devices import Devices, Job, Progress, Report, claim, line_of
from tandem.ceremony.meet import await_setup, gather, leave, publisher, settle_all, withdraw
from tandem.errors import Banned, Bug, SetupRefused, TandemError
from tandem.mpc.dkls import sign as ecdsa_sign
from tandem.mpc.dkls.sign import Signature
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import sign as eddsa_sign
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import Curve, SignSetup, build_sign, parse_sign, require_sign
from tandem.relay.envelope import message_id
from tandem.relay.exchange import Inbox, Outbox, Run, exchange
from tandem.relay.line import Line
from tandem.relay.pairing import KeysignInvitation

AnySignature: TypeAlias = Signature | bytes
Begun: TypeAlias = Callable[[], Awaitable[None]]
_ROUNDS: Final[dict[Curve, int]] = {"ecdsa": 4, "eddsa": 3}


@overload
async def host_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    signers: Sequence[str],
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    begun: Begun | None = ...,
) -> tuple[Signature, ...]: ...


@overload
async def host_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    eddsa: EddsaKeyshare,
    signers: Sequence[str],
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    begun: Begun | None = ...,
) -> tuple[AnySignature, ...]: ...


async def host_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    eddsa: EddsaKeyshare | None = None,
    signers: Sequence[str],
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    begun: Begun | None = None,
) -> tuple[AnySignature, ...]:
    """Sign `jobs` with the first devices of the vault that come; signatures are in the order of `jobs`.

    `eddsa` is the vault's other share, needed where a job asks for it. `begun` is waited for before a message of
    another device is taken in. Our last words depend on theirs, so until then nobody has a signature or ever will.
    """
    line = line_of(devices, invitation, party)
    work = _ordered(jobs, share, eddsa)
    banned = await devices.journal.banned(share.final_session_id)
    allowed = tuple(name for name in signers if name != party and name not in banned)
    if len(allowed) < share.threshold - 1:
        raise Banned("too few devices are left to sign with")
    report(Progress("waiting", rounds=_ROUNDS[work[0].curve], items=len(work)))
    outbox = Outbox(line)
    first: _Prepared | None = None
    publish: Callable[[], None] | None = None
    try:
        if len(allowed) == share.threshold - 1:
            # Nobody else can come: compute the first round and announce the start now. An incumbent looks for the
            # start once a second, and finds it at its first look.
            first = await _prepare(devices, line, share, eddsa, work[0], (party, *allowed))
            publish = _publisher(line, outbox, first, begin=True)
        try:
            peers = await gather(line, allowed, share.threshold - 1, deadline, report, len(work), publish)
        except BaseException:
            if first is not None:
                await withdraw(line, outbox, message_id(work[0].digest))
            raise
        committee = first.setup.names if first else (party, *peers)
        steps = _Steps(devices, line, outbox, share, work, report, committee, begun)
        for item, job in enumerate(work, 1):
            prepared = first if first and item == 1 else await _prepare(devices, line, share, eddsa, job, committee)
            again = _publisher(line, outbox, prepared, begin=item == 1)
            if prepared is not first:
                again()
            await steps.run(prepared, item, again)
        return steps.end(jobs)
    except BaseException:
        outbox.close()
        raise
    finally:
        if first is not None:
            first.session.close()


def _publisher(line: Line, outbox: Outbox, prepared: "_Prepared", *, begin: bool) -> Callable[[], None]:
    setups = ((message_id(prepared.setup.digest), prepared.text),)
    return publisher(line, outbox, prepared.setup.names, setups, everything=begin)


@overload
async def join_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    signers: Sequence[str] = (),
) -> tuple[Signature, ...]: ...


@overload
async def join_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    eddsa: EddsaKeyshare,
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    signers: Sequence[str] = (),
) -> tuple[AnySignature, ...]: ...


async def join_keysign(
    devices: Devices,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    eddsa: EddsaKeyshare | None = None,
    jobs: Sequence[Job],
    report: Report,
    deadline: float,
    signers: Sequence[str] = (),
) -> tuple[AnySignature, ...]:
    """Sign `jobs`, which are what this device has read out of the payload itself, with the device that invites.

    `signers`: the vault's devices; when given, a committee with anybody else is refused.
    """
    line = line_of(devices, invitation, party)
    work = _ordered(jobs, share, eddsa)
    banned = await devices.journal.banned(share.final_session_id)
    outbox = Outbox(line)
    steps: _Steps | None = None
    report(Progress("waiting", rounds=_ROUNDS[work[0].curve], items=len(work)))
    for item, job in enumerate(work, 1):
        inbox = Inbox(line, message_id(job.digest))
        if line.relay.long_poll:
            inbox.start()
        try:
            until = deadline if item == 1 else devices.clock.now() + devices.pace.silence
            renew = outbox.repost if item > 1 else None
            parse = partial(parse_sign, curve=job.curve)
            setup = await await_setup(line, message_id(job.digest), parse, until, renew)
            names = setup.names
            if party not in names:
                raise SetupRefused("other devices were chosen")
            if len(names) < share.threshold or (signers and not set(names) <= set(signers)):
                raise SetupRefused("committee")
            require_sign(
                setup, key_id=_share_for(job, share, eddsa).key_id, path=job.path, digest=job.digest, names=names
            )
            if banned & set(names):
                raise Banned("a device of the committee is banned")
            if steps is None:
                peers = tuple(name for name in names if name != party)
                report(Progress("joined", peers, rounds=_ROUNDS[job.curve], items=len(work)))
                steps = _Steps(devices, line, outbox, share, work, report, names)
            elif steps.committee != names:
                raise SetupRefused("the committee changed")
            await claim(devices, setup.instance_id)
        except BaseException:
            inbox.close()
            outbox.close()
            raise
        prepared = _Prepared(b"", setup, _session(devices, setup, party, _share_for(job, share, eddsa)), inbox)
        await steps.run(prepared, item, lambda: None)
    if steps is None:
        raise Bug("no jobs")
    return steps.end(jobs)


@dataclass(slots=True)
class _Prepared:
    """A session that is ready to run, its setup and the queue it reads."""

    text: bytes
    setup: SignSetup
    session: Session[AnySignature]
    inbox: Inbox


async def _prepare(
    devices: Devices,
    line: Line,
    share: Keyshare,
    eddsa: EddsaKeyshare | None,
    job: Job,
    committee: tuple[str, ...],
) -> _Prepared:
    held = _share_for(job, share, eddsa)
    text = build_sign(held.key_id, job.path, job.digest, committee, curve=job.curve, rng=devices.rng)
    setup = parse_sign(text, job.curve)
    await claim(devices, setup.instance_id)
    session = _session(devices, setup, line.party, held)
    session.start()
    while session.advance():
        await devices.clock.sleep(0)
    return _Prepared(text, setup, session, Inbox(line, message_id(job.digest)))


def _share_for(job: Job, share: Keyshare, eddsa: EddsaKeyshare | None) -> Keyshare | EddsaKeyshare:
    """The share that a job is done with. Raises Bug when it was not given."""
    if job.curve == "ecdsa":
        return share
    if eddsa is None:
        raise Bug("an EdDSA job without the EdDSA share")
    return eddsa


def _session(devices: Devices, setup: SignSetup, party: str, share: Keyshare | EddsaKeyshare) -> Session[AnySignature]:
    if isinstance(share, Keyshare):
        return ecdsa_sign.sign(setup, party, share, rng=devices.rng)
    return eddsa_sign.sign(setup, party, share, rng=devices.rng)


class _Steps:
    """The signings of one ceremony, one after the other, and the common end."""

    def __init__(
        self,
        devices: Devices,
        line: Line,
        outbox: Outbox,
        share: Keyshare,
        work: tuple[Job, ...],
        report: Report,
        committee: tuple[str, ...],
        begun: Begun | None = None,
    ) -> None:
        self._devices, self._line, self._outbox, self._share = devices, line, outbox, share
        self._work, self._report, self._begun = work, report, begun
        self._made: dict[bytes, AnySignature] = {}
        self._inboxes: list[Inbox] = []
        self.committee = committee
        self._peers = tuple(name for name in committee if name != line.party)

    async def run(self, prepared: _Prepared, item: int, publish: Callable[[], None]) -> None:
        devices, inbox, items = self._devices, prepared.inbox, len(self._work)
        self._inboxes.append(inbox)

        def rounds(done: int, of: int) -> None:
            # who speaks in this namespace has finished the one before
            if item > 1:
                for name in inbox.senders:
                    self._outbox.settle(name, message_id(self._work[item - 2].digest))
            self._report(Progress("running", self._peers, done, of, item, items))

        run = Run(rounds, publish, self._failed, self._allowed)
        end = devices.clock.now() + devices.pace.exchange
        try:
            signature = await exchange(self._line, inbox, self._outbox, prepared.session, self.committee, run, end)
        except BaseException:
            inbox.close()
            self._outbox.close()
            raise
        if item < items:
            inbox.close()  # the last one is read on, to notice a peer that still waits for something
        self._made[prepared.setup.digest] = signature

    def end(self, jobs: Sequence[Job]) -> tuple[AnySignature, ...]:
        """All is signed. What the others may have missed is repeated in the background, then our queue is emptied."""
        rounds, items = _ROUNDS[self._work[-1].curve], len(self._work)
        self._report(Progress("done", self._peers, rounds, rounds, items, items))
        self._devices.tasks.spawn(self._linger())
        return tuple(self._made[job.digest] for job in jobs)

    async def _linger(self) -> None:
        try:
            inbox, seconds = self._inboxes[-1], self._devices.pace.linger
            inbox.slacken()
            await settle_all(self._line, self._outbox, inbox, self._peers, seconds, hold=False)
        finally:
            await leave(self._outbox, *self._inboxes)

    async def _allowed(self) -> None:
        if self._begun is not None:
            await self._begun()
        if set(self.committee) & await self._devices.journal.banned(self._share.final_session_id):
            raise Banned("a device of the committee was banned meanwhile")

    async def _failed(self, error: TandemError) -> None:
        """Ban first, report after: between the two the program may die."""
        if error.must_ban and error.party is not None:
            await self._devices.journal.ban(self._share.final_session_id, self.committee[error.party])


def _ordered(jobs: Sequence[Job], share: Keyshare, eddsa: EddsaKeyshare | None) -> tuple[Job, ...]:
    """In the order that every client signs in; one signature serves equal digests."""
    work: dict[bytes, Job] = {}
    for job in jobs:
        if work.setdefault(job.digest, job) != job:
            raise Bug("one digest under two paths or curves")
        _share_for(job, share, eddsa)
    if not work:
        raise Bug("nothing to sign")
    return tuple(work[digest] for digest in sorted(work))
