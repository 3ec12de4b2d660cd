"""Stories of a vault of the protocol before: out of its file, with all its devices, into shares that sign."""

import asyncio
import time
from base64 import b64encode

import pytest

from tandem.ceremony import (
    Keygenned,
    MigrateInvitation,
    host_migrate,
    invite_migrate,
    join_migrate,
    parse_link,
)
from tandem.vault.backup import write_backup
from tandem.vault.vault import Gg20Vault, read_vault
from vault.files import file_of, gg20_message, imported, vault
from wallet.conftest import PASSWORD, Memory, Phone, Stage

NAMES = ("laptop", "iPhone-5C9", "Pixel-123")
FILE = "the file's own password"


def old_vault(party: int = 0, size: int = 2, **fields: object) -> Gg20Vault:
    message = gg20_message(party, NAMES[:size])
    for name, value in fields.items():
        setattr(message, name, value)
    made = read_vault(message.SerializeToString())
    assert isinstance(made, Gg20Vault)
    return made


def file(of: Gg20Vault) -> dict:
    data = b64encode(write_backup(of, FILE.encode())).decode()
    return {"name": "old.vult", "data": data, "index": 0, "file_password": FILE}


def accounts(stage: Stage) -> dict:
    return {card["space"]: card["address"] for card in stage.state["accounts"]}


class OldDevice:
    """Another device of the old vault."""

    def __init__(self, stage: Stage, old: Gg20Vault) -> None:
        self.stage, self.old = stage, old
        self.made: Keygenned | None = None

    async def _save(self, made: Keygenned) -> None:
        self.made = made

    async def follow(self, link: str) -> None:
        invitation = parse_link(link)
        assert isinstance(invitation, MigrateInvitation)
        await join_migrate(
            self.stage._devices(Memory()),
            invitation,
            vault=self.old,
            report=lambda _: None,
            save=self._save,
            deadline=time.time() + 20,
        )

    def host(self) -> tuple[str, asyncio.Task]:
        old = self.old
        invitation = invite_migrate(
            vault_name=old.name,
            public_key=old.public_key,
            chain_code=old.chain_code,
            signers=old.signers,
            relay_url=self.stage.relay_url,
        )
        hosting = host_migrate(
            self.stage._devices(Memory()),
            invitation,
            vault=old,
            report=lambda _: None,
            save=self._save,
            deadline=time.time() + 20,
        )
        return invitation.link, asyncio.ensure_future(hosting)


async def local(stage: Stage) -> None:
    await stage.boot()
    await stage.call("set_settings", relay_url=stage.relay_url)


async def refused(stage: Stage, call: str, **params: object) -> str:
    answer = await asyncio.wait_for(stage.send(call, **params), 20)
    assert "err" in answer, answer
    return answer["err"]["data"]["reason"]


async def signs(stage: Stage, others: list[OldDevice]) -> None:
    """A message for a page, with each of the other devices."""
    asked = stage.dapp("eth_requestAccounts")
    await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
    (account,) = (await asked)["ok"]
    for other in others:
        phone = Phone(lambda: stage._devices(Memory()), other.old.party)
        phone.made = other.made
        asked = stage.dapp("personal_sign", "0x68656c6c6f", account)
        request = (await stage.request("awaiting_approval"))["id"]
        await stage.call("decide", request=request, approve=True)
        awaiting = await stage.request("awaiting_phone")
        await phone.follow(awaiting["phone"]["link"])
        assert len((await asked)["ok"]) == 132


@pytest.mark.parametrize("size", [2, 3])
def test_hosted_out_of_its_file(play, size: int) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        old = old_vault(0, size)
        known = await stage.call("import_vault", **file(old), password=PASSWORD)
        assert (known["name"], known["party"], known["signers"]) == ("old", NAMES[0], list(NAMES[:size]))
        assert set(known["accounts"]) == {"eip155", "solana"}
        assert stage.state["stage"] == "empty"

        await stage.call("migrate_vault", **file(old), password=PASSWORD)
        ceremony = stage.state["ceremony"]
        assert (ceremony["kind"], ceremony["needed"], ceremony["stage"]) == ("migrate", size - 1, "waiting")
        others = [OldDevice(stage, old_vault(party, size)) for party in range(1, size)]
        await asyncio.gather(*(other.follow(ceremony["link"]) for other in others))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        assert stage.state["ceremony"]["confirmed"]
        assert accounts(stage) == known["accounts"]
        told = stage.state["vault"]
        assert (told["name"], sorted(told["signers"])) == ("old", sorted(NAMES[:size]))
        assert told.get("backup") is None  # the old file is no backup of the new share
        await signs(stage, others[:1])
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)

    play(story)


def test_joined_from_a_link_with_its_file(play) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        other = OldDevice(stage, old_vault(1))
        link, hosting = other.host()
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]
        assert (asked["kind"], asked["name"], asked["devices"]) == ("migrate", "old", list(NAMES[:2]))
        mine = file(old_vault(0))
        assert await refused(stage, "join", password=PASSWORD) == "bad_request"
        assert await refused(stage, "join", password="short", file=mine) == "bad_request"
        assert await refused(stage, "join", password=PASSWORD, file="x") == "bad_request"
        wrong = mine | {"file_password": "wrong"}
        assert await refused(stage, "join", password=PASSWORD, file=wrong) == "wrong_password"
        new = mine | {"data": b64encode(write_backup(vault(), FILE.encode())).decode()}
        assert await refused(stage, "join", password=PASSWORD, file=new) == "bad_request"
        assert await refused(stage, "join", password=PASSWORD, file=file(of_another_key())) == "setup_refused"
        assert stage.state["joining"]["stage"] == "asking"

        await stage.call("join", password=PASSWORD, file=mine)
        await stage.until(lambda s: s["joining"]["stage"] == "done")
        other.made = await hosting
        assert stage.state["stage"] == "open" and stage.state["vault"]["party"] == NAMES[0]
        await signs(stage, [other])

    play(story)


def of_another_key() -> Gg20Vault:
    """A file whose shares are not of the link's vault."""
    message = gg20_message(0, NAMES[:2])
    other = imported().chain_keys[0].share.public_key.hex()
    for held in message.key_shares:
        held.keyshare = held.keyshare.replace(message.public_key_ecdsa, other)
        held.public_key = other if held.public_key == message.public_key_ecdsa else held.public_key
    message.public_key_ecdsa = other
    made = read_vault(message.SerializeToString())
    assert isinstance(made, Gg20Vault)
    return made


def test_shares_that_are_not_of_their_keys_are_refused_before_anybody_is_asked(play) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        assert await refused(stage, "migrate_vault", **file(of_another_key()), password=PASSWORD) == "setup_refused"
        plain = {"name": "p", "data": b64encode(file_of(vault().to_bytes(), encrypted=False)).decode()}
        new = plain | {"index": 0, "file_password": ""}
        assert await refused(stage, "migrate_vault", **new, password=PASSWORD) == "bad_request"
        assert await refused(stage, "migrate_vault", **file(old_vault()), password="short") == "bad_request"
        assert stage.state["ceremony"] is None

    play(story)


def test_cancelled_and_begun_again(play) -> None:
    """Nothing is here before all have come; the file is all that is needed to begin anew."""

    async def story(stage: Stage) -> None:
        await local(stage)
        for _ in range(2):
            await stage.call("migrate_vault", **file(old_vault()), password=PASSWORD)
            await stage.call("cancel_ceremony")
            assert (stage.state["ceremony"], stage.state["stage"]) == (None, "empty")
        await stage.call("migrate_vault", **file(old_vault()), password=PASSWORD)
        await OldDevice(stage, old_vault(1)).follow(stage.state["ceremony"]["link"])
        await stage.until(lambda s: s["stage"] == "open")
        assert await refused(stage, "migrate_vault", **file(old_vault()), password=PASSWORD) == "vault"
        link, hosting = OldDevice(stage, old_vault(1)).host()
        assert await refused(stage, "follow_link", link=link) == "vault"
        hosting.cancel()

    play(story)
