"""Base OT, all-but-one OT, OT extension and VOLE between two honest sides, and the primitives' vectors."""

from functools import cache
from hashlib import sha256

import pytest

from adversary.faulty_party import stream
from mpc.committee import key
from tandem.curve.point import Point
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError
from tandem.mpc.dkls import endemic, pprf, rvole, softspoken
from tandem.mpc.dkls.lanes import bits

SID = sha256(b"session").digest()


@cache
def base_ots():
    chooser, first = endemic.choose(SID, stream("chooser"))
    keys, second = endemic.answer(SID, first, stream("sender"))
    return chooser, keys, endemic.finish(chooser, second)


def test_endemic_ot():
    chooser, keys, chosen = base_ots()
    for index, choice in enumerate(bits(chooser.choices.reveal())):
        assert chosen[index] == keys[index][choice] != keys[index][1 - choice]


def test_endemic_ot_refuses_a_key_of_nobody():
    """r_0 that cancels its hash would make A_0 the identity."""
    _, first = endemic.choose(SID, stream("chooser"))
    hashed = endemic._hash_to_point(endemic._H1.bind(SID), b"\0\0", 0, first[33:66])
    with pytest.raises(WireError):
        endemic.answer(SID, bytes(-hashed) + first[33:], stream("sender"))


def test_all_but_one_ot():
    chooser, keys, chosen = base_ots()
    leaves, message = pprf.build(SID, keys)
    punctured, seen = pprf.evaluate(SID, chooser.choices.reveal(), chosen, message)
    for tree, hole in enumerate(punctured):
        for leaf in range(16):
            at = (tree * 16 + leaf) * 32
            assert seen[at : at + 32] == (bytes(32) if leaf == hole else leaves[at : at + 32])
    assert pprf.evaluate(SID[::-1], chooser.choices.reveal(), chosen, message) is None


def test_vole():
    """c + d = a * chi, also for inputs at the edges."""
    ann, bob = key(2, 2)
    for values in ((5, N - 1), (1, 1 << 255)):
        inputs = tuple(Scalar.public(value) for value in values)
        receiver, opening = rvole.receive(SID, ann.pair(1), stream("r"))
        (c, message) = rvole.send(SID, bob.pair(0), inputs, opening, stream("s"))
        d = rvole.finish(receiver, message)
        for place in (0, 1):
            assert (c[place] + d[place]).reveal() == (inputs[place] * receiver.chi).reveal()


def test_vole_reads_a_tilde_mod_n():
    assert rvole._canonical(N.to_bytes(32, "big") + b"\1" * 32) == bytes(32) + b"\1" * 32


def test_t19_roles_cannot_be_swapped():
    """T19: seeds used in the wrong direction do not fit."""
    ann, bob = key(2, 2)
    _, opening = rvole.receive(SID, ann.pair(1), stream("r"))
    assert rvole.send(SID, ann.pair(1), (Scalar.public(1), Scalar.public(2)), opening, stream("s")) is None
    assert rvole.send(SID[::-1], bob.pair(0), (Scalar.public(1), Scalar.public(2)), opening, stream("s")) is None


def test_correlation_of_the_extension():
    """v_x is v_0 or v_1 as the choice says."""
    ann, bob = key(2, 2)
    choices = stream("choices")(64)
    chosen, message = softspoken.receive(SID, ann.pair(1), choices, b"e" * 16)
    pads = softspoken.send(SID, bob.pair(0), message)
    for index, choice in enumerate(bits(choices)):
        for place in range(3 * index, 3 * index + 3):
            assert chosen[place] == (pads.v_1 if choice else pads.v_0)[place]


def test_hash_to_point_is_on_the_curve_after_retries():
    family = endemic._H1.bind(SID)
    for index in range(16):
        point = endemic._hash_to_point(family, b"\0\1", index, b"\2" + b"p" * 32)
        assert Point.parse(bytes(point)) == point
