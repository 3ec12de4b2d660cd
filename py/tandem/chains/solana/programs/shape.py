"""Exact shapes: which accounts an instruction names and what it may do to them, and fixed-size integers."""

from tandem.chains.solana.programs.meaning import Account


def keys(accounts: tuple[Account, ...], *needs: str) -> list[bytes]:
    """The addresses, when there are exactly as many as `needs` and each has what it needs; else an empty list.

    A need is "s" (must sign), "w" (must be writable), both or nothing. An account from a lookup table never fits: which
    one it is cannot be told.
    """
    found: list[bytes] = []
    if len(accounts) != len(needs):
        return []
    for account, need in zip(accounts, needs, strict=True):
        if not isinstance(account.key, bytes):
            return []
        if ("s" in need and not account.signer) or ("w" in need and not account.writable):
            return []
        found.append(account.key)
    return found


def authorized(accounts: tuple[Account, ...], *needs: str) -> list[bytes]:
    """As `keys`, with an authority after them: a signer, or a multisig account followed by signers only."""
    count = len(needs) + 1
    if len(accounts) < count:
        return []
    authority, signers = accounts[len(needs)], accounts[count:]
    if bool(signers) is authority.signer or not all(signer.signer for signer in signers):
        return []
    return keys(accounts[:count], *needs, "")


def u64(data: bytes) -> int:
    """The first eight bytes, little-endian."""
    return int.from_bytes(data[:8], "little")


def u32(data: bytes) -> int:
    """The first four bytes, little-endian."""
    return int.from_bytes(data[:4], "little")
