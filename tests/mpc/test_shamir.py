"""Interpolation against plain arithmetic mod N."""

import random

import pytest

from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.mpc.shamir import evaluate, evaluate_commitments, interpolate, lagrange, recover


@pytest.mark.parametrize("degree", [1, 2, 9])
def test_polynomial(degree):
    rng = random.Random(degree)
    coefficients = [rng.randrange(1, N) for _ in range(degree + 1)]
    secrets = [Scalar.public(value) for value in coefficients]
    commitments = [base(secret) for secret in secrets]
    xs = {party: rng.randrange(1, N) for party in range(degree + 1)}
    values = {party: sum(c * pow(x, k, N) for k, c in enumerate(coefficients)) % N for party, x in xs.items()}
    for party, x in xs.items():
        assert evaluate(secrets, x).reveal() == values[party].to_bytes(32, "big")
        assert evaluate_commitments(commitments, x) == base(Scalar.public(values[party]))
    assert sum(lagrange(xs, party) * value for party, value in values.items()) % N == coefficients[0]
    shares = {party: Scalar.public(value) for party, value in values.items()}
    assert recover(shares, xs).reveal() == secrets[0].reveal()
    points = {party: base(Scalar.public(value)) for party, value in values.items()}
    assert interpolate(points, xs) == commitments[0]
