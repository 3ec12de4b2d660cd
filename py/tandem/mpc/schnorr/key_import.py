"""Key import (spec/schnorr-wire.md §11): a private key that one party holds becomes a key shared by all.

The initiator, the setup's first party, splits the key into summands and gives each party its own; then everybody runs a
keygen for an existing key on them. What the initiator saw are no shares; but it saw the key itself: import is for keys
that lived in one place anyway. The private key is a scalar, not a seed: `Scalar.of_seed` makes it of one.
"""

from tandem.curve.edwards import L, Point, Scalar, base
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.message import Channel
from tandem.mpc.schnorr import keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Protocol, Round, Session
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import evaluate, lagrange
from tandem.wire import Reader, exact

KEY, SUMMAND = 1000, 1001
_INITIATOR = 0
_NOBODY_LOST = bytes(8)  # u64le: how many get no summand; the engine cannot be asked for any


def plan(setup: KeygenSetup, me: int) -> tuple[Expected, ...]:
    """The messages of an import and their payload sizes."""
    return (
        Expected(KEY, 32, private=True, signed=True, senders=None if me == _INITIATOR else ()),
        Expected(SUMMAND, 107, private=True, introduces=True, senders=() if me == _INITIATOR else (_INITIATOR,)),
        *keygen.plan(setup.threshold, len(setup.parties)),
    )


def initiate(
    setup: KeygenSetup, name: str, private_key: Secret, chain_code: bytes | None = None, *, rng: Rng = random_bytes
) -> Session[EddsaKeyshare]:
    """The session of party `name`, who holds the `private_key`, 32 bytes little-endian; without a chain code a random
    one is made. Raises SetupRefused when it is not the setup's first party, WireError for a key that cannot be."""
    if index_of(setup.names, name) != _INITIATOR:
        raise SetupRefused("the first party is the initiator")
    key = Scalar.parse(private_key.reveal())
    if key.is_zero():
        raise WireError("private key of zero")
    code = rng(32) if chain_code is None else exact(chain_code, 32, "chain code")
    channel = _channel(setup, _INITIATOR, rng)
    return Session(channel, plan(setup, _INITIATOR), lambda own: _initiate(setup, own, key, code, rng))


def join(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[EddsaKeyshare]:
    """The session of party `name`, who is given a summand. Raises SetupRefused when it is not named or is the first."""
    me = index_of(setup.names, name)
    if me == _INITIATOR:
        raise SetupRefused("the first party is the initiator")
    return Session(_channel(setup, me, rng), plan(setup, me), lambda own: _join(setup, own, rng))


def _channel(setup: KeygenSetup, me: int, rng: Rng) -> Channel:
    return Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)


def _initiate(
    setup: KeygenSetup, channel: Channel, key: Scalar, chain_code: bytes, rng: Rng
) -> Protocol[EddsaKeyshare]:
    n, public_key = channel.size, bytes(base(key))
    got = yield Round((KEY,))
    for j, payload in got[KEY].items():
        try:
            channel.meet(j, payload)
        except WireError as broken:
            raise MalformedMessage("exchange key", party=j) from broken
    f = [key, *(Scalar.random(rng) for _ in range(setup.threshold - 1))]
    xs = {j: j + 1 for j in range(n)}
    summands = [evaluate(f, x) * Scalar.public(lagrange(xs, j, L)) for j, x in xs.items()]
    given = {j: _numbers(setup, j) + summands[j].reveal() + _NOBODY_LOST + public_key + chain_code for j in range(1, n)}
    # all of them before our first message of the keygen: the engine loses what comes before its summand
    yield Round((), {}, {SUMMAND: given})
    channel.renew(rng)
    existing = keygen.Existing(summands[_INITIATOR], public_key, chain_code)
    return (yield from keygen.protocol(setup, channel, rng, existing))


def _join(setup: KeygenSetup, channel: Channel, rng: Rng) -> Protocol[EddsaKeyshare]:
    got = yield Round((SUMMAND,), {}, {KEY: {_INITIATOR: channel.exchange_key}})
    existing = _read_summand(setup, channel.me, got[SUMMAND][_INITIATOR])
    channel.renew(rng)
    return (yield from keygen.protocol(setup, channel, rng, existing))


def _read_summand(setup: KeygenSetup, me: int, payload: bytes) -> keygen.Existing:
    """What the initiator gave us. Whether all the summands add up to the key is for the keygen to see."""
    reader = Reader(payload)
    if reader.take(3) != _numbers(setup, me):
        raise FailedCheck("party id, threshold or number of parties", party=_INITIATOR)
    encoded, lost = reader.take(32), reader.take(8)
    if lost != _NOBODY_LOST:
        raise FailedCheck("lost parties", party=_INITIATOR)
    try:
        summand, public_key = Scalar.parse(encoded), Point.parse(reader.take(32))
    except WireError as broken:
        raise MalformedMessage("summand or public key", party=_INITIATOR) from broken
    if summand.is_zero():
        raise FailedCheck("summand of zero", party=_INITIATOR)
    return keygen.Existing(summand, bytes(public_key), reader.take(32))


def _numbers(setup: KeygenSetup, party_id: int) -> bytes:
    return bytes((party_id, setup.threshold, len(setup.parties)))
