"""Measurements in a real Chromium with the built extension: start, silent calls, screens, signing end to end, memory.

All times are milliseconds by the browser's own clock, except where two processes are involved (`Date.now()` of pages on
one machine). Lists hold every counted run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tools import extension, place, system
from tools.demo import connect_solana
from tools.processes import Processes
from tools.stage import Phone, Stage, approve, begin, link_of, outcome, part

sys.path[:0] = [str(place.ROOT / "py"), str(place.ROOT / "tests")]

from interop.engine_phone import EnginePhone  # noqa: E402

HELLO = "0x" + b"hello".hex()
Runs = list[float]
SETTLE = 5000

# From nothing to the first state that Python sends; the offscreen document and its worker are gone before.
_BOOT = """async () => {
    await chrome.offscreen.closeDocument().catch(() => {});
    await new Promise((done) => setTimeout(done, 300));
    const start = performance.now();
    await chrome.runtime.sendMessage({ to: "ensure" });
    const port = chrome.runtime.connect({ name: "ui" });
    await new Promise((done) => {
        port.onMessage.addListener((push) => { if (push.state !== undefined && push.state !== null) done(); });
        port.postMessage({ id: 1, call: "state", params: {} });
    });
    port.disconnect();
    return performance.now() - start;
}"""

_SILENT = """async (count) => {
    const times = [];
    for (let i = 0; i < count; i++) {
        const start = performance.now();
        await tandem.request({ method: "eth_chainId" });
        times.push(performance.now() - start);
    }
    return times;
}"""

_READY = """<!doctype html><script>
window.ready = null;
addEventListener("eip6963:announceProvider", ({ detail }) => {
    window.ready ??= performance.now();
    window.tandem = detail.provider;
});
dispatchEvent(new Event("eip6963:requestProvider"));
window.script = performance.now();
</script>"""


def boots(stage: Stage, runs: int) -> Runs:
    page = stage.page("popup.html")
    part(page, "starting").wait_for(state="detached")
    times = [float(page.evaluate(_BOOT)) for _ in range(runs + 1)]
    page.close()
    return times[1:]


def stop_service_worker(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("chrome://serviceworker-internals/")
    page.evaluate("document.querySelectorAll('button.stop').forEach((button) => button.click())")
    page.wait_for_timeout(300)
    page.close()


def silent(stage: Stage, site: str, runs: int) -> dict[str, Runs]:
    """eth_chainId: on an open page, then with the service worker stopped, there and as the first call of a page."""
    page = stage.context.new_page()
    page.goto(site)
    page.evaluate(_SILENT, 20)
    found: dict[str, Runs] = {"warm": page.evaluate(_SILENT, 200), "stopped": [], "stopped_fresh": []}
    for _ in range(runs):
        stop_service_worker(stage.context)
        found["stopped"] += page.evaluate(_SILENT, 1)
        fresh = stage.context.new_page()
        fresh.goto(site)
        found["stopped_fresh"] += fresh.evaluate(_SILENT, 1)
        fresh.close()
    page.close()
    return found


def heap(page: Page) -> float:
    """Kilobytes of JavaScript that a page keeps, ours in both worlds included, after a garbage collection."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("HeapProfiler.collectGarbage")
    used = float(cdp.send("Runtime.getHeapUsage")["usedSize"]) / 1000
    cdp.detach()
    return used


def ready(playwright: Playwright, running: Processes, url: str, runs: int) -> dict[str, Runs]:
    """Beside a browser without us: how much later our announcement is heard than the page's first script runs there.

    And how much more JavaScript the page keeps.

    Both browsers are open all the time and load the page in turns, each first in every other pair, so that what else
    the machine does meets both; the first seconds of a browser with a newly loaded extension are waited out.
    """
    without = playwright.chromium.launch_persistent_context(
        running.folder(), executable_path=system.find_browser(), headless=True, no_viewport=True
    )
    built = running.browser(playwright)
    pages = [(without.new_page(), "window.script"), (built.new_page(), "window.ready")]
    for page, _ in pages:
        page.goto(url)
    pages[0][0].wait_for_timeout(SETTLE)
    found: dict[str, Runs] = {"over": [], "heap": []}
    for run in range(runs):
        at, kept = {}, {}
        for page, moment in pages if run % 2 else reversed(pages):
            page.goto(f"{url}/?{run}")
            at[moment] = float(page.evaluate(moment))
            if run % 6 == 0:
                kept[moment] = heap(page)
        found["over"].append(at["window.ready"] - at["window.script"])
        if kept:
            found["heap"].append(kept["window.ready"] - kept["window.script"])
    without.close()
    built.close()
    return found


def connect_screens(stage: Stage, site: str, runs: int) -> dict[str, Runs]:
    """From the page's call until the connect screen shows its buttons, and until they may be pressed (armed)."""
    found: dict[str, Runs] = {"shown": [], "armed": []}
    for _ in range(runs):
        stage.call("disconnect_site", origin=site)
        page = stage.context.new_page()
        page.goto(site)
        asked = float(page.evaluate("Date.now()"))
        begin(page, "eth_requestAccounts")
        window = stage.window()
        shown = window.evaluate(
            """() => new Promise((done) => { const look = () => document.querySelector('[data-test="approve"]')
                ? done(Date.now()) : setTimeout(look, 2); look(); })"""
        )
        armed = window.evaluate(
            """() => new Promise((done) => {
                const armed = '[data-test="approve"]:not([disabled])';
                const look = () => document.querySelector(armed) ? done(Date.now()) : setTimeout(look, 2);
                look(); })"""
        )
        found["shown"].append(float(shown) - asked)
        found["armed"].append(float(armed) - asked)
        approve(window)
        outcome(page)
        stage.window_gone()
        page.close()
    return found


def cold_screens(stage: Stage, site: str, runs: int) -> Runs:
    """From a page's eth_requestAccounts, without offscreen document or worker, until the unlock screen is there."""
    found = []
    for _ in range(runs):
        page = stage.context.new_page()
        page.goto(site.replace("127.0.0.1", "localhost"))
        own = stage.page("popup.html")
        own.evaluate("chrome.offscreen.closeDocument()")
        own.close()
        page.wait_for_timeout(300)
        asked = float(page.evaluate("Date.now()"))
        page.evaluate("void tandem.request({ method: 'eth_requestAccounts' }).catch(() => {})")
        window = stage.window()
        part(window, "unlock-password").wait_for()
        found.append(float(window.evaluate("Date.now()")) - asked)
        window.close()
        page.close()
        for request in stage.state()["requests"]:
            stage.call("cancel_request", request=request["id"])
    return found


def connect(stage: Stage, site: str) -> str:
    """Connects the plain page; gives the account."""
    page = stage.context.new_page()
    page.goto(site)
    begin(page, "eth_requestAccounts")
    approve(stage.window())
    account = str(outcome(page)["result"][0])
    stage.window_gone()
    page.close()
    return account


# What a page asks for, given the account: `at` is when it has its signature.
_SETTLED = ".then(() => { window.at = Date.now(); }, (error) => { window.failed = `${error}`; });"
ASKS = {
    "eip155": f"""(account) => {{ window.at = window.failed = null;
        tandem.request({{ method: "personal_sign", params: ["{HELLO}", account] }}){_SETTLED} }}""",
    "solana": f"""() => {{ window.at = window.failed = null;
        page.adapters[0].signMessage(new TextEncoder().encode("hello")){_SETTLED} }}""",
}


def signings(stage: Stage, page: Page, phone: Phone | EnginePhone, account: str, runs: int) -> dict[str, Runs]:
    """From the click on Approve to the signature in the page, and from the link on the screen on (without the scan)."""
    found: dict[str, Runs] = {"approved": [], "link": []}
    for run in range(runs + 1):
        page.evaluate(ASKS["eip155" if account.startswith("0x") else "solana"], account)
        window = stage.window()
        window.evaluate(
            """() => {
                addEventListener("click", () => { window.clickedAt = Date.now(); }, true);
                const look = () => { if (document.querySelector('[data-test="link"]')) window.linkAt ??= Date.now(); };
                const watch = { childList: true, subtree: true, attributes: true };
                new MutationObserver(look).observe(document.documentElement, watch);
            }"""
        )
        approve(window)
        link = link_of(window)
        if isinstance(phone, Phone):
            phone.follow(link)
        else:
            phone.follow(link, stage.relay.url)
        clicked, linked = window.evaluate("[window.clickedAt, window.linkAt]")
        deadline = time.monotonic() + 20
        while (at := page.evaluate("window.at")) is None:
            if page.evaluate("window.failed") or time.monotonic() > deadline:
                raise AssertionError(page.evaluate("window.failed") or "no signature")
            time.sleep(0.01)
        if isinstance(phone, EnginePhone):
            phone.answer()
        if run:
            found["approved"].append(float(at) - float(clicked))
            found["link"].append(float(at) - float(linked))
        stage.window_gone()
    page.close()
    return found


def both_signings(stage: Stage, site: str, phone: Phone | EnginePhone, account: str, runs: int) -> dict[str, dict]:
    """An Ethereum page's, then a Solana page's, which the wallet adapter connects."""
    page = stage.context.new_page()
    page.goto(site)
    ecdsa = signings(stage, page, phone, account, runs)
    solana, address = connect_solana(stage)
    return {"ecdsa": ecdsa, "eddsa": signings(stage, solana, phone, address, runs)}


def vaults(playwright: Playwright, running: Processes, runs: int) -> Runs:
    """Both keys: from the click on Create to the success screen, the phone following the link as it is shown."""
    found = []
    for _ in range(runs):
        stage = Stage(running, playwright)
        phone = stage.phone()
        stage.use_local()
        page = stage.onboarding()
        page.evaluate("addEventListener('submit', () => { window.clickedAt = Date.now(); }, true)")
        page.evaluate("addEventListener('click', () => { window.clickedAt ??= Date.now(); }, true)")
        part(page, "create").click()
        phone.follow(link_of(page))
        done = page.evaluate(
            """() => new Promise((done) => { const look = () => document.querySelector('[data-test="success"]')
                ? done(Date.now()) : setTimeout(look, 2); look(); })"""
        )
        found.append(float(done) - float(page.evaluate("window.clickedAt")))
        stage.context.close()
    return found


def memory(playwright: Playwright, running: Processes, site: str) -> dict[str, float]:
    """Megabytes in a browser that has made a vault, connected a site and signed once: a minute after that, while the
    phone is awaited for the next signature, and over a minute after a lock."""
    stage = Stage(running, playwright)
    stage.use_local()
    phone = stage.phone()
    stage.create_vault(phone).close()
    account = connect(stage, site)
    both_signings(stage, site, phone, account, 1)
    found = {}
    stage.context.pages[0].wait_for_timeout(60_000)
    found["idle"] = resident(stage.profile)
    page = stage.context.new_page()
    page.goto(site)
    begin(page, "personal_sign", HELLO, account)
    approve(stage.window())
    link_of(stage.window())
    found["approving"] = resident(stage.profile)
    stage.window().close()
    for request in stage.state()["requests"]:
        stage.call("cancel_request", request=request["id"])
    stage.call("lock")
    stage.context.pages[0].wait_for_timeout(75_000)
    found["locked"] = resident(stage.profile)
    stage.context.close()
    return found


def resident(profile: Path) -> float:
    """Megabytes of proportional set size of the extension's processes of the browser with this profile."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"--extension-process" in command and str(profile).encode() in _browser_of(folder):
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


def _browser_of(folder: Path) -> bytes:
    """The command lines of a process and all above it: a renderer does not name the profile itself."""
    found = b""
    for _ in range(5):
        found += (folder / "cmdline").read_bytes()
        parent = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("PPid:"))
        number = int(parent.split()[1])
        if number <= 1:
            break
        folder = Path(f"/proc/{number}")
    return found


def compute(playwright: Playwright, running: Processes, keygens: int, signs: int) -> dict[str, Runs]:
    """tools/bench_compute.py in a module worker of Chromium, on the files that the extension ships."""
    folder = running.folder() / "worker"
    shutil.copytree(extension.CHROMIUM / "pyodide", folder / "pyodide")
    shutil.copy(extension.CHROMIUM / "boot.js", folder)
    shutil.copy(place.TOOLS / "bench_worker.js", folder)
    (folder / "index.html").write_text("<!doctype html>")
    url = running.serve(folder)
    context = playwright.chromium.launch_persistent_context(
        tempfile.mkdtemp(dir=running.folder()), executable_path=system.find_browser(), headless=True
    )
    page: Page = context.new_page()
    page.goto(url)
    found = page.evaluate(
        """(job) => new Promise((done, broken) => {
            const worker = new Worker("./bench_worker.js", { type: "module" });
            worker.onmessage = (event) => done(event.data);
            worker.onerror = (event) => broken(new Error(event.message));
            worker.postMessage(job);
        })""",
        {"source": (place.TOOLS / "bench_compute.py").read_text(), "keygens": keygens, "signs": signs},
    )
    context.close()
    return dict(found)


def measure(runs: int) -> dict[str, object]:
    """Everything above."""
    extension.ensure()
    found: dict[str, object] = {}
    with Processes() as running, sync_playwright() as playwright:
        print("  compute in the worker", flush=True)
        found["compute"] = compute(playwright, running, 5, runs)
        print("  pages with and without the extension", flush=True)
        folder = running.folder()
        (folder / "index.html").write_text(_READY)
        site = running.serve(folder)
        found["ready"] = ready(playwright, running, site, 12 * runs)
        stage = Stage(running, playwright)
        stage.use_local()
        print("  start", flush=True)
        found["boot"] = boots(stage, runs)
        phone = stage.phone()
        stage.create_vault(phone).close()
        account = connect(stage, site)
        print("  silent calls", flush=True)
        found["silent"] = silent(stage, site, runs)
        print("  connect screens", flush=True)
        found["connect"] = connect_screens(stage, site, runs)
        print("  signing", flush=True)
        found["sign"] = both_signings(stage, site, phone, account, runs)
        stage.call("lock")
        print("  cold screens", flush=True)
        found["cold"] = cold_screens(stage, site, runs)
        stage.context.close()
        print("  signing with the real engine as the phone", flush=True)
        engine = EnginePhone(running.folder() / "share")
        try:
            other = Stage(running, playwright)
            other.use_local()
            page = other.onboarding()
            part(page, "create").click()
            engine.follow(link_of(page), other.relay.url)
            part(page, "success").wait_for()
            engine.answer()
            page.close()
            found["sign_engine"] = both_signings(other, site, engine, connect(other, site), runs)
        finally:
            engine.close()
        print("  memory", flush=True)
        found["memory"] = memory(playwright, running, site)
        print("  vaults", flush=True)
        found["vault"] = vaults(playwright, running, 5)
    return found
