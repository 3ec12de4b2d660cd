"""A vault made by devices with the real engine: one share comes into the browser, signs, and a device is added."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tools.demo import connect_dapp
from tools.stage import PASSWORD, Stage, approve, begin, link_of, outcome, part

from e2e.test_devices import FILE, HELLO, browser, devices_page, follow, new_password, sign_a_message, vault
from interop.engine_phone import EnginePhone
from tandem.ceremony import ReshareInvitation, invite_reshare, parse_link
from tandem.chains import ethereum
from tandem.chains.reading import own_account
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.vault.backup import write_backup
from tandem.vault.vault import Vault

# Real engines lose each other's early messages at times (interop/test_reshare_relay.py); people begin anew then.
ATTEMPTS = 3


@pytest.fixture
def own(stage: Stage) -> Iterator[Stage]:
    made = browser(stage)
    yield made
    made.context.close()


class Engine:
    """A device with the real engine, which follows links as a phone does."""

    def __init__(self, folder: Path, name: str, relay: str) -> None:
        self.phone, self.relay = EnginePhone(folder / name, name), relay

    def follow(self, link: str) -> None:
        invitation = parse_link(link)
        if isinstance(invitation, ReshareInvitation):
            self.phone.reshare(invitation, self.relay, member=True)
        else:
            self.phone.follow(link, self.relay)

    def done(self) -> dict:
        said = self.phone.answer()
        assert said["event"] == "done", said
        return said


def keygen(engines: list[Engine]) -> dict:
    """They make a 2-of-3 among themselves, the first as host: what that one says of it."""
    for attempt in range(ATTEMPTS):
        session = {"session": f"0f4c2a5e-7f0e-4c3a-9a53-0d2b6d3f6a1{attempt}", "key": "11" * 32}
        for engine in engines:
            whole = {"relay": engine.relay, "host": engine is engines[0], "size": 3, "threshold": 2, **session}
            engine.phone.tell(do="keygen", **whole)
        said = [engine.phone.answer() for engine in engines]
        if all(each["event"] == "done" for each in said):
            return said[0]
    raise AssertionError(said)


def test_a_vault_of_the_real_engine_comes_in_signs_and_gets_another_device(own: Stage, tmp_path: Path) -> None:
    """Three devices with the real engine make a vault; the share of one goes on in the browser."""
    relay = own.relay.url
    engines = [Engine(tmp_path, name, relay) for name in ("iPhone-5C9", "windows-77aa", "mac-12bb")]
    committee = keygen(engines)["committee"]
    shares = [(tmp_path / f"windows-77aa{end}").read_bytes() for end in ("", ".eddsa")]
    moved = Vault(
        "From phones",
        "windows-77aa",
        tuple(committee),
        Keyshare.from_bytes(shares[0]),
        EddsaKeyshare.from_bytes(shares[1]),
        1,
    )
    file = tmp_path / "moved.vult"
    file.write_bytes(write_backup(moved, FILE.encode()))
    engines[1].phone.close()

    page = own.page("onboarding.html", (900, 760))
    part(page, "have-file").click()
    part(page, "vault-file").set_input_files(file)
    part(page, "file-password").fill(FILE)
    new_password(page)
    part(page, "import").click()
    part(page, "success").wait_for()
    page.close()
    dapp, account = connect_dapp(own)
    assert account.lower() == own_account("eip155", moved.share.derive(ethereum.PATH)).lower()
    sign_a_message(own, dapp, account, engines[0])
    engines[0].done()

    page = devices_page(own)
    part(page, "change").click()
    part(page, "change-size").select_option("4")
    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link = link_of(page)
    phone = own.phone(name="fourth")
    for device in (engines[0], engines[2], phone):
        device.follow(link)
    part(page, "changed").wait_for(timeout=60_000)
    assert {engines[0].done()["public_key"], engines[2].done()["public_key"]} == {moved.public_key.hex()}
    assert (len(vault(own)["signers"]), vault(own)["threshold"]) == (4, 3)
    page.close()

    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    approve(window)
    link = link_of(window)
    for device in (engines[2], phone):
        device.follow(link)
    assert len(outcome(dapp, timeout=60_000).get("result", "")) == 132
    for engine in (engines[0], engines[2]):
        engine.phone.close()


def test_the_browser_becomes_a_new_device_of_a_vault_of_the_real_engine(own: Stage, tmp_path: Path) -> None:
    """2-of-3 of real engines becomes 3-of-4: one hosts, the browser follows its link; then it signs with two."""
    relay = own.relay.url
    engines = [Engine(tmp_path, name, relay) for name in ("iPhone-5C9", "windows-77aa", "mac-12bb")]
    made = keygen(engines)
    share = Keyshare.from_bytes((tmp_path / "iPhone-5C9").read_bytes())
    for _ in range(ATTEMPTS):
        before = [engine.phone.share for engine in engines]
        invitation = invite_reshare(
            vault_name="Of phones",
            public_key=share.public_key,
            chain_code=share.chain_code,
            signers=tuple(made["committee"]),
            relay_url=relay,
        )
        page = own.page("onboarding.html", (900, 760))
        part(page, "have-link").click()
        follow(page, invitation.link)
        expect(part(page, "asked-device")).to_have_count(3)
        new_password(page)
        part(page, "join").click()
        for engine in engines:
            engine.phone.reshare(invitation, relay, member=True, host=engine is engines[0], size=4, seconds=40)
        said = [engine.phone.answer() for engine in engines]
        if all(each["event"] == "done" for each in said):
            part(page, "success").wait_for(timeout=60_000)
            break
        for engine, file in zip(engines, before, strict=True):
            engine.phone.share = file
        page.close()
    assert [each["event"] for each in said] == ["done"] * 3, said
    assert {each["public_key"] for each in said} == {share.public_key.hex()}
    assert sorted(vault(own)["signers"]) == sorted(said[0]["committee"])
    assert (len(vault(own)["signers"]), vault(own)["threshold"]) == (4, 3)
    page.close()

    dapp, account = connect_dapp(own)
    assert account.lower() == own_account("eip155", share.derive(ethereum.PATH)).lower()
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    approve(window)
    link = link_of(window)
    for engine in engines[1:]:
        engine.follow(link)
    assert len(outcome(dapp, timeout=60_000).get("result", "")) == 132
    for engine in engines:
        engine.phone.close()
