"""GG20 shares: what they weigh, and that numbers which are no share of the key are refused."""

import json

import pytest

from mpc.gg20 import numbers, share_point, share_text
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError
from tandem.mpc.gg20 import ecdsa_summand, eddsa_summand

NAMES = ("iPhone-5C9", "Pixel-123", "jp\u2019s very long Mac mini that nobody ever renamed-17A")  # over 32 bytes
SECRET = 0x1234567890ABCDEF << 180 | 77


def public_key(eddsa, secret=SECRET):
    if eddsa:
        return bytes(edwards.base(edwards.Scalar.public(secret)))
    return bytes(base(Scalar.public(secret)))


def text(eddsa, names=NAMES, name=NAMES[0], secret=SECRET, change=None):
    data = numbers(secret, names, name, eddsa=eddsa)
    if change:
        change(data)
    return share_text(public_key(eddsa, secret), data, name, eddsa=eddsa)


def summand(eddsa, share, parties=3, key=None):
    read = eddsa_summand if eddsa else ecdsa_summand
    return read(share, key or public_key(eddsa), parties)


@pytest.mark.parametrize("eddsa", [False, True])
@pytest.mark.parametrize("size", [2, 3])
def test_the_summands_of_all_add_up_to_the_key(eddsa, size):
    names, order, endian = NAMES[:size], edwards.L if eddsa else N, "little" if eddsa else "big"
    found = [summand(eddsa, text(eddsa, names, name), size) for name in names]
    assert sum(int.from_bytes(one.reveal(), endian) for one in found) % order == SECRET % order
    assert all(len(one) == 32 for one in found)


def test_a_summand_that_begins_with_zero_keeps_its_place():
    """The apps write it without the zero and fill up at the other end."""
    names = ("a", "b")
    for secret in range(1, 2000):
        share = text(False, names, "a", secret)
        whole = ecdsa_summand(share, public_key(False, secret), 2).reveal()
        if whole[0] == 0:
            break
    xs = [share_point(name) for name in names]
    weight = xs[1] * pow(xs[1] - xs[0], -1, N)
    assert int.from_bytes(whole, "big") == json.loads(share)["ecdsa_local_data"]["Xi"] * weight % N


def put(**fields):
    return lambda data: data.update(fields)


def moved(data):
    data["BigXj"] = data["BigXj"][1:] + data["BigXj"][:1]


def of_another_polynomial(data):
    """Our own point fits our share; another's does not fit the key."""
    mine = data["Ks"].index(data["ShareID"])
    data["BigXj"][mine - 1] = data["BigXj"][mine]


def bent(data):
    data["BigXj"][0]["Coords"][0] += 2


@pytest.mark.parametrize("eddsa", [False, True])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put(Xi=0), "points"),
        (put(Xi=2**256), "out of range"),
        (put(Xi=N), "out of range"),
        (put(Xi=-1), "out of range"),
        (put(Xi=True), "without its numbers"),
        (put(Xi="7"), "without its numbers"),
        (put(Xi=1.5), "without its numbers"),
        (put(Xi=None), "without its numbers"),
        (put(Xi=7), "and its point"),
        (put(ShareID=7), "none of its parties"),
        (put(ShareID=None), "without its numbers"),
        (put(Ks=[1, 2, 3]), "none of its parties"),
        (put(Ks=None), "without its numbers"),
        (put(Ks=[share_point(NAMES[0])]), "number of devices"),
        (put(Ks=[share_point(NAMES[0])] * 3), "points"),
        (put(Ks=[share_point(NAMES[0]), share_point(NAMES[0]) + N * edwards.L, 5]), "points"),
        (put(Ks=[share_point(NAMES[0]), N * edwards.L, 5]), "points"),
        (put(BigXj=[]), "number of devices"),
        (put(BigXj=[{}, {}, {}]), "without its numbers"),
        (put(BigXj=[{"Coords": [1]}] * 3), "point"),
        (put(BigXj=[{"Coords": [5, 2**256]}] * 3), "out of range"),
        (put(BigXj=[{"Coords": [5, 5]}] * 3), "point"),
        (moved, "and its point"),
        (of_another_polynomial, "not of the vault's key"),
    ],
)
def test_numbers_that_are_no_share(eddsa, change, why):
    with pytest.raises(WireError, match=why):
        summand(eddsa, text(eddsa, change=change))


def test_a_point_off_the_curve():
    with pytest.raises(WireError, match="point"):
        summand(False, text(False, change=bent))


@pytest.mark.parametrize("eddsa", [False, True])
def test_of_another_key_or_curve_or_size(eddsa):
    with pytest.raises(WireError, match="not of the vault's key"):
        summand(eddsa, text(eddsa), key=public_key(eddsa, SECRET + 1))
    with pytest.raises(WireError, match="without its numbers"):
        summand(eddsa, text(not eddsa))
    with pytest.raises(WireError, match="number of devices"):
        summand(eddsa, text(eddsa), parties=2)
    for broken in ("", "[]", "{", '{"ecdsa_local_data": 5, "eddsa_local_data": 5}'):
        with pytest.raises(WireError):
            summand(eddsa, broken)
