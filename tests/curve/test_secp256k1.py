"""Verification and recovery, against coincurve's own signer."""

import pytest
from coincurve import PrivateKey

from tandem.curve import secp256k1
from tandem.curve.scalar import N
from tandem.errors import WireError

KEY = PrivateKey(b"\x07" * 32)
PUBLIC = KEY.public_key.format()
DIGEST = b"\x42" * 32
SIGNED = KEY.sign_recoverable(DIGEST, hasher=None)
R, S, RECOVERY = SIGNED[:32], SIGNED[32:64], SIGNED[64]


def test_verify_and_recover():
    assert secp256k1.verify(PUBLIC, DIGEST, R, S)
    assert secp256k1.recover(DIGEST, R, S, RECOVERY) == PUBLIC
    assert secp256k1.recover(DIGEST, R, S, RECOVERY ^ 1) != PUBLIC
    assert not secp256k1.verify(PUBLIC, b"\x43" * 32, R, S)
    assert secp256k1.uncompressed(PUBLIC) == KEY.public_key.format(compressed=False)
    assert bytes(secp256k1.decode(PUBLIC)) == PUBLIC


def test_t31_high_s_is_no_signature():
    high = (N - int.from_bytes(S, "big")).to_bytes(32, "big")
    assert not secp256k1.verify(PUBLIC, DIGEST, R, high)


@pytest.mark.parametrize(("r", "s"), [(bytes(32), S), (R, bytes(32)), (b"\xff" * 32, S), (R, N.to_bytes(32, "big"))])
def test_t31_out_of_range(r, s):
    """T31."""
    assert not secp256k1.verify(PUBLIC, DIGEST, r, s)
    with pytest.raises(WireError):
        secp256k1.recover(DIGEST, r, s, 0)


@pytest.mark.parametrize("recovery_id", [-1, 4])
def test_t31_recovery_id(recovery_id):
    with pytest.raises(WireError):
        secp256k1.recover(DIGEST, R, S, recovery_id)


def test_lengths():
    for call in (
        lambda: secp256k1.verify(PUBLIC, DIGEST[1:], R, S),
        lambda: secp256k1.verify(PUBLIC, DIGEST, R[1:], S),
        lambda: secp256k1.verify(PUBLIC[1:], DIGEST, R, S),
        lambda: secp256k1.recover(DIGEST, R, S + b"\0", 0),
    ):
        with pytest.raises(WireError):
            call()
