"""Ed25519 signatures (RFC 8032) by libsodium."""

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

from tandem.wire import exact

SIGNATURE = 64


def public_key(seed: bytes) -> bytes:
    """32-byte public key of a 32-byte seed."""
    public, _ = crypto_sign_seed_keypair(exact(seed, 32, "seed"))
    return bytes(public)


class SigningKey:
    """An expanded key; keep it only as long as the session."""

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        self.public, self._secret = crypto_sign_seed_keypair(exact(seed, 32, "seed"))

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return bytes(crypto_sign(message, self._secret)[:SIGNATURE])


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Strict verification; small-order keys and non-canonical encodings are refused by libsodium."""
    if len(signature) != SIGNATURE:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True
