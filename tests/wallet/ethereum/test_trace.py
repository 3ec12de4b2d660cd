"""The wallet is killed when the devices have signed and it has not noted that down; the phone sends it, or does not."""

import asyncio
import json

import pytest

from tandem.wallet import desk
from wallet.conftest import RICH, Memory, Stage


class Dying(Memory):
    """Loses the write that says `signed`, and everything after it."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: asyncio.Future = asyncio.get_running_loop().create_future()
        self.states: list[str] = []

    async def put(self, key: str, value: bytes) -> None:
        if key == "records" and not self.lost.done():
            record = json.loads(value)[-1]
            self.states.append(record["state"])
            if record["state"] == "signed":
                self.lost.set_result(record["raw"][0])
        if self.lost.done() and self.states:
            await asyncio.Event().wait()
        await super().put(key, value)


async def again(stage: Stage) -> dict:
    """What the page hears, whose channel asks the new wallet under the same key."""
    await stage.boot()
    send = {"from": stage.address, "to": RICH, "value": "0x7", "data": "0x1234"}
    return await asyncio.wait_for(stage.dapp("eth_sendTransaction", send, key="doc:1"), 20)


@pytest.fixture
def cut_short(play, monkeypatch: pytest.MonkeyPatch):
    """A story that goes on when the wallet has died: with the raw transaction that only the phone has."""
    monkeypatch.setattr(desk, "TRACE_PAUSE", 0.05)

    def run(story) -> None:
        async def whole(stage: Stage) -> None:
            await stage.connected()
            await stage.fund()
            dying = Dying()
            dying.values = stage.store.values
            stage.store.put = dying.put  # type: ignore[method-assign]
            send = {"from": stage.address, "to": RICH, "value": "0x7", "data": "0x1234"}
            stage.dapp("eth_sendTransaction", send, key="doc:1")
            request = (await stage.request("awaiting_approval"))["id"]
            await stage.call("decide", request=request, approve=True)
            link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
            following = asyncio.ensure_future(stage.phone.follow(str(link)))
            raw = await asyncio.wait_for(dying.lost, 20)
            await stage.crash()
            following.cancel()
            assert dying.states[-2:] == ["signing", "signed"] and dying.states.count("signing") == 1
            assert json.loads(stage.store.values["records"])[-1]["state"] == "signing"
            del stage.store.put
            await story(stage, raw)

        play(whole)

    return run


def test_what_the_phone_has_sent_is_found_and_answered(cut_short) -> None:
    async def story(stage: Stage, raw: str) -> None:
        name = await stage.rpc("eth_sendRawTransaction", raw)
        await stage.receipt(name)
        await stage.rpc("anvil_mine", "0x5")
        assert (await again(stage))["ok"] == name
        (row,) = [row for row in (await stage.call("activity"))["rows"] if row["name"]]
        assert row["name"] == name and row["status"] in ("pending", "mined")
        assert stage.state["requests"][-1]["sent"] == [{"id": name, "explorer": None}]

    cut_short(story)


def test_one_that_is_on_its_way_is_found_as_well(cut_short) -> None:
    async def story(stage: Stage, raw: str) -> None:
        await stage.rpc("evm_setAutomine", False)
        name = await stage.rpc("eth_sendRawTransaction", raw)
        try:
            assert (await again(stage))["ok"] == name
        finally:
            await stage.rpc("evm_setAutomine", True)
            await stage.rpc("anvil_mine", "0x1")

    cut_short(story)


def test_what_the_network_does_not_show_may_have_been_sent(cut_short) -> None:
    async def story(stage: Stage, raw: str) -> None:
        assert (await again(stage))["err"]["data"]["reason"] == "signing_interrupted"
        assert stage.state["requests"][-1]["sent"] == []

    cut_short(story)


@pytest.mark.parametrize("older", [False, True])
def test_another_transaction_with_its_nonce_is_not_it(cut_short, older: bool) -> None:
    async def story(stage: Stage, raw: str) -> None:
        await stage.rpc("anvil_impersonateAccount", stage.address)
        other = {"from": stage.address, "to": RICH, "value": "0x8"}
        await stage.receipt(await stage.rpc("eth_sendTransaction", other))
        if older:  # than what nodes remember of accounts
            await stage.rpc("anvil_mine", "0x100")
        assert (await again(stage))["err"]["data"]["reason"] == "signing_interrupted"

    cut_short(story)
