"""Key shares: bytes there and back, and every sanity check on load (spec/dkls23-wire.md §8)."""

import copy
import pickle

import pytest

from mpc.committee import key
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError
from tandem.mpc.keyshare import Keyshare

SEEDS = 172 + 98 * 2
CHOICES = SEEDS + 64 * 16 * 32
RECEIVED = CHOICES + 64
OTHER = bytes(base(Scalar.public(5)))


def data(size=2):
    return key(2, size)[0].to_bytes()


def patched(at, what, size=2):
    whole = data(size)
    return whole[:at] + what + whole[at + len(what) :]


def refuse(broken, what=None):
    with pytest.raises(WireError, match=what):
        Keyshare.from_bytes(broken)


@pytest.mark.parametrize(("size", "length"), [(2, 65968), (3, 131666), (4, 197364)])
def test_length_and_round_trip(size, length):
    for share in key(2, size):
        whole = share.to_bytes()
        assert len(whole) == length and Keyshare.from_bytes(whole).to_bytes() == whole


def test_magic():
    refuse(patched(0, b"\1"), "not a key share")


def test_extra_data_is_skipped():
    assert Keyshare.from_bytes(patched(4, b"\0\0\0\3") + b"xyz").to_bytes() == data()


@pytest.mark.parametrize("size", [0, 10, 171, 5000, 65967])
def test_truncated(size):
    refuse(data()[:size])


def test_too_long():
    refuse(data() + b"\0", "too many")


@pytest.mark.parametrize("numbers", [b"\1\1", b"\2\1", b"\2\3", b"\x0b\2", b"\2\0"])
def test_threshold(numbers):
    refuse(patched(8, numbers), "threshold")


def test_party_id():
    refuse(patched(10, b"\2"), "party id")


def test_t10_session_id_of_zeros():
    """T10."""
    refuse(patched(11, bytes(32)), "session id")


def test_public_key_that_is_none():
    refuse(patched(75, b"\4"))


def test_public_key_of_another():
    refuse(patched(75, OTHER), "points and public key")


def test_share_not_below_the_order():
    refuse(patched(140, N.to_bytes(32, "big")), "scalar")


def test_share_of_another():
    refuse(patched(140, bytes(31) + b"\5"), "share and its point")


def test_share_taken_by_another_party():
    refuse(patched(10, b"\1"), "share and its point")


def test_rank():
    refuse(patched(172, b"\1"), "rank")


def test_share_point_that_is_none():
    refuse(patched(173, bytes(33)), "not a point")


def test_share_point_of_another():
    refuse(patched(173 + 98, OTHER), "points and public key")


@pytest.mark.parametrize("x", [bytes(32), N.to_bytes(32, "big")])
def test_x_out_of_range(x):
    refuse(patched(172 + 98 + 34, x), "x out of range")


def test_x_not_distinct():
    refuse(patched(172 + 98 + 34, data()[172 + 34 : 172 + 66]), "x not distinct")


def test_degree():
    """A 2-of-3 share that says 3-of-3 is consistent as a whole; one that says less than its degree is not."""
    whole = key(3, 3)[0].to_bytes()
    refuse(whole[:9] + b"\2" + whole[10:], "degree")


def test_choice():
    refuse(patched(CHOICES, b"\x10"), "choice")


def test_punctured_leaf():
    choice = data()[CHOICES]
    refuse(patched(RECEIVED + choice * 32, b"\1"), "punctured leaf")


def test_derive():
    share = key(2, 2)[0]
    assert share.derive("m") == share.public_key
    with pytest.raises(WireError):
        share.derive("m/44'")


def test_secrets_are_not_shown_nor_pickled():
    share = Keyshare.from_bytes(data())
    secret = share.share.reveal().hex()
    assert secret not in repr(share) and share.chain_code.hex() not in repr(share)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(share)


def test_wipe():
    share = Keyshare.from_bytes(data())
    share.wipe()
    assert share.share.is_zero() and set(share.pair(1).sent.reveal()) == {0}


def test_no_base_ots_with_oneself():
    with pytest.raises(WireError):
        key(2, 2)[0].pair(0)
