"""The relay for an hour: signings without a pause, abandoned sessions, and what its memory does.

    python -m load.soak --minutes 60        (PYTHONPATH=py:tests:.)

Sessions are forgotten after five minutes, and here setup messages too (`--keep 5`; by default after an hour, for which
memory would grow by a kilobyte a signing). So memory grows until then; the slope is that of the samples after ten
minutes (of the second half, in a shorter run), by least squares. Fails at a megabyte in ten minutes and more, and on
any signing that fails.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid

from tools.bench_relay import resident_mb
from tools.processes import Processes

from load.signings import CROWD, FLAGS, Found, Pair, signings
from tandem.hosts.cpython import CpythonHttp, SystemClock
from tandem.relay.client import Record, RelayClient

Sample = tuple[float, float]
SLOPE = 1.0  # MB in ten minutes


def slope(samples: list[Sample]) -> float:
    """MB in ten minutes, by least squares."""
    n, xs, ys = len(samples), [x for x, _ in samples], [y for _, y in samples]
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    spread = sum((x - mean_x) ** 2 for x in xs)
    return 600 * sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread if spread else 0.0


async def abandoned(url: str, until: float) -> None:
    """Sessions in which somebody leaves a message of 88 kB and never comes back: four a second."""
    async with CpythonHttp() as http:
        client = RelayClient(http, url, SystemClock())
        while time.monotonic() < until:
            name = str(uuid.uuid4())
            await client.post_message(Record(name, "a", ("b",), "A" * 88_000, uuid.uuid4().hex, 0))
            await asyncio.sleep(0.25)


async def run(url: str, pid: int, minutes: float) -> tuple[Found, list[Sample]]:
    begun, samples, all_found = time.monotonic(), [], Found()
    until = begun + 60 * minutes
    leaving = asyncio.create_task(abandoned(url, until))
    async with CpythonHttp() as http:
        pair = Pair(http, [url], CROWD)
        await pair.keygen()
        while time.monotonic() < until:
            found = await signings(pair, 4, "eddsa")
            all_found.seconds += found.seconds
            all_found.errors += found.errors
            all_found.wrong += found.wrong
            resident = resident_mb(pid)
            if resident is not None:
                samples.append((time.monotonic() - begun, resident))
        await pair.tasks.settle(5)
    await leaving
    return all_found, samples


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="The relay for an hour.")
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args(arguments)
    with Processes() as running:
        relay = running.relay(*FLAGS, "--keep", "5")
        found, samples = asyncio.run(run(relay.url, relay.process.pid, options.minutes))
    settled = [sample for sample in samples if sample[0] >= min(600, 30 * options.minutes)]
    grown = slope(settled)
    most = max(size for _, size in samples)
    told = found.told() | {"minutes": options.minutes, "most_mb": most, "mb_in_ten_minutes": round(grown, 2)}
    print(json.dumps(told))
    return 1 if found.errors or found.wrong or grown >= SLOPE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
