"""Pairing links and QR texts: `https://vultisig.com?type=…&jsonData=base64(xz(protobuf))` (relay-and-sessions §3).

What a link says comes from outside: every parser here is bounded and raises WireError and nothing else.
"""

import lzma
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar
from urllib.parse import quote, unquote, urlsplit

from google.protobuf.message import DecodeError, Message

from tandem.errors import WireError
from tandem.proto.keygen_pb2 import KeygenMessage, ReshareMessage
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.relay.client import PUBLIC_RELAY
from tandem.relay.envelope import KEY_SIZE
from tandem.relay.other_links import refuse_other
from tandem.wire import base64_text, unbase64, unhex

MAX_LINK = 2048  # characters; above it the payload moves to the relay
MAX_READ = 1 << 16  # characters of a link we look at
MAX_PACKED = 1 << 20  # base64 characters of an offloaded payload
MAX_PLAIN = 1 << 20  # bytes it may unpack to
MAX_CHAINS = 64  # of a key import; the apps know about forty
_DICTIONARY = 32 << 20  # bytes of memory for unpacking: preset 6, which the apps use, needs 9 MiB
_NAME = 256

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class _Making:
    """To make a vault. `key` is the session's secret; `server_url` a relay other than the public one."""

    link: str
    message: KeygenMessage
    server_url: str | None = None

    @property
    def session_id(self) -> str:
        return self.message.session_id

    @property
    def key(self) -> bytes:
        return unhex(self.message.encryption_key_hex, size=KEY_SIZE)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vault={self.message.vault_name!r})"


class KeygenInvitation(_Making):
    """To make a vault of new keys together."""

    __slots__ = ()


class KeyImportInvitation(_Making):
    """To make a vault together of keys that the host brings, from a seed phrase: roots and one for each of `chains`."""

    __slots__ = ()

    @property
    def chains(self) -> tuple[str, ...]:
        """Vultisig's names, in the order of the ceremony."""
        return tuple(self.message.chains)

    @property
    def chain_code(self) -> bytes:
        return unhex(self.message.hex_chain_code, size=32)


@dataclass(frozen=True, slots=True)
class KeysignInvitation:
    """To sign together. `payload` is None while it lies offloaded on the relay under `payload_id`."""

    link: str
    message: KeysignMessage
    vault_public_key: str
    payload: KeysignPayload | CustomMessagePayload | None
    server_url: str | None = None

    @property
    def session_id(self) -> str:
        return self.message.session_id

    @property
    def key(self) -> bytes:
        return unhex(self.message.encryption_key_hex, size=KEY_SIZE)

    @property
    def payload_id(self) -> str | None:
        """Where the payload is, when the link does not carry it."""
        return self.message.custom_payload_id or self.message.payload_id or None

    @property
    def initiator(self) -> str:
        """The party id of who invites, empty where the inviting app leaves it out."""
        return self.payload.vault_local_party_id if self.payload is not None else ""

    def with_payload(self, text: str) -> "KeysignInvitation":
        """Complete it with the offloaded text. Raises WireError when that is no payload of this vault."""
        data = unpack(text)
        payload: KeysignPayload | CustomMessagePayload
        if self.message.custom_payload_id:
            payload = parse_message(data, CustomMessagePayload)
        else:
            payload = parse_message(data, KeysignPayload)
        _require_vault(payload.vault_public_key_ecdsa, self.vault_public_key)
        return replace(self, payload=payload)

    def __repr__(self) -> str:
        return f"KeysignInvitation(vault={self.vault_public_key[:16]!r}…)"


@dataclass(frozen=True, slots=True)
class _Changing:
    """To change a vault. `public_key` is its root ECDSA key, 33 bytes."""

    link: str
    message: ReshareMessage
    server_url: str | None = None

    @property
    def session_id(self) -> str:
        return self.message.session_id

    @property
    def key(self) -> bytes:
        return unhex(self.message.encryption_key_hex, size=KEY_SIZE)

    @property
    def public_key(self) -> bytes:
        return unhex(self.message.public_key_ecdsa, size=33)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vault={self.message.vault_name!r})"


class ReshareInvitation(_Changing):
    """To pass a vault's keys on to other devices: the roots, and of an imported vault one for each of `chains`."""

    __slots__ = ()

    @property
    def chains(self) -> tuple[str, ...]:
        """Vultisig's names, in the order of the ceremony."""
        return tuple(self.message.chains)

    @property
    def chain_code(self) -> bytes:
        return unhex(self.message.hex_chain_code, size=32)


class MigrateInvitation(_Changing):
    """To make DKLS shares of a GG20 vault's, with all its devices and no other."""

    __slots__ = ()


Invitation: TypeAlias = (
    KeygenInvitation | KeysignInvitation | ReshareInvitation | KeyImportInvitation | MigrateInvitation
)


def pack(data: bytes) -> str:
    """base64(xz(data)): one stream, CRC32, which is what every app of the family reads."""
    return base64_text(lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=6))


def unpack(text: str) -> bytes:
    """The reverse of `pack`, bounded in input, output and memory."""
    if len(text) > MAX_PACKED:
        raise WireError("packed text too long")
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_DICTIONARY)
    try:
        plain = unpacker.decompress(unbase64(text), max_length=MAX_PLAIN)
    except (lzma.LZMAError, EOFError) as broken:
        raise WireError("not xz") from broken
    if not unpacker.eof:
        raise WireError("xz is cut off or unpacks to too much")
    if unpacker.unused_data:
        raise WireError("bytes after the xz stream")
    return plain


def parse_message(data: bytes, kind: type[M]) -> M:
    """A protobuf message; unknown fields are kept."""
    try:
        return kind.FromString(data)
    except (DecodeError, UnicodeDecodeError, RecursionError) as broken:  # the second from the Python runtime (Pyodide)
        raise WireError(f"no {kind.__name__}") from broken


def keygen_link(message: KeygenMessage, *, relay_url: str = PUBLIC_RELAY) -> str:
    """The link that invites to a key generation. Raw base64: some readers decode no percent-escapes."""
    return _new_vault_link("Keygen", message, relay_url)


def key_import_link(message: KeygenMessage, *, relay_url: str = PUBLIC_RELAY) -> str:
    """The link that invites to a key import."""
    return _new_vault_link("KeyImport", message, relay_url)


def reshare_link(message: ReshareMessage, *, relay_url: str = PUBLIC_RELAY) -> str:
    """The link that invites to a reshare. Of a vault with keys of chains it is of a kind of our own: the apps know no
    such reshare, and one that passed the roots on alone would leave a vault that cannot sign (docs/interop.md)."""
    return _new_vault_link("ReshareImported" if message.chains else "Reshare", message, relay_url)


def migrate_link(message: ReshareMessage, *, relay_url: str = PUBLIC_RELAY) -> str:
    """The link that invites to a migration."""
    return _new_vault_link("Migrate", message, relay_url)


def keysign_link(vault_public_key: str, message: KeysignMessage, *, relay_url: str = PUBLIC_RELAY) -> str:
    """The link that invites to sign with the vault of this root ECDSA key (hex)."""
    start = f"https://vultisig.com?type=SignTransaction&vault={vault_public_key}"
    return f"{start}{_server(relay_url)}&jsonData={_packed(message)}"


def parse_link(text: str) -> Invitation:
    """Read a link of any of the apps. Raises WireError for anything else, and for ceremonies that are not ours yet."""
    text = text.strip()
    if len(text) > MAX_READ:
        raise WireError("link too long")
    try:
        url = urlsplit(text)
    except ValueError as broken:
        raise WireError("not a link") from broken
    refuse_other(text, url)
    if url.scheme not in ("https", "vultisig"):
        raise WireError("not a Vultisig link")
    # no form decoding: a plus sign in base64 is a plus sign, and only the first "=" separates
    query: dict[str, str] = {}
    for pair in url.query.split("&"):
        name, _, value = pair.partition("=")
        if name in query:
            raise WireError(f"{name} twice in the link")
        query[name] = unquote(value)
    data = unpack(query.get("jsonData", ""))
    server = query.get("serverUrl") or None
    kind = query.get("type", "")
    if kind == "NewVault":
        return _new_vault(text, data, query.get("tssType", ""), server)
    if kind == "SignTransaction":
        return _keysign(text, parse_message(data, KeysignMessage), query.get("vault", ""), server)
    raise WireError("a ceremony that is not supported")


def _new_vault(text: str, data: bytes, ceremony: str, server: str | None) -> Invitation:
    if ceremony in ("Keygen", "KeyImport"):
        keygen = parse_message(data, KeygenMessage)
        _require_session(keygen.session_id, keygen.encryption_key_hex)
        if ceremony == "Keygen":
            return KeygenInvitation(text, keygen, server)
        _require_chains(keygen.chains)
        unhex(keygen.hex_chain_code, size=32)
        return KeyImportInvitation(text, keygen, server)
    if ceremony in ("Reshare", "ReshareImported", "Migrate"):
        reshare = parse_message(data, ReshareMessage)
        _require_session(reshare.session_id, reshare.encryption_key_hex)
        unhex(reshare.public_key_ecdsa, size=33)
        if ceremony == "Migrate":
            return MigrateInvitation(text, reshare, server)
        if (ceremony == "ReshareImported") != bool(reshare.chains):
            raise WireError("chains")
        if reshare.chains:
            _require_chains(reshare.chains)
            unhex(reshare.hex_chain_code, size=32)
        return ReshareInvitation(text, reshare, server)
    raise WireError("a ceremony that is not supported")


def _require_chains(chains: Sequence[str]) -> None:
    """Each is the name of a place on the relay, and of a ceremony of its own."""
    if len(chains) > MAX_CHAINS or len(set(chains)) != len(chains):
        raise WireError("chains")
    for name in chains:
        if not 0 < len(name) <= _NAME or not all(c.isascii() and (c.isalnum() or c == "-") for c in name):
            raise WireError("the name of a chain")


def _keysign(text: str, message: KeysignMessage, vault: str, server: str | None) -> KeysignInvitation:
    _require_session(message.session_id, message.encryption_key_hex)
    payload: KeysignPayload | CustomMessagePayload | None = None
    if message.HasField("custom_message_payload"):
        payload = message.custom_message_payload
    if message.HasField("keysign_payload"):
        if payload is not None:
            raise WireError("two payloads")
        payload = message.keysign_payload
    if payload is None and not (message.payload_id or message.custom_payload_id):
        raise WireError("nothing to sign")
    if payload is not None:
        vault = vault or payload.vault_public_key_ecdsa
        _require_vault(payload.vault_public_key_ecdsa, vault)
    unhex(vault, size=33)
    return KeysignInvitation(text, message, vault.lower(), payload, server)


def _require_vault(inside: str, outside: str) -> None:
    if inside and inside.lower() != outside.lower():
        raise WireError("link and payload name two vaults")


def _require_session(session_id: str, key: str) -> None:
    if not 0 < len(session_id) <= _NAME or not all(c.isascii() and (c.isalnum() or c == "-") for c in session_id):
        raise WireError("no session id")
    unhex(key, size=KEY_SIZE)


def _new_vault_link(ceremony: str, message: Message, relay_url: str) -> str:
    return f"https://vultisig.com?type=NewVault&tssType={ceremony}{_server(relay_url)}&jsonData={_packed(message)}"


def _packed(message: Message) -> str:
    return pack(message.SerializeToString(deterministic=True))


def _server(relay_url: str) -> str:
    return "" if relay_url.rstrip("/") == PUBLIC_RELAY else f"&serverUrl={quote(relay_url, safe=':/')}"
