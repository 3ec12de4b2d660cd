"""Stories of a recovery phrase: looked at, brought into a vault with other devices, or another device's phrase."""

import asyncio
import json
import time

import pytest

from tandem.ceremony import (
    Held,
    Job,
    Keygenned,
    KeyImportInvitation,
    KeysignInvitation,
    ReshareInvitation,
    host_key_import,
    invite_key_import,
    join_key_import,
    join_keysign,
    join_reshare,
    keys_of_seed,
    parse_link,
)
from tandem.chains.reading import read_keysign
from tandem.chains.seeds import SUPPORTED
from tandem.vault.phrase import seed_of
from tandem.wallet import creation
from wallet.conftest import PASSWORD, Memory, Phone, Stage
from wallet.test_old_vaults import accounts, local, refused

PHRASE = "test test test test test test test test test test test junk"
RICH = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # its account on every development chain


class Joiner(Phone):
    """A phone that takes a share of another device's phrase, and signs with it."""

    brought: Keygenned | None = None

    async def follow(self, link: str, *, say_no: bool = False) -> None:
        invitation = parse_link(link)
        if not isinstance(invitation, KeyImportInvitation):
            await super().follow(link, say_no=say_no)
            return

        async def save(made: Keygenned) -> None:
            self.brought = made

        await join_key_import(
            self._devices(),
            invitation,
            party=self.party,
            report=lambda _: None,
            save=save,
            deadline=time.time() + 20,
        )

    async def reshare(self, link: str) -> None:
        invitation, made = parse_link(link), self.brought
        assert isinstance(invitation, ReshareInvitation) and invitation.chains == SUPPORTED

        async def save(new: Keygenned) -> None:
            self.brought = new

        await join_reshare(
            self._devices(),
            invitation,
            party=self.party,
            held=Held.of(made.vault("v", 0)) if made is not None else None,
            report=lambda _: None,
            save=save,
            deadline=time.time() + 20,
        )

    async def sign(self, link: str) -> None:
        """With the key of Ethereum and its relatives."""
        assert self.brought is not None
        key = self.brought.vault("v", 0).signing_key("Ethereum", "m", "ecdsa")
        invitation = parse_link(link)
        assert isinstance(invitation, KeysignInvitation) and invitation.payload is not None
        await join_keysign(
            self._devices(),
            invitation,
            party=self.party,
            share=key.share,
            jobs=[Job(digest, key.path) for digest in read_keysign(invitation.payload).digests],
            report=lambda _: None,
            deadline=time.time() + 20,
        )

    def host(self, stage: Stage) -> tuple[str, asyncio.Task]:
        invitation = invite_key_import(vault_name="Theirs", chains=SUPPORTED, relay_url=stage.relay_url)

        async def save(made: Keygenned) -> None:
            self.brought = made

        hosting = host_key_import(
            self._devices(),
            invitation,
            party=self.party,
            size=2,
            keys=keys_of_seed(seed_of(PHRASE), SUPPORTED),
            report=lambda _: None,
            save=save,
            deadline=time.time() + 20,
        )
        return invitation.link, asyncio.ensure_future(hosting)


def joiner(stage: Stage, party: str = "phone-1") -> Joiner:
    return Joiner(lambda: stage._devices(Memory()), party)


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("", {"wrong": "length", "count": 0}),
        ("test " * 11, {"wrong": "length", "count": 11}),
        ("test " * 12, {"wrong": "checksum"}),
        (PHRASE.replace("junk", "junc"), {"wrong": "words", "places": [12]}),
        ("tset " + PHRASE[5:-4] + "x", {"wrong": "words", "places": [1, 12]}),
    ],
)
def test_what_is_wrong_with_a_phrase(play, phrase: str, told: dict) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        assert await stage.call("read_phrase", phrase=phrase) == told
        asked = {"name": "Old", "password": PASSWORD, "size": 2}
        assert await refused(stage, "bring_in_phrase", **asked) == "bad_request"

    play(story)


@pytest.mark.parametrize(("size", "phantom"), [(2, False), (3, True)])
def test_brought_in(play, size: int, phantom: bool) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        read = await stage.call("read_phrase", phrase=f"\n {PHRASE.upper()}  ")
        told = read["accounts"]
        assert read["wrong"] is None and told["eip155"] == RICH
        assert told["solana"] != told["solana_phantom"]
        await stage.call("bring_in_phrase", name=" Old ", password=PASSWORD, size=size, phantom=phantom)
        ceremony = stage.state["ceremony"]
        assert (ceremony["kind"], ceremony["needed"]) == ("key_import", size - 1)
        phones = [joiner(stage, f"phone-{n}") for n in range(1, size)]
        await asyncio.gather(*(phone.follow(ceremony["link"]) for phone in phones))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        solana = told["solana_phantom" if phantom else "solana"]
        assert accounts(stage) == {"eip155": RICH, "solana": solana}
        assert (stage.state["vault"]["name"], stage.state["stage"]) == ("Old", "open")
        # Once used, the phrase would have to come again.
        assert await refused(stage, "read_phrase", phrase=PHRASE) == "vault"
        assert stage.backend is not None
        seen = json.dumps([stage.state, stage.events]) + repr(stage.store.values)
        assert "junk" not in seen and "test test" not in seen

        # A message is signed with the phone: the key is the phrase's own, not one derived from the root.
        asked = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        assert (await asked)["ok"] == [RICH.lower()]
        brought = phones[0].brought
        assert brought is not None and brought.signers == tuple(stage.state["vault"]["signers"])

    play(story)


def test_a_phrase_is_forgotten(play, monkeypatch) -> None:
    """When the person goes back, when another one is read, and after a while."""

    async def story(stage: Stage) -> None:
        await local(stage)
        asked = {"name": "Old", "password": PASSWORD, "size": 2}
        await stage.call("read_phrase", phrase=PHRASE)
        await stage.call("forget_phrase")
        assert await refused(stage, "bring_in_phrase", **asked) == "bad_request"
        await stage.call("read_phrase", phrase=PHRASE)
        await stage.call("read_phrase", phrase="nonsense")
        assert await refused(stage, "bring_in_phrase", **asked) == "bad_request"
        monkeypatch.setattr(creation, "KEPT", 0.0)
        await stage.call("read_phrase", phrase=PHRASE)
        await asyncio.sleep(0.1)
        assert await refused(stage, "bring_in_phrase", **asked) == "bad_request"
        monkeypatch.setattr(creation, "KEPT", 600.0)
        await stage.call("read_phrase", phrase=PHRASE)
        for wrong in ({"name": " "}, {"password": "short"}, {"size": 5}, {"size": 1}):
            assert await refused(stage, "bring_in_phrase", **asked | wrong) == "bad_request"
        await stage.call("bring_in_phrase", **asked)  # what was wrong above has not cost the phrase
        assert stage.state["ceremony"]["stage"] == "waiting"

    play(story)


def test_another_devices_phrase(play) -> None:
    async def story(stage: Stage) -> None:
        await local(stage)
        other = joiner(stage, "laptop")
        link, hosting = other.host(stage)
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]
        assert (asked["kind"], asked["name"], asked["chains"]) == ("key_import", "Theirs", list(SUPPORTED))
        assert await refused(stage, "join", password="short") == "bad_request"
        await stage.call("join", password=PASSWORD)
        await stage.until(lambda s: s["joining"]["stage"] == "done")
        await hosting
        assert stage.state["stage"] == "open" and accounts(stage)["eip155"] == RICH
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)
        assert await refused(stage, "follow_link", link=link) == "vault"

    play(story)


def test_its_devices_are_changed(play) -> None:
    """A phone is added; it signs with this wallet then, and the old phone does not any more."""

    async def story(stage: Stage) -> None:
        await local(stage)
        await stage.call("read_phrase", phrase=PHRASE)
        await stage.call("bring_in_phrase", name="Old", password=PASSWORD, size=2)
        phone = joiner(stage)
        await phone.follow(stage.state["ceremony"]["link"])
        await stage.until(lambda s: s["stage"] == "open")
        assert stage.state["vault"]["imported"]
        before = accounts(stage)

        await stage.call("reshare_vault", size=3, password=PASSWORD)
        link = stage.state["ceremony"]["link"]
        new = joiner(stage, "phone-2")
        await asyncio.gather(phone.reshare(link), new.reshare(link))
        await stage.until(lambda s: s["ceremony"]["stage"] == "done")
        assert accounts(stage) == before
        assert (len(stage.state["vault"]["signers"]), stage.state["vault"]["old_shares"]) == (3, "untested")
        asked = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        await asked
        asked = stage.dapp("personal_sign", "0x68656c6c6f", RICH.lower())
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        await new.sign((await stage.request("awaiting_phone"))["phone"]["link"])
        assert len((await asked)["ok"]) == 132
        await stage.until(lambda s: s["vault"]["old_shares"] == "tested")

    play(story)
