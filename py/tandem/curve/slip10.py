"""Private keys below a seed (SLIP-10, which for secp256k1 is BIP-32): to bring keys in, which then become shared.

The sums are libsecp256k1's. HMAC takes and gives Python bytes, which nothing wipes; what is kept is kept in Secrets.
"""

import hmac
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.errors import WireError

HARDENED: Final = 1 << 31
_SEEDS: Final = {"ecdsa": b"Bitcoin seed", "eddsa": b"ed25519 seed"}
_PATH: Final = re.compile(r"m(?:/(?:0|[1-9][0-9]{0,9})'?)*", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class PrivateKey:
    """ECDSA: `key` is a scalar, big-endian. EdDSA: an Ed25519 seed (edwards.Scalar.of_seed makes its scalar)."""

    curve: Literal["ecdsa", "eddsa"]
    key: Secret = field(repr=False)
    chain_code: Secret = field(repr=False)

    def derive(self, path: str) -> "PrivateKey":
        """The key at a path like m/44'/60'/0'/0/0. Raises WireError, also for what has no key (2^-127), and for a step
        without mark where the curve has only hardened ones."""
        found = self
        for index in parse_path(path):
            found = found._child(index)
        return found

    def _child(self, index: int) -> "PrivateKey":
        number = index.to_bytes(4, "big")
        if index >= HARDENED:
            made = hmac.digest(self.chain_code.reveal(), b"\0" + self.key.reveal() + number, "sha512")
        elif self.curve == "eddsa":
            raise WireError("an Ed25519 key has only hardened children")
        else:
            public_key = bytes(base(Scalar.parse(self.key.reveal())))
            made = hmac.digest(self.chain_code.reveal(), public_key + number, "sha512")
        if self.curve == "eddsa":
            return PrivateKey(self.curve, Secret(made[:32]), Secret(made[32:]))
        child = Scalar.parse(made[:32]) + Scalar.parse(self.key.reveal())
        if child.is_zero():
            raise WireError("no key at this path")
        return PrivateKey(self.curve, Secret(child.reveal()), Secret(made[32:]))


def master(curve: Literal["ecdsa", "eddsa"], seed: Secret) -> PrivateKey:
    """The root of a seed. Raises WireError for a seed without one (2^-127)."""
    made = hmac.digest(_SEEDS[curve], seed.reveal(), "sha512")
    if curve == "ecdsa" and Scalar.parse(made[:32]).is_zero():
        raise WireError("no key of this seed")
    return PrivateKey(curve, Secret(made[:32]), Secret(made[32:]))


def parse_path(path: str) -> tuple[int, ...]:
    """Indexes of a path whose hardened steps bear a mark. Raises WireError."""
    if not _PATH.fullmatch(path):
        raise WireError("derivation path")
    steps = [(int(step.rstrip("'")), step.endswith("'")) for step in path.split("/")[1:]]
    if len(steps) > 255 or any(number >= HARDENED for number, _ in steps):
        raise WireError("derivation path out of range")
    return tuple(number + HARDENED * marked for number, marked in steps)
