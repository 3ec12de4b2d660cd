"""Texts that sign in somewhere (EIP-4361, and Solana's after it): a page may only sign in at itself.

Any text may be signed as a message, and a server takes what it can read as a sign-in: so one that names another page's
domain is a sign-in there for whoever asked, standard or not.
"""

import re
from typing import Final

_HEAD: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(\S.*) wants you to sign in with your \w+ account:", re.ASCII
)


def claimed_domain(text: str) -> str | None:
    """The domain (with its port) that the text's first line signs in at; None when it is no sign-in."""
    match = _HEAD.fullmatch(text.lstrip().split("\n", 1)[0].rstrip())
    return match[1] if match is not None else None


def domain_of(origin: str) -> str:
    """The domain that a page may have signed: host and port of its origin."""
    return origin.partition("://")[2]


def is_foreign(text: str, origin: str) -> bool:
    """Whether `text` signs in somewhere else than at `origin`."""
    domain = claimed_domain(text)
    return domain is not None and domain != domain_of(origin)
