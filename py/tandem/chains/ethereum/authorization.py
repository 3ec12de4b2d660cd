"""An account's signed word that a contract's code shall be its own (EIP-7702). A transaction of type 4 carries some, of
any accounts, its sender's or others'.

A network skips what is wrong in one without a word. Here it is refused, so that what is shown is what would happen; but
for the nonce, which only the network knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.address import checksum, from_public_key
from tandem.chains.ethereum.rlp import Item, Read, blob, encode, items, number
from tandem.curve.keccak import keccak256
from tandem.curve.secp256k1 import HALF_N, recover
from tandem.errors import WireError
from tandem.wire import Json, exact

MAGIC: Final = b"\x05"
NOBODY: Final = bytes(20)  # takes an earlier delegation back
MAX_AUTHORIZATIONS: Final = 16  # more than a person could judge


@dataclass(frozen=True, slots=True)
class Authorization:
    """chain_id: 0 is every chain; delegate: whose code, 20 bytes; nonce: the account's own; r, s: 32 bytes each."""

    chain_id: int
    delegate: bytes
    nonce: int
    y_parity: int
    r: bytes
    s: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.chain_id < 1 << 256 or not 0 <= self.nonce < (1 << 64) - 1:
            raise WireError("an authorization's chain id or nonce out of range")
        exact(self.delegate, 20, "delegate")
        if self.y_parity not in (0, 1):
            raise WireError("an authorization's parity is neither 0 nor 1")
        if int.from_bytes(self.s, "big") > HALF_N:
            raise WireError("the s of an authorization is in the upper half")
        _ = self.authority

    def digest(self) -> bytes:
        """The 32 bytes that its account signed."""
        return keccak256(MAGIC + encode([self.chain_id, self.delegate, self.nonce]))

    @property
    def authority(self) -> bytes:
        """The account that signed it, 20 bytes. Raises WireError where there is none."""
        return from_public_key(recover(self.digest(), self.r, self.s, self.y_parity))

    @property
    def takes_back(self) -> bool:
        return self.delegate == NOBODY


def require_valid(listed: tuple[Authorization, ...], chain_id: int) -> None:
    """For a transaction on `chain_id`. Raises WireError."""
    if not 0 < len(listed) <= MAX_AUTHORIZATIONS:
        raise WireError(f"one to {MAX_AUTHORIZATIONS} authorizations")
    if any(each.chain_id not in (0, chain_id) for each in listed):
        raise WireError("an authorization for another chain")


def to_items(listed: tuple[Authorization, ...]) -> Sequence[Item]:
    return [
        [
            each.chain_id,
            each.delegate,
            each.nonce,
            each.y_parity,
            int.from_bytes(each.r, "big"),
            int.from_bytes(each.s, "big"),
        ]
        for each in listed
    ]


def read(item: Read) -> tuple[Authorization, ...]:
    """Raises WireError."""
    return tuple(_read(items(each)) for each in items(item))


def _read(fields: list[Read]) -> Authorization:
    match fields:
        case [chain_id, delegate, nonce, y_parity, r, s]:
            signature = (number(r).to_bytes(32, "big"), number(s).to_bytes(32, "big"))
            return Authorization(
                number(chain_id), blob(delegate), number(nonce, bits=64), number(y_parity, bits=8), *signature
            )
    raise WireError("an authorization has six fields")


def to_json(listed: tuple[Authorization, ...]) -> Json:
    """As nodes and pages write it."""
    return [
        {
            "chainId": hex(each.chain_id),
            "address": checksum(each.delegate),
            "nonce": hex(each.nonce),
            "yParity": hex(each.y_parity),
            "r": hex(int.from_bytes(each.r, "big")),
            "s": hex(int.from_bytes(each.s, "big")),
        }
        for each in listed
    ]
