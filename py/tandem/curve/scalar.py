"""Secret scalars of secp256k1, computed by libsecp256k1 in constant time (docs/threat-model.md, side channels).

A Scalar is 32 bytes of C memory, big-endian, below the group order N; zero is allowed, which libsecp256k1's seckey
functions refuse: they report it, and the rare branch is taken only then. Memory is wiped when the object goes.
Public scalars (Lagrange coefficients, challenges, x coordinates) are plain ints and enter through `public`.
"""

from typing import NoReturn, final

from tandem.curve.library import CONTEXT, CData, ffi, lib
from tandem.entropy import Rng
from tandem.errors import WireError

# SEC 2 v2.0, §2.4.1
N = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141

_ZERO = bytes(32)
_ONE = bytes(31) + b"\x01"
_add = lib.secp256k1_ec_seckey_tweak_add
_mul = lib.secp256k1_ec_seckey_tweak_mul
_valid = lib.secp256k1_ec_seckey_verify
_new = ffi.new
_buffer = ffi.buffer


@final
class Scalar:
    """An integer mod N in C memory. No repr of the value, no equality, no pickle."""

    __slots__ = ("_raw",)

    def __init__(self, raw: CData) -> None:
        """Takes over `raw`; use the constructors below."""
        self._raw = raw

    @classmethod
    def parse(cls, data: bytes | memoryview) -> "Scalar":
        """32 bytes big-endian, strictly below N. Raises WireError."""
        key = bytes(data)
        if len(key) != 32:
            raise WireError(f"scalar of {len(key)} bytes")
        if not _valid(CONTEXT, key) and key != _ZERO:
            raise WireError("scalar not below the group order")
        return cls(_new("unsigned char[32]", key))

    @classmethod
    def reduce(cls, data: bytes) -> "Scalar":
        """32 bytes big-endian taken mod N (spec §1 "reduced"); a value of N or more has probability 2^-128."""
        return cls(_new("unsigned char[32]", data if _valid(CONTEXT, data) else _reduced(data)))

    @classmethod
    def public(cls, value: int) -> "Scalar":
        """A value that is no secret."""
        return cls(_new("unsigned char[32]", (value % N).to_bytes(32, "big")))

    @classmethod
    def random(cls, rng: Rng) -> "Scalar":
        """Uniform and nonzero."""
        while not _valid(CONTEXT, key := rng(32)):
            pass
        return cls(_new("unsigned char[32]", key))

    @classmethod
    def random_many(cls, rng: Rng, count: int) -> "list[Scalar]":
        """`count` of them from one draw, which is what costs time in a browser."""
        drawn = rng(32 * count)
        keys = [drawn[at : at + 32] for at in range(0, 32 * count, 32)]
        return [cls(_new("unsigned char[32]", key)) if _valid(CONTEXT, key) else cls.random(rng) for key in keys]

    @classmethod
    def wide(cls, value: int) -> "Scalar":
        """A nonnegative int below 2^768 mod N. The reduction is the library's: `value` hides its residue by being a sum
        of products that was never reduced, so a uniform multiple of N lies over it (spec/security.md §6)."""
        data = value.to_bytes(96, "big")
        high = cls.reduce(data[:32]) * _TWO_256 + cls.reduce(data[32:64])
        return high * _TWO_256 + cls.reduce(data[64:])

    def reveal(self) -> bytes:
        """The 32 bytes, for a message, a hash or the sealed key share."""
        return bytes(_buffer(self._raw, 32))

    def __add__(self, other: "Scalar") -> "Scalar":
        total = _new("unsigned char[32]", bytes(_buffer(self._raw, 32)))
        if not _add(CONTEXT, total, other._raw):  # one is zero, or the sum is
            return self._add_rare(other)
        return Scalar(total)

    def _add_rare(self, other: "Scalar") -> "Scalar":
        mine = self.reveal()
        return Scalar(_new("unsigned char[32]", other.reveal() if mine == _ZERO else _ZERO))

    def __mul__(self, other: "Scalar") -> "Scalar":
        product = _new("unsigned char[32]", bytes(_buffer(self._raw, 32)))
        if not _mul(CONTEXT, product, other._raw):  # one of them is zero
            return Scalar(_new("unsigned char[32]", _ZERO))
        return Scalar(product)

    def __neg__(self) -> "Scalar":
        negated = _new("unsigned char[32]", bytes(_buffer(self._raw, 32)))
        if not lib.secp256k1_ec_seckey_negate(CONTEXT, negated):
            return Scalar(_new("unsigned char[32]", _ZERO))
        return Scalar(negated)

    def __sub__(self, other: "Scalar") -> "Scalar":
        return self + -other

    def is_zero(self) -> bool:
        """Whether the value is 0 mod N, as the library sees it."""
        return not _valid(CONTEXT, self._raw)

    def wipe(self) -> None:
        """Overwrite with zero."""
        _buffer(self._raw, 32)[:] = _ZERO

    def __del__(self) -> None:
        if _buffer is not None:  # the interpreter may be going down
            _buffer(self._raw, 32)[:] = _ZERO

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


def _reduced(data: bytes) -> bytes:
    return (int.from_bytes(data, "big") % N).to_bytes(32, "big")


_TWO_256 = Scalar.public(1 << 256)


def total(scalars: list[Scalar]) -> Scalar:
    """The sum; zero for none."""
    result = Scalar.public(0)
    for scalar in scalars:
        result = result + scalar
    return result
