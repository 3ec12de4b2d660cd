"""Stories: what happens to people's requests, told by the screens' state and the pages' answers."""

import asyncio
import base64
import json

import pytest

from tandem.chains.ethereum import typed_data
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.calldata import UNLIMITED, approve_call
from tandem.chains.ethereum.message import digest
from tandem.curve.keccak import keccak256
from tandem.curve.secp256k1 import recover, uncompressed
from tandem.hosts.tasks import SystemClock
from tandem.wallet.ethereum import content
from wallet.conftest import ORIGIN, PASSWORD, RICH, Stage

HELLO = "0x" + b"hello".hex()


def signer(message: bytes, signature: str) -> str:
    raw = bytes.fromhex(signature[2:])
    key = recover(digest(message), raw[:32], raw[32:64], raw[64] - 27)
    return checksum(keccak256(uncompressed(key)[1:])[12:])


async def approve(stage: Stage) -> str:
    """Says yes in the browser, and gives the phone's link."""
    request = await stage.request("awaiting_approval")
    await stage.call("decide", request=request["id"], approve=True)
    return await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))


def test_a_message_is_signed_by_both(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await asked)["ok"]) == stage.address
        recovered = await stage.dapp("personal_ecRecover", HELLO, (await asked)["ok"])
        assert recovered["ok"] == stage.address.lower()
        assert (await stage.dapp("personal_ecRecover", HELLO, "0x" + "00" * 65))["err"]["code"] == -32602
        assert stage.phone.lines == [(("Message", "hello"),)]
        assert (await stage.request("done"))["result"] == (await asked)["ok"]

    play(story)


def test_a_transaction_is_signed_sent_and_mined(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": hex(10**18)})
        await stage.phone.follow(await approve(stage))
        answer = await asked
        assert "ok" in answer, answer
        receipt = await stage.receipt(answer["ok"])
        assert receipt["status"] == "0x1" and receipt["from"] == stage.address.lower()
        assert ("Send", "1 ETH") in stage.phone.lines[0]

    play(story)


def test_no_in_the_browser(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=False)
        assert (await asked)["err"]["code"] == 4001
        assert (await asked)["err"]["data"]["reason"] == "user_rejected"

    play(story)


def test_no_on_the_phone(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.phone.follow(await approve(stage), say_no=True)
        assert (await asked)["err"]["code"] == 4001
        assert (await asked)["err"]["data"]["reason"] == "phone_declined"

    play(story)


def test_cancelled_while_the_phone_is_awaited(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await approve(stage)
        await stage.call("cancel_request", request=stage.state["requests"][-1]["id"])
        assert (await asked)["err"]["data"]["reason"] == "cancelled"

    play(story)


def test_a_resent_request_is_the_same_request(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        first = stage.dapp("personal_sign", HELLO, stage.address, key="doc:same")
        await stage.request("awaiting_approval")
        again = stage.dapp("personal_sign", HELLO, stage.address, key="doc:same")
        link = await approve(stage)
        assert len([r for r in stage.state["requests"] if r["kind"] == "message"]) == 1
        await stage.phone.follow(link)
        assert (await first)["ok"] == (await again)["ok"]
        late = stage.dapp("personal_sign", HELLO, stage.address, key="doc:same")
        assert (await late)["ok"] == (await first)["ok"]

    play(story)


def test_two_connects_of_one_origin_are_one_question(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        asked = [stage.dapp("eth_requestAccounts", key=f"tab{i}:1") for i in range(3)]
        request = await stage.request("awaiting_approval")
        assert len(stage.state["requests"]) == 1
        await stage.call("decide", request=request["id"], approve=True)
        assert [(await a)["ok"] for a in asked] == [[stage.address.lower()]] * 3

    play(story)


def test_a_locked_wallet_keeps_the_request_until_it_is_unlocked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("lock")
        assert (await stage.dapp("eth_accounts"))["ok"] == []
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.request("awaiting_unlock")
        wrong = await stage.send("unlock", password="not the password")
        assert wrong["err"]["data"]["reason"] == "wrong_password"
        await stage.call("unlock", password=PASSWORD)
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await asked)["ok"]) == stage.address

    play(story)


def test_a_restart_keeps_vault_permissions_and_what_was_not_yet_approved(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        address = stage.address
        stage.dapp("personal_sign", HELLO, address, key="doc:1")
        await stage.request("awaiting_approval")
        await stage.crash()
        await stage.boot()
        assert stage.state["stage"] == "locked" and stage.address == address
        assert [site["origin"] for site in stage.state["sites"]] == [ORIGIN]
        again = stage.dapp("personal_sign", HELLO, address, key="doc:1")
        await stage.call("unlock", password=PASSWORD)
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await again)["ok"]) == address

    play(story)


def test_t26_a_restart_during_the_phone_step_fails_the_request_and_says_so(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.dapp("personal_sign", HELLO, stage.address, key="doc:1")
        await approve(stage)
        await stage.crash()
        await stage.boot()
        again = await stage.dapp("personal_sign", HELLO, stage.address, key="doc:1")
        assert again["err"]["data"]["reason"] == "wallet_restarted"

    play(story)


@pytest.mark.slow
def test_the_relay_is_gone(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("set_settings", relay_url="http://127.0.0.1:9")
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        stalled = await asyncio.wait_for(stage.request("stalled"), 60)
        assert stalled["error"]["reason"] == "relay_unreachable" and not asked.done()
        await stage.call("cancel_request", request=stalled["id"])
        assert (await asked)["err"]["data"]["reason"] == "relay_unreachable"

    play(story)


@pytest.mark.parametrize(
    ("method", "params", "code", "reason"),
    [
        ("eth_noSuchThing", [], 4200, "unsupported_method"),
        ("eth_sign", [RICH, HELLO], 4200, "unsupported_method"),
        ("personal_sign", [HELLO, RICH], 4100, "not_permitted"),
        ("personal_sign", [HELLO], -32602, "bad_request"),
        ("eth_sendTransaction", [{"from": RICH, "to": RICH}], 4100, "not_permitted"),
        ("eth_sendTransaction", [], -32602, "bad_request"),
        ("wallet_switchEthereumChain", [{"chainId": "0x999999"}], 4902, "unknown_chain"),
        ("wallet_switchEthereumChain", ["0x1"], -32602, "bad_request"),
    ],
)
def test_t43_exact_errors_without_any_prompt(play, method: str, params: list, code: int, reason: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.events.clear()
        answer = await stage.dapp(method, *params)
        assert (answer["err"]["code"], answer["err"]["data"]["reason"]) == (code, reason)
        assert not [e for e in stage.events if e["event"] == "prompt"]

    play(story)


def test_wrong_chain_and_empty_purse_are_told_before_the_phone_is_asked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        send = {"from": stage.address, "to": RICH, "value": "0x1"}
        wrong = await stage.dapp("eth_sendTransaction", {**send, "chainId": "0x1"})
        assert wrong["err"]["data"]["reason"] == "wrong_network"
        poor = await stage.dapp("eth_sendTransaction", {**send, "gas": "0x5208"})
        assert poor["err"]["data"]["reason"] == "insufficient_funds"

    play(story)


def test_fees_can_be_changed_and_the_unlimited_approval_is_named(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        call = "0x" + approve_call(b"\x11" * 20, UNLIMITED).hex()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "data": call})
        request = await stage.request("awaiting_approval")
        assert request["summary"]["title"] == "erc20_approve" and request["summary"]["unlimited"]
        await stage.call(
            "decide", request=request["id"], approve=True, fee={"max_fee": "5000000000", "gas_limit": "60000"}
        )
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        sent = await stage.rpc("eth_getTransactionByHash", (await asked)["ok"])
        assert (sent["maxFeePerGas"], sent["gas"]) == (hex(5000000000), hex(60000))
        assert "UNLIMITED" in str(stage.phone.lines)

    play(story)


def test_events_tell_a_site_what_changes_for_it(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.events.clear()
        await stage.dapp("wallet_switchEthereumChain", {"chainId": "0x1"})
        assert (await stage.dapp("eth_chainId"))["ok"] == "0x1"
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)
        await stage.call("disconnect_site", origin=ORIGIN)
        told = [(e["name"], e["data"]) for e in stage.events if e["event"] == "dapp"]
        assert told == [
            ("chainChanged", "0x1"),
            ("accountsChanged", []),
            ("accountsChanged", [stage.address.lower()]),
            ("accountsChanged", []),
        ]
        refused = await stage.dapp("personal_sign", HELLO, stage.address)
        assert refused["err"]["code"] == 4100

    play(story)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 6000, '{"id":99,"call":7}', '{"id":99,"call":"dapp"}', "x" * (5 << 20)]
)
def test_garbage_is_answered_and_the_backend_lives_on(play, text: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        stage.backend.receive(text)
        assert (await stage.dapp("eth_chainId"))["ok"] == "0x1"

    play(story)


def test_t39_an_opaque_origin_gets_nothing(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        for origin in ("null", "http://plain.example", "file://"):
            assert (await stage.dapp("eth_requestAccounts", origin=origin))["err"]["code"] == 4100

    play(story)


def test_t44_a_flood_is_bounded_and_three_rejections_pause_the_origin(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = [stage.dapp("personal_sign", HELLO, stage.address) for _ in range(30)]
        await asyncio.sleep(0.5)
        told = [a.result()["err"]["data"]["reason"] for a in asked if a.done()]
        assert told == ["rate_limited"] * 20
        for _ in range(3):
            await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=False)
        assert (await stage.dapp("personal_sign", HELLO, stage.address))["err"]["data"]["reason"] == "rate_limited"

    play(story)


def test_the_keygen_waits_for_a_phone_and_can_be_cancelled(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_settings", relay_url=stage.relay_url)
        for wrong in ({"password": "short"}, {"name": " "}, {"size": 7}):
            answer = await stage.send("create_vault", **({"name": "V", "password": PASSWORD, "size": 2} | wrong))
            assert answer["err"]["code"] == -32602
        await stage.call("create_vault", name="V", password=PASSWORD, size=2)
        await stage.until(lambda s: s["ceremony"] and s["ceremony"]["stage"] == "waiting")
        await stage.call("cancel_ceremony")
        assert stage.state["ceremony"] is None and stage.state["stage"] == "empty"

    play(story)


def test_the_phone_never_comes(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("set_settings", phone_wait_seconds=1)
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await approve(stage)
        stalled = await stage.request("stalled")
        assert stalled["error"]["reason"] == "phone_timeout" and not asked.done()
        await stage.call("cancel_request", request=stalled["id"])
        assert (await asked)["err"]["data"]["reason"] == "phone_timeout"
        for wrong in (0, 301, "1", None):
            assert (await stage.send("set_settings", phone_wait_seconds=wrong))["err"]["code"] == -32602

    play(story)


def test_three_devices_of_which_any_two_sign(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_settings", relay_url=stage.relay_url)
        await stage.call("create_vault", name="Savings", password=PASSWORD, size=3)
        link = await stage.until(lambda s: s["ceremony"] and s["ceremony"]["link"])
        other = stage.another_phone("phone-2")
        await asyncio.gather(stage.phone.follow(link), other.follow(link))
        await stage.until(lambda s: s["stage"] == "open")
        assert (len(stage.state["vault"]["signers"]), stage.state["vault"]["threshold"]) == (3, 2)
        connecting = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        await connecting
        for phone in (other, stage.phone):
            asked = stage.dapp("personal_sign", HELLO, stage.address)
            await phone.follow(await approve(stage))
            assert signer(b"hello", (await asked)["ok"]) == stage.address

    play(story)


def test_a_damaged_copy_of_the_vault_is_passed_over_and_never_overwritten(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        whole = dict(stage.store.values)
        stage.store.values["vault/0"] = whole["vault/0"][:40]
        await stage.crash()
        await stage.boot()
        await stage.call("unlock", password=PASSWORD)
        assert stage.state["stage"] == "open"
        stage.store.values["vault/1"] = b"TNDM\x07" + whole["vault/1"][5:]
        broken = dict(stage.store.values)
        await stage.crash()
        await stage.boot()
        assert stage.state["stage"] == "locked"
        answer = await stage.send("unlock", password=PASSWORD)
        assert answer["err"]["data"]["reason"] == "vault_damaged"
        again = await stage.send("create_vault", name="New", password=PASSWORD, size=2)
        assert again["err"]["data"]["reason"] == "vault"
        assert {k: v for k, v in stage.store.values.items() if k in ("vault/0", "vault/1")} == {
            k: v for k, v in broken.items() if k in ("vault/0", "vault/1")
        }

    play(story)


def test_a_flipped_bit_in_one_copy_is_passed_over_too(play) -> None:
    """It looks like a wrong password; the other copy knows better."""

    async def story(stage: Stage) -> None:
        await stage.with_vault()
        whole = stage.store.values["vault/0"]
        for copy in ("vault/0", "vault/1"):
            stage.store.values |= {"vault/0": whole, "vault/1": whole}
            stage.store.values[copy] = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
            await stage.call("lock")
            answer = await stage.send("unlock", password="wrong password")
            assert answer["err"]["data"]["reason"] == "wrong_password"
            await stage.call("unlock", password=PASSWORD)

    play(story)


def test_t46_ten_wrong_passwords_and_an_altered_vault_look_alike(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        await stage.call("lock")
        answers = [await stage.send("unlock", password=f"wrong password {n}") for n in range(10)]
        whole = stage.store.values["vault/0"]
        for copy in ("vault/0", "vault/1"):
            stage.store.values[copy] = whole[:-1] + bytes([whole[-1] ^ 1])
        answers.append(await stage.send("unlock", password=PASSWORD))
        assert len({json.dumps(answer["err"], sort_keys=True) for answer in answers}) == 1
        stage.store.values |= {"vault/0": whole, "vault/1": whole}
        await stage.call("unlock", password=PASSWORD)

    play(story)


def test_t45_what_is_signed_is_what_was_shown(play) -> None:
    """A page that sends other contents under the key of a request on the screen changes nothing."""

    async def story(stage: Stage) -> None:
        await stage.connected()
        first = stage.dapp("personal_sign", HELLO, stage.address, key="doc:same")
        shown = await stage.request("awaiting_approval")
        other = stage.dapp("personal_sign", "0x" + b"all your money".hex(), stage.address, key="doc:same")
        assert [r for r in stage.state["requests"] if r["kind"] == "message"] == [shown]
        await stage.phone.follow(await approve(stage))
        assert (await first)["ok"] == (await other)["ok"]
        assert signer(b"hello", (await first)["ok"]) == stage.address
        assert stage.phone.lines == [(("Message", "hello"),)]

    play(story)


def test_t47_the_deadline_counts_when_it_is_used(play, monkeypatch) -> None:
    """The machine slept past it and no timer ran: the first use finds the wallet locked and keeps the request."""
    slept = 0.0
    real = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: real(self) + slept)

    async def story(stage: Stage) -> None:
        nonlocal slept
        await stage.connected()
        slept = 60 * stage.state["settings"]["auto_lock_minutes"] + 1
        assert (await stage.dapp("eth_accounts"))["ok"] == []
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        request = await stage.request("awaiting_unlock")
        assert not asked.done() and stage.backend._keys._vault is None
        await stage.call("cancel_request", request=request["id"])
        assert (await asked)["err"]["code"] == 4001

    play(story)


def test_t48_no_share_and_no_password_anywhere(play, caplog, capsys) -> None:
    """After requests good and bad: neither in what is stored, sent to screens and pages, posted, nor logged."""

    async def story(stage: Stage) -> None:
        posted: list[bytes] = []
        send = stage.http.send

        async def tapped(request):
            posted.append(repr((request.url, dict(request.headers))).encode() + (request.body or b""))
            return await send(request)

        stage.http.send = tapped  # type: ignore[method-assign]
        told: list[str] = []
        emit = stage._emit
        stage._emit = lambda message: (told.append(json.dumps(message)), emit(message))  # type: ignore[method-assign]
        await stage.connected()
        asked = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.phone.follow(await approve(stage))
        await asked
        for method, params in (("eth_sendTransaction", [{}]), ("eth_nothing", []), ("personal_sign", [1])):
            await stage.dapp(method, *params)
        await stage.send("unlock", password="wrong password")
        await stage.send("nothing", password=PASSWORD)
        vault = stage.backend._keys.vault
        await stage.call("lock")
        secrets = [PASSWORD.encode(), vault.share.share.reveal(), vault.share.to_bytes()[200:264]]
        secrets += [stage.phone.made.share.share.reveal(), vault.eddsa.to_bytes()[-40:]]
        shown = capsys.readouterr()
        heap = [json.dumps(stage.state).encode(), "".join(told).encode(), caplog.text.encode(), *posted]
        heap += [*stage.store.values.values(), shown.out.encode(), shown.err.encode()]
        for secret in secrets:
            for form in (secret, secret.hex().encode(), base64.b64encode(secret)[:-4], str(list(secret)).encode()):
                assert not any(form in each for each in heap)
        assert posted and told

    play(story)


def test_a_broken_record_file_is_kept_aside_and_the_wallet_starts(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        stage.store.values["records"] = b"{not json"
        stage.store.values["sites"] = b"[1]"
        await stage.crash()
        await stage.boot()
        assert stage.state["stage"] == "locked" and stage.state["sites"] == []
        assert stage.store.values["records.broken"] == b"{not json"

    play(story)


def test_a_lock_during_the_unlocking_wins(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        await stage.call("lock")
        unlocking = stage.send("unlock", password=PASSWORD)
        await asyncio.sleep(0.01)
        await stage.call("lock")
        assert (await unlocking)["err"]["data"]["reason"] == "locked"
        assert stage.state["stage"] == "locked"

    play(story)


def test_a_second_click_on_approve_signs_nothing_twice(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        request = await stage.request("awaiting_approval")
        clicks = [stage.send("decide", request=request["id"], approve=True) for _ in range(3)]
        answers = [await click for click in clicks]
        assert [("ok" in answer) for answer in answers].count(True) == 1
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        await stage.receipt((await asked)["ok"])
        assert await stage.rpc("eth_getTransactionCount", stage.address, "latest") == "0x1"

    play(story)


def test_a_cancel_during_the_decision_wins(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        request = await stage.request("awaiting_approval")
        click = stage.send("decide", request=request["id"], approve=True)
        cancel = stage.send("cancel_request", request=request["id"])
        assert "ok" in await cancel and (await click)["err"]["code"] == -32602
        assert (await asked)["err"]["code"] == 4001
        assert stage.state["requests"][-1]["state"] == "failed"

    play(story)


def test_what_is_signed_cannot_be_cancelled_any_more(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        following = asyncio.ensure_future(stage.phone.follow(await approve(stage)))
        request = await stage.request("signed")
        refused = await stage.send("cancel_request", request=request["id"])
        assert refused.get("err", {}).get("code") == -32602
        await following
        assert "ok" in await asked

    play(story)


PERMIT = {
    "types": {
        "Permit": [
            {"name": "owner", "type": "address"},
            {"name": "spender", "type": "address"},
            {"name": "value", "type": "uint256"},
            {"name": "nonce", "type": "uint256"},
            {"name": "deadline", "type": "uint256"},
        ]
    },
    "primaryType": "Permit",
    "domain": {"name": "Dollar", "chainId": 31337, "verifyingContract": "0x" + "11" * 20},
    "message": {"owner": RICH, "spender": RICH, "value": str(UNLIMITED), "nonce": 0, "deadline": 99},
}


@pytest.mark.parametrize("method", ["eth_signTypedData_v4", "eth_signTypedData_v3"])
def test_typed_data_is_signed_by_both(play, method: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asked = stage.dapp(method, stage.address, json.dumps(PERMIT))
        request = await stage.request("awaiting_approval")
        (grant,) = request["summary"]["typed"]["grants"]
        assert (grant["spender"], grant["unlimited"]) == (RICH, True)
        await stage.phone.follow(await approve(stage))
        raw = bytes.fromhex((await asked)["ok"][2:])
        key = recover(typed_data.digest(typed_data.parse(json.dumps(PERMIT))), raw[:32], raw[32:64], raw[64] - 27)
        assert checksum(keccak256(uncompressed(key)[1:])[12:]) == stage.address
        shown = stage.phone.lines[0]
        assert ("Allow spending", "UNLIMITED: all of this token, now and later") in shown
        assert ("deadline", "99") in shown

    play(story)


def test_a_fault_of_our_own_is_answered_too(play, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no error of the tree: the page does not wait for ever, and hears nothing of it."""

    def broken(*_: object) -> None:
        raise TypeError("unhashable")

    async def story(stage: Stage) -> None:
        await stage.connected()
        monkeypatch.setattr(content, "summary", broken)
        answer = await asyncio.wait_for(stage.dapp("personal_sign", HELLO, stage.address), 10)
        assert (answer["err"]["code"], answer["err"]["data"]) == (-32603, {"reason": "internal"})
        assert "unhashable" not in json.dumps(answer) and stage.state["requests"][-1]["state"] == "failed"

    play(story)


def test_t43_typed_data_for_another_network_or_of_no_sense_is_refused(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        elsewhere = {**PERMIT, "domain": {**PERMIT["domain"], "chainId": 1}}
        answer = await stage.dapp("eth_signTypedData_v4", stage.address, elsewhere)
        assert (answer["err"]["code"], answer["err"]["data"]["reason"]) == (-32602, "wrong_network")
        for data in ("{", {}, {**PERMIT, "message": {}}, [{"type": "string", "name": "a", "value": "b"}]):
            answer = await stage.dapp("eth_signTypedData_v4", stage.address, data)
            assert answer["err"]["code"] == -32602
        listed = {"types": {"T": [{"name": "x", "type": "bool[]"}]}, "primaryType": "T", "domain": {}}
        answer = await stage.dapp("eth_signTypedData_v3", stage.address, {**listed, "message": {"x": []}})
        assert answer["err"]["code"] == -32602
        answer = await stage.dapp("eth_signTypedData_v4", RICH, PERMIT)
        assert answer["err"]["code"] == 4100

    play(story)
