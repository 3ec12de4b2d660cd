"""Reshare: the vault's devices pass both keys on to a new set of devices (relay-and-sessions §5.1). Host and joiner.

The keys, and so all addresses, stay. Each key has a setup message of its own; an imported vault's keys of chains too,
as in a key import: at the chain's name, one after the other, after the roots. (The apps pass no such keys on.) The new
devices are those that come; of the old ones, those among them take part, and they must be as many as sign. Until the
new shares have signed, the old ones are to be kept: nobody proves that it got its new share (mpc/dkls/reshare.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tandem.ceremony.both_keys import BothKeys
from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, family_threshold, line_of
from tandem.ceremony.meet import await_setup, gather, publisher
from tandem.chains.seeds import curve_of
from tandem.errors import Bug, SetupRefused, TandemError
from tandem.mpc.dkls import reshare as ecdsa
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import reshare as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import Curve, ReshareSetup, build_reshare, parse_reshare, require_reshare
from tandem.relay.exchange import Outbox
from tandem.relay.line import Line
from tandem.relay.pairing import ReshareInvitation
from tandem.vault.vault import AnyShare, ChainKey, Vault

_ROUNDS: dict[Curve, int] = {"ecdsa": 7, "eddsa": 4}
_EDDSA = "eddsa"  # where the second key's setup message lies
_PAUSE = 0.6  # seconds; some polls of the incumbents and their slowest step (measured)


@dataclass(frozen=True, slots=True)
class Held:
    """What an old device brings: its shares, and who the vault's devices are. Of an imported vault also a share of each
    chain's key, each key once."""

    share: Keyshare = field(repr=False)
    eddsa: EddsaKeyshare = field(repr=False)
    signers: tuple[str, ...]
    chain_keys: tuple[ChainKey, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, vault: Vault) -> "Held":
        return cls(vault.share, vault.eddsa, vault.signers, vault.distinct_keys())


class _Unhurried(Outbox):
    """Sends each message a little later than it could.

    The incumbents' engine throws away what belongs to the round after the one that it is in (spec/schnorr-wire.md §4.2;
    its ECDSA session does so too). Of ours it gets another copy; but while it waits for that, the other incumbents go
    on, and of theirs it gets none.
    """

    def send(self, to: str, namespace: str | None, body: bytes, *, apart: bool = False) -> None:
        async def later() -> None:
            await self._line.clock.sleep(_PAUSE)
            super(_Unhurried, self).send(to, namespace, body, apart=apart)

        self.deliver(later)


def _outbox(line: Line, invitation: ReshareInvitation, names: Sequence[str]) -> Outbox:
    """Two devices cannot overtake each other, and no incumbent follows an imported vault's link."""
    return Outbox(line) if len(names) < 3 or invitation.chains else _Unhurried(line)


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
    if invitation.chains != tuple(chain for chain, _ in held.chain_keys):
        raise Bug("the link names other chains, or in another order")
    line = line_of(devices, invitation, party)
    report(Progress("waiting", rounds=_rounds(invitation)))
    names = (party, *await gather(line, None, size - 1, deadline, report, awaited=awaited))
    olds = [index for index, name in enumerate(names) if name in held.signers]
    if len(olds) < held.share.threshold:
        raise SetupRefused("too few devices of the old vault came")
    news, threshold = range(size), family_threshold(size)
    texts: dict[str | None, bytes] = {}
    setups: dict[str | None, ReshareSetup] = {}
    shares: list[tuple[str | None, AnyShare]] = [(None, held.share), (_EDDSA, held.eddsa), *held.chain_keys]
    for place, share in shares:
        curve = _curve(share)
        texts[place] = build_reshare(
            share.key_id, share.public_key, threshold, names, olds, news, curve=curve, rng=devices.rng
        )
        setups[place] = parse_reshare(texts[place], curve)
    outbox = _outbox(line, invitation, names)
    publish = publisher(line, outbox, names, tuple(texts.items()), everything=True)

    async def setup_at(place: str, _: Curve, __: AnyShare | None) -> ReshareSetup:
        return setups[place]

    return await _reshare(devices, line, outbox, invitation, setups[None], setup_at, held, publish, report, save)


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

    A new device knows the ECDSA key by the invitation; the others it is told by the host. Raises WireError for a chain
    that is not known, SetupRefused where the link's chains are not those of what is held.
    """
    line, rounds = line_of(devices, invitation, party), _rounds(invitation)
    if held is not None and {chain for chain, _ in held.chain_keys} != set(invitation.chains):
        raise SetupRefused("chains")
    report(Progress("waiting", rounds=rounds))
    batched = invitation.message.is_tss_batch
    setup = await await_setup(line, "p-ecdsa" if batched else None, parse_reshare, deadline)
    _require(setup, invitation, party, held)

    async def setup_at(place: str, curve: Curve, share: AnyShare | None) -> ReshareSetup:
        until = devices.clock.now() + devices.pace.silence
        where = "p-eddsa" if batched and place == _EDDSA else place
        other = await await_setup(line, where, partial(parse_reshare, curve=curve), until)
        require_reshare(
            other,
            public_key=other.public_key if share is None else share.public_key,
            threshold=setup.threshold,
            old_names=setup.old_names,
            new_names=setup.new_names,
        )
        if other.new_names != setup.new_names:
            raise SetupRefused("the keys name the new devices in another order")
        return other

    outbox = _outbox(line, invitation, setup.names)
    return await _reshare(devices, line, outbox, invitation, setup, setup_at, held, lambda: None, report, save)


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


def _curve(share: AnyShare) -> Curve:
    return "ecdsa" if isinstance(share, Keyshare) else "eddsa"


def _rounds(invitation: ReshareInvitation) -> int:
    """Of all keys, for the progress. Raises WireError for a chain that is not known."""
    return sum(_ROUNDS[curve] for curve in ("ecdsa", "eddsa", *(curve_of(chain) for chain in invitation.chains)))


async def _reshare(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    invitation: ReshareInvitation,
    first: ReshareSetup,
    setup_at: Callable[[str, Curve, AnyShare | None], Awaitable[ReshareSetup]],
    held: Held | None,
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
) -> Keygenned:
    async def failed(error: TandemError) -> None:
        """Ban first, report after, where there is a vault to ban from."""
        if error.must_ban and error.party is not None and held is not None:
            await devices.journal.ban(held.share.final_session_id, first.names[error.party])

    async def of_ecdsa(setup: ReshareSetup, own: AnyShare | None) -> Session[Keyshare | None]:
        await claim(devices, setup.instance_id)
        ours = own if isinstance(own, Keyshare) else None  # an old device with one of the other curve has none
        return ecdsa.reshare(setup, line.party, ours, rng=devices.rng)

    async def of_eddsa(place: str, own: AnyShare | None) -> Session[EddsaKeyshare | None]:
        setup = await setup_at(place, "eddsa", own)
        await claim(devices, setup.instance_id)
        ours = own if isinstance(own, EddsaKeyshare) else None
        return eddsa.reshare(setup, line.party, ours, rng=devices.rng)

    batched, rounds = invitation.message.is_tss_batch, _rounds(invitation)
    keys = BothKeys(devices, line, outbox, first.names, batched=batched, rounds=rounds, report=report, failed=failed)
    owned = dict(held.chain_keys) if held is not None else {}
    try:
        session = await of_ecdsa(first, held.share if held is not None else None)
        publish()
        share = await keys.ecdsa(session, publish)
        other = await keys.eddsa(await of_eddsa(_EDDSA, held.eddsa if held is not None else None), publish)
        if share is None or other is None:
            raise Bug("a new device got no share")
        chain_keys = []
        for chain in invitation.chains:
            own = owned.get(chain)
            of_chain: AnyShare | None
            if curve_of(chain) == "ecdsa":
                setup = await setup_at(chain, "ecdsa", own)
                of_chain = await keys.of_chain(chain, await of_ecdsa(setup, own), publish)
            else:
                of_chain = await keys.of_chain(chain, await of_eddsa(chain, own), publish)
            if of_chain is None:
                raise Bug("a new device got no share")
            chain_keys.append(ChainKey(chain, of_chain))
        made = Keygenned(share, other, first.new_names, line.party, chain_keys=tuple(chain_keys))
        return replace(made, confirmed=await keys.end(lambda: save(made)))
    finally:
        keys.close()
