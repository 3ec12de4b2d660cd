"""Key export (spec/schnorr-wire.md §12): the parties send their shares to one of them, who has the private key then.

It ends what this wallet is for: the key is in one place afterwards. For emergencies, behind the person's clear word.
The result is a scalar; no Ed25519 seed exists that other programs could take in its place.
"""

from tandem.curve.edwards import L, Scalar, base, total
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.message import Channel
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Protocol, Round, Session, only
from tandem.mpc.setup import ExportSetup, index_of
from tandem.mpc.shamir import lagrange

SHARE = 1
_RECEIVER = 0


def plan(me: int) -> tuple[Expected, ...]:
    """The one message of an export."""
    return (Expected(SHARE, 33, private=True, introduces=True, senders=None if me == _RECEIVER else ()),)


def receive(
    setup: ExportSetup, name: str, share: EddsaKeyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the private key, 32 bytes little-endian; `exchange` is the secret behind
    the setup's key.

    Raises SetupRefused when it is not the setup's first party, or when setup, share and secret do not belong together.
    """
    if _require(setup, name, share) != _RECEIVER:
        raise SetupRefused("the first party is the receiver")
    seeds = [party.signing_seed for party in setup.parties]
    channel = Channel(setup.instance_id, seeds, _RECEIVER, rng, exchange=exchange)
    if channel.exchange_key != setup.exchange_key:
        raise SetupRefused("exchange key")
    return Session(channel, plan(_RECEIVER), lambda _: _receive(share))


def send(setup: ExportSetup, name: str, share: EddsaKeyshare, *, rng: Rng = random_bytes) -> Session[None]:
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


def _require(setup: ExportSetup, name: str, share: EddsaKeyshare) -> int:
    """Our index."""
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.parties) <= share.n:
        raise SetupRefused("number of parties")
    return index_of(setup.names, name)


def _send(share: EddsaKeyshare) -> Protocol[None]:
    yield Round((), {}, {SHARE: {_RECEIVER: share.share.reveal() + bytes((share.party_id,))}})


def _receive(share: EddsaKeyshare) -> Protocol[Secret]:
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
    xs = {party_id: party_id + 1 for party_id in shares}
    key = total([Scalar.public(lagrange(xs, party_id, L)) * d for party_id, d in shares.items()])
    if bytes(base(key)) != share.public_key:  # a wrong share shows only here: nobody has the others' points
        raise FailedCheck("private key", party=only(got[SHARE]))
    return Secret(key.reveal())
