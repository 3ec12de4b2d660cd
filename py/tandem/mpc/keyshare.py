"""A party's share of a key, in the engine's own bytes (spec/dkls23-wire.md §8), checked on load.

Beside the scalar it holds the base-OT seeds of every pair of parties, made once at keygen: one party's leaves and the
other's leaves but one. Both are as secret as the scalar; a share that fails any check is refused as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from tandem.curve import bip32
from tandem.curve.point import Point, base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.errors import WireError
from tandem.mpc.setup import MAX_PARTIES
from tandem.mpc.shamir import interpolate
from tandem.wire import Reader

TREES = 64  # all-but-one OTs a pair of parties has
LEAVES = 16
SEED = 32
TREES_SIZE = TREES * LEAVES * SEED
_MAGIC = bytes.fromhex("00000001")


@dataclass(frozen=True, slots=True, eq=False)
class PairSeeds:
    """Base OTs with one other party. In `sent` we know all leaves, in `received` all but leaf `choices[tree]`."""

    sent: Secret = field(repr=False)  # 64 * 16 * 32, tree-major
    choices: Secret = field(repr=False)  # 64, each below 16
    received: Secret = field(repr=False)  # like sent, zeros at the punctured leaf


@dataclass(frozen=True, slots=True, eq=False)
class Keyshare:
    """Party `party_id` of `n`, `threshold` of whom can sign. Party ids are positions fixed at keygen."""

    n: int
    threshold: int
    party_id: int
    final_session_id: bytes = field(repr=False)
    chain_code: bytes = field(repr=False)  # root chain code, 32
    public_key: bytes  # 33
    key_id: bytes  # 32
    share: Scalar = field(repr=False)  # s_i
    share_points: tuple[Point, ...] = field(repr=False)  # S_p = s_p * G
    xs: tuple[int, ...] = field(repr=False)  # x_p, public
    zero_seeds: tuple[Secret, ...] = field(repr=False)  # n slots, see zero_seed
    pairs: tuple[PairSeeds | None, ...] = field(repr=False)  # by party id; None at our own

    def zero_seed(self, party: int) -> Secret:
        """The zero-sharing seed shared with `party`: slot p from a lower one, slot p-1 to a higher one."""
        return self.zero_seeds[party if party < self.party_id else party - 1]

    def pair(self, party: int) -> PairSeeds:
        """Base OTs with `party`, another one."""
        seeds = self.pairs[party]
        if seeds is None:
            raise WireError("no base OTs with oneself")
        return seeds

    def derive(self, path: str) -> bytes:
        """The 33-byte child public key at `path`. Raises WireError."""
        return bip32.derive(self.public_key, self.chain_code, path)

    def to_bytes(self) -> bytes:
        """The engine's format, without extra data."""
        parts = [
            _MAGIC,
            bytes(4),
            bytes((self.n, self.threshold, self.party_id)),
            self.final_session_id,
            self.chain_code,
            self.public_key,
            self.key_id,
            self.share.reveal(),
        ]
        for point, x, seed in zip(self.share_points, self.xs, self.zero_seeds, strict=True):
            parts += [b"\0", bytes(point), x.to_bytes(32, "big"), seed.reveal()]
        for pair in self.pairs:
            if pair is not None:
                parts += [pair.sent.reveal(), pair.choices.reveal(), pair.received.reveal()]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Keyshare":
        """Parse and check. Raises WireError for anything an honest keygen cannot have made."""
        reader = Reader(data)
        if reader.take(4) != _MAGIC:
            raise WireError("not a key share")
        extra = reader.u32be()
        n, threshold, party_id = reader.u8(), reader.u8(), reader.u8()
        if not 2 <= threshold <= n <= MAX_PARTIES:
            raise WireError("threshold")
        if party_id >= n:
            raise WireError("party id")
        final_session_id, chain_code = reader.take(32), reader.take(32)
        public_key, key_id, share = reader.take(33), reader.take(32), Scalar.parse(reader.take(32))
        points, xs, zero_seeds = [], [], []
        for _ in range(n):
            if reader.u8() != 0:
                raise WireError("rank")
            points.append(Point.parse(reader.take(33)))
            xs.append(int.from_bytes(reader.take(32), "big"))
            zero_seeds.append(Secret(reader.take(32)))
        pairs: list[PairSeeds | None] = [None if p == party_id else _read_pair(reader) for p in range(n)]
        reader.take(extra)  # never seen in practice; not kept
        reader.end()
        loaded = cls(
            n,
            threshold,
            party_id,
            final_session_id,
            chain_code,
            public_key,
            key_id,
            share,
            tuple(points),
            tuple(xs),
            tuple(zero_seeds),
            tuple(pairs),
        )
        loaded._check()
        return loaded

    def _check(self) -> None:
        """Sanity beyond the format (spec §8, security.md T10). Raises WireError."""
        if self.final_session_id == bytes(32):
            raise WireError("session id")
        if not all(0 < x < N for x in self.xs):
            raise WireError("x out of range")
        if len(set(self.xs)) != self.n:
            raise WireError("x not distinct")
        if base(self.share) != self.share_points[self.party_id]:
            raise WireError("share and its point")
        if interpolate(dict(enumerate(self.share_points)), dict(enumerate(self.xs))) != Point.parse(self.public_key):
            raise WireError("points and public key")
        if not is_degree_below(self.threshold, self.share_points, self.xs, Point.parse(self.public_key)):
            raise WireError("degree")

    def wipe(self) -> None:
        """Overwrite what is secret; the share is unusable afterwards."""
        self.share.wipe()
        for secret in self.zero_seeds:
            secret.wipe()
        for pair in self.pairs:
            if pair is not None:
                pair.sent.wipe()
                pair.choices.wipe()
                pair.received.wipe()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key share leaves only through to_bytes")


def is_degree_below(threshold: int, points: Sequence[Point], xs: Sequence[int], public_key: Point) -> bool:
    """Whether the points have degree threshold - 1: any `threshold` neighbours interpolate to the same key."""
    return all(
        interpolate(
            {p: points[p] for p in range(start, start + threshold)}, {p: xs[p] for p in range(start, start + threshold)}
        )
        == public_key
        for start in range(len(xs) - threshold + 1)
    )


def _read_pair(reader: Reader) -> PairSeeds:
    sent, choices, received = reader.take(TREES_SIZE), reader.take(TREES), reader.take(TREES_SIZE)
    if max(choices) >= LEAVES:
        raise WireError("choice")
    for tree in range(TREES):
        at = (tree * LEAVES + choices[tree]) * SEED
        if received[at : at + SEED] != bytes(SEED):
            raise WireError("punctured leaf")
    return PairSeeds(Secret(sent), Secret(choices), Secret(received))
