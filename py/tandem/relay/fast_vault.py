"""The client of VultiServer, which holds one share of a fast vault and signs for a password (relay-and-sessions §8).

What it is asked it queues: 200 says only that it will join the session on the relay, as a device named `Server-…`.

It sees the password of its share, for as long as it signs; its share is stored under that password, and mailed to the
person. It signs whatever the password's owner asks: nobody there looks at a transaction. From its published code:

- a session id is used up by the first request that names it, also by one with a wrong password; whatever comes under it
  later is answered 200 and ignored. Nothing is asked twice here: a new attempt needs a new session.
- a wrong password and trouble of its own are both 500. `sign` and `read` ask once more to tell them apart; where the
  vault is there and the share does not open, the password is held to be wrong, as the apps do.
- a request to sign has one key and one path for all its messages.

ML-DSA, which it also offers, is nothing this wallet makes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from tandem.errors import BadRequest, RelayFault, ServiceFault, TooMany, VaultFault, WireError, WrongPassword
from tandem.mpc.setup import Curve
from tandem.ports import Http, HttpRequest, HttpResponse
from tandem.relay.pairing import (
    Invitation,
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
)
from tandem.wire import Json, base64_text, json_text, parse_json, unhex

VAULT_SERVER: Final = "https://api.vultisig.com/vault"
PREFIX: Final = "Server-"  # of its party ids; by it every app of the family knows a fast vault
MAX_BODY: Final = 2 << 20  # what it takes at once
_MAX_ANSWER: Final = 1 << 16
_MAX_TEXT: Final = 1024
_DKLS, _KEYIMPORT = 1, 2
_PROTOCOLS: Final[list[Json]] = ["ecdsa", "eddsa"]  # of batched ceremonies
_REFUSED: Final = (400, 401, 403, 404, 500)  # what the server itself says; other 5xx are a proxy's


@dataclass(frozen=True, slots=True)
class ServerShare:
    """The server's part in a vault: its party id, the password of its share, and where it mails share and codes."""

    party: str
    password: str = field(repr=False)
    email: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.party.startswith(PREFIX) or not self.party[len(PREFIX) :].isalnum() or not self.party.isascii():
            raise BadRequest("no party id of a server")
        require_password(self.password)
        _require_email(self.email)


@dataclass(frozen=True, slots=True)
class ServerVault:
    """What the server tells of a vault to who knows the password; never the share."""

    name: str
    public_key: bytes
    eddsa_public_key: bytes
    chain_code: bytes = field(repr=False)
    party: str


class VaultServer:
    """One server. Every call raises ServiceFault when it cannot be reached, refuses, or answers outside its protocol,
    and TooMany when it wants to be asked later. No error holds a password, an address or a byte of an answer."""

    def __init__(self, http: Http, base_url: str = VAULT_SERVER, *, timeout: float = 20) -> None:
        """`timeout`: seconds for one call. Raises BadRequest for an address that a password may not be sent to: not
        https, and not this machine."""
        self.base_url = require_service_url(base_url)
        self._http = http
        self._timeout = timeout

    async def create(self, invitation: KeygenInvitation, share: ServerShare) -> None:
        """Have the server join a key generation, whose session has to be there already."""
        message = invitation.message
        body = _common(invitation, share) | {"name": message.vault_name, "hex_chain_code": message.hex_chain_code}
        if message.is_tss_batch:
            await self._ask("batch/keygen", body | {"protocols": _PROTOCOLS})
        else:
            await self._ask("create", body | {"lib_type": _DKLS})

    async def import_keys(self, invitation: KeyImportInvitation, share: ServerShare) -> None:
        """Have the server take its share of the keys of a seed phrase, of the invitation's chains."""
        message = invitation.message
        chains: list[Json] = list(message.chains)
        body = _common(invitation, share) | {"name": message.vault_name, "lib_type": _KEYIMPORT, "chains": chains}
        if message.is_tss_batch:
            await self._ask("batch/import", body | {"protocols": _PROTOCOLS})
        else:
            await self._ask("import", body | {"hex_chain_code": message.hex_chain_code})

    async def reshare(self, invitation: ReshareInvitation, share: ServerShare) -> None:
        """Have the server join a reshare, with the share it holds or as a new device."""
        message = invitation.message
        old_parties: list[Json] = list(message.old_parties)
        body = _common(invitation, share) | {
            "name": message.vault_name,
            "public_key": message.public_key_ecdsa,
            "hex_chain_code": message.hex_chain_code,
            "old_parties": old_parties,
            "old_reshare_prefix": message.old_reshare_prefix,
            "lib_type": message.lib_type,
        }
        if message.is_tss_batch:
            await self._ask("batch/reshare", body | {"protocols": _PROTOCOLS})
        else:
            await self._ask("reshare", body)

    async def migrate(self, invitation: MigrateInvitation, share: ServerShare) -> None:
        """Have the server join the migration of a GG20 vault, under the party id that it has in that vault."""
        body = _common(invitation, share) | {"public_key": invitation.message.public_key_ecdsa}
        del body["local_party_id"]
        await self._ask("migrate", body)

    async def sign(
        self,
        invitation: KeysignInvitation,
        *,
        messages: Sequence[bytes],
        path: str,
        curve: Curve,
        chain: str,
        password: str,
    ) -> None:
        """Have the server sign `messages`, all with one key. `path` is ours, without hardened steps; `chain` is
        Vultisig's name. We have to be in the session already. Raises WrongPassword, VaultFault when it has no share."""
        public_key = invitation.vault_public_key
        digests: list[Json] = [*sorted(message.hex() for message in messages)]
        body: dict[str, Json] = {
            "public_key": public_key,
            "messages": digests,
            "session": invitation.session_id,
            "hex_encryption_key": invitation.key.hex(),
            "derive_path": hardened(path),
            "is_ecdsa": curve == "ecdsa",
            "vault_password": require_password(password),
            "chain": chain,
        }
        answer = await self._send("sign", "POST", "/sign", body)
        if answer.status in _REFUSED:
            await self.read(public_key, password)
        require_ok(answer, "sign")

    async def read(self, public_key: str, password: str) -> ServerVault:
        """The vault as the server knows it: the way to check a password that spends no session. Raises WrongPassword,
        and VaultFault when it has no share of the vault."""
        headers = {"x-password": base64_text(require_password(password).encode("utf-8"))}
        answer = await self._send("get", "GET", f"/get/{_key(public_key)}", headers=headers)
        if answer.status in _REFUSED:
            if not await self.exists(public_key):
                raise VaultFault("the server has no share of this vault")
            raise WrongPassword("the server's share does not open")
        return _vault(require_ok(answer, "get"), public_key)

    async def exists(self, public_key: str) -> bool:
        """Has the server stored its share?"""
        answer = await self._send("exist", "GET", f"/exist/{_key(public_key)}")
        return _yes(answer, "exist")

    async def verify(self, public_key: str, code: str) -> bool:
        """Is this the code that it mailed with its share?"""
        if not (0 < len(code) <= 16 and code.isascii() and code.isalnum()):
            return False
        return _yes(await self._send("verify", "GET", f"/verify/{_key(public_key)}/{code}"), "verify")

    async def resend(self, public_key: str, share: ServerShare) -> None:
        """Have its share and a code mailed again, at most every three minutes (TooMany). Raises WrongPassword."""
        body: dict[str, Json] = {
            "public_key_ecdsa": _key(public_key),
            "email": share.email,
            "password": share.password,
        }
        answer = await self._send("resend", "POST", "/resend", body)
        if answer.status in _REFUSED:
            await self.read(public_key, share.password)
        require_ok(answer, "resend")

    async def _ask(self, name: str, body: dict[str, Json]) -> None:
        require_ok(await self._send(name, "POST", f"/{name}", body), name)

    async def _send(
        self,
        what: str,
        method: str,
        path: str,
        body: dict[str, Json] | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        data = json_text(body).encode("utf-8") if body is not None else None
        if data is not None and len(data) > MAX_BODY:
            raise BadRequest("more than the server takes at once")
        sent = {**(headers or {}), **({"content-type": "application/json"} if data is not None else {})}
        request = HttpRequest(method, self.base_url + path, sent, data, self._timeout, _MAX_ANSWER)
        return await send_to_service(self._http, request, what)


def server_of(signers: Sequence[str]) -> str | None:
    """The server among a vault's devices, if it is a fast vault."""
    return next((name for name in signers if name.startswith(PREFIX)), None)


def hardened(path: str) -> str:
    """A path of ours as WalletCore writes it: the first three steps are hardened in all chains' paths (§11)."""
    root, *steps = path.split("/")
    return "/".join([root, *(step + "'" if number < 3 else step for number, step in enumerate(steps))])


def require_password(password: str) -> str:
    """A password that can be sent. Raises BadRequest."""
    if not 0 < len(password) <= _MAX_TEXT or any("\ud800" <= letter <= "\udfff" for letter in password):
        raise BadRequest("no password that can be sent")
    return password


def require_service_url(url: str) -> str:
    """An address that secrets may be sent to, without a trailing slash: https, or http on this machine; nothing in it
    but host, port and path. Raises BadRequest."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    local = parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1")
    clean = len(url) <= 300 and url.isascii() and url.isprintable() and not any(c in url for c in " \"'<>\\@?#")
    if not (clean and host and port != 0 and (parts.scheme == "https" or local)):
        raise BadRequest("a service needs an https address, or http on this machine")
    return url.rstrip("/")


async def send_to_service(http: Http, request: HttpRequest, what: str) -> HttpResponse:
    """Raises ServiceFault when there is no answer. Without a cause: a host's own exceptions may hold the request."""
    try:
        return await http.send(request)
    except RelayFault as fault:
        detail = fault.detail
    raise ServiceFault(f"{what}: no answer ({detail[:60]})")


def require_ok(answer: HttpResponse, what: str) -> bytes:
    """The body of a good answer. Raises TooMany, ServiceFault."""
    if answer.status == 429:
        raise TooMany(f"{what}: the service wants to be asked later")
    if not 200 <= answer.status < 300:
        raise ServiceFault(f"{what}: the service answered {answer.status}")
    return answer.body


def _yes(answer: HttpResponse, what: str) -> bool:
    if answer.status in (400, 404):
        return False
    require_ok(answer, what)
    return True


def _common(invitation: Invitation, share: ServerShare) -> dict[str, Json]:
    return {
        "session_id": invitation.session_id,
        "hex_encryption_key": invitation.key.hex(),
        "local_party_id": share.party,
        "encryption_password": share.password,
        "email": share.email,
    }


def _vault(body: bytes, public_key: str) -> ServerVault:
    try:
        value = parse_json(body, limit=_MAX_ANSWER, depth=4)
        found = value if isinstance(value, dict) else {}
        vault = ServerVault(
            _text(found, "name"),
            unhex(_text(found, "public_key_ecdsa"), size=33),
            unhex(_text(found, "public_key_eddsa"), size=32),
            unhex(_text(found, "hex_chain_code"), size=32),
            _text(found, "local_party_id"),
        )
    except WireError as broken:
        raise ServiceFault("get: the server's answer is no vault") from broken
    if vault.public_key.hex() != public_key.lower():
        raise ServiceFault("get: the server answered with another vault")
    return vault


def _text(found: dict[str, Json], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT:
        raise WireError(f"no {name}")
    return value


def _key(public_key: str) -> str:
    """A root ECDSA key as the server looks it up. Raises WireError."""
    unhex(public_key, size=33)
    return quote(public_key, safe="")


def _require_email(email: str) -> None:
    name, at, host = email.partition("@")
    if not (name and at and host and len(email) <= 254 and email.isprintable() and " " not in email):
        raise BadRequest("no e-mail address")
