"""Typed data: tokens in it are named by their contracts, when those answer; the screen does not wait for that."""

import json

from wallet.conftest import RICH, Stage
from wallet.ethereum.contracts import erc20
from wallet.test_backend import PERMIT
from wallet.test_networks import anvil_of, serving


def permit(token: str, **domain: object) -> str:
    given = {"name": "Dollar", "chainId": 31337, "verifyingContract": token, **domain}
    message = {**PERMIT["message"], "value": "2500000"}  # type: ignore[dict-item]
    return json.dumps(PERMIT | {"domain": given, "message": message})


async def amount(stage: Stage, text: str, *, of: str) -> dict:
    """Of what a permit hands out, once its token has the symbol `of`, or at first."""
    stage.dapp("eth_signTypedData_v4", stage.address, text)
    request = (await stage.request("awaiting_approval"))["id"]

    def grant(state: dict) -> dict | None:
        summary = next(r for r in state["requests"] if r["id"] == request)["summary"]
        (found,) = (each["amount"] for each in summary["typed"]["grants"])
        return found if found["symbol"] == of else None

    found = await stage.until(grant)
    await stage.call("cancel_request", request=request)
    return found  # type: ignore[return-value]


def test_a_token_is_named_by_its_contract(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        token = await erc20(stage, symbol="USDX", decimals=6)
        assert await amount(stage, permit(token), of="USDX") == {"value": "2.5", "symbol": "USDX", "exact": "2500000"}
        # What has no contract behind it, and what names no network, stays a number.
        for text in (permit(RICH), permit(token, chainId=None)):
            assert (await amount(stage, text, of=""))["value"] == "2500000"
        await stage.call("set_settings", simulate=False)
        assert (await amount(stage, permit(token), of=""))["value"] == "2500000"

    play(story)


def test_a_node_that_does_not_answer_holds_up_nobody(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as dying:
            await stage.call("set_rpc", chain="eip155:31337", urls=[dying])
        token = "0x" + "c0" * 20
        asked = stage.dapp("eth_signTypedData_v4", stage.address, permit(token))
        request = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=request, approve=True)
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(str(link))
        assert "ok" in await asked

    play(story)
