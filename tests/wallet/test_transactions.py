"""What a transaction costs, which forms are signed, why one would fail: on a real node."""

from collections.abc import Callable

from tandem.chains.ethereum.data_fee import ORACLE
from wallet.conftest import RICH, Stage
from wallet.test_networks import anvil_of, serving

# Answers every call with 0x…c8: PUSH1 c8, PUSH0, MSTORE, PUSH1 20, PUSH0, RETURN.
ALWAYS_200 = "0x60c85f5260205ff3"
# Reverts with Error("not today").
NOT_TODAY = (
    "08c379a0" + (32).to_bytes(32, "big").hex() + (9).to_bytes(32, "big").hex() + b"not today".ljust(32, b"\0").hex()
)


def always_reverting() -> str:
    """Copies the words behind the code to memory and reverts with them: CODECOPY(0, 11, 100), REVERT(0, 100)."""
    return "0x" + "6064600b5f3960645ffd" + "00" + NOT_TODAY


async def approve(stage: Stage, **fee: str) -> None:
    asked = await stage.request("awaiting_approval")
    await stage.call("decide", request=asked["id"], approve=True, fee=fee)
    link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
    await stage.phone.follow(link)


def test_three_speeds_and_the_chosen_one_is_signed(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        asked = await stage.request("awaiting_approval")
        speeds = {each["speed"]: each for each in asked["summary"]["speeds"]}
        assert list(speeds) == ["slow", "normal", "fast"] and asked["summary"]["speed"] == "normal"
        costs = [int(each["fee"]["exact"]) for each in speeds.values()]
        assert costs == sorted(costs) and asked["summary"]["fee"]["exact"] == str(costs[1])
        fast = speeds["fast"]
        await approve(stage, max_fee=fast["max_fee"], priority_fee=fast["priority_fee"])
        found = await stage.rpc("eth_getTransactionByHash", (await sent)["ok"])
        assert int(found["maxFeePerGas"], 16) == int(fast["max_fee"])  # type: ignore[index]

    play(story)


def test_a_message_that_waits_for_the_phone_takes_no_nonce(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        stage.dapp("personal_sign", "0x68656c6c6f", stage.address)
        message = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=message, approve=True)
        await stage.until(lambda s: next((r["phone"] for r in s["requests"] if r["phone"]), None))
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        asked = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=asked, approve=True)
        link = await stage.until(
            lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"] and r["id"] == asked), None)
        )
        await stage.phone.follow(str(link))
        assert (await stage.receipt((await sent)["ok"]))["status"] == "0x1"

    play(story)


def test_what_the_phone_will_show_is_said_before_the_yes(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1", "data": "0x1234"})
        asked = await stage.request("awaiting_approval")
        (view,) = asked["shows"]
        assert ["call", "0x1234"] in view["rows"] and view["notes"] == ["call", "new_network"]
        await stage.call("decide", request=asked["id"], approve=True, fee={})
        step = await stage.until(lambda s: next((r["phone"] for r in s["requests"] if r["phone"]), None))
        assert step["shows"] == view  # and it is what the phone is then sent
        await stage.phone.follow(step["link"])
        assert (await sent)["ok"]
        assert all(not request["shows"] for request in stage.state["requests"])

    play(story)


def test_the_page_gets_a_transaction_signed_and_sends_it_itself(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("eth_signTransaction", {"from": stage.address, "to": RICH, "value": "0x5"})
        await approve(stage)
        raw = (await asked)["ok"]
        assert raw.startswith("0x02")
        assert await stage.rpc("eth_getTransactionCount", stage.address, "pending") == "0x0"  # nothing was sent
        name = (await stage.dapp("eth_sendRawTransaction", raw))["ok"]
        assert (await stage.receipt(name))["status"] == "0x1"
        assert (await stage.dapp("eth_sendRawTransaction", raw))["ok"] == name  # known already is no failure
        wrong = (await stage.dapp("eth_sendRawTransaction", "0xzz"))["err"]
        assert (wrong["code"], wrong["data"]["reason"]) == (-32602, "bad_request")
        assert (await stage.dapp("eth_sendRawTransaction", "0x02c0"))["err"]["code"] != -32603

    play(story)


def test_forms_that_are_not_signed_are_refused_before_anyone_is_asked(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        wish = {"from": stage.address, "to": RICH}
        for extra, reason in (
            ({"type": "0x3"}, "blob_transaction"),
            ({"blobVersionedHashes": ["0x01"], "accessList": []}, "blob_transaction"),
            ({"authorizationList": [{}]}, "bad_request"),
            ({"type": "0x0", "accessList": [{"address": RICH, "storageKeys": []}]}, "bad_request"),
        ):
            for method in ("eth_sendTransaction", "eth_signTransaction"):
                error = (await stage.dapp(method, {**wish, **extra}))["err"]
                assert (error["code"], error["data"]["reason"]) == (-32602, reason)
        # Who gets the bytes gets the type they named; what the wallet sends itself may be of its own.
        error = (await stage.dapp("eth_signTransaction", {**wish, "type": "0x0", "gasPrice": "0x1"}))["err"]
        assert (error["code"], error["data"]["reason"]) == (-32602, "bad_request")
        assert stage.state["requests"][1:] == []  # the connect alone

    play(story)


def test_a_revert_is_told_in_the_contracts_own_words_with_its_data(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        contract = "0x" + "c0" * 20
        await stage.rpc("anvil_setCode", contract, always_reverting())
        sent = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": contract, "data": "0x12345678"})
        error = (await sent)["err"]
        assert error["message"] == "execution reverted: not today" and error["data"] == "0x" + NOT_TODAY
        shown = await stage.request("failed")
        assert shown["error"]["message"] == error["message"]

    play(story)


def test_a_token_that_is_not_there_is_told(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        contract = "0x" + "c1" * 20
        await stage.rpc("anvil_setCode", contract, ALWAYS_200)  # a balance of 200
        for amount, short in ((200, False), (201, True)):
            data = "0xa9059cbb" + RICH[2:].lower().rjust(64, "0") + amount.to_bytes(32, "big").hex()
            stage.dapp("eth_sendTransaction", {"from": stage.address, "to": contract, "data": data, "gas": "0x20000"})
            asked = await stage.request("awaiting_approval")
            assert asked["summary"]["short"] is short
            await stage.call("decide", request=asked["id"], approve=False)

    play(story)


def test_the_op_stacks_fee_for_bytes_is_told_and_counted(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(10)) as optimism:
            await stage.call("set_rpc", chain="eip155:10", urls=[optimism])
            assert (await stage.dapp("wallet_switchEthereumChain", {"chainId": "0xa"}))["ok"] is None
            stage.rpc_url = optimism
            await stage.fund()
            await stage.rpc("anvil_setCode", ORACLE, ALWAYS_200)
            wish = {"from": stage.address, "to": RICH, "value": "0x1", "gas": "0x5208"}
            stage.dapp("eth_sendTransaction", wish)
            asked = await stage.request("awaiting_approval")
            assert asked["summary"]["data_fee"]["exact"] == "250"
            await stage.call("decide", request=asked["id"], approve=False)
            await stage.rpc("anvil_setBalance", stage.address, hex(1 + int(asked["summary"]["fee"]["exact"]) + 249))
            fees = {"maxFeePerGas": hex(int(asked["summary"]["fee"]["exact"]) // 21000), "maxPriorityFeePerGas": "0x1"}
            error = (await stage.dapp("eth_sendTransaction", {**wish, **fees}))["err"]
            assert error["data"]["reason"] == "insufficient_funds"

    play(story)
