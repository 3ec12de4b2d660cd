"""Ed25519 by RFC 8032 §7.1, test 2."""

import pytest

from tandem.curve import ed25519
from tandem.errors import WireError

SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_vector():
    key = ed25519.SigningKey(SEED)
    assert key.public == ed25519.public_key(SEED) == PUBLIC and key.sign(b"\x72") == SIGNATURE
    assert ed25519.verify(PUBLIC, b"\x72", SIGNATURE)


def test_what_does_not_verify():
    assert not ed25519.verify(PUBLIC, b"\x73", SIGNATURE)
    assert not ed25519.verify(PUBLIC, b"\x72", SIGNATURE[:-1])
    assert not ed25519.verify(PUBLIC, b"\x72", SIGNATURE[:32] + b"\xff" * 32)
    assert not ed25519.verify(bytes(32), b"\x72", SIGNATURE)


def test_seed_length():
    with pytest.raises(WireError):
        ed25519.SigningKey(bytes(31))
