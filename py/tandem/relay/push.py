"""The client of Vultisig's push service, which shows a signing's link on the vault's other devices (§7). Off unless the
person wants it: it saves the scan of a QR code and costs this.

What the service and its operator see of every signing that is announced: the vault's name, public key and id, this
device's name, and the link as in the QR code. The link holds the session's encryption key and the payload, or where the
payload lies: whoever has it reads what is to be signed and all messages of that session, and can disturb it. He cannot
sign: that takes a share. The relay has the same operator, and without the link sees ciphertext only. The service passes
the link on to the phones' makers (APNs, FCM) or to a browser's push service.

Only invitations to sign are announced. Who has the link of a key generation or a reshare could become a device of the
vault, so those stay on the screen.
"""

import hashlib
from typing import Final, Literal
from urllib.parse import quote

from tandem.errors import BadRequest, ServiceFault, WireError
from tandem.ports import Http, HttpRequest, HttpResponse
from tandem.relay.fast_vault import require_ok, require_service_url, send_to_service
from tandem.relay.pairing import KeysignInvitation
from tandem.wire import Json, json_text, parse_json

PUSH_SERVICE: Final = "https://api.vultisig.com/notification"
_MAX_ANSWER: Final = 1 << 14
_MAX_TEXT: Final = 8192
_CLIENT: Final = {"x-client-id": "vultisig"}  # the apps send it with a notification


def push_vault_id(public_key: str, chain_code: bytes) -> str:
    """The vault's name at the service, which each of its devices computes: the root ECDSA key (hex) and chain code."""
    return hashlib.sha256((public_key.lower() + chain_code.hex()).encode("ascii")).hexdigest()


class PushService:
    """One service. Every call raises ServiceFault when it cannot be reached or refuses, TooMany when asked too often;
    no error holds a link or a byte of an answer."""

    def __init__(self, http: Http, base_url: str = PUSH_SERVICE, *, timeout: float = 15) -> None:
        """`timeout`: seconds for one call. Raises BadRequest for an address without https that is not this machine."""
        self.base_url = require_service_url(base_url)
        self._http = http
        self._timeout = timeout

    async def notify(self, invitation: KeysignInvitation, *, vault_name: str, party: str, chain_code: bytes) -> None:
        """Show the invitation on the vault's other devices. A second one within 30 seconds is taken and not shown."""
        body: dict[str, Json] = {
            "vault_id": push_vault_id(invitation.vault_public_key, chain_code),
            "vault_name": vault_name,
            "local_party_id": party,
            "qr_code_data": invitation.link,
        }
        require_ok(await self._send("notify", "POST", "/notify", body, _CLIENT), "notify")

    async def register(
        self, vault_id: str, *, party: str, token: str, device_type: Literal["apple", "android", "web"]
    ) -> None:
        """Have invitations of the vault's other devices shown here; `token` is where, for a browser its push
        subscription as JSON."""
        body: dict[str, Json] = {
            "vault_id": vault_id,
            "party_name": party,
            "token": token,
            "device_type": device_type,
        }
        require_ok(await self._send("register", "POST", "/register", body), "register")

    async def unregister(self, vault_id: str, *, party: str, token: str = "") -> None:
        """The reverse; not being registered is success."""
        body: dict[str, Json] = {"vault_id": vault_id, "party_name": party, "token": token}
        answer = await self._send("unregister", "DELETE", "/unregister", body)
        if answer.status != 404:
            require_ok(answer, "unregister")

    async def registered(self, vault_id: str) -> bool:
        """Does any device want this vault's invitations? A service that does not tell, says yes (200)."""
        answer = await self._send("vault", "GET", f"/vault/{quote(vault_id, safe='')}")
        if answer.status in (204, 404):
            return False
        require_ok(answer, "vault")
        return True

    async def vapid_public_key(self) -> str:
        """The key that a browser's subscription is made for."""
        body = require_ok(await self._send("key", "GET", "/vapid-public-key"), "key")
        try:
            value = parse_json(body, limit=_MAX_ANSWER, depth=4)
        except WireError as broken:
            raise ServiceFault("key: the service's answer is not JSON") from broken
        key = value.get("public_key") if isinstance(value, dict) else None
        if not isinstance(key, str) or not 0 < len(key.strip()) <= 200:
            raise ServiceFault("key: the service's answer is no key")
        return key.strip()

    async def _send(
        self,
        what: str,
        method: str,
        path: str,
        body: dict[str, Json] | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        if any(isinstance(text, str) and len(text) > _MAX_TEXT for text in (body or {}).values()):
            raise BadRequest("more than fits into a notification")
        data = json_text(body).encode("utf-8") if body is not None else None
        sent = {**(headers or {}), **({"content-type": "application/json"} if data is not None else {})}
        request = HttpRequest(method, self.base_url + path, sent, data, self._timeout, _MAX_ANSWER)
        return await send_to_service(self._http, request, what)
