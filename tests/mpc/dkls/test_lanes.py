"""Lanes against the same done bit by bit."""

import random

import pytest

from tandem.mpc.dkls import lanes

RNG = random.Random(1)


def bit(data, index):
    return data[index >> 3] >> (index & 7) & 1


def test_bits_and_pack():
    data = RNG.randbytes(40)
    assert lanes.bits(data) == bytes(bit(data, index) for index in range(320))
    assert lanes.pack(lanes.bits(data)) == data
    assert lanes.bits(bytes(4)) == bytes(32)


def test_spread_fill_and_differs():
    values = bytes(RNG.randrange(16) for _ in range(64))
    wide = lanes.spread(values, 5)
    assert wide == sum(value << (40 * place) for place, value in enumerate(values))
    for small in range(16):
        flags = lanes.differs(wide, small, 64, 5)
        assert flags == lanes.spread(bytes(value != small for value in values), 5)
        full = lanes.cut(lanes.fill(flags, 5).to_bytes(320, "little"), 5)
        assert full == [b"\xff" * 5 if value != small else bytes(5) for value in values]


@pytest.mark.parametrize("size", [8, 64, 256])
def test_transpose(size):
    matrix = [RNG.getrandbits(size) for _ in range(size)]
    turned = lanes.transpose(sum(row << (size * place) for place, row in enumerate(matrix)), size)
    expected = [sum((matrix[row] >> column & 1) << row for row in range(size)) for column in range(size)]
    assert turned == sum(row << (size * place) for place, row in enumerate(expected))


def test_gf128_vector():
    """Of the spec's vectors (§6.4)."""

    def number(text):
        return int.from_bytes(bytes.fromhex(text), "little")

    product = lanes.gf128_product(
        number("ca978112ca1bbdcafac231b39a23dc4d"), number("3e23e8160039594a33894f6564e1b134")
    )
    assert product == number("d91e23fa5c8af1929dae85e72eaef10a")


def test_gf128_sliced_equals_single():
    elements, public = [RNG.getrandbits(128) for _ in range(8)], RNG.getrandbits(128)
    sliced = sum(
        (element >> power & 1) << (8 * power + place) for place, element in enumerate(elements) for power in range(128)
    )
    made = lanes.gf128_multiply(sliced, public, 1)
    for place, element in enumerate(elements):
        one = sum((made >> (8 * power + place) & 1) << power for power in range(128))
        assert one == lanes.gf128_product(element, public)
