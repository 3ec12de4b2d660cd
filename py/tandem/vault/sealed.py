"""Bytes sealed under a password: argon2id (RFC 9106) → XChaCha20-Poly1305, the parameters authenticated.

    magic "TNDM" 4 │ version 1 │ opslimit u32be │ memlimit in KiB u32be │ salt 16 │ nonce 24 │ ciphertext and tag

Everything before the ciphertext is associated data. On reading, parameters below the floor are refused before any
password is tried (no downgrade), and above the ceiling too (no exhaustion of memory). A wrong password and an altered
blob end in the same WrongPassword: only the outer structure is told apart.
"""

from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from tandem.entropy import Rng
from tandem.errors import VaultDamaged, WireError, WrongPassword
from tandem.ports import PasswordKdf
from tandem.wire import Reader

MAGIC: Final = b"TNDM"
VERSION: Final = 1
OPS: Final = 3
MEMORY_KIB: Final = 64 * 1024
_FLOOR: Final = (3, 64 * 1024)
_CEILING: Final = (16, 1024 * 1024)
_SALT, _NONCE, _TAG = 16, 24, 16


async def seal_vault(password: bytes, plain: bytes, *, rng: Rng, kdf: PasswordKdf) -> bytes:
    """`plain` sealed under `password` (UTF-8 bytes). Takes 64 MiB while the key is derived. Raises KdfFault."""
    salt, nonce = rng(_SALT), rng(_NONCE)
    head = MAGIC + bytes([VERSION]) + OPS.to_bytes(4, "big") + MEMORY_KIB.to_bytes(4, "big") + salt + nonce
    key = await kdf.derive(password, salt, passes=OPS, memory_kib=MEMORY_KIB)
    return head + crypto_aead_xchacha20poly1305_ietf_encrypt(plain, head, nonce, key)


async def open_vault(password: bytes, blob: bytes, *, kdf: PasswordKdf) -> bytes:
    """What was sealed. Raises VaultDamaged for a broken structure, WrongPassword when it does not authenticate, and
    KdfFault when that could not be tried."""
    reader = Reader(blob)
    try:
        magic, version = reader.take(4), reader.u8()
        ops, memory_kib = reader.u32be(), reader.u32be()
        salt, nonce = reader.take(_SALT), reader.take(_NONCE)
    except WireError as broken:
        raise VaultDamaged("truncated") from broken
    if magic != MAGIC or version != VERSION or reader.left() < _TAG:
        raise VaultDamaged("not a sealed vault of this version")
    if not (_FLOOR[0] <= ops <= _CEILING[0] and _FLOOR[1] <= memory_kib <= _CEILING[1]):
        raise VaultDamaged("key-derivation parameters out of bounds")
    head = blob[: len(blob) - reader.left()]
    key = await kdf.derive(password, salt, passes=ops, memory_kib=memory_kib)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(blob[len(head) :], head, nonce, key)
    except CryptoError as refused:
        raise WrongPassword from refused
