"""Points of secp256k1: public arithmetic, and multiplication by secret scalars in constant time.

`Point * Scalar` runs libsecp256k1's ECDH multiplication with a hash that returns the point, `Point * int` its variable
time multiplication, for public factors only; `base(scalar)` is blinded fixed-base multiplication.
The identity is None inside and 33 zero bytes on the wire (spec §1); only `parse_or_identity` lets it in.
"""

from typing import final

from tandem.curve.library import CONTEXT, WHOLE_POINT, CData, ffi, lib
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError

SIZE = 33
_IDENTITY = bytes(SIZE)
_parse = lib.secp256k1_ec_pubkey_parse
_serialize = lib.secp256k1_ec_pubkey_serialize
_new = ffi.new
_buffer = ffi.buffer
_COMPRESSED = lib.SECP256K1_EC_COMPRESSED
_out33 = _new("unsigned char[33]")
_size33 = _new("size_t *", 33)


@final
class Point:
    """A point of the curve, or the identity. Immutable and compared by value."""

    __slots__ = ("_raw",)

    def __init__(self, raw: CData | None) -> None:
        """Takes over a parsed secp256k1_pubkey, or None for the identity; use the constructors below."""
        self._raw = raw

    @classmethod
    def parse(cls, data: bytes | memoryview) -> "Point":
        """33 bytes compressed SEC1, prefix 02 or 03, x below p, on the curve, not the identity. Raises WireError."""
        encoded = bytes(data)
        raw = _new("secp256k1_pubkey *")
        if len(encoded) != SIZE or not _parse(CONTEXT, raw, encoded, SIZE):
            raise WireError("not a point")
        return cls(raw)

    @classmethod
    def lift(cls, data: bytes) -> "Point | None":
        """The point that 33 bytes encode, or None: for hashing to the curve by trial."""
        raw = _new("secp256k1_pubkey *")
        return cls(raw) if _parse(CONTEXT, raw, data, SIZE) else None

    @classmethod
    def parse_or_identity(cls, data: bytes | memoryview) -> "Point":
        """Like `parse`, but 33 zero bytes are the identity."""
        encoded = bytes(data)
        return IDENTITY if encoded == _IDENTITY else cls.parse(encoded)

    @property
    def raw(self) -> CData:
        """The library's secp256k1_pubkey. Raises WireError for the identity, which it cannot represent."""
        if self._raw is None:
            raise WireError("identity")
        return self._raw

    @property
    def is_identity(self) -> bool:
        return self._raw is None

    def __bytes__(self) -> bytes:
        if self._raw is None:
            return _IDENTITY
        _serialize(CONTEXT, _out33, _size33, self._raw, _COMPRESSED)
        return bytes(_buffer(_out33, 33))

    def uncompressed(self) -> bytes:
        """65 bytes, 04 || x || y. Raises WireError for the identity."""
        if self._raw is None:
            raise WireError("the identity has no coordinates")
        out = _new("unsigned char[65]")
        _serialize(CONTEXT, out, _new("size_t *", 65), self._raw, lib.SECP256K1_EC_UNCOMPRESSED)
        return bytes(_buffer(out, 65))

    def __add__(self, other: "Point") -> "Point":
        return combine([self, other])

    def __neg__(self) -> "Point":
        if self._raw is None:
            return self
        raw = _copy(self._raw)
        lib.secp256k1_ec_pubkey_negate(CONTEXT, raw)
        return Point(raw)

    def __sub__(self, other: "Point") -> "Point":
        return combine([self, -other])

    def __mul__(self, factor: "Scalar | int") -> "Point":
        if self._raw is None:
            return self
        if isinstance(factor, Scalar):
            return Point.parse_or_identity(self.multiplied(factor))
        raw = _copy(self._raw)
        if not lib.secp256k1_ec_pubkey_tweak_mul(CONTEXT, raw, (factor % N).to_bytes(32, "big")):
            return IDENTITY
        return Point(raw)

    def multiplied(self, factor: Scalar) -> bytes:
        """The 33 bytes of factor * self in constant time, for a hash."""
        out = _new("unsigned char[33]")
        if self._raw is None or not lib.secp256k1_ecdh(CONTEXT, out, self._raw, factor._raw, WHOLE_POINT, ffi.NULL):
            return _IDENTITY  # or the factor is zero
        return bytes(_buffer(out, 33))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash(bytes(self))

    def __repr__(self) -> str:
        return f"Point({bytes(self).hex()})"


def _copy(raw: CData) -> CData:
    twin = _new("secp256k1_pubkey *")
    _buffer(twin, 64)[:] = bytes(_buffer(raw, 64))
    return twin


IDENTITY = Point(None)


def base(scalar: Scalar) -> Point:
    """scalar * G in constant time, the scalar being secret."""
    raw = _new("secp256k1_pubkey *")
    if not lib.secp256k1_ec_pubkey_create(CONTEXT, raw, scalar._raw):
        return IDENTITY  # the scalar is zero
    return Point(raw)


def combine(points: list[Point]) -> Point:
    """The sum of the points, which are public."""
    raws = [point._raw for point in points if point._raw is not None]
    if not raws:
        return IDENTITY
    out = _new("secp256k1_pubkey *")
    return Point(out) if lib.secp256k1_ec_pubkey_combine(CONTEXT, out, raws, len(raws)) else IDENTITY


G = base(Scalar.public(1))
