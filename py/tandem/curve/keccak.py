"""Keccak from pycryptodome: keccak256, and the permutation as a sponge state that Python can reach into.

A merlin transcript (tandem.mpc.transcript) reads and zeroes bytes of the 200-byte state between permutations. The
public cSHAKE API gives one answer per absorbed prefix, so a chain of challenges costs its square; here one call of the
C function `keccak_absorb` with a whole 168-byte block is one XOR and one permutation, and the state is a memoryview of
the C struct, whose first member it is. The layout is proved at import against keccak256 of the public API.
"""

import ctypes
from collections.abc import Callable
from functools import partial
from hashlib import shake_128

from Crypto.Hash import keccak as _keccak
from Crypto.Util._raw_api import VoidPointer, c_size_t, c_ubyte

from tandem.errors import Bug

RATE = 168  # of Keccak[c=256], which STROBE-128 and cSHAKE128 use
STATE = 200
_lib = _keccak._raw_keccak_portable_lib


def keccak256(data: bytes) -> bytes:
    """Ethereum's Keccak-256: 32 bytes."""
    return bytes(_keccak.new(digest_bits=256, data=data).digest())


def blocks(count: int) -> object:
    """The size of `count` blocks, as `Sponge.absorb` wants it; making it once saves time in Pyodide."""
    size: object = c_size_t(count * RATE)
    return size


class Sponge:
    """A Keccak-f[1600] state with rate 168. `state` is the live 200 bytes: read and write it between absorptions.

    `absorb(data, blocks(n))` XORs n whole blocks of 168 bytes into the state, permuting after each.
    """

    __slots__ = ("_handle", "_memory", "absorb", "state")

    def __init__(self) -> None:
        pointer = VoidPointer()
        if _lib.keccak_init(pointer.address_of(), c_size_t(STATE - RATE), c_ubyte(24)):
            raise Bug("keccak_init")
        self._handle = pointer.get()
        self.absorb: Callable[[bytes, object], int] = partial(_lib.keccak_absorb, self._handle)
        self._memory = (ctypes.c_ubyte * STATE).from_address(_address(self._handle))
        self.state = memoryview(self._memory).cast("B")

    def __del__(self) -> None:
        ctypes.memset(self._memory, 0, STATE)
        _lib.keccak_destroy(self._handle)


def _address(handle: object) -> int:
    value = getattr(handle, "value", None)  # ctypes; else a cffi pointer
    if isinstance(value, int):
        return value
    from Crypto.Util._raw_api import ffi

    return int(ffi.cast("uintptr_t", handle))


def _prove_layout() -> None:
    """Two absorbed blocks must leave the state that SHAKE128 squeezes, which has the same rate. Raises Bug."""
    sponge = Sponge()
    message = bytes(range(200))
    padded = message + b"\x1f" + bytes(2 * RATE - len(message) - 2) + b"\x80"
    sponge.absorb(padded, blocks(2))
    if bytes(sponge.state[:RATE]) != shake_128(message).digest(RATE):
        raise Bug("pycryptodome's keccak state has another layout")


_prove_layout()
