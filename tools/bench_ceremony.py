"""Ceremonies end to end over one local relay process, in one run: ours with ours, ours with the real engine, two of it.

    python tools/bench_ceremony.py [--signs 10] [--keygens 5] [--json]

Ours are this process (CPython, the extension's Python) and `tandem phone` kept alive; the real engine runs in node with
the incumbent's 100 ms polls. All times are milliseconds: `total` from the link given to the peer until our signature is
there; `exchange` from when the joiner knows that it has started until its own end, so that the incumbent's polls of 1
and 2 s by which devices find each other are left out.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "tests")]

from interop.drivers import ENGINE  # noqa: E402
from interop.engine_phone import EnginePhone  # noqa: E402
from tandem import ceremony  # noqa: E402
from tandem.ceremony import Devices, Job, Keygenned, KeysignInvitation, Pace  # noqa: E402
from tandem.chains import ethereum, solana  # noqa: E402
from tandem.chains.ethereum import message  # noqa: E402
from tandem.chains.ethereum import payload as ethereum_payload  # noqa: E402
from tandem.chains.solana import payload as solana_payload  # noqa: E402
from tandem.entropy import random_bytes  # noqa: E402
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock  # noqa: E402
from tandem.relay.client import RelayClient  # noqa: E402
from tandem.vault.journal import Journal  # noqa: E402

OURS = "extension-1"
CURVES = ("ecdsa", "eddsa")


def summary(times: list[float]) -> dict[str, float]:
    """Median, extremes and count, in milliseconds."""
    return {
        "median": round(statistics.median(times), 1),
        "least": round(min(times), 1),
        "most": round(max(times), 1),
        "runs": len(times),
    }


class Stage:
    """Times one ceremony of ours: the whole, and from the moment the committee is known."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.joined: float | None = None

    def report(self, at: ceremony.Progress) -> None:
        if at.stage in ("joined", "running") and self.joined is None:
            self.joined = time.perf_counter()

    def done(self) -> None:
        self.finished = time.perf_counter()

    def end(self, answer: dict) -> tuple[float, float]:
        """Total and exchange; the real engine tells its own."""
        exchange = (self.finished - (self.joined or self.start)) * 1000
        return (self.finished - self.start) * 1000, answer.get("exchange_ms", exchange)


class OurPhone:
    """`tandem phone --stdin`, warm."""

    def __init__(self, folder: Path) -> None:
        (folder / "password").write_text("bench")
        command = [
            sys.executable,
            "-m",
            "tandem",
            "phone",
            "--stdin",
            "--yes",
            "--json",
            "--data",
            str(folder / "phone"),
        ]
        self.process = subprocess.Popen(
            [*command, "--password-file", str(folder / "password")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        )
        self.process.stdout.readline()

    def follow(self, link: str, relay: str) -> None:
        del relay  # it is in the link
        self.process.stdin.write(link + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict:
        while (event := json.loads(self.process.stdout.readline()))["event"] not in ("done", "failed"):
            pass
        return event

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


async def asked(devices: Devices, curve: str, number: int, key: bytes) -> tuple[KeysignInvitation, list[Job]]:
    """A message to sign with that key of the vault, as the wallet would put it."""
    text = f"bench {number}".encode()
    told = {"vault_public_key": key, "party": OURS, "origin": "https://bench.example"}
    if curve == "eddsa":
        payload, job = solana_payload.message_payload(text, **told), Job(text, solana.PATH, "eddsa")
    else:
        payload, job = ethereum_payload.message_payload(text, **told), Job(message.digest(text), ethereum.PATH)
    made = await ceremony.invite_keysign(devices, payload=payload, vault_public_key=key.hex(), party=OURS)
    return made, [job]


async def with_phone(devices: Devices, url: str, phone: OurPhone | EnginePhone, keygens: int, signs: int) -> dict:
    """We host, `phone` joins."""
    made: Keygenned | None = None
    keygen: list[tuple[float, float]] = []
    found: dict = {}

    async def save(share: Keygenned) -> None:
        del share

    for _ in range(keygens + 1):
        invitation = ceremony.invite_keygen(vault_name="bench", relay_url=url)
        stage = Stage()
        phone.follow(invitation.link, url)
        common = {"size": 2, "threshold": 2, "save": save, "deadline": time.time() + 60}
        made = await ceremony.host_keygen(devices, invitation, party=OURS, report=stage.report, **common)
        stage.done()
        keygen.append(stage.end(await asyncio.to_thread(phone.answer)))
    found["keygen"] = parted(keygen[1:])  # the first one warms up
    for curve in CURVES:
        sign: list[tuple[float, float]] = []
        for number in range(signs + 2):
            made_for, jobs = await asked(devices, curve, number, made.share.public_key)
            stage = Stage()
            common = {"share": made.share, "eddsa": made.eddsa, "signers": made.signers, "jobs": jobs}
            common["deadline"] = time.time() + 60
            hosting = asyncio.create_task(
                ceremony.host_keysign(devices, made_for, party=OURS, report=stage.report, **common)
            )
            await asyncio.sleep(0.2)  # a person takes longer to scan
            stage.start = time.perf_counter()
            phone.follow(made_for.link, url)
            await hosting
            stage.done()
            sign.append(stage.end(await asyncio.to_thread(phone.answer)))
        found[f"sign {curve}"] = parted(sign[2:])
    return found


def parted(found: list[tuple[float, float]]) -> dict:
    return {"total": summary([whole for whole, _ in found]), "exchange": summary([part for _, part in found])}


async def two_engines(devices: Devices, url: str, folder: Path, keygens: int, signs: int) -> dict:
    """The incumbent against itself."""
    one, two = EnginePhone(folder / "a", OURS), EnginePhone(folder / "b", "phone-1")
    keygen: list[float] = []
    found: dict = {}
    key = b""
    try:
        for _ in range(keygens):
            invitation = ceremony.invite_keygen(vault_name="bench", relay_url=url)
            one.keygen(invitation, url, host=True, size=2, threshold=2)
            two.keygen(invitation, url)
            answers = [await asyncio.to_thread(phone.answer) for phone in (one, two)]
            keygen.append(answers[1]["exchange_ms"])
            key = bytes.fromhex(answers[0]["public_key"])
        found["keygen"] = {"exchange": summary(keygen)}
        for curve in CURVES:
            sign: list[float] = []
            for number in range(signs + 1):
                made, jobs = await asked(devices, curve, number, key)
                one.keysign(made, url, jobs, host=True, threshold=2)
                two.keysign(made, url, jobs)
                answers = [await asyncio.to_thread(phone.answer) for phone in (one, two)]
                if "error" in answers[1]:
                    raise SystemExit(f"two engines: {answers}")
                sign.append(answers[1]["exchange_ms"])
            found[f"sign {curve}"] = {"exchange": summary(sign[1:])}
    finally:
        one.close()
        two.close()
    return found


async def measure_all(url: str, folder: Path, keygens: int, signs: int) -> dict:
    clock, tasks = SystemClock(), AsyncioTasks()
    found: dict = {}
    async with CpythonHttp() as http:
        journal = Journal(FolderStore(folder / "journal"))
        devices = Devices(RelayClient(http, url, clock), clock, tasks, random_bytes, journal, Pace(linger=1))
        for name in ("ours with ours", "ours with the real engine"):
            phone = OurPhone(folder) if name == "ours with ours" else EnginePhone(folder / "share")
            try:
                found[name] = await with_phone(devices, url, phone, keygens, signs)
            finally:
                await tasks.settle(20)
                phone.close()
        found["two real engines"] = await two_engines(devices, url, folder, keygens, signs)
    return found


def measure(keygens: int = 5, signs: int = 10) -> dict:
    """Start a relay and run everything. For `build.py bench`."""
    if not ENGINE.exists():
        raise SystemExit("the real engine is not in build/npm: run build.py setup")
    relay = subprocess.Popen(
        [sys.executable, "-m", "tandem", "relay", "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )
    try:
        url = json.loads(relay.stdout.readline())["relay"]
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(measure_all(url, Path(folder), keygens, signs))
    finally:
        relay.terminate()
        relay.wait(10)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Ceremonies end to end.")
    parser.add_argument("--signs", type=int, default=10)
    parser.add_argument("--keygens", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = measure(options.keygens, options.signs)
    if options.json:
        print(json.dumps(found))
        return 0
    for pair, ceremonies in found.items():
        for kind, parts in ceremonies.items():
            for part, times in parts.items():
                print(f"{pair:28}{kind:12}{part:10}{times['median']:8} ms  ({times['least']} to {times['most']})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
