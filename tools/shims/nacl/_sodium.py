"""Stands in for PyNaCl's cffi module: the same `ffi` and `lib` over ctypes (see _ctypes_ffi.py)."""

from pathlib import Path

from nacl._ctypes_ffi import Ffi, Lib
from nacl._signatures import SIGNATURES, SIZES


class SodiumFfi(Ffi):
    def buffer(self, cdata, size=None):
        """A copy: PyNaCl only reads, by slices, which in cffi are bytes."""
        return bytes(super().buffer(cdata, size))


ffi = SodiumFfi(SIZES)
lib = Lib(
    str(Path(__file__).with_name("libsodium.so")),
    SIGNATURES,
    # Our libsodium is a full build.
    {
        "PYNACL_HAS_CRYPTO_CORE_ED25519": 1,
        "PYNACL_HAS_CRYPTO_PWHASH_SCRYPTSALSA208SHA256": 1,
        "PYNACL_HAS_CRYPTO_SCALARMULT_ED25519": 1,
        "PYNACL_HAS_CRYPTO_SHORTHASH_SIPHASHX24": 1,
    },
)
