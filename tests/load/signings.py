"""Many two-party signings at once over real relay processes, each checked: nothing lost, nothing of another's.

    python -m load.signings --count 500 [--clients 5] [--curve eddsa] [--redis] [--flood 50]   (PYTHONPATH=py:tests:.)

Each client is a process with a vault of its own, whose signings, both parties of all, are its tasks. They run beside
the relay on the same machine: what is measured is relay and clients together, and the clients' arithmetic is by far
the larger part of it.
"""

import argparse
import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench_relay import load, polls, resident_mb
from tools.processes import Processes

from tandem import ceremony
from tandem.ceremony import Devices, Job, KeygenInvitation, Keygenned, KeysignInvitation, Pace
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.errors import TandemError
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, SystemClock
from tandem.mpc.setup import Curve
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal

PATH = "m/44/60/0/0/0"
NAMES = ("extension-1", "iPhone-5C9")
FLAGS = ("--quiet", "--new-sessions", "1000000")
ROOT = Path(__file__).resolve().parents[2]


class Memory:
    """A store in a dict."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self.values[key] = value

    async def delete(self, key: str) -> None:
        self.values.pop(key, None)


@dataclass
class Found:
    """What came of the signings. `wrong`: a signature that is not of its own message, which must never be."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: int = 0

    def told(self) -> dict[str, object]:
        at = sorted(self.seconds)
        spread = {f"p{n}_s": round(at[min(len(at) - 1, len(at) * n // 100)], 2) for n in (50, 99)} if at else {}
        return {"signed": len(at), "wrong": self.wrong, "errors": self.errors[:5], "failed": len(self.errors), **spread}


class Pair:
    """Two devices of one vault. The first one meets its relay at urls[0], the second at urls[-1]."""

    def __init__(self, http: CpythonHttp, urls: list[str], pace: Pace | None = None) -> None:
        clock, self.tasks, self.url = SystemClock(), AsyncioTasks(), urls[0]
        self.devices = [
            Devices(RelayClient(http, url, clock), clock, self.tasks, random_bytes, Journal(Memory()), pace or Pace())
            for url in (urls[0], urls[-1])
        ]
        self.made: list[Keygenned] = []

    async def keygen(self) -> None:
        invitation = ceremony.invite_keygen(vault_name="load", relay_url=self.url)
        joined = ceremony.parse_link(invitation.link)
        assert isinstance(joined, KeygenInvitation)

        async def save(_: Keygenned) -> None:
            pass

        one, other = self.devices
        deadline = time.time() + 60
        quiet = {"report": lambda _: None, "save": save, "deadline": deadline}
        host = ceremony.host_keygen(one, invitation, party=NAMES[0], size=2, threshold=2, **quiet)  # type: ignore[arg-type]
        joiner = ceremony.join_keygen(other, joined, party=NAMES[1], **quiet)  # type: ignore[arg-type]
        self.made = list(await asyncio.gather(host, joiner))

    async def sign(self, text: str, curve: Curve, wait: float) -> list[object]:
        """One signing, both sides; the error of a side instead of its signature. Raises what is no TandemError."""
        job = Job(hashlib.sha256(text.encode()).digest(), PATH, curve)
        key = self.made[0].share.public_key.hex()
        payload = CustomMessagePayload(method="personal_sign", message="0x00", chain="Ethereum")
        one, other = self.devices
        try:
            made = await ceremony.invite_keysign(one, payload=payload, vault_public_key=key, party=NAMES[0])
        except TandemError as fault:
            return [fault, fault]
        read = ceremony.parse_link(made.link)
        assert isinstance(read, KeysignInvitation)
        both = []
        for devices, share, act, invitation in (
            (one, self.made[0], ceremony.host_keysign, made),
            (other, self.made[1], ceremony.join_keysign, read),
        ):
            both.append(
                act(
                    devices,
                    invitation,
                    party=share.party,
                    share=share.share,
                    eddsa=share.eddsa,
                    signers=share.signers,
                    jobs=[job],
                    report=lambda _: None,
                    deadline=time.time() + wait,
                )
            )
        found: list[object] = []
        for each in await asyncio.gather(*both, return_exceptions=True):
            if isinstance(each, BaseException):
                if not isinstance(each, TandemError):
                    raise each
                found.append(each)
            else:
                found.append(self.right(job, each[0]))
        return found

    def right(self, job: Job, signature: object) -> bool:
        """Whether it is a signature of this very message."""
        if isinstance(signature, bytes):
            return ed25519.verify(self.made[0].eddsa.public_key, job.digest, signature)
        key = self.made[0].share.derive(job.path)
        return secp256k1.verify(key, job.digest, signature.r, signature.s)  # type: ignore[attr-defined]


async def signings(pair: Pair, count: int, curve: Curve, wait: float = 900) -> Found:
    """`count` at once, each of a message of its own."""
    found = Found()

    async def one(number: int) -> None:
        start = time.perf_counter()
        for side in await pair.sign(f"message {number}", curve, wait):
            if isinstance(side, TandemError):
                found.errors.append(f"{number}: {type(side).__name__}")
            elif side is not True:
                found.wrong += 1
        found.seconds.append(time.perf_counter() - start)

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


# As patient as a phone in a crowd: all clients share one processor here, and one that waits for it is not silent.
CROWD = Pace(silence=900, exchange=900, patience=120, repost=60, repost_most=60, renew=60, linger=2)


async def run(urls: list[str], count: int, curve: Curve, pace: Pace = CROWD) -> Found:
    async with CpythonHttp() as http:
        pair = Pair(http, urls, pace)
        await pair.keygen()
        found = await signings(pair, count, curve)
        await pair.tasks.settle(5)
    return found


def client(urls: list[str], count: int, curve: Curve) -> subprocess.Popen[bytes]:
    """A process that makes a vault and signs so often with it, all at once; what it found is on its output, as JSON."""
    code = (
        "import asyncio, dataclasses, json; from load.signings import run; "
        f"print(json.dumps(dataclasses.asdict(asyncio.run(run({urls!r}, {count}, {curve!r})))))"
    )
    return script(code, stdout=subprocess.PIPE)


def script(code: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
    path = f"{ROOT / 'py'}:{ROOT / 'tests'}:{ROOT}"
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, stdout=stdout)


def clients(urls: list[str], count: int, curve: Curve, processes: int) -> Found:
    """The signings of all clients together; a client that dies counts as an error."""
    found = Found()
    shares = [count // processes + (number < count % processes) for number in range(processes)]
    for process in [client(urls, share, curve) for share in shares]:
        output, _ = process.communicate()
        if process.returncode:
            found.errors.append(f"a client ended with {process.returncode}")
            continue
        theirs = Found(**json.loads(output))
        found.seconds += theirs.seconds
        found.errors += theirs.errors
        found.wrong += theirs.wrong
    return found


def flooder(url: str, connections: int) -> subprocess.Popen[bytes]:
    """A process that polls as fast as it can on so many connections until it is ended."""
    return script(f"import asyncio; from load.signings import flood; asyncio.run(flood({url!r}, {connections}))")


async def flood(url: str, connections: int) -> None:
    while True:
        await load(url, connections, 3600, polls(connections))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Signings at once over relay processes.")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--clients", type=int, default=5, help="processes that the signings are shared out to")
    parser.add_argument("--curve", choices=("ecdsa", "eddsa"), default="ecdsa")
    parser.add_argument("--redis", action="store_true", help="two relay processes on one Redis, a device at each")
    parser.add_argument("--flood", type=int, default=50, help="connections of the flooder; 0 for none")
    options = parser.parse_args(arguments)
    with Processes() as running:
        shared = ("--redis", running.redis().url) if options.redis else ()
        relays = [running.relay(*FLAGS, *shared, name=f"relay-{n}") for n in range(1 + options.redis)]
        noise = flooder(relays[0].url, options.flood) if options.flood else None
        start = time.perf_counter()
        try:
            found = clients([relay.url for relay in relays], options.count, options.curve, options.clients)
        finally:
            if noise:
                noise.terminate()
                noise.wait(10)
        told = found.told() | {
            "all_s": round(time.perf_counter() - start, 1),
            "curve": options.curve,
            "clients": options.clients,
            "relays": len(relays),
            "flood": options.flood,
            "relay_mb": [resident_mb(relay.process.pid) for relay in relays],
        }
    print(json.dumps(told))
    return 0 if found.wrong == 0 and not found.errors and len(found.seconds) == options.count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
