"""Transactions with an access list and with authorizations: a page asks, the phone reads, a real node mines."""

from collections.abc import Callable

from coincurve import PrivateKey

from chains.ethereum.listed import AUTHORITY, authorize
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.authorization import NOBODY, Authorization, to_json
from tandem.chains.ethereum.tx import transaction_hash
from wallet.conftest import PASSWORD, RICH, Stage
from wallet.test_phrases import PHRASE, joiner

DELEGATE = "0x" + "de" * 20
ENTRY = {"address": DELEGATE, "storageKeys": ["0x" + "00" * 32, "0x" + "00" * 32]}
# Loads storage slot 0 and returns nothing: PUSH0, SLOAD, POP, STOP.
LOADS = "0x5f545000"


async def agree(stage: Stage, **fee: str) -> dict:
    asked = await stage.request("awaiting_approval")
    await stage.call("decide", request=asked["id"], approve=True, fee=fee)
    phone = await stage.until(lambda s: next((r["phone"] for r in s["requests"] if r["phone"]), None))
    await stage.phone.follow(phone["link"])
    return {"summary": asked["summary"], "phone": phone["shows"], "lines": dict(stage.phone.lines[-1])}


def words(*made: Authorization) -> list:
    return to_json(made)  # type: ignore[return-value]


def test_access_lists_are_mined_in_both_types(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        await stage.rpc("anvil_setCode", DELEGATE, LOADS)
        wish = {"from": stage.address, "to": DELEGATE, "data": "0x01", "accessList": [ENTRY]}
        for kind, more in (("0x1", {"type": "0x1"}), ("0x2", {"type": "0x2"}), ("0x2", {})):
            sent = stage.dapp("eth_sendTransaction", {**wish, **more})
            seen = await agree(stage)
            assert seen["summary"]["access_list"]["slots"] == 2 and seen["summary"]["phone_digits"]
            assert seen["summary"]["findings"] == [
                {"kind": "not_understood", "danger": True, "address": None, "like": None}
            ]
            assert dict(seen["phone"]["rows"])["method"] == "eth_signTransaction"
            assert seen["lines"]["Access list"] == "addresses: 1, storage slots: 2"
            assert seen["lines"]["Contract"] == checksum(bytes.fromhex(DELEGATE[2:]))
            assert seen["lines"]["Fee at most"].startswith(seen["summary"]["fee"]["value"] + " ")
            assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"
            found = await stage.rpc("eth_getTransactionByHash", (await sent)["ok"])
            assert found["type"] == kind and len(found["accessList"][0]["storageKeys"]) == 2  # type: ignore[index, call-overload]
            assert int(found["gas"], 16) > 21_000 + 2_400 + 2 * 1_900  # type: ignore[index, call-overload]
        price = {"gasPrice": hex(3 * 10**9)}
        sent = stage.dapp("eth_sendTransaction", {**wish, **price})  # a gas price names the older of the two types
        await agree(stage)
        found = await stage.rpc("eth_getTransactionByHash", (await sent)["ok"])
        assert (found["type"], found["gasPrice"]) == ("0x1", price["gasPrice"])  # type: ignore[index, call-overload]

    play(story)


def test_an_account_is_handed_over_and_taken_back(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        account = checksum(AUTHORITY)
        wish = {"from": stage.address, "to": account, "type": "0x4"}
        nonce = int(str(await stage.rpc("eth_getTransactionCount", account, "latest")), 16)
        word = authorize(chain_id=31337, nonce=nonce)
        sent = stage.dapp("eth_sendTransaction", {**wish, "authorizationList": words(word)})
        seen = await agree(stage)
        assert [each["kind"] for each in seen["summary"]["findings"]] == ["other_to_code", "first_time"]
        assert seen["lines"]["Account"] == account and seen["lines"]["Where"] == "Local chain"
        assert seen["lines"]["Handed over to the code of"] == checksum(bytes.fromhex(DELEGATE[2:]))
        assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"
        found = await stage.rpc("eth_getTransactionByHash", (await sent)["ok"])
        assert found["type"] == "0x4"  # type: ignore[index, call-overload]
        assert await stage.rpc("eth_getCode", account, "latest") == "0xef0100" + DELEGATE[2:]
        back = authorize(NOBODY, chain_id=0, nonce=nonce + 1)
        sent = stage.dapp("eth_sendTransaction", {**wish, "authorizationList": words(back), "accessList": [ENTRY]})
        seen = await agree(stage)
        assert [each["kind"] for each in seen["summary"]["findings"]] == ["takes_back"]
        assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"
        assert await stage.rpc("eth_getCode", account, "latest") == "0x"
        stage.dapp("eth_sendTransaction", {**wish, "authorizationList": words(word)})  # used already
        await stage.until(
            lambda s: any(found["kind"] == "void" for found in s["requests"][-1]["summary"].get("findings", []))
        )

    play(story)


def test_the_page_gets_the_bytes_of_the_type_it_named(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        wish = {"from": stage.address, "to": RICH, "value": "0x5"}
        word = words(authorize(chain_id=31337, nonce=900))  # a nonce that is not the account's: the chain skips it
        for kind, more in (
            ("0x1", {"accessList": [ENTRY]}),
            ("0x2", {"accessList": [ENTRY]}),
            ("0x4", {"authorizationList": word}),
        ):
            asked = stage.dapp("eth_signTransaction", {**wish, **more, "type": kind})
            await agree(stage)
            raw = (await asked)["ok"]
            assert raw.startswith(f"0x0{kind[2:]}")
            name = (await stage.dapp("eth_sendRawTransaction", raw))["ok"]
            assert name == "0x" + transaction_hash(bytes.fromhex(raw[2:])).hex()
            assert (await stage.receipt(name))["status"] == "0x1"
        for wrong in ({"type": "0x1"}, {"type": "0x0", "gasPrice": "0x1"}):  # as type 2, which the phone can read
            error = (await stage.dapp("eth_signTransaction", {**wish, **wrong}))["err"]
            assert error["data"]["reason"] == "bad_request"

    play(story)


def test_a_stuck_one_is_sped_up_with_its_lists(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        await stage.rpc("evm_setAutomine", False)
        try:
            wish = {"from": stage.address, "to": RICH, "value": "0x5"}
            word = words(authorize(chain_id=31337, nonce=900))
            for more in ({"type": "0x1", "accessList": [ENTRY]}, {"authorizationList": word, "accessList": [ENTRY]}):
                first = stage.dapp("eth_sendTransaction", {**wish, **more})
                await agree(stage)
                name = (await first)["ok"]
                request = next(r for r in reversed(stage.state["requests"]) if r["result"] == name)
                await stage.call("replace_transaction", request=request["id"])
                seen = await agree(stage)
                assert seen["summary"]["replaces"] == name and seen["summary"]["access_list"]["slots"] == 2
                done = await stage.until(
                    lambda s, name=name: next(
                        (r for r in s["requests"] if r["summary"].get("replaces") == name and r["result"]), None
                    )
                )
                await stage.rpc("evm_mine")
                old = await stage.rpc("eth_getTransactionByHash", name)
                new = await stage.rpc("eth_getTransactionByHash", done["result"])
                assert old is None and new["blockNumber"] is not None  # type: ignore[index, call-overload]
                assert new["type"] == more.get("type", "0x4") and len(new["accessList"]) == 1  # type: ignore[index, call-overload]
        finally:
            await stage.rpc("evm_setAutomine", True)

    play(story)


def test_an_authorization_that_the_chain_would_skip_is_refused_before_anyone_is_asked(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        (good,) = words(authorize(chain_id=31337))
        for change in (
            {"yParity": "0x2"},
            {"s": hex((1 << 255) + 1)},
            {"s": "0x0"},
            {"r": "0x5"},  # no point of the curve
            {"chainId": "0x1"},
            {"nonce": hex((1 << 64) - 1)},
            {"address": "0x" + "de" * 19},
        ):
            wish = {"from": stage.address, "to": RICH, "authorizationList": [{**good, **change}]}
            for method in ("eth_sendTransaction", "eth_signTransaction"):
                error = (await stage.dapp(method, wish))["err"]
                assert (error["code"], error["data"]["reason"]) == (-32602, "bad_request"), change
        for more in ({"authorizationList": [good] * 17}, {"accessList": [ENTRY] * 257}):
            error = (await stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, **more}))["err"]
            assert (error["code"], error["data"]["reason"]) == (-32602, "bad_request")
        assert stage.state["requests"][1:] == []  # the connect alone

    play(story)


def test_ones_own_account_is_handed_over_and_taken_back(play: Callable) -> None:
    """Of a vault from a phrase, which signs elsewhere too: nothing in this wallet signs such a word."""
    key = PrivateKey(bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"))

    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_settings", relay_url=stage.relay_url)
        await stage.call("set_rpc", chain="eip155:31337", url=stage.rpc_url)
        await stage.call("set_network", chain="eip155:31337")
        await stage.call("read_phrase", phrase=PHRASE)
        await stage.call("bring_in_phrase", name="Old", password=PASSWORD, size=2)
        phone = joiner(stage)
        await phone.follow(stage.state["ceremony"]["link"])
        await stage.until(lambda s: s["stage"] == "open")
        asked = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        assert (await asked)["ok"] == [RICH.lower()]
        for delegate, told, code in (
            (DELEGATE, "own_to_code", "0xef0100" + DELEGATE[2:]),
            ("0x" + "00" * 20, "takes_back", "0x"),
        ):
            nonce = int(str(await stage.rpc("eth_getTransactionCount", RICH, "latest")), 16) + 1  # after its own one
            word = authorize(bytes.fromhex(delegate[2:]), chain_id=31337, nonce=nonce, key=key)
            wish = {"from": RICH, "to": RICH, "type": "0x4", "authorizationList": words(word)}
            sent = stage.dapp("eth_sendTransaction", wish)
            request = await stage.request("awaiting_approval")
            assert request["summary"]["authorizations"][0]["own"]
            assert request["summary"]["findings"][0]["kind"] == told
            await stage.call("decide", request=request["id"], approve=True)
            await phone.sign((await stage.request("awaiting_phone"))["phone"]["link"])
            assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"
            assert await stage.rpc("eth_getCode", RICH, "latest") == code

    play(story)
