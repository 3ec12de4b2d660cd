"""Key import: keys that one device brings, of a seed phrase, become shared (relay-and-sessions §5.3). Host, joiner.

A root key of each curve, then the key of each of the link's chains in its order, each with a setup message of its own
for the same committee, the host first in it. The host knows all these keys, before and after: what was in one place
stays exposed there until the funds move. A joiner knows nothing of the keys beforehand, and takes what it is dealt.

Of chains at one path, phones run a ceremony for each that the link names, and desktop apps one for all of them. A
joiner follows what the host does.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tandem.ceremony.both_keys import BothKeys
from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, claim, family_threshold, line_of
from tandem.ceremony.meet import await_setup, gather, passed_over, publisher
from tandem.chains import family_of
from tandem.chains.reading import own_account
from tandem.chains.seeds import SUPPORTED, curve_of, path_of, relatives
from tandem.curve import edwards, slip10
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.errors import Bug, SetupRefused, TandemError
from tandem.mpc.dkls import key_import as ecdsa
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import key_import as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup, build_keygen, parse_keygen, require_keygen
from tandem.relay.exchange import Outbox
from tandem.relay.line import Line
from tandem.relay.pairing import KeyImportInvitation
from tandem.vault.vault import AnyShare, ChainKey

_EDDSA = "eddsa_key_import"  # where the second root's setup message lies; a chain's lies at its name
_ROUNDS = {"ecdsa": 6, "eddsa": 4}


@dataclass(frozen=True, slots=True, eq=False)
class SeedKeys:
    """The private keys of a seed: the root ones, and one for each chain. ECDSA's are big-endian scalars, EdDSA's
    little-endian ones."""

    ecdsa: Secret = field(repr=False)
    eddsa: Secret = field(repr=False)
    chains: tuple[tuple[str, Secret], ...] = field(repr=False)

    def wipe(self) -> None:
        for key in (self.ecdsa, self.eddsa, *(key for _, key in self.chains)):
            key.wipe()


def keys_of_seed(seed: Secret, chains: Sequence[str], *, phantom: bool = False) -> SeedKeys:
    """What a host brings. `phantom`: Solana's key is where most of its wallets keep it. Raises WireError for a chain
    that a phrase cannot be brought in for."""
    roots = {curve: slip10.master(curve, seed) for curve in ("ecdsa", "eddsa")}
    found = [(chain, roots[curve_of(chain)].derive(path_of(chain, phantom=phantom))) for chain in chains]
    return SeedKeys(_scalar(roots["ecdsa"]), _scalar(roots["eddsa"]), tuple((c, _scalar(key)) for c, key in found))


def accounts_of_seed(seed: Secret, *, phantom: bool = False) -> dict[str, str]:
    """By family: they are what tells a person that phrase and path are the right ones."""
    keys = keys_of_seed(seed, SUPPORTED, phantom=phantom)
    try:
        return {family_of(chain): own_account(family_of(chain), _public(chain, key)) for chain, key in keys.chains}
    finally:
        keys.wipe()


def _public(chain: str, key: Secret) -> bytes:
    if curve_of(chain) == "ecdsa":
        return bytes(base(Scalar.parse(key.reveal())))
    return bytes(edwards.base(edwards.Scalar.parse(key.reveal())))


def _scalar(key: slip10.PrivateKey) -> Secret:
    return key.key if key.curve == "ecdsa" else Secret(edwards.Scalar.of_seed(key.key.reveal()).reveal())


async def host_key_import(
    devices: Devices,
    invitation: KeyImportInvitation,
    *,
    party: str,
    size: int,
    keys: SeedKeys,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Share `keys` with the first `size - 1` devices that come. They are wiped as they are dealt."""
    chains = invitation.chains
    if tuple(chain for chain, _ in keys.chains) != chains:
        raise Bug("the link names other chains, or in another order")
    line, rounds = line_of(devices, invitation, party), _rounds(chains)
    try:
        report(Progress("waiting", rounds=rounds))
        committee = (party, *await gather(line, None, size - 1, deadline, report))
        places = (None, _EDDSA, *chains)
        texts = [build_keygen(family_threshold(size), committee, rng=devices.rng) for _ in places]
        outbox = Outbox(line)
        publish = publisher(line, outbox, committee, tuple(zip(places, texts, strict=True)), everything=True)
        setups = dict(zip(places, (parse_keygen(text) for text in texts), strict=True))

        async def setup_at(place: str | None) -> KeygenSetup:
            return setups[place]

        async def never(*_: object) -> bool:
            return False

        return await _import(devices, line, outbox, invitation, setup_at, never, keys, publish, report, save)
    finally:
        keys.wipe()


async def join_key_import(
    devices: Devices,
    invitation: KeyImportInvitation,
    *,
    party: str,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Take a share of each key that another device brings. Raises WireError for a chain that is not known, and
    SetupRefused for setups that are not all of one committee with the family's threshold, the host first."""
    line, rounds = line_of(devices, invitation, party), _rounds(invitation.chains)
    report(Progress("waiting", rounds=rounds))
    first = await await_setup(line, None, parse_keygen, deadline)
    _require(first, first, party)

    async def setup_at(place: str | None) -> KeygenSetup:
        if place is None:
            return first
        other = await await_setup(line, place, parse_keygen, devices.clock.now() + devices.pace.silence)
        _require(other, first, party)
        return other

    async def with_another(chain: str, later: Sequence[str]) -> bool:
        until = devices.clock.now() + devices.pace.silence
        return await passed_over(line, chain, later, first.names[0], until)

    outbox = Outbox(line)
    return await _import(devices, line, outbox, invitation, setup_at, with_another, None, lambda: None, report, save)


def _require(setup: KeygenSetup, first: KeygenSetup, party: str) -> None:
    """Raises SetupRefused."""
    require_keygen(setup, threshold=family_threshold(len(first.names)), names=first.names)
    if setup.names != first.names:
        raise SetupRefused("the keys name the devices in another order")
    if party not in setup.names:
        raise SetupRefused("other devices were chosen")
    if setup.names[0] == party:
        raise SetupRefused("the keys would have to be ours")
    if setup.key_id is not None:
        raise SetupRefused("key id")


def _rounds(chains: Sequence[str]) -> int:
    """Of all keys, for the progress. Raises WireError for a chain that is not known."""
    return sum(_ROUNDS[curve] for curve in ("ecdsa", "eddsa", *(curve_of(chain) for chain in chains)))


async def _import(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    invitation: KeyImportInvitation,
    setup_at: Callable[[str | None], Awaitable[KeygenSetup]],
    with_another: Callable[[str, Sequence[str]], Awaitable[bool]],
    keys: SeedKeys | None,
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
) -> Keygenned:
    async def failed(error: TandemError) -> None:
        del error  # no vault yet, so nobody to ban from it

    async def claimed(place: str | None) -> KeygenSetup:
        setup = await setup_at(place)
        await claim(devices, setup.instance_id)
        return setup

    first, code = await claimed(None), invitation.chain_code
    names, batched, rounds = first.names, invitation.message.is_tss_batch, _rounds(invitation.chains)
    both = BothKeys(devices, line, outbox, names, batched=batched, rounds=rounds, report=report, failed=failed)
    of_ecdsa = partial(_ecdsa_session, party=line.party, code=code, devices=devices)
    of_eddsa = partial(_eddsa_session, party=line.party, code=code, devices=devices)
    brought = dict(keys.chains) if keys is not None else {}
    try:
        publish()
        share = await both.ecdsa(of_ecdsa(first, keys.ecdsa if keys else None), publish)
        if share.chain_code != code:
            raise SetupRefused("the host brought another chain code than the link says")
        other = await both.eddsa(of_eddsa(await claimed(_EDDSA), keys.eddsa if keys else None), publish)
        dealt: dict[str, AnyShare] = {}
        for number, chain in enumerate(invitation.chains, 1):
            of_path = next((share for other, share in dealt.items() if chain in relatives(other)), None)
            if of_path is not None:
                later = [one for one in invitation.chains[number:] if not any(one in relatives(had) for had in dealt)]
                if await with_another(chain, later):
                    dealt[chain] = of_path
                    continue
            setup, key = await claimed(chain), brought.get(chain)
            if curve_of(chain) == "ecdsa":
                dealt[chain] = await both.of_chain(chain, of_ecdsa(setup, key), publish)
            else:
                dealt[chain] = await both.of_chain(chain, of_eddsa(setup, key), publish)
        chain_keys = tuple(ChainKey(*entry) for entry in dealt.items())
        made = Keygenned(share, other, names, line.party, chain_keys=chain_keys)
        return replace(made, confirmed=await both.end(lambda: save(made)))
    finally:
        both.close()


def _ecdsa_session(
    setup: KeygenSetup, key: Secret | None, *, party: str, code: bytes, devices: Devices
) -> Session[Keyshare]:
    if key is None:
        return ecdsa.join(setup, party, rng=devices.rng)
    session = ecdsa.initiate(setup, party, key, code, rng=devices.rng)
    key.wipe()
    return session


def _eddsa_session(
    setup: KeygenSetup, key: Secret | None, *, party: str, code: bytes, devices: Devices
) -> Session[EddsaKeyshare]:
    if key is None:
        return eddsa.join(setup, party, rng=devices.rng)
    session = eddsa.initiate(setup, party, key, code, rng=devices.rng)
    key.wipe()
    return session
