"""Scalars against Python ints, and zero, which libsecp256k1 does not know."""

import itertools
import random

import pytest

from tandem.curve.scalar import N, Scalar, total
from tandem.errors import WireError

RNG = random.Random(7)
EDGES = [0, 1, 2, N - 1, N - 2, N // 2, N // 2 + 1, 1 << 255, *(RNG.randrange(N) for _ in range(4))]


def value(scalar):
    return int.from_bytes(scalar.reveal(), "big")


@pytest.mark.parametrize(("a", "b"), list(itertools.product(EDGES, EDGES)))
def test_arithmetic(a, b):
    x, y = Scalar.public(a), Scalar.public(b)
    assert value(x + y) == (a + b) % N
    assert value(x - y) == (a - b) % N
    assert value(x * y) == a * b % N
    assert value(-x) == -a % N
    assert (value(x), value(y)) == (a, b)


def test_parse_is_strict():
    assert value(Scalar.parse((N - 1).to_bytes(32, "big"))) == N - 1
    assert Scalar.parse(bytes(32)).is_zero()
    for broken in (N.to_bytes(32, "big"), b"\xff" * 32, bytes(31), bytes(33), b""):
        with pytest.raises(WireError):
            Scalar.parse(broken)


@pytest.mark.parametrize("number", [0, 1, N - 1, N, N + 1, 2**256 - 1])
def test_reduce(number):
    assert value(Scalar.reduce(number.to_bytes(32, "big"))) == number % N


@pytest.mark.parametrize("number", [0, 1, N, N * N, 2**768 - 1, RNG.getrandbits(521), RNG.getrandbits(760)])
def test_wide(number):
    assert value(Scalar.wide(number)) == number % N


def test_random_skips_what_is_no_scalar():
    answers = [bytes(32), b"\xff" * 32, bytes(31) + b"\5"]
    assert value(Scalar.random(lambda _count: answers.pop(0))) == 5
    draws = [b"\xff" * 32 + bytes(31) + b"\7", bytes(31) + b"\6"]
    assert [value(scalar) for scalar in Scalar.random_many(lambda _count: draws.pop(0), 2)] == [6, 7]


def test_total_and_wipe():
    scalars = [Scalar.public(number) for number in (5, N - 5, 3)]
    assert value(total(scalars)) == 3 and total([]).is_zero()
    scalars[0].wipe()
    assert scalars[0].is_zero()
