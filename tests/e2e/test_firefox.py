"""The core of it in Firefox: a vault with the phone, a site connected, a message, a transaction; nothing lost."""

import time
from collections.abc import Iterator

import pytest
from tools.processes import Processes
from tools.stage import EVM, PASSWORD, Phone, rpc

from e2e.firefox import PATIENCE, Firefox, Tab
from tools import extension

HELLO = "0x" + b"hello".hex()


@pytest.fixture(scope="module")
def firefox(running: Processes) -> Iterator[Firefox]:
    browser = Firefox(running, extension.ensure("firefox"), running.folder())
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def chain(running: Processes) -> str:
    return running.anvil().url


@pytest.fixture(scope="module")
def phone(running: Processes, firefox: Firefox, chain: str) -> Phone:
    """The second device, once the vault is made with it through the screens."""
    firefox.call("set_settings", relay_url=running.relay("--quiet", name="relay-firefox").url)
    firefox.call("set_rpc", chain=EVM, url=chain)
    firefox.call("set_network", chain=EVM)
    phone = Phone(running, running.folder(), name="phone-firefox")
    page = firefox.page("onboarding.html")
    page.click("start")
    page.fill("vault-name", "Savings")
    page.fill("password", PASSWORD)
    page.fill("confirm", PASSWORD)
    page.click("create")
    follow(phone, page)
    page.shown("success")
    page.close()
    return phone


@pytest.fixture(scope="module")
def site(running: Processes) -> str:
    folder = running.folder()
    (folder / "index.html").write_text("<!doctype html><title>site</title>")
    return running.serve(folder)


@pytest.fixture(scope="module")
def account(firefox: Firefox, phone: Phone, site: str, chain: str) -> str:
    """Connected to the site, and funded."""
    page = firefox.tab(site)
    page.begin("eth_requestAccounts")
    firefox.window().click("approve")
    [account] = page.outcome()["result"]
    page.close()
    rpc(chain, "anvil_setBalance", [account, hex(10**19)])
    return str(account)


def follow(phone: Phone, page: Tab) -> None:
    """The phone takes the link that a page shows."""
    page.shown("link")
    phone.follow(page.evaluate(f"{page.part('link')}.dataset.link"))


def gone(firefox: Firefox) -> None:
    deadline = time.monotonic() + PATIENCE
    while any("/ui/approve.html" in url for url in firefox.tabs()):
        assert time.monotonic() < deadline, "the approve window stays open"
        time.sleep(0.05)


def test_the_provider_is_there_before_the_page(firefox: Firefox, site: str) -> None:
    page = firefox.tab(site)
    assert page.ask("eth_chainId")["result"] in ("0x1", "0x7a69")
    assert page.evaluate("window.ethereum.isTandem") is True
    page.close()


def test_names_of_the_window_are_there_where_the_person_wants_them(firefox: Firefox, site: str) -> None:
    page = firefox.tab(site)
    origin, found = page.evaluate("location.origin"), "[!!window.solana?.isTandem, !!window.vultisig?.isTandem]"
    left = "Object.getOwnPropertyNames(window).filter((name) => name.startsWith('tandem:'))"
    for names in ([], ["solana", "vultisig"], ["vultisig"], []):
        firefox.call("set_window", origin=origin, names=names)
        deadline = time.monotonic() + PATIENCE
        while page.evaluate(found) != ["solana" in names, "vultisig" in names]:
            assert time.monotonic() < deadline, names
            page.goto(site)
        assert page.evaluate(left) == []
    page.close()


def test_a_message_is_signed_with_the_phone(firefox: Firefox, site: str, account: str, phone: Phone) -> None:
    page = firefox.tab(site)
    assert page.ask("eth_accounts")["result"] == [account]
    page.begin("personal_sign", HELLO, account)
    window = firefox.window()
    window.click("approve")
    follow(phone, window)
    signature = page.outcome()["result"]
    assert page.ask("personal_ecRecover", HELLO, signature)["result"] == account
    gone(firefox)
    page.close()


def test_a_transaction_is_mined_although_the_page_was_reloaded(
    firefox: Firefox, site: str, account: str, phone: Phone, chain: str
) -> None:
    page = firefox.tab(site)
    before = int(rpc(chain, "eth_getTransactionCount", [account, "latest"]), 16)  # type: ignore[arg-type]
    page.begin("eth_sendTransaction", {"from": account, "to": "0x" + "11" * 20, "value": "0x1"})
    window = firefox.window()
    window.click("approve")
    window.shown("link")
    page.goto(site)
    follow(phone, window)
    window.shown("result")
    assert int(rpc(chain, "eth_getTransactionCount", [account, "latest"]), 16) == before + 1  # type: ignore[arg-type]
    window.close()
    page.close()


def test_a_no_is_4001(firefox: Firefox, site: str, account: str) -> None:
    page = firefox.tab(site)
    page.begin("personal_sign", HELLO, account)
    firefox.window().click("reject")
    assert page.outcome()["error"]["code"] == 4001
    gone(firefox)
    page.close()


HEAR = """() => {
    window.told = [];
    window.shown = [];
    addEventListener("pageshow", ({ persisted }) => shown.push(persisted));
    addEventListener("eip6963:announceProvider", ({ detail }) =>
        detail.provider.on("accountsChanged", (accounts) => told.push(accounts)), { once: true });
    dispatchEvent(new Event("eip6963:requestProvider"));
}"""


def test_a_page_from_the_back_forward_cache_hears_what_is_true_and_asks(
    firefox: Firefox, site: str, account: str
) -> None:
    page = firefox.tab(site)
    assert page.ask("eth_accounts")["result"] == [account]
    page.evaluate(HEAR)
    page.goto(site.replace("127.0.0.1", "localhost"))
    firefox.call("lock")
    page.back()
    page.wait("window.shown?.at(-1) === true")
    page.wait("told.length === 1")
    firefox.call("unlock", password=PASSWORD)
    page.wait("told.length === 2")
    assert page.evaluate("told") == [[], [account]]
    page.begin("personal_sign", HELLO, account)
    firefox.window().click("reject")
    assert page.outcome()["error"]["code"] == 4001
    gone(firefox)
    page.close()


def test_the_event_page_dies_and_the_request_is_still_there(
    firefox: Firefox, site: str, account: str, phone: Phone
) -> None:
    page = firefox.tab(site)
    page.begin("personal_sign", HELLO, account)
    window = firefox.window()
    window.shown("approve")
    firefox.kill_event_page()
    window.fill("unlock-password", PASSWORD)
    window.click("unlock")
    window.click("approve")
    follow(phone, window)
    assert len(page.outcome()["result"]) == 132
    gone(firefox)
    page.close()


def test_a_restart_keeps_vault_and_permission(firefox: Firefox, site: str, account: str, phone: Phone) -> None:
    firefox.restart()
    page = firefox.tab(site)
    assert page.ask("eth_accounts")["result"] == []
    own = firefox.page("popup.html")
    own.fill("unlock-password", PASSWORD)
    own.click("unlock")
    own.shown("vault-name")
    assert page.ask("eth_accounts")["result"] == [account]
