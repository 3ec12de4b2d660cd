"""Solana addresses: 32 bytes, shown in base58. An account's is its Ed25519 key; a program's derived one is no key."""

from hashlib import sha256
from typing import Final

from tandem.chains.solana import base58
from tandem.errors import WireError
from tandem.wire import exact

SIZE: Final = 32
MAX_SEED: Final = 32
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P


def from_public_key(public_key: bytes) -> bytes:
    """The address of a 32-byte Ed25519 key: the key itself. Raises WireError when it is no point of the curve."""
    if not is_on_curve(exact(public_key, SIZE, "Ed25519 key")):
        raise WireError("not an Ed25519 key")
    return public_key


def text(address: bytes) -> str:
    """Base58 of a 32-byte address."""
    return base58.encode(address)


def of_key(public_key: bytes) -> str:
    """The written address of a 32-byte Ed25519 key. Raises WireError when it is none."""
    return text(from_public_key(public_key))


def parse(written: str) -> bytes:
    """32 bytes of a written address, on the curve or not. Raises WireError."""
    return exact(base58.decode(written), SIZE, "address")


def is_on_curve(data: bytes) -> bool:
    """Whether the runtime takes 32 public bytes for a curve point (so they cannot be a derived address).

    As curve25519-dalek decompresses: the y coordinate is taken mod p, points of small order count, and so does a sign
    bit on x = 0. libsodium's check of a key is stricter and would give other derived addresses.
    """
    y = int.from_bytes(data, "little") & ((1 << 255) - 1)
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P  # x² = u/v, and u·v is a square exactly when u/v is
    return u == 0 or pow(u * v, (_P - 1) // 2, _P) == 1


def derived(seeds: tuple[bytes, ...], program: bytes) -> bytes:
    """The program-derived address with the highest bump (find_program_address of the Solana SDK)."""
    if len(seeds) > 15 or any(len(seed) > MAX_SEED for seed in seeds):
        raise WireError("seeds of a derived address")
    for bump in range(255, -1, -1):
        found = sha256(b"".join(seeds) + bytes([bump]) + program + b"ProgramDerivedAddress").digest()
        if not is_on_curve(found):
            return found
    raise WireError("no derived address")
