"""The adversary's relay (adversary/faulty_relay.py) between us and the real engine with the incumbent's client.

Signings, both curves in each, by seed: both sides hold the right signatures, or ours ends in a typed error that blames
the relay or the silence, in time, and nobody is banned. What the incumbent's client cannot bear (one stray body ends
it, and nothing that was lost is sent again) it tells by itself.
"""

import asyncio
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adversary.faulty_relay import Faults, FaultyRelayHttp
from interop.drivers import ENGINE
from interop.engine_phone import EnginePhone
from interop.test_relay_engine import OURS, PATH, digest, engine, keygen, run
from tandem import ceremony
from tandem.ceremony import Devices, Job, Keygenned, Pace
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.errors import CosignerTimeout, PeerAborted, RelayFault, TandemError
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not in build/npm")

SEEDS = 9
SECONDS = 12  # for the whole of one signing
PACE = Pace(silence=6, exchange=SECONDS, linger=1)
MAY_END_IN = (RelayFault, CosignerTimeout, PeerAborted)


def faults(seed: int) -> Faults:
    """In turns a relay that is only slow and repeats, one that meddles with what it passes on, one that loses."""
    dice = random.Random(seed)
    slow = {"delay": 0.3, "duplicate": 0.5 * dice.random(), "reorder": dice.random()}
    meddling = {"reflect": 0.3, "frame": 0.5, "replay": 0.3, "swap": 0.2}
    losing = {"drop": 0.2, "corrupt": 0.1, "answers": ("500", "429", "cut", "html"), "answers_rate": 0.05}
    return Faults(seed, **(slow | ({}, meddling, losing)[seed % 3]))  # type: ignore[arg-type]


def answer(phone: EnginePhone) -> dict[str, object]:
    """A refused POST in the middle of a poll ends the incumbent's client, and this driver with it: no line then."""
    try:
        return phone.answer()
    except json.JSONDecodeError:
        return {"event": "ended"}


async def sign(seed: int, made: Keygenned, share: Path, folder: Path) -> str:
    """One signing of two messages on a relay of its own; how it ended for us."""
    relay = FaultyRelayHttp(faults(seed))
    url = await relay.start("127.0.0.1", 0)
    tasks, clock, journal = AsyncioTasks(), SystemClock(), Journal(FolderStore(folder / f"journal-{seed}"))
    jobs = [Job(digest(f"seed {seed}"), PATH), Job(b"seed %d" % seed, curve="eddsa")]
    try:
        async with CpythonHttp() as http:
            with engine(share) as phone:
                devices = Devices(RelayClient(http, url, clock), clock, tasks, random_bytes, journal, PACE)
                invitation = await ceremony.invite_keysign(
                    devices,
                    payload=CustomMessagePayload(method="personal_sign", message="0x00"),
                    vault_public_key=made.share.public_key.hex(),
                    party=OURS,
                )
                phone.keysign(invitation, url, jobs, seconds=SECONDS)
                # In a thread of its own: the pool of asyncio has six here, which the journal needs, too.
                told = asyncio.get_running_loop().run_in_executor(ThreadPoolExecutor(1), answer, phone)
                try:
                    signatures = await ceremony.host_keysign(
                        devices,
                        invitation,
                        party=OURS,
                        share=made.share,
                        eddsa=made.eddsa,
                        signers=made.signers,
                        jobs=jobs,
                        report=lambda _: None,
                        deadline=time.time() + SECONDS,
                    )
                except TandemError as fault:
                    assert isinstance(fault, MAY_END_IN), (seed, fault)
                    return type(fault).__name__
                finally:
                    theirs = await told
            await tasks.settle(5)
    finally:
        await relay.stop()
        assert not await journal.banned(made.share.final_session_id), seed
    ecdsa, eddsa = signatures
    assert secp256k1.verify(made.share.derive(PATH), jobs[0].digest, ecdsa.r, ecdsa.s)  # type: ignore[union-attr]
    assert isinstance(eddsa, bytes) and ed25519.verify(made.eddsa.public_key, jobs[1].digest, eddsa)
    if theirs["event"] == "done":
        ours = (ecdsa.to_bytes().hex(), eddsa.hex())  # type: ignore[union-attr]
        assert tuple(theirs["signatures"][job.digest.hex()] for job in jobs) == ours
    return "signed"


def test_signings_with_the_real_engine_on_a_relay_that_lies(tmp_path: Path) -> None:
    async def work(devices: Devices, url: str) -> None:
        share = tmp_path / "share"
        with engine(share) as phone:
            made = await keygen(devices, url, phone, "ours")
        ends = await asyncio.gather(*(sign(seed, made, share, tmp_path) for seed in range(SEEDS)))
        print(dict(enumerate(ends)))
        assert all(ends[seed] == "signed" for seed in range(0, SEEDS, 3)), ends
        assert Counter(ends)["signed"] < SEEDS  # the faults are not idle

    run(tmp_path, work)
