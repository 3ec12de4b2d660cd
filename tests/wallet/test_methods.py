"""Stories of the methods beside signing one thing: batches, tokens, networks, sign-ins, old typed data."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.typed_data_v1 import parse_fields
from tandem.curve.keccak import keccak256
from tandem.curve.secp256k1 import recover, uncompressed
from wallet.conftest import BUILD, ORIGIN, RICH, Stage, serving
from wallet.ethereum_contract import contract

OTHER = "https://other.example"
TOKEN, PIECE, MANY = "0x" + "a1" * 20, "0x" + "a2" * 20, "0x" + "a3" * 20
HEX = hex(31337)


async def allow(stage: Stage, links: int = 1) -> dict:
    """Yes in the browser and on the phone, as often as it is invited; gives the request as it was asked."""
    request = await stage.request("awaiting_approval")
    await stage.call("decide", request=request["id"], approve=True)
    seen: set[str] = set()
    for _ in range(links):
        link = await stage.until(
            lambda s: next(
                (r["phone"]["link"] for r in s["requests"] if r["phone"] and r["phone"]["link"] not in seen), None
            )
        )
        seen.add(link)
        await stage.phone.follow(link)
    return request


def told(answer: dict) -> tuple[int, object]:
    return answer["err"]["code"], answer["err"]["data"]["reason"]


def calls(stage: Stage, *each: dict, **more: object) -> dict:
    wish = {"version": "2.0.0", "from": stage.address, "chainId": HEX, "atomicRequired": False, "calls": list(each)}
    return wish | more


def paid(amount: int = 1) -> dict:
    return {"to": RICH, "value": hex(amount)}


def test_a_batch_is_one_approval_and_a_transaction_each(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("wallet_sendCalls", calls(stage, paid(1), paid(2)))
        request = await allow(stage, links=2)
        assert [call["amount"]["exact"] for call in request["summary"]["calls"]] == ["1", "2"]
        nonces = [call["nonce"] for call in request["summary"]["calls"]]
        assert nonces[1] == nonces[0] + 1
        batch = (await asked)["ok"]["id"]
        for name in [sent["id"] for sent in (await stage.request("done"))["sent"]]:
            await stage.receipt(name)
        status = (await stage.dapp("wallet_getCallsStatus", batch))["ok"]
        assert {name: status[name] for name in ("version", "id", "chainId", "status", "atomic")} == {
            "version": "2.0.0",
            "id": batch,
            "chainId": HEX,
            "status": 200,
            "atomic": False,
        }
        assert [receipt["status"] for receipt in status["receipts"]] == ["0x1", "0x1"]
        assert set(status["receipts"][0]) == {
            "logs",
            "status",
            "blockHash",
            "blockNumber",
            "gasUsed",
            "transactionHash",
        }
        stage.events.clear()
        assert (await stage.dapp("wallet_showCallsStatus", batch))["ok"] is None
        assert {"event": "prompt", "request": stage.state["requests"][-1]["id"]} in stage.events
        assert told(await stage.dapp("wallet_getCallsStatus", batch, origin=OTHER)) == (5730, "unknown_batch")
        await stage.crash()
        await stage.boot()
        assert (await stage.dapp("wallet_getCallsStatus", batch))["ok"]["status"] == 200  # it is on disk

    play(story)


def test_a_later_call_may_count_on_an_earlier_one_and_one_that_fails_is_told_before_anyone_is_asked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        # PUSH1 1 PUSH1 0 SSTORE on plain calls; with data: reverts unless slot 0 is set.
        await stage.rpc("anvil_setCode", TOKEN, "0x36600a57600160005500" + "5b600054601557600080fd" + "5b00")
        works = stage.dapp("wallet_sendCalls", calls(stage, {"to": TOKEN}, {"to": TOKEN, "data": "0x01"}))
        request = await stage.request("awaiting_approval")
        assert 21_000 < request["summary"]["calls"][1]["gas_limit"] < 100_000
        await stage.call("decide", request=request["id"], approve=False)
        assert told(await works) == (4001, "user_rejected")
        stage.events.clear()
        fails = await stage.dapp("wallet_sendCalls", calls(stage, paid(), {"to": TOKEN, "data": "0x01"}))
        assert fails["err"]["code"] == 3 and not [e for e in stage.events if e["event"] == "prompt"]
        poor = await stage.dapp("wallet_sendCalls", calls(stage, paid(6 * 10**18), paid(6 * 10**18)))
        assert "err" in poor

    play(story)


def test_a_batch_that_is_cut_short_says_so(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("wallet_sendCalls", calls(stage, paid(1), paid(2), id="mine"))
        request = await stage.request("awaiting_approval")
        await stage.call("decide", request=request["id"], approve=True)
        first = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(first)
        second = await stage.until(
            lambda s: next(
                (r["phone"]["link"] for r in s["requests"] if r["phone"] and r["phone"]["link"] != first), None
            )
        )
        # Somebody empties the account for all but the first of the two while the phone signs.
        both = int(request["summary"]["fee"]["exact"])
        await stage.rpc("anvil_setBalance", stage.address, hex(both // 2 + 1))
        await stage.phone.follow(second)
        assert (await asked)["ok"] == {"id": "mine"}
        await stage.receipt(stage.state["requests"][-1]["sent"][0]["id"])
        status = (await stage.dapp("wallet_getCallsStatus", "mine"))["ok"]
        assert status["status"] == 600 and len(status["receipts"]) == 1

    play(story)


@pytest.mark.parametrize(
    ("wish", "code", "reason"),
    [
        ({"atomicRequired": True}, 5760, "not_atomic"),
        ({"chainId": "0x999999"}, 5710, "unsupported_chain"),
        ({"calls": [{"to": RICH}] * 11}, 5740, "batch_too_large"),
        ({"capabilities": {"paymasterService": {"url": "https://x.example"}}}, 5700, "unsupported_capability"),
        ({"calls": [{"to": RICH, "capabilities": {"x": {}}}]}, 5700, "unsupported_capability"),
        ({"from": RICH}, 4100, "not_permitted"),
        ({"version": "1.0"}, -32602, "bad_request"),
        ({"calls": []}, -32602, "bad_request"),
        ({"atomicRequired": None}, -32602, "bad_request"),
        ({"calls": [{"value": "0x1"}]}, -32602, "bad_request"),
        ({"id": 7}, -32602, "bad_request"),
    ],
)
def test_batches_that_are_refused(play, wish: dict, code: int, reason: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.events.clear()
        assert told(await stage.dapp("wallet_sendCalls", calls(stage, paid()) | wish)) == (code, reason)
        assert not [e for e in stage.events if e["event"] == "prompt"]

    play(story)


def test_batch_ids_capabilities_and_what_is_optional(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        optional = {"paymasterService": {"optional": True}}
        asked = stage.dapp("wallet_sendCalls", calls(stage, paid(), id="0xabc", capabilities=optional))
        request = await stage.request("awaiting_approval")
        again = await stage.dapp("wallet_sendCalls", calls(stage, paid(5), id="0xabc"))
        assert told(again) == (5720, "duplicate_batch")
        assert (await stage.dapp("wallet_getCallsStatus", "0xabc"))["ok"]["status"] == 100
        await stage.call("decide", request=request["id"], approve=False)
        assert told(await asked) == (4001, "user_rejected")
        assert (await stage.dapp("wallet_getCallsStatus", "0xabc"))["ok"]["status"] == 400
        unsupported = {"atomic": {"status": "unsupported"}}
        can = (await stage.dapp("wallet_getCapabilities", stage.address, [HEX, "0x999999"]))["ok"]
        assert can == {HEX: unsupported}
        assert (await stage.dapp("wallet_getCapabilities", stage.address))["ok"]["0x1"] == unsupported
        assert told(await stage.dapp("wallet_getCapabilities", RICH)) == (4100, "not_permitted")

    play(story)


def test_a_token_is_listed_as_its_contract_says(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        me = int(stage.address, 16)
        coin = {"95d89b41": b"GLD", "313ce567": 6, "70a08231": 2_500_000}
        await stage.rpc("anvil_setCode", TOKEN, contract(coin))
        await stage.rpc("anvil_setCode", PIECE, contract({"01ffc9a7": 1, "6352211e": me, "95d89b41": b"ART"}))
        await stage.rpc("anvil_setCode", MANY, contract({"01ffc9a7": 1, "00fdd58e": 3}))
        for kind, options, amount in (
            ("ERC20", {"address": TOKEN, "symbol": "GLD", "decimals": 6}, "2.5"),
            ("ERC721", {"address": PIECE, "tokenId": "7"}, "1"),
            ("ERC1155", {"address": MANY, "tokenId": "9"}, "3"),
        ):
            asked = stage.dapp("wallet_watchAsset", {"type": kind, "options": options})
            request = await stage.request("awaiting_approval")
            assert (request["kind"], request["summary"]["amount"]["value"]) == ("asset", amount)
            await stage.call("decide", request=request["id"], approve=True)
            assert (await asked)["ok"] is True
        await stage.call("state")
        shown = await stage.until(lambda s: len(s["accounts"][0].get("tokens", ())) == 3 and s["accounts"][0]["tokens"])
        assert [token["symbol"] for token in shown] == ["GLD", "ART", "ERC1155"]
        assert shown[0]["balance"] == {"value": "2.5", "exact": "2500000", "symbol": "GLD"}
        await stage.crash()
        await stage.boot()
        await stage.call("state")
        await stage.until(lambda s: len(s["accounts"][0].get("tokens", ())) == 3)
        await stage.call("forget_asset", chain="eip155:31337", contract=PIECE, token_id="7")
        await stage.until(lambda s: len(s["accounts"][0]["tokens"]) == 2)

    play(story)


@pytest.mark.parametrize(
    "wish",
    [
        {"type": "ERC20", "options": {"address": TOKEN, "symbol": "USDC"}},  # another symbol than the contract's
        {"type": "ERC20", "options": {"address": TOKEN, "decimals": 18}},
        {"type": "ERC20", "options": {"address": RICH}},  # no contract
        {"type": "ERC20", "options": {"address": TOKEN, "tokenId": "1"}},
        {"type": "ERC721", "options": {"address": TOKEN, "tokenId": "1"}},  # another standard
        {"type": "ERC721", "options": {"address": PIECE, "tokenId": "1"}},  # another owner
        {"type": "ERC721", "options": {"address": PIECE}},
        {"type": "ERC1155", "options": {"address": MANY, "tokenId": "1"}},  # none of them
        {"type": "ERC777", "options": {"address": TOKEN}},
        {"type": "ERC20"},
        {},
    ],
)
def test_tokens_that_are_refused(play, wish: dict) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        coin = {"95d89b41": b"GLD", "313ce567": 6, "70a08231": 1}
        await stage.rpc("anvil_setCode", TOKEN, contract(coin))
        await stage.rpc("anvil_setCode", PIECE, contract({"01ffc9a7": 1, "6352211e": 1}))
        await stage.rpc("anvil_setCode", MANY, contract({"01ffc9a7": 1, "00fdd58e": 0}))
        stage.events.clear()
        assert told(await stage.dapp("wallet_watchAsset", wish)) == (-32602, "bad_request")
        assert not [e for e in stage.events if e["event"] == "prompt"]

    play(story)


@pytest.fixture(scope="module")
def another() -> Iterator[str]:
    """A chain that is in no list."""
    with serving(next(BUILD.glob("npm/@foundry-rs/anvil-*/bin/anvil")), "--chain-id", "1338", "--silent") as url:
        yield url


def network(url: str, **more: object) -> dict:
    coin = {"name": "Test", "symbol": "TST", "decimals": 18}
    return {"chainId": "0x53a", "chainName": "Test chain", "nativeCurrency": coin, "rpcUrls": [url]} | more


def test_a_network_is_added_and_the_site_moves_there(play, another: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        assert told(await stage.dapp("wallet_switchEthereumChain", {"chainId": "0x53a"})) == (4902, "unknown_chain")
        asked = stage.dapp("wallet_addEthereumChain", network(another))
        request = await stage.request("awaiting_approval")
        same = stage.dapp("wallet_addEthereumChain", network(another))  # shares the question
        differs = await stage.dapp("wallet_addEthereumChain", network(another, chainName="Another name"))
        assert told(differs) == (-32002, "already_asked")
        assert (request["kind"], request["summary"]["chain_id"]) == ("network", 1338)
        stage.events.clear()
        await stage.call("decide", request=request["id"], approve=True)
        assert "ok" in await asked and (await asked)["ok"] is None and (await same)["ok"] is None
        assert [(e["name"], e["data"]) for e in stage.events if e["event"] == "dapp"] == [("chainChanged", "0x53a")]
        assert (await stage.dapp("eth_chainId"))["ok"] == "0x53a"
        # Known networks need no question: the site moves.
        stage.events.clear()
        for chain in (HEX, "0x53a"):
            moved = await stage.dapp("wallet_addEthereumChain", network(another, chainId=chain))
            assert "ok" in moved, moved
            assert (await stage.dapp("eth_chainId"))["ok"] == chain
        assert not [e for e in stage.events if e["event"] == "prompt"]

    play(story)


def test_networks_that_are_refused(play, another: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.events.clear()
        for wrong in (
            network(another, chainId="0x53b"),  # the node says another id
            network("http://node.example"),
            network(another, nativeCurrency={"name": "T", "symbol": "T", "decimals": 6}),
            network(another, rpcUrls=[]),
            network(another, chainName=""),
            {"chainId": "0x53a"},
        ):
            answer = await stage.dapp("wallet_addEthereumChain", wrong)
            assert told(answer) == (-32602, "bad_request"), wrong
        gone = await stage.dapp("wallet_addEthereumChain", network("http://127.0.0.1:9"))
        assert told(gone) == (4901, "chain_unreachable")
        stranger = await stage.dapp("wallet_addEthereumChain", network(another), origin=OTHER)
        assert told(stranger) == (4100, "not_permitted")
        assert not [e for e in stage.events if e["event"] == "prompt"]

    play(story)


def sign_in(stage: Stage, host: str = ORIGIN.partition("://")[2], **more: str) -> str:
    fields = {
        "URI": ORIGIN,
        "Version": "1",
        "Chain ID": "31337",
        "Nonce": "abcdefgh",
        "Issued At": "2026-01-01T00:00:00Z",
    }
    lines = [f"{name}: {value}" for name, value in (fields | more).items()]
    return "\n".join([f"{host} wants you to sign in with your Ethereum account:", stage.address, "", "Hi.", "", *lines])


def test_a_sign_in_is_shown_field_by_field(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", "0x" + sign_in(stage).encode().hex(), stage.address)
        request = await allow(stage)
        assert request["summary"]["siwe"]["wrong"] == [] and request["summary"]["siwe"]["nonce"] == "abcdefgh"
        assert "ok" in await asked
        text = sign_in(stage, "evil.example", **{"Chain ID": "1", "Expiration Time": "2026-01-02T00:00:00Z"})
        stage.dapp("personal_sign", text, stage.address)  # as text, not as hex
        request = await stage.request("awaiting_approval")
        assert request["summary"]["siwe"]["wrong"] == ["domain", "chain", "expired"] and request["summary"]["foreign"]

    play(story)


def test_old_typed_data_is_signed_by_both(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        fields = [{"type": "string", "name": "Message", "value": "Hi, Alice!"}]
        asked = stage.dapp("eth_signTypedData", fields, stage.address)
        request = await allow(stage)
        assert request["summary"]["typed"]["fields"] == [[0, "Message", "Hi, Alice!"]]
        assert request["summary"]["phone_blind"] and stage.phone.lines[0][0][0] == "Not understood"
        raw = bytes.fromhex((await asked)["ok"][2:])
        key = recover(parse_fields(json.dumps(fields)).hashes.digest(), raw[:32], raw[32:64], raw[64] - 27)
        assert checksum(keccak256(uncompressed(key)[1:])[12:]) == stage.address

    play(story)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("wallet_requestPermissions", [{"eth_accounts": {}, "camera": {}}], -32602),
        ("wallet_requestPermissions", [], -32602),
        ("wallet_revokePermissions", [{"snap_x": {}}], -32602),
        ("wallet_createSession", [{}], 4200),
        ("wallet_invokeMethod", [{}], 4200),
        ("eth_getEncryptionPublicKey", [RICH], 4200),
        ("eth_subscribeToEverything", [], 4200),
    ],
)
def test_what_is_refused_on_purpose(play, method: str, params: list, code: int) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        assert (await stage.dapp(method, *params, origin=OTHER))["err"]["code"] == code

    play(story)


def test_permissions_in_full_and_reads_that_only_the_node_knows(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        (granted,) = (await stage.dapp("wallet_getPermissions"))["ok"]
        assert granted["parentCapability"] == "eth_accounts" and granted["invoker"] == ORIGIN
        assert granted["caveats"] == [{"type": "restrictReturnedAccounts", "value": [stage.address.lower()]}]
        assert granted["date"] > 1_600_000_000_000
        assert (await stage.dapp("wallet_requestPermissions", {"eth_accounts": {}}))["ok"] == [granted]
        answer = await stage.dapp("eth_getHeaderByNumber", "latest")
        assert answer.get("ok") or answer["err"]["code"] == -32601  # the node's own word
        assert (await stage.dapp("wallet_revokePermissions", {"eth_accounts": {}}))["ok"] is None
        assert (await stage.dapp("eth_accounts"))["ok"] == []
        assert (await stage.dapp("wallet_getPermissions"))["ok"] == []
        await asyncio.sleep(0)

    play(story)
