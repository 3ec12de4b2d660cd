"""Key export, of either curve (spec/dkls23-wire.md §13, spec/schnorr-wire.md §12): the parties send their shares to the
setup's first party, who has the private key then. What the shares are, and how they are checked, is the curve's.

It ends what this wallet is for: the key is in one place afterwards. For emergencies, behind the person's clear word.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from tandem.curve.sealing import public_key
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Protocol, Round, Session
from tandem.mpc.setup import ExportSetup, index_of

SHARE = 1
RECEIVER = 0
S = TypeVar("S")  # a share: a scalar of the curve
Told: TypeAlias = Mapping[int, tuple[int, S]]  # by the sender's index: its party id and its share


def plan(me: int) -> tuple[Expected, ...]:
    """The one message of an export."""
    return (Expected(SHARE, 33, private=True, introduces=True, senders=None if me == RECEIVER else ()),)


def receive(
    setup: ExportSetup,
    name: str,
    share: Keyshare | EddsaKeyshare,
    exchange: Secret,
    parse: Callable[[bytes], S],
    key: Callable[[Told[S]], Secret],
    rng: Rng,
) -> Session[Secret]:
    """The session of party `name`, who gets the private key: `key` makes it of what the others told, which `parse`
    reads. `exchange` is the secret behind the setup's key.

    Raises SetupRefused when it is not the setup's first party, or when setup, share and secret do not belong together.
    """
    if _require(setup, name, share) != RECEIVER:
        raise SetupRefused("the first party is the receiver")
    if public_key(exchange.reveal()) != setup.exchange_key:
        raise SetupRefused("exchange key")
    seeds = [party.signing_seed for party in setup.parties]
    channel = Channel(setup.instance_id, seeds, RECEIVER, rng, exchange=exchange)
    return Session(channel, plan(RECEIVER), lambda _: _receive(share, parse, key))


def send(setup: ExportSetup, name: str, share: Keyshare | EddsaKeyshare, *, rng: Rng = random_bytes) -> Session[None]:
    """The session of party `name`, who gives its share away; it is over once it has sent it.

    Raises SetupRefused when it is the receiver, or when setup and share do not belong together.
    """
    me = _require(setup, name, share)
    if me == RECEIVER:
        raise SetupRefused("the first party is the receiver")
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    try:
        channel.meet(RECEIVER, setup.exchange_key)
    except WireError as broken:
        raise SetupRefused("exchange key") from broken
    return Session(channel, plan(me), lambda _: _send(share))


def _require(setup: ExportSetup, name: str, share: Keyshare | EddsaKeyshare) -> int:
    """Our index."""
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.parties) <= share.n:
        raise SetupRefused("number of parties")
    return index_of(setup.names, name)


def _send(share: Keyshare | EddsaKeyshare) -> Protocol[None]:
    yield Round((), {}, {SHARE: {RECEIVER: share.share.reveal() + bytes((share.party_id,))}})


def _receive(
    share: Keyshare | EddsaKeyshare, parse: Callable[[bytes], S], key: Callable[[Told[S]], Secret]
) -> Protocol[Secret]:
    got = yield Round((SHARE,))
    told: dict[int, tuple[int, S]] = {}
    seen = {share.party_id}
    for j, payload in got[SHARE].items():
        party_id = payload[32]
        if party_id >= share.n:
            raise MalformedMessage("party id", party=j)
        if party_id in seen:
            raise FailedCheck("party ids not distinct", party=j)
        seen.add(party_id)
        try:
            told[j] = party_id, parse(payload[:32])
        except WireError as broken:
            raise MalformedMessage("share", party=j) from broken
    return key(told)
