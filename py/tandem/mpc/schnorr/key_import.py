"""Key import of EdDSA keys (spec/schnorr-wire.md §11). The parts are summands of the key, and no shares.

The private key is a scalar, not a seed: `Scalar.of_seed` makes it of one.
"""

from functools import partial

from tandem.curve.edwards import L, Point, Scalar, base
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc import key_import
from tandem.mpc.key_import import DEALT, INITIATOR, KEY, Curve
from tandem.mpc.schnorr import keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup
from tandem.mpc.shamir import evaluate, lagrange
from tandem.wire import Reader, exact

__all__ = ["DEALT", "KEY", "initiate", "join"]

_NOBODY_LOST = bytes(8)  # u64le: how many get no summand; the engine cannot be asked for any


def initiate(
    setup: KeygenSetup, name: str, private_key: Secret, chain_code: bytes | None = None, *, rng: Rng = random_bytes
) -> Session[EddsaKeyshare]:
    """The session of party `name`, who holds the `private_key`, 32 bytes little-endian; without a chain code a random
    one is made. Raises as mpc.key_import.initiate does, and WireError for a key that cannot be."""
    key = Scalar.parse(private_key.reveal())
    if key.is_zero():
        raise WireError("private key of zero")
    code = rng(32) if chain_code is None else exact(chain_code, 32, "chain code")
    return key_import.initiate(setup, name, _curve(setup, rng), partial(_deal, setup, key, code, rng), rng)


def join(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[EddsaKeyshare]:
    """The session of party `name`, who is given a summand. Raises as mpc.key_import.join does."""
    return key_import.join(setup, name, _curve(setup, rng), partial(_read, setup), rng)


def _curve(setup: KeygenSetup, rng: Rng) -> Curve[keygen.Existing, EddsaKeyshare]:
    plan = keygen.plan(setup.threshold, len(setup.parties))
    return Curve(107, plan, lambda channel, own: keygen.protocol(setup, channel, rng, own))


def _deal(setup: KeygenSetup, key: Scalar, chain_code: bytes, rng: Rng) -> tuple[dict[int, bytes], keygen.Existing]:
    n, public_key = len(setup.parties), bytes(base(key))
    f = [key, *(Scalar.random(rng) for _ in range(setup.threshold - 1))]
    xs = {j: j + 1 for j in range(n)}
    summands = [evaluate(f, x) * Scalar.public(lagrange(xs, j, L)) for j, x in xs.items()]
    given = {j: _numbers(setup, j) + summands[j].reveal() + _NOBODY_LOST + public_key + chain_code for j in range(1, n)}
    return given, keygen.Existing(summands[INITIATOR], public_key, chain_code)


def _read(setup: KeygenSetup, me: int, payload: bytes) -> keygen.Existing:
    """What the initiator gave us. Whether all the summands add up to the key is for the keygen to see."""
    reader = Reader(payload)
    if reader.take(3) != _numbers(setup, me):
        raise FailedCheck("party id, threshold or number of parties", party=INITIATOR)
    encoded, lost = reader.take(32), reader.take(8)
    if lost != _NOBODY_LOST:
        raise FailedCheck("lost parties", party=INITIATOR)
    try:
        summand, public_key = Scalar.parse(encoded), Point.parse(reader.take(32))
    except WireError as broken:
        raise MalformedMessage("summand or public key", party=INITIATOR) from broken
    if summand.is_zero():
        raise FailedCheck("summand of zero", party=INITIATOR)
    return keygen.Existing(summand, bytes(public_key), reader.take(32))


def _numbers(setup: KeygenSetup, party_id: int) -> bytes:
    return bytes((party_id, setup.threshold, len(setup.parties)))
