"""Reshare over our relay with the real engine's devices: ours as an old device and as a new one, as host and as joiner.

The engine discards what comes a round early (spec/schnorr-wire.md §4.2). What it loses of ours we send again; what it
loses of another engine's nobody can send again, and all have to start over with a new link, as people do with the apps
(who try three times). On a machine that is busy with other things it happens to two and more engines now and then.
"""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from interop.drivers import ENGINE
from interop.engine_phone import EnginePhone
from interop.test_relay_engine import PATH, engine, run
from tandem import ceremony
from tandem.ceremony import AnySignature, Devices, Held, Job, Keygenned
from tandem.curve import ed25519, secp256k1
from tandem.errors import CosignerTimeout
from tandem.mpc.dkls.sign import Signature
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.proto.keysign_pb2 import CustomMessagePayload

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not in build/npm")

OURS = "extension-0011223344556677"
T = TypeVar("T")
_ATTEMPTS = 3
_SECONDS = 30  # that an engine waits


def quiet(at: ceremony.Progress) -> None:
    pass


async def save(made: Keygenned) -> None:
    pass


async def answers(phones: Sequence[EnginePhone]) -> list[dict]:
    """What they say in the end. Raises CosignerTimeout when they have lost each other's messages."""
    found = [await asyncio.to_thread(phone.answer) for phone in phones]
    if any(each.get("error") == "timeout" for each in found):
        raise CosignerTimeout("engines that lost each other's messages")
    assert [each["event"] for each in found] == ["done"] * len(phones), found
    return found


async def attempted(phones: Sequence[EnginePhone], work: Callable[[], Awaitable[T]]) -> tuple[T, list[dict]]:
    """Our part and the phones' answers, after as many attempts as it takes."""
    for attempt in range(_ATTEMPTS):
        before = [phone.share for phone in phones]
        result: T | None = None
        with contextlib.suppress(CosignerTimeout):
            result = await work()
        try:
            found = await answers(phones)
        except CosignerTimeout:
            print(f"attempt {attempt + 1} was lost")
            for phone, share in zip(phones, before, strict=True):
                phone.share = share
            continue
        assert result is not None
        return result, found
    raise AssertionError("it never ended well")


async def vault(devices: Devices, url: str, phones: Sequence[EnginePhone]) -> Held:
    """A 2-of-3 of two engines, of which the first hosts, and ours."""

    async def work() -> Keygenned:
        invitation = ceremony.invite_keygen(vault_name="v", relay_url=url)
        phones[0].keygen(invitation, url, host=True, size=3, threshold=2, seconds=_SECONDS)
        phones[1].keygen(invitation, url, seconds=_SECONDS)
        return await ceremony.join_keygen(
            impatient(devices), invitation, party=OURS, report=quiet, save=save, deadline=time.time() + 30
        )

    made, found = await attempted(phones, work)
    for answer in found:
        assert answer["public_key"] == made.share.public_key.hex()
        assert answer["public_key_eddsa"] == made.eddsa.public_key.hex()
    return Held(made.share, made.eddsa, made.signers)


async def vault_of_engines(url: str, phones: Sequence[EnginePhone]) -> Held:
    """A 2-of-3 of three engines, of which the first hosts: what that one holds."""
    for _ in range(_ATTEMPTS):
        invitation = ceremony.invite_keygen(vault_name="v", relay_url=url)
        for phone in phones:
            phone.keygen(invitation, url, host=phone is phones[0], size=3, threshold=2, seconds=_SECONDS)
        found = [await asyncio.to_thread(phone.answer) for phone in phones]
        if all(each["event"] == "done" for each in found):
            file = phones[0].share
            share = Keyshare.from_bytes(file.read_bytes())
            eddsa = EddsaKeyshare.from_bytes(file.with_name(f"{file.name}.eddsa").read_bytes())
            return Held(share, eddsa, tuple(found[0]["committee"]))
    raise AssertionError("three engines never made a vault")


async def reshare(
    devices: Devices,
    url: str,
    before: Held,
    phones: Sequence[tuple[EnginePhone, bool]],
    *,
    held: Held | None,
    host: EnginePhone | None,
    as_phones: bool = False,
    party: str = OURS,
) -> Held:
    """The vault `before` gets ours and `phones` as its devices, each old (True) or new. `host` None: ours."""
    size = len(phones) + 1

    async def work() -> Keygenned:
        invitation = ceremony.invite_reshare(
            vault_name="v",
            public_key=before.share.public_key,
            chain_code=before.share.chain_code,
            signers=before.signers,
            relay_url=url,
        )
        how = {"size": size, "as_phones": as_phones, "seconds": _SECONDS}
        for phone, member in phones:
            phone.reshare(invitation, url, member=member, host=phone is host, **how)
        read = ceremony.parse_link(invitation.link)
        assert isinstance(read, ceremony.ReshareInvitation)
        common = {"party": party, "held": held, "report": quiet, "save": save, "deadline": time.time() + 30}
        if host is None:
            return await ceremony.host_reshare(impatient(devices), invitation, size=size, **common)  # type: ignore[arg-type]
        return await ceremony.join_reshare(impatient(devices), read, **common)  # type: ignore[arg-type]

    now, found = await attempted([phone for phone, _ in phones], work)
    for answer in found:
        assert answer["public_key"] == before.share.public_key.hex()
        assert answer["public_key_eddsa"] == before.eddsa.public_key.hex()
        assert sorted(answer["committee"]) == sorted(now.signers)
    assert now.confirmed
    assert now.share.public_key == before.share.public_key and now.share.chain_code == before.share.chain_code
    assert now.eddsa.public_key == before.eddsa.public_key
    assert now.share.threshold == now.eddsa.threshold == ceremony.family_threshold(size)
    return Held(now.share, now.eddsa, now.signers)


async def signs(devices: Devices, url: str, held: Held, phones: Sequence[EnginePhone], party: str = OURS) -> None:
    """With both keys, by ours and `phones`; ours hosts, then the first of them does."""
    for host in (None, phones[0]):
        name = host.name if host else "ours"
        digest, text = hashlib.sha256(name.encode()).digest(), f"hosted by {name}".encode()
        jobs = [Job(digest, PATH), Job(text, "m", "eddsa")]

        async def work(host: EnginePhone | None = host, jobs: list[Job] = jobs) -> tuple[AnySignature, ...]:
            invitation = await ceremony.invite_keysign(
                devices,
                payload=CustomMessagePayload(method="personal_sign", message="0x00"),
                vault_public_key=held.share.public_key.hex(),
                party=party,
            )
            for phone in phones:
                how = {"host": phone is host, "threshold": len(phones) + 1, "seconds": _SECONDS}
                phone.keysign(invitation, url, jobs, **how)
            common = {"party": party, "share": held.share, "eddsa": held.eddsa, "signers": held.signers, "jobs": jobs}
            common |= {"report": quiet, "deadline": time.time() + 30}
            play = ceremony.host_keysign if host is None else ceremony.join_keysign
            return tuple(await play(impatient(devices), invitation, **common))  # type: ignore[arg-type]

        (one, two), found = await attempted(phones, work)
        assert isinstance(one, Signature) and isinstance(two, bytes)
        for answer in found:
            assert answer["signatures"] == {digest.hex(): one.to_bytes().hex(), text.hex(): two.hex()}
        assert secp256k1.verify(held.share.derive(PATH), digest, one.r, one.s)
        assert ed25519.verify(held.eddsa.public_key, text, two)


def impatient(devices: Devices) -> Devices:
    """Gives up before the engines do, so that the next attempt is not long in coming."""
    return replace(devices, pace=replace(devices.pace, silence=_SECONDS - 6))


@contextmanager
def engines(folder: Path, *names: str) -> Iterator[list[EnginePhone]]:
    with ExitStack() as stack:
        yield [stack.enter_context(engine(folder / str(number), name)) for number, name in enumerate(names)]


@pytest.mark.parametrize("host", ["ours", "theirs"])
def test_our_device_as_an_old_one(tmp_path: Path, host: str) -> None:
    """2-of-3 becomes 3-of-4: one more engine comes; then one of the old, the new one and ours sign."""

    async def work(devices: Devices, url: str) -> None:
        with engines(tmp_path, "iPhone-5C9", "Pixel-2", "Mac-3A1") as (one, two, new):
            held = await vault(devices, url, (one, two))
            phones = ((one, True), (two, True), (new, False))
            now = await reshare(devices, url, held, phones, held=held, host=None if host == "ours" else one)
            await signs(devices, url, now, (two, new))

    run(tmp_path, work)


@pytest.mark.parametrize("as_phones", [False, True], ids=["host lists new ones first", "host lists old ones first"])
def test_our_device_as_a_new_one(tmp_path: Path, as_phones: bool) -> None:
    """A 2-of-3 that three engines made becomes 3-of-4 with ours; only an old device can host."""

    async def work(devices: Devices, url: str) -> None:
        with engines(tmp_path, "jp\u2019s iPhone-5C9", "Pixel-2", "Mac-3A1") as phones:
            before = await vault_of_engines(url, phones)
            old = [(phone, True) for phone in phones]
            now = await reshare(devices, url, before, old, held=None, host=phones[0], as_phones=as_phones)
            await signs(devices, url, now, phones[1:])

    run(tmp_path, work)


@pytest.mark.parametrize("host", ["ours", "theirs"])
def test_a_lost_device_is_replaced(tmp_path: Path, host: str) -> None:
    """2-of-3 stays 2-of-3: one engine is lost, another comes in its place, and ours signs with it alone."""

    async def work(devices: Devices, url: str) -> None:
        with engines(tmp_path, "iPhone-5C9", "Pixel-2", "Mac-3A1") as (one, lost, new):
            held = await vault(devices, url, (one, lost))
            phones = ((one, True), (new, False))
            now = await reshare(devices, url, held, phones, held=held, host=None if host == "ours" else one)
            assert lost.name not in now.signers
            await signs(devices, url, now, (new,))

    run(tmp_path, work)


def test_our_own_lost_device_is_replaced(tmp_path: Path) -> None:
    """This browser's share is gone; under another name it comes back as a new device."""

    async def work(devices: Devices, url: str) -> None:
        with engines(tmp_path, "iPhone-5C9", "Pixel-2") as (one, two):
            before = await vault(devices, url, (one, two))
            again = "extension-8899aabbccddeeff"
            phones = ((one, True), (two, True))
            now = await reshare(devices, url, before, phones, held=None, host=two, party=again)
            assert OURS not in now.signers
            await signs(devices, url, now, (one,), party=again)

    run(tmp_path, work)


@pytest.mark.slow
def test_many_in_a_row(tmp_path: Path) -> None:
    """Ours among three engines, each time with the shares of the time before: what they lose of ours is sent again."""

    async def work(devices: Devices, url: str) -> None:
        with engines(tmp_path, "iPhone-5C9", "Pixel-2", "Mac-3A1") as phones:
            held = await vault(devices, url, phones[:2])
            held = await reshare(
                devices, url, held, list(zip(phones, (True, True, False), strict=True)), held=held, host=None
            )
            for number in range(3):
                host = (None, *phones)[number % 4]
                held = await reshare(devices, url, held, [(phone, True) for phone in phones], held=held, host=host)
            await signs(devices, url, held, phones[1:])

    run(tmp_path, work)
