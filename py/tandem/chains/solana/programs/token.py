"""SPL Token and Token-2022: one tag byte and fixed-size fields. Source: TokenInstruction of both programs.

Token-2022's extensions (transfer hooks, confidential transfers, …) are not understood; a hook shows as extra accounts,
which no shape here has. Its fee on transfers is taken out of what arrives: what leaves is `amount` all the same.
"""

from typing import Final

from tandem.chains.solana.address import parse
from tandem.chains.solana.programs.meaning import (
    Account,
    Meaning,
    TokenAccountOpened,
    TokenApproval,
    TokenAuthority,
    TokenBurn,
    TokenClose,
    TokenMint,
    TokenRevoke,
    TokenSync,
    TokenTransfer,
)
from tandem.chains.solana.programs.shape import authorized, keys, u64

TOKEN: Final = parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022: Final = parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
WRAPPED_SOL: Final = parse("So11111111111111111111111111111111111111112")
_RENT: Final = parse("SysvarRent111111111111111111111111111111111")

_INITIALIZE, _INITIALIZE2, _INITIALIZE3 = 1, 16, 18
_TRANSFER, _APPROVE, _REVOKE, _AUTHORITY, _MINT, _BURN, _CLOSE = 3, 4, 5, 6, 7, 8, 9
_TRANSFER_CHECKED, _APPROVE_CHECKED, _MINT_CHECKED, _BURN_CHECKED, _SYNC = 12, 13, 14, 15, 17
_FEE_EXTENSION, _TRANSFER_WITH_FEE = 26, 1
OWNER, CLOSER = 2, 3  # roles of TokenAuthority over a token account; 0 and 1 are over a mint: minting, freezing


def decode(program: bytes, accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    """The meaning, or None for any other instruction or shape."""
    tag, rest = data[0] if data else -1, data[1:]
    if len(rest) == 8:
        return _plain(program, tag, accounts, u64(rest))
    if len(rest) == 9:
        return _checked(program, tag, accounts, u64(rest), rest[8])
    if not rest:
        return _bare(program, tag, accounts)
    if tag == _AUTHORITY:
        return _authority(program, accounts, rest)
    if tag in (_INITIALIZE2, _INITIALIZE3) and len(rest) == 32:
        match keys(accounts, "w", "", "") if tag == _INITIALIZE2 else [*keys(accounts, "w", ""), _RENT]:
            case [account, mint, rent] if rent == _RENT:
                return TokenAccountOpened(program, account, mint, rest)
    if (tag, rest[0], len(rest), program) == (_FEE_EXTENSION, _TRANSFER_WITH_FEE, 18, TOKEN_2022):
        return _checked(program, _TRANSFER_CHECKED, accounts, u64(rest[1:]), rest[9])
    return None


def _plain(program: bytes, tag: int, accounts: tuple[Account, ...], amount: int) -> Meaning | None:
    match tag, authorized(accounts, "w", "w" if tag != _APPROVE else ""):
        case 3, [source, destination, authority]:
            return TokenTransfer(program, source, destination, authority, amount, None, None)
        case 4, [source, delegate, authority]:
            return TokenApproval(program, source, delegate, authority, amount, None, None)
        case 7, [mint, destination, authority]:
            return TokenMint(program, destination, authority, amount, mint, None)
        case 8, [source, mint, authority]:
            return TokenBurn(program, source, authority, amount, mint, None)
    return None


def _checked(program: bytes, tag: int, accounts: tuple[Account, ...], amount: int, decimals: int) -> Meaning | None:
    if tag == _TRANSFER_CHECKED:
        match authorized(accounts, "w", "", "w"):
            case [source, mint, destination, authority]:
                return TokenTransfer(program, source, destination, authority, amount, mint, decimals)
    elif tag == _APPROVE_CHECKED:
        match authorized(accounts, "w", "", ""):
            case [source, mint, delegate, authority]:
                return TokenApproval(program, source, delegate, authority, amount, mint, decimals)
    elif tag in (_MINT_CHECKED, _BURN_CHECKED):
        match tag, authorized(accounts, "w", "w"):
            case 14, [mint, destination, authority]:
                return TokenMint(program, destination, authority, amount, mint, decimals)
            case 15, [source, mint, authority]:
                return TokenBurn(program, source, authority, amount, mint, decimals)
    return None


def _bare(program: bytes, tag: int, accounts: tuple[Account, ...]) -> Meaning | None:
    if tag == _REVOKE:
        match authorized(accounts, "w"):
            case [source, authority]:
                return TokenRevoke(program, source, authority)
    elif tag == _CLOSE:
        match authorized(accounts, "w", "w"):
            case [account, destination, authority]:
                return TokenClose(program, account, destination, authority)
    elif tag == _SYNC:
        match keys(accounts, "w"):
            case [account]:
                return TokenSync(program, account)
    elif tag == _INITIALIZE:
        match keys(accounts, "w", "", "", ""):
            case [account, mint, owner, rent] if rent == _RENT:
                return TokenAccountOpened(program, account, mint, owner)
    return None


def _authority(program: bytes, accounts: tuple[Account, ...], rest: bytes) -> Meaning | None:
    role, given, new = rest[0], rest[1:2], rest[2:]
    if role > CLOSER or (given, len(new)) not in ((b"\0", 0), (b"\1", 32)):
        return None
    match authorized(accounts, "w"):
        case [account, authority]:
            return TokenAuthority(program, account, authority, role, new or None)
    return None


def transfer_checked(amount: int, decimals: int) -> bytes:
    """Data of a transfer of `amount` base units."""
    return bytes([_TRANSFER_CHECKED]) + amount.to_bytes(8, "little") + bytes([decimals])
