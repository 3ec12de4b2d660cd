"""Browser restarts: a browser of its own, so that the others keep theirs. And a vault shared with the real engine."""

import json
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tools.demo import connect_dapp
from tools.processes import Processes
from tools.stage import Stage, approve, ask, begin, link_of, outcome, part

from interop.engine_phone import EnginePhone
from tools import stage as theatre

# In one go, so that it is done before Python can have started.
SUBMIT_AT_ONCE = """(password) => new Promise((done) => {
    const look = () => {
        const field = document.querySelector('[data-test="unlock-password"]');
        if (field === null) { setTimeout(look, 1); return; }
        field.value = password;
        field.form.requestSubmit();
        done();
    };
    look();
})"""
HELLO = "0x" + b"hello".hex()


@pytest.fixture
def own(running: Processes, stage: Stage) -> Iterator[Stage]:
    # Playwright's synchronous interface allows one instance a thread: the session's serves this browser too.
    yield Stage(running, stage.playwright)


def test_a_browser_restart_keeps_vault_permissions_and_requests(own: Stage) -> None:
    phone = own.phone()
    own.use_local()
    own.create_vault(phone)
    dapp, account = connect_dapp(own)
    begin(dapp, "personal_sign", HELLO, account)
    part(own.window(), "approve").wait_for()
    own.restart_browser()
    state = own.state()
    assert state["stage"] == "locked"
    assert [a["address"].lower() for a in state["accounts"] if a["space"] == "eip155"] == [account]
    assert [site["origin"] for site in state["sites"]] == [own.dapp_url]
    assert [request["state"] for request in state["requests"]][-1] == "awaiting_approval"
    dapp = own.dapp()
    assert ask(dapp, "eth_accounts")["result"] == []
    popup = own.page("popup.html")
    part(popup, "unlock-password").fill(theatre.PASSWORD)
    part(popup, "unlock").click()
    part(popup, "address").first.wait_for()
    assert ask(dapp, "eth_accounts")["result"] == [account]
    begin(dapp, "personal_sign", HELLO, account)
    own.call("cancel_request", request=state["requests"][-1]["id"])
    window = own.window()
    approve(window)
    phone.follow(link_of(window))
    assert len(outcome(dapp)["result"]) == 132
    own.window_gone()
    the_password_can_be_typed_while_python_starts(own, dapp, account)
    own.context.close()


def test_an_update_of_the_extension_keeps_everything(own: Stage) -> None:
    """The browser starts with a higher version in the same profile: the store is the same, and nothing is cleared."""
    own.use_local()
    own.create_vault(own.phone()).close()
    dapp, account = connect_dapp(own)
    begin(dapp, "personal_sign", HELLO, account)
    part(own.window(), "approve").wait_for()
    before = own.state()
    newer = own.running.folder() / "newer"
    shutil.copytree(own.built, newer)
    manifest = json.loads((newer / "manifest.json").read_text())
    manifest["version"] = "9.0.0"
    (newer / "manifest.json").write_text(json.dumps(manifest))
    own.context.close()
    own.built = newer
    own.open_browser()
    after = own.state()
    assert after["stage"] == "locked"
    for name in ("vault", "sites", "settings"):
        assert after[name] == before[name], name
    assert [request["id"] for request in after["requests"]] == [request["id"] for request in before["requests"]]
    page = own.page("popup.html")
    assert page.evaluate("chrome.runtime.getManifest().version") == "9.0.0"
    part(page, "unlock-password").fill(theatre.PASSWORD)
    part(page, "unlock").click()
    part(page, "vault-name").wait_for()


def the_password_can_be_typed_while_python_starts(own: Stage, dapp: Page, account: str) -> None:
    popup = own.page("popup.html")
    popup.evaluate("chrome.offscreen.closeDocument()")
    popup.close()
    begin(dapp, "personal_sign", HELLO, account)
    window = own.window()
    window.evaluate(SUBMIT_AT_ONCE, theatre.PASSWORD)
    approve(window)
    part(window, "cancel").click()
    assert outcome(dapp)["error"]["data"]["reason"] == "cancelled"


def test_the_real_engine_as_the_phone(own: Stage, tmp_path) -> None:
    phone = EnginePhone(tmp_path / "share")
    try:
        own.use_local()
        page = own.onboarding()
        part(page, "create").click()
        phone.follow(link_of(page), own.relay.url)
        part(page, "success").wait_for()
        dapp, account = connect_dapp(own)
        begin(dapp, "personal_sign", HELLO, account)
        window = own.window()
        approve(window)
        phone.follow(link_of(window), own.relay.url)
        signature = outcome(dapp)["result"]
        assert ask(dapp, "personal_ecRecover", HELLO, signature)["result"] == account
    finally:
        phone.close()
        own.context.close()
