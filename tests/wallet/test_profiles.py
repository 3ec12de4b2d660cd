"""Profiles that older commits left behind (profiles/make.py) open in today's code: nothing is lost, and they sign."""

import base64
import gzip
import json
from pathlib import Path

import pytest

from tandem.ceremony import Keygenned
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from wallet.conftest import ORIGIN, PASSWORD, Memory, Stage
from wallet.test_backend import approve, signer

FOLDER = Path(__file__).parent / "profiles"
# Before there was a second family: settings, sites and records of that day cannot be read any more.
EARLIEST = FOLDER / "2026-11-23-one-family.json.gz"
PROFILES = sorted({*FOLDER.glob("*.json.gz")} - {EARLIEST})


def stored(path: Path) -> dict:
    return dict(json.loads(gzip.decompress(path.read_bytes())))


def memory(held: dict) -> Memory:
    store = Memory()
    store.values = {key: base64.b64decode(value) for key, value in held["store"].items()}
    return store


def take_the_phone(stage: Stage, held: dict) -> None:
    phone = stage.another_phone(held["party"])
    share = Keyshare.from_bytes(base64.b64decode(held["share"]))
    eddsa = EddsaKeyshare.from_bytes(base64.b64decode(held["eddsa"]))
    phone.made = Keygenned(share, eddsa, tuple(held["signers"]), held["party"])
    stage.phone = phone


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name.partition(".")[0])
def test_an_old_profile_opens_and_signs(play, path: Path) -> None:
    async def story(stage: Stage) -> None:
        held = stored(path)
        stage.store = memory(held)
        await stage.boot()
        await stage.until(lambda s: s["stage"] == "locked")
        assert stage.state["vault"]["name"] == "Savings"
        await stage.call("unlock", password=PASSWORD)
        shown = {account["address"] for account in stage.state["accounts"]}
        assert set(held["addresses"]) <= shown
        assert not [key for key in stage.store.values if key.endswith(".broken")]

        # The site is still connected, and what it asked waits.
        account = held["addresses"][0]
        assert [site["origin"] for site in stage.state["sites"]] == [ORIGIN]
        assert [each.lower() for each in (await stage.dapp("eth_accounts"))["ok"]] == [account.lower()]
        (open_,) = [request for request in stage.state["requests"] if request["state"] == "awaiting_approval"]
        assert open_["summary"]["text"] == "later"
        assert [r["method"] for r in stage.state["requests"] if r["state"] == "done"][-1] == "personal_sign"
        await stage.call("cancel_request", request=open_["id"])

        # The share signs with the old phone's.
        await stage.call("set_settings", relay_url=stage.relay_url)
        take_the_phone(stage, held["phone"])
        asked = stage.dapp("personal_sign", "0x" + b"hello".hex(), account, document="another")
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await asked)["ok"]).lower() == account.lower()

    play(story)


def test_the_earliest_profile_opens_and_what_cannot_be_read_is_kept_aside(play) -> None:
    async def story(stage: Stage) -> None:
        held = stored(EARLIEST)
        stage.store = memory(held)
        await stage.boot()
        await stage.until(lambda s: s["stage"] == "locked")
        await stage.call("unlock", password=PASSWORD)
        assert stage.account("eip155")["address"] == held["addresses"][0]
        for key in ("settings", "sites", "records"):
            assert stage.store.values[f"{key}.broken"] == base64.b64decode(held["store"][key])
        await stage.call("set_settings", relay_url=stage.relay_url)
        await stage.call("set_rpc", chain="eip155:31337", url=stage.rpc_url)
        await stage.call("set_network", chain="eip155:31337")
        take_the_phone(stage, held["phone"])
        asked = stage.dapp("eth_requestAccounts", document="another")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        (account,) = (await asked)["ok"]
        signed = stage.dapp("personal_sign", "0x" + b"hello".hex(), account, document="another")
        await stage.phone.follow(await approve(stage))
        assert signer(b"hello", (await signed)["ok"]).lower() == account.lower()

    play(story)


@pytest.mark.parametrize(
    "size", [0, 1, 60, 1000, -1], ids=["empty", "a byte", "no more than a head", "torn", "all but one"]
)
def test_t46_a_torn_copy_is_passed_over(play, size: int) -> None:
    """A write that ended with the power: the other copy is whole, whichever it is."""

    async def story(stage: Stage) -> None:
        held = stored(PROFILES[0])
        for torn, whole in (("vault/0", "vault/1"), ("vault/1", "vault/0")):
            stage.store = memory(held)
            content = base64.b64decode(held["store"]["vault/0"])
            stage.store.values[whole] = content
            stage.store.values[torn] = content[:size]
            await stage.boot()
            await stage.until(lambda s: s["stage"] == "locked")
            await stage.call("unlock", password=PASSWORD)
            assert stage.state["stage"] == "open"
            assert stage.store.values[whole] == content
            await stage.crash()

    play(story)
