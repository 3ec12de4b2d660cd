"""eth_subscribe on a real node: heads and logs to the document that asked, and to it alone."""

import asyncio
import json
from collections.abc import Callable

import pytest

from tandem.errors import BadRequest, UnknownMethod
from tandem.wallet.ethereum.subscriptions import MAX_HERE, _filter
from tandem.wire import Json
from wallet.conftest import RICH, Stage
from wallet.test_networks import MINE, anvil_of, described, serving

# Emits LOG1(memory 0..0, topic 7) whenever it is called: PUSH1 07, PUSH0, PUSH0, LOG1.
LOGGING = "0x60075f5fa100"
TOPIC = "0x" + "7".rjust(64, "0")


def told(stage: Stage, name: str) -> list[dict]:
    messages = [event for event in stage.events if event.get("name") == "message"]
    assert all(event["document"] == "doc" for event in messages)
    return [each["data"]["data"]["result"] for each in messages if each["data"]["data"]["subscription"] == name]


async def until(wanted: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not wanted():
            await asyncio.sleep(0.05)


def test_heads_and_logs_are_told_to_the_document_that_asked(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as own:
            stage.rpc_url = own
            await stage.call("set_rpc", chain="eip155:31337", urls=[own])
            contract = "0x" + "c7" * 20
            await stage.rpc("anvil_setCode", contract, LOGGING)
            heads = (await stage.dapp("eth_subscribe", "newHeads"))["ok"]
            logs = (await stage.dapp("eth_subscribe", "logs", {"address": contract, "topics": [TOPIC]}))["ok"]
            none = (await stage.dapp("eth_subscribe", "logs", {"address": RICH}))["ok"]
            await stage.rpc("eth_sendTransaction", {"from": RICH, "to": contract})
            await stage.rpc("anvil_mine", "0x2")
            await until(lambda: len(told(stage, heads)) >= 3 and len(told(stage, logs)) >= 1)
            seen = told(stage, heads)
            assert [int(head["number"], 16) for head in seen] == [1, 2, 3]
            assert seen[1]["parentHash"] == seen[0]["hash"] and "transactions" not in seen[0]
            assert [log["topics"] for log in told(stage, logs)] == [[TOPIC]] and told(stage, none) == []

            # While its page is away it rests: what happens then is not told.
            await stage.call("page", document="doc", gone=True)
            await stage.rpc("evm_mine")
            await asyncio.sleep(1.2)
            await stage.call("page", document="doc", gone=False)
            await asyncio.sleep(0.3)
            await stage.rpc("evm_mine")
            await until(lambda: len(told(stage, heads)) >= 4)
            assert int(told(stage, heads)[3]["number"], 16) == 5

            assert (await stage.dapp("eth_unsubscribe", heads))["ok"] is True
            assert (await stage.dapp("eth_unsubscribe", heads))["ok"] is False
            await stage.rpc("eth_sendTransaction", {"from": RICH, "to": contract})
            await until(lambda: len(told(stage, logs)) >= 2)
            assert len(told(stage, heads)) == 4

    play(story)


def test_another_process_goes_on_under_the_same_id(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as own:
            stage.rpc_url = own
            await stage.call("set_rpc", chain="eip155:31337", urls=[own])
            contract = "0x" + "c7" * 20
            await stage.rpc("anvil_setCode", contract, LOGGING)
            wish = {"method": "eth_subscribe", "params": ["logs", {"address": contract}]}
            name = (await stage.dapp(wish["method"], *wish["params"]))["ok"]
            await stage.crash()
            await stage.boot()
            origin = "https://dapp.example"
            page = {"origin": origin, "document": "doc", "name": name, "text": json.dumps(wish), "chain_id": "0x7a69"}
            for other, why in (
                ({"text": json.dumps({"method": "eth_accounts"})}, "bad_request"),
                ({"text": json.dumps({"method": "eth_subscribe", "params": ["syncing"]})}, "unsupported_method"),
                ({"name": name + "0"}, "bad_request"),
                ({"name": "tandem"}, "bad_request"),
                ({"chain_id": "0x7a70"}, "unknown_chain"),
                ({"chain_id": 31337}, "bad_request"),
                ({"origin": "null"}, "not_permitted"),
            ):
                assert (await stage.send("resume_subscription", **page | other))["err"]["data"]["reason"] == why
            await stage.call("resume_subscription", **page)
            for other in ({"document": "else"}, {"origin": "https://other.example"}):
                assert (await stage.send("resume_subscription", **page | other))["err"]["data"][
                    "reason"
                ] == "bad_request"
            await stage.call("resume_subscription", **page)  # again is the same one
            async with asyncio.timeout(20):
                while not told(stage, name):
                    await stage.rpc("eth_sendTransaction", {"from": RICH, "to": contract})
                    await asyncio.sleep(0.3)
            blocks = [log["blockNumber"] for log in told(stage, name)]
            assert len(blocks) == len(set(blocks))
            assert (await stage.dapp("eth_unsubscribe", name))["ok"] is True
            names = [hex(number + (1 << 127)) for number in range(MAX_HERE + 1)]
            answers = [await stage.send("resume_subscription", **page | {"name": each}) for each in names]
            assert ["ok" in each for each in answers] == [True] * MAX_HERE + [False]

    play(story)


def test_a_network_that_is_removed_ends_what_is_listened_to_on_it(play: Callable) -> None:
    def ended(stage: Stage) -> list[tuple[str, list[str], int]]:
        found = [event for event in stage.events if event.get("event") == "ended"]
        return [(each["document"], each["names"], each["error"]["code"]) for each in found]

    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(MINE)) as own:
            stage.rpc_url = own
            await stage.call("add_network", network=described(own))
            assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": hex(MINE)}))["ok"] is None
            names = [(await stage.dapp("eth_subscribe", kind))["ok"] for kind in ("newHeads", "logs")]
            away = (await stage.dapp("eth_subscribe", "newHeads", document="away"))["ok"]
            await stage.call("page", document="away", gone=True)
            assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": "0x7a69"}))["ok"] is None
            stays = (await stage.dapp("eth_subscribe", "newHeads"))["ok"]
            await stage.call("remove_network", chain=f"eip155:{MINE}")
            await until(lambda: ended(stage) == [("doc", names, 4902)])
            assert [(await stage.dapp("eth_unsubscribe", each))["ok"] for each in names] == [False, False]
            await stage.call("page", document="away", gone=False)  # hears it when it is back
            await until(lambda: ended(stage)[1:] == [("away", [away], 4902)])
            # It comes back, and is another one: nothing goes on by itself.
            await stage.call("add_network", network=described(own))
            await stage.rpc("evm_mine")
            await asyncio.sleep(1)
            assert all(told(stage, each) == [] for each in names)
            assert (await stage.dapp("eth_unsubscribe", stays))["ok"] is True

    play(story)


def test_the_nodes_of_today_are_asked(play: Callable, anvil: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as dying:
            await stage.call("set_rpc", chain="eip155:31337", urls=[dying])
            heads = (await stage.dapp("eth_subscribe", "newHeads"))["ok"]
        await stage.call("set_rpc", chain="eip155:31337", urls=[anvil])
        stage.rpc_url = anvil
        await stage.rpc("anvil_mine", "0x1")
        await until(lambda: bool(told(stage, heads)))

    play(story)


def test_one_document_has_so_many_and_another_cannot_end_them(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        names = [(await stage.dapp("eth_subscribe", "newHeads"))["ok"] for _ in range(MAX_HERE)]
        assert (await stage.dapp("eth_subscribe", "newHeads"))["err"]["data"]["reason"] == "rate_limited"
        text = f'{{"method":"eth_unsubscribe","params":["{names[0]}"]}}'
        other = {"key": "else:1", "origin": "https://dapp.example", "top": "https://dapp.example", "document": "else"}
        assert (await stage.send("dapp", **other, text=text))["ok"] is False

    play(story)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ((), BadRequest),
        (("everything",), BadRequest),
        (("newHeads", {}), BadRequest),
        (("newPendingTransactions",), UnknownMethod),
        (("logs", []), BadRequest),
        (("logs", {"address": "0x12"}), BadRequest),
        (("logs", {"address": [RICH] * 101}), BadRequest),
        (("logs", {"topics": [None] * 5}), BadRequest),
        (("logs", {"topics": "x"}), BadRequest),
    ],
)
def test_what_cannot_be_subscribed_to(params: tuple[Json, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        _filter(params)


def test_a_filter_keeps_address_and_topics_alone() -> None:
    assert _filter(("newHeads",)) is None and _filter(("logs",)) == {}
    wish: Json = {"address": RICH, "topics": [None, [TOPIC]], "fromBlock": "0x0"}
    assert _filter(("logs", wish)) == {"address": RICH, "topics": [None, [TOPIC]]}
