"""A vault server as VultiServer is to its clients (relay-and-sessions §8), with the real engine as its party.

What its published code does is kept where a client could stumble over it: a session id is used up before the password
is looked at, a wrong password is a 500, a session that is known is answered 200 and ignored, the share is stored only
after everybody has said that they are done. Mail stays here. A test peer only.
"""

import asyncio
import base64
import contextlib
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from interop.engine_phone import EnginePhone
from tandem.errors import TandemError
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.vault.backup import read_backups, write_backup
from tandem.vault.vault import Vault

FAILED = {"message": "Internal Server Error"}  # whatever it was
CODE = "4711"
Instead = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class Refused(Exception):
    """The server's own word for whatever is wrong, which it keeps to itself."""


@dataclass(frozen=True)
class Mail:
    to: str
    file: bytes  # the server's share under its password, for the person to keep
    code: str


class FastServer:
    """`jobs` are what the engine answered; `instead` may answer a request before the server does."""

    def __init__(self, folder: Path, relay: str) -> None:
        self.folder, self.relay = folder, relay
        self.files: dict[str, bytes] = {}
        self.mails: list[Mail] = []
        self.bodies: list[tuple[str, dict]] = []
        self.jobs: list[dict] = []
        self.instead: Instead | None = None
        self._sessions: set[str] = set()
        self._resent: set[str] = set()
        self._tasks: set[asyncio.Task] = set()

    async def start(self) -> str:
        app = web.Application(middlewares=[self._first], client_max_size=2 << 20)
        for name, job in (("create", self._keygen), ("batch/keygen", self._keygen), ("reshare", self._reshare)):
            app.router.add_post(f"/vault/{name}", self._queued(job))
        app.router.add_post("/vault/sign", self._sign)
        app.router.add_post("/vault/resend", self._resend)
        app.router.add_get("/vault/get/{key}", self._get)
        app.router.add_get("/vault/exist/{key}", self._exist)
        app.router.add_get("/vault/verify/{key}/{code}", self._verify)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}/vault"

    async def stop(self) -> None:
        await self.settle()
        await self._runner.cleanup()

    async def settle(self) -> None:
        """Wait until the engine is done with all it was asked."""
        await asyncio.gather(*self._tasks)

    @web.middleware
    async def _first(self, request: web.Request, handler: Callable) -> web.StreamResponse:
        if self.instead and (answer := await self.instead(request)) is not None:
            return answer
        try:
            return await handler(request)
        except (Refused, TandemError, KeyError, ValueError):
            return web.json_response(FAILED, status=500)

    async def _body(self, request: web.Request, *wanted: str) -> dict:
        body = json.loads(await request.text())
        self.bodies.append((request.path.removeprefix("/vault/"), body))
        if not all(body.get(name) for name in wanted):
            raise Refused("a field is missing")
        if len(bytes.fromhex(body["hex_encryption_key"])) != 32:
            raise Refused("no key")
        return body

    def _queued(self, job: Callable[[dict], Awaitable[None]]) -> Callable:
        async def handler(request: web.Request) -> web.Response:
            wanted = ("name", "session_id", "hex_encryption_key", "hex_chain_code", "encryption_password", "email")
            body = await self._body(request, *wanted)
            uuid.UUID(body["session_id"])
            if body["session_id"] not in self._sessions:
                self._sessions.add(body["session_id"])
                self._spawn(job(body))
            return web.Response(status=204 if "batch" in request.path else 200)

        return handler

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _engine(self, share: Path, name: str, body: dict, order: dict) -> dict:
        """One order to a fresh engine, as a worker would run it."""
        session = body.get("session_id") or body["session"]

        def run() -> dict:
            phone = EnginePhone(share, name)
            try:
                phone.tell(relay=self.relay, session=session, key=body["hex_encryption_key"], **order)
                return phone.answer()
            finally:
                phone.close()

        answer = await asyncio.to_thread(run)
        self.jobs.append(answer)
        return answer

    async def _keygen(self, body: dict) -> None:
        share = self.folder / body["session_id"]
        answer = await self._engine(share, body["local_party_id"], body, {"do": "keygen"})
        self._store(share, body["local_party_id"], body, answer)

    async def _reshare(self, body: dict) -> None:
        share, name, old = self.folder / body["session_id"], body["local_party_id"], None
        if body["public_key"] in self.files:
            vault = self._open(body["public_key"], body["encryption_password"])
            name, old = vault.party, str(self.folder / f"{body['session_id']}.old")
            _write(Path(old), vault)
        order = {"do": "reshare", "old": old, "signers": body["old_parties"]}
        self._store(share, name, body, await self._engine(share, name, body, order))

    def _store(self, share: Path, party: str, body: dict, answer: dict) -> None:
        if answer["event"] != "done":
            return
        shares = Keyshare.from_bytes(share.read_bytes()), EddsaKeyshare.from_bytes(_eddsa(share).read_bytes())
        vault = Vault(body["name"], party, tuple(answer["committee"]), *shares, 1_700_000_000)
        file = write_backup(vault, body["encryption_password"].encode())
        self.files[vault.public_key.hex()] = file
        self.mails.append(Mail(body["email"], file, CODE))

    async def _sign(self, request: web.Request) -> web.Response:
        wanted = ("public_key", "messages", "session", "hex_encryption_key", "derive_path")
        body = await self._body(request, *wanted)
        if not re.fullmatch("[0-9a-f]{66}", body["public_key"]):
            return web.Response(status=400)
        if body["session"] in self._sessions:
            return web.Response(status=200)
        self._sessions.add(body["session"])
        vault = self._open(body["public_key"], body["vault_password"])
        share = self.folder / body["session"]
        _write(share, vault)
        curve = "ecdsa" if body["is_ecdsa"] else "eddsa"
        jobs = [{"digest": text, "path": "unused", "curve": curve} for text in body["messages"]]
        self._spawn(self._engine(share, vault.party, body, {"do": "keysign", "jobs": jobs}))
        return web.json_response("task-1")

    async def _get(self, request: web.Request) -> web.Response:
        password = base64.b64decode(request.headers["x-password"], validate=True).decode()
        vault = self._open(request.match_info["key"], password)
        found = {
            "name": vault.name,
            "public_key_ecdsa": vault.public_key.hex(),
            "public_key_eddsa": vault.eddsa.public_key.hex(),
            "hex_chain_code": vault.share.chain_code.hex(),
            "local_party_id": vault.party,
        }
        return web.json_response(found)

    async def _exist(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if request.match_info["key"] in self.files else 400)

    async def _verify(self, request: web.Request) -> web.Response:
        known = request.match_info["key"] in self.files and request.match_info["code"] == CODE
        return web.Response(status=200 if known else 400)

    async def _resend(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        key = body["public_key_ecdsa"]
        if key in self._resent:
            return web.Response(status=429)
        self._resent.add(key)
        try:
            self._open(key, body["password"])
        except (TandemError, KeyError):
            return web.Response(status=400)
        self.mails.append(Mail(body["email"], self.files[key], CODE))
        return web.Response(status=200)

    def _open(self, key: str, password: str) -> Vault:
        vault = read_backups("", self.files[key])[0].open(password.encode())
        assert isinstance(vault, Vault)
        return vault


def _eddsa(share: Path) -> Path:
    return share.with_name(f"{share.name}.eddsa")


def _write(share: Path, vault: Vault) -> None:
    share.write_bytes(vault.share.to_bytes())
    _eddsa(share).write_bytes(vault.eddsa.to_bytes())


@contextlib.contextmanager
def answers(server: FastServer, path: str, status: int, body: bytes = b"", seconds: float = 0) -> Iterator[None]:
    """For a while, `path` is answered so."""

    async def instead(request: web.Request) -> web.StreamResponse | None:
        if not request.path.startswith(f"/vault/{path}"):
            return None
        await asyncio.sleep(seconds)
        return web.Response(status=status, body=body)

    server.instead = instead
    try:
        yield
    finally:
        server.instead = None
