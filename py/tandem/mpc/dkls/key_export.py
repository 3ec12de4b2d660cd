"""Key export (spec/dkls23-wire.md §13): the parties send their shares to one of them, who has the private key then.

It ends what this wallet is for: the key is in one place afterwards. For emergencies, behind the person's clear word.
"""

from tandem.curve.point import base
from tandem.curve.scalar import Scalar, total
from tandem.curve.sealing import public_key
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Protocol, Round, Session
from tandem.mpc.setup import ExportSetup, index_of
from tandem.mpc.shamir import lagrange

SHARE = 1
_RECEIVER = 0


def plan(me: int) -> tuple[Expected, ...]:
    """The one message of an export."""
    return (Expected(SHARE, 33, private=True, introduces=True, senders=None if me == _RECEIVER else ()),)


def receive(
    setup: ExportSetup, name: str, share: Keyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the 32-byte private key; `exchange` is the secret behind the setup's key.

    Raises SetupRefused when it is not the setup's first party, or when setup, share and secret do not belong together.
    """
    if _require(setup, name, share) != _RECEIVER:
        raise SetupRefused("the first party is the receiver")
    if public_key(exchange.reveal()) != setup.exchange_key:
        raise SetupRefused("exchange key")
    seeds = [party.signing_seed for party in setup.parties]
    channel = Channel(setup.instance_id, seeds, _RECEIVER, rng, exchange=exchange)
    return Session(channel, plan(_RECEIVER), lambda _: _receive(share))


def send(setup: ExportSetup, name: str, share: Keyshare, *, rng: Rng = random_bytes) -> Session[None]:
    """The session of party `name`, who gives its share away; it is over once it has sent it.

    Raises SetupRefused when it is the receiver, or when setup and share do not belong together.
    """
    me = _require(setup, name, share)
    if me == _RECEIVER:
        raise SetupRefused("the first party is the receiver")
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    try:
        channel.meet(_RECEIVER, setup.exchange_key)
    except WireError as broken:
        raise SetupRefused("exchange key") from broken
    return Session(channel, plan(me), lambda _: _send(share))


def _require(setup: ExportSetup, name: str, share: Keyshare) -> int:
    """Our index."""
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.parties) <= share.n:
        raise SetupRefused("number of parties")
    return index_of(setup.names, name)


def _send(share: Keyshare) -> Protocol[None]:
    yield Round((), {}, {SHARE: {_RECEIVER: share.share.reveal() + bytes((share.party_id,))}})


def _receive(share: Keyshare) -> Protocol[Secret]:
    got = yield Round((SHARE,))
    shares = {share.party_id: share.share}
    for j, payload in got[SHARE].items():
        party_id = payload[32]
        if party_id >= share.n:
            raise MalformedMessage("party id", party=j)
        if party_id in shares:
            raise FailedCheck("party ids not distinct", party=j)
        try:
            shares[party_id] = Scalar.parse(payload[:32])
        except WireError as broken:
            raise MalformedMessage("share", party=j) from broken
        # our share knows everybody's point, and any t of the points interpolate to the key, as do then their logarithms
        if base(shares[party_id]) != share.share_points[party_id]:
            raise FailedCheck("share and its point", party=j)
    xs = {party_id: share.xs[party_id] for party_id in shares}
    key = total([Scalar.public(lagrange(xs, party_id)) * s for party_id, s in shares.items()])
    return Secret(key.reveal())
