"""edwards25519 by libsodium: secret scalars in constant time, and points of its prime-order subgroup.

A Scalar is 32 bytes little-endian below the group order L, zero allowed. Encodings are strict both ways (RFC 8032
§5.1.3 and more): a scalar not below L, a point not canonical, of small order or outside the subgroup are refused, which
the engine does not do (spec/schnorr-wire.md §13). The identity is a value here, but no wire format lets it in.
"""

from hmac import compare_digest
from typing import NoReturn, final

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
    crypto_sign_ed25519_sk_to_curve25519,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import CryptoError

from tandem.curve.secret import Secret
from tandem.entropy import Rng
from tandem.errors import WireError
from tandem.wire import exact

L = 2**252 + 27742317777372353535851937790883648493
SIZE = 32  # of an encoded scalar and of an encoded point
_ZERO = bytes(SIZE)
_IDENTITY = b"\x01" + bytes(SIZE - 1)


@final
class Scalar:
    """An integer mod L. No repr of the value, no equality, no pickle; wiped when it goes."""

    __slots__ = ("_secret",)

    def __init__(self, reduced: bytes) -> None:
        """Takes 32 bytes below L; use the constructors below."""
        self._secret = Secret(reduced)

    @classmethod
    def parse(cls, data: bytes) -> "Scalar":
        """32 bytes little-endian, strictly below L, compared in constant time. Raises WireError."""
        if len(data) != SIZE:
            raise WireError(f"scalar of {len(data)} bytes")
        if not compare_digest(crypto_core_ed25519_scalar_reduce(data + _ZERO), data):
            raise WireError("scalar not below the group order")
        return cls(data)

    @classmethod
    def wide(cls, data: bytes) -> "Scalar":
        """Up to 64 bytes little-endian, mod L: for hashes and fresh randomness."""
        return cls(crypto_core_ed25519_scalar_reduce(data + bytes(64 - len(data))))

    @classmethod
    def of_seed(cls, seed: bytes) -> "Scalar":
        """The private scalar of a 32-byte Ed25519 seed (RFC 8032 §5.1.5: hashed and clamped), mod L; `base` of it is
        the seed's public key. Raises WireError."""
        _, secret = crypto_sign_seed_keypair(exact(seed, 32, "seed"))
        return cls.wide(crypto_sign_ed25519_sk_to_curve25519(secret))  # libsodium's name for hash and clamp

    @classmethod
    def public(cls, value: int) -> "Scalar":
        """A value that is no secret."""
        return cls((value % L).to_bytes(SIZE, "little"))

    @classmethod
    def random(cls, rng: Rng) -> "Scalar":
        """Uniform and nonzero."""
        while (drawn := cls.wide(rng(64))).is_zero():
            pass
        return drawn

    def reveal(self) -> bytes:
        """The 32 bytes, for a message or the sealed key share."""
        return self._secret.reveal()

    def __add__(self, other: "Scalar") -> "Scalar":
        return Scalar(crypto_core_ed25519_scalar_add(self.reveal(), other.reveal()))

    def __mul__(self, other: "Scalar") -> "Scalar":
        return Scalar(crypto_core_ed25519_scalar_mul(self.reveal(), other.reveal()))

    def is_zero(self) -> bool:
        return compare_digest(self.reveal(), _ZERO)

    def wipe(self) -> None:
        """Overwrite with zero."""
        self._secret.wipe()

    def __repr__(self) -> str:
        return "Scalar(…)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("compare secrets with hmac.compare_digest")

    def __hash__(self) -> NoReturn:
        raise TypeError("a Scalar has no hash")

    def __bool__(self) -> NoReturn:
        raise TypeError("use is_zero")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Scalar cannot be pickled or copied")


@final
class Point:
    """A point of the prime-order subgroup, or the identity. Immutable and compared by value."""

    __slots__ = ("_encoded",)

    def __init__(self, encoded: bytes) -> None:
        """Takes 32 bytes known to be good; use `parse`."""
        self._encoded = encoded

    @classmethod
    def parse(cls, data: bytes) -> "Point":
        """32 bytes: canonical, on the curve, of order L (so not the identity). Raises WireError."""
        if len(data) != SIZE or not crypto_core_ed25519_is_valid_point(data):
            raise WireError("not a point")
        return cls(data)

    @property
    def is_identity(self) -> bool:
        return self._encoded == _IDENTITY

    def __bytes__(self) -> bytes:
        return self._encoded

    def __add__(self, other: "Point") -> "Point":
        return Point(crypto_core_ed25519_add(self._encoded, other._encoded))

    def __mul__(self, factor: "Scalar | int") -> "Point":
        """In constant time for either; an int is a public factor."""
        if self.is_identity:
            return self
        scalar = factor if isinstance(factor, Scalar) else Scalar.public(factor)
        try:
            return Point(crypto_scalarmult_ed25519_noclamp(scalar.reveal(), self._encoded))
        except CryptoError:  # libsodium refuses to return the identity: the factor is zero
            return IDENTITY

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self._encoded == other._encoded

    def __hash__(self) -> int:
        return hash(self._encoded)

    def __repr__(self) -> str:
        return f"Point({self._encoded.hex()})"


IDENTITY = Point(_IDENTITY)


def base(scalar: Scalar) -> Point:
    """scalar * B in constant time."""
    try:
        return Point(crypto_scalarmult_ed25519_base_noclamp(scalar.reveal()))
    except CryptoError:  # the scalar is zero
        return IDENTITY


def combine(points: list[Point]) -> Point:
    """The sum of the points."""
    return sum(points[1:], start=points[0]) if points else IDENTITY


def total(scalars: list[Scalar]) -> Scalar:
    """The sum; zero for none."""
    return sum(scalars, start=Scalar.public(0))
