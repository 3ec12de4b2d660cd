"""Proofs of knowledge of discrete logarithms (spec/dkls23-wire.md §6.1): t || s, 65 bytes."""

from collections.abc import Sequence
from typing import final

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import G, Point, base
from tandem.curve.scalar import Scalar
from tandem.entropy import Rng
from tandem.errors import WireError
from tandem.mpc.dkls.labels import DKG, DLOG_CHALLENGE
from tandem.mpc.transcript import Transcript

SIZE = POINT + 32


@final
class _Challenges:
    """The challenges of one party's proofs, which share a running transcript."""

    def __init__(self, session_id: bytes, party: int, action: bytes) -> None:
        self._transcript = Transcript(DKG)
        self._transcript.append(b"session_id", session_id)
        self._transcript.append_u64(b"party_id", party)
        self._transcript.append(b"action", action)

    def next(self, y: Point, t: Point) -> Scalar:
        self._transcript.append(b"y", bytes(y))
        self._transcript.append(b"t", bytes(t))
        self._transcript.append(b"base-point", bytes(G))
        return Scalar.reduce(self._transcript.challenge(DLOG_CHALLENGE, 32))


def prove(session_id: bytes, party: int, action: bytes, secrets: Sequence[Scalar], rng: Rng) -> bytes:
    """One proof for each secret x of y = x * G, in order."""
    challenges = _Challenges(session_id, party, action)
    proofs = []
    nonces = Scalar.random_many(rng, len(secrets))
    for x, r in zip(secrets, nonces, strict=True):
        t = base(r)
        proofs.append(bytes(t) + (r + challenges.next(base(x), t) * x).reveal())
    return b"".join(proofs)


def verify(session_id: bytes, party: int, action: bytes, points: Sequence[Point], proofs: bytes) -> bool:
    """Whether `proofs` are exactly one valid proof for each point. False also when they do not decode."""
    if len(proofs) != SIZE * len(points):
        return False
    challenges = _Challenges(session_id, party, action)
    for place, y in enumerate(points):
        one = proofs[SIZE * place : SIZE * (place + 1)]
        try:
            t, s = Point.parse(one[:POINT]), Scalar.parse(one[POINT:])
        except WireError:
            return False
        if base(s) != t + y * challenges.next(y, t):
            return False
    return True
