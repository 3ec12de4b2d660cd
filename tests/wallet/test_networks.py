"""Networks that a person adds, and several nodes a network, on real nodes."""

from collections.abc import Callable, Iterator

import pytest

from tandem.wire import Json
from wallet.conftest import BUILD, RICH, Stage, serving

MINE = 424242


def anvil_of(chain_id: int) -> list[object]:
    return [next(BUILD.glob("npm/@foundry-rs/anvil-*/bin/anvil")), "--chain-id", chain_id, "--silent"]


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    with serving(*anvil_of(MINE)) as url:
        yield url


def described(*urls: str, chain_id: int = MINE, name: str = "Mine") -> dict[str, Json]:
    currency: dict[str, Json] = {"name": "Mine", "symbol": "MIN", "decimals": 18}
    return {
        "chainId": hex(chain_id),
        "chainName": name,
        "nativeCurrency": currency,
        "rpcUrls": list(urls),
        "blockExplorerUrls": ["https://scan.example"],
    }


def row(stage: Stage, chain: str = f"eip155:{MINE}") -> dict | None:
    rows = stage.account("eip155")["networks"]
    return next((each for each in rows if each["chain"] == chain), None)


def healths(stage: Stage) -> dict[str, str]:
    return {each["url"]: each["health"] for each in row(stage, "eip155:31337")["nodes"]}


def test_a_network_is_added_used_and_removed(play: Callable, other: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("add_network", network=described("http://127.0.0.1:1", other))
        assert row(stage)["custom"] is True and row(stage)["explorer"] == "https://scan.example/tx/{}"
        await stage.crash()
        await stage.boot()
        await stage.call("unlock", password="correct horse battery")
        assert row(stage)["name"] == "Mine"  # durable

        assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": hex(MINE)}))["ok"] is None
        assert (await stage.dapp("eth_chainId"))["ok"] == hex(MINE)
        stage.rpc_url = other
        await stage.fund()
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        asked = await stage.request("awaiting_approval")
        assert asked["network"] == {"chain": f"eip155:{MINE}", "name": "Mine", "symbol": "MIN"}
        await stage.call("decide", request=asked["id"], approve=True)
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        busy = await stage.send("remove_network", chain=f"eip155:{MINE}")
        assert busy["err"]["data"]["reason"] == "bad_request"  # a phone has it
        await stage.phone.follow(link)
        assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"

        await stage.call("set_network", chain=f"eip155:{MINE}")
        waiting = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        await stage.request("awaiting_approval")
        await stage.call("remove_network", chain=f"eip155:{MINE}")
        assert (await waiting)["err"]["data"]["reason"] == "unknown_chain"
        assert (await stage.dapp("eth_chainId"))["ok"] == "0x1"
        assert any(event.get("name") == "chainChanged" and event["data"] == "0x1" for event in stage.events)
        assert row(stage) is None and stage.account("eip155")["network"]["chain"] == "eip155:1"

    play(story)


def test_what_is_not_added(play: Callable, other: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()

        async def told(network: dict[str, Json]) -> str:
            return (await stage.send("add_network", network=network))["err"]["data"]["reason"]

        assert await told(described(other, stage.rpc_url)) == "bad_request"  # one of its nodes is of another chain
        assert await told(described(other, chain_id=31337)) == "bad_request"
        assert await told(described(stage.rpc_url, chain_id=31337)) == "bad_request"  # a chain id of our own list
        assert await told(described("http://127.0.0.1:1")) == "chain_unreachable"
        assert await told(described("http://node.example")) == "bad_request"
        refused = await stage.send("remove_network", chain="eip155:1")
        assert refused["err"]["data"]["reason"] == "bad_request"
        assert row(stage) is None

    play(story)


def test_a_network_of_the_person_is_changed_in_place(play: Callable, other: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        await stage.call("add_network", network=described(other))
        await stage.call("add_network", network=described(other, name="Ours"))
        assert [each["name"] for each in stage.account("eip155")["networks"] if each["custom"]] == ["Ours"]

    play(story)


def test_when_a_node_dies_the_next_one_is_asked(play: Callable, anvil: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as dying:
            await stage.call("set_rpc", chain="eip155:31337", urls=[dying, anvil])
            assert (await stage.dapp("eth_blockNumber"))["ok"] == "0x0"
        assert int((await stage.dapp("eth_getTransactionCount", RICH, "latest"))["ok"], 16) >= 0
        await stage.call("state")  # draws the screens anew
        await stage.until(lambda _: healths(stage) == {dying: "failing", anvil: "good"})
        await stage.fund()
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"

    play(story)


def test_a_chain_that_nobody_answers_for_is_4901(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337)) as dying:
            await stage.call("set_rpc", chain="eip155:31337", urls=[dying])
        error = (await stage.dapp("eth_blockNumber"))["err"]
        assert (error["code"], error["data"]["reason"]) == (4901, "chain_unreachable")

    play(story)
