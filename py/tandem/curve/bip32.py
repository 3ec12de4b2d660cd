"""Unhardened child keys of a public key (BIP-32), with the offset that the shares need (spec §6.8)."""

import hmac
import re
from dataclasses import dataclass

from tandem.curve.point import G, Point
from tandem.curve.scalar import N
from tandem.errors import WireError

_PATH = re.compile(r"m(?:/(?:0|[1-9][0-9]{0,9}))*", re.ASCII)
MAX_DEPTH = 255


@dataclass(frozen=True, slots=True)
class Child:
    """A derived public key: child = parent + offset * G, offset in [0, N)."""

    public_key: bytes
    chain_code: bytes
    offset: int


def parse_path(path: str) -> tuple[int, ...]:
    """Indexes of `m/44/60/0/0/0`. Hardened steps do not exist for a shared key. Raises WireError."""
    if not _PATH.fullmatch(path):
        raise WireError("derivation path")
    indexes = tuple(int(step) for step in path.split("/")[1:])
    if len(indexes) > MAX_DEPTH or any(index >= 1 << 31 for index in indexes):
        raise WireError("derivation path out of range")
    return indexes


def child(public_key: bytes, chain_code: bytes, path: str) -> Child:
    """The key at `path` below a 33-byte key. Raises WireError, with probability 2^-127 for a path without a key."""
    point, offset = Point.parse(public_key), 0
    for index in parse_path(path):
        digest = hmac.digest(chain_code, bytes(point) + index.to_bytes(4, "big"), "sha512")
        step = int.from_bytes(digest[:32], "big")
        if step >= N:
            raise WireError("no key at this path")
        point, chain_code, offset = point + G * step, digest[32:], (offset + step) % N
    if point.is_identity:
        raise WireError("no key at this path")
    return Child(bytes(point), chain_code, offset)


def derive(public_key: bytes, chain_code: bytes, path: str) -> bytes:
    """The 33-byte child public key at `path`. Raises WireError."""
    return child(public_key, chain_code, path).public_key
