"""Private keys below a seed: SLIP-10's own vectors, and that they are the public derivation's."""

import pytest

from tandem.curve import bip32, ed25519
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.curve.slip10 import PrivateKey, master, parse_path
from tandem.errors import WireError

SEED = Secret(bytes(range(16)))
LONG = Secret(
    bytes.fromhex(
        "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a"
        "5754514e4b484542"
    )
)


@pytest.mark.parametrize(
    ("curve", "seed", "path", "key", "chain_code"),
    [  # SLIP-10, test vectors 1 and 2
        (
            "ecdsa",
            SEED,
            "m",
            "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35",
            "873dff81c02f525623fd1fe5167eac3a55a049de3d314bb42ee227ffed37d508",
        ),
        (
            "ecdsa",
            SEED,
            "m/0'/1/2'/2/1000000000",
            "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8",
            "c783e67b921d2beb8f6b389cc646d7263b4145701dadd2161548a8b078e65e9e",
        ),
        (
            "ecdsa",
            LONG,
            "m/0/2147483647'/1/2147483646'/2",
            "bb7d39bdb83ecf58f2fd82b6d918341cbef428661ef01ab97c28a4842125ac23",
            "9452b549be8cea3ecb7a84bec10dcfd94afe4d129ebfd3b3cb58eedf394ed271",
        ),
        (
            "eddsa",
            SEED,
            "m",
            "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
            "90046a93de5380a72b5e45010748567d5ea02bbf6522f979e05c0d8d8ca9fffb",
        ),
        (
            "eddsa",
            SEED,
            "m/0'/1'/2'/2'/1000000000'",
            "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
            "68789923a0cac2cd5a29172a475fe9e0fb14cd6adb5ad98a3fa70333e7afa230",
        ),
    ],
)
def test_the_vectors_of_slip_10(curve, seed, path, key, chain_code):
    found = master(curve, seed).derive(path)
    assert (found.key.reveal().hex(), found.chain_code.reveal().hex()) == (key, chain_code)


def test_the_public_key_of_slip_10s_ed25519_vector():
    key = master("eddsa", SEED).key.reveal()
    assert ed25519.public_key(key).hex() == "a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed"


def test_without_hardened_steps_it_is_the_public_derivation():
    root = master("ecdsa", SEED)
    public_key = bytes(base(Scalar.parse(root.key.reveal())))
    child = bytes(base(Scalar.parse(root.derive("m/44/60/0/0/0").key.reveal())))
    assert child == bip32.derive(public_key, root.chain_code.reveal(), "m/44/60/0/0/0")


@pytest.mark.parametrize(
    "path", ["", "44", "m/", "m/x", "m/01", "m/-1", "m/1''", "m/2147483648", "m/1/", "m/1\n", "m/1h"]
)
def test_paths_that_are_none(path):
    with pytest.raises(WireError):
        parse_path(path)


def test_an_ed25519_key_has_no_unhardened_children():
    with pytest.raises(WireError):
        master("eddsa", SEED).derive("m/44'/501")


def test_no_key_at_a_path(monkeypatch):
    """Once in 2^127: the HMAC is over the order, or the negative of the parent."""
    root = master("ecdsa", SEED)
    negative = (N - int.from_bytes(root.key.reveal(), "big")).to_bytes(32, "big")
    for made in (N.to_bytes(32, "big"), negative):
        monkeypatch.setattr("tandem.curve.slip10.hmac.digest", lambda *_, made=made: made + bytes(32))
        with pytest.raises(WireError):
            root.derive("m/0'")
    for made in (bytes(32), N.to_bytes(32, "big")):
        monkeypatch.setattr("tandem.curve.slip10.hmac.digest", lambda *_, made=made: made + bytes(32))
        with pytest.raises(WireError):
            master("ecdsa", SEED)


def test_nothing_of_it_shows():
    assert repr(master("ecdsa", SEED)) == "PrivateKey(curve='ecdsa')"
    assert isinstance(master("eddsa", SEED), PrivateKey)
