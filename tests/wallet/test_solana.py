"""Stories of Solana pages: what they are answered, what the phone was shown, what the chain executed."""

import asyncio
import dataclasses

import pytest
from nacl.signing import SigningKey

from chains.solana.making import (
    Call,
    Meta,
    compiled,
    note,
    send,
    token_call,
    u64,
)
from tandem.chains.jsonrpc import body
from tandem.chains.solana import base58, message, tx
from tandem.chains.solana.address import parse, text
from tandem.chains.solana.programs import token
from tandem.curve import ed25519
from tandem.hosts.cpython import CpythonHttp
from tandem.wallet.rpc import Rpc
from tandem.wire import base64_text, unbase64
from wallet.conftest import ORIGIN, PASSWORD, Stage
from wallet.test_backend import approve

PEER = bytes([0x22]) * 32
SOL = 10**9


async def blockhash(stage: Stage) -> bytes:
    return base58.decode((await stage.ledger("getLatestBlockhash"))["value"]["blockhash"])


async def transfer(stage: Stage, amount: int = SOL, to: bytes = PEER, version: int | None = 0) -> bytes:
    """A page's unsigned transaction."""
    own = parse(stage.solana)
    made = compiled(send(amount, own, to), payer=own, version=version)
    return tx.to_bytes(tx.unsigned(dataclasses.replace(made, blockhash=await blockhash(stage))))


def inputs(stage: Stage, *raws: bytes, **more: object) -> list[dict]:
    chain = {"account": stage.solana, "chain": "solana:localnet"}
    return [{**chain, "transaction": base64_text(raw), **more} for raw in raws]


@pytest.fixture(autouse=True, scope="module")
def peer_exists(ledger: str) -> None:
    """An account that holds less than its rent cannot be made by a small transfer."""

    async def fund() -> None:
        http = CpythonHttp()
        await Rpc(http).post(ledger, body("requestAirdrop", [text(PEER), SOL]))
        await http.close()

    asyncio.run(fund())


async def balance(stage: Stage, account: bytes = PEER) -> int:
    return (await stage.ledger("getBalance", text(account)))["value"]


def test_connecting_shows_the_solana_account_only(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        silent = await stage.dapp("standard:connect", {"silent": True})
        assert silent["ok"] == [] and stage.state["requests"] == []
        asked = stage.dapp("standard:connect")
        request = await stage.request("awaiting_approval")
        assert (request["kind"], request["space"], request["account"]) == ("connect", "solana", stage.solana)
        await stage.call("decide", request=request["id"], approve=True)
        shown = {"address": stage.solana, "publicKey": base64_text(parse(stage.solana))}
        assert (await asked)["ok"] == [shown]
        assert (await stage.dapp("standard:connect", {"silent": True}))["ok"] == [shown]
        assert (await stage.dapp("standard:connect"))["ok"] == [shown]
        assert (await stage.dapp("eth_accounts"))["ok"] == []
        assert stage.state["sites"][0]["accounts"] == {"solana": [stage.solana]}
        told = [e for e in stage.events if e["event"] == "dapp" and e["name"] == "solanaAccountsChanged"]
        assert told[-1]["data"] == [shown]
        mirror = [e for e in stage.events if e["event"] == "mirror"][-1]["mirror"]
        assert mirror["sites"][ORIGIN]["solana"] == [shown] and mirror["sites"][ORIGIN]["accounts"] == []
        assert (await stage.dapp("standard:disconnect"))["ok"] is None
        assert stage.state["sites"] == []
        assert (await stage.dapp("standard:connect", {"silent": True}))["ok"] == []

    play(story)


def test_lock_takes_the_accounts_away_and_unlock_brings_them_back(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        del stage.events[:]
        await stage.call("lock")
        assert (await stage.dapp("standard:connect", {"silent": True}))["ok"] == []
        await stage.call("unlock", password=PASSWORD)
        told = [e["data"] for e in stage.events if e["event"] == "dapp"]
        assert [len(accounts) for accounts in told] == [0, 1]

    play(story)


@pytest.mark.parametrize("version", [None, 0])
def test_a_transfer_is_signed_by_both_sent_and_executed(play, version: int | None) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        before = await balance(stage)
        asked = stage.dapp(
            "solana:signAndSendTransaction",
            *inputs(stage, await transfer(stage, SOL, version=version), options={"commitment": "confirmed"}),
        )
        request = await stage.request("awaiting_approval")
        (shown,) = request["summary"]["transactions"]
        assert (shown["title"], shown["amount"]["exact"], request["sends"]) == ("send", str(SOL), True)
        assert request["summary"]["would_fail"] is False
        await stage.phone.follow(await approve(stage))
        answer = await asked
        assert "ok" in answer, answer
        done = await stage.request("done")
        (signature,) = answer["ok"]
        assert done["sent"] == [{"id": base58.encode(unbase64(signature)), "explorer": None}]
        assert await balance(stage) - before == SOL
        assert ("Send", "1 SOL") in stage.phone.lines[0] and ("To", text(PEER)) in stage.phone.lines[0]

    play(story)


def test_what_would_fail_by_now_is_not_signed_when_the_phone_is_invited_again(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana(sol=10)
        await stage.call("set_settings", phone_wait_seconds=1)
        first = stage.dapp("solana:signAndSendTransaction", *inputs(stage, await transfer(stage, 6 * SOL)))
        request = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=request, approve=True)
        await stage.request("stalled")
        await stage.call("set_settings", phone_wait_seconds=300)
        other = stage.dapp("solana:signAndSendTransaction", *inputs(stage, await transfer(stage, 5 * SOL)))
        await stage.phone.follow(await approve(stage))
        assert "ok" in await other
        late = await stage.send("renew_request", request=request)
        assert late["err"]["data"]["reason"] == "fails_now"
        await stage.call("reconsider_request", request=request)
        assert (await stage.request("awaiting_approval"))["summary"]["would_fail"] is True
        await stage.call("cancel_request", request=request)
        assert (await first)["err"]["code"] == 4001

    play(story)


def test_a_token_is_named_by_what_the_chain_says_of_its_accounts(play) -> None:
    """The instruction names neither mint nor decimals (plain Transfer): the node knows them."""

    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        own = parse(stage.solana)
        mint, source, target = (bytes([n]) * 32 for n in (0x41, 0x42, 0x43))
        for address, data in (
            (mint, mint_data(6)),
            (source, token_data(mint, own, 10**9)),
            (target, token_data(mint, PEER, 0)),
        ):
            await stage.ledger("ledger_setAccount", text(address), text(token.TOKEN), base64_text(data))
        call = token_call(3, u64(1_500_000), (source, "w"), (target, "w"), (own, "s"))
        made = dataclasses.replace(compiled(call, payer=own), blockhash=await blockhash(stage))
        asked = stage.dapp("solana:signAndSendTransaction", *inputs(stage, tx.to_bytes(tx.unsigned(made))))
        request = await stage.request("awaiting_approval")
        (shown,) = request["summary"]["transactions"]
        assert (shown["amount"]["value"], shown["steps"][0]["destination_owner"]) == ("1.5", text(PEER))
        assert shown["steps"][0]["mint"] == text(mint)
        await stage.phone.follow(await approve(stage))
        assert "ok" in await asked
        held = await stage.ledger("getAccountInfo", text(target), {"encoding": "base64"})
        assert int.from_bytes(unbase64(held["value"]["data"][0])[64:72], "little") == 1_500_000

    play(story)


def mint_data(places: int) -> bytes:
    """An initialised mint without authorities."""
    return bytes(36) + (10**15).to_bytes(8, "little") + bytes([places, 1]) + bytes(36)


def token_data(mint: bytes, owner: bytes, amount: int) -> bytes:
    """An initialised token account."""
    return mint + owner + amount.to_bytes(8, "little") + bytes(36) + b"\1" + bytes(56)


def test_what_waits_long_is_sent_with_a_newer_blockhash(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        before = await balance(stage)
        raw = await transfer(stage, 5)
        asked = stage.dapp("solana:signAndSendTransaction", *inputs(stage, raw))
        await stage.request("awaiting_approval")
        for _ in range(151):  # as many blocks as a blockhash lives
            await blockhash(stage)
        await stage.phone.follow(await approve(stage))
        assert "ok" in await asked
        assert await balance(stage) - before == 5

    play(story)


def test_several_transactions_are_one_approval_and_one_session(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        raws = [await transfer(stage, amount) for amount in (3, 2, 1)]
        asked = stage.dapp("solana:signTransaction", *inputs(stage, *raws))
        request = await stage.request("awaiting_approval")
        assert [each["amount"]["exact"] for each in request["summary"]["transactions"]] == ["3", "2", "1"]
        assert (request["summary"]["title"], request["sends"]) == ("transactions", False)
        seen: set[tuple[int, int]] = set()
        link = await approve(stage)
        following = asyncio.ensure_future(stage.phone.follow(link))
        while not following.done():
            for each in stage.state["requests"]:
                if each["phone"]:
                    seen.add((each["phone"]["item"], each["phone"]["items"]))
            await asyncio.sleep(0)
        await following
        signed = [tx.parse(unbase64(each)) for each in (await asked)["ok"]]
        for raw, made in zip(raws, signed, strict=True):
            assert tx.signed_bytes(made) == tx.signed_bytes(tx.parse(raw))
            assert ed25519.verify(parse(stage.solana), tx.signed_bytes(made), made.signatures[0])
        assert {(1, 3), (2, 3), (3, 3)} <= seen
        assert [line for line in stage.phone.lines[0] if line[0] == "Transaction"] == [
            ("Transaction", f"{n} of 3") for n in (1, 2, 3)
        ]
        assert (await stage.request("done"))["sent"] == []

    play(story)


def test_the_others_signatures_stay_and_the_blockhash_too(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        own, key = parse(stage.solana), SigningKey(b"\5" * 32)
        other = bytes(key.verify_key)
        made = compiled(send(1, own, PEER), note(b"both", other), payer=other)
        what = tx.unsigned(dataclasses.replace(made, blockhash=await blockhash(stage)))
        what = tx.assemble(what, other, key.sign(tx.signed_bytes(what)).signature)
        await stage.ledger("requestAirdrop", text(other), SOL)
        asked = stage.dapp("solana:signAndSendTransaction", *inputs(stage, tx.to_bytes(what)))
        await stage.phone.follow(await approve(stage))
        answer = await asked
        assert answer["ok"] == [base64_text(what.signatures[0])]  # the fee payer's: the transaction's id
        assert tx.signed_bytes(what).hex() == stage.state["requests"][-1]["summary"]["transactions"][0]["message"][2:]

    play(story)


def test_messages_are_signed_one_invitation_each(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        texts = [b"second", b"first"]
        asked = stage.dapp(
            "solana:signMessage",
            *({"account": stage.solana, "message": base64_text(each)} for each in texts),
        )
        request = await stage.request("awaiting_approval")
        assert [each["text"] for each in request["summary"]["messages"]] == ["second", "first"]
        first = await approve(stage)
        await stage.phone.follow(first)
        second = await stage.until(
            lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"] and r["phone"]["part"] == 2), None)
        )
        assert stage.state["requests"][-1]["phone"]["parts"] == 2
        await stage.phone.follow(second)
        answer = (await asked)["ok"]
        assert [unbase64(each["signedMessage"]) for each in answer] == texts
        for content, each in zip(texts, answer, strict=True):
            assert ed25519.verify(parse(stage.solana), content, unbase64(each["signature"]))
        assert stage.phone.lines == [(("Message", "first"),), (("Message", "second"),)]  # as the apps sort them

    play(story)


def test_signing_in_connects_and_proves_the_account(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        asked = stage.dapp("solana:signIn", {"statement": "Welcome back", "nonce": "12345678"})
        request = await stage.request("awaiting_approval")
        assert (request["kind"], request["summary"]["domain"]) == ("sign_in", "dapp.example")
        assert stage.state["sites"] == []
        await stage.phone.follow(await approve(stage))
        answer = (await asked)["ok"]
        content = unbase64(answer["signedMessage"])
        assert content.decode().startswith(
            f"dapp.example wants you to sign in with your Solana account:\n{stage.solana}\n\nWelcome back\n\n"
        )
        assert ed25519.verify(parse(stage.solana), content, unbase64(answer["signature"]))
        assert answer["account"] == {"address": stage.solana, "publicKey": base64_text(parse(stage.solana))}
        assert [site["accounts"] for site in stage.state["sites"]] == [{"solana": [stage.solana]}]
        assert ("Sign in to", "dapp.example") in stage.phone.lines[0]

    play(story)


@pytest.mark.parametrize(
    "wish",
    [
        {"domain": "bank.example"},
        {"domain": "dapp.example:444"},
        {"address": "6x5SYnLroiN7WYq8NQYU9KHcH4YjpBbwpUfVu3EB7ieH"},
        {"uri": "https://bank.example/login"},
        {"version": "2"},
        {"expirationTime": "2020-01-01T00:00:00Z"},
        {"statement": "two\nlines"},
        {"address": "nonsense"},
    ],
)
def test_a_sign_in_for_somebody_else_is_refused(play, wish: dict) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        answer = await stage.dapp("solana:signIn", wish)
        assert answer["err"]["code"] == -32602
        assert stage.state["sites"] == []

    play(story)


def test_a_sign_in_before_there_is_a_vault_waits_for_it(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        asked = stage.dapp("solana:signIn")
        await stage.request("awaiting_unlock")
        await stage.with_vault_on_this_boot()
        await stage.phone.follow(await approve(stage))
        assert (await asked)["ok"]["account"]["address"] == stage.solana

    play(story)


def test_a_message_that_signs_in_elsewhere_is_marked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        text_ = f"bank.example wants you to sign in with your Solana account:\n{stage.solana}"
        stage.dapp("solana:signMessage", {"account": stage.solana, "message": base64_text(text_.encode())})
        request = await stage.request("awaiting_approval")
        assert request["summary"]["messages"][0]["foreign"] is True

    play(story)


def test_what_is_refused_before_anybody_is_asked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        raw = await transfer(stage)
        not_yet = await stage.dapp("solana:signTransaction", *inputs(stage, raw))
        assert (not_yet["err"]["code"], not_yet["err"]["data"]["reason"]) == (4100, "not_permitted")
        await stage.connect_solana()
        own = parse(stage.solana)
        other = tx.to_bytes(tx.unsigned(compiled(send(1, PEER, own), payer=PEER)))
        hidden = tx.signed_bytes(tx.parse(raw))
        for method, wishes in (
            ("solana:signTransaction", inputs(stage, raw[:-1])),
            ("solana:signTransaction", inputs(stage, raw + b"\0")),
            ("solana:signTransaction", inputs(stage, other)),
            ("solana:signTransaction", [*inputs(stage, raw), {"account": "x"}]),
            ("solana:signMessage", [{"account": stage.solana, "message": base64_text(hidden)}]),
            ("solana:signMessage", [{"account": stage.solana, "message": ""}]),
            ("solana:signMessage", [{"account": stage.solana}]),
        ):
            answer = await stage.dapp(method, *wishes)
            assert answer["err"]["code"] == -32602, (method, answer)
        elsewhere = await stage.dapp("solana:signTransaction", *inputs(stage, raw, chain="solana:nowhere"))
        assert elsewhere["err"]["code"] == 4902
        stranger = await stage.dapp("solana:signTransaction", *inputs(stage, raw, account=text(PEER)))
        assert stranger["err"]["code"] == 4100
        evm = await stage.dapp("personal_sign", "0x00", stage.address)
        assert evm["err"]["code"] == 4100  # the Solana grant is none of this account

    play(story)


def test_what_the_chain_would_refuse_is_said_before_and_told_after(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana(sol=1)
        asked = stage.dapp("solana:signAndSendTransaction", *inputs(stage, await transfer(stage, 5 * SOL)))
        request = await stage.request("awaiting_approval")
        assert request["summary"]["would_fail"] is True
        await stage.phone.follow(await approve(stage))
        assert (await asked)["err"]["code"] == -32002

    play(story)


def test_a_program_nobody_knows_is_shown_as_not_understood(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        own = parse(stage.solana)
        call = Call(bytes([0x55]) * 32, (Meta(own, "sw"), Meta(PEER, "w")), b"\1\2")
        made = dataclasses.replace(compiled(call, payer=own), blockhash=await blockhash(stage))
        asked = stage.dapp("solana:signTransaction", *inputs(stage, tx.to_bytes(tx.unsigned(made))))
        request = await stage.request("awaiting_approval")
        assert request["summary"]["understood"] is False
        assert {"not_understood", "acts_for_you"} <= set(request["summary"]["transactions"][0]["warnings"])
        await stage.phone.follow(await approve(stage))
        assert "ok" in await asked
        assert stage.phone.lines[0][0][0] == "Not understood"

    play(story)


def test_no_in_the_browser_and_no_on_the_phone(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        message_ = {"account": stage.solana, "message": base64_text(b"hello")}
        asked = stage.dapp("solana:signMessage", message_)
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=False)
        assert (await asked)["err"]["data"]["reason"] == "user_rejected"
        asked = stage.dapp("solana:signMessage", message_)
        await stage.phone.follow(await approve(stage), say_no=True)
        assert (await asked)["err"]["data"]["reason"] == "phone_declined"

    play(story)


def test_a_restart_between_signature_and_network_sends_it_still(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana()
        before = await balance(stage)
        asked = stage.dapp("solana:signAndSendTransaction", *inputs(stage, await transfer(stage, 7)))
        following = asyncio.ensure_future(stage.phone.follow(await approve(stage)))
        await stage.request("signed")
        assert not asked.done()
        await stage.crash()
        following.cancel()
        await stage.boot()
        await stage.request("done")
        assert await balance(stage) - before == 7

    play(story)


def test_only_nodes_of_the_cluster_are_taken(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        for chain, url in (("solana:mainnet", stage.ledger_url), ("solana:localnet", stage.rpc_url)):
            answer = await stage.send("set_rpc", chain=chain, url=url)
            assert "err" in answer, chain
        unknown = await stage.send("set_rpc", chain="solana:nowhere", url=stage.ledger_url)
        assert unknown["err"]["code"] == 4902
        unknown = await stage.send("set_network", chain="dogecoin:1")
        assert unknown["err"]["code"] == 4902

    play(story)


def test_both_accounts_and_balances_are_on_the_home_screen(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected_to_solana(sol=3)
        await stage.call("state")
        await stage.until(
            lambda s: [c["balance"] and c["balance"]["exact"] for c in s["accounts"]] == ["0", str(3 * SOL)]
        )
        assert [card["space"] for card in stage.state["accounts"]] == ["eip155", "solana"]
        solana = stage.account("solana")
        assert (solana["balance"]["value"], solana["balance"]["symbol"]) == ("3", "SOL")
        assert solana["network"]["chain"] == "solana:localnet"
        assert len(parse(solana["address"])) == message.KEY

    play(story)
