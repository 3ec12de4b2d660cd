"""Sign-In with Ethereum (EIP-4361): the text of a personal_sign that signs in, read field by field.

Strict: a text is read only if writing its fields gives it again, so no field hides in another. What begins like a
sign-in and is none is said to be malformed; what is signed is the text, in every case.
"""

import re
from calendar import monthrange, timegm
from dataclasses import dataclass, replace
from typing import Final

from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.sign_in import claimed_domain, domain_of
from tandem.errors import WireError
from tandem.wire import Json

_HEAD: Final = " wants you to sign in with your Ethereum account:"
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
_NONCE: Final = re.compile(r"[A-Za-z0-9]{8,}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,16}", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.+)", re.ASCII)
MAX_FIELD: Final = 2048
MAX_RESOURCES: Final = 64


@dataclass(frozen=True, slots=True)
class SignIn:
    """The standard's fields. `scheme` None where the text names none; times are ISO 8601 text; `resources` None where
    there is no such section."""

    scheme: str | None
    domain: str
    address: bytes
    statement: str | None
    uri: str
    version: str
    chain_id: str
    nonce: str
    issued_at: str
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        fields = [self.domain, self.statement, *(getattr(self, name) for name in _LABELS), *(self.resources or ())]
        for value in fields:
            if value is not None and not (len(value) <= MAX_FIELD and value.isprintable()):
                raise WireError("a field of the sign-in is too long or not one line of text")
        if not self.domain or not self.uri or self.version != "1" or len(self.resources or ()) > MAX_RESOURCES:
            raise WireError("sign-in")
        if not _NONCE.fullmatch(self.nonce) or not _NUMBER.fullmatch(self.chain_id):
            raise WireError("nonce or chain id of the sign-in")
        for time in (self.issued_at, self.expiration_time, self.not_before):
            if time is not None:
                _epoch(time)

    def text(self, address: str, gap: str) -> str:
        """The text that is signed: `address` as it was written, `gap` what stands for a statement left out."""
        head = (f"{self.scheme}://" if self.scheme is not None else "") + self.domain + _HEAD
        middle = gap if self.statement is None else f"\n{self.statement}\n"
        lines = [f"{label}: {value}" for name, label in _LABELS.items() if (value := getattr(self, name)) is not None]
        if self.resources is not None:
            lines += ["Resources:", *(f"- {resource}" for resource in self.resources)]
        return "\n".join([head, address, middle, *lines])


def parse_sign_in(text: str) -> SignIn:
    """The fields, only if writing them gives `text` again. Raises WireError."""
    head, _, rest = text.partition("\n")
    written, _, rest = rest.partition("\n")
    domain = head.removesuffix(_HEAD)
    match = _SCHEME.fullmatch(domain)
    lines = rest.split("\n")
    statement = lines[1] if len(lines) > 2 and lines[0] == lines[2] == "" and lines[1] else None
    values = dict(line.partition(": ")[::2] for line in lines[3 if statement is not None else 1 :] if ": " in line)
    try:
        found = SignIn(
            match[1] if match is not None else None,
            match[2] if match is not None else domain,
            parse(written),
            statement,
            values["URI"],
            values["Version"],
            values["Chain ID"],
            values["Nonce"],
            values["Issued At"],
            values.get("Expiration Time"),
            values.get("Not Before"),
            values.get("Request ID"),
        )
    except KeyError as missing:
        raise WireError("a field of the sign-in is missing") from missing
    if "Resources:" in lines:
        listed = lines[lines.index("Resources:") + 1 :]
        found = replace(found, resources=tuple(line.removeprefix("- ") for line in listed))
    # Without a statement the standard has two empty lines; older libraries write one.
    if text not in (found.text(written, "\n"), found.text(written, "")):
        raise WireError("not the standard's text")
    return found


def wrong(sign_in: SignIn, *, origin: str, account: bytes, chain_id: int, now: float) -> tuple[str, ...]:
    """What is not as it has to be for `origin`, its account (20 bytes), its network and the time (epoch seconds):
    "domain", "scheme", "uri", "address", "chain", "expired", "early"."""
    scheme, _, domain = origin.partition("://")
    found = []
    if sign_in.domain != domain:
        found.append("domain")
    if sign_in.scheme not in (None, scheme):
        found.append("scheme")
    if not re.fullmatch(re.escape(origin) + r"([/?#].*)?", sign_in.uri):
        found.append("uri")
    if sign_in.address != account:
        found.append("address")
    if int(sign_in.chain_id) != chain_id:
        found.append("chain")
    if sign_in.expiration_time is not None and _epoch(sign_in.expiration_time) <= now:
        found.append("expired")
    if sign_in.not_before is not None and _epoch(sign_in.not_before) > now:
        found.append("early")
    return tuple(found)


def sign_in_summary(text: str, *, origin: str, account: bytes, chain_id: int, now: float) -> dict[str, Json] | None:
    """The fields of the screen with what is `wrong`; None for a text that signs in nowhere.

    A text that begins like a sign-in and is not the standard's has "malformed" there, and "domain" where it names
    another page's.
    """
    domain = claimed_domain(text)
    if domain is None:
        return None
    try:
        found = parse_sign_in(text)
    except WireError:
        foreign = ["domain"] if domain != domain_of(origin) else []
        return {"domain": domain, "wrong": [*foreign, "malformed"]}
    fields: dict[str, Json] = {name: getattr(found, name) for name in _LABELS}
    return fields | {
        "domain": found.domain,
        "address": checksum(found.address),
        "statement": found.statement,
        "resources": list(found.resources or ()),
        "wrong": list(wrong(found, origin=origin, account=account, chain_id=chain_id, now=now)),
    }


def _epoch(time: str) -> int:
    """Epoch seconds of an ISO 8601 time with its zone. Raises WireError."""
    match = _TIME.fullmatch(time)
    if match is None:
        raise WireError("time of the sign-in")
    year, month, day, hour, minute, second = (int(match[place]) for place in range(1, 7))
    if not (year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise WireError("date of the sign-in")
    if hour > 23 or minute > 59 or second > 60:
        raise WireError("time of the sign-in")
    ahead = 0 if match[7] is None else 3600 * int(match[8]) + 60 * int(match[9])
    return timegm((year, month, day, hour, minute, second)) + (ahead if match[7] == "-" else -ahead)
