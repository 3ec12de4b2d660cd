"""Contract calls a person can be told the meaning of: ERC-20 transfer and approve (EIP-20), by exact shape only.

Everything else is not understood, and says so; a call with one stray bit is not understood either.
"""

from dataclasses import dataclass
from typing import Final

UNLIMITED: Final = (1 << 255) - 1  # from here on up, nobody means a number

_TRANSFER: Final = bytes.fromhex("a9059cbb")  # transfer(address,uint256)
_APPROVE: Final = bytes.fromhex("095ea7b3")  # approve(address,uint256)


@dataclass(frozen=True, slots=True)
class TokenTransfer:
    """`amount` base units of the called token go to `recipient` (20 bytes)."""

    recipient: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class TokenApproval:
    """`spender` (20 bytes) may take up to `amount` base units of the called token."""

    spender: bytes
    amount: int

    @property
    def unlimited(self) -> bool:
        return self.amount >= UNLIMITED


def transfer_call(recipient: bytes, amount: int) -> bytes:
    """Calldata of transfer(recipient, amount)."""
    return _TRANSFER + bytes(12) + recipient + amount.to_bytes(32, "big")


def approve_call(spender: bytes, amount: int) -> bytes:
    """Calldata of approve(spender, amount)."""
    return _APPROVE + bytes(12) + spender + amount.to_bytes(32, "big")


def decode(data: bytes) -> TokenTransfer | TokenApproval | None:
    """The call's meaning, or None when it is not understood."""
    if len(data) != 68 or any(data[4:16]):
        return None
    who, amount = data[16:36], int.from_bytes(data[36:68], "big")
    if data[:4] == _TRANSFER:
        return TokenTransfer(who, amount)
    if data[:4] == _APPROVE:
        return TokenApproval(who, amount)
    return None
