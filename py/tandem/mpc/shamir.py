"""Polynomials over the scalars, Lagrange interpolation and Feldman's check, for either curve (spec/dkls23-wire.md §6.7,
spec/schnorr-wire.md §1). Rank 0 only."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from tandem.curve import edwards
from tandem.curve.point import Point, combine
from tandem.curve.scalar import N, Scalar

S = TypeVar("S", Scalar, edwards.Scalar)
P = TypeVar("P", Point, edwards.Point)


def evaluate(coefficients: Sequence[S], x: int) -> S:
    """f(x) for secret coefficients, constant term first, and a public x, by Horner's rule."""
    at = type(coefficients[0]).public(x)
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * at + coefficient
    return value


def evaluate_commitments(commitments: Sequence[P], x: int) -> P:
    """sum x^k F[k]: f(x)*G from public commitments."""
    value = commitments[-1]
    for commitment in reversed(commitments[:-1]):
        value = value * x + commitment
    return value


def lagrange(xs: Mapping[int, int], party: int, order: int = N) -> int:
    """The coefficient of `party` for interpolation at zero over the distinct nonzero points `xs`, mod `order`."""
    numerator = denominator = 1
    for other, x in xs.items():
        if other != party:
            numerator = numerator * x % order
            denominator = denominator * (x - xs[party]) % order
    return numerator * pow(denominator, -1, order) % order


def recover(shares: Mapping[int, S], xs: Mapping[int, int], order: int = N) -> S:
    """The secret f(0) from the shares f(x_p) of all the parties in `xs`, of whom there is one at least."""
    parts = [type(share).public(lagrange(xs, party, order)) * share for party, share in shares.items()]
    value = parts[0]
    for part in parts[1:]:
        value = value + part
    return value


def interpolate(points: Mapping[int, Point], xs: Mapping[int, int]) -> Point:
    """f(0)*G from f(x_p)*G of all the parties in `xs`."""
    return combine([points[party] * lagrange(xs, party) for party in xs])
