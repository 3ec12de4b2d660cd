"""Key import, of either curve (spec/dkls23-wire.md §13, spec/schnorr-wire.md §11): a private key that one party holds
becomes a key shared by all.

The initiator, the setup's first party, deals every other party a part of the key; then everybody runs a keygen for an
existing key on the parts. What a part is, and what is checked of one, is the curve's. The initiator saw the key itself:
import is for keys that lived in one place anyway.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tandem.entropy import Rng
from tandem.errors import MalformedMessage, SetupRefused, WireError
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Protocol, Round, Session
from tandem.mpc.setup import KeygenSetup, index_of

KEY, DEALT = 1000, 1001
INITIATOR = 0
E = TypeVar("E")  # what a keygen needs to know of an existing key
K = TypeVar("K")  # a key share


@dataclass(frozen=True, slots=True)
class Curve(Generic[E, K]):
    """size: bytes that a party is dealt; plan, keygen: the keygen's that follows on what was dealt."""

    size: int
    plan: tuple[Expected, ...]
    keygen: Callable[[Channel, E], Protocol[K]]


def plan(curve: Curve[E, K], me: int) -> tuple[Expected, ...]:
    """The messages of an import and their payload sizes."""
    first = me == INITIATOR
    return (
        Expected(KEY, 32, private=True, signed=True, senders=None if first else ()),
        Expected(DEALT, curve.size, private=True, introduces=True, senders=() if first else (INITIATOR,)),
        *curve.plan,
    )


def initiate(
    setup: KeygenSetup, name: str, curve: Curve[E, K], deal: Callable[[], tuple[Mapping[int, bytes], E]], rng: Rng
) -> Session[K]:
    """The session of party `name`, who holds the key: `deal` gives what each other party gets, and its own part.

    Raises SetupRefused when it is not the setup's first party.
    """
    if index_of(setup.names, name) != INITIATOR:
        raise SetupRefused("the first party is the initiator")
    return Session(_channel(setup, INITIATOR, rng), plan(curve, INITIATOR), lambda own: _deal(own, curve, deal, rng))


def join(setup: KeygenSetup, name: str, curve: Curve[E, K], read: Callable[[int, bytes], E], rng: Rng) -> Session[K]:
    """The session of party `name`, who is dealt a part: `read` checks it, by our index. Raises SetupRefused when it is
    not named or is the first."""
    me = index_of(setup.names, name)
    if me == INITIATOR:
        raise SetupRefused("the first party is the initiator")
    return Session(_channel(setup, me, rng), plan(curve, me), lambda own: _receive(own, curve, read, rng))


def _channel(setup: KeygenSetup, me: int, rng: Rng) -> Channel:
    return Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)


def _deal(
    channel: Channel, curve: Curve[E, K], deal: Callable[[], tuple[Mapping[int, bytes], E]], rng: Rng
) -> Protocol[K]:
    got = yield Round((KEY,))
    for j, payload in got[KEY].items():
        try:
            channel.meet(j, payload)
        except WireError as broken:
            raise MalformedMessage("exchange key", party=j) from broken
    given, existing = deal()
    # all of them before our first message of the keygen: the engine loses what comes before its part
    yield Round((), {}, {DEALT: given})
    channel.renew(rng)
    return (yield from curve.keygen(channel, existing))


def _receive(channel: Channel, curve: Curve[E, K], read: Callable[[int, bytes], E], rng: Rng) -> Protocol[K]:
    got = yield Round((DEALT,), {}, {KEY: {INITIATOR: channel.exchange_key}})
    existing = read(channel.me, got[DEALT][INITIATOR])
    channel.renew(rng)
    return (yield from curve.keygen(channel, existing))
