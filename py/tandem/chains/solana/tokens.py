"""What is known of tokens from outside the transaction: mints and token accounts, as the chain or the payload says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tandem.chains.solana import DECIMALS
from tandem.chains.solana.programs.token import WRAPPED_SOL
from tandem.errors import WireError

MAX_DECIMALS: Final = 32
_ACCOUNT_SIZE, _MINT_SIZE = 165, 82


@dataclass(frozen=True, slots=True)
class Mint:
    symbol: str | None
    decimals: int


@dataclass(frozen=True, slots=True)
class Holding:
    """A token account: which token it holds and whose it is (32 bytes each)."""

    mint: bytes
    owner: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """By address. The wallet fills it from its node, the phone from the payload's coin; empty is fine."""

    mints: Mapping[bytes, Mint] = field(default_factory=dict)
    holdings: Mapping[bytes, Holding] = field(default_factory=dict)

    def mint(self, address: bytes) -> Mint | None:
        return Mint("wSOL", DECIMALS) if address == WRAPPED_SOL else self.mints.get(address)


NOTHING: Final = Known()


def holding(data: bytes) -> Holding:
    """A token account's data, of either token program: mint 32 ‖ owner 32 ‖ …, 165 bytes or more. Raises WireError."""
    if len(data) < _ACCOUNT_SIZE:
        raise WireError("no token account")
    return Holding(data[:32], data[32:64])


def decimals(data: bytes) -> int:
    """A mint's data, of either token program: the byte after authority (36) and supply (8). Raises WireError."""
    if len(data) < _MINT_SIZE or data[44] > MAX_DECIMALS:
        raise WireError("no mint")
    return data[44]
