"""Key import (spec/dkls23-wire.md §13): a private key that one party holds becomes a key shared by all.

The initiator, the setup's first party, deals Shamir shares of the key; then everybody runs a keygen for an existing key
on them. The initiator saw all dealt shares and the key itself: import is for keys that lived in one place anyway.
"""

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.dkls import keygen
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Protocol, Round, Session
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import evaluate, lagrange
from tandem.wire import Reader, exact

KEY, SHARE = 1000, 1001
_INITIATOR = 0


def plan(setup: KeygenSetup, me: int) -> tuple[Expected, ...]:
    """The messages of an import and their payload sizes (spec §5.1)."""
    n = len(setup.parties)
    share = 3 + n + POINT + 32 + 1 + 32 + 1 + 32 * n + 1
    return (
        Expected(KEY, 32, private=True, signed=True, senders=None if me == _INITIATOR else ()),
        Expected(SHARE, share, private=True, introduces=True, senders=() if me == _INITIATOR else (_INITIATOR,)),
        *keygen.plan(setup.threshold),
    )


def initiate(
    setup: KeygenSetup, name: str, private_key: Secret, chain_code: bytes | None = None, *, rng: Rng = random_bytes
) -> Session[Keyshare]:
    """The session of party `name`, who holds the 32-byte `private_key`; without a chain code a random one is made.

    Raises SetupRefused when it is not the setup's first party, WireError for a key that cannot be.
    """
    if index_of(setup.names, name) != _INITIATOR:
        raise SetupRefused("the first party is the initiator")
    secret = Scalar.parse(private_key.reveal())
    if secret.is_zero():
        raise WireError("private key of zero")
    code = rng(32) if chain_code is None else exact(chain_code, 32, "chain code")
    channel = _channel(setup, _INITIATOR, rng)
    return Session(channel, plan(setup, _INITIATOR), lambda own: _deal(setup, own, secret, code, rng))


def join(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[Keyshare]:
    """The session of party `name`, who is dealt a share. Raises SetupRefused when it is not named or is the first."""
    me = index_of(setup.names, name)
    if me == _INITIATOR:
        raise SetupRefused("the first party is the initiator")
    return Session(_channel(setup, me, rng), plan(setup, me), lambda own: _receive(setup, own, rng))


def _channel(setup: KeygenSetup, me: int, rng: Rng) -> Channel:
    return Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)


def _deal(setup: KeygenSetup, channel: Channel, secret: Scalar, chain_code: bytes, rng: Rng) -> Protocol[Keyshare]:
    n, public_key = channel.size, base(secret)
    got = yield Round((KEY,))
    for j, payload in got[KEY].items():
        try:
            channel.meet(j, payload)
        except WireError as broken:
            raise MalformedMessage("exchange key", party=j) from broken
    f = [secret, *Scalar.random_many(rng, setup.threshold - 1)]
    shares = [evaluate(f, x) for x in _xs(n).values()]
    yield Round((), {}, {SHARE: {j: _dealt(setup, j, public_key, chain_code, shares[j].reveal()) for j in range(1, n)}})
    channel.renew(rng)
    return (
        yield from keygen.protocol(setup, channel, rng, _existing(n, _INITIATOR, shares[0], public_key, chain_code))
    )


def _receive(setup: KeygenSetup, channel: Channel, rng: Rng) -> Protocol[Keyshare]:
    n, i = channel.size, channel.me
    got = yield Round((SHARE,), {}, {KEY: {_INITIATOR: channel.exchange_key}})
    reader = Reader(got[SHARE][_INITIATOR])
    numbers, key_bytes, chain_code = reader.take(3 + n), reader.take(POINT), reader.take(32)
    has_share, share_bytes, rest = reader.u8(), reader.take(32), reader.take(reader.left())
    if numbers != _numbers(setup, i):
        raise FailedCheck("party id, number of parties, ranks or threshold", party=_INITIATOR)
    if has_share != 1 or rest != _points(n):
        raise FailedCheck("points of the shares", party=_INITIATOR)
    try:
        public_key, share = Point.parse(key_bytes), Scalar.parse(share_bytes)
    except WireError as broken:
        raise MalformedMessage("dealt share", party=_INITIATOR) from broken
    if share.is_zero():
        raise MalformedMessage("dealt share", party=_INITIATOR)
    channel.renew(rng)
    # that the shares are of this key shows when the keygen adds them up
    return (yield from keygen.protocol(setup, channel, rng, _existing(n, i, share, public_key, chain_code)))


def _existing(n: int, party: int, share: Scalar, public_key: Point, chain_code: bytes) -> keygen.Existing:
    weight = Scalar.public(lagrange(_xs(n), party))
    return keygen.Existing(weight * share, bytes(public_key), chain_code)


def _xs(n: int) -> dict[int, int]:
    return {party: party + 1 for party in range(n)}


def _dealt(setup: KeygenSetup, party: int, public_key: Point, chain_code: bytes, share: bytes) -> bytes:
    return _numbers(setup, party) + bytes(public_key) + chain_code + b"\1" + share + _points(len(setup.parties))


def _numbers(setup: KeygenSetup, party: int) -> bytes:
    """party id || n || ranks, all zero || threshold"""
    n = len(setup.parties)
    return bytes((party, n)) + bytes(n) + bytes((setup.threshold,))


def _points(n: int) -> bytes:
    """n || the x of every party || number of parties that lost their share"""
    return bytes((n,)) + b"".join(x.to_bytes(32, "big") for x in _xs(n).values()) + b"\0"
