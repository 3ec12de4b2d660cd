"""Stories of a fast vault, with the server as the second device (the real engine), and of push, which nobody awaits."""

import json

import pytest

from interop.fast_server import CODE, FastServer
from wallet.conftest import PASSWORD, Stage
from wallet.test_backend import HELLO, signer

SECRET = "the server's password"
MAIL = "who@example.org"


async def with_server(stage: Stage, folder) -> FastServer:
    """A wallet whose vault is made with a server alone."""
    server = FastServer(folder, stage.relay_url)
    url = await server.start()
    await stage.boot()
    await stage.call("set_settings", relay_url=stage.relay_url, vault_server=url)
    whole = {"name": "Quick", "password": PASSWORD, "size": 2, "server": {"password": SECRET, "email": MAIL}}
    await stage.call("create_vault", **whole)
    await stage.until(lambda s: s["ceremony"] and s["ceremony"]["stage"] == "done", seconds=40)
    return server


async def asked(stage: Stage):
    """A connected page's request for a signature."""
    connecting = stage.dapp("eth_requestAccounts")
    await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
    await connecting
    return stage.dapp("personal_sign", HELLO, stage.address)


async def decide(stage: Stage, password: str) -> None:
    request = await stage.request("awaiting_approval")
    await stage.call("decide", request=request["id"], approve=True, server_password=password)


def test_made_and_signed_with_the_server(play, tmp_path) -> None:
    async def story(stage: Stage) -> None:
        server = await with_server(stage, tmp_path)
        try:
            assert stage.state["ceremony"]["server"] is True and stage.state["ceremony"]["confirmed"] is True
            assert any(name.startswith("Server-") for name in stage.state["vault"]["signers"])
            await stage.call("verify_server_code", code=CODE)
            assert (await stage.send("verify_server_code", code="0"))["err"]["code"] == -32602
            answer = await asked(stage)
            await decide(stage, SECRET)
            assert signer(b"hello", (await answer)["ok"]) == stage.address
            await server.settle()
            kept = json.dumps({k: v.decode("latin-1") for k, v in stage.store.values.items()})
            assert SECRET not in kept and SECRET not in json.dumps(stage.state)
        finally:
            await server.stop()

    play(story)


def test_a_wrong_password_of_the_server(play, tmp_path) -> None:
    async def story(stage: Stage) -> None:
        server = await with_server(stage, tmp_path)
        try:
            answer = await asked(stage)
            await decide(stage, "another password")
            assert (await answer)["err"]["data"]["reason"] == "server_password"
        finally:
            await server.stop()

    play(story)


def test_a_server_that_is_gone(play, tmp_path) -> None:
    async def story(stage: Stage) -> None:
        server = await with_server(stage, tmp_path)
        answer = await asked(stage)
        await server.stop()
        await decide(stage, SECRET)
        assert (await answer)["err"]["data"]["reason"] == "service_unreachable"

    play(story)


def test_switched_off_by_default_and_only_where_secrets_may_go(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        assert (stage.state["settings"]["vault_server"], stage.state["settings"]["push_service"]) == ("", "")
        whole = {"name": "Quick", "password": PASSWORD, "size": 2, "server": {"password": SECRET, "email": MAIL}}
        assert (await stage.send("create_vault", **whole))["err"]["code"] == -32602
        assert (await stage.send("verify_server_code", code=CODE))["err"]["code"] == -32602
        for wrong in ("http://example.org/vault", "ftp://example.org", "https://u:p@example.org"):
            for name in ("vault_server", "push_service"):
                assert (await stage.send("set_settings", **{name: wrong}))["err"]["code"] == -32602
        await stage.call("set_settings", vault_server="https://example.org/vault")
        await stage.call("set_settings", vault_server="")
        assert stage.state["settings"]["vault_server"] == ""

    play(story)


@pytest.mark.parametrize("up", [True, False])
def test_push_is_told_and_never_in_the_way(play, up: bool) -> None:
    async def story(stage: Stage) -> None:
        from aiohttp import web

        told: list[dict] = []

        async def notify(request: web.Request) -> web.Response:
            told.append(await request.json())
            return web.Response()

        app = web.Application()
        app.router.add_post("/notification/notify", notify)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/notification"
        await stage.connected()
        await stage.call("set_settings", push_service=url if up else "http://127.0.0.1:9/notification")
        answer = stage.dapp("personal_sign", HELLO, stage.address)
        request = await stage.request("awaiting_approval")
        await stage.call("decide", request=request["id"], approve=True)
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        assert signer(b"hello", (await answer)["ok"]) == stage.address
        assert len(told) == int(up)
        await runner.cleanup()

    play(story)
