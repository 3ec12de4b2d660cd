"""Stories of links that another device shows: a vault made elsewhere, payments and messages that it wants co-signed."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from chains.ethereum.listed import AUTHORITY, listed
from chains.ethereum.test_swap import deposit
from chains.solana.making import compiled, send, strange
from chains.solana.test_swap import carried, quoted
from tandem.ceremony import (
    Held,
    Job,
    Keygenned,
    host_keygen,
    host_keysign,
    host_reshare,
    invite_keygen,
    invite_keysign,
    invite_reshare,
)
from tandem.chains import ethereum
from tandem.chains.ethereum import message
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.calldata import transfer_call
from tandem.chains.ethereum.networks import BY_CHAIN as EVM
from tandem.chains.ethereum.payload import message_payload, read_transactions, transaction_payload
from tandem.chains.ethereum.raw_payload import METHOD, raw_payload
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import SET_CODE, Transaction, digest
from tandem.chains.reading import Payload, own_account
from tandem.chains.solana import tx
from tandem.chains.solana.networks import BY_CHAIN
from tandem.chains.solana.payload import read_transactions as read_solana
from tandem.chains.solana.payload import transactions_payload
from tandem.curve import ed25519, secp256k1
from tandem.errors import CosignerDeclined
from wallet.conftest import PASSWORD, Memory, Stage

PEER = bytes([0x22]) * 32
ORIGIN = "https://elsewhere.example"


class Elsewhere:
    """Another device that hosts: its share of the vault, and what it asks for."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.devices = stage._devices(Memory())
        self.made: Keygenned | None = None

    async def keygen(self, size: int = 2) -> tuple[str, asyncio.Task]:
        invitation = invite_keygen(vault_name="Holidays", relay_url=self.stage.relay_url)

        async def save(made: Keygenned) -> None:
            self.made = made

        hosting = host_keygen(
            self.devices,
            invitation,
            party="iPhone-5C9",
            size=size,
            threshold=-(-2 * size // 3),
            report=lambda _: None,
            save=save,
            deadline=time.time() + 20,
        )
        return invitation.link, asyncio.ensure_future(hosting)

    async def reshare(self, size: int) -> tuple[str, asyncio.Task]:
        made = self.made
        assert made
        invitation = invite_reshare(
            vault_name="Holidays",
            public_key=made.share.public_key,
            chain_code=made.share.chain_code,
            signers=made.signers,
            relay_url=self.stage.relay_url,
        )

        async def save(new: Keygenned) -> None:
            self.made = new

        hosting = host_reshare(
            self.devices,
            invitation,
            party="iPhone-5C9",
            held=Held(made.share, made.eddsa, made.signers),
            size=size,
            report=lambda _: None,
            save=save,
            deadline=time.time() + 20,
        )
        return invitation.link, asyncio.ensure_future(hosting)

    async def ask(self, payload: Payload, *jobs: Job, party: str = "iPhone-5C9") -> tuple[str, asyncio.Task]:
        made = self.made
        assert made
        key = made.share.public_key.hex()
        invitation = await invite_keysign(self.devices, payload=payload, vault_public_key=key, party=party)
        hosting = host_keysign(
            self.devices,
            invitation,
            party="iPhone-5C9",
            share=made.share,
            eddsa=made.eddsa,
            signers=made.signers,
            jobs=jobs,
            report=lambda _: None,
            deadline=time.time() + 20,
        )
        return invitation.link, asyncio.ensure_future(hosting)


async def joined(stage: Stage, size: int = 2) -> Elsewhere:
    """A vault that another device has made, with this wallet as a member."""
    await stage.boot()
    other = Elsewhere(stage)
    link, hosting = await other.keygen(size)
    others = [asyncio.ensure_future(stage.another_phone(f"phone-{n}").follow(link)) for n in range(2, size)]
    await stage.call("follow_link", link=link)
    asked = stage.state["joining"]
    assert (asked["kind"], asked["stage"], asked["name"]) == ("keygen", "asking", "Holidays")
    await stage.call("join", password=PASSWORD)
    await stage.until(lambda s: s["joining"] and s["joining"]["stage"] == "done")
    await asyncio.gather(hosting, *others)
    return other


async def said(stage: Stage) -> dict:
    return await stage.until(lambda s: s["joining"] if s["joining"]["stage"] in ("done", "failed") else None)


@pytest.mark.parametrize("size", [2, 3])
def test_a_vault_made_elsewhere(play, size: int) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage, size)
        made = other.made
        assert stage.state["stage"] == "open"
        vault = stage.state["vault"]
        assert (vault["name"], vault["threshold"], tuple(vault["signers"])) == ("Holidays", 2, made.signers)
        assert stage.address == own_account("eip155", made.share.derive(ethereum.PATH))
        assert stage.solana == own_account("solana", made.eddsa.public_key)
        await stage.call("lock")
        await stage.call("unlock", password=PASSWORD)

    play(story)


def test_a_payment_of_another_device_is_shown_and_signed(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        share = other.made.share
        what = Transaction(1, 3, 10**9, 2 * 10**9, 21_000, b"\7" * 20, 10**18, b"")
        payload = transaction_payload(
            what,
            network=EVM["eip155:1"],
            account=bytes.fromhex(stage.address[2:]),
            public_key=share.derive(ethereum.PATH),
            vault_public_key=share.public_key,
            party="iPhone-5C9",
            token=None,
            origin=ORIGIN,
        )
        link, hosting = await other.ask(payload, Job(digest(what), ethereum.PATH))
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]["request"]
        assert (asked["kind"], asked["origin"], asked["network"]["name"]) == ("transaction", ORIGIN, "Ethereum")
        assert (asked["summary"]["amount"]["value"], asked["account"]) == ("1", stage.address)
        await stage.call("join")
        (signature,) = await hosting
        assert secp256k1.verify(share.derive(ethereum.PATH), digest(what), signature.r, signature.s)
        assert (await said(stage))["stage"] == "done"

    play(story)


def test_an_approval_and_what_it_is_for_are_shown_both(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        share = other.made.share
        what = Transaction(1, 3, 10**9, 2 * 10**9, 21_000, b"\7" * 20, 0, transfer_call(b"\x09" * 20, 5))
        payload = transaction_payload(
            what,
            network=EVM["eip155:1"],
            account=bytes.fromhex(stage.address[2:]),
            public_key=share.derive(ethereum.PATH),
            vault_public_key=share.public_key,
            party="iPhone-5C9",
            token=Token(b"\7" * 20, "USDC", 6),
            origin=ORIGIN,
        )
        payload.erc20_approve_payload.spender = "0x" + "08" * 20
        payload.erc20_approve_payload.amount = "5"
        made = read_transactions(payload)
        assert len(made) == 2
        link, hosting = await other.ask(payload, *(Job(digest(each), ethereum.PATH) for each in made))
        await stage.call("follow_link", link=link)
        calls = stage.state["joining"]["request"]["summary"]["calls"]
        assert [call["title"] for call in calls] == ["erc20_approve", "erc20_transfer"]
        assert [call["digest"] for call in calls] == ["0x" + digest(each).hex() for each in made]
        await stage.call("join")
        for each, signature in zip(made, await hosting, strict=True):
            assert secp256k1.verify(share.derive(ethereum.PATH), digest(each), signature.r, signature.s)

    play(story)


@pytest.mark.parametrize("method", [METHOD, "personal_sign"])
def test_a_message_of_another_device_that_is_a_transaction_is_told_as_one(play, method: str) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        share = other.made.share
        what = listed(SET_CODE)
        payload = raw_payload(
            what, network=EVM["eip155:1"], vault_public_key=share.public_key, party="iPhone-5C9", origin=ORIGIN
        )
        payload.method = method
        link, hosting = await other.ask(payload, Job(digest(what), ethereum.PATH))
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]["request"]
        assert (asked["kind"], asked["origin"], asked["network"]["name"]) == ("transaction", ORIGIN, "Ethereum")
        summary = asked["summary"]
        assert summary["access_list"]["slots"] == 2 and summary["amount"]["value"] == "0.001"
        assert summary["authorizations"][0]["authority"] == checksum(AUTHORITY)
        kinds = [found["kind"] for found in summary["findings"]]
        assert kinds == (["other_to_code"] if method == METHOD else ["called_message", "other_to_code"])
        await stage.call("join")
        (signature,) = await hosting
        assert secp256k1.verify(share.derive(ethereum.PATH), digest(what), signature.r, signature.s)

    play(story)


def test_solana_transactions_of_another_device(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        own = other.made.eddsa.public_key
        both = [tx.unsigned(compiled(send(n, own, PEER), payer=own)) for n in (1, 2)]
        payload = transactions_payload(
            tuple(both),
            network=BY_CHAIN["solana:mainnet"],
            account=own,
            vault_public_key=other.made.share.public_key,
            party="iPhone-5C9",
            origin=ORIGIN,
            broadcast=True,
        )
        contents = [tx.signed_bytes(each) for each in both]
        link, hosting = await other.ask(payload, *(Job(content, "m", "eddsa") for content in contents))
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]["request"]
        assert [each["amount"]["exact"] for each in asked["summary"]["transactions"]] == ["1", "2"]
        await stage.call("join")
        for content, signature in zip(contents, await hosting, strict=True):
            assert ed25519.verify(own, content, signature)
        assert (await said(stage))["stage"] == "done"

    play(story)


def hello(other: Elsewhere, party: str = "iPhone-5C9") -> Payload:
    return message_payload(b"hello", vault_public_key=other.made.share.public_key, party=party, origin=ORIGIN)


HELLO: Sequence[Job] = (Job(message.digest(b"hello"), ethereum.PATH),)


def test_a_no_is_heard_by_the_host(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        link, hosting = await other.ask(hello(other), *HELLO)
        await stage.call("follow_link", link=link)
        assert stage.state["joining"]["request"]["summary"]["text"] == "hello"
        await stage.call("leave_link")
        assert stage.state["joining"] is None
        with pytest.raises(CosignerDeclined):
            await hosting

    play(story)


def test_a_host_that_wants_something_else_signed_gets_nothing(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        link, hosting = await other.ask(hello(other), Job(message.digest(b"evil"), ethereum.PATH))
        await stage.call("set_settings", phone_wait_seconds=2)
        await stage.call("follow_link", link=link)
        await stage.call("join")
        assert (await said(stage))["stage"] == "failed"
        hosting.cancel()

    play(story)


def test_links_that_are_refused(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        for nonsense in ("", "https://example.org", "https://vultisig.com?type=NewVault&tssType=Keygen&jsonData=AAAA"):
            assert (await stage.send("follow_link", link=nonsense))["err"]["code"] == -32602
        link, hosting = await other.ask(hello(other), *HELLO, party=stage.state["vault"]["party"])
        assert (await stage.send("follow_link", link=link))["err"]["data"]["reason"] == "setup_refused"
        hosting.cancel()
        own, share = other.made, other.made.share
        for foreign in (PEER + b"\2", b"\2" + PEER):
            asked = message_payload(b"hello", vault_public_key=foreign, party="iPhone-5C9", origin=ORIGIN)
            link = (await invite_keysign(other.devices, payload=asked, vault_public_key=foreign.hex(), party="x")).link
            assert (await stage.send("follow_link", link=link))["err"]["data"]["reason"] == "setup_refused"
        payload = transaction_payload(
            Transaction(1, 3, 10**9, 2 * 10**9, 21_000, b"\7" * 20, 10**18, b""),
            network=EVM["eip155:1"],
            account=bytes([9]) * 20,  # not the vault's
            public_key=share.derive(ethereum.PATH),
            vault_public_key=own.share.public_key,
            party="iPhone-5C9",
            token=None,
            origin=ORIGIN,
        )
        link, hosting = await other.ask(payload, *HELLO)
        assert (await stage.send("follow_link", link=link))["err"]["data"]["reason"] == "setup_refused"
        hosting.cancel()
        second, making = await other.keygen()
        assert (await stage.send("follow_link", link=second))["err"]["data"]["reason"] == "vault"
        making.cancel()
        assert (await stage.send("join", password=PASSWORD))["err"]["code"] == -32602
        link, hosting = await other.ask(hello(other), *HELLO)
        await stage.call("lock")
        assert (await stage.send("follow_link", link=link))["err"]["data"]["reason"] == "locked"
        hosting.cancel()

    play(story)


def test_a_swap_of_another_device_is_shown_and_signed(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        share = other.made.share
        payload = deposit()
        for coin in (payload.coin, payload.thorchain_swap_payload.from_coin):
            coin.address = stage.address
        payload.thorchain_swap_payload.from_address = stage.address
        made = read_transactions(payload)
        link, hosting = await other.ask(payload, *(Job(digest(each), ethereum.PATH) for each in made))
        await stage.call("follow_link", link=link)
        summary = stage.state["joining"]["request"]["summary"]
        assert [call["title"] for call in summary["calls"]] == ["erc20_approve", "chain_swap"]
        swap = summary["swap"]
        assert (swap["gives"], swap["gives_symbol"], swap["foreign"]) == ("5", "USDC", True)
        await stage.call("join")
        for each, signature in zip(made, await hosting, strict=True):
            assert secp256k1.verify(share.derive(ethereum.PATH), digest(each), signature.r, signature.s)

        payload.thorchain_swap_payload.from_coin.decimals = 18  # what is shown would not be what is signed
        link, hosting = await other.ask(payload, *(Job(digest(each), ethereum.PATH) for each in made))
        answer = await stage.send("follow_link", link=link)
        assert answer["err"]["data"]["reason"] == "setup_refused"
        hosting.cancel()

    play(story)


def test_a_swap_on_solana_is_shown_as_the_other_devices_word_and_signed(play) -> None:
    async def story(stage: Stage) -> None:
        other = await joined(stage)
        key = other.made.eddsa.public_key
        payload = quoted()
        swap = payload.oneinch_swap_payload
        for coin in (payload.coin, swap.from_coin):
            coin.address = stage.solana
        swap.quote.tx.data = carried(tx.unsigned(compiled(strange((key, "sw")), payer=key)))
        (made,) = read_solana(payload)
        link, hosting = await other.ask(payload, Job(tx.signed_bytes(made), curve="eddsa"))
        await stage.call("follow_link", link=link)
        asked = stage.state["joining"]["request"]
        assert (asked["space"], asked["account"], asked["summary"]["understood"]) == ("solana", stage.solana, False)
        assert (asked["summary"]["swap"]["gives"], asked["summary"]["swap"]["provider"]) == ("5", "jupiter")
        await stage.call("join")
        assert (await said(stage))["stage"] == "done"
        (signature,) = await hosting
        assert ed25519.verify(key, tx.signed_bytes(made), signature)

    play(story)
