"""The whole play on one machine: browser with the extension, relay, chains, test pages, phone, and the acts of a user.

The demo, the end-to-end tests and the benchmarks all drive the extension from here, by its screens alone (docs/ui.md).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tools import extension, processes
from tools.place import Refused
from tools.processes import Child, Processes

PASSWORD = "correct horse battery"
EVM, SOLANA = "eip155:31337", "solana:localnet"
RICH = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # anvil's first account
WAIT = 40_000  # two lanes of tests share the machine

# Calls the backend the way the extension's own pages do, and gives its answer.
CALL = """([name, params]) => new Promise((resolve) => {
    const port = chrome.runtime.connect({ name: "ui" });
    port.onMessage.addListener((message) => { if (message.id === 1) { port.disconnect(); resolve(message); } });
    port.postMessage({ id: 1, call: name, params });
})"""

# Without the developer mode the browser does not bring an unpacked extension back.
DEVELOPER = """new Promise((done) =>
    chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }, done))"""

# Asks our provider, found as EIP-6963 says, and gives result or error with the milliseconds it took.
ASK = """async ([method, params]) => {
    const provider = await new Promise((resolve) => {
        addEventListener("eip6963:announceProvider", (event) => {
            if (event.detail.info.rdns === "app.tandem.wallet") resolve(event.detail.provider);
        });
        dispatchEvent(new Event("eip6963:requestProvider"));
    });
    const start = performance.now();
    try {
        return { result: await provider.request({ method, params }), ms: performance.now() - start };
    } catch (error) {
        const { code, message, data } = error;
        return { error: { code, message, data }, ms: performance.now() - start };
    }
}"""


def part(page: Page, name: str) -> Locator:
    """Elements by `data-test`."""
    return page.locator(f'[data-test="{name}"]')


class Phone:
    """`tandem phone`, a process of its own that takes one link a line."""

    def __init__(self, running: Processes, folder: Path, answer: str = "--yes", name: str = "phone") -> None:
        password = folder / "password"
        password.write_text("the phone's own password")
        data = str(folder / "shares")
        flags = ("--stdin", "--json", answer, "--data", data, "--password-file", str(password))
        self.child: Child = running.tandem(name, "phone", *flags, stdin=b"", stays_open=True)
        self.child.wait_for('"event": "ready"')

    def follow(self, link: str) -> None:
        stdin = self.child.process.stdin
        assert stdin
        stdin.write(link.encode() + b"\n")
        stdin.flush()

    def events(self) -> list[dict]:
        lines = self.child.output().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


# An act of the Solana page that is answered in time: a person who is asked by mistake would never answer.
_ACT = """([act, given, wait]) => Promise.race([
    page.run(act, given),
    new Promise((done) => setTimeout(() => done({ error: { message: "no answer" } }), wait)),
])"""


@dataclass
class Stage:
    """What runs. `profile` is the browser's folder: it outlives a restart of the browser."""

    running: Processes
    playwright: Playwright
    headless: bool = True
    relay_flags: tuple[str, ...] = ()
    back_forward_cache: bool = False
    built: Path = extension.CHROMIUM
    relay: Child = field(init=False)
    chain: Child = field(init=False)
    ledger: Child = field(init=False)
    dapp_url: str = field(init=False)
    solana_url: str = field(init=False)
    profile: Path = field(init=False)
    context: BrowserContext = field(init=False)
    extension: str = field(init=False)

    def __post_init__(self) -> None:
        self.relay = self.running.relay("--quiet", *self.relay_flags)
        self.chain = self.running.anvil()
        self.ledger = self.running.ledger()
        self.dapp_url = self.running.dapp()
        self.solana_url = self.running.solana_dapp(self.ledger.url)
        self.profile = self.running.folder()
        self.open_browser()

    def open_browser(self, *arguments: str) -> None:
        self.context = self.running.browser(
            self.playwright,
            headless=self.headless,
            profile=self.profile,
            built=self.built,
            arguments=arguments,
            back_forward_cache=self.back_forward_cache,
        )
        self.context.set_default_timeout(WAIT)
        self.extension = processes.extension_id(self.context)

    def restart_browser(self) -> None:
        self.context.close()
        self.open_browser()

    def reload_extension(self) -> None:
        """As by the button on the browser's own page: what an update does to the pages that are open."""
        page = self.context.new_page()
        page.goto("chrome://extensions")
        page.evaluate(DEVELOPER)
        page.close()
        page = self.page("popup.html")
        with page.expect_event("close"):
            page.evaluate("setTimeout(() => chrome.runtime.reload())")

    def phone(self, answer: str = "--yes", name: str = "phone", folder: Path | None = None) -> Phone:
        return Phone(self.running, folder or self.running.folder(), answer, name)

    # The extension's own pages

    def page(self, name: str, size: tuple[int, int] = (360, 600)) -> Page:
        """A tab with one of the extension's pages, for example popup.html."""
        page = self.context.new_page()
        if self.headless:
            page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"chrome-extension://{self.extension}/ui/{name}")
        return page

    def call(self, name: str, **params: object) -> object:
        """One call of the extension's own pages, through a page that is closed again."""
        return self.calls((name, params))[0]

    def calls(self, *asked: tuple[str, dict]) -> list[object]:
        """Several, one after the other, through the same page."""
        page = self.page("popup.html")
        try:
            part(page, "starting").wait_for(state="detached")
            answers = [page.evaluate(CALL, [name, params]) for name, params in asked]
        finally:
            page.close()
        assert all("ok" in answer for answer in answers), answers
        return [answer["ok"] for answer in answers]

    def state(self) -> dict:
        return dict(self.call("state"))  # type: ignore[call-overload]

    def use_local(self) -> None:
        """Our relay and the local chains, as a person would set them."""
        self.call("set_settings", relay_url=self.relay.url)
        for chain, node in ((EVM, self.chain), (SOLANA, self.ledger)):
            self.call("set_rpc", chain=chain, url=node.url)
            self.call("set_network", chain=chain)

    def account(self, space: str) -> dict:
        """The vault's account in "eip155" or "solana", as the screens know it."""
        return next(account for account in self.state()["accounts"] if account["space"] == space)

    def onboarding(self) -> Page:
        page = self.page("onboarding.html", (900, 760))
        part(page, "start").click()
        part(page, "vault-name").fill("Savings")
        part(page, "password").fill(PASSWORD)
        part(page, "confirm").fill(PASSWORD)
        return page

    def create_vault(self, phone: Phone) -> Page:
        """Through the onboarding page; gives it as it stands at the end."""
        page = self.onboarding()
        part(page, "create").click()
        phone.follow(link_of(page))
        part(page, "success").wait_for()
        return page

    def window(self) -> Page:
        """The approve window, once it is open."""
        deadline = time.monotonic() + WAIT / 1000
        while time.monotonic() < deadline:
            for page in self.context.pages:
                if page.url.startswith(f"chrome-extension://{self.extension}/ui/approve.html"):
                    return page
            self.context.pages[0].wait_for_timeout(20)
        raise AssertionError("no approve window")

    def window_gone(self) -> None:
        """Waits until the approve window has closed itself."""
        deadline = time.monotonic() + WAIT / 1000
        while any("/ui/approve.html" in page.url for page in self.context.pages):
            assert time.monotonic() < deadline, "the approve window stays open"
            self.context.pages[0].wait_for_timeout(20)

    # Pages of the web

    def dapp(self) -> Page:
        page = self.context.new_page()
        page.goto(self.dapp_url)
        return page

    def solana(self) -> Page:
        """The Solana test page, once it has asked silently whether it is connected."""
        page = self.context.new_page()
        page.goto(self.solana_url)
        page.wait_for_function("window.page && page.adapters.length && !page.adapters[0].connecting")
        return page

    def fund(self, address: str) -> None:
        rpc(self.chain.url, "anvil_setBalance", [address, hex(10 * 10**18)])

    def fund_solana(self, address: str) -> None:
        if self.lamports(address) < 10**9:
            rpc(self.ledger.url, "requestAirdrop", [address, 10 * 10**9])

    def lamports(self, address: str) -> int:
        told = rpc(self.ledger.url, "getBalance", [address])
        assert isinstance(told, dict)
        return int(told["value"])


def rpc(url: str, method: str, params: list[object]) -> object:
    """One call of the chain's node, past the wallet."""
    import urllib.request

    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["result"]


def mined(url: str, name: object) -> dict:
    """The receipt of a transaction; the node answers a sending before it has mined it."""
    for _ in range(200):
        receipt = rpc(url, "eth_getTransactionReceipt", [name])
        if isinstance(receipt, dict):
            return receipt
        time.sleep(0.05)
    raise Refused(f"not mined: {name}")


def link_of(page: Page) -> str:
    """The pairing link that a page shows."""
    link = part(page, "link")
    link.wait_for()
    return str(link.get_attribute("data-link"))


def approve(page: Page) -> None:
    """Yes in the approve window, once it may be said."""
    expect(part(page, "approve")).to_be_enabled(timeout=WAIT)
    part(page, "approve").click()


def ask(page: Page, method: str, *params: object) -> dict:
    """A request of the page to our provider: {"result" or "error", "ms"}."""
    return dict(page.evaluate(ASK, [method, list(params)]))


def begin(page: Page, method: str, *params: object, name: str = "answer") -> None:
    """The same without waiting; `outcome` gives the answer later."""
    page.evaluate(
        f"(args) => {{ window.{name} = null; ({ASK})(args).then((a) => window.{name} = a); }}", [method, list(params)]
    )


def outcome(page: Page, name: str = "answer", timeout: float = WAIT) -> dict:
    handle = page.wait_for_function(f"() => window.{name}", timeout=timeout)
    return dict(handle.json_value())


def start(page: Page, act: str, /, name: str = "answer", **given: object) -> None:
    """One of the Solana page's acts (tests/pages/solana/acts.js), without waiting; `outcome` gives the answer later."""
    page.evaluate(
        f"([act, given]) => {{ window.{name} = null; page.run(act, given).then((a) => window.{name} = a); }}",
        [act, given],
    )


def act(page: Page, name: str, /, **given: object) -> dict:
    """The same, waiting: {"ok"} or {"error": {kind, message, code, data}}, also where nothing is answered."""
    return dict(page.evaluate(_ACT, [name, given, WAIT]))
