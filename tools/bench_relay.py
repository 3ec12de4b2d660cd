"""Load on a relay from a process of its own: raw sockets, so that the client is not what is measured.

    python tools/bench_relay.py [--seconds 5] [--connections 200] [--url URL] [--json]

Starts `tandem relay` unless a URL is given. Reports empty polls a second with latency percentiles, posts of 88 kB a
second (each followed by its delete), and the server's resident memory where /proc tells it.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Caller(asyncio.Protocol):
    """One kept-alive connection that sends the next request as soon as the last is answered."""

    def __init__(self, requests: list[bytes], latencies: list[float], bad: list[bytes]) -> None:
        self.requests = requests
        self.latencies = latencies
        self.bad = bad
        self.count = 0
        self.buffer = b""
        self.running = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(self.requests[self.count % len(self.requests)])

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self.buffer.find(b"Content-Length: ")
        length = int(self.buffer[at + 16 : self.buffer.index(b"\r\n", at)]) if 0 <= at < head else 0
        if len(self.buffer) < head + 4 + length:
            return
        if self.buffer[9:10] != b"2":
            self.bad.append(self.buffer[:120])
        self.buffer = b""
        self.count += 1
        self.latencies.append(time.perf_counter() - self.sent)
        if self.running:
            self.send()


async def load(url: str, connections: int, seconds: float, requests: list[list[bytes]]) -> dict[str, float]:
    """Run every connection for `seconds`; requests[i] is what connection i repeats."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    latencies: list[float] = []
    bad: list[bytes] = []
    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda i=i: Caller(requests[i], latencies, bad), host, port))[1]
        for i in range(connections)
    ]
    await asyncio.sleep(0.5)
    latencies.clear()
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    count, spent = len(latencies), time.perf_counter() - start
    for caller in callers:
        caller.running = False
    await asyncio.sleep(0.2)
    for caller in callers:
        caller.transport.close()
    if bad:
        raise SystemExit(f"{len(bad)} bad answers, first {bad[0]!r}")
    latencies.sort()
    return {
        "per_second": round(count / spent),
        "p50_ms": round(latencies[len(latencies) // 2] * 1000, 2),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
    }


def request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n"
    return (head + ("Content-Type: application/json\r\n" if body else "") + "\r\n").encode() + body


def polls(connections: int) -> list[list[bytes]]:
    names = [str(uuid.uuid4()) for _ in range(connections)]
    return [[request("GET", f"/message/{name}/phone-{i}")] for i, name in enumerate(names)]


def posts(connections: int) -> list[list[bytes]]:
    made = []
    for _ in range(connections):
        name, hash_ = str(uuid.uuid4()), uuid.uuid4().hex
        record = {"session_id": name, "from": "a", "to": ["b"], "body": "A" * 88_000, "hash": hash_, "sequence_no": 0}
        post = request("POST", f"/message/{name}", json.dumps(record).encode())
        made.append([post, request("DELETE", f"/message/{name}/b/{hash_}")])
    return made


def resident_mb(pid: int) -> float | None:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def measure(url: str, pid: int | None, connections: int, seconds: float) -> dict[str, object]:
    found: dict[str, object] = {"connections": connections}
    found["polls"] = asyncio.run(load(url, connections, seconds, polls(connections)))
    post = asyncio.run(load(url, connections, seconds, posts(connections)))
    found["posts_88kB"] = {**post, "per_second": round(post["per_second"] / 2)}  # every other request is the delete
    if pid is not None:
        found["resident_mb"] = resident_mb(pid)
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Load on a relay.")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--url")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.url:
        found = measure(options.url, None, options.connections, options.seconds)
    else:
        code = "import sys; from tandem.cli.relay import main; sys.exit(main(sys.argv[1:]))"
        server = subprocess.Popen(
            [sys.executable, "-c", code, "--port", "0", "--quiet"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        )
        try:
            url = json.loads(server.stdout.readline())["relay"]
            found = measure(url, server.pid, options.connections, options.seconds)
        finally:
            server.terminate()
            server.wait(10)
    print(json.dumps(found) if options.json else json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
