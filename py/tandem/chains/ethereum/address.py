"""Ethereum addresses: 20 bytes, shown with the EIP-55 checksum."""

from tandem.curve.keccak import keccak256
from tandem.curve.secp256k1 import uncompressed
from tandem.errors import WireError
from tandem.wire import un0x


def from_public_key(public_key: bytes) -> bytes:
    """20-byte address of a 33-byte compressed secp256k1 key (Yellow Paper, appendix F)."""
    return keccak256(uncompressed(public_key)[1:])[12:]


def of_key(public_key: bytes) -> str:
    """The written address of a 33-byte key."""
    return checksum(from_public_key(public_key))


def checksum(address: bytes) -> str:
    """EIP-55 text of a 20-byte address."""
    digits = address.hex()
    marks = keccak256(digits.encode("ascii")).hex()
    return "0x" + "".join(d.upper() if int(m, 16) >= 8 else d for d, m in zip(digits, marks[:40], strict=True))


def parse(text: str) -> bytes:
    """20 bytes of an address in one case or with a right EIP-55 checksum; WireError otherwise."""
    address = un0x(text, size=20)
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper()) and checksum(address) != text:
        raise WireError("wrong address checksum")
    return address
