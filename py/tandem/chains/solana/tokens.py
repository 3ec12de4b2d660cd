"""What is known of tokens from outside the transaction: mints and token accounts, as the chain or the payload says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tandem.chains.solana import DECIMALS
from tandem.chains.solana.address import parse, text
from tandem.chains.solana.programs.token import WRAPPED_SOL
from tandem.errors import WireError
from tandem.wire import Json

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

# Symbols stand in no account that every token has; these two are what most people hold. By cluster and mint.
_WELL_KNOWN: Final = {
    ("solana:mainnet", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v"): "USDC",
    ("solana:mainnet", "Es9vMFrzaCErmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"): "USDT",
}


def well_known(chain: str, mint: bytes) -> str | None:
    """The symbol of a mint that everybody knows."""
    return _WELL_KNOWN.get((chain, text(mint)))


def known_to_json(known: Known) -> Json:
    """For a request's record."""
    return {
        "mints": {text(mint): [told.symbol, told.decimals] for mint, told in known.mints.items()},
        "holdings": {text(at): [text(held.mint), text(held.owner)] for at, held in known.holdings.items()},
    }


def known_from_json(value: Json) -> Known:
    """The inverse. Raises WireError."""
    if value is None:
        return NOTHING
    match value:
        case {"mints": dict(mints), "holdings": dict(holdings)}:
            return Known(
                {parse(mint): _mint(told) for mint, told in mints.items()},
                {parse(at): _holding(held) for at, held in holdings.items()},
            )
    raise WireError("no tokens")


def _mint(value: Json) -> Mint:
    match value:
        case [str() | None as symbol, int(decimals)]:
            return Mint(symbol, decimals)
    raise WireError("no mint")


def _holding(value: Json) -> Holding:
    match value:
        case [str(mint), str(owner)]:
            return Holding(parse(mint), parse(owner))
    raise WireError("no holding")


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
