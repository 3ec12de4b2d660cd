"""Real Chromium with the raw extension loaded: no Pyodide, so only what must work without Python is tested here."""

import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
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
window.ask = (method, params) => tandem.request({method, params}).then(
  (result) => ({result}), (error) => ({code: error.code, reason: error.data?.reason, message: error.message}));
</script>"""


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
def context(chromium: str, extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Context"]:
    with playwright_api.sync_playwright() as playwright:
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
