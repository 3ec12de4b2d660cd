"""Reshare: the vault's devices pass both keys on to a new set of devices (relay-and-sessions §5.1). Host and joiner.

The keys, and so all addresses, stay. Each key has a setup message of its own. The new devices are those that come; of
the old ones, those among them take part, and they must be as many as sign. Until the new shares have signed, the old
ones are to be kept: nobody proves that it got its new share (mpc/dkls/reshare.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tandem.ceremony.both_keys import BothKeys
from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, family_threshold, line_of
from tandem.ceremony.meet import await_setup, gather, publisher
from tandem.errors import Bug, SetupRefused, TandemError
from tandem.mpc.dkls import reshare as ecdsa
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import reshare as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import ReshareSetup, build_reshare, parse_reshare, require_reshare
from tandem.relay.exchange import Line, Outbox
from tandem.relay.pairing import ReshareInvitation

RESHARE_ROUNDS = 7 + 4  # of both keys, for the progress
_EDDSA = "eddsa"  # where the second key's setup message lies
_PAUSE = 0.6  # seconds; some polls of the incumbents and their slowest step (measured)


@dataclass(frozen=True, slots=True)
class Held:
    """What an old device brings: its shares, and who the vault's devices are."""

    share: Keyshare = field(repr=False)
    eddsa: EddsaKeyshare = field(repr=False)
    signers: tuple[str, ...]


class _Unhurried(Outbox):
    """Sends each message a little later than it could.

    The incumbents' engine throws away what belongs to the round after the one that it is in (spec/schnorr-wire.md §4.2;
    its ECDSA session does so too). Of ours it gets another copy; but while it waits for that, the other incumbents go
    on, and of theirs it gets none.
    """

    def send(self, to: str, namespace: str | None, body: bytes) -> None:
        async def later() -> None:
            await self._line.clock.sleep(_PAUSE)
            super(_Unhurried, self).send(to, namespace, body)

        self.deliver(later)


def _outbox(line: Line, names: Sequence[str]) -> Outbox:
    """Two devices cannot overtake each other."""
    return Outbox(line) if len(names) < 3 else _Unhurried(line)


async def host_reshare(
    devices: Devices,
    invitation: ReshareInvitation,
    *,
    party: str,
    held: Held,
    size: int,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
    awaited: Sequence[str] = (),
) -> Keygenned:
    """Pass the keys on to this device and the first `size - 1` others that come, new or old, `awaited` among them."""
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=RESHARE_ROUNDS))
    names = (party, *await gather(line, None, size - 1, deadline, report, awaited=awaited))
    olds = [index for index, name in enumerate(names) if name in held.signers]
    if len(olds) < held.share.threshold:
        raise SetupRefused("too few devices of the old vault came")
    news, threshold = range(size), family_threshold(size)
    first = build_reshare(
        held.share.key_id, held.share.public_key, threshold, names, olds, news, curve="ecdsa", rng=devices.rng
    )
    second = build_reshare(
        held.eddsa.key_id, held.eddsa.public_key, threshold, names, olds, news, curve="eddsa", rng=devices.rng
    )
    outbox = _outbox(line, names)
    publish = publisher(line, outbox, names, ((None, first), (_EDDSA, second)), everything=True)
    setups = parse_reshare(first), parse_reshare(second, "eddsa")

    async def second_setup() -> ReshareSetup:
        return setups[1]

    return await _reshare(devices, line, outbox, setups[0], second_setup, held, publish, report, save)


async def join_reshare(
    devices: Devices,
    invitation: ReshareInvitation,
    *,
    party: str,
    held: Held | None,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Take part in a reshare that another device hosts: as one of the old devices with what it holds, or as a new one.

    A new device knows the ECDSA key by the invitation; the EdDSA key it is told by the host.
    """
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=RESHARE_ROUNDS))
    batched = invitation.message.is_tss_batch
    setup = await await_setup(line, "p-ecdsa" if batched else None, parse_reshare, deadline)
    _require(setup, invitation, party, held)

    async def second_setup() -> ReshareSetup:
        until = devices.clock.now() + devices.pace.silence
        parse = partial(parse_reshare, curve="eddsa")
        other = await await_setup(line, "p-eddsa" if batched else _EDDSA, parse, until)
        require_reshare(
            other,
            public_key=other.public_key if held is None else held.eddsa.public_key,
            threshold=setup.threshold,
            old_names=setup.old_names,
            new_names=setup.new_names,
        )
        if other.new_names != setup.new_names:
            raise SetupRefused("the keys name the new devices in another order")
        return other

    outbox = _outbox(line, setup.names)
    return await _reshare(devices, line, outbox, setup, second_setup, held, lambda: None, report, save, batched=batched)


def _require(setup: ReshareSetup, invitation: ReshareInvitation, party: str, held: Held | None) -> None:
    """What the setup would do is what the link said. Raises SetupRefused."""
    if party not in setup.new_names:
        raise SetupRefused("other devices were chosen")
    if not set(setup.old_names) <= set(invitation.message.old_parties if held is None else held.signers):
        raise SetupRefused("old names")
    require_reshare(
        setup,
        public_key=invitation.public_key,
        threshold=family_threshold(len(setup.news)),
        old_names=setup.old_names,
        new_names=setup.new_names,
    )


async def _reshare(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    first: ReshareSetup,
    second: Callable[[], Awaitable[ReshareSetup]],
    held: Held | None,
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    *,
    batched: bool = False,
) -> Keygenned:
    async def failed(error: TandemError) -> None:
        """Ban first, report after, where there is a vault to ban from."""
        if error.must_ban and error.party is not None and held is not None:
            await devices.journal.ban(held.share.final_session_id, first.names[error.party])

    await claim(devices, first.instance_id)
    keys = BothKeys(
        devices, line, outbox, first.names, batched=batched, rounds=RESHARE_ROUNDS, report=report, failed=failed
    )
    try:
        publish()
        mine = held.share if held is not None else None
        share = await keys.ecdsa(ecdsa.reshare(first, line.party, mine, rng=devices.rng), publish)
        setup = await second()
        await claim(devices, setup.instance_id)
        own = held.eddsa if held is not None else None
        other = await keys.eddsa(eddsa.reshare(setup, line.party, own, rng=devices.rng), publish)
        if share is None or other is None:
            raise Bug("a new device got no share")
        made = Keygenned(share, other, first.new_names, line.party)
        return replace(made, confirmed=await keys.end(lambda: save(made)))
    finally:
        keys.close()
