"""A fast vault in a real browser: a server (the real engine) is one of the devices, and signs for a password."""

import asyncio
import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import Page, expect
from tools.demo import connect_dapp
from tools.stage import PASSWORD, Phone, Stage, approve, begin, link_of, outcome, part

from e2e.beside import Beside
from interop.fast_server import CODE, FastServer

SECRET = "the server's own password"
MAIL = "who@example.org"
HELLO = "0x" + b"hello".hex()


class Server:
    """The vault server on a thread of its own."""

    def __init__(self, folder: Path, relay: str) -> None:
        self._beside = Beside()
        self.server = FastServer(folder, relay)
        self.url: str = self._beside.now(self.server.start())

    def close(self) -> None:
        self._beside.now(self.server.stop())
        self._beside.close()


@pytest.fixture
def server(stage: Stage, tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path, stage.relay.url)
    yield made
    made.close()


@pytest.fixture
def own(stage: Stage) -> Iterator[Stage]:
    """A fresh browser on the same relay and chains."""
    made = copy.copy(stage)
    made.profile = stage.running.folder()
    made.open_browser()
    made.use_local()
    yield made
    made.context.close()


async def slow(request: web.Request) -> None:
    """So that what the screen shows until the server answers can be seen."""
    if request.path.endswith("/create"):
        await asyncio.sleep(1)


def switch_on(page: Page, url: str) -> None:
    """The vault server, under advanced, at `url`."""
    part(page, "advanced").click()
    expect(part(page, "vault-server-on")).not_to_be_checked()
    part(page, "vault-server-on").check()
    expect(part(page, "vault-server")).to_have_value("https://api.vultisig.com/vault")
    part(page, "vault-server").fill("http://example.org/vault")
    part(page, "save-vault-server").click()
    expect(part(page, "vault-server-outcome")).to_have_class("fault")
    part(page, "vault-server").fill(url)
    part(page, "vault-server").press("Enter")
    expect(part(page, "vault-server-outcome")).to_have_class("hint")


def make(own: Stage, url: str, phone: Phone | None = None) -> Page:
    """The vault, of the server and perhaps a phone, through the onboarding page; gives it as it stands at the end."""
    page = own.onboarding()
    expect(part(page, "with-server")).to_have_count(0)
    switch_on(page, url)
    part(page, "with-server").check()
    for secret, mail, reason in (
        (PASSWORD, MAIL, "server_password_same"),
        ("short", MAIL, "password_short"),
        (SECRET, "nowhere", "email_wrong"),
    ):
        part(page, "server-password").fill(secret)
        part(page, "server-confirm").fill(secret)
        part(page, "server-email").fill(mail)
        part(page, "create").click()
        expect(part(page, "error")).to_have_attribute("data-reason", reason)
    part(page, "server-email").fill(MAIL)
    if phone:
        part(page, "size-3").check()
    part(page, "create").click()
    part(page, "stage").wait_for()
    if phone:
        part(page, "qr").wait_for()
        phone.follow(link_of(page))
    else:
        page.wait_for_timeout(300)
        expect(part(page, "stage")).to_have_attribute("data-stage", "waiting")
        assert part(page, "qr").count() == 0
    part(page, "success").wait_for()
    return page


def ask_for_signature(own: Stage, dapp: Page, account: str, secret: str) -> Page:
    """The approve window after the Yes, with the server's password."""
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    part(window, "sign-password").fill(secret)
    approve(window)
    return window


def test_made_and_signed_with_a_server(own: Stage, server: Server) -> None:
    server.server.instead = slow
    page = make(own, server.url)
    assert part(page, "unconfirmed").count() == 0
    part(page, "server-code").fill("0")
    part(page, "verify-code").click()
    expect(part(page, "error")).to_have_attribute("data-reason", "bad_request")
    part(page, "show-resend").click()
    part(page, "resend-password").fill(SECRET)
    expect(part(page, "resend-email")).to_have_value(MAIL)
    part(page, "resend-code").click()
    part(page, "code-mailed").wait_for()
    assert [mail.to for mail in server.server.mails] == [MAIL, MAIL]
    part(page, "server-code").fill(CODE)
    part(page, "verify-code").click()
    part(page, "code-verified").wait_for()
    page.close()

    page = own.page("devices.html", (900, 760))
    expect(part(page, "device")).to_have_count(2)
    expect(part(page, "server-device")).to_have_count(1)
    page.close()

    dapp, account = connect_dapp(own)
    ask_for_signature(own, dapp, account, SECRET)
    answer = outcome(dapp)
    assert len(answer.get("result", "")) == 132, answer
    own.window_gone()

    window = ask_for_signature(own, dapp, account, "another password")
    expect(part(window, "error")).to_have_attribute("data-reason", "server_password")
    assert outcome(dapp)["error"]["data"]["reason"] == "server_password"
    part(window, "close").click()

    # Without the password it is another device's turn, as ever; and with the server switched off there is no field.
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    approve(window)
    part(window, "qr").wait_for()
    part(window, "cancel").click()
    part(window, "close").click()
    home = own.page("popup.html")
    part(home, "settings").click()
    part(home, "advanced").click()
    expect(part(home, "push-service-on")).not_to_be_checked()
    part(home, "vault-server-on").uncheck()
    expect(part(home, "vault-server-outcome")).to_have_class("hint")
    assert own.state()["settings"]["vault_server"] == ""
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    part(window, "approve").wait_for()
    assert part(window, "sign-password").count() == 0
    part(window, "reject").click()


def test_with_a_phone_as_well_either_signs(own: Stage, server: Server) -> None:
    phone = own.phone()
    make(own, server.url, phone).close()
    assert (len(own.state()["vault"]["signers"]), own.state()["vault"]["threshold"]) == (3, 2)
    dapp, account = connect_dapp(own)
    ask_for_signature(own, dapp, account, SECRET)
    assert len(outcome(dapp).get("result", "")) == 132
    own.window_gone()
    window = ask_for_signature(own, dapp, account, "")
    phone.follow(link_of(window))
    assert len(outcome(dapp).get("result", "")) == 132
