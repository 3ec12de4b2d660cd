"""The whole backend natively: real relay server, real anvil, and the phone's own code, all in one event loop."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tandem.ceremony import (
    Devices,
    Job,
    KeygenInvitation,
    Keygenned,
    complete_invitation,
    decline,
    join_keygen,
    join_keysign,
    parse_link,
)
from tandem.chains.jsonrpc import body
from tandem.chains.reading import read_keysign
from tandem.entropy import random_bytes
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, SodiumKdf, SystemClock
from tandem.hosts.relay_http import RelayHttp
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal
from tandem.wallet.backend import Backend
from tandem.wallet.host import Host
from tandem.wallet.rpc import Rpc
from tandem.wire import Json

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("TANDEM_BUILD", ROOT / "build"))
PASSWORD = "correct horse battery"
ORIGIN = "https://dapp.example"
RICH = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # anvil's first account


class Memory:
    """ports.Store in a dict that outlives a backend, as a disk would."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self.values[key] = value

    async def delete(self, key: str) -> None:
        self.values.pop(key, None)


class Phone:
    """The other device: the phone's own code without its terminal."""

    def __init__(self, devices: Callable[[], Devices], party: str = "phone-1") -> None:
        self._devices = devices
        self.party = party
        self.made: Keygenned | None = None
        self.lines: list[tuple[tuple[str, str], ...]] = []

    async def follow(self, link: str, *, say_no: bool = False) -> None:
        devices, invitation = self._devices(), parse_link(link)
        deadline = time.time() + 30
        if isinstance(invitation, KeygenInvitation):

            async def save(made: Keygenned) -> None:
                self.made = made

            await join_keygen(
                devices, invitation, party=self.party, report=lambda _: None, save=save, deadline=deadline
            )
            return
        invitation = await complete_invitation(devices.relay, invitation)
        assert self.made is not None and invitation.payload is not None
        reading = read_keysign(invitation.payload)
        self.lines.append(reading.lines)
        if say_no:
            await decline(devices, invitation, party=self.party)
            return
        await join_keysign(
            devices,
            invitation,
            party=self.party,
            share=self.made.share,
            eddsa=self.made.eddsa,
            jobs=[Job(digest, reading.path, reading.curve) for digest in reading.digests],
            report=lambda _: None,
            deadline=deadline,
        )


class Stage:
    """One browser profile: a store, the backend running on it, and what its screens show."""

    def __init__(self, relay_url: str, rpc_url: str, ledger_url: str) -> None:
        self.relay_url, self.rpc_url, self.ledger_url = relay_url, rpc_url, ledger_url
        self.store, self.http = Memory(), CpythonHttp()
        self.tasks = AsyncioTasks()
        self.state: dict = {}
        self.events: list[dict] = []
        self._answers: dict[int, asyncio.Future] = {}
        self._count = 0
        self._moved = asyncio.Event()
        self.phone = self.another_phone("phone-1")

    def another_phone(self, party: str) -> Phone:
        return Phone(lambda: self._devices(Memory()), party)

    def _devices(self, store: Memory) -> Devices:
        clock = SystemClock()
        relay = RelayClient(self.http, self.relay_url, clock)
        return Devices(relay=relay, clock=clock, tasks=self.tasks, rng=random_bytes, journal=Journal(store))

    def _emit(self, message: dict[str, Json]) -> None:
        message = json.loads(json.dumps(message))
        if message.get("event") == "state":
            self.state = message["state"]
            self._moved.set()
        elif "event" in message:
            self.events.append(message)
        elif message["id"] in self._answers:
            self._answers.pop(message["id"]).set_result(message)

    async def boot(self) -> None:
        """A fresh backend on the same store, as after a restart of the browser."""
        self.tasks = AsyncioTasks()
        self.backend = Backend(
            Host(self.store, self.http, SystemClock(), self.tasks, random_bytes, SodiumKdf(), self._emit)
        )
        await self.backend.start()

    async def crash(self) -> None:
        await self.tasks.settle(0)

    def send(self, call: str, **params: object) -> asyncio.Future:
        self._count += 1
        answer = asyncio.get_running_loop().create_future()
        self._answers[self._count] = answer
        self.backend.receive(json.dumps({"id": self._count, "call": call, "params": params}))
        return answer

    async def call(self, call: str, **params: object) -> object:
        answer = await asyncio.wait_for(self.send(call, **params), 30)
        assert "ok" in answer, answer
        return answer["ok"]

    def dapp(
        self,
        method: str,
        *params: object,
        origin: str = ORIGIN,
        key: str | None = None,
        top: str | None = None,
        document: str = "doc",
        tab: int = 1,
    ) -> asyncio.Future:
        key = key or f"{document}:{self._count}"
        text = json.dumps({"method": method, "params": list(params)})
        return self.send("dapp", key=key, origin=origin, top=top or origin, document=document, tab=tab, text=text)

    async def until(self, wanted: Callable[[dict], object], seconds: float = 20) -> object:
        """What `wanted` finds in the screens' state, once it finds anything."""
        async with asyncio.timeout(seconds):
            while not (found := wanted(self.state)):
                self._moved.clear()
                await self._moved.wait()
            return found

    async def request(self, state: str) -> dict:
        """The newest request, once it is in `state`."""
        return await self.until(
            lambda s: next((r for r in reversed(s["requests"]) if r["state"] == state), None)  # type: ignore[return-value]
        )

    async def with_vault(self) -> "Stage":
        await self.boot()
        return await self.with_vault_on_this_boot()

    async def with_vault_on_this_boot(self) -> "Stage":
        await self.call("set_settings", relay_url=self.relay_url)
        await self.call("set_rpc", chain="eip155:31337", url=self.rpc_url)
        await self.call("set_network", chain="eip155:31337")
        await self.call("set_rpc", chain="solana:localnet", url=self.ledger_url)
        await self.call("set_network", chain="solana:localnet")
        await self.call("create_vault", name="Savings", password=PASSWORD, size=2, threshold=2)
        link = await self.until(lambda s: s["ceremony"] and s["ceremony"]["link"])
        await self.phone.follow(link)
        await self.until(lambda s: s["stage"] == "open")
        return self

    async def connected(self) -> "Stage":
        await self.with_vault()
        asked = self.dapp("eth_requestAccounts")
        await self.call("decide", request=(await self.request("awaiting_approval"))["id"], approve=True)
        assert (await asked)["ok"] == [self.address.lower()]
        return self

    @property
    def address(self) -> str:
        return self.account("eip155")["address"]

    def account(self, space: str) -> dict:
        """The home screen's card of one chain family."""
        return next(card for card in self.state["accounts"] if card["space"] == space)

    async def rpc(self, method: str, *params: object) -> object:
        return await Rpc(self.http).post(self.rpc_url, body(method, list(params)))

    async def receipt(self, name: object) -> dict:
        """Of a transaction that anvil has taken: it mines at once, but not in the same moment."""
        async with asyncio.timeout(10):
            while not (found := await self.rpc("eth_getTransactionReceipt", name)):
                await asyncio.sleep(0.02)
            return found  # type: ignore[return-value]

    async def ledger(self, method: str, *params: object) -> object:
        """One call of the Solana node, past the wallet."""
        return await Rpc(self.http).post(self.ledger_url, body(method, list(params)))

    async def connected_to_solana(self, sol: int = 10) -> "Stage":
        await self.with_vault()
        return await self.connect_solana(sol)

    async def connect_solana(self, sol: int = 10) -> "Stage":
        asked = self.dapp("standard:connect")
        await self.call("decide", request=(await self.request("awaiting_approval"))["id"], approve=True)
        assert [each["address"] for each in (await asked)["ok"]] == [self.solana]
        await self.ledger("requestAirdrop", self.solana, sol * 10**9)
        return self

    @property
    def solana(self) -> str:
        return self.account("solana")["address"]

    async def fund(self) -> None:
        await self.rpc("anvil_setBalance", self.address, hex(10 * 10**18))


@contextlib.contextmanager
def serving(*command: object) -> Iterator[str]:
    """A program that takes `--port`; its URL once it listens there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*map(str, command), "--port", str(port)], cwd=ROOT)
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def anvil() -> Iterator[str]:
    with serving(next(BUILD.glob("npm/@foundry-rs/anvil-*/bin/anvil")), "--chain-id", "31337", "--silent") as url:
        yield url


@pytest.fixture(scope="session")
def ledger() -> Iterator[str]:
    with serving(sys.executable, "-m", "tools.ledger") as url:
        yield url


@pytest.fixture
def play(anvil: str, ledger: str) -> "Callable[[Callable[[Stage], object]], None]":
    """Runs a story on a fresh stage."""

    def run(story: "Callable[[Stage], object]") -> None:
        async def whole() -> None:
            relay = RelayHttp()
            url = await relay.start("127.0.0.1", 0)
            stage = Stage(url, anvil, ledger)
            try:
                await story(stage)
            finally:
                await stage.crash()
                await stage.http.close()
                await relay.stop()

        asyncio.run(whole())

    return run
