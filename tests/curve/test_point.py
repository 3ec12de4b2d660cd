"""Points: strict decoding, the identity, and that every way to multiply agrees."""

import random

import pytest

from tandem.curve.point import IDENTITY, G, Point, base, combine
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError

RNG = random.Random(3)
P = 2**256 - 2**32 - 977


def point(number):
    return base(Scalar.public(number))


@pytest.mark.parametrize("factor", [1, 2, N - 1, N // 3, 1 << 200, *(RNG.randrange(N) for _ in range(5))])
def test_secret_and_public_multiplication_agree(factor):
    start, secret = point(RNG.randrange(1, N)), Scalar.public(factor)
    assert start * secret == start * factor
    assert start.multiplied(secret) == bytes(start * factor)
    assert G * factor == base(secret)


def test_zero_and_identity():
    assert base(Scalar.public(0)) == G * 0 == G * Scalar.public(0) == IDENTITY == point(5) - point(5)
    assert IDENTITY * 5 == IDENTITY * Scalar.public(5) == -IDENTITY == combine([]) == IDENTITY
    assert IDENTITY + G == G and (G + IDENTITY) - G == IDENTITY and IDENTITY.is_identity
    assert IDENTITY.multiplied(Scalar.public(5)) == G.multiplied(Scalar.public(0)) == bytes(33)
    for act in (lambda: IDENTITY.raw, IDENTITY.uncompressed):
        with pytest.raises(WireError):
            act()


def test_group_law():
    assert point(5) + point(7) == point(12) == combine([point(3), IDENTITY, point(9)])
    assert point(5) - point(7) == -point(2) == point(N - 2)
    assert len({point(5), point(5), -point(5)}) == 2


def not_on_the_curve():
    x = 5  # 5^3 + 7 is no square mod p
    return b"\2" + x.to_bytes(32, "big")


@pytest.mark.parametrize(
    "broken",
    [
        bytes(33),
        b"",
        bytes(G)[:32],
        bytes(G) + b"\0",
        G.uncompressed(),
        b"\4" + bytes(G)[1:],
        b"\5" + bytes(G)[1:],
        b"\6" + G.uncompressed()[1:],
        b"\0" + bytes(G)[1:],
        not_on_the_curve(),
        b"\2" + P.to_bytes(32, "big"),
        b"\2" + (P + 1).to_bytes(32, "big"),
        b"\3" + b"\xff" * 32,
    ],
)
def test_t06_decoding(broken):
    """T06: identity, off the curve, x of p or more, compact, hybrid, uncompressed, other lengths."""
    with pytest.raises(WireError):
        Point.parse(broken)


def test_identity_is_decoded_only_where_it_is_asked_for():
    assert Point.parse_or_identity(bytes(33)) == IDENTITY and Point.parse_or_identity(bytes(G)) == G
    assert Point.lift(not_on_the_curve()) is None and Point.lift(bytes(G)) == G
