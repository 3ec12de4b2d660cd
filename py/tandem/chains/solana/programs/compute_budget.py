"""The Compute Budget program: what a transaction may use and pays for it. Source: ComputeBudgetInstruction (borsh)."""

from typing import Final

from tandem.chains.solana.address import parse
from tandem.chains.solana.programs.meaning import Account, ComputeLimit, ComputeMemory, ComputePrice, Meaning
from tandem.chains.solana.programs.shape import u32, u64

PROGRAM: Final = parse("ComputeBudget111111111111111111111111111111")
_HEAP, _LIMIT, _PRICE, _LOADED = 1, 2, 3, 4


def decode(accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    """The meaning, or None for any other instruction or shape."""
    if accounts or len(data) not in (5, 9):
        return None
    tag, rest = data[0], data[1:]
    if len(rest) == 8:
        return ComputePrice(u64(rest)) if tag == _PRICE else None
    if tag == _LIMIT:
        return ComputeLimit(u32(rest))
    what = {_HEAP: "heap", _LOADED: "loaded_accounts"}.get(tag)
    return ComputeMemory(what, u32(rest)) if what else None


def limit(units: int) -> bytes:
    """Data that sets the most compute units."""
    return bytes([_LIMIT]) + units.to_bytes(4, "little")


def price(micro_lamports: int) -> bytes:
    """Data that sets the price of a compute unit."""
    return bytes([_PRICE]) + micro_lamports.to_bytes(8, "little")
