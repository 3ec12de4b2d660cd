"""C prototypes become exact signatures; in WebAssembly a wrong one traps."""

from __future__ import annotations

import pytest
from tools.place import Refused

from tools import headers

SECP = """
/** Parse. int secp256k1_not_this(void); */
typedef struct secp256k1_pubkey { unsigned char data[64]; } secp256k1_pubkey;
typedef int (*secp256k1_ecdh_hash_function)(unsigned char *output, const unsigned char *x32, void *data);
#define SECP256K1_FLAG \\
   (1)
SECP256K1_API SECP256K1_WARN_UNUSED_RESULT int secp256k1_ec_pubkey_combine(
    const secp256k1_context *ctx, secp256k1_pubkey *out, const secp256k1_pubkey * const *ins, size_t n
) SECP256K1_ARG_NONNULL(1) SECP256K1_ARG_NONNULL(2);
SECP256K1_API int secp256k1_ecdh(const secp256k1_context* ctx, secp256k1_ecdh_hash_function hashfp, void *data);
SECP256K1_API secp256k1_context *secp256k1_context_create(unsigned int flags);
SECP256K1_API void secp256k1_set(secp256k1_context *ctx, void (*fun)(const char *message, void *data), const void *d);
SECP256K1_API void secp256k1_selftest(void);
"""


def test_signatures_of_libsecp256k1() -> None:
    assert headers.signatures([SECP], "secp256k1_") == {
        "secp256k1_ec_pubkey_combine": "ipplz",
        "secp256k1_ecdh": "ippp",
        "secp256k1_context_create": "pu",
        "secp256k1_set": "vppp",
        "secp256k1_selftest": "v",
    }
    assert headers.sizes([SECP]) == {"secp256k1_pubkey": 64}


def test_lengths_of_libsodium_are_64_bits() -> None:
    text = "int crypto_box(unsigned char *c, const unsigned char *m, unsigned long long mlen);\nsize_t crypto_box_b();"
    assert headers.signatures([text], "") == {"crypto_box": "ippQ", "crypto_box_b": "z"}


def test_strings_and_arrays() -> None:
    text = "const char *a_prefix(void); int b_pad(char out[128], const char * const passwd, unsigned char block);"
    assert headers.signatures([text], "") == {"a_prefix": "c", "b_pad": "ipcb"}


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(Refused, match="struct stat"):
        headers.signatures(["int f(struct stat what);"], "")
