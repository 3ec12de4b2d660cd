"""What the wallet refuses to its own screens and to sites, one check each, on the whole backend."""

import json
from dataclasses import replace

from tandem.provider.record import Record
from wallet.conftest import PASSWORD, RICH, Stage
from wallet.test_permissions import OTHER, reason


def approvable(request: dict) -> bool:
    return (request["method"], request["state"]) == ("personal_sign", "awaiting_approval")


async def refused(stage: Stage, call: str, **params: object) -> str:
    return await reason(stage.send(call, **params))


def test_calls_of_our_own_pages(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        for url in ({"url": stage.rpc_url}, {"urls": [stage.rpc_url]}):  # it is anvil's, not mainnet's
            assert await refused(stage, "set_rpc", chain="eip155:1", **url) == "bad_request"
        assert "eip155:1" not in stage.backend._book.settings.rpc
        token = {"chain": "eip155:1", "contract": "0x" + "11" * 20}
        await stage.call("forget_asset", **token, token_id="7")
        for number in ("x", "-1", "7" * 79, "\u0667"):
            assert await refused(stage, "forget_asset", **token, token_id=number) == "bad_request"
        page = {"origin": OTHER, "document": "doc", "name": "0x" + "ab" * 16, "chain_id": "0x7a69"}
        wanted = {**page, "text": '{"method":"eth_call","params":["newHeads"]}'}
        assert await refused(stage, "resume_subscription", **wanted) == "bad_request"
        await stage.call("resume_subscription", **wanted | {"text": wanted["text"].replace("call", "subscribe")})
        assert await refused(stage, "send_again", request="r1") == "bad_request"
        assert await refused(stage, "unlock", password=5) == "bad_request"
        assert await refused(stage, "agree_site", origin=OTHER, chains=["bip122:1"]) == "bad_request"
        assert await refused(stage, "nothing_that_there_is") == "unsupported_method"
        said: list[dict] = []
        stage.backend._host = replace(stage.backend._host, emit=said.append)
        for message in ({"id": 1, "call": 5}, {"id": 1, "call": "get_state", "params": []}, []):
            stage.backend.receive(json.dumps(message))
        assert [(each["id"], each["err"]["data"]["reason"]) for each in said] == [(None, "bad_request")] * 3

    play(story)


def test_calls_of_pages(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        assert await reason(stage.dapp("eth_sendRawTransaction", "0x02", origin=OTHER)) == "not_permitted"
        assert (
            await reason(stage.dapp("wallet_switchEthereumChain", {"chainId": "0x1"}, origin=OTHER)) == "not_permitted"
        )
        chain = {"chainId": "0x7a6a", "chainName": "x", "rpcUrls": [stage.rpc_url]}
        assert await reason(stage.dapp("wallet_addEthereumChain", chain, chain)) == "bad_request"
        await stage.fund()
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
        request = (await stage.request("awaiting_approval"))["id"]
        for fee in ({"max_fee": "x"}, {"gas_limit": 21000}, {"priority_fee": "9" * 79}, {"max_fee": "-1"}):
            assert await refused(stage, "decide", request=request, approve=True, fee=fee) == "bad_request"
        # Cancelled while it becomes durable that the phone is to be asked.
        write = stage.backend._book.write_record

        async def too_late(record: Record) -> Record:
            if record.state == "awaiting_phone":
                await stage.call("cancel_request", request=record.id)
            return await write(record)

        stage.backend._book.write_record = too_late
        signing = stage.dapp("personal_sign", "0x00", stage.address)
        other = await stage.until(lambda s: next((r["id"] for r in s["requests"] if approvable(r)), None))
        assert await refused(stage, "decide", request=other, approve=True) == "bad_request"
        assert await reason(signing) == "user_rejected"
        stage.backend._book.write_record = write
        # A record that is of another account than the vault's, whatever brought it here, is never put to the phone.
        records = stage.backend._book.records
        records[request] = replace(records[request], account=RICH)
        await stage.call("decide", request=request, approve=True)
        assert await reason(asked) == "internal"

    play(story)


def test_a_site_stays_on_the_clusters_that_were_agreed_on(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        asked = stage.dapp("standard:connect")
        request = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=request, approve=True, chains=["solana:localnet"])
        await asked
        wish = {"account": stage.solana, "transaction": "AQ==", "chain": "solana:devnet"}
        assert await reason(stage.dapp("solana:signTransaction", wish)) == "chain_not_permitted"

    play(story)


def test_what_is_cancelled_and_dismissed_meanwhile_goes_to_no_phone(play) -> None:
    """While nodes are asked once more: after the yes, and before the phone is invited again."""

    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("set_settings", phone_wait_seconds=1)
        family, wanted = stage.backend._families["eip155"], ""
        settle, recheck = family.settle, family.recheck

        async def gone() -> None:
            await stage.call("cancel_request", request=wanted)
            await stage.call("dismiss_request", request=wanted)

        async def settled(record: Record, fee: dict) -> Record:
            await gone()
            return await settle(record, fee)

        async def rechecked(record: Record) -> None:
            await gone()
            await recheck(record)

        for call in ("decide", "renew_request"):
            asked = stage.dapp("personal_sign", "0x00", stage.address)
            wanted = (await stage.request("awaiting_approval"))["id"]
            more = {"approve": True} if call == "decide" else {}
            if call == "renew_request":
                await stage.call("decide", request=wanted, approve=True)
                await stage.request("stalled")
                family.recheck = rechecked
            else:
                family.settle = settled
            assert await refused(stage, call, request=wanted, **more) == "bad_request"
            assert "err" in await asked and wanted not in stage.backend._book.records
            family.settle, family.recheck = settle, recheck

    play(story)


def test_a_second_vault_is_refused_before_its_file_is_opened(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        file = await stage.call("export_vault", password=PASSWORD, file_password=PASSWORD)
        given = {**file, "file_password": "a wrong one", "password": PASSWORD}  # type: ignore[dict-item]
        assert await refused(stage, "import_vault", **given) == "vault"

    play(story)
