"""Two transactions of one account: the phone is asked for one at a time, so that none is sent which cannot be mined."""

import asyncio
from collections.abc import Callable

from wallet.conftest import PASSWORD, RICH, Stage
from wallet.test_activity import until_status
from wallet.test_networks import anvil_of, serving


async def approved(stage: Stage, **more: str) -> tuple[str, asyncio.Future]:
    """A transaction with the person's yes: its request, and what the page waits for."""
    asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1", **more})
    request = (await stage.request("awaiting_approval"))["id"]
    await stage.call("decide", request=request, approve=True)
    return request, asked


def shown(stage: Stage, request: str) -> dict:
    return next(each for each in stage.state["requests"] if each["id"] == request)


async def link(stage: Stage, request: str) -> str:
    step = await stage.until(lambda _: shown(stage, request)["phone"])
    return step["link"]  # type: ignore[index]


async def nonce(stage: Stage, answer: asyncio.Future) -> int:
    """Of a transaction that is in a block."""
    name = (await asyncio.wait_for(answer, 20))["ok"]
    assert (await stage.receipt(name))["status"] == "0x1"
    return int((await stage.rpc("eth_getTransactionByHash", name))["nonce"], 16)  # type: ignore[index]


async def two(stage: Stage) -> tuple[str, asyncio.Future, str, asyncio.Future]:
    await stage.connected()
    await stage.fund()
    first, answer = await approved(stage)
    await link(stage, first)
    second, other = await approved(stage)
    return first, answer, second, other


def test_the_first_is_cancelled_and_the_second_is_mined(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        first, answer, second, other = await two(stage)
        await stage.call("cancel_request", request=first)
        assert (await answer)["err"]["data"]["reason"] == "cancelled"
        await stage.phone.follow(await link(stage, second))
        assert await nonce(stage, other) == 0

    play(story)


def test_the_phone_refuses_the_first(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        first, answer, second, other = await two(stage)
        await stage.phone.follow(await link(stage, first), say_no=True)
        assert (await answer)["err"]["data"]["reason"] == "phone_declined"
        await stage.phone.follow(await link(stage, second))
        assert await nonce(stage, other) == 0

    play(story)


def test_the_second_cannot_be_signed_first_and_follows_the_first(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        first, answer, second, other = await two(stage)
        third, last = await approved(stage)
        for request in (second, third):
            assert shown(stage, request)["phone"] is None and shown(stage, request)["behind"] == first
        assert shown(stage, first)["behind"] is None
        await stage.phone.follow(await link(stage, first))
        assert await nonce(stage, answer) == 0
        await link(stage, second)
        assert (shown(stage, second)["behind"], shown(stage, third)["behind"]) == (None, second)
        await stage.call("cancel_request", request=third)  # one that waits can be given up too
        assert (await last)["err"]["data"]["reason"] == "cancelled"
        await stage.phone.follow(await link(stage, second))
        assert await nonce(stage, other) == 1

    play(story)


def test_the_first_waits_in_vain_and_comes_after_the_second(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        await stage.call("set_settings", phone_wait_seconds=1)
        first, answer = await approved(stage)
        await link(stage, first)
        await stage.call("set_settings", phone_wait_seconds=300)
        second, other = await approved(stage)
        await link(stage, second)
        assert shown(stage, first)["state"] == "stalled"
        await stage.call("renew_request", request=first)
        assert shown(stage, first)["behind"] == second
        await stage.phone.follow(await link(stage, second))
        await stage.phone.follow(await link(stage, first))
        assert (await nonce(stage, other), await nonce(stage, answer)) == (0, 1)

    play(story)


def test_what_cannot_be_paid_when_its_turn_comes_is_not_sent_to_the_phone(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        first, _, second, other = await two(stage)
        await stage.rpc("anvil_setBalance", stage.address, "0x1")
        await stage.call("cancel_request", request=first)
        waiting = await stage.request("stalled")
        assert waiting["id"] == second and waiting["error"]["reason"] == "insufficient_funds"
        await stage.fund()
        await stage.call("renew_request", request=second)
        await stage.phone.follow(await link(stage, second))
        assert await nonce(stage, other) == 0

    play(story)


def test_a_lock_and_a_restart_while_one_waits_for_its_turn(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        first, answer, second, other = await two(stage)
        await stage.call("lock")
        await stage.phone.follow(await link(stage, first))
        assert await nonce(stage, answer) == 0
        waiting = await stage.request("stalled")
        assert waiting["id"] == second and waiting["error"]["reason"] == "locked"
        await stage.call("unlock", password=PASSWORD)
        await stage.call("renew_request", request=second)
        third, _ = await approved(stage)
        assert shown(stage, third)["behind"] == second
        await stage.crash()
        await stage.boot()
        assert [shown(stage, each)["error"]["reason"] for each in (second, third)] == ["wallet_restarted"] * 2
        assert not other.done()

    play(story)


def test_messages_and_replacements_wait_for_nothing(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337), "--no-mining") as slow:
            stage.rpc_url = slow
            await stage.call("set_rpc", chain="eip155:31337", urls=[slow])
            await stage.fund()
            stuck, answer = await approved(stage)
            await stage.phone.follow(await link(stage, stuck))
            assert "ok" in await answer
            await until_status(stage, "pending")
            ahead, _ = await approved(stage)
            await link(stage, ahead)
            await stage.call("replace_transaction", request=stuck)
            faster = (await stage.request("awaiting_approval"))["id"]
            await stage.call("decide", request=faster, approve=True)
            await link(stage, faster)
            stage.dapp("personal_sign", "0x68656c6c6f", stage.address)
            message = (await stage.request("awaiting_approval"))["id"]
            await stage.call("decide", request=message, approve=True)
            await link(stage, message)

    play(story)


def test_a_node_that_has_not_heard_of_the_one_before(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(11155111)) as fast, serving(*anvil_of(11155111)) as behind:
            assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": hex(11155111)}))["ok"] is None
            for url in (fast, behind):
                stage.rpc_url = url
                await stage.call("set_rpc", chain="eip155:11155111", urls=[url])
                await stage.fund()
                request, answer = await approved(stage)
                at = shown(stage, request)["summary"]["nonce"]
                assert at == (0 if url == fast else 1)
                await stage.phone.follow(await link(stage, request))
                assert "ok" in await answer

    play(story)


def test_a_nonce_of_the_sites_own_that_is_not_the_next_one_is_told(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        for nonce, ahead in (({"nonce": "0x3"}, True), ({"nonce": "0x0"}, False), ({}, False)):
            stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1", **nonce})
            asked = await stage.request("awaiting_approval")
            assert asked["summary"]["nonce_ahead"] is ahead
            await stage.call("decide", request=asked["id"], approve=True)  # it is theirs to want
            assert shown(stage, asked["id"])["summary"]["nonce_ahead"] is ahead
            await stage.call("cancel_request", request=asked["id"])

    play(story)
