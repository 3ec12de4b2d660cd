"""A party's share of an Ed25519 key, in the engine's own bytes (spec/schnorr-wire.md §5), checked on load."""

from dataclasses import dataclass, field
from typing import NoReturn

from tandem.curve.edwards import Point, Scalar
from tandem.errors import WireError
from tandem.mpc.setup import MAX_PARTIES
from tandem.wire import Reader

SIZE = 132  # bytes, without extra data


@dataclass(frozen=True, slots=True, eq=False)
class EddsaKeyshare:
    """Party `party_id` of `n`, `threshold` of whom can sign; its Shamir point is party_id + 1.

    Unlike the ECDSA share it holds nobody's public share, so that it can prove nothing about its own scalar.
    """

    n: int
    threshold: int
    party_id: int
    public_key: bytes  # 32, the Ed25519 key
    key_id: bytes  # 32
    chain_code: bytes = field(repr=False)  # 32; no EdDSA key is derived from it
    share: Scalar = field(repr=False)  # d_i

    def to_bytes(self) -> bytes:
        """The engine's format, without extra data."""
        numbers = bytes((self.threshold, self.n, self.party_id))
        return numbers + self.share.reveal() + self.public_key + self.key_id + b"\0" + self.chain_code

    @classmethod
    def from_bytes(cls, data: bytes) -> "EddsaKeyshare":
        """Parse and check. Raises WireError for anything an honest keygen cannot have made."""
        reader = Reader(data)
        threshold, n, party_id = reader.u8(), reader.u8(), reader.u8()
        if not 2 <= threshold <= n <= MAX_PARTIES:
            raise WireError("threshold")
        if party_id >= n:
            raise WireError("party id")
        share = Scalar.parse(reader.take(32))
        if share.is_zero():
            raise WireError("share of zero")
        public_key, key_id = bytes(Point.parse(reader.take(32))), reader.take(32)
        if reader.u8() != 0:
            raise WireError("extra data")  # never seen; it would be lost on saving
        chain_code = reader.take(32)
        reader.end()
        return cls(n, threshold, party_id, public_key, key_id, chain_code, share)

    def wipe(self) -> None:
        """Overwrite what is secret; the share is unusable afterwards."""
        self.share.wipe()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key share leaves only through to_bytes")
