"""The Memo programs, old and new: text for everyone to read, confirmed by signers."""

from typing import Final

from tandem.chains.reading import readable
from tandem.chains.solana.address import parse
from tandem.chains.solana.programs.meaning import Account, Meaning, Memo

PROGRAMS: Final = (
    parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"),
    parse("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo"),
)


def decode(accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    """The text, or None when it is none or an account does not sign."""
    text = readable(data)
    if text is None or not all(account.signer for account in accounts):
        return None
    return Memo(text, tuple(account.key for account in accounts if isinstance(account.key, bytes)))
