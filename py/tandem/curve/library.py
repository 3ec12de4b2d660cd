"""The handle on libsecp256k1 that coincurve itself uses, typed for what this package calls.

coincurve's own classes recompute public keys on every scalar operation (100 times slower in Pyodide), hence the raw
functions. The same import works on CPython (cffi) and in Pyodide (a ctypes shim in our wheel, docs/architecture.md).
"""

from collections.abc import Callable
from typing import NewType, Protocol

from coincurve._libsecp256k1 import ffi as _raw_ffi  # type: ignore[import-not-found]
from coincurve._libsecp256k1 import lib as _raw_lib

from tandem.entropy import random_bytes
from tandem.errors import Bug

CData = NewType("CData", object)  # memory owned by the C side
Bytes = bytes | CData

Hash = Callable[[CData, CData, CData, CData], int]


class _Ffi(Protocol):
    NULL: CData

    def new(self, ctype: str, initial: object = ...) -> CData: ...
    def buffer(self, data: CData, size: int = ...) -> memoryview: ...
    def gc(self, data: CData, destructor: Callable[[CData], None]) -> CData: ...
    def callback(self, ctype: str) -> Callable[[Hash], CData]: ...


class _Lib(Protocol):
    SECP256K1_CONTEXT_NONE: int
    SECP256K1_EC_COMPRESSED: int
    SECP256K1_EC_UNCOMPRESSED: int

    def secp256k1_context_create(self, flags: int) -> CData: ...
    def secp256k1_context_destroy(self, context: CData) -> None: ...
    def secp256k1_context_randomize(self, context: CData, seed32: Bytes) -> int: ...
    def secp256k1_ec_seckey_verify(self, context: CData, key32: Bytes) -> int: ...
    def secp256k1_ec_seckey_negate(self, context: CData, key32: CData) -> int: ...
    def secp256k1_ec_seckey_tweak_add(self, context: CData, key32: CData, tweak32: Bytes) -> int: ...
    def secp256k1_ec_seckey_tweak_mul(self, context: CData, key32: CData, tweak32: Bytes) -> int: ...
    def secp256k1_ec_pubkey_create(self, context: CData, point: CData, key32: Bytes) -> int: ...
    def secp256k1_ec_pubkey_parse(self, context: CData, point: CData, data: Bytes, size: int) -> int: ...
    def secp256k1_ec_pubkey_serialize(
        self, context: CData, out: CData, size: CData, point: CData, flags: int
    ) -> int: ...
    def secp256k1_ec_pubkey_negate(self, context: CData, point: CData) -> int: ...
    def secp256k1_ec_pubkey_combine(self, context: CData, out: CData, points: list[CData], count: int) -> int: ...
    def secp256k1_ec_pubkey_tweak_mul(self, context: CData, point: CData, tweak32: Bytes) -> int: ...
    def secp256k1_ecdh(
        self, context: CData, out: CData, point: CData, key32: Bytes, hash_function: CData, data: CData
    ) -> int: ...
    def secp256k1_ecdsa_signature_parse_compact(self, context: CData, signature: CData, data64: Bytes) -> int: ...
    def secp256k1_ecdsa_verify(self, context: CData, signature: CData, digest32: Bytes, point: CData) -> int: ...
    def secp256k1_ecdsa_recoverable_signature_parse_compact(
        self, context: CData, signature: CData, data64: Bytes, recovery_id: int
    ) -> int: ...
    def secp256k1_ecdsa_recover(self, context: CData, point: CData, signature: CData, digest32: Bytes) -> int: ...


ffi: _Ffi = _raw_ffi
lib: _Lib = _raw_lib

CONTEXT: CData = ffi.gc(lib.secp256k1_context_create(lib.SECP256K1_CONTEXT_NONE), lib.secp256k1_context_destroy)


def randomize_context() -> None:
    """Blind the generator multiplication with fresh entropy: at import, and again after a snapshot was restored."""
    if not lib.secp256k1_context_randomize(CONTEXT, random_bytes(32)):
        raise Bug("libsecp256k1 context")


randomize_context()


def _whole_point(out: CData, x32: CData, y32: CData, _data: CData) -> int:
    """ECDH "hash" that keeps the point, compressed to 33 bytes. Parity by arithmetic, as the point may be secret."""
    parity = bytes(ffi.buffer(y32, 32))[31] & 1
    ffi.buffer(out, 33)[:] = bytes((2 + parity,)) + bytes(ffi.buffer(x32, 32))
    return 1


WHOLE_POINT: CData = ffi.callback("int(unsigned char *, const unsigned char *, const unsigned char *, void *)")(
    _whole_point
)
