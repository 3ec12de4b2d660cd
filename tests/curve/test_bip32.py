"""Unhardened derivation, BIP-32 test vector 2 (the public chain from its first step)."""

import pytest

from tandem.curve.bip32 import child, derive, parse_path
from tandem.curve.point import G, Point
from tandem.errors import WireError

# BIP-32, test vector 2: chain m, then chain m/0
MASTER = bytes.fromhex("03cbcaa9c98c877a26977d00825c956a238e8dddfbd322cce4f74b0b5bd6ace4a7")
MASTER_CODE = bytes.fromhex("60499f801b896d83179a4374aeb7822aaeaceaa0db1f85ee3e904c4defbd9689")
CHILD = bytes.fromhex("02fc9e5af0ac8d9b3cecfe2a888e2117ba3d089d8585886c9c826b6b22a98d12ea")
CHILD_CODE = bytes.fromhex("f0909affaa7ee7abe5dd4e100598d4dc53cd709d5a5c2cac40e7412f232f7c9c")


def test_vector():
    found = child(MASTER, MASTER_CODE, "m/0")
    assert (found.public_key, found.chain_code) == (CHILD, CHILD_CODE)
    assert Point.parse(MASTER) + G * found.offset == Point.parse(CHILD)


def test_root():
    assert derive(MASTER, MASTER_CODE, "m") == MASTER and child(MASTER, MASTER_CODE, "m").offset == 0


def test_steps_add_up():
    one = child(MASTER, MASTER_CODE, "m/44")
    two = child(one.public_key, one.chain_code, "m/60/2147483647")
    assert derive(MASTER, MASTER_CODE, "m/44/60/2147483647") == two.public_key


@pytest.mark.parametrize(
    "path",
    [
        "",
        "M",
        "m/",
        "/m",
        "44",
        "m//1",
        "m/-1",
        "m/+1",
        "m/1'",
        "m/1h",
        "m/01",
        "m/2147483648",
        "m/1\n",
        "m/١",
        "m" + 256 * "/1",
    ],
)
def test_paths_that_are_none(path):
    with pytest.raises(WireError):
        parse_path(path)
