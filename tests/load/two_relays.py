"""Whether two relay processes on one Redis do more than one: requests a second, and what each process spends on one.

    python -m load.two_relays [--seconds 10] [--connections 200]        (PYTHONPATH=py:tests:.)

With fewer processors than processes (the client is one, Redis another) the requests a second say what the machine
can; then requests for each second of a relay's own processor time are what scales.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from tools.bench_relay import load, polls, posts
from tools.processes import Child, Processes

from load.signings import FLAGS


def spent(child: Child) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{child.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(relays: list[Child], redis: Child, requests: list[list[bytes]], seconds: float) -> dict[str, object]:
    """The requests are shared out to the relays evenly."""
    before = [spent(child) for child in (*relays, redis)]
    shares = [requests[number :: len(relays)] for number in range(len(relays))]
    found = await asyncio.gather(
        *(load(relay.url, len(share), seconds, share) for relay, share in zip(relays, shares, strict=True))
    )
    cost = [spent(child) - was for child, was in zip((*relays, redis), before, strict=True)]
    rate = sum(one["per_second"] for one in found)
    answered = rate * seconds
    return {
        "relays": len(relays),
        "per_second": round(rate),
        "p99_ms": max(one["p99_ms"] for one in found),
        "per_second_of_a_relay": round(answered / (sum(cost[:-1]) / len(relays))),
        "per_second_of_redis": round(answered / cost[-1]),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="One relay process and two, on one Redis.")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=200)
    options = parser.parse_args(arguments)
    with Processes() as running:
        redis = running.redis()
        relays = [running.relay(*FLAGS, "--redis", redis.url, name=f"relay-{n}") for n in range(2)]
        for name, requests in (("polls", polls(options.connections)), ("posts of 88 kB", posts(options.connections))):
            for used in (relays[:1], relays):
                found = asyncio.run(measure(used, redis, requests, options.seconds))
                print(json.dumps({"requests": name} | found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
