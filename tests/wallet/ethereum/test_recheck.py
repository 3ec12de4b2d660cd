"""The phone was not reached, and the approved transaction cannot be paid any more: told before it is asked again."""

import pytest

from tandem.wallet.ethereum import prices
from wallet.conftest import BUILD, RICH, Stage, serving

GWEI = 10**9
TRANSFER = "0xa9059cbb" + bytes(12).hex() + RICH[2:] + f"{7:064x}"
# Answers balanceOf with what is in slot 0, and every other call with 1.
TOKEN = "0x60003560e01c6370a082311460175760015f5260205ff35b5f545f5260205ff3"
COIN = "0x" + "c0" * 20


async def error(answer) -> str:
    return (await answer)["err"]["data"]["reason"]


async def stalled(stage: Stage, **wish: str) -> tuple[str, object]:
    """A transaction that was approved and for which the phone did not come."""
    await stage.call("set_settings", phone_wait_seconds=1)
    asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, **wish})
    request = (await stage.request("awaiting_approval"))["id"]
    await stage.call("decide", request=request, approve=True)
    await stage.request("stalled")
    await stage.call("set_settings", phone_wait_seconds=300)
    return request, asked


async def base_fee(stage: Stage, wei: int) -> None:
    await stage.rpc("anvil_setNextBlockBaseFeePerGas", hex(wei))
    await stage.rpc("anvil_mine", "0x1")


async def sign(stage: Stage) -> None:
    link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
    await stage.phone.follow(str(link))


@pytest.fixture
def told(play, monkeypatch: pytest.MonkeyPatch):
    """A story on a node of its own, whose prices are never remembered."""
    monkeypatch.setattr(prices, "_GOOD_FOR", -1.0)

    def run(story) -> None:
        async def whole(stage: Stage) -> None:
            anvil = next(BUILD.glob("npm/@foundry-rs/anvil-*/bin/anvil"))
            with serving(anvil, "--chain-id", "31337", "--silent") as url:
                stage.rpc_url = url
                await stage.connected()
                await stage.fund()
                await story(stage)

        play(whole)

    return run


def test_what_is_not_on_the_account_any_more(told) -> None:
    async def story(stage: Stage) -> None:
        request, asked = await stalled(stage, value=hex(5 * 10**18))
        await stage.rpc("anvil_setBalance", stage.address, hex(10**18))
        assert await error(stage.send("renew_request", request=request)) == "insufficient_funds"
        assert stage.state["requests"][-1]["state"] == "stalled" and stage.state["requests"][-1]["phone"] is None
        # What is looked at again ends by itself, as it would if it were asked now; with funds it goes to the phone.
        await stage.fund()
        await stage.call("renew_request", request=request)
        await sign(stage)
        assert "ok" in await asked
        request, asked = await stalled(stage, value=hex(10**18))
        await stage.rpc("anvil_setBalance", stage.address, "0x1")
        await stage.call("reconsider_request", request=request)
        assert (await asked)["err"]["data"]["reason"] == "insufficient_funds"

    told(story)


def test_tokens_that_are_gone(told) -> None:
    async def story(stage: Stage) -> None:
        await stage.rpc("anvil_setCode", COIN, TOKEN)
        await stage.rpc("anvil_setStorageAt", COIN, "0x" + bytes(32).hex(), f"0x{9:064x}")
        request, _ = await stalled(stage, to=COIN, data=TRANSFER)
        await stage.rpc("anvil_setStorageAt", COIN, "0x" + bytes(32).hex(), f"0x{6:064x}")
        assert await error(stage.send("renew_request", request=request)) == "insufficient_funds"
        await stage.rpc("anvil_setStorageAt", COIN, "0x" + bytes(32).hex(), f"0x{7:064x}")
        await stage.call("renew_request", request=request)
        await stage.call("cancel_request", request=request)
        # Who approved it without having them, approved that.
        await stage.rpc("anvil_setStorageAt", COIN, "0x" + bytes(32).hex(), f"0x{6:064x}")
        request, _ = await stalled(stage, to=COIN, data=TRANSFER)
        await stage.call("renew_request", request=request)

    told(story)


def test_a_fee_that_has_risen_is_approved_anew(told) -> None:
    async def story(stage: Stage) -> None:
        await base_fee(stage, GWEI)
        request, asked = await stalled(stage, value="0x1")
        approved = stage.state["requests"][-1]["summary"]
        await base_fee(stage, 50 * GWEI)
        assert await error(stage.send("renew_request", request=request)) == "fee_risen"
        await stage.call("reconsider_request", request=request)
        shown = (await stage.request("awaiting_approval"))["summary"]
        assert int(shown["fee"]["exact"]) > 50 * GWEI * 21_000 > int(approved["fee"]["exact"])
        for call in ("renew_request", "reconsider_request"):
            assert await error(stage.send(call, request=request)) == "bad_request"
        await stage.call("decide", request=request, approve=True)
        await sign(stage)
        assert "ok" in await asked

    told(story)


def test_a_fee_that_was_low_when_it_was_approved_is_no_news(told) -> None:
    async def story(stage: Stage) -> None:
        await base_fee(stage, 50 * GWEI)
        request, _ = await stalled(stage, value="0x1", maxFeePerGas=hex(GWEI), maxPriorityFeePerGas="0x1")
        await base_fee(stage, 45 * GWEI)
        await stage.call("renew_request", request=request)

    told(story)
