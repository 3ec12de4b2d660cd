"""Keccak from pycryptodome: keccak256, and the permutation as a sponge state that Python can reach into.

A merlin transcript (tandem.mpc.transcript) reads and zeroes bytes of the 200-byte state between permutations. The
public cSHAKE API gives one answer per absorbed prefix, so a chain of challenges costs its square; here one call of the
C function `keccak_absorb` with a whole 168-byte block is one XOR and one permutation, and the state is a memoryview of
the C struct, whose first member it is. The layout is proved at import against keccak256 of the public API.
"""

import ctypes

from Crypto.Hash import keccak as _keccak
from Crypto.Util._raw_api import VoidPointer, c_size_t, c_ubyte

from tandem.errors import Bug

RATE = 168  # of Keccak[c=256], which STROBE-128 and cSHAKE128 use
STATE = 200
_WIPED = bytes(STATE)
_lib = _keccak._raw_keccak_portable_lib
_absorb = _lib.keccak_absorb
_ONE_BLOCK = c_size_t(RATE)


def keccak256(data: bytes) -> bytes:
    """Ethereum's Keccak-256: 32 bytes."""
    return bytes(_keccak.new(digest_bits=256, data=data).digest())


class Sponge:
    """A Keccak-f[1600] state with rate 168. `state` is the live 200 bytes: read and write it between absorptions."""

    __slots__ = ("_handle", "_pointer", "state")

    def __init__(self) -> None:
        self._pointer = VoidPointer()
        if _lib.keccak_init(self._pointer.address_of(), c_size_t(STATE - RATE), c_ubyte(24)):
            raise Bug("keccak_init")
        self._handle = self._pointer.get()
        memory = (ctypes.c_ubyte * STATE).from_address(_address(self._handle))
        self.state = memoryview(memory).cast("B")

    def absorb(self, block: bytes) -> None:
        """XOR one 168-byte block into the state and permute."""
        _absorb(self._handle, block, _ONE_BLOCK)

    def absorb_all(self, blocks: bytes) -> None:
        """Whole blocks, one after the other."""
        _absorb(self._handle, blocks, c_size_t(len(blocks)))

    def __del__(self) -> None:
        self.state[:] = _WIPED
        self.state.release()
        _lib.keccak_destroy(self._handle)


def _address(handle: object) -> int:
    value = getattr(handle, "value", None)  # ctypes; else a cffi pointer
    if isinstance(value, int):
        return value
    from Crypto.Util._raw_api import ffi

    return int(ffi.cast("uintptr_t", handle))


def _prove_layout() -> None:
    """cSHAKE-independent check: two absorbed blocks must leave the state that SHAKE128 squeezes. Raises Bug."""
    from hashlib import shake_128

    sponge = Sponge()
    message = bytes(range(200))
    padded = message + b"\x1f" + bytes(2 * RATE - len(message) - 2) + b"\x80"
    sponge.absorb(padded[:RATE])
    sponge.absorb(padded[RATE:])
    if bytes(sponge.state[:RATE]) != shake_128(message).digest(RATE):
        raise Bug("pycryptodome's keccak state has another layout")


_prove_layout()
