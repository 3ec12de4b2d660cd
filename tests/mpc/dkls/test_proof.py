"""Discrete-log proofs: they hold, and only for who made them, where and in which order."""

from adversary.faulty_party import stream
from tandem.curve.point import IDENTITY, base
from tandem.curve.scalar import N, Scalar
from tandem.mpc.dkls import proof

SID, ACTION = b"s" * 32, b"\0\1\0\0\0\0\0\x67"
SECRETS = [Scalar.public(11), Scalar.public(12)]
POINTS = [base(secret) for secret in SECRETS]
PROOFS = proof.prove(SID, 3, ACTION, SECRETS, stream("p"))


def test_valid():
    assert len(PROOFS) == 2 * proof.SIZE and proof.verify(SID, 3, ACTION, POINTS, PROOFS)


def test_t13_bound_to_session_party_action_statement_and_order():
    """T13."""
    assert not proof.verify(b"t" * 32, 3, ACTION, POINTS, PROOFS)
    assert not proof.verify(SID, 2, ACTION, POINTS, PROOFS)
    assert not proof.verify(SID, 3, b"\0\1\0\0\0\0\0\x68", POINTS, PROOFS)
    assert not proof.verify(SID, 3, ACTION, POINTS[::-1], PROOFS)
    assert not proof.verify(SID, 3, ACTION, [POINTS[0], IDENTITY], PROOFS)


def test_t03_number_of_proofs():
    """T03: an empty list proves nothing."""
    for broken in (b"", PROOFS[:65], PROOFS + PROOFS[:65], PROOFS[:-1]):
        assert not proof.verify(SID, 3, ACTION, POINTS, broken)


def test_undecodable():
    assert not proof.verify(SID, 3, ACTION, POINTS, bytes(33) + PROOFS[33:])
    assert not proof.verify(SID, 3, ACTION, POINTS, PROOFS[:33] + N.to_bytes(32, "big") + PROOFS[65:])
