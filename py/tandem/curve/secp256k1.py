"""Public operations on secp256k1 keys and ECDSA signatures, for chains and for checking what the protocol made."""

from tandem.curve.library import CONTEXT, ffi, lib
from tandem.curve.point import Point
from tandem.curve.scalar import N
from tandem.errors import WireError
from tandem.wire import exact

HALF_N = N // 2


def decode(public_key: bytes) -> Point:
    """A 33-byte compressed public key. Raises WireError."""
    return Point.parse(public_key)


def uncompressed(public_key: bytes) -> bytes:
    """65 bytes 04 || x || y of a 33-byte public key. Raises WireError."""
    return Point.parse(public_key).uncompressed()


def verify(public_key: bytes, digest: bytes, r: bytes, s: bytes) -> bool:
    """Whether (r, s), 32 bytes big-endian each, is a low-s ECDSA signature of the 32-byte digest under the 33-byte key.

    Raises WireError for a key that is none or for wrong lengths; a wrong signature is False.
    """
    point = Point.parse(public_key)
    signature = ffi.new("secp256k1_ecdsa_signature *")
    compact = exact(r, 32, "r") + exact(s, 32, "s")
    if not lib.secp256k1_ecdsa_signature_parse_compact(CONTEXT, signature, compact):
        return False
    return bool(lib.secp256k1_ecdsa_verify(CONTEXT, signature, exact(digest, 32, "digest"), point.raw))


def recover(digest: bytes, r: bytes, s: bytes, recovery_id: int) -> bytes:
    """The 33-byte public key that made the signature (SEC 1 v2.0 §4.1.6). Raises WireError where there is none."""
    if not 0 <= recovery_id <= 3:
        raise WireError("recovery id")
    signature = ffi.new("secp256k1_ecdsa_recoverable_signature *")
    compact = exact(r, 32, "r") + exact(s, 32, "s")
    if not lib.secp256k1_ecdsa_recoverable_signature_parse_compact(CONTEXT, signature, compact, recovery_id):
        raise WireError("signature out of range")
    point = ffi.new("secp256k1_pubkey *")
    if not lib.secp256k1_ecdsa_recover(CONTEXT, point, signature, exact(digest, 32, "digest")):
        raise WireError("no key recovers")
    return bytes(Point(point))
