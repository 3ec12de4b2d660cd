"""T37, quick form: signings at once beside a flood, and relay and Redis that die while devices sign.

The long form is `python -m load.signings --count 500` (docs/security.md has its figures).
"""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest
from tools.processes import Child, Processes

from load.signings import CROWD, FLAGS, Found, Pair, flooder, run, signings
from tandem.ceremony import Pace
from tandem.hosts.cpython import CpythonHttp

pytestmark = pytest.mark.slow
# Impatient, so that what is lost is given up soon: an error of its type is as good as a signature here.
SHORT = Pace(poll=0.05, repost=0.5, repost_most=1, silence=15, exchange=25, patience=10, renew=1, linger=2)


@pytest.fixture
def running() -> Iterator[Processes]:
    with Processes() as processes:
        yield processes


def test_t37_forty_signings_beside_a_flood(running: Processes) -> None:
    relay = running.relay(*FLAGS)
    noise = flooder(relay.url, 50)
    try:
        found = asyncio.run(run([relay.url], 40, "ecdsa", CROWD))
    finally:
        noise.terminate()
        noise.wait(10)
    assert (len(found.seconds), found.wrong, found.errors) == (40, 0, [])


def test_t37_forty_signings_through_two_relays_on_one_redis(running: Processes) -> None:
    redis = running.redis()
    relays = [running.relay(*FLAGS, "--redis", redis.url, name=f"relay-{n}") for n in range(2)]
    found = asyncio.run(run([relay.url for relay in relays], 40, "eddsa", CROWD))
    assert (len(found.seconds), found.wrong, found.errors) == (40, 0, [])


async def killed_meanwhile(running: Processes, url: str, victim: Child) -> Found:
    """Signings during which a process dies by SIGKILL and comes again; afterwards one more is signed."""
    async with CpythonHttp() as http:
        pair = Pair(http, [url], SHORT)
        await pair.keygen()
        work = asyncio.create_task(signings(pair, 12, "ecdsa", wait=25))
        await asyncio.sleep(0.2)
        assert not work.done()
        os.kill(victim.process.pid, signal.SIGKILL)
        victim.process.wait()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(running.again, victim)
        found = await work
        after = await signings(pair, 1, "ecdsa", wait=25)
        await pair.tasks.settle(5)
    assert (len(after.seconds), after.wrong, after.errors) == (1, 0, [])
    return found


@pytest.mark.parametrize("what", ["relay", "redis"])
def test_t37_a_killed_process_costs_signings_at_most(running: Processes, what: str) -> None:
    """Each signing ends: with a right signature, or with an error of its type. Never with a wrong one."""
    redis = running.redis() if what == "redis" else None
    relay = running.relay(*FLAGS, *(("--redis", redis.url) if redis else ()))
    victim = redis or relay
    found = asyncio.run(killed_meanwhile(running, relay.url, victim))
    assert len(found.seconds) == 12 and found.wrong == 0
