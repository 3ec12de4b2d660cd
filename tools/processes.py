"""Child processes for the demo, the tests and the benchmarks: started, waited for, and gone afterwards.

    with Processes() as running:
        relay = running.relay()
        chain, ledger = running.anvil(), running.ledger()
        site, other = running.dapp(), running.solana_dapp(ledger.url)

Every child is the leader of a process group of its own, and leaving the block ends all groups: after success, after an
exception, on Ctrl-C and on SIGTERM. Output goes to build/logs/<name>.log (TANDEM_LOGS names another folder); when a
child does not come up or dies, the end of its log is in the error.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from tools import bundle, extension, place, program, system
from tools.place import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Playwright

GRACE = 3.0
ONLY_METAMASK = "globalContext.provider && globalContext.provider.isMetaMask;"
LOGS = Path(os.environ.get("TANDEM_LOGS", place.BUILD / "logs"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connects(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
        return True
    except OSError:
        return False


def answers(url: str, body: bytes | None = None) -> bool:
    """Whether somebody answers there, whatever the status."""
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@dataclass(frozen=True)
class Child:
    """One running program; `url` is where it serves, or empty, and `command` and `env` what it was started with."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    url: str = ""
    command: Sequence[str | Path] = ()
    env: dict[str, str] | None = None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """The first match of `pattern` in what it prints. Refused when it dies or takes too long."""
        found: list[re.Match[str]] = []

        def look() -> bool:
            found.extend(re.finditer(pattern, self.output()))
            return bool(found)

        self.wait_until(look, seconds, f"printed {pattern!r}")
        return found[0]

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None and not ready():
                raise Refused(f"{self.name} ended with {self.process.returncode}:\n{self.output()[-2000:]}")
            if time.monotonic() > deadline:
                raise Refused(f"{self.name} has not {what} in {seconds:.0f} s:\n{self.output()[-2000:]}")
            time.sleep(0.02)

    def wait(self, seconds: float) -> int:
        """Its exit code. Refused when it still runs after that time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Refused(f"{self.name} still runs after {seconds:.0f} s:\n{self.output()[-2000:]}") from None

    def signal_group(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """End the whole group: SIGTERM, a little patience, SIGKILL.

        Nothing is sent for a leader that was already seen to have ended: its number may be another's by now.
        """
        if self.process.returncode is not None:
            return
        self.signal_group(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        self.signal_group(signal.SIGKILL)
        self.process.wait()


class Processes(AbstractContextManager["Processes"]):
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._started: Counter[str] = Counter()
        self._before: signal.Handlers | int | Callable[[int, FrameType | None], object] | None = None

    def __enter__(self) -> Processes:
        LOGS.mkdir(parents=True, exist_ok=True)
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, self._terminated)
        return self

    def _terminated(self, _number: int, _frame: FrameType | None) -> None:
        raise SystemExit(143)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A second Ctrl-C must not interrupt the cleaning up.
        main = threading.current_thread() is threading.main_thread()
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
        try:
            self._stack.close()
        finally:
            if main:
                signal.signal(signal.SIGINT, interrupt)
                signal.signal(signal.SIGTERM, self._before)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        stdin: bytes | None = None,
        stays_open: bool = False,
        url: str = "",
    ) -> Child:
        """Start a program that ends with this block at the latest; `stays_open` leaves its stdin to the caller."""
        self._started[name] += 1
        again = self._started[name]
        log = LOGS / (f"{name}.log" if again == 1 else f"{name}-{again}.log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )
        child = Child(name, process, log, url, command, env)
        self._stack.callback(child.stop)
        if stdin is not None and process.stdin:
            process.stdin.write(stdin)
            process.stdin.flush()
            if not stays_open:
                process.stdin.close()
        return child

    def tandem(
        self,
        name: str,
        *arguments: str,
        stdin: bytes | None = None,
        stays_open: bool = False,
        env: dict[str, str] | None = None,
        url: str = "",
    ) -> Child:
        """One of our own programs: `tandem("phone", "phone", link, "--yes")`."""
        environment = program.environment() | {"PYTHONUNBUFFERED": "1"} | (env or {})
        command = [place.PYTHON, "-m", "tandem", *arguments]
        return self.start(name, command, env=environment, stdin=stdin, stays_open=stays_open, url=url)

    def relay(self, *arguments: str, name: str = "relay") -> Child:
        """Our relay on a free port; `url` without a slash at the end."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        child = self.tandem(name, "relay", "--host", "127.0.0.1", "--port", str(port), *arguments, url=url)
        child.wait_until(lambda: answers(f"{url}/ping"), 20, "answered")
        return child

    def again(self, child: Child) -> Child:
        """A server that has died, started as before; back when its place takes connections."""
        at = urllib.parse.urlsplit(child.url)
        risen = self.start(child.name, child.command, env=child.env, url=child.url)
        risen.wait_until(lambda: connects(at.hostname or "", at.port or 0), 30, "come back")
        return risen

    def anvil(self, *arguments: str, chain_id: int = 31337) -> Child:
        """A local EVM chain with anvil's well-known funded accounts."""
        found = system.find_anvil()
        if found is None:
            raise Refused("no anvil: there is no pinned one for this machine, and none on PATH")
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        child = self.start("anvil", [found, "--port", str(port), "--chain-id", str(chain_id), *arguments], url=url)
        request = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
        child.wait_until(lambda: answers(url, request), 20, "answered")
        return child

    def redis(self) -> Child:
        """A redis-server in memory only."""
        found = system.find_redis()
        if found is None:
            raise Refused(f"not found: {system.HOW['redis-server']}")
        port = free_port()
        command = [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        child = self.start("redis", command, url=f"redis://127.0.0.1:{port}/0")
        child.wait_for("Ready to accept connections", 10)
        return child

    def serve(self, folder: Path) -> str:
        """Serve a folder from this process; its URL without a slash at the end."""
        handler = functools.partial(Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    def dapp(self, other: str = "") -> str:
        """The MetaMask test dApp, served locally; `other` is the node of the chain that it wants added (0x53a).

        It takes any provider for a wallet only if that says `isMetaMask`. Ours does not claim to be another wallet, so
        the copy that is served asks for a provider instead.
        """
        folder = self.folder() / "dapp"
        shutil.copytree(place.NPM / "@metamask" / "test-dapp" / "dist", folder)
        script = folder / "main.js"
        text = script.read_text()
        if text.count(ONLY_METAMASK) != 1:
            raise Refused("the test dApp has changed: it no longer asks for isMetaMask in the one place we know")
        text = text.replace(ONLY_METAMASK, "globalContext.provider;")
        script.write_text(text.replace("http://127.0.0.1:8546", other or "http://127.0.0.1:8546"))
        return self.serve(folder)

    def ledger(self) -> Child:
        """A Solana chain: litesvm behind JSON-RPC."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        child = self.start("ledger", [place.PYTHON, place.TOOLS / "ledger.py", "--port", str(port)], url=url)
        ask = b'{"jsonrpc":"2.0","id":1,"method":"getHealth"}'
        child.wait_until(lambda: answers(url, ask), 20, "answered")
        return child

    def solana_dapp(self, ledger: str) -> str:
        """The Solana test page, served locally and told where its chain is."""
        return f"{self.serve(bundle.solana_page())}/?rpc={ledger}"

    def clients_dapp(self, other: str) -> str:
        """The page of client libraries, served locally; `other` is the node of a second chain (1338)."""
        return f"{self.serve(bundle.clients_page())}/?other={other}"

    def folder(self) -> Path:
        """A temporary folder that goes with this block."""
        path = Path(tempfile.mkdtemp(prefix="tandem-"))
        self._stack.callback(shutil.rmtree, path, ignore_errors=True)
        return path

    def browser(
        self,
        playwright: Playwright,
        *,
        headless: bool = True,
        profile: Path | None = None,
        built: Path = extension.CHROMIUM,
        arguments: Sequence[str] = (),
        back_forward_cache: bool = False,
    ) -> BrowserContext:
        """A Chromium with our extension; the same `profile` again is a restart of the same browser.

        Playwright switches the back/forward cache off, unless it is wanted: it misses such a navigation.
        """
        found = system.find_browser()
        if found is None:
            raise Refused(f"not found: {system.HOW['chromium']}")
        context = playwright.chromium.launch_persistent_context(
            profile or self.folder(),
            executable_path=found,
            headless=headless,
            no_viewport=True,
            ignore_default_args=["--disable-back-forward-cache"] if back_forward_cache else None,
            args=[f"--disable-extensions-except={built}", f"--load-extension={built}", *arguments],
        )

        def close() -> None:
            # Closed already, or the browser is gone: both are what is wanted here.
            with suppress(Exception):
                context.close()

        self._stack.callback(close)
        return context


def extension_id(context: BrowserContext) -> str:
    """The id under which the browser loaded our extension."""
    workers = context.service_workers
    worker = workers[0] if workers else context.wait_for_event("serviceworker")
    return worker.url.split("/")[2]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Processes]:
    """`Processes` for a pytest fixture: `with running() as processes: yield processes`."""
    with Processes() as processes:
        yield processes
