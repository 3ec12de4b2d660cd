"""Keygen: host and joiner (relay-and-sessions §4.2). First the ECDSA key, then the EdDSA key, with one setup message.

Both share a queue, except in batched mode. A device that is ahead may send of the second key what we read while we make
the first: the queue is kept and read again. An incumbent that is behind would throw ours away, so with more than one
other device we wait a little between the keys; with one there is nobody else to wait for.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, line_of
from tandem.ceremony.meet import await_setup, gather, leave, publisher, settle_all
from tandem.errors import SetupRefused, TandemError
from tandem.mpc.dkls import keygen as ecdsa
from tandem.mpc.schnorr import keygen as eddsa
from tandem.mpc.setup import KeygenSetup, build_keygen, parse_keygen, require_keygen
from tandem.relay.exchange import Inbox, Line, Outbox, Run, exchange
from tandem.relay.pairing import KeygenInvitation

ROUNDS = 5 + 3  # of both keys, for the progress
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


async def host_keygen(
    devices: Devices,
    invitation: KeygenInvitation,
    *,
    party: str,
    size: int,
    threshold: int,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Make a vault with the first `size - 1` devices that come. `save` has stored the share when it returns."""
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=ROUNDS))
    peers = await gather(line, None, size - 1, deadline, report)
    committee = (party, *peers)
    text = build_keygen(threshold, committee, rng=devices.rng)
    setup = parse_keygen(text)
    outbox = Outbox(line)
    publish = publisher(line, outbox, committee, ((None, text),), everything=True)
    return await _keygen(devices, line, outbox, invitation, setup, publish, report, save)


async def join_keygen(
    devices: Devices,
    invitation: KeygenInvitation,
    *,
    party: str,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Make a vault that another device hosts. The threshold must be the family's: two thirds, rounded up."""
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=ROUNDS))
    setup = await await_setup(line, None, parse_keygen, deadline)
    require_keygen(setup, threshold=-(-2 * len(setup.names) // 3), names=setup.names)
    if party not in setup.names:
        raise SetupRefused("other devices were chosen")
    outbox = Outbox(line)
    return await _keygen(devices, line, outbox, invitation, setup, lambda: None, report, save)


async def _keygen(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    invitation: KeygenInvitation,
    setup: KeygenSetup,
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
) -> Keygenned:
    peers = tuple(name for name in setup.names if name != line.party)
    report(Progress("joined", peers, rounds=ROUNDS))
    await claim(devices, setup.instance_id)
    batched = invitation.message.is_tss_batch
    first = _Queue(line, "p-ecdsa" if batched else None)
    second = _Queue(line, "p-eddsa") if batched else first
    lingers = False
    try:
        publish()

        async def failed(error: TandemError) -> None:
            del error  # no vault yet, so nobody to ban from it

        def run(before: int) -> Run:
            return Run(lambda done, _: report(Progress("running", peers, before + done, ROUNDS)), publish, failed)

        session = ecdsa.keygen(setup, line.party, rng=devices.rng)
        end = devices.clock.now() + devices.pace.exchange
        share = await exchange(line, first, outbox, session, setup.names, run(0), end)
        if len(peers) > 1:
            await devices.clock.sleep(_BETWEEN)
        second.rewind()
        other = eddsa.keygen(setup, line.party, rng=devices.rng)
        end = devices.clock.now() + devices.pace.exchange
        eddsa_share = await exchange(line, second, outbox, other, setup.names, run(session.rounds), end)
        report(Progress("finishing", peers, ROUNDS, ROUNDS))
        made = Keygenned(share, eddsa_share, setup.names, line.party)
        await save(made)
        # Only now may the others believe that we have it; the extension of today waits 11 s for this.
        confirmed = await settle_all(line, outbox, second, peers, devices.pace.confirm)
        lingers = True
        devices.tasks.spawn(leave(outbox, *{first, second}))
        report(Progress("done", peers, ROUNDS, ROUNDS))
        return replace(made, confirmed=confirmed)
    finally:
        if not lingers:
            first.close()
            second.close()
            outbox.close()
