"""Real Chromium with the raw extension loaded: no Pyodide, so only what must work without Python is tested here."""

import base64
import http.server
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")

REPOSITORY = Path(__file__).resolve().parents[2]
CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PAGE = b"""<!doctype html><meta charset="utf-8"><title>site</title><script>
window.seen = {early: window.ethereum !== undefined, announced: []};
addEventListener("eip6963:announceProvider", (event) => seen.announced.push(event.detail));
dispatchEvent(new Event("eip6963:requestProvider"));
window.tandem = seen.announced.find((detail) => detail.info.rdns === "app.tandem.wallet")?.provider;
window.wallets = [];
const api = {register: (...found) => { for (const one of found) if (!wallets.includes(one)) wallets.push(one) }};
addEventListener("wallet-standard:register-wallet", (event) => event.detail(api));
dispatchEvent(new CustomEvent("wallet-standard:app-ready", {detail: api}));
window.wallet = wallets.find((one) => one.name === "Tandem");
window.ask = (method, params) => tandem.request({method, params}).then(
  (result) => ({result}), (error) => ({code: error.code, reason: error.data?.reason, message: error.message}));
</script>"""

SCRIPTS = ("channel.js", "inpage.js", "solana.js")
ADDRESS = "3eHkM3mWjutxbc3EQwnVQHyymDgbZfK4EhZRectK11jV"
ALL_BYTES = bytes(range(256))
KEY = bytes(range(32))
SIGNATURE = bytes(range(64, 128))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ACCOUNT = {"address": ADDRESS, "publicKey": b64(KEY)}
ANSWERS = {
    "standard:connect": {"result": [ACCOUNT]},
    "standard:disconnect": {"result": None},
    "solana:signTransaction": {"result": [b64(b"one"), b64(ALL_BYTES)]},
    "solana:signAndSendTransaction": {"result": [b64(SIGNATURE)]},
    "solana:signMessage": {"result": [{"signedMessage": b64(ALL_BYTES), "signature": b64(SIGNATURE)}]},
    "solana:signIn": {
        "result": {"account": ACCOUNT, "signedMessage": b64(b"site wants you"), "signature": b64(SIGNATURE)}
    },
}

# The other end of the channel, with what it needs captured before any pollution.
FAR_END = """
(() => {
  const answers = %s, {apply} = Reflect, {parse} = JSON, send = window.postMessage;
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
  const put = Object.defineProperty;
  window.sent = [];
  addEventListener('message', (event) => {
    const {to, id, text} = apply(data, event, []);
    if (to !== 'tandem:content') return;
    const asked = parse(text);
    put(sent, sent.length, {value: asked, enumerable: true, configurable: true, writable: true});
    const answer = answers[asked.method];
    if (answer !== undefined) apply(send, window, [{to: 'tandem:page', id, ...answer}, '*']);
  });
  window.tell = (event, data) => apply(send, window, [{to: 'tandem:page', event, data}, '*']);
})();
"""
APP = """
window.wallets = [];
dispatchEvent(new CustomEvent('wallet-standard:app-ready', {detail: {register: (one) => { wallets[0] = one }}}));
window.wallet = wallets[0];
window.hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
window.plainly = (promise) => promise.then((result) => ({result}),
  (error) => ({code: error.code, reason: error.data?.reason, error: error instanceof Error}));
window.connect = () => wallet.features['standard:connect'].connect();
window.all = Uint8Array.from({length: 256}, (_, i) => i);
"""


class Site(http.server.BaseHTTPRequestHandler):
    """Any path is the page above, with `before` (a script of the test) in front; `/frame` wraps a sandboxed frame."""

    before = b""

    def do_GET(self) -> None:
        body = b"<script>" + type(self).before + b"</script>" + PAGE
        if self.path == "/frame":
            body = b'<!doctype html><iframe sandbox="allow-scripts" src="/inner"></iframe>'
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def stage(folder: Path) -> Path:
    """The extension as a browser loads it, without Pyodide."""
    shutil.copytree(REPOSITORY / "extension", folder)
    shutil.copy(REPOSITORY / "manifest.json", folder)
    sys.path.insert(0, str(REPOSITORY / "tools"))
    try:
        import icons
    finally:
        sys.path.pop(0)
    icons.write(folder / "icons")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    for name in CANDIDATES:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage(tmp_path_factory.mktemp("extension") / "tandem")


@pytest.fixture(scope="session")
def playwright() -> Iterator["playwright_api.Playwright"]:
    with playwright_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def context(
    playwright: "playwright_api.Playwright", chromium: str, extension: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Context"]:
    browser = playwright.chromium.launch_persistent_context(
        str(tmp_path_factory.mktemp("profile")),
        executable_path=chromium,
        headless=True,
        args=[f"--disable-extensions-except={extension}", f"--load-extension={extension}"],
    )
    if not browser.service_workers:
        browser.wait_for_event("serviceworker", timeout=15000)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def plain(playwright: "playwright_api.Playwright", chromium: str) -> Iterator["Context"]:
    """A browser without the extension: a test itself loads the page's scripts and answers on the channel."""
    browser = playwright.chromium.launch(executable_path=chromium, headless=True)
    yield browser.new_context()
    browser.close()


@pytest.fixture
def load(plain: "Context") -> Iterator[Callable[..., "playwright_api.Page"]]:
    """Opens a page with our scripts, the far end and an app's script, after `before` and with `answers`."""
    page = plain.new_page()

    def opened(
        app: str = APP, answers: dict = ANSWERS, before: str = "", scripts: tuple[str, ...] = SCRIPTS
    ) -> "playwright_api.Page":
        ours = [(REPOSITORY / "extension" / name).read_text() for name in scripts]
        parts = (before, *ours, FAR_END % json.dumps(answers), app)
        html = "<!doctype html>" + "".join(f"<script>{part}</script>" for part in parts)
        page.route("http://plain.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://plain.test/")
        return page

    yield opened
    page.close()


@pytest.fixture(scope="session")
def extension_id(context: "Context") -> str:
    return str(context.service_workers[0].url.split("/")[2])


@pytest.fixture
def site() -> Iterator[type[Site]]:
    """A page of 127.0.0.1; set `site.before` to script that runs before everything else of the page."""
    handler = type("ThisSite", (Site,), {"before": b""})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


Context = playwright_api.BrowserContext
