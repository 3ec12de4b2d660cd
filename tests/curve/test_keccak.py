"""Keccak-256 vectors, and the sponge whose state Python reaches into."""

from hashlib import shake_128

import pytest

from tandem.curve.keccak import RATE, Sponge, blocks, keccak256


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"transfer(address,uint256)", "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"),
    ],
)
def test_keccak256(data, digest):
    assert keccak256(data).hex() == digest


def test_sponge():
    sponge = Sponge()
    sponge.absorb(b"\x1f" + bytes(RATE - 2) + b"\x80", blocks(1))
    assert bytes(sponge.state[:RATE]) == shake_128(b"").digest(RATE)
    sponge.state[:] = bytes(200)
    sponge.absorb(b"\x1f" + bytes(RATE - 2) + b"\x80", blocks(1))
    assert bytes(sponge.state[:16]) == shake_128(b"").digest(16)
