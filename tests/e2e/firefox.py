"""A real headless Firefox with the built extension, driven over WebDriver BiDi (w3c.github.io/webdriver-bidi).

Playwright's Firefox is a build of its own that no package carries; Debian's speaks BiDi, of which this is what the
tests need: pages, scripts, real clicks and keys.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from tools.processes import Processes
from tools.stage import ASK, CALL, WAIT

from e2e.beside import Beside
from tools import extension, system

# Firefox gives every installation of an extension an address of its own; here it is said beforehand.
UUID = "5f0c7a3e-0000-4000-8000-7461e64e6d00"
HOME = f"moz-extension://{UUID}"
PREFERENCES = {
    "extensions.webextensions.uuids": json.dumps({extension.GECKO_ID: UUID}),
    # A temporary installation is one that is gone with the browser; its data stay, as with a lasting one.
    "extensions.webextensions.keepStorageOnUninstall": True,
    "extensions.webextensions.keepUuidOnUninstall": True,
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}

# Seconds. Beside another lane of tests Firefox came to a key derivation's end only after more than forty.
PATIENCE = 3 * WAIT / 1000


class Failed(AssertionError):
    """The browser refused a command, a script threw, or something did not come in time."""


@dataclass
class Tab:
    """One page, by its browsing context."""

    firefox: Firefox
    context: str

    def goto(self, url: str) -> None:
        self.firefox.command("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def back(self) -> None:
        """As by the browser's button."""
        self.firefox.command("browsingContext.traverseHistory", context=self.context, delta=-1)

    def close(self) -> None:
        self.firefox.command("browsingContext.close", context=self.context)

    def evaluate(self, expression: str, argument: object = None) -> Any:
        """As Playwright's: an expression, or a function that gets `argument`; promises are awaited."""
        text = f"(async () => {{ const it = ({expression}); const done = await (typeof it === 'function' ? it("
        text += f"{json.dumps(argument)}) : it); return JSON.stringify(done === undefined ? null : done); }})()"
        return json.loads(self._script(text)["value"])

    def _script(self, expression: str) -> dict[str, Any]:
        answer = self.firefox.command(
            "script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True
        )
        if answer["type"] != "success":
            raise Failed(answer["exceptionDetails"]["text"])
        return dict(answer["result"])

    def wait(self, expression: str) -> Any:
        """Until it is truthy."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.evaluate(expression)):
            if time.monotonic() > deadline:
                raise Failed(f"not in time: {expression}\n{self.evaluate('document.body.innerText')}")
            time.sleep(0.05)
        return found

    def part(self, name: str) -> str:
        """The selector of elements by `data-test`."""
        return f"document.querySelector('[data-test=\"{name}\"]')"

    def shown(self, name: str) -> None:
        self.wait(f"{self.part(name)} !== null")

    def click(self, name: str) -> None:
        """A real press in the middle of the element, once it is enabled."""
        self.firefox.command("browsingContext.activate", context=self.context)
        self.wait(f"{self.part(name)} !== null && !{self.part(name)}.disabled")
        node = self._script(f"(() => {{ const e = {self.part(name)}; e.scrollIntoView(); return e; }})()")
        origin = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        pointer = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": pointer})

    def fill(self, name: str, text: str) -> None:
        self.click(name)
        keys = [{"type": kind, "value": char} for char in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": keys})

    def _act(self, source: dict[str, object]) -> None:
        self.firefox.command("input.performActions", context=self.context, actions=[source])

    def picture(self, path: Path) -> None:
        answer = self.firefox.command("browsingContext.captureScreenshot", context=self.context)
        path.write_bytes(base64.b64decode(answer["data"]))

    # Pages of the web

    def ask(self, method: str, *params: object) -> dict[str, Any]:
        """A request of the page to our provider: {"result" or "error", "ms"}."""
        return dict(self.evaluate(ASK, [method, list(params)]))

    def begin(self, method: str, *params: object) -> None:
        """The same without waiting; `outcome` gives the answer later."""
        self.evaluate(
            f"(args) => {{ window.answer = null; ({ASK})(args).then((a) => window.answer = a); }}",
            [method, list(params)],
        )

    def outcome(self) -> dict[str, Any]:
        return dict(self.wait("window.answer"))


@dataclass
class Firefox:
    """One browser; the same `profile` again is a restart of it."""

    running: Processes
    built: Path
    profile: Path
    _beside: Beside = field(default_factory=Beside, init=False)
    _last: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (self.profile / "user.js").write_text("".join(lines))
        found = system.find_firefox()
        assert found, f"not found: {system.HOW['firefox']}"
        flags = ("--headless", "--no-remote", "--remote-debugging-port=0", "--remote-allow-system-access")
        self.child = self.running.start("firefox", [found, *flags, "--profile", self.profile])
        line = self.child.wait_for(r"WebDriver BiDi listening on (ws://\S+)")
        self._run(self._connect(f"{line[1]}/session"))
        self.command("session.new", capabilities={})
        self.command("webExtension.install", extensionData={"type": "path", "path": str(self.built)})

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self._beside.now(doing, PATIENCE)

    async def _connect(self, url: str) -> None:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(url, max_msg_size=0)

    def command(self, method: str, **params: object) -> dict[str, Any]:
        return dict(self._run(self._command(method, params)))

    async def _command(self, method: str, params: dict[str, object]) -> dict[str, Any]:
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") != self._last:
                continue  # an event
            if answer["type"] == "error":
                raise Failed(f"{method}: {answer['error']}: {answer['message']}")
            return dict(answer["result"])

    def close(self) -> None:
        self._run(self._session.close())
        self.child.stop()

    def restart(self) -> None:
        self.close()
        self.open()

    def tab(self, url: str) -> Tab:
        tab = Tab(self, str(self.command("browsingContext.create", type="tab")["context"]))
        tab.goto(url)
        return tab

    def tabs(self) -> dict[str, Tab]:
        """By their addresses, all of one moment: a window may close itself between two questions."""
        return {each["url"]: Tab(self, each["context"]) for each in self.command("browsingContext.getTree")["contexts"]}

    def page(self, name: str) -> Tab:
        """A tab with one of the extension's pages, for example popup.html."""
        return self.tab(f"{HOME}/ui/{name}")

    def window(self) -> Tab:
        """The approve window, once it is open."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for url, tab in self.tabs().items():
                if url.startswith(f"{HOME}/ui/approve.html"):
                    return tab
            time.sleep(0.05)
        raise Failed("no approve window")

    def call(self, name: str, **params: object) -> Any:
        """One call of the extension's own pages."""
        page = self.page("popup.html")
        try:
            page.wait("document.querySelector('[data-test=starting]') === null")
            answer = page.evaluate(CALL, [name, params])
        finally:
            page.close()
        assert "ok" in answer, answer
        return answer["ok"]

    def kill_event_page(self) -> None:
        """As the browser does it to an idle one, worker and all; the next call wakes it again."""
        [chrome] = self.command("browsingContext.getTree", maxDepth=0, **{"moz:scope": "chrome"})["contexts"][:1]
        self.command(
            "script.evaluate",
            expression=f"WebExtensionPolicy.getByID({json.dumps(extension.GECKO_ID)}).extension"
            ".terminateBackground({ ignoreDevToolsAttached: true })",
            target={"context": chrome["context"]},
            awaitPromise=True,
        )
