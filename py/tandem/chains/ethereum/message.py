"""personal_sign (EIP-191, version 0x45)."""

from tandem.chains.ethereum.address import from_public_key
from tandem.curve.keccak import keccak256
from tandem.curve.secp256k1 import recover
from tandem.errors import WireError

_PREFIX = b"\x19Ethereum Signed Message:\n"


def prefixed(message: bytes) -> bytes:
    """The message with its EIP-191 prefix, which is what Vultisig's payload carries (relay spec §6.3)."""
    return _PREFIX + str(len(message)).encode("ascii") + message


def digest(message: bytes) -> bytes:
    """The 32 bytes that are signed."""
    return keccak256(prefixed(message))


def unprefixed(data: bytes) -> bytes | None:
    """The message inside `data`, or None when the prefix is missing or its length is not the message's."""
    if not data.startswith(_PREFIX):
        return None
    rest = data[len(_PREFIX) :]
    for digits in range(1, 8):
        if rest[:digits] == str(len(rest) - digits).encode("ascii"):
            return rest[digits:]
    return None


def recovered(message: bytes, signature: bytes) -> bytes:
    """The 20-byte address that made a personal_sign signature (65 bytes). Raises WireError when there is none."""
    r, s, v = signature[:32], signature[32:64], signature[64]
    if v not in (0, 1, 27, 28):
        raise WireError("recovery byte")
    return from_public_key(recover(digest(message), r, s, v % 27))


def signature_bytes(r: bytes, s: bytes, recovery_id: int) -> bytes:
    """r ‖ s ‖ v with v 27 or 28, as personal_sign returns it."""
    return r + s + bytes([27 + (recovery_id & 1)])
