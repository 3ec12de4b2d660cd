"""Sign In With Solana: the text of solana:signIn. Source: Wallet Standard's createSignInMessageText (after EIP-4361).

Stricter than the reference in one point: no field may hold a line break, which could pass for the next field.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from tandem.chains.solana import address as addresses
from tandem.errors import WireError

_HEAD: Final = " wants you to sign in with your Solana account:"
_LABELS: Final = {
    "uri": "URI",
    "version": "Version",
    "chain_id": "Chain ID",
    "nonce": "Nonce",
    "issued_at": "Issued At",
    "expiration_time": "Expiration Time",
    "not_before": "Not Before",
    "request_id": "Request ID",
}
MAX_FIELD: Final = 2048
MAX_RESOURCES: Final = 32
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_CHAINS: Final = frozenset(("mainnet", "testnet", "devnet", "localnet"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """The standard's fields; times are ISO 8601 text, `resources` None where there is no such section."""

    domain: str
    address: bytes
    statement: str | None = None
    uri: str | None = None
    version: str | None = None
    chain_id: str | None = None
    nonce: str | None = None
    issued_at: str | None = None
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        fields = [self.domain, self.statement, *(getattr(self, name) for name in _LABELS), *(self.resources or ())]
        for value in fields:
            if value is not None and not (0 < len(value) <= MAX_FIELD and value.isprintable()):
                raise WireError("a field of the sign-in is empty, too long or not one line of text")
        if len(self.address) != addresses.SIZE or len(self.resources or ()) > MAX_RESOURCES or _HEAD in self.domain:
            raise WireError("sign-in")
        if self.statement is not None and _is_field(self.statement):
            raise WireError("the statement of the sign-in looks like one of its fields")
        if self.version not in (None, "1"):
            raise WireError("version of the sign-in")
        for time in (self.issued_at, self.expiration_time, self.not_before):
            if time is not None and not _TIME.fullmatch(time):
                raise WireError("time of the sign-in")

    def text(self) -> str:
        """The text that is signed."""
        lines = [self.domain + _HEAD, addresses.text(self.address)]
        if self.statement is not None:
            lines += ["", self.statement]
        fields = [f"{label}: {value}" for name, label in _LABELS.items() if (value := getattr(self, name)) is not None]
        if self.resources is not None:
            fields += ["Resources:", *(f"- {resource}" for resource in self.resources)]
        return "\n".join([*lines, *(["", *fields] if fields else [])])

    def content(self) -> bytes:
        """The bytes that are signed."""
        return self.text().encode("utf-8")


def parse(text: str) -> SignIn:
    """The fields of a sign-in text, only if writing them gives `text` again. Raises WireError."""
    lines = text.split("\n")
    if len(lines) < 2:
        raise WireError("no sign-in")
    found = SignIn(lines[0].removesuffix(_HEAD), addresses.parse(lines[1]))
    rest = lines[2:]
    if rest[:1] == [""] and len(rest) > 1 and not _is_field(rest[1]):
        found, rest = replace(found, statement=rest[1]), rest[2:]
    values: dict[str, str] = {}
    resources: tuple[str, ...] | None = None
    for place, line in enumerate(rest[1:], start=2):
        if line == "Resources:":
            resources = tuple(each.removeprefix("- ") for each in rest[place:])
            break
        label, _, value = line.partition(": ")
        values |= {name: value for name, known in _LABELS.items() if known == label}
    found = SignIn(found.domain, found.address, found.statement, **values, resources=resources)
    if found.text() != text:
        raise WireError("not the standard's text")
    return found


def _is_field(line: str) -> bool:
    return line == "Resources:" or line.partition(": ")[0] in _LABELS.values()


def require(wish: SignIn, *, domain: str, account: bytes, now: str | None = None) -> None:
    """What the wallet insists on: its own account, and the domain (host and port) of the page that asks.

    `now` (ISO 8601 in UTC, seconds) is compared with the times where given. Raises WireError.
    """
    if wish.domain != domain:
        raise WireError("the sign-in is for another domain")
    if wish.address != account:
        raise WireError("the sign-in is for another account")
    if wish.uri is not None and not _is_at(wish.uri, domain):
        raise WireError("the sign-in's URI is of another domain")
    if wish.chain_id is not None and wish.chain_id.removeprefix("solana:") not in _CHAINS:
        raise WireError("the sign-in is for another chain")
    if now is not None:
        for time, late in ((wish.expiration_time, True), (wish.not_before, False)):
            if time is not None and time[-1] in "Zz" and (time[:19] < now[:19]) is late:
                raise WireError("the sign-in is out of date")


def _is_at(uri: str, domain: str) -> bool:
    match = re.fullmatch(r"https?://([^/?#@\\]+)([/?#].*)?", uri)
    return match is not None and match[1] == domain
