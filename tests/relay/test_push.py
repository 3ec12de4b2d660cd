"""The push service's client against a small service on a socket, and that a signing never waits for it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from tandem.ceremony import KeysignInvitation
from tandem.ceremony.announce import announce
from tandem.errors import BadRequest, ServiceFault, TandemError, TooMany
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp
from tandem.proto.keysign_pb2 import KeysignMessage
from tandem.relay.push import PushService, push_vault_id

KEY, CODE = "02" + "AB" * 32, bytes(range(32))
LINK = "https://vultisig.com?type=SignTransaction&vault=02&jsonData=/Td6WFoAAA+=="
INVITATION = KeysignInvitation(LINK, KeysignMessage(), KEY.lower(), None)
NOTICE = {"vault_name": "savings", "party": "extension-1", "chain_code": CODE}


class Service:
    """Remembers what it is told; `status` is what a notification is answered with, after `seconds`."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, dict[str, str], object]] = []
        self.devices: set[tuple[str, str]] = set()
        self.status, self.seconds, self.body = 200, 0.0, b""

    async def notify(self, request: web.Request) -> web.Response:
        await self.note(request)
        await asyncio.sleep(self.seconds)
        return web.Response(status=self.status, body=self.body)

    async def register(self, request: web.Request) -> web.Response:
        body = await self.note(request)
        self.devices.add((body["vault_id"], body["party_name"]))
        return web.json_response({"auth_token": "t"})

    async def unregister(self, request: web.Request) -> web.Response:
        body = await self.note(request)
        known = (body["vault_id"], body["party_name"]) in self.devices
        self.devices.discard((body["vault_id"], body["party_name"]))
        return web.Response(status=200 if known else 404)

    async def vault(self, request: web.Request) -> web.Response:
        known = any(vault == request.match_info["id"] for vault, _ in self.devices)
        return web.Response(status=200 if known else 204)

    async def key(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, body=self.body)

    async def note(self, request: web.Request) -> dict[str, str]:
        body = json.loads(await request.text())
        self.told.append((request.method, request.path, dict(request.headers), body))
        return body


@contextlib.asynccontextmanager
async def world() -> AsyncIterator[tuple[Service, PushService, CpythonHttp]]:
    service, app = Service(), web.Application()
    app.router.add_post("/notification/notify", service.notify)
    app.router.add_post("/notification/register", service.register)
    app.router.add_delete("/notification/unregister", service.unregister)
    app.router.add_get("/notification/vault/{id}", service.vault)
    app.router.add_get("/notification/vapid-public-key", service.key)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with CpythonHttp() as http:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/notification"
            yield service, PushService(http, url, timeout=1), http
    finally:
        await runner.cleanup()


def run(work: Callable[[Service, PushService, CpythonHttp], Awaitable[None]]) -> None:
    async def go() -> None:
        async with world() as parts:
            await work(*parts)

    asyncio.run(go())


def test_the_vaults_id() -> None:
    """sha256 of the text of both in lower-case hex, worked out with coreutils."""
    wanted = "633bb2e577d66e052507144f481f4c0e45cd323fa6919746e7069362d744490b"
    assert push_vault_id(KEY, CODE) == push_vault_id(KEY.lower(), CODE) == wanted


def test_what_is_posted_and_nothing_more() -> None:
    async def work(service: Service, push: PushService, http: CpythonHttp) -> None:
        await push.notify(INVITATION, **NOTICE)  # type: ignore[arg-type]
        method, path, headers, body = service.told[0]
        assert (method, path, headers["Content-Type"]) == ("POST", "/notification/notify", "application/json")
        assert headers["x-client-id"] == "vultisig"
        assert body == {
            "vault_id": push_vault_id(KEY, CODE),
            "vault_name": "savings",
            "local_party_id": "extension-1",
            "qr_code_data": LINK,
        }
        assert CODE.hex() not in json.dumps(service.told)

    run(work)


def test_what_does_not_fit_into_a_notification_is_not_posted() -> None:
    async def work(service: Service, push: PushService, http: CpythonHttp) -> None:
        with pytest.raises(BadRequest):
            await push.notify(INVITATION, **NOTICE | {"vault_name": "x" * 8193})  # type: ignore[arg-type]
        assert not service.told

    run(work)


def test_registering_and_asking() -> None:
    async def work(service: Service, push: PushService, http: CpythonHttp) -> None:
        vault = push_vault_id(KEY, CODE)
        assert not await push.registered(vault)
        await push.register(vault, party="extension-1", token="{}", device_type="web")
        assert service.told[0][3] == {
            "vault_id": vault,
            "party_name": "extension-1",
            "token": "{}",
            "device_type": "web",
        }
        assert await push.registered(vault)
        await push.unregister(vault, party="extension-1")
        await push.unregister(vault, party="extension-1")
        assert not await push.registered(vault)
        service.body = b'{"public_key":" BPk= "}'
        assert await push.vapid_public_key() == "BPk="
        for service.body in (b"", b"[]", b"{}", b'{"public_key":""}', b'{"public_key":1}', b"[" * 9000, b"x" * 99_999):
            with pytest.raises(ServiceFault):
                await push.vapid_public_key()

    run(work)


@pytest.mark.parametrize(
    ("status", "seconds", "error"),
    [(400, 0, ServiceFault), (401, 0, ServiceFault), (429, 0, TooMany), (500, 0, ServiceFault), (200, 2, ServiceFault)],
)
def test_trouble_is_typed_and_holds_no_link(status: int, seconds: float, error: type[TandemError]) -> None:
    async def work(service: Service, push: PushService, http: CpythonHttp) -> None:
        service.status, service.seconds = status, seconds
        with pytest.raises(error) as caught:
            await push.notify(INVITATION, **NOTICE)  # type: ignore[arg-type]
        assert "jsonData" not in repr(caught.value) and caught.value.__cause__ is None

    run(work)


def test_a_signing_never_waits_for_it_nor_fails_by_it() -> None:
    async def work(service: Service, push: PushService, http: CpythonHttp) -> None:
        told: list[bool] = []
        tasks = AsyncioTasks()
        service.seconds = 0.2
        announce(tasks, push, INVITATION, told=told.append, **NOTICE)  # type: ignore[arg-type]
        assert told == []  # it came back before the service answered
        await tasks.settle(5)
        service.status = 500
        announce(tasks, push, INVITATION, told=told.append, **NOTICE)  # type: ignore[arg-type]
        announce(tasks, PushService(http, "http://127.0.0.1:1"), INVITATION, told=told.append, **NOTICE)  # type: ignore[arg-type]
        long = KeysignInvitation("x" * 9000, KeysignMessage(), KEY, None)
        announce(tasks, push, long, told=told.append, **NOTICE)  # type: ignore[arg-type]
        await tasks.settle(5)
        assert told == [True, False, False, False]

    run(work)


def test_the_address_has_to_be_safe() -> None:
    for url in ("http://api.vultisig.com/notification", "https://a:b@c/", "notification"):
        with pytest.raises(BadRequest):
            PushService(CpythonHttp(), url)
