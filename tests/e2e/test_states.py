"""Requests in a real browser whose parts go away: page, window, worker. A subset of the table that
tests/wallet/test_states.py runs in full, where the browser has a say; and many tabs, two origins, frames, a lock."""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tools.processes import Processes
from tools.stage import Phone, Stage, approve, ask, begin, link_of, outcome, part, rpc

from e2e.conftest import tidy
from e2e.test_requests import signed, waiting
from tools import stage as theatre

HELLO = "0x" + b"hello".hex()
HEAR = """() => new Promise((done) => {
    window.told = [];
    window.shown = [];
    addEventListener("pageshow", ({ persisted }) => shown.push(persisted));
    addEventListener("eip6963:announceProvider", ({ detail }) => {
        for (const name of ["accountsChanged", "chainChanged"])
            detail.provider.on(name, (data) => told.push([name, data]));
        done();
    }, { once: true });
    dispatchEvent(new Event("eip6963:requestProvider"));
})"""
EMPTY = b"<!doctype html><meta charset=utf-8><title>site</title>"


class Blank(http.server.BaseHTTPRequestHandler):
    """An empty page under every path; `/frame?URL` holds one frame, `/sandboxed?URL` one without an origin."""

    def do_GET(self) -> None:
        path, _, inner = self.path.partition("?")
        sandbox = b' sandbox="allow-scripts"' if path == "/sandboxed" else b""
        body = EMPTY + (b'<iframe%s src="%s"></iframe>' % (sandbox, inner.encode()) if inner else b"")
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(stage: Stage, account: str) -> Iterator[Callable[[str], Page]]:
    """Opens a tab; afterwards no request, window, site or block is left."""

    def opened(url: str) -> Page:
        page = stage.context.new_page()
        page.goto(url)
        return page

    yield opened
    if stage.state()["stage"] == "locked":
        stage.call("unlock", password=theatre.PASSWORD)
    tidy(stage)
    for site in stage.state()["sites"]:
        if site["origin"] not in (stage.dapp_url, stage.solana_url):
            stage.call("disconnect_site", origin=site["origin"])


@pytest.fixture
def site(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def connect(stage: Stage, page: Page) -> None:
    begin(page, "eth_requestAccounts", name="connecting")
    approve(stage.window())
    assert "result" in outcome(page, "connecting")
    stage.window_gone()


def kill_host(stage: Stage) -> None:
    """The offscreen document and the worker in it are gone, as after a crash of their process."""
    page = stage.context.new_page()
    page.goto(f"chrome-extension://{stage.extension}/icons/16.png")
    page.evaluate("chrome.offscreen.closeDocument()")
    page.close()


def unlock(page: Page) -> None:
    part(page, "unlock-password").fill(theatre.PASSWORD)
    part(page, "unlock").click()


def test_a_reloaded_page_gets_the_answer_to_what_it_asked_before(
    stage: Stage, account: str, phone: Phone, visit, site: str
) -> None:
    page = visit(site)
    connect(stage, page)
    begin(page, "personal_sign", HELLO, account)
    window = stage.window()
    part(window, "approve").wait_for()
    first = waiting(stage, "awaiting_approval")
    page.reload()
    part(window, "gone").wait_for()
    begin(page, "personal_sign", HELLO, account)
    part(window, "gone").wait_for(state="detached")
    assert waiting(stage, "awaiting_approval")["id"] == first["id"]
    approve(window)
    link = link_of(window)
    page.reload()
    begin(page, "personal_sign", HELLO, account)
    part(window, "gone").wait_for(state="detached")
    assert link_of(window) == link
    phone.follow(link)
    assert signed(outcome(page))
    # What is over is over: the same wish is a new request.
    begin(page, "personal_sign", HELLO, account)
    assert waiting(stage, "awaiting_approval")["id"] != first["id"]


def test_a_signature_that_no_page_waits_for_is_the_persons(
    stage: Stage, account: str, phone: Phone, visit, site: str
) -> None:
    page = visit(site)
    connect(stage, page)
    begin(page, "personal_sign", HELLO, account)
    window = stage.window()
    approve(window)
    link = link_of(window)
    page.close()
    part(window, "gone").wait_for()
    phone.follow(link)
    expect(part(window, "signature")).to_contain_text("0x")
    part(window, "close").click()
    popup = stage.page("popup.html")
    item = part(popup, "request").first
    expect(item).to_have_attribute("data-gone", "true")
    part(item, "open-request").wait_for()


def test_a_phone_that_was_not_reached_is_invited_again(
    stage: Stage, account: str, phone: Phone, visit, site: str
) -> None:
    page = visit(site)
    connect(stage, page)
    stage.call("set_settings", phone_wait_seconds=1)
    try:
        begin(page, "personal_sign", HELLO, account)
        window = stage.window()
        approve(window)
        first = link_of(window)
        part(window, "renew").wait_for()
    finally:
        stage.call("set_settings", phone_wait_seconds=300)
    assert page.evaluate("window.answer") is None
    window.close()
    popup = stage.page("popup.html")
    part(popup, "open-request").click()
    window = stage.window()
    part(window, "renew").click()
    link = link_of(window)
    assert link != first
    window.close()
    # The same session is shown again as often as it is wanted.
    popup = stage.page("popup.html")
    part(popup, "resend-request").click()
    window = stage.window()
    assert link_of(window) == link
    phone.follow(link)
    assert signed(outcome(page))


def test_the_worker_dies_before_and_after_the_yes(stage: Stage, account: str, phone: Phone, visit, site: str) -> None:
    page = visit(site)
    connect(stage, page)
    begin(page, "personal_sign", HELLO, account)
    window = stage.window()
    part(window, "approve").wait_for()
    kill_host(stage)
    unlock(window)
    approve(window)
    link_of(window)
    kill_host(stage)
    error = outcome(page)["error"]
    assert (error["code"], error["data"]["reason"]) == (-32603, "wallet_restarted")
    assert ask(page, "eth_accounts")["result"] == []


def test_a_hundred_requests_from_ten_tabs_of_two_origins(
    stage: Stage, account: str, phone: Phone, visit, port: int
) -> None:
    origins = [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    tabs = [visit(origins[i % 2]) for i in range(10)]
    for tab in tabs[:2]:
        connect(stage, tab)
    for t, tab in enumerate(tabs):
        for i in range(10):
            begin(tab, "personal_sign", "0x" + f"{t}.{i}".encode().hex(), account, name=f"answer{i}")
    window = stage.window()
    part(window, "queue").wait_for()
    answers = """() => [...Array(10).keys()].map((i) => window["answer" + i])
        .map((answer) => answer === null ? "waiting" : answer.error?.data.reason)"""
    told: list[str] = []
    for _ in range(200):
        told = [one for tab in tabs for one in tab.evaluate(answers)]
        if told.count("rate_limited") == 80:
            break
        tabs[0].wait_for_timeout(100)
    open_ones = [r for r in stage.state()["requests"] if r["state"] in ("received", "validated", "awaiting_approval")]
    assert sorted(r["origin"] for r in open_ones) == sorted(origins * 10)
    assert told.count("rate_limited") == 80 and told.count("waiting") == 20
    # One approval is before the person; a Yes to it answers its own tab and nobody else's.
    approve(window)
    phone.follow(link_of(window))
    part(window, "result").wait_for()
    # Of the others none has heard anything.
    told = [one for tab in tabs for one in tab.evaluate(answers)]
    assert (told.count(None), told.count("waiting")) == (1, 19)
    popup = stage.page("popup.html")
    part(popup, "cancel-all").click()
    for tab in tabs:
        tab.wait_for_function(f"() => !({answers})().includes('waiting')")


def test_three_wait_for_the_password(stage: Stage, account: str, phone: Phone, visit, site: str) -> None:
    page = visit(site)
    connect(stage, page)
    stage.call("lock")
    assert ask(page, "eth_accounts")["result"] == []
    texts = [b"one", b"two", b"three"]
    for i, text in enumerate(texts):
        begin(page, "personal_sign", "0x" + text.hex(), account, name=f"answer{i}")
    window = stage.window()
    unlock(window)
    for i, text in enumerate(texts):
        expect(part(window, "message")).to_have_text(text.decode())
        approve(window)
        phone.follow(link_of(window))
        assert signed(outcome(page, f"answer{i}"))
        if i < 2:
            part(window, "close").click()
    assert ask(page, "eth_accounts")["result"] == [account]


def test_frames_of_other_sites_may_connect_where_the_site_around_them_is_connected(
    stage: Stage, account: str, visit, port: int, site: str
) -> None:
    top = f"http://localhost:{port}"
    page = visit(f"{top}/frame?{site}/")
    frame = page.frames[1]
    error = ask(frame, "eth_requestAccounts")["error"]  # type: ignore[arg-type]
    assert (error["code"], error["data"]["reason"]) == (4100, "frame_refused")
    assert not any("/ui/approve.html" in other.url for other in stage.context.pages)
    connect(stage, page)
    begin(frame, "eth_requestAccounts")  # type: ignore[arg-type]
    window = stage.window()
    expect(part(window, "origin")).to_have_text(site)
    expect(part(window, "top-origin")).to_contain_text(top)
    assert ask(frame, "eth_accounts")["result"] == []  # type: ignore[arg-type]
    approve(window)
    assert outcome(frame)["result"] == [account]  # type: ignore[arg-type]
    sandboxed = visit(f"{top}/sandboxed?{top}/").frames[1]
    error = ask(sandboxed, "eth_requestAccounts")["error"]  # type: ignore[arg-type]
    assert (error["code"], error["data"]["reason"]) == (4100, "origin_refused")


def test_a_frame_of_the_same_site_has_a_provider_of_its_own(stage: Stage, account: str, visit, site: str) -> None:
    page = visit(f"{site}/frame?{site}/")
    frame = page.frames[1]
    for each in (page, frame):
        each.evaluate(HEAR)
        assert ask(each, "eth_accounts")["result"] == []
    connect(stage, page)
    assert ask(frame, "eth_accounts")["result"] == [account]
    assert ask(frame, "wallet_switchEthereumChain", {"chainId": "0x1"}).get("result", "") is None
    assert ask(page, "eth_chainId")["result"] == "0x1"
    stage.call("disconnect_site", origin=site)
    for each in (page, frame):
        each.wait_for_function("told.length === 3")
        assert each.evaluate("told") == [
            ["accountsChanged", [account]],
            ["chainChanged", "0x1"],
            ["accountsChanged", []],
        ]


def test_a_page_from_the_back_forward_cache_hears_what_is_true_and_signs(
    running: Processes, stage: Stage, site: str
) -> None:
    """In a browser of its own, for which Playwright leaves the cache on."""
    own = Stage(running, stage.playwright, back_forward_cache=True)
    own.use_local()
    phone = own.phone()
    own.create_vault(phone).close()
    page = own.context.new_page()
    page.goto(site)
    connect(own, page)
    (account,) = ask(page, "eth_accounts")["result"]
    page.evaluate(HEAR)
    page.goto(site.replace("127.0.0.1", "localhost"))
    meanwhile = own.context.new_page()
    meanwhile.goto(site)
    assert ask(meanwhile, "wallet_switchEthereumChain", {"chainId": "0x1"}).get("result", "") is None
    own.call("lock")
    page.evaluate("setTimeout(() => history.back())")  # the answer comes before the page goes
    page.wait_for_function("window.shown?.at(-1) === true")
    page.wait_for_function("told.length === 2")
    assert page.evaluate("told") == [["chainChanged", "0x1"], ["accountsChanged", []]]
    own.call("unlock", password=theatre.PASSWORD)
    page.wait_for_function("told.length === 3")
    assert page.evaluate("told[2]") == ["accountsChanged", [account]]
    begin(page, "personal_sign", HELLO, account)
    window = own.window()
    approve(window)
    phone.follow(link_of(window))
    assert signed(outcome(page))
    own.context.close()


def test_what_is_agreed_on_holds_and_a_blocked_site_asks_nothing(stage: Stage, account: str, visit, site: str) -> None:
    page = visit(site)
    page.evaluate(HEAR)
    begin(page, "eth_requestAccounts", name="connecting")
    window = stage.window()
    part(window, "terms-days").select_option("1")
    part(window, "terms-chain").select_option(theatre.EVM)
    approve(window)
    assert outcome(page, "connecting")["result"] == [account]
    stage.window_gone()
    granted = next(each for each in stage.state()["sites"] if each["origin"] == site)
    assert granted["chains"] == [theatre.EVM] and 86_000 < granted["until"] - granted["since"] <= 86_400
    refused = ask(page, "wallet_switchEthereumChain", {"chainId": "0x1"})["error"]
    assert (refused["code"], refused["data"]["reason"]) == (4100, "chain_not_permitted")
    popup = stage.page("popup.html")
    item = popup.locator(f'[data-test="site"][data-origin="{site}"]')
    part(item, "site-terms").click()
    part(item, "terms-chain").select_option("")
    part(item, "terms-days").select_option("0")
    assert ask(page, "wallet_switchEthereumChain", {"chainId": "0x1"}).get("result", "") is None
    part(item, "block").click()
    refused_item = popup.locator(f'[data-test="refused"][data-origin="{site}"]')
    refused_item.wait_for()
    error = ask(page, "eth_requestAccounts")["error"]
    assert (error["code"], error["data"]["reason"]) == (4100, "site_blocked")
    part(refused_item, "forgive").click()
    refused_item.wait_for(state="detached")
    begin(page, "eth_requestAccounts", name="again")
    part(stage.window(), "reject").click()
    assert outcome(page, "again")["error"]["code"] == 4001
    assert page.evaluate("told") == [["accountsChanged", [account]], ["chainChanged", "0x1"], ["accountsChanged", []]]


def windows(stage: Stage) -> int:
    return sum("/ui/approve.html" in page.url for page in stage.context.pages)


ALONE = """addEventListener("eip6963:announceProvider", ({ detail }) => {
    const { provider } = detail;
    const connect = () => provider.request({ method: "eth_requestAccounts" }).catch(() => {});
    setInterval(connect, 500);
    addEventListener("click", connect);
}, { once: true });
dispatchEvent(new Event("eip6963:requestProvider"));"""


def test_the_sites_button_brings_a_closed_window_back(stage: Stage, account: str, visit, site: str) -> None:
    """And a page that asks and asks by itself does not. (A script that a test runs in a page counts as a press.)"""
    page = stage.context.new_page()
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {ALONE} }})")
    page.goto(site)
    window = stage.window()
    part(window, "approve").wait_for()
    request = waiting(stage, "awaiting_approval")["id"]
    window.close()
    page.wait_for_timeout(1500)
    assert windows(stage) == 0
    page.mouse.click(50, 50)
    window = stage.window()
    part(window, "approve").wait_for()
    page.mouse.click(50, 50)
    page.wait_for_timeout(300)
    assert windows(stage) == 1 and waiting(stage, "awaiting_approval")["id"] == request
    page.close()


def test_a_site_that_is_to_have_no_wallet_has_none(stage: Stage, account: str, visit, port: int, site: str) -> None:
    page, other = visit(site), visit(f"http://localhost:{port}")
    there = "window.ethereum?.isTandem === true"
    found = """() => new Promise((done) => {
        addEventListener("eip6963:announceProvider", () => done(true));
        dispatchEvent(new Event("eip6963:requestProvider"));
        setTimeout(() => done(false), 100);
    })"""

    def reloaded(expected: bool) -> None:
        """The browser takes a moment to know what it has to inject."""
        for _ in range(50):
            page.reload()
            if page.evaluate(there) is expected:
                break
            page.wait_for_timeout(100)
        assert page.evaluate(there) is expected and page.evaluate(found) is expected

    reloaded(True)
    stage.call("set_window", origin=site, names=["none"])
    try:
        reloaded(False)
        other.reload()
        assert other.evaluate(there) and other.evaluate(found)
    finally:
        stage.call("set_window", origin=site, names=[])
    reloaded(True)


LISTEN = """() => { window.heads = []; addEventListener("eip6963:announceProvider", ({ detail }) => {
    detail.provider.on("message", ({ data }) => heads.push([data.subscription, Number(data.result.number)]));
    detail.provider.on("disconnect", () => heads.push("disconnect"));
}, { once: true }); dispatchEvent(new Event("eip6963:requestProvider")); }"""


def test_what_a_page_listens_to_outlives_process_and_host(stage: Stage, account: str, visit, site: str) -> None:
    page = visit(site)
    page.evaluate(LISTEN)
    name = ask(page, "eth_subscribe", "newHeads")["result"]

    def hears() -> None:
        page.evaluate("heads.length = 0")
        for _ in range(60):
            rpc(stage.chain.url, "evm_mine", [])
            if page.evaluate("heads.length > 0"):
                break
            page.wait_for_timeout(300)
        told = page.evaluate("heads")
        numbers = [number for _, number in told]
        assert told and {each for each, _ in told} == {name} and numbers == sorted(set(numbers))

    hears()
    stage.call("lock")  # ends the process, since it had the share in its memory
    hears()
    kill_host(stage)
    hears()
    kill_host(stage)
    assert ask(page, "eth_unsubscribe", name)["result"] is True
    assert ask(page, "eth_unsubscribe", name)["result"] is False
