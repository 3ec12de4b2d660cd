"""Polynomials over the scalars, Lagrange interpolation and Feldman's check (spec/dkls23-wire.md §6.7). Rank 0 only."""

from collections.abc import Mapping, Sequence

from tandem.curve.point import Point, combine
from tandem.curve.scalar import N, Scalar


def evaluate(coefficients: Sequence[Scalar], x: int) -> Scalar:
    """f(x) for secret coefficients, constant term first, and a public x, by Horner's rule."""
    at = Scalar.public(x)
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * at + coefficient
    return value


def evaluate_commitments(commitments: Sequence[Point], x: int) -> Point:
    """sum x^k F[k]: f(x)*G from public commitments."""
    value = commitments[-1]
    for commitment in reversed(commitments[:-1]):
        value = value * x + commitment
    return value


def lagrange(xs: Mapping[int, int], party: int) -> int:
    """The coefficient of `party` for interpolation at zero over the distinct nonzero points `xs`."""
    numerator = denominator = 1
    for other, x in xs.items():
        if other != party:
            numerator = numerator * x % N
            denominator = denominator * (x - xs[party]) % N
    return numerator * pow(denominator, -1, N) % N


def interpolate(points: Mapping[int, Point], xs: Mapping[int, int]) -> Point:
    """f(0)*G from f(x_p)*G of all the parties in `xs`."""
    return combine([points[party] * lagrange(xs, party) for party in xs])
