"""Keygen: host and joiner (relay-and-sessions §4.2). One setup message serves both keys."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from tandem.ceremony.both_keys import BothKeys
from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, family_threshold, line_of
from tandem.ceremony.meet import await_setup, gather, publisher
from tandem.errors import SetupRefused, TandemError
from tandem.mpc.dkls import keygen as ecdsa
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import keygen as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup, build_keygen, parse_keygen, require_keygen
from tandem.relay.exchange import Outbox
from tandem.relay.line import Line
from tandem.relay.pairing import KeygenInvitation

ROUNDS = 5 + 3  # of both keys, for the progress


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
    awaited: Sequence[str] = (),
) -> Keygenned:
    """Make a vault with the first `size - 1` devices that come, `awaited` among them. `save` has stored the share when
    it returns."""
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=ROUNDS))
    peers = await gather(line, None, size - 1, deadline, report, awaited=awaited)
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
    require_keygen(setup, threshold=family_threshold(len(setup.names)), names=setup.names)
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
    first, second = (protocol.keygen(setup, line.party, rng=devices.rng) for protocol in (ecdsa, eddsa))
    batched = invitation.message.is_tss_batch
    return await make_both(devices, line, outbox, setup, first, second, publish, report, save, batched=batched)


async def make_both(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    setup: KeygenSetup,
    first: Session[Keyshare],
    second: Session[EddsaKeyshare],
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    *,
    batched: bool,
) -> Keygenned:
    """Run both keys' sessions of one setup message to the end, with which a migration ends too."""
    await claim(devices, setup.instance_id)

    async def failed(error: TandemError) -> None:
        del error  # no vault yet, so nobody to ban from it

    keys = BothKeys(devices, line, outbox, setup.names, batched=batched, rounds=ROUNDS, report=report, failed=failed)
    try:
        publish()
        share = await keys.ecdsa(first, publish)
        other = await keys.eddsa(second, publish)
        made = Keygenned(share, other, setup.names, line.party)
        return replace(made, confirmed=await keys.end(lambda: save(made)))
    finally:
        second.close()  # where the first failed it was never run
        keys.close()
