"""The System program: bincode, a u32 tag and fixed-size fields. Source: SystemInstruction of the Solana SDK."""

from typing import Final

from tandem.chains.solana.address import parse
from tandem.chains.solana.programs.meaning import Account, AdvanceNonce, Assign, Meaning, NewAccount, SolTransfer
from tandem.chains.solana.programs.shape import keys, u64

PROGRAM: Final = bytes(32)
_BLOCKHASHES: Final = parse("SysvarRecentB1ockHashes11111111111111111111")
_CREATE, _ASSIGN, _TRANSFER, _ADVANCE = (tag.to_bytes(4, "little") for tag in (0, 1, 2, 4))


def decode(accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    """The meaning, or None for any other instruction or shape."""
    tag, rest = data[:4], data[4:]
    if tag == _TRANSFER and len(rest) == 8:
        match keys(accounts, "sw", "w"):
            case [source, recipient]:
                return SolTransfer(source, recipient, u64(rest))
    if tag == _CREATE and len(rest) == 48:
        match keys(accounts, "sw", "sw"):
            case [funder, account]:
                return NewAccount(funder, account, u64(rest), u64(rest[8:]), rest[16:])
    if tag == _ASSIGN and len(rest) == 32:
        match keys(accounts, "sw"):
            case [account]:
                return Assign(account, rest)
    if tag == _ADVANCE and not rest:
        match keys(accounts, "w", "", "s"):
            case [nonce, sysvar, authority] if sysvar == _BLOCKHASHES:
                return AdvanceNonce(nonce, authority)
    return None


def transfer(amount: int) -> bytes:
    """Data of a transfer of `amount` lamports."""
    return _TRANSFER + amount.to_bytes(8, "little")
