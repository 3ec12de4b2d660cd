"""Our ceremonies with the real engine as the other party, over our relay, in both roles."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from interop.drivers import ENGINE
from interop.engine_phone import EnginePhone
from tandem import ceremony
from tandem.ceremony import Devices, Job, Keygenned, KeysignInvitation, Pace
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.hosts.relay_http import RelayHttp
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not in build/npm")

OURS, THEIRS = "extension-0011223344556677", "jp\u2019s iPhone-5C9"
PATH = "m/44/60/0/0/0"


@contextlib.contextmanager
def engine(share: Path, name: str = THEIRS) -> Iterator[EnginePhone]:
    phone = EnginePhone(share, name)
    try:
        yield phone
    finally:
        phone.close()


def run(folder: Path, work: Callable[[Devices, str], Awaitable[None]]) -> None:
    """A relay over a socket and our devices on it."""

    async def go() -> None:
        relay = RelayHttp()
        url = await relay.start("127.0.0.1", 0)
        clock, tasks = SystemClock(), AsyncioTasks()
        try:
            async with CpythonHttp() as http:
                journal = Journal(FolderStore(folder / "journal"))
                relay_client = RelayClient(http, url, clock)
                await work(Devices(relay_client, clock, tasks, random_bytes, journal, Pace(linger=1)), url)
                await tasks.settle(30)
        finally:
            await relay.stop()

    asyncio.run(go())


async def keygen(devices: Devices, url: str, phone: EnginePhone, host: str) -> Keygenned:
    invitation = ceremony.invite_keygen(vault_name="v", relay_url=url)
    saved: list[Keygenned] = []

    async def save(made: Keygenned) -> None:
        saved.append(made)

    common = {"party": OURS, "report": lambda at: None, "save": save, "deadline": time.time() + 30}
    if host == "ours":
        phone.keygen(invitation, url)
        made = await ceremony.host_keygen(devices, invitation, size=2, threshold=2, **common)  # type: ignore[arg-type]
    else:
        phone.keygen(invitation, url, host=True, size=2, threshold=2)
        made = await ceremony.join_keygen(devices, invitation, **common)  # type: ignore[arg-type]
    answer = await asyncio.to_thread(phone.answer)
    assert answer["event"] == "done", answer
    assert answer["public_key"] == made.share.public_key.hex()
    assert answer["public_key_eddsa"] == made.eddsa.public_key.hex()
    assert made.confirmed
    assert [one.share for one in saved] == [made.share]
    return made


async def sign(
    devices: Devices, url: str, phone: EnginePhone, made: Keygenned, jobs: list[Job], host: str
) -> tuple[float, float]:
    payload = CustomMessagePayload(method="personal_sign", message="0x00")
    key = made.share.public_key.hex()
    invitation: KeysignInvitation = await ceremony.invite_keysign(
        devices, payload=payload, vault_public_key=key, party=OURS
    )
    held = {"share": made.share, "eddsa": made.eddsa}
    common = {"party": OURS, **held, "signers": made.signers, "jobs": jobs, "deadline": time.time() + 30}
    started: list[float] = []

    def report(at: ceremony.Progress) -> None:
        if at.stage == "running" and not started:
            started.append(time.perf_counter())

    if host == "ours":
        phone.keysign(invitation, url, jobs)
        signatures = await ceremony.host_keysign(devices, invitation, report=report, **common)  # type: ignore[arg-type]
    else:
        phone.keysign(invitation, url, jobs, host=True, threshold=2)
        signatures = await ceremony.join_keysign(devices, invitation, report=report, **common)  # type: ignore[arg-type]
    spent = time.perf_counter() - started[0]
    answer = await asyncio.to_thread(phone.answer)
    assert answer["event"] == "done", answer
    for job, signature in zip(jobs, signatures, strict=True):
        theirs = answer["signatures"][job.digest.hex()]
        if isinstance(signature, bytes):
            assert theirs == signature.hex() and ed25519.verify(made.eddsa.public_key, job.digest, signature)
            continue
        assert theirs == signature.to_bytes().hex()
        assert secp256k1.verify(made.share.derive(job.path), job.digest, signature.r, signature.s)
    return spent, answer["exchange_ms"] / 1000


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize("host", ["ours", "theirs"])
def test_keygen_and_sign_with_the_real_engine(tmp_path: Path, host: str) -> None:
    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "share") as phone:
            made = await keygen(devices, url, phone, host)
            for signer in ("ours", "theirs"):
                await sign(devices, url, phone, made, [Job(digest(f"{signer} hosts"), PATH)], signer)
            jobs = [Job(digest("b"), PATH), Job(digest("a"), "m")]
            await sign(devices, url, phone, made, jobs, "ours")
            both = [Job(b"a message of EdDSA " * 60, curve="eddsa"), Job(digest("c"), PATH), Job(b"!", curve="eddsa")]
            for signer in ("ours", "theirs"):
                await sign(devices, url, phone, made, both, signer)

    run(tmp_path, work)


@pytest.mark.slow
def test_keygen_of_three_with_two_real_engines(tmp_path: Path) -> None:
    """The engine discards what comes a round early; that we repeat what we sent is what ends it all the same."""

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "a", "iPhone-1") as one, engine(tmp_path / "b", "Pixel-2") as two:
            invitation = ceremony.invite_keygen(vault_name="v", relay_url=url)
            one.keygen(invitation, url)
            two.keygen(invitation, url)

            async def save(made: Keygenned) -> None:
                pass

            made = await ceremony.host_keygen(
                devices,
                invitation,
                party=OURS,
                size=3,
                threshold=2,
                report=lambda at: None,
                save=save,
                deadline=time.time() + 30,
            )
            for phone in (one, two):
                answer = await asyncio.to_thread(phone.answer)
                assert answer["public_key"] == made.share.public_key.hex()
                assert answer["public_key_eddsa"] == made.eddsa.public_key.hex()

    run(tmp_path, work)


@pytest.mark.slow
def test_it_never_stalls(tmp_path: Path) -> None:
    """The incumbent against itself stalls in a third to a half of its runs when the last message is forgotten."""

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "share") as phone:
            made = await keygen(devices, url, phone, "ours")
            for number in range(10):
                spent, theirs = await sign(
                    devices, url, phone, made, [Job(digest(str(number)), PATH)], ("ours", "theirs")[number % 2]
                )
                assert max(spent, theirs) < 5

    run(tmp_path, work)


def test_two_real_engines_over_our_relay(tmp_path: Path) -> None:
    """The relay carries two incumbents; nothing of ours takes part."""

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "a", "extension-1") as one, engine(tmp_path / "b", "iPhone-1") as two:
            invitation = ceremony.invite_keygen(vault_name="v", relay_url=url)
            one.keygen(invitation, url, host=True, size=2, threshold=2)
            two.keygen(invitation, url)
            answers = [await asyncio.to_thread(phone.answer) for phone in (one, two)]
            for kind in ("public_key", "public_key_eddsa"):
                assert answers[0][kind] == answers[1][kind]
            signing = await ceremony.invite_keysign(
                devices,
                payload=CustomMessagePayload(message="0x00"),
                vault_public_key=answers[0]["public_key"],
                party="extension-1",
            )
            job = Job(digest("theirs"), PATH)
            one.keysign(signing, url, [job], host=True, threshold=2)
            two.keysign(signing, url, [job])
            answers = [await asyncio.to_thread(phone.answer) for phone in (one, two)]
            assert answers[0]["signatures"] == answers[1]["signatures"]

    run(tmp_path, work)
