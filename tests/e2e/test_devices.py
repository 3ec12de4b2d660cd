"""More than one device, in a real browser: links that another device shows, backup files, and a change of devices."""

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from PIL.ImageFilter import GaussianBlur
from playwright.sync_api import Page, expect
from tools.demo import connect_dapp
from tools.processes import Processes
from tools.stage import PASSWORD, Phone, Stage, approve, begin, link_of, outcome, part

from chains.ethereum.test_swap import deposit
from e2e.beside import Beside
from tandem.ceremony import (
    Devices,
    Job,
    Keygenned,
    host_keygen,
    host_keysign,
    invite_keygen,
    invite_keysign,
)
from tandem.chains import ethereum
from tandem.chains.ethereum import message
from tandem.chains.ethereum.calldata import transfer_call
from tandem.chains.ethereum.networks import BY_CHAIN
from tandem.chains.ethereum.payload import message_payload, read_transactions, transaction_payload
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import Transaction, digest
from tandem.chains.reading import Payload, own_account
from tandem.curve import secp256k1
from tandem.entropy import random_bytes
from tandem.errors import CosignerDeclined
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal
from vault.files import gg20_message, plain_file, zip_of

FILE = "a password for the file"
ORIGIN = "https://elsewhere.example"
HELLO = "0x" + b"hello".hex()


class Elsewhere:
    """Another device that makes the vault and asks for signatures: the ceremonies' own code, on a thread of its own."""

    def __init__(self, relay_url: str, folder: Path) -> None:
        self._beside = Beside()
        self._url, self._folder = relay_url, folder
        self._http, self._tasks = CpythonHttp(), AsyncioTasks()
        self.made: Keygenned | None = None

    def close(self) -> None:
        self._beside.now(self._tasks.settle(5))
        self._beside.now(self._http.close())
        self._beside.close()

    def _devices(self) -> Devices:
        clock = SystemClock()
        relay = RelayClient(self._http, self._url, clock)
        journal = Journal(FolderStore(self._folder))
        return Devices(relay=relay, clock=clock, tasks=self._tasks, rng=random_bytes, journal=journal)

    def keygen(self) -> tuple[str, Any]:
        """The link, and the vault that comes to be."""
        invitation = invite_keygen(vault_name="Holidays", relay_url=self._url)

        async def save(made: Keygenned) -> None:
            self.made = made

        async def host() -> None:
            await host_keygen(
                self._devices(),
                invitation,
                party="iPhone-5C9",
                size=2,
                threshold=2,
                report=lambda _: None,
                save=save,
                deadline=time.time() + 60,
            )

        return invitation.link, self._beside.begin(host())

    def ask(self, payload: Payload, *jobs: Job) -> tuple[str, Any]:
        """The link, and the signatures that come of it."""
        made = self.made
        assert made

        async def invite() -> Any:
            key = made.share.public_key.hex()
            return await invite_keysign(self._devices(), payload=payload, vault_public_key=key, party="iPhone-5C9")

        invitation = self._beside.now(invite())

        async def host() -> Any:
            return await host_keysign(
                self._devices(),
                invitation,
                party="iPhone-5C9",
                share=made.share,
                eddsa=made.eddsa,
                signers=made.signers,
                jobs=jobs,
                report=lambda _: None,
                deadline=time.time() + 60,
            )

        return invitation.link, self._beside.begin(host())

    def message(self, text: bytes) -> tuple[str, Any]:
        assert self.made
        key = self.made.share.public_key
        payload = message_payload(text, vault_public_key=key, party="iPhone-5C9", origin=ORIGIN)
        return self.ask(payload, Job(message.digest(text), ethereum.PATH))

    def payment(self) -> tuple[str, Any, bytes]:
        """A payment of one ether; also its digest."""
        assert self.made
        share = self.made.share
        what = Transaction(1, 3, 10**9, 2 * 10**9, 21_000, b"\7" * 20, 10**18, b"")
        payload = transaction_payload(
            what,
            network=BY_CHAIN["eip155:1"],
            account=bytes.fromhex(own_account("eip155", share.derive(ethereum.PATH))[2:]),
            public_key=share.derive(ethereum.PATH),
            vault_public_key=share.public_key,
            party="iPhone-5C9",
            token=None,
            origin=ORIGIN,
        )
        return *self.ask(payload, Job(digest(what), ethereum.PATH)), digest(what)

    def swap(self) -> tuple[str, Any, list[bytes]]:
        """Tokens for coins through THORChain, with an approval before; also both digests."""
        assert self.made
        payload = deposit()
        account = own_account("eip155", self.made.share.derive(ethereum.PATH))
        payload.thorchain_swap_payload.from_address = account
        for coin in (payload.coin, payload.thorchain_swap_payload.from_coin):
            coin.address = account
        wanted = [digest(each) for each in read_transactions(payload)]
        return *self.ask(payload, *(Job(each, ethereum.PATH) for each in wanted)), wanted

    def approval_and_use(self) -> tuple[str, Any, list[bytes]]:
        """A transfer of a token with an approval before it; also both digests."""
        assert self.made
        share, token = self.made.share, Token(b"\7" * 20, "USDC", 6)
        what = Transaction(1, 3, 10**9, 2 * 10**9, 60_000, token.address, 0, transfer_call(b"\x09" * 20, 5_000_000))
        payload = transaction_payload(
            what,
            network=BY_CHAIN["eip155:1"],
            account=bytes.fromhex(own_account("eip155", share.derive(ethereum.PATH))[2:]),
            public_key=share.derive(ethereum.PATH),
            vault_public_key=share.public_key,
            party="iPhone-5C9",
            token=token,
            origin=ORIGIN,
        )
        payload.erc20_approve_payload.spender = "0x" + "08" * 20
        payload.erc20_approve_payload.amount = "5000000"
        wanted = [digest(each) for each in read_transactions(payload)]
        return *self.ask(payload, *(Job(each, ethereum.PATH) for each in wanted)), wanted


@pytest.fixture(scope="module")
def theatre(running: Processes, stage: Stage) -> Stage:
    """The relay, chains and pages of all tests here; each has a browser of its own."""
    return stage


def browser(theatre: Stage) -> Stage:
    """A fresh browser on the same relay and chains."""
    own = copy.copy(theatre)
    own.profile = theatre.running.folder()
    own.open_browser()
    own.use_local()
    return own


@pytest.fixture
def own(theatre: Stage) -> Iterator[Stage]:
    made = browser(theatre)
    yield made
    made.context.close()


@pytest.fixture
def elsewhere(theatre: Stage, tmp_path: Path) -> Iterator[Elsewhere]:
    other = Elsewhere(theatre.relay.url, tmp_path / "elsewhere")
    yield other
    other.close()


def follow(page: Page, link: str) -> None:
    part(page, "link-field").fill(link)
    part(page, "follow").click()


def new_password(page: Page, password: str = PASSWORD, prefix: str = "") -> None:
    part(page, f"{prefix}password").fill(password)
    part(page, f"{prefix}confirm").fill(password)


def join_page(own: Stage) -> Page:
    return own.page("join.html", (900, 760))


def devices_page(own: Stage) -> Page:
    return own.page("devices.html", (900, 760))


def vault(own: Stage) -> dict:
    return dict(own.state()["vault"])


def sign_a_message(own: Stage, dapp: Page, account: str, phone: Phone) -> str:
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    approve(window)
    phone.follow(link_of(window))
    answer = outcome(dapp)
    assert len(answer.get("result", "")) == 132, answer
    own.window_gone()
    return str(answer["result"])


def test_a_vault_made_elsewhere_and_what_its_other_device_asks(own: Stage, elsewhere: Elsewhere) -> None:
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-link").click()
    follow(page, "https://vultisig.com?type=nonsense")
    expect(part(page, "error")).to_have_attribute("data-reason", "bad_request")
    assert part(page, "next-step").inner_text()

    link, hosting = elsewhere.keygen()
    follow(page, f"  {link}\n")
    expect(part(page, "title")).to_have_attribute("data-kind", "keygen")
    expect(part(page, "asked-vault")).to_have_text("Holidays")
    expect(part(page, "asked-relay")).to_have_text(own.relay.url)
    part(page, "password").fill(PASSWORD)
    part(page, "join").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "password_differs")
    new_password(page)
    part(page, "join").click()
    part(page, "success").wait_for()
    hosting.result(30)
    made = elsewhere.made
    assert made
    told = {card.get_attribute("data-space"): part_of(card, "address") for card in part(page, "account-card").all()}
    assert told == {
        "eip155": own_account("eip155", made.share.derive(ethereum.PATH)),
        "solana": own_account("solana", made.eddsa.public_key),
    }
    page.close()

    # A payment: shown as an approval is, not signed before a real press, then signed.
    link, signing, signed = elsewhere.payment()
    home = own.page("popup.html")
    with own.context.expect_page() as opened:
        part(home, "join-link").click()
    page = opened.value
    follow(page, link)
    expect(part(page, "title")).to_have_attribute("data-kind", "transaction")
    expect(part(page, "amount")).to_have_text("1 ETH")
    expect(part(page, "initiator")).to_have_text("iPhone-5C9")
    expect(part(page, "origin")).to_have_text(ORIGIN)
    assert part(page, "account").get_attribute("data-address") == told["eip155"]
    assert part(page, "edit-fee").count() == 0
    approve(page)
    part(page, "result").wait_for()
    (signature,) = signing.result(30)
    assert secp256k1.verify(made.share.derive(ethereum.PATH), signed, signature.r, signature.s)

    # An approval and what it is for: two transactions, both shown, one yes.
    part(page, "another").click()
    link, signing, wanted = elsewhere.approval_and_use()
    follow(page, link)
    blocks = part(page, "transaction")
    expect(blocks).to_have_count(2)
    expect(blocks.nth(0)).to_contain_text("5 USDC")
    expect(part(page, "warning")).to_have_count(0)
    approve(page)
    part(page, "result").wait_for()
    for what, signature in zip(wanted, signing.result(30), strict=True):
        assert secp256k1.verify(made.share.derive(ethereum.PATH), what, signature.r, signature.s)

    # A swap: what the other device says of it, and what is signed for it; the owner of the memo's address is another.
    part(page, "another").click()
    link, signing, wanted = elsewhere.swap()
    follow(page, link)
    expect(part(page, "swap-amounts")).to_contain_text("5 USDC")
    expect(part(page, "swap-provider")).to_have_text("THORChain")
    expect(part(page, "transaction")).to_have_count(2)
    approve(page)
    part(page, "result").wait_for()
    for what, signature in zip(wanted, signing.result(30), strict=True):
        assert secp256k1.verify(made.share.derive(ethereum.PATH), what, signature.r, signature.s)

    # A message: the asking survives the page, and a No reaches the other device.
    part(page, "another").click()
    link, signing = elsewhere.message(b"hello")
    follow(page, link)
    expect(part(page, "message")).to_have_text("hello")
    page.close()
    home = own.page("popup.html")
    with own.context.expect_page() as opened:
        part(home, "open-under-way").click()
    page = opened.value
    expect(part(page, "message")).to_have_text("hello")
    part(page, "reject").click()
    part(page, "declined").wait_for()
    with pytest.raises(CosignerDeclined):
        signing.result(30)

    # Another vault's link, and a locked wallet.
    link, hosting = elsewhere.keygen()
    follow(page, link)
    expect(part(page, "error")).to_have_attribute("data-reason", "vault")
    hosting.cancel()
    own.call("lock")
    part(page, "unlock-password").fill(PASSWORD)
    part(page, "unlock").click()
    part(page, "link-field").wait_for()


def test_a_link_is_read_out_of_a_picture(own: Stage, elsewhere: Elsewhere, tmp_path: Path) -> None:
    link, hosting = elsewhere.keygen()
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-link").click()
    plain = tmp_path / "plain.png"
    Image.new("RGB", (300, 200), "white").save(plain)
    part(page, "picture").set_input_files(plain)
    expect(part(page, "error")).to_have_attribute("data-reason", "no_code")
    code = tmp_path / "code.png"
    segno.make(link).save(str(code), scale=3, border=4)
    with Image.open(code) as sharp:  # as a photograph of a screen: larger than needed, turned, grey, a little soft
        photo = sharp.convert("L").rotate(7, expand=True, fillcolor=200).resize((1900, 1900)).filter(GaussianBlur(2))
    photo.save(code)
    part(page, "picture").set_input_files(code)
    part(page, "join").wait_for()
    assert own.state()["joining"]["name"] == "Holidays"
    hosting.cancel()


def part_of(card: Any, name: str) -> str:
    return str(card.locator(f'[data-test="{name}"]').get_attribute("data-address"))


def test_a_backup_is_read_back_and_brings_the_vault_to_another_browser(
    theatre: Stage, own: Stage, tmp_path: Path
) -> None:
    phone = own.phone()
    page = own.create_vault(phone)
    with own.context.expect_page() as opened:
        part(page, "make-backup").click()
    page.close()
    home = own.page("popup.html")
    part(home, "backup-reminder").wait_for()
    part(home, "dismiss-reminder").click()
    expect(part(home, "backup-reminder")).to_have_count(0)
    home.close()

    page = opened.value
    part(page, "no-backup").wait_for()
    part(page, "backup").click()
    part(page, "wallet-password").fill("not the password")
    new_password(page, FILE, "file-")
    part(page, "write-backup").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")
    part(page, "wallet-password").fill(PASSWORD)
    with page.expect_download() as downloading:
        part(page, "write-backup").click()
    name = downloading.value.suggested_filename
    assert name.startswith("Savings-extension-") and name.endswith("-share1of2.vult")
    saved = tmp_path / name
    downloading.value.save_as(saved)
    wrong = tmp_path / "wrong.vult"
    wrong.write_text("AAAA")
    part(page, "saved-file").set_input_files(wrong)
    expect(part(page, "error")).to_have_attribute("data-reason", "bad_request")
    assert vault(own).get("backup") is None
    part(page, "saved-file").set_input_files(saved)
    part(page, "backup-verified").wait_for()
    part(page, "backup-date").wait_for()
    assert vault(own)["backup"]
    addresses = {space: own.account(space)["address"] for space in ("eip155", "solana")}
    own.context.close()

    new = browser(theatre)
    try:
        page = new.page("onboarding.html", (900, 760))
        part(page, "have-file").click()
        part(page, "vault-file").set_input_files(wrong)
        expect(part(page, "error")).to_have_attribute("data-reason", "bad_request")
        part(page, "vault-file").set_input_files(saved)
        expect(part(page, "file-name")).to_have_text(name)
        part(page, "file-password").fill("not the password")
        new_password(page, "another password")
        part(page, "import").click()
        expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")
        part(page, "file-password").fill(FILE)
        part(page, "import").click()
        part(page, "success").wait_for()
        told = {card.get_attribute("data-space"): part_of(card, "address") for card in part(page, "account-card").all()}
        assert told == addresses
        assert part(page, "make-backup").count() == 0
        page.close()
        dapp, account = connect_dapp(new)
        assert account.lower() == addresses["eip155"].lower()
        sign_a_message(new, dapp, account, phone)
    finally:
        new.context.close()


def test_a_second_phone_joins_and_signs_and_the_old_shares_go(own: Stage) -> None:
    first = own.phone()
    own.create_vault(first).close()
    dapp, account = connect_dapp(own)
    before = vault(own)
    page = devices_page(own)
    expect(part(page, "device")).to_have_count(2)
    expect(part(page, "this-device")).to_have_count(1)
    part(page, "change").click()
    expect(part(page, "change-size")).to_have_value("3")
    part(page, "change-password").fill("not the password")
    part(page, "change-begin").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")

    # Cancelled before anybody came: nothing has changed.
    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link_of(page)
    part(page, "cancel").click()
    part(page, "device").first.wait_for()
    assert vault(own) == before

    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link = link_of(page)
    second = own.phone(name="phone-new")
    first.follow(link)
    expect(part(page, "stage")).to_contain_text("1")
    second.follow(link)
    part(page, "changed").wait_for()
    part(page, "continue").click()
    expect(part(page, "device")).to_have_count(3)
    expect(part(page, "old-shares")).to_have_attribute("data-state", "untested")
    after = vault(own)
    assert (len(after["signers"]), after["threshold"]) == (3, 2)
    assert set(before["signers"]) < set(after["signers"])

    # With the new phone alone, then the old shares may go.
    sign_a_message(own, dapp, account, second)
    expect(part(page, "old-shares")).to_have_attribute("data-state", "tested")
    part(page, "forget-old").click()
    expect(part(page, "old-shares")).to_have_count(0)
    sign_a_message(own, dapp, account, first)


def test_the_shares_from_before_come_back(own: Stage) -> None:
    first = own.phone()
    own.create_vault(first).close()
    before = vault(own)
    page = devices_page(own)
    part(page, "change").click()
    part(page, "change-size").select_option("3")
    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link = link_of(page)
    first.follow(link)
    own.phone(name="phone-new").follow(link)
    part(page, "changed").wait_for()
    part(page, "continue").click()
    part(page, "show-restore").click()
    part(page, "restore-password").fill("not the password")
    part(page, "restore-old").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "wrong_password")
    part(page, "restore-password").fill(PASSWORD)
    part(page, "restore-old").click()
    expect(part(page, "old-shares")).to_have_count(0)
    expect(part(page, "device")).to_have_count(2)
    assert vault(own)["signers"] == before["signers"]


def test_an_older_vault_in_a_zip_has_to_be_migrated_first(own: Stage, tmp_path: Path) -> None:
    old = plain_file(gg20_message().SerializeToString())
    zipped = tmp_path / "both.zip"
    zipped.write_bytes(zip_of({"one.vult": old, "two.vult": old}))
    page = own.page("onboarding.html", (900, 760))
    part(page, "have-file").click()
    part(page, "vault-file").set_input_files(zipped)
    expect(part(page, "file-vault")).to_have_count(2)
    part(page, "file-vault").nth(1).check()
    part(page, "file-weak").wait_for()
    assert part(page, "file-password").count() == 0
    new_password(page)
    part(page, "import").click()
    expect(part(page, "migrate-first")).to_contain_text(gg20_message().signers[1])
    part(page, "other-file").click()
    part(page, "vault-file").wait_for()
    assert own.state()["stage"] == "empty"


def test_two_browsers_and_a_phone(theatre: Stage, own: Stage) -> None:
    """The second browser becomes a device by a link; then the first one follows its link as a member."""
    phone = own.phone()
    own.create_vault(phone).close()
    page = devices_page(own)
    part(page, "change").click()
    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link = link_of(page)
    second = browser(theatre)
    try:
        joining = second.page("onboarding.html", (900, 760))
        part(joining, "have-link").click()
        follow(joining, link)
        expect(part(joining, "title")).to_have_attribute("data-kind", "reshare")
        expect(part(joining, "asked-device")).to_have_count(2)
        new_password(joining)
        part(joining, "join").click()
        phone.follow(link)
        part(joining, "success").wait_for()
        part(page, "changed").wait_for()
        assert vault(second)["signers"] == vault(own)["signers"]
        addresses = [each.account("eip155")["address"] for each in (own, second)]
        assert addresses[0] == addresses[1]

        page = devices_page(second)
        part(page, "change").click()
        part(page, "change-size").select_option("2")
        part(page, "change-password").fill(PASSWORD)
        part(page, "change-begin").click()
        link = link_of(page)
        joining = join_page(own)
        follow(joining, link)
        part(joining, "own-password").fill("not the password")
        part(joining, "join").click()
        expect(part(joining, "error")).to_have_attribute("data-reason", "wrong_password")
        part(joining, "retry").click()
        part(joining, "follow").click()
        part(joining, "own-password").fill(PASSWORD)
        part(joining, "join").click()
        part(joining, "result").wait_for()
        part(page, "changed").wait_for()
        assert vault(own)["signers"] == vault(second)["signers"]
        assert (len(vault(own)["signers"]), vault(own)["threshold"]) == (2, 2)
    finally:
        second.context.close()


@pytest.mark.parametrize("name", ["join.html", "devices.html"])
def test_pages_of_the_web_cannot_frame_ours(own: Stage, name: str) -> None:
    page = own.dapp()
    page.evaluate(
        f"""() => {{ const frame = document.createElement("iframe");
            frame.src = "chrome-extension://{own.extension}/ui/{name}"; document.body.append(frame); }}"""
    )
    page.wait_for_timeout(500)
    assert all("chrome-extension" not in frame.url or "chrome-error" in frame.url for frame in page.frames)
