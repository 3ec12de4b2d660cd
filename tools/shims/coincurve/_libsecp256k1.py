"""Stands in for coincurve's cffi module: the same `ffi` and `lib` over ctypes (see _ctypes_ffi.py)."""

from pathlib import Path

from coincurve._ctypes_ffi import Ffi, Lib
from coincurve._signatures import SIGNATURES, SIZES

ffi = Ffi(SIZES)
lib = Lib(
    str(Path(__file__).with_name("libsecp256k1.so")),
    SIGNATURES,
    # include/secp256k1.h: flags for contexts and for serialized points.
    {
        "SECP256K1_CONTEXT_NONE": 1,
        "SECP256K1_EC_COMPRESSED": 258,
        "SECP256K1_EC_UNCOMPRESSED": 2,
        "SECP256K1_TAG_PUBKEY_EVEN": 2,
        "SECP256K1_TAG_PUBKEY_ODD": 3,
        "SECP256K1_TAG_PUBKEY_UNCOMPRESSED": 4,
        "SECP256K1_TAG_PUBKEY_HYBRID_EVEN": 6,
        "SECP256K1_TAG_PUBKEY_HYBRID_ODD": 7,
    },
)
