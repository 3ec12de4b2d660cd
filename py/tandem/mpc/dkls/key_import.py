"""Key import of ECDSA keys (spec/dkls23-wire.md §13): the parts are Shamir shares of the key, which it saw."""

from functools import partial

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc import key_import
from tandem.mpc.dkls import keygen
from tandem.mpc.key_import import DEALT, INITIATOR, KEY, Curve
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup
from tandem.mpc.shamir import evaluate, lagrange
from tandem.wire import Reader, exact

__all__ = ["DEALT", "KEY", "initiate", "join"]


def initiate(
    setup: KeygenSetup, name: str, private_key: Secret, chain_code: bytes | None = None, *, rng: Rng = random_bytes
) -> Session[Keyshare]:
    """The session of party `name`, who holds the 32-byte `private_key`; without a chain code a random one is made.

    Raises as mpc.key_import.initiate does, and WireError for a key that cannot be.
    """
    secret = Scalar.parse(private_key.reveal())
    if secret.is_zero():
        raise WireError("private key of zero")
    code = rng(32) if chain_code is None else exact(chain_code, 32, "chain code")
    return key_import.initiate(setup, name, _curve(setup, rng), partial(_deal, setup, secret, code, rng), rng)


def join(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[Keyshare]:
    """The session of party `name`, who is dealt a share. Raises as mpc.key_import.join does."""
    return key_import.join(setup, name, _curve(setup, rng), partial(_read, setup), rng)


def _curve(setup: KeygenSetup, rng: Rng) -> Curve[keygen.Existing, Keyshare]:
    n = len(setup.parties)
    size = 3 + n + POINT + 32 + 1 + 32 + 1 + 32 * n + 1
    return Curve(size, keygen.plan(setup.threshold), lambda channel, own: keygen.protocol(setup, channel, rng, own))


def _deal(setup: KeygenSetup, secret: Scalar, chain_code: bytes, rng: Rng) -> tuple[dict[int, bytes], keygen.Existing]:
    n, public_key = len(setup.parties), base(secret)
    f = [secret, *Scalar.random_many(rng, setup.threshold - 1)]
    shares = [evaluate(f, x) for x in _xs(n).values()]
    given = {j: _dealt(setup, j, public_key, chain_code, shares[j].reveal()) for j in range(1, n)}
    return given, _existing(n, INITIATOR, shares[INITIATOR], public_key, chain_code)


def _read(setup: KeygenSetup, me: int, payload: bytes) -> keygen.Existing:
    """What the initiator gave us. That the shares are of this key shows when the keygen adds them up."""
    n, reader = len(setup.parties), Reader(payload)
    numbers, key_bytes, chain_code = reader.take(3 + n), reader.take(POINT), reader.take(32)
    has_share, share_bytes, rest = reader.u8(), reader.take(32), reader.take(reader.left())
    if numbers != _numbers(setup, me):
        raise FailedCheck("party id, number of parties, ranks or threshold", party=INITIATOR)
    if has_share != 1 or rest != _points(n):
        raise FailedCheck("points of the shares", party=INITIATOR)
    try:
        public_key, share = Point.parse(key_bytes), Scalar.parse(share_bytes)
    except WireError as broken:
        raise MalformedMessage("dealt share", party=INITIATOR) from broken
    if share.is_zero():
        raise MalformedMessage("dealt share", party=INITIATOR)
    return _existing(n, me, share, public_key, chain_code)


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
