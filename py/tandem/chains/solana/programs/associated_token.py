"""Associated token accounts: the one account of an owner for a mint, at a derived address."""

from typing import Final

from tandem.chains.solana.address import derived, parse
from tandem.chains.solana.programs import system, token
from tandem.chains.solana.programs.meaning import Account, AssociatedAccount, Meaning
from tandem.chains.solana.programs.shape import keys

PROGRAM: Final = parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
RENT: Final = parse("SysvarRent111111111111111111111111111111111")


def address(owner: bytes, mint: bytes, program: bytes = token.TOKEN) -> bytes:
    """Where `owner`'s tokens of `mint` are kept; `program` is the token program of the mint."""
    return derived((owner, program, mint), PROGRAM)


def decode(accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    """Create and CreateIdempotent at the right address, or None. Old callers name the rent sysvar too."""
    if data not in (b"", b"\0", b"\1"):
        return None
    if len(accounts) == 7 and accounts[6].key == RENT:
        accounts = accounts[:6]
    match keys(accounts, "sw", "w", "", "", "", ""):
        case [payer, account, owner, mint, builtin, program]:
            if builtin != system.PROGRAM or program not in (token.TOKEN, token.TOKEN_2022):
                return None
            if address(owner, mint, program) == account:
                return AssociatedAccount(program, payer, account, owner, mint, data == b"\1")
    return None
