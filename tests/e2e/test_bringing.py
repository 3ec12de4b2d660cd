"""What a person has already, in a real browser: a vault of the older kind out of its file, and a recovery phrase."""

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tools.demo import connect_dapp
from tools.stage import PASSWORD, Stage, approve, begin, link_of, outcome, part

from tandem.vault.backup import write_backup
from tandem.vault.vault import read_vault
from tools import place, program
from vault.files import gg20_message

FILE = "a password for the file"
HELLO = "0x" + b"hello".hex()
OURS, PHONE, LAPTOP = "old-browser", "iPhone-5C9", "laptop"
PHRASE = "test test test test test test test test test test test junk"
RICH = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # its account on every development chain


def browser(stage: Stage) -> Stage:
    """A fresh browser on the same relay and chains."""
    own = copy.copy(stage)
    own.profile = stage.running.folder()
    own.open_browser()
    own.use_local()
    return own


@pytest.fixture
def own(stage: Stage) -> Iterator[Stage]:
    made = browser(stage)
    yield made
    made.context.close()


def old_file(tmp_path: Path, party: int, names: tuple[str, ...]) -> Path:
    path = tmp_path / f"old-{party}.vult"
    path.write_bytes(write_backup(read_vault(gg20_message(party, names).SerializeToString()), FILE.encode()))
    return path


def old_phone(own: Stage, file: Path, folder: Path) -> None:
    """The vault of a file into the folder of a `tandem phone`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text("the phone's own password")
    (folder / "file-password").write_text(FILE)
    command = [place.PYTHON, "-m", "tandem", "vault", "import", file, "--data", folder / "shares"]
    command += ["--password-file", folder / "file-password", "--phone-password-file", folder / "password"]
    subprocess.run([str(word) for word in command], check=True, capture_output=True, env=program.environment())


def new_password(page: Page) -> None:
    part(page, "password").fill(PASSWORD)
    part(page, "confirm").fill(PASSWORD)


def told(page: Page) -> dict:
    cards = part(page, "account-card").all()
    return {
        card.get_attribute("data-space"): card.locator('[data-test="address"]').get_attribute("data-address")
        for card in cards
    }


def signs(own: Stage, follow: object) -> str:
    """A message for the test dApp; gives the account."""
    assert callable(follow)
    dapp, account = connect_dapp(own)
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    part(window, "show-phone-view").click()  # before the yes, and again with the code
    expect(part(window, "phone-note")).to_have_count(3)
    approve(window)
    link = link_of(window)
    part(window, "show-phone-view").click()
    expect(part(window, "phone-field").first).to_contain_text("personal_sign")
    expect(part(window, "phone-note")).to_have_count(3)
    follow(link)
    answer = outcome(dapp)
    assert len(answer.get("result", "")) == 132, answer
    return account


def test_a_vault_of_the_older_kind_is_upgraded(own: Stage, tmp_path: Path) -> None:
    names = (OURS, PHONE, LAPTOP)
    folders = [own.running.folder() for _ in range(2)]
    for party, folder in enumerate(folders, 1):
        old_phone(own, old_file(tmp_path, party, names), folder)
    phones = [own.phone(folder=folder, name=name) for folder, name in zip(folders, names[1:], strict=True)]
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-file").click()
    part(page, "vault-file").set_input_files(old_file(tmp_path, 0, names))
    part(page, "file-password").fill("not the password")
    new_password(page)
    part(page, "import").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")
    part(page, "file-password").fill(FILE)
    part(page, "import").click()

    # What it is, and whom it needs.
    part(page, "migrate-first").wait_for()
    expect(part(page, "old-device")).to_have_count(3)
    assert part(page, "this-device").count() == 1
    addresses = [address.get_attribute("data-address") for address in part(page, "address").all()]
    assert own.state()["stage"] == "empty"

    # Cancelled: the file is chosen again.
    part(page, "migrate").click()
    link_of(page)
    part(page, "cancel").click()
    part(page, "vault-file").set_input_files(old_file(tmp_path, 0, names))
    part(page, "file-password").fill(FILE)
    new_password(page)
    part(page, "import").click()
    part(page, "migrate").click()
    link = link_of(page)
    phones[0].follow(link)
    expect(part(page, "stage")).to_contain_text("1 of 2")
    phones[1].follow(link)
    part(page, "success").wait_for()
    part(page, "ready-migrated").wait_for()
    assert list(told(page).values()) == addresses
    part(page, "make-backup").wait_for()
    page.close()
    assert sorted(own.state()["vault"]["signers"]) == sorted(names)
    assert signs(own, phones[1].follow).lower() == addresses[0].lower()


def test_an_upgrade_that_another_device_hosts(own: Stage, tmp_path: Path) -> None:
    names = (OURS, LAPTOP)
    folder = own.running.folder()
    old_phone(own, old_file(tmp_path, 1, names), folder)
    arguments = ("--json", "--relay", own.relay.url, "--data", str(folder / "shares"))
    flags = (*arguments, "--phone-password-file", str(folder / "password"), "--wait", "60")
    hosting = own.running.tandem("migrate", "vault", "migrate", *flags, stays_open=True)
    hosting.wait_for('"event": "link"')
    link = next(json.loads(line)["link"] for line in hosting.output().splitlines() if '"link"' in line)
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-link").click()
    part(page, "link-field").fill(link)
    part(page, "follow").click()
    expect(part(page, "title")).to_have_attribute("data-kind", "migrate")
    expect(part(page, "asked-device")).to_have_count(2)
    new_password(page)
    part(page, "join").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "file_missing")
    part(page, "vault-file").set_input_files(old_file(tmp_path, 0, names))
    part(page, "file-password").fill("not the password")
    part(page, "join").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")
    part(page, "file-password").fill(FILE)
    part(page, "join").click()
    part(page, "success").wait_for()
    part(page, "ready-migrated").wait_for()
    hosting.wait_for('"event": "done"')
    assert own.state()["vault"]["party"] == OURS


def test_a_recovery_phrase_is_brought_in(own: Stage) -> None:
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-phrase").click()
    part(page, "phrase-warning").wait_for()
    expect(part(page, "read-phrase")).to_be_disabled()
    part(page, "phrase").fill(PHRASE.replace("junk", "junc"))
    expect(part(page, "phrase-count")).to_have_attribute("data-count", "12")
    part(page, "read-phrase").click()
    expect(part(page, "unknown-word")).to_have_attribute("data-place", "12")
    expect(part(page, "unknown-word")).to_contain_text("junc")
    part(page, "phrase").fill(PHRASE.replace("junk", "test"))
    part(page, "read-phrase").click()
    expect(part(page, "phrase-wrong")).to_have_attribute("data-wrong", "checksum")
    part(page, "phrase").fill(PHRASE[:-5])
    part(page, "read-phrase").click()
    expect(part(page, "phrase-wrong")).to_have_attribute("data-wrong", "length")
    part(page, "phrase").fill(f"\n {PHRASE.upper()} ")
    part(page, "read-phrase").click()

    # Its accounts, with both places of Solana's.
    evm = part(page, "phrase-evm").locator('[data-test="address"]')
    expect(evm).to_have_attribute("data-address", RICH)
    assert "junk" not in page.content().lower()
    part(page, "solana-plain").check()
    solana = page.locator("label", has=part(page, "solana-plain")).locator('[data-test="address"]')
    wanted = solana.get_attribute("data-address")
    part(page, "are-mine").click()
    new_password(page)
    part(page, "size-3").check()
    part(page, "bring-in").click()
    link = link_of(page)
    phones = [own.phone(name=f"phone-{n}") for n in range(2)]
    for phone in phones:
        phone.follow(link)
    part(page, "success").wait_for()
    part(page, "ready-phrase").wait_for()
    assert told(page) == {"eip155": RICH, "solana": wanted}
    page.close()
    assert own.state()["vault"]["threshold"] == 2
    stored = own.page("popup.html").evaluate(
        """async () => { const names = await indexedDB.databases(); let all = JSON.stringify({...localStorage});
        for (const { name } of names) { const db = await new Promise((done, no) => {
            const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = no; });
          for (const store of db.objectStoreNames) all += await new Promise((done) => {
            const r = db.transaction(store).objectStore(store).getAll();
            r.onsuccess = () => done(r.result.map((v) => v instanceof Uint8Array || v instanceof ArrayBuffer ?
              new TextDecoder().decode(v) : JSON.stringify(v)).join()); });
          db.close(); } return all; }"""
    )
    assert "My vault" in stored and "junk" not in stored
    assert signs(own, phones[0].follow).lower() == RICH.lower()


def test_another_devices_phrase(own: Stage) -> None:
    folder = own.running.folder()
    (folder / "password").write_text("the phone's own password")
    (folder / "phrase").write_text(PHRASE)
    flags = ("--json", "--yes", "--relay", own.relay.url, "--data", str(folder / "shares"), "--wait", "60")
    secrets = ("--phone-password-file", str(folder / "password"), "--phrase-file", str(folder / "phrase"))
    hosting = own.running.tandem("bring-in", "vault", "bring-in", "Theirs", *flags, *secrets, stays_open=True)
    hosting.wait_for('"event": "link"')
    link = next(json.loads(line)["link"] for line in hosting.output().splitlines() if '"event": "link"' in line)
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-link").click()
    part(page, "link-field").fill(link)
    part(page, "follow").click()
    expect(part(page, "title")).to_have_attribute("data-kind", "key_import")
    expect(part(page, "asked-chains")).to_have_text("Ethereum, Solana")
    part(page, "phrase-warning").wait_for()
    new_password(page)
    part(page, "join").click()
    part(page, "success").wait_for()
    part(page, "ready-phrase").wait_for()
    assert told(page)["eip155"] == RICH
