"""Proof of knowledge of a discrete logarithm: Schnorr's, with a hashed challenge (spec/schnorr-wire.md §1.1)."""

from hashlib import sha256

from tandem.curve.edwards import Point, Scalar, base
from tandem.entropy import Rng
from tandem.errors import WireError

SIZE = 72  # bytes: u64le 32 || T || s
_COUNT = (32).to_bytes(8, "little")
_BASE = bytes(base(Scalar.public(1)))


def prove(session_id: bytes, x: Scalar, Y: Point, rng: Rng) -> bytes:
    """That we know x with Y = xB. The challenge takes in `session_id`, which says who proves, and where."""
    r = Scalar.random(rng)
    T = bytes(base(r))
    return _COUNT + T + (r + _challenge(session_id, Y, T) * x).reveal()


def verify(session_id: bytes, Y: Point, proof: bytes) -> bool:
    """sB = T + cY. False as well for encodings that are not canonical."""
    count, encoded, response = proof[:8], proof[8:40], proof[40:]
    try:
        T, s = Point.parse(encoded), Scalar.parse(response)
    except WireError:
        return False
    return count == _COUNT and base(s) == T + Y * _challenge(session_id, Y, encoded)


def _challenge(session_id: bytes, Y: Point, T: bytes) -> Scalar:
    hashed = sha256(b"DLogProof-Challenge" + session_id + b"y" + bytes(Y) + b"t" + T + b"base-point" + _BASE)
    return Scalar.wide(hashed.digest())
