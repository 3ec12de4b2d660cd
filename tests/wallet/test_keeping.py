"""Stories of keeping a vault: backup files written, verified, brought in; devices changed, old shares and their end."""

import asyncio
import time

import pytest

from tandem.ceremony import Held, Keygenned, join_reshare, parse_link
from tandem.ceremony import ReshareInvitation as Reshare
from tandem.vault.backup import write_backup
from tandem.vault.vault import Vault
from tandem.wire import base64_text
from wallet.conftest import PASSWORD, Memory, Phone, Stage
from wallet.test_backend import HELLO, approve, signer
from wallet.test_joining import Elsewhere, joined, said

FILE = "the file's own password"


async def written(stage: Stage) -> dict:
    return await stage.call("export_vault", password=PASSWORD, file_password=FILE)


def test_a_backup_counts_once_it_was_read_back(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        assert stage.state["vault"].get("backup") is None
        file = await written(stage)
        assert file["name"].endswith(".vult") and "Savings" in file["name"]
        assert stage.state["vault"].get("backup") is None
        (inside,) = await stage.call("read_file", **file)
        assert (inside["encrypted"], inside["kind"]) == (True, "current")
        await stage.call("verify_backup", **file, file_password=FILE)
        assert stage.state["vault"]["backup"] > 1_700_000_000
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)
        assert stage.state["vault"]["backup"]

    play(story)


def test_what_is_no_backup_of_this_vault(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        file = await written(stage)
        for change, code, reason in (
            ({"file_password": "wrong password"}, -32603, "wrong_password"),
            ({"data": base64_text(b"no file")}, -32602, "bad_request"),
            ({"data": "!"}, -32602, "bad_request"),
        ):
            answer = await stage.send("verify_backup", **{**file, "file_password": FILE, **change})
            assert (answer["err"]["code"], answer["err"]["data"]["reason"]) == (code, reason)
        made = stage.phone.made  # the other device's share of the same vault
        other = Vault("Savings", "phone-1", made.signers, made.share, made.eddsa, 1)
        theirs = base64_text(write_backup(other, FILE.encode()))
        answer = await stage.send("verify_backup", name="a.vult", data=theirs, file_password=FILE)
        assert answer["err"]["data"]["reason"] == "vault"
        assert stage.state["vault"].get("backup") is None
        answer = await stage.send("export_vault", password="wrong password", file_password=FILE)
        assert answer["err"]["data"]["reason"] == "wrong_password"
        answer = await stage.send("export_vault", password=PASSWORD, file_password="short")
        assert answer["err"]["code"] == -32602

    play(story)


def test_a_vault_comes_back_from_its_file(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        file, accounts = await written(stage), (stage.address, stage.solana)
        answer = await stage.send("import_vault", **file, index=0, file_password=FILE, password=PASSWORD)
        assert answer["err"]["data"]["reason"] == "vault"  # one is here already
        await stage.crash()
        stage.store = Memory()  # another browser
        await stage.boot()
        for change, reason in (
            ({"file_password": "wrong password"}, "wrong_password"),
            ({"password": "short"}, "bad_request"),
            ({"index": 1}, "bad_request"),
        ):
            whole = {**file, "index": 0, "file_password": FILE, "password": "another password", **change}
            assert (await stage.send("import_vault", **whole))["err"]["data"]["reason"] == reason
            assert stage.state["stage"] == "empty"
        await stage.call("import_vault", **file, index=0, file_password=FILE, password="another password")
        assert (stage.address, stage.solana) == accounts
        assert stage.state["vault"]["backup"]
        await stage.call("set_settings", relay_url=stage.relay_url)
        asked = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        assert (await asked)["ok"] == [accounts[0].lower()]
        signed = stage.dapp("personal_sign", HELLO, stage.address)
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await signed)["ok"]) == stage.address

    play(story)


async def follow_reshare(stage: Stage, phone: Phone, link: str) -> None:
    invitation = parse_link(link)
    assert isinstance(invitation, Reshare)
    old = phone.made

    async def save(made: Keygenned) -> None:
        phone.made = made

    await join_reshare(
        phone._devices(),
        invitation,
        party=phone.party,
        held=Held(old.share, old.eddsa, old.signers) if old else None,
        report=lambda _: None,
        save=save,
        deadline=time.time() + 30,
    )


async def signs_with(stage: Stage, phone: Phone) -> None:
    asked = stage.dapp("personal_sign", HELLO, stage.address)
    await phone.follow(await approve(stage))
    assert signer(b"hello", (await asked)["ok"]) == stage.address


def test_t11_a_device_is_added_and_the_old_shares_go_by_the_persons_word(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        file = await written(stage)
        await stage.call("verify_backup", **file, file_password=FILE)
        address, second = stage.address, stage.another_phone("tablet-7")
        answer = await stage.send("reshare_vault", size=3, password="wrong password")
        assert answer["err"]["data"]["reason"] == "wrong_password"
        await stage.call("reshare_vault", size=3, password=PASSWORD)
        link = await stage.until(lambda s: s["ceremony"] and s["ceremony"]["link"])
        assert stage.state["ceremony"]["kind"] == "reshare"
        await asyncio.gather(follow_reshare(stage, stage.phone, link), follow_reshare(stage, second, link))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        vault = stage.state["vault"]
        assert stage.address == address and len(vault["signers"]) == 3 and vault["threshold"] == 2
        assert vault["old_shares"] == "untested" and vault.get("backup") is None
        early = await stage.send("forget_old_shares")
        assert early["err"]["code"] == -32602
        await signs_with(stage, second)
        assert stage.state["vault"]["old_shares"] == "tested"
        assert "vault/old" in stage.store.values
        await stage.call("forget_old_shares")
        assert "old_shares" not in stage.state["vault"] and "vault/old" not in stage.store.values
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)
        await signs_with(stage, stage.phone)

    play(story)


def test_a_lock_while_the_devices_are_awaited_loses_no_new_share(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.call("reshare_vault", size=2, password=PASSWORD)
        link = await stage.until(lambda s: s["ceremony"] and s["ceremony"]["link"])
        await stage.call("lock")
        await follow_reshare(stage, stage.phone, link)
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        assert stage.state["stage"] == "locked"
        await stage.call("unlock", password=PASSWORD)
        assert stage.state["vault"]["old_shares"] == "untested"
        await signs_with(stage, stage.phone)

    play(story)


def test_t11_back_to_the_old_shares(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        before = stage.phone.made
        await stage.call("reshare_vault", size=2, password=PASSWORD)
        await follow_reshare(stage, stage.phone, await stage.until(lambda s: s["ceremony"] and s["ceremony"]["link"]))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        stage.phone.made = before  # the phone, say, lost the new ones
        answer = await stage.send("restore_old_shares", password="wrong password")
        assert answer["err"]["data"]["reason"] == "wrong_password"
        await stage.call("restore_old_shares", password=PASSWORD)
        assert "old_shares" not in stage.state["vault"]
        await signs_with(stage, stage.phone)
        again = await stage.send("restore_old_shares", password=PASSWORD)
        assert again["err"]["data"]["reason"] == "vault"

    play(story)


def test_a_crash_between_the_copies_leaves_a_vault(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        old = stage.store.values["vault/1"]
        await stage.call("reshare_vault", size=2, password=PASSWORD)
        await follow_reshare(stage, stage.phone, await stage.until(lambda s: s["ceremony"] and s["ceremony"]["link"]))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        stage.store.values["vault/1"] = old  # as if the second write had never happened
        await stage.crash()
        await stage.boot()
        await stage.call("unlock", password=PASSWORD)
        await signs_with(stage, stage.phone)

    play(story)


@pytest.mark.parametrize("member", [True, False])
def test_the_wallet_takes_part_in_a_reshare_that_another_device_hosts(play, member: bool) -> None:
    async def story(stage: Stage) -> None:
        if member:
            other, size, others = await joined(stage), 2, []
        else:
            await stage.boot()
            other, size, others = Elsewhere(stage), 3, [stage.another_phone("phone-2")]
            link, hosting = await other.keygen()
            await asyncio.gather(others[0].follow(link), hosting)
        link, hosting = await other.reshare(size)
        following = [asyncio.ensure_future(follow_reshare(stage, one, link)) for one in others]
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]
        assert (asked["kind"], asked["member"], asked["name"]) == ("reshare", member, "Holidays")
        if member:
            await stage.call("join", password="wrong password")
            assert (await said(stage))["error"]["reason"] == "wrong_password"
            await stage.call("follow_link", link=link)
        await stage.call("join", password=PASSWORD)
        await asyncio.gather(hosting, *following)
        assert (await said(stage))["stage"] == "done", stage.state["joining"]
        assert stage.state["vault"].get("old_shares") == ("untested" if member else None)
        assert (stage.state["stage"], len(stage.state["vault"]["signers"])) == ("open", size)

    play(story)


def test_a_reshare_of_another_vault_is_refused(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        other = Elsewhere(stage)
        link, hosting = await other.keygen()
        await asyncio.gather(stage.another_phone("phone-2").follow(link), hosting)
        link, hosting = await other.reshare(2)
        assert (await stage.send("follow_link", link=link))["err"]["data"]["reason"] == "setup_refused"
        hosting.cancel()
        for size in (1, 11, "3"):
            assert (await stage.send("reshare_vault", size=size, password=PASSWORD))["err"]["code"] == -32602

    play(story)
