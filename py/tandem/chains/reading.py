"""What a device reads out of a keysign payload of any chain: what it shows a person, and what it signs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, Protocol, cast

from tandem.chains import FAMILIES, family_of
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload

Payload = KeysignPayload | CustomMessagePayload
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """Label and value lines, and what is signed, in the order of the payload.

    chain: Vultisig's name of it, by which an imported vault has its keys; digests: for Ed25519 the messages themselves,
    which it hashes itself; account: as the payload names it, None where it names none; origin: the page that asked, as
    the other device says, empty where it does not say.
    """

    kind: Literal["transaction", "message"]
    lines: tuple[Line, ...]
    digests: tuple[bytes, ...]
    family: str
    chain: str
    curve: Literal["ecdsa", "eddsa"]
    path: str
    chain_name: str
    account: str | None
    origin: str


class _Summary(Protocol):
    read_keysign: Callable[[Payload, str | None], Reading]


class _Address(Protocol):
    of_key: Callable[[bytes], str]


def read_keysign(payload: Payload, account: str | None = None) -> Reading:
    """The phone's reading of a payload. Raises WireError for anything it would have to guess at.

    account: of the key that would sign; known only when a first reading has said which key that is.
    """
    chain = payload.chain if isinstance(payload, CustomMessagePayload) else payload.coin.chain
    return cast(_Summary, import_module(f"{FAMILIES[family_of(chain)]}.summary")).read_keysign(payload, account)


def own_account(family: str, public_key: bytes) -> str:
    """The account of one of the vault's own keys (33 bytes ECDSA, 32 EdDSA), as a Reading writes accounts."""
    return cast(_Address, import_module(f"{FAMILIES[family]}.address")).of_key(public_key)


def readable(content: bytes) -> str | None:
    """A message as text a person can read, or None for anything with control or unassigned characters."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(letter.isprintable() or letter in "\n\r\t" for letter in text) else None
