"""EdDSA key shares: bytes there and back, and every sanity check on load (spec/schnorr-wire.md §5)."""

import copy
import pickle

import pytest

from tandem.curve.edwards import L
from tandem.errors import WireError
from tandem.mpc.schnorr.keyshare import SIZE, EddsaKeyshare

from .committee import key


def data():
    return key(2, 2)[0].to_bytes()


def refuse(at, what, match=None):
    broken = data()[:at] + what + data()[at + len(what) :]
    with pytest.raises(WireError, match=match):
        EddsaKeyshare.from_bytes(broken)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_length_and_round_trip(size):
    for share in key(2, size):
        whole = share.to_bytes()
        assert len(whole) == SIZE and EddsaKeyshare.from_bytes(whole).to_bytes() == whole


@pytest.mark.parametrize("size", [0, 2, 34, 66, 98, 99, 131])
def test_truncated(size):
    with pytest.raises(WireError):
        EddsaKeyshare.from_bytes(data()[:size])


def test_too_long():
    with pytest.raises(WireError, match="too many"):
        EddsaKeyshare.from_bytes(data() + b"\0")


@pytest.mark.parametrize("numbers", [b"\1\2", b"\0\2", b"\3\2", b"\2\x0b", b"\2\0"])
def test_threshold(numbers):
    refuse(0, numbers, "threshold")


def test_party_id():
    refuse(2, b"\2", "party id")


def test_share_not_below_the_order():
    refuse(3, L.to_bytes(32, "little"), "scalar")


def test_share_of_zero():
    refuse(3, bytes(32), "share of zero")


@pytest.mark.parametrize("encoded", [b"\1" + bytes(31), bytes(32), b"\xff" * 32])
def test_public_key_that_is_none(encoded):
    refuse(35, encoded, "not a point")


@pytest.mark.parametrize("option", [b"\1", b"\2"])
def test_extra_data(option):
    refuse(99, option, "extra data")


def test_secrets_are_not_shown_nor_pickled():
    share = EddsaKeyshare.from_bytes(data())
    assert share.share.reveal().hex() not in repr(share) and share.chain_code.hex() not in repr(share)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(share)


def test_wipe():
    share = EddsaKeyshare.from_bytes(data())
    share.wipe()
    assert share.share.is_zero()
