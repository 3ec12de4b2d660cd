"""Keygen: host and joiner (relay-and-sessions §4.2)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, line_of
from tandem.ceremony.meet import await_setup, gather, leave, publisher, settle_all
from tandem.errors import SetupRefused, TandemError
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.setup import KeygenSetup, build_keygen, parse_keygen, require_keygen
from tandem.relay.exchange import Inbox, Line, Outbox, Run, exchange
from tandem.relay.pairing import KeygenInvitation


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
    report(Progress("waiting", rounds=5))
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
    report(Progress("waiting", rounds=5))
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
    report(Progress("joined", peers, rounds=5))
    await claim(devices, setup.instance_id)
    # ECDSA only so far. EdDSA will be a second exchange with the same setup and outbox, in this place.
    inbox = Inbox(line, "p-ecdsa" if invitation.message.is_tss_batch else None)
    lingers = False
    try:
        publish()
        session = keygen(setup, line.party, rng=devices.rng)

        async def failed(error: TandemError) -> None:
            del error  # no vault yet, so nobody to ban from it

        run = Run(lambda done, rounds: report(Progress("running", peers, done, rounds)), publish, failed)
        end = devices.clock.now() + devices.pace.exchange
        share = await exchange(line, inbox, outbox, session, setup.names, run, end)
        report(Progress("finishing", peers, 5, 5))
        made = Keygenned(share, setup.names, line.party)
        await save(made)
        # Only now may the others believe that we have it; the extension of today waits 11 s for this.
        confirmed = await settle_all(line, outbox, inbox, peers, devices.pace.confirm)
        lingers = True
        devices.tasks.spawn(leave(outbox, inbox))
        report(Progress("done", peers, 5, 5))
        return replace(made, confirmed=confirmed)
    finally:
        if not lingers:
            inbox.close()
            outbox.close()
