"""What sites may do and for how long, and how long requests wait (docs/requests.md), on the whole backend."""

import asyncio
import json
import time

import pytest

from wallet.conftest import ORIGIN, PASSWORD, RICH, Stage

HELLO = "0x" + b"hello".hex()
OTHER = "https://other.example"
DAY = 24 * 3600


async def connect(stage: Stage, origin: str, **terms: object) -> None:
    asked = stage.dapp("eth_requestAccounts", origin=origin)
    await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True, **terms)
    assert "ok" in await asked


def rewritten(stage: Stage, key: str, change: dict) -> None:
    """The stored list's newest item, as if it had been written at another time."""
    items = json.loads(stage.store.values[key])
    items[-1] |= change
    stage.store.values[key] = json.dumps(items).encode()


def told(stage: Stage) -> list[tuple]:
    return [(e["origin"], e["name"], e["data"]) for e in stage.events if e["event"] == "dapp"]


async def reason(asked: asyncio.Future) -> str:
    return (await asyncio.wait_for(asked, 20))["err"]["data"]["reason"]


def test_a_grant_that_has_ended_is_none_and_its_pages_hear_of_it(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await connect(stage, OTHER, days=1)
        assert 0 < stage.state["sites"][-1]["until"] - time.time() <= DAY
        await stage.crash()
        rewritten(stage, "sites", {"until": int(time.time()) + 2})
        await stage.boot()
        await stage.call("unlock", password=PASSWORD)
        assert (await stage.dapp("eth_accounts", origin=OTHER))["ok"] == [stage.address.lower()]
        await asyncio.sleep(2.1)
        stage.events.clear()
        # On use, before any timer has noticed.
        assert (await stage.dapp("eth_accounts", origin=OTHER))["ok"] == []
        assert await reason(stage.dapp("personal_sign", HELLO, stage.address, origin=OTHER)) == "not_permitted"
        await stage.until(lambda s: [site["origin"] for site in s["sites"]] == [ORIGIN])
        async with asyncio.timeout(10):
            while not told(stage):
                await asyncio.sleep(0.1)
        assert told(stage) == [(OTHER, "accountsChanged", [])]

    play(story)


def test_each_site_hears_of_itself_only(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await connect(stage, OTHER)
        stage.events.clear()
        await stage.call("disconnect_site", origin=OTHER)
        assert told(stage) == [(OTHER, "accountsChanged", [])]
        await stage.call("agree_site", origin=ORIGIN, chains=["eip155:10"])
        assert told(stage)[1:] == [(ORIGIN, "chainChanged", "0xa")]
        await connect(stage, OTHER)
        stage.events.clear()
        await stage.call("disconnect_all")
        assert sorted(told(stage)) == [(ORIGIN, "accountsChanged", []), (OTHER, "accountsChanged", [])]
        for wrong in ({"origin": "https://no"}, {"origin": ORIGIN, "days": -1}, {"origin": ORIGIN, "days": True}):
            assert (await stage.send("agree_site", **wrong))["err"]["code"] == -32602

    play(story)


def test_a_site_that_is_limited_to_a_network(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        await connect(stage, ORIGIN, chains=["eip155:10"])
        assert (await stage.dapp("eth_chainId"))["ok"] == "0xa"
        assert await reason(stage.dapp("wallet_switchEthereumChain", {"chainId": "0x1"})) == "chain_not_permitted"
        assert (await stage.dapp("eth_chainId"))["ok"] == "0xa"
        await stage.call("agree_site", origin=ORIGIN, chains=[])
        assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": "0x1"}))["ok"] is None
        asked = stage.dapp("eth_requestAccounts", origin=OTHER)
        request = (await stage.request("awaiting_approval"))["id"]
        for wrong in ({"chains": ["eip155:77777777"]}, {"chains": ["bip122:x"]}, {"chains": "eip155:1"}, {"days": 366}):
            assert "err" in await stage.send("decide", request=request, approve=True, **wrong)
        assert not asked.done()

    play(story)


def test_pages_inside_another_sites_pages_connect_only_where_that_is_connected(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        stage.events.clear()
        for top in (OTHER, "null", ""):
            asked = stage.send(
                "dapp", key=f"f:{top}", origin=ORIGIN, top=top, document="f", text='{"method":"eth_requestAccounts"}'
            )
            assert await reason(asked) == "frame_refused"
        assert not [e for e in stage.events if e["event"] == "prompt"]
        await connect(stage, OTHER)
        framed = stage.dapp("eth_requestAccounts", top=OTHER)
        request = await stage.request("awaiting_approval")
        assert (request["origin"], request["top"]) == (ORIGIN, OTHER)
        await stage.call("decide", request=request["id"], approve=True)
        assert "ok" in await framed
        # A frame that is known by itself is served wherever it is.
        await stage.call("disconnect_site", origin=OTHER)
        assert "ok" in await stage.dapp("eth_requestAccounts", top=OTHER)

    play(story)


def test_a_blocked_site_asks_nothing_and_a_restart_forgives_nobody(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await connect(stage, OTHER)
        waiting = stage.dapp("personal_sign", HELLO, stage.address, origin=OTHER)
        await stage.request("awaiting_approval")
        await stage.call("block_site", origin=OTHER)
        assert await reason(waiting) == "site_blocked"
        for _ in range(3):
            asked = stage.dapp("personal_sign", HELLO, stage.address)
            await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=False)
            assert await reason(asked) == "user_rejected"
        await stage.crash()
        await stage.boot()
        assert [(r["origin"], r["blocked"]) for r in stage.state["refused"]] == [(OTHER, True), (ORIGIN, False)]
        assert await reason(stage.dapp("eth_requestAccounts", origin=OTHER)) == "site_blocked"
        assert await reason(stage.dapp("personal_sign", HELLO, stage.address)) == "rate_limited"
        for origin in (OTHER, ORIGIN):
            await stage.call("forgive_site", origin=origin)
        stage.dapp("eth_requestAccounts", origin=OTHER)
        await stage.request("awaiting_unlock")
        assert (await stage.send("block_site", origin="null"))["err"]["code"] == -32602

    play(story)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"gone_at": int(time.time()) - 301}, "page_gone"),
        ({"created": int(time.time()) - DAY - 1, "gone_at": None}, "request_expired"),
    ],
)
def test_what_nobody_decides_on_ends_with_a_reason(play, change: dict, wanted: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.dapp("personal_sign", HELLO, stage.address, key="doc:1")
        await stage.request("awaiting_approval")
        await stage.crash()
        rewritten(stage, "records", change)
        await stage.boot()
        late = await stage.dapp("personal_sign", HELLO, stage.address, key="doc:1")
        assert (late["err"]["code"], late["err"]["data"]["reason"]) == (-32603, wanted)

    play(story)


def test_a_connect_that_another_tab_waits_for_outlives_the_first_tab(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        first = stage.dapp("eth_requestAccounts", document="one", tab=1)
        request = await stage.request("awaiting_approval")
        second = stage.dapp("eth_requestAccounts", document="two", tab=2)
        await stage.call("page", document="one", gone=True)
        assert not stage.state["requests"][-1]["gone"]
        await stage.call("page", document="two", gone=True)
        assert stage.state["requests"][-1]["gone"]
        third = stage.dapp("eth_requestAccounts", document="three", tab=3)
        await stage.until(lambda s: len(s["requests"]) == 1 and not s["requests"][0]["gone"])
        await stage.call("decide", request=request["id"], approve=True)
        assert {json.dumps((await each)["ok"]) for each in (first, second, third)} == {f'["{stage.address.lower()}"]'}

    play(story)


def test_an_approved_transaction_is_sent_and_a_signature_kept_for_the_person(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        for method, params in (
            ("eth_sendTransaction", [{"from": stage.address, "to": RICH, "value": "0x1"}]),
            ("personal_sign", [HELLO, stage.address]),
        ):
            stage.dapp(method, *params, document="left")
            request = await stage.request("awaiting_approval")
            await stage.call("page", document="left", gone=True)
            await stage.call("decide", request=request["id"], approve=True)
            await stage.phone.follow(
                str(await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None)))
            )
            done = await stage.until(
                lambda s, name=request["id"]: next(
                    (r for r in s["requests"] if r["id"] == name and r["state"] == "done"), None
                )
            )
            assert done["gone"]
            if method == "personal_sign":
                assert len(done["unclaimed"]) == 132
            else:
                assert done["unclaimed"] is None
                assert (await stage.receipt(done["sent"][0]["id"]))["status"] == "0x1"

    play(story)


def test_only_what_waits_for_the_phone_is_resent_or_renewed(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        request = (await stage.request("awaiting_approval"))["id"]
        for call in ("resend_request", "renew_request"):
            assert (await stage.send(call, request=request))["err"]["code"] == -32602
        await stage.call("set_settings", phone_wait_seconds=1)
        await stage.call("decide", request=request, approve=True)
        first = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.call("resend_request", request=request)
        await stage.request("stalled")
        await stage.call("set_settings", phone_wait_seconds=300)
        await stage.call("lock")
        assert await reason(stage.send("renew_request", request=request)) == "locked"
        await stage.call("unlock", password=PASSWORD)
        presses = [stage.send("renew_request", request=request) for _ in range(3)]
        assert [("ok" in await press) for press in presses].count(True) == 1
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        assert link != first
        await stage.phone.follow(str(link))
        assert "ok" in await asked

    play(story)
