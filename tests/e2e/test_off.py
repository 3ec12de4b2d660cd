"""The wallet that is not there: on a site where the person wants none, and everywhere when its process cannot start."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tools.processes import Processes
from tools.stage import Stage, ask, part, rpc

from e2e.test_states import kill_host, port, site, visit  # noqa: F401 - fixtures
from tools import extension

FOUND = """() => new Promise((done) => {
    const found = [];
    if (window.ethereum?.isTandem) found.push("window.ethereum");
    if (Object.getOwnPropertyDescriptor(window, "ethereum")?.configurable === false) found.push("taken");
    addEventListener("eip6963:announceProvider", ({ detail }) => found.push(detail.info.name));
    dispatchEvent(new Event("eip6963:requestProvider"));
    const register = ({ name }) => found.push(name);
    dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: { register } }));
    setTimeout(() => done(found), 50);
})"""
ALL = ["window.ethereum", "Tandem", "Tandem"]
TAKEN = ["window.ethereum", "taken", "Tandem", "Tandem"]


def finds(page: Page, wanted: list[str]) -> None:
    """The browser takes a moment to know what it has to inject from the next load on."""
    for _ in range(50):
        page.reload()
        if page.evaluate(FOUND) == wanted:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(FOUND) == wanted


def test_a_person_keeps_us_out_of_a_site_and_lets_us_in_again(stage: Stage, account: str, visit, site: str) -> None:  # noqa: F811
    page = visit(site)
    finds(page, ALL)
    popup = stage.page("popup.html")
    part(popup, "settings").click()
    listed = popup.locator(f'[data-test="alias"][data-origin="{site}"]')

    def choose(name: str) -> None:
        part(popup, "alias-name").select_option(name)
        part(popup, "alias-origin").fill(f"{site}/some/page")  # a page's address says its site
        part(popup, "add-alias").click()
        expect(part(popup, "aliases-outcome")).to_have_class("hint")
        expect(popup.locator(f'[data-test="alias"][data-origin="{site}"][data-name="{name}"]')).to_be_visible()

    choose("none")
    finds(page, [])
    # Either is the other's end: what is chosen last is what there is, on the screen and on the site.
    choose("ethereum")
    expect(listed).to_have_count(1)
    finds(page, TAKEN)
    choose("solana")
    expect(listed).to_have_count(2)
    choose("none")
    expect(listed).to_have_count(1)
    expect(listed).to_have_attribute("data-name", "none")
    finds(page, [])
    part(listed, "remove-alias").click()
    expect(listed).to_have_count(0)
    finds(page, ALL)
    popup.close()


@pytest.fixture
def own(stage: Stage, running: Processes, tmp_path: Path) -> Iterator[Stage]:
    """A browser of its own with an extension whose files the test may take away."""
    made = copy.copy(stage)
    made.built = Path(shutil.copytree(extension.CHROMIUM, tmp_path / "extension"))
    made.profile = running.folder()
    made.open_browser()
    yield made
    made.context.close()


HEAR = """() => {
    window.heard = [];
    addEventListener("eip6963:announceProvider", ({ detail: { provider } }) => {
        window.found = provider;
        provider.on("connect", ({ chainId }) => heard.push(["connect", chainId]));
        provider.on("disconnect", ({ code }) => heard.push(["disconnect", code]));
        provider.on("message", ({ data }) => heard.push(["head", data.subscription]));
    }, { once: true });
    dispatchEvent(new Event("eip6963:requestProvider"));
}"""


def test_no_process_can_start_and_who_listens_hears_so(own: Stage, site: str) -> None:  # noqa: F811
    own.use_local()
    listening, other = own.context.new_page(), own.context.new_page()
    for page in (listening, other):
        page.goto(site)
    name = ask(listening, "eth_subscribe", "newHeads")["result"]
    for page in (listening, other):
        assert "result" in ask(page, "eth_blockNumber")
        page.evaluate(HEAR)
    python = own.built / "pyodide" / "pyodide.mjs"
    python.rename(python.with_suffix(".away"))
    kill_host(own)
    listening.wait_for_function("heard.length > 0")
    assert listening.evaluate("[heard, found.isConnected()]") == [[["disconnect", 4900]], False]
    error = ask(other, "eth_blockNumber")["error"]
    assert (error["code"], error["data"]["reason"]) == (4900, "boot_failed")
    assert other.evaluate("heard") == []  # it listened to nothing: what it asks tells it

    popup = own.page("popup.html")
    part(popup, "retry").wait_for()
    python.with_suffix(".away").rename(python)
    part(popup, "retry").click()
    listening.wait_for_function("heard.length > 1")
    assert listening.evaluate("[heard.at(-1), found.isConnected()]") == [["connect", "0x7a69"], True]
    assert ask(listening, "eth_unsubscribe", name)["result"] is False  # it was over with the `disconnect`
    again = ask(listening, "eth_subscribe", "newHeads")["result"]
    for _ in range(60):
        rpc(own.chain.url, "evm_mine", [])
        if listening.evaluate("heard.length > 2"):
            break
        listening.wait_for_timeout(300)
    assert {tuple(each) for each in listening.evaluate("heard.slice(2)")} == {("head", again)}
