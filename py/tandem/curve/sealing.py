"""X25519 (RFC 7748) with HChaCha20 and ChaCha20-Poly1305 (RFC 8439), what private messages are sealed with
(spec/dkls23-wire.md §5.3), and NaCl's crypto_box, what EdDSA key shares are dealt in (spec/schnorr-wire.md §6)."""

from Crypto.Cipher.ChaCha20 import _HChaCha20
from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_decrypt,
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_box_beforenm,
    crypto_box_easy_afternm,
    crypto_box_open_easy_afternm,
    crypto_scalarmult,
    crypto_scalarmult_base,
)
from nacl.exceptions import CryptoError

from tandem.errors import WireError

TAG = 16
NONCE = 12
BOX_NONCE = 24


def public_key(secret: bytes) -> bytes:
    """The 32-byte X25519 public key."""
    return bytes(crypto_scalarmult_base(secret))


def agree(secret: bytes, peer: bytes) -> bytes:
    """HChaCha20 over the X25519 result, nonce zero. Raises WireError when the peer's key has low order."""
    try:  # libsodium refuses a result of all zeros
        shared = crypto_scalarmult(secret, peer)
    except CryptoError as refused:
        raise WireError("low-order X25519 key") from refused
    return bytes(_HChaCha20(shared, bytes(16)))


def seal(key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
    """Ciphertext || 16-byte tag."""
    return bytes(crypto_aead_chacha20poly1305_ietf_encrypt(plain, associated, nonce, key))


def unseal(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
    """The plain text, or None when the tag does not fit."""
    try:
        return bytes(crypto_aead_chacha20poly1305_ietf_decrypt(sealed, associated, nonce, key))
    except CryptoError:
        return None


def box_key(secret: bytes, peer: bytes) -> bytes:
    """The key that `secret`'s and `peer`'s owners box with. Raises WireError when the peer's key has low order."""
    try:
        return bytes(crypto_box_beforenm(peer, secret))
    except CryptoError as refused:
        raise WireError("low-order X25519 key") from refused


def box(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    """16-byte tag || ciphertext (XSalsa20-Poly1305); the nonce has 24 bytes."""
    return bytes(crypto_box_easy_afternm(plain, nonce, key))


def unbox(key: bytes, nonce: bytes, boxed: bytes) -> bytes | None:
    """The plain text, or None when the tag does not fit."""
    try:
        return bytes(crypto_box_open_easy_afternm(boxed, nonce, key))
    except CryptoError:
        return None
