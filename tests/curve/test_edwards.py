"""Scalars and points of edwards25519 against Python ints, and the encodings that must not get in."""

import copy
import itertools
import pickle
import random
from hashlib import sha512

import pytest

from tandem.curve import ed25519, sealing
from tandem.curve.edwards import IDENTITY, L, Point, Scalar, base, combine, total
from tandem.errors import WireError

RNG = random.Random(7)
EDGES = [0, 1, 2, L - 1, L // 2, 1 << 252, *(RNG.randrange(L) for _ in range(3))]
P = 2**255 - 19
SMALL_ORDER = [
    bytes(32),  # y = 0, order 4
    b"\1" + bytes(31),  # the identity
    (P - 1).to_bytes(32, "little"),  # order 2
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),  # order 8
]


def value(scalar):
    return int.from_bytes(scalar.reveal(), "little")


@pytest.mark.parametrize(("a", "b"), list(itertools.product(EDGES, EDGES)))
def test_arithmetic(a, b):
    x, y = Scalar.public(a), Scalar.public(b)
    assert value(x + y) == (a + b) % L
    assert value(x * y) == a * b % L
    assert (value(x), value(y)) == (a, b)
    assert base(x) + base(y) == base(x + y)
    assert base(x) * y == base(x * y) == base(x) * b


def test_parse_is_strict():
    assert value(Scalar.parse((L - 1).to_bytes(32, "little"))) == L - 1
    assert Scalar.parse(bytes(32)).is_zero()
    for broken in (L.to_bytes(32, "little"), b"\xff" * 32, bytes(31), bytes(33), b""):
        with pytest.raises(WireError):
            Scalar.parse(broken)


@pytest.mark.parametrize("number", [0, 1, L, L + 1, 2**256 - 1, L * L, 2**512 - 1])
def test_wide(number):
    assert value(Scalar.wide(number.to_bytes(64, "little"))) == number % L
    if number < 1 << 256:
        assert value(Scalar.wide(number.to_bytes(32, "little"))) == number % L


def test_random_skips_zero():
    answers = [bytes(64), L.to_bytes(64, "little"), b"\5" + bytes(63)]
    assert value(Scalar.random(lambda _count: answers.pop(0))) == 5


def test_sums_and_wipe():
    scalars = [Scalar.public(number) for number in (5, L - 5, 3)]
    assert value(total(scalars)) == 3 and total([]).is_zero()
    assert combine([base(scalar) for scalar in scalars]) == base(Scalar.public(3)) and combine([]).is_identity
    scalars[0].wipe()
    assert scalars[0].is_zero()


def test_identity():
    one = base(Scalar.public(1))
    assert bytes(one).hex() == "58" + "66" * 31
    assert one + base(Scalar.public(L - 1)) == IDENTITY == base(Scalar.public(0)) == one * 0 == IDENTITY * 5
    assert IDENTITY + one == one and not one.is_identity


def test_point_parses():
    assert Point.parse(bytes(base(Scalar.public(9)))) == base(Scalar.public(9))


@pytest.mark.parametrize("encoded", SMALL_ORDER)
def test_t06_point_of_small_order(encoded):
    with pytest.raises(WireError):
        Point.parse(encoded)


def test_t06_point_outside_the_subgroup():
    """A good point plus one of order 8."""
    from nacl.bindings import crypto_core_ed25519_add

    with pytest.raises(WireError):
        Point.parse(crypto_core_ed25519_add(bytes(base(Scalar.public(9))), SMALL_ORDER[3]))


@pytest.mark.parametrize("encoded", [(P + 3).to_bytes(32, "little"), b"\2" + bytes(31), b"", bytes(33)])
def test_t06_point_that_is_none(encoded):
    """y not below p, no point of the curve, wrong lengths."""
    with pytest.raises(WireError):
        Point.parse(encoded)


@pytest.mark.parametrize("place", range(20))
def test_scalar_of_a_seed(place):
    """RFC 8032 §5.1.5, step by step, and the public key that libsodium makes of the seed."""
    seed = sha512(bytes([place])).digest()[:32]
    clamped = int.from_bytes(sha512(seed).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254
    scalar = Scalar.of_seed(seed)
    assert scalar.reveal() == (clamped % L).to_bytes(32, "little")
    assert bytes(base(scalar)) == ed25519.public_key(seed)


def test_seed_length():
    with pytest.raises(WireError):
        Scalar.of_seed(bytes(31))


def test_scalars_are_not_shown_nor_compared_nor_pickled():
    secret = Scalar.public(0xABCDEF)
    assert "abcdef" not in repr(secret).lower() and "Point(" in repr(base(secret))
    for misuse in (hash, bool, pickle.dumps, copy.copy, lambda s: s == s):
        with pytest.raises(TypeError):
            misuse(secret)


def test_boxes():
    ann, bob = b"A" * 32, b"B" * 32
    key = sealing.box_key(ann, sealing.public_key(bob))
    assert key == sealing.box_key(bob, sealing.public_key(ann))
    boxed = sealing.box(key, bytes(24), b"dealt")
    assert len(boxed) == 16 + 5 and sealing.unbox(key, bytes(24), boxed) == b"dealt"
    assert sealing.unbox(key, bytes(24), boxed[:-1] + b"?") is None
    with pytest.raises(WireError):
        sealing.box_key(ann, bytes(32))
