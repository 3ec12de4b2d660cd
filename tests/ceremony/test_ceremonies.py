"""Keygen and keysign between devices of ours over relays good and bad: a result or a typed error, in bounded time."""

import asyncio
import hashlib
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest

from adversary.faulty_relay import DirectHttp, Faults, IncumbentQuirks
from tandem import ceremony
from tandem.ceremony import Devices, Job, KeygenInvitation, Keygenned, KeysignInvitation, Pace, Progress
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.errors import (
    Banned,
    Bug,
    CosignerDeclined,
    CosignerFault,
    CosignerTimeout,
    RelayFault,
    SetupRefused,
    TandemError,
)
from tandem.hosts.tasks import AsyncioTasks
from tandem.mpc.dkls.sign import Signature
from tandem.mpc.setup import build_keygen, build_sign
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.relay.client import Record, RelayClient
from tandem.relay.envelope import message_id, seal
from tandem.relay.server import Reply

T = TypeVar("T")
PATH = "m/44/60/0/0/0"
PACE = Pace(
    poll=0.02, people=0.05, renew=0.5, repost=0.4, repost_most=1.0, silence=12, exchange=30, patience=3, linger=4
)


class MemoryJournal:
    def __init__(self) -> None:
        self.ids: set[bytes] = set()
        self.bans: dict[bytes, set[str]] = {}

    async def used(self, instance_id: bytes) -> bool:
        return instance_id in self.ids

    async def record_used(self, instance_id: bytes) -> None:
        self.ids.add(instance_id)

    async def ban(self, vault_key: bytes, party: str) -> None:
        self.bans.setdefault(vault_key, set()).add(party)

    async def banned(self, vault_key: bytes) -> frozenset[str]:
        return frozenset(self.bans.get(vault_key, ()))


@dataclass
class Device:
    """One party with its own client of the shared relay."""

    name: str
    http: DirectHttp
    pace: Pace = PACE
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    progress: list[Progress] = field(default_factory=list)
    saved: list[Keygenned] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tasks = AsyncioTasks()
        self.clock = self.http.clock

    @property
    def devices(self) -> Devices:
        relay = RelayClient(self.http, "http://relay", self.clock)
        return Devices(relay, self.clock, self.tasks, random_bytes, self.journal, self.pace)

    def soon(self, seconds: float = 20) -> float:
        return self.clock.now() + seconds

    async def save(self, made: Keygenned) -> None:
        self.saved.append(made)


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def soon(seconds: float = 20) -> float:
    return time.time() + seconds


async def keygen(devices: Sequence[Device], threshold: int = 2) -> list[Keygenned]:
    invitation = ceremony.invite_keygen(vault_name="v", relay_url="http://relay")
    joined = ceremony.parse_link(invitation.link)
    assert isinstance(joined, KeygenInvitation)
    host = devices[0]
    work = [
        ceremony.host_keygen(
            host.devices,
            invitation,
            party=host.name,
            size=len(devices),
            threshold=threshold,
            report=host.progress.append,
            save=host.save,
            deadline=host.soon(),
        )
    ]
    work += [
        ceremony.join_keygen(
            one.devices, joined, party=one.name, report=one.progress.append, save=one.save, deadline=one.soon()
        )
        for one in devices[1:]
    ]
    return list(await asyncio.gather(*work))


def payload() -> CustomMessagePayload:
    return CustomMessagePayload(method="personal_sign", message="0x00", chain="Ethereum")


async def invite(device: Device, share: Keygenned) -> tuple[KeysignInvitation, KeysignInvitation]:
    key = share.share.public_key.hex()
    made = await ceremony.invite_keysign(device.devices, payload=payload(), vault_public_key=key, party=device.name)
    read = ceremony.parse_link(made.link)
    assert isinstance(read, KeysignInvitation)
    return made, read


async def sign(
    devices: Sequence[Device], shares: Sequence[Keygenned], jobs: Sequence[Job], *, settle: bool = True
) -> list[tuple[Signature | bytes, ...]]:
    made, read = await invite(devices[0], shares[0])
    host = devices[0]
    work = [
        ceremony.host_keysign(
            host.devices,
            made,
            party=host.name,
            share=shares[0].share,
            eddsa=shares[0].eddsa,
            signers=shares[0].signers,
            jobs=jobs,
            report=host.progress.append,
            deadline=host.soon(),
        )
    ]
    work += [
        ceremony.join_keysign(
            one.devices,
            read,
            party=one.name,
            share=share.share,
            eddsa=share.eddsa,
            signers=share.signers,
            jobs=jobs,
            report=one.progress.append,
            deadline=host.soon(),
        )
        for one, share in zip(devices[1:], shares[1:], strict=True)
    ]
    found = await asyncio.gather(*work, return_exceptions=True)
    if settle:
        for one in devices:
            await one.tasks.settle(10)
    for item in found:
        if isinstance(item, BaseException):
            raise item
    return [item for item in found if not isinstance(item, BaseException)]


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def check(share: Keygenned, job: Job, signature: Signature | bytes) -> None:
    if isinstance(signature, bytes):
        assert job.curve == "eddsa" and ed25519.verify(share.eddsa.public_key, job.digest, signature)
        return
    assert job.curve == "ecdsa"
    assert secp256k1.verify(share.share.derive(job.path), job.digest, signature.r, signature.s)


@pytest.fixture(scope="module")
def pair() -> list[Keygenned]:
    return run(keygen([Device("extension-1", http := DirectHttp()), Device("iPhone-5C9", http)]))


@pytest.fixture(scope="module")
def trio() -> list[Keygenned]:
    http = DirectHttp()
    return run(keygen([Device(name, http) for name in ("extension-1", "iPhone-5C9", "Pixel-123")]))


def devices(pair: Sequence[Keygenned], http: DirectHttp, pace: Pace = PACE) -> list[Device]:
    return [Device(made.party, http, pace) for made in pair]


def test_keygen_gives_every_device_its_share_of_one_key(pair: list[Keygenned], trio: list[Keygenned]) -> None:
    for made in (pair, trio):
        assert len({one.share.public_key for one in made}) == 1
        assert len({one.eddsa.public_key for one in made}) == 1
        assert [one.eddsa.party_id for one in made] == [one.share.party_id for one in made] == list(range(len(made)))
        assert all(one.confirmed and one.signers == made[0].signers for one in made)
        assert [one.party for one in made] == list(made[0].signers)


def test_keygen_saves_before_it_says_complete() -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = Device("a", http), Device("b", http)
        completed: list[int] = []

        async def save(made: Keygenned) -> None:
            completed.append(sum(target.startswith("/complete/") for _, target in http.requests))
            phone.saved.append(made)

        phone.save = save  # type: ignore[method-assign]
        host.save = save  # type: ignore[method-assign]
        await keygen([host, phone])
        assert completed[0] == 0
        assert len(phone.saved) == 2
        stages = [at.stage for at in host.progress]
        assert list(dict.fromkeys(stages)) == ["waiting", "joined", "running", "finishing", "done"]
        assert host.progress[-1].round == 8
        rounds = [at.round for at in host.progress if at.stage == "running"]
        assert rounds == sorted(rounds) and {at.rounds for at in host.progress[2:]} == {8}
        posted = [target for method, target in http.requests if method == "POST" and target.startswith("/complete/")]
        assert len(posted) == 2  # once for both keys

    run(go())


def test_what_comes_of_the_second_key_while_the_first_is_made_is_kept() -> None:
    """The host's last message of the first key is held until the phone has read its first one of the second. Nobody
    repeats anything, so what is thrown away is lost."""

    class Late(Faults):
        posts = 0

        async def apply(self, ask, handle):  # type: ignore[no-untyped-def]
            if ask.method != "POST" or not ask.target.startswith("/message/") or b'"from":"a"' not in ask.body:
                return await handle(ask)
            self.posts += 1
            if self.posts == 5:
                self.held = ask
                return Reply(202)
            reply = await handle(ask)
            if self.posts == 6:
                await asyncio.sleep(0.3)
                await handle(self.held)
            return reply

    async def go() -> None:
        layer, pace = Late(), replace(PACE, repost=30, repost_most=30, silence=5)
        http = DirectHttp((layer,))
        made = await keygen([Device("a", http, pace), Device("b", http, pace)])
        assert made[0].eddsa.public_key == made[1].eddsa.public_key
        assert layer.posts == 8

    run(go())


@pytest.mark.parametrize("layers", [(), (IncumbentQuirks(),)])
def test_sign_with_long_poll_and_without(pair: list[Keygenned], layers: tuple[IncumbentQuirks, ...]) -> None:
    async def go() -> None:
        two = devices(pair, DirectHttp(layers))
        job = Job(digest("one"), PATH)
        host, phone = await sign(two, pair, [job])
        assert host == phone
        check(pair[0], job, host[0])
        assert [at.stage for at in two[0].progress][-1] == "done"
        assert max(at.round for at in two[0].progress) == 4
        assert len(two[0].journal.ids) == len(two[1].journal.ids) == 1

    run(go())


def test_several_jobs_are_signed_in_hash_order_and_given_back_in_ours(pair: list[Keygenned]) -> None:
    async def go() -> None:
        jobs = [Job(digest(text), path) for text, path in (("b", PATH), ("a", "m"), ("c", PATH))]
        http = DirectHttp()
        host, _ = await sign(devices(pair, http), pair, [*jobs, jobs[0]])
        for job, signature in zip([*jobs, jobs[0]], host, strict=True):
            check(pair[0], job, signature)

    run(go())


@pytest.mark.parametrize("layers", [(), (IncumbentQuirks(),)])
@pytest.mark.parametrize("size", [1, 32, 1232, 65536])
def test_eddsa_signs_a_message_of_any_length(
    pair: list[Keygenned], layers: tuple[IncumbentQuirks, ...], size: int
) -> None:
    async def go() -> None:
        job = Job(bytes(place % 251 for place in range(size)), curve="eddsa")
        both = devices(pair, DirectHttp(layers))
        host, phone = await sign(both, pair, [job])
        assert host == phone
        check(pair[0], job, host[0])
        assert both[0].progress[-1] == Progress("done", (both[1].name,), 3, 3)

    run(go())


def test_jobs_of_both_keys_in_one_ceremony(pair: list[Keygenned], trio: list[Keygenned]) -> None:
    async def go() -> None:
        jobs = [Job(b"solana", curve="eddsa"), Job(digest("a"), PATH), Job(b"a", curve="eddsa"), Job(digest("b"), "m")]
        for shares in (pair, trio[1:]):
            host, phone = await sign(devices(shares, DirectHttp()), shares, jobs)
            assert host == phone
            for job, signature in zip(jobs, host, strict=True):
                check(shares[0], job, signature)

    run(go())


@pytest.mark.parametrize("seed", range(3))
def test_eddsa_over_a_lossy_relay(pair: list[Keygenned], seed: int) -> None:
    async def go() -> None:
        faults = Faults(seed, drop=0.25, duplicate=0.3, reorder=0.5, corrupt=0.1, delay=0.02)
        job = Job(b"lossy", curve="eddsa")
        host, phone = await sign(devices(pair, DirectHttp((faults,))), pair, [job])
        assert host == phone
        check(pair[0], job, host[0])

    run(go())


def test_eddsa_job_without_the_share_fails_before_anybody_is_asked(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        host = Device(pair[0].party, http)
        without = replace(pair[0], eddsa=None)
        with pytest.raises(Bug, match="EdDSA share"):
            await sign([host], [without], [Job(b"x", curve="eddsa")])
        assert not http.requests

    run(go())


def test_eddsa_setup_with_another_message_is_refused(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = devices(pair, http)
        made, read = await invite(host, pair[0])
        job = Job(b"approved", curve="eddsa")
        text = build_sign(pair[0].eddsa.key_id, "m", b"other", (host.name, phone.name), curve="eddsa")
        relay = host.devices.relay
        await relay.upload_setup(made.session_id, seal(made.key, text, random_bytes), message_id(job.digest))
        with pytest.raises(SetupRefused, match="digest"):
            await ceremony.join_keysign(
                phone.devices,
                read,
                party=phone.name,
                share=pair[1].share,
                eddsa=pair[1].eddsa,
                jobs=[job],
                report=phone.progress.append,
                deadline=soon(3),
            )

    run(go())


def test_a_device_banned_in_ecdsa_does_not_sign_in_eddsa(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        await host.journal.ban(pair[0].share.final_session_id, phone.name)
        with pytest.raises(Banned):
            await sign([host], pair[:1], [Job(b"x", curve="eddsa")])

    run(go())


@pytest.mark.parametrize("who", [(0, 1), (0, 2), (1, 2), (2, 0)])
def test_any_two_of_three_sign(trio: list[Keygenned], who: tuple[int, int]) -> None:
    async def go() -> None:
        chosen = [trio[index] for index in who]
        job = Job(digest("two of three"), PATH)
        host, phone = await sign(devices(chosen, DirectHttp()), chosen, [job])
        assert host == phone
        check(trio[0], job, host[0])

    run(go())


def test_queues_are_empty_after_a_signing(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        await sign(devices(pair, http), pair, [Job(digest("clean"), PATH)])
        held = [entry for session in http.store._sessions.values() for entry in session.entries.values()]
        assert sum(len(entry.records) for entry in held) == 0

    run(go())


def test_payload_too_long_for_a_link_goes_over_the_relay(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        long = CustomMessagePayload(method="personal_sign", message=random_bytes(3000).hex())
        key = pair[0].share.public_key.hex()
        made = await ceremony.invite_keysign(host.devices, payload=long, vault_public_key=key, party=host.name)
        assert len(made.link) < 2048
        read = ceremony.parse_link(made.link)
        assert isinstance(read, KeysignInvitation)
        assert read.payload is None
        whole = await ceremony.complete_invitation(phone.devices.relay, read)
        assert whole.payload == long
        gone = replace(read, message=type(read.message)(custom_payload_id="0" * 64))
        with pytest.raises(RelayFault):
            await ceremony.complete_invitation(phone.devices.relay, gone)

    run(go())


@pytest.mark.parametrize("named", [True, False])
def test_phone_that_declines_is_heard_while_waiting(pair: list[Keygenned], named: bool) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        if not named:
            assert read.payload is not None
            read.payload.vault_local_party_id = ""
        hosting = asyncio.create_task(host_sign(host, pair[0], made))
        await asyncio.sleep(0.1)
        await ceremony.decline(phone.devices, read, party=phone.name)
        with pytest.raises(CosignerDeclined):
            await asyncio.wait_for(hosting, 2)

    run(go())


async def host_sign(
    host: Device, share: Keygenned, made: KeysignInvitation, *, seconds: float = 10, text: str = "x"
) -> tuple[Signature, ...]:
    return await ceremony.host_keysign(
        host.devices,
        made,
        party=host.name,
        share=share.share,
        signers=share.signers,
        jobs=[Job(digest(text), PATH)],
        report=host.progress.append,
        deadline=soon(seconds),
    )


async def join_sign(
    phone: Device, share: Keygenned, read: KeysignInvitation, *, seconds: float = 10, job: Job | None = None
) -> tuple[Signature, ...]:
    return await ceremony.join_keysign(
        phone.devices,
        read,
        party=phone.name,
        share=share.share,
        signers=share.signers,
        jobs=[job or Job(digest("x"), PATH)],
        report=phone.progress.append,
        deadline=soon(seconds),
    )


def test_decline_sealed_with_another_key_or_for_another_session_is_noise(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        _, other = await invite(host, pair[0])
        note = b"tandem decline 1\n"
        notes = [
            seal(bytes(32), note + made.session_id.encode()),
            seal(read.key, note + other.session_id.encode()),
            "x",
        ]
        for number, body in enumerate(notes):
            record = Record(made.session_id, phone.name, (host.name,), body, str(number), 0)
            await phone.devices.relay.post_message(record, "decline")
        with pytest.raises(CosignerTimeout):
            await host_sign(host, pair[0], made, seconds=0.5)

    run(go())


def test_nobody_comes(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        start = time.perf_counter()
        with pytest.raises(CosignerTimeout):
            await host_sign(host, pair[0], made, seconds=0.3)
        with pytest.raises(CosignerTimeout):
            await join_sign(phone, pair[1], read, seconds=0.3)
        assert time.perf_counter() - start < 10  # bounded by its own deadline, not by anything of the network's

    run(go())


def test_phone_that_comes_after_the_host_has_given_up_is_told_at_once(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        with pytest.raises(CosignerTimeout):
            await host_sign(host, pair[0], made, seconds=0.1)
        start = time.perf_counter()
        with pytest.raises(CosignerTimeout, match="given up"):
            await join_sign(phone, pair[1], read, seconds=10)
        assert time.perf_counter() - start < 5

    run(go())


def test_start_and_setup_lie_there_before_the_only_possible_phone_comes(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        hosting = asyncio.create_task(host_sign(host, pair[0], made))
        await asyncio.sleep(0.3)
        relay = phone.devices.relay
        assert set(await relay.started(made.session_id)) == set(pair[0].signers)
        assert await relay.setup(made.session_id, message_id(digest("x"))) is not None
        assert (await relay.messages(made.session_id, phone.name, message_id(digest("x")))).records == ()
        assert (await join_sign(phone, pair[1], read)) == await hosting

    run(go())


def test_t35_strangers_in_the_relays_list_are_not_taken(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, _ = devices(pair, DirectHttp())
        made, _ = await invite(host, pair[0])
        await host.devices.relay.register(made.session_id, "stranger")
        with pytest.raises(CosignerTimeout):
            await host_sign(host, pair[0], made, seconds=0.4)
        assert not any(at.peers for at in host.progress)

    run(go())


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ("digest", "digest"),
        ("path", "path"),
        ("key", "key id"),
        ("names", "committee"),
        ("not us", "other devices were chosen"),
        ("replay", "replay"),
    ],
)
def test_t14_t32_setup_that_differs_from_what_was_approved_is_refused_before_round_1(
    pair: list[Keygenned], wrong: str, refused: str
) -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = devices(pair, http)
        _, read = await invite(host, pair[0])
        job = Job(digest("x"), PATH)
        names = list(pair[0].signers)
        text = build_sign(
            bytes(32) if wrong == "key" else pair[0].share.key_id,
            "m/44/60/0/0/1" if wrong == "path" else job.path,
            digest("y") if wrong == "digest" else job.digest,
            [{"names": names[1], "not us": names[0]}[wrong], "stranger"] if wrong in ("names", "not us") else names,
        )
        if wrong == "replay":
            from tandem.mpc.setup import parse_sign

            await phone.journal.record_used(parse_sign(text).instance_id)
        sealed = seal(read.key, text)
        await host.devices.relay.upload_setup(read.session_id, sealed, message_id(job.digest))
        with pytest.raises(SetupRefused, match=refused):
            await join_sign(phone, pair[1], read, job=job)
        assert not any(method == "POST" and target.startswith("/message/") for method, target in http.requests)

    run(go())


def test_setup_under_another_key_or_no_setup_at_all_is_noise_of_the_relay(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        relay, namespace = host.devices.relay, message_id(digest("x"))
        await relay.upload_setup(made.session_id, "<html>", namespace)
        joining = asyncio.create_task(join_sign(phone, pair[1], read))
        await asyncio.sleep(0.1)
        await relay.upload_setup(made.session_id, seal(made.key, b"a round message"), namespace)
        await asyncio.sleep(0.1)
        found = await asyncio.gather(host_sign(host, pair[0], made), joining)
        assert found[0] == found[1]

    run(go())


def test_noise_in_the_place_of_a_setup_is_a_relay_fault_after_a_while(pair: list[Keygenned]) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp(), replace(PACE, patience=0.3))
        made, read = await invite(host, pair[0])
        await host.devices.relay.upload_setup(made.session_id, "<html>", message_id(digest("x")))
        with pytest.raises(RelayFault, match="no setup message"):
            await join_sign(phone, pair[1], read, seconds=5)

    run(go())


def test_t23_a_banned_device_is_not_signed_with(pair: list[Keygenned], trio: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = devices(pair, http)
        made, read = await invite(host, pair[0])
        await host.journal.ban(pair[0].share.final_session_id, phone.name)
        before = len(http.requests)
        with pytest.raises(Banned):
            await host_sign(host, pair[0], made)
        assert len(http.requests) == before
        await phone.journal.ban(pair[1].share.final_session_id, host.name)
        host.journal.bans.clear()
        host.pace = replace(PACE, silence=1)
        found = await asyncio.gather(
            host_sign(host, pair[0], made, seconds=1), join_sign(phone, pair[1], read), return_exceptions=True
        )
        assert isinstance(found[1], Banned) and not phone.journal.ids  # before anything was computed
        # of three, another may come instead
        three = devices(trio, DirectHttp())
        await three[0].journal.ban(trio[0].share.final_session_id, three[1].name)
        made, read = await invite(three[0], trio[0])
        joining = asyncio.create_task(join_sign(three[1], trio[1], read, seconds=1))
        host_found, phone_found = await asyncio.gather(
            host_sign(three[0], trio[0], made), join_sign(three[2], trio[2], read)
        )
        assert host_found == phone_found
        with pytest.raises((SetupRefused, CosignerTimeout)):
            await joining

    run(go())


def test_a_device_that_is_banned_meanwhile_gets_no_further(pair: list[Keygenned]) -> None:
    """By another signing of the vault, which runs at the same time."""

    async def go() -> None:
        host, phone = devices(pair, DirectHttp(), replace(PACE, silence=1))
        made, read = await invite(host, pair[0])

        async def begun() -> None:
            await host.journal.ban(pair[0].share.final_session_id, phone.name)

        hosting = ceremony.host_keysign(
            host.devices,
            made,
            party=host.name,
            share=pair[0].share,
            signers=pair[0].signers,
            jobs=[Job(digest("x"), PATH)],
            report=host.progress.append,
            deadline=soon(),
            begun=begun,
        )
        found = await asyncio.gather(hosting, join_sign(phone, pair[1], read), return_exceptions=True)
        assert isinstance(found[0], Banned) and isinstance(found[1], TandemError)

    run(go())


def test_the_committee_stays_from_one_signature_to_the_next(
    pair: list[Keygenned], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        host, phone = devices(pair, DirectHttp(), replace(PACE, silence=1))
        jobs = sorted((Job(digest(text), PATH) for text in ("one", "two")), key=lambda job: job.digest)
        made, read = await invite(host, pair[0])
        upload = RelayClient.upload_setup

        async def spoil(self: RelayClient, session: str, content: str, at: str | None = None) -> None:
            if at == message_id(jobs[1].digest):
                text = build_sign(pair[0].share.key_id, PATH, jobs[1].digest, (phone.name, host.name))
                content = seal(made.key, text)
            await upload(self, session, content, at)

        monkeypatch.setattr(RelayClient, "upload_setup", spoil)
        common = {"jobs": jobs, "report": phone.progress.append, "deadline": soon()}
        hosting = ceremony.host_keysign(
            host.devices, made, party=host.name, share=pair[0].share, signers=pair[0].signers, **common
        )
        joining = ceremony.join_keysign(phone.devices, read, party=phone.name, share=pair[1].share, **common)
        _, error = await asyncio.gather(hosting, joining, return_exceptions=True)
        assert isinstance(error, SetupRefused) and error.detail == "the committee changed"

    run(go())


@pytest.mark.parametrize(
    ("jobs", "wrong"), [([], "nothing to sign"), ([Job(bytes(32), "m"), Job(bytes(32), PATH)], "two paths")]
)
def test_jobs_that_are_none(pair: list[Keygenned], jobs: list[Job], wrong: str) -> None:
    async def go() -> None:
        host, _ = devices(pair, DirectHttp())
        made, _ = await invite(host, pair[0])
        before = len(host.http.requests)
        with pytest.raises(Bug, match=wrong):
            await ceremony.host_keysign(
                host.devices,
                made,
                party=host.name,
                share=pair[0].share,
                signers=pair[0].signers,
                jobs=jobs,
                report=host.progress.append,
                deadline=soon(3),
            )
        assert len(host.http.requests) == before

    run(go())


def test_a_keygen_that_would_leave_us_out_is_refused() -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = Device("a", http), Device("b", http)
        invitation = ceremony.invite_keygen(vault_name="v", relay_url="http://relay")
        text = build_keygen(2, ("a", "stranger"))
        await host.devices.relay.upload_setup(invitation.session_id, seal(invitation.key, text), None)
        with pytest.raises(SetupRefused, match="other devices were chosen"):
            await ceremony.join_keygen(
                phone.devices,
                invitation,
                party="b",
                report=phone.progress.append,
                save=phone.save,
                deadline=soon(3),
            )
        assert not phone.journal.ids

    run(go())


def test_ban_is_durable_before_the_error_surfaces(pair: list[Keygenned], monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that cheats in the OT of round 2: its sealed message is altered inside the session."""
    from tandem.errors import CheatedOT
    from tandem.mpc.session import Session

    def cheated(self: Session[Signature]) -> Signature:
        raise CheatedOT("made up", party=1)

    async def go() -> None:
        host, phone = devices(pair, DirectHttp())
        made, read = await invite(host, pair[0])
        order: list[str] = []
        real = host.journal.ban

        async def ban(vault_key: bytes, party: str) -> None:
            await asyncio.sleep(0.01)
            await real(vault_key, party)
            order.append("ban")

        host.journal.ban = ban  # type: ignore[method-assign]
        monkeypatch.setattr(Session, "result", cheated)
        joining = asyncio.create_task(join_sign(phone, pair[1], read))
        with pytest.raises(CheatedOT):
            await host_sign(host, pair[0], made)
        order.append("error")
        assert order == ["ban", "error"]
        assert await host.journal.banned(pair[0].share.final_session_id) == {phone.name}
        with pytest.raises(CosignerFault):
            await joining

    run(go())


def test_t25_junk_between_the_real_messages_is_dropped(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp(limits=replace(DirectHttp().limits, messages=5000, session_bytes=64 << 20))
        host, phone = devices(pair, http)
        made, read = await invite(host, pair[0])
        namespace = message_id(digest("x"))
        relay = host.devices.relay
        bodies = [
            "",
            "x",
            "AAAA",
            "A" * 100_000,
            seal(bytes(32), b"wrong key"),
            seal(made.key, b""),
            seal(made.key, b"short"),
        ]
        for number in range(1000):
            body = bodies[number % len(bodies)] if number < 70 else f"{number:x}"
            record = Record(made.session_id, phone.name, (host.name, phone.name), body, f"junk{number}", number)
            await relay.post_message(record, namespace)
        found = await asyncio.gather(host_sign(host, pair[0], made), join_sign(phone, pair[1], read))
        assert found[0] == found[1]

    run(go())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("incumbent", [False, True])
def test_lossy_relay_ends_in_a_signature(pair: list[Keygenned], seed: int, incumbent: bool) -> None:
    async def go() -> None:
        faults = Faults(seed, drop=0.25, duplicate=0.3, reorder=0.5, corrupt=0.1, delay=0.02)
        layers = (faults, IncumbentQuirks()) if incumbent else (faults,)
        host, phone = await sign(devices(pair, DirectHttp(layers)), pair, [Job(digest(f"lossy {seed}"), PATH)])
        assert host == phone

    run(go())


@pytest.mark.parametrize("seed", range(3))
def test_keygen_over_a_lossy_relay(seed: int) -> None:
    async def go() -> None:
        http = DirectHttp((Faults(seed, drop=0.2, duplicate=0.3, reorder=0.5, corrupt=0.1),))
        made = await keygen([Device("a", http), Device("b", http)])
        assert made[0].share.public_key == made[1].share.public_key
        assert made[0].eddsa.public_key == made[1].eddsa.public_key

    run(go())


@pytest.mark.parametrize("who", ["host", "phone"])
def test_lost_last_message_does_not_stall_the_other(pair: list[Keygenned], who: str) -> None:
    """What the incumbent gets wrong: the fourth message of one side vanishes after that side is done."""

    class LoseLast(Faults):
        seen = 0

        async def apply(self, ask, handle):  # type: ignore[no-untyped-def]
            name = pair[0].party if who == "host" else pair[1].party
            if ask.method == "POST" and ask.target.startswith("/message/") and f'"from":"{name}"'.encode() in ask.body:
                self.seen += 1
                if self.seen == 4:
                    return Reply(202)
            return await handle(ask)

    async def go() -> None:
        layer = LoseLast()
        host, phone = await sign(devices(pair, DirectHttp((layer,))), pair, [Job(digest("last"), PATH)])
        assert host == phone
        assert layer.seen > 4

    run(go())


@pytest.mark.parametrize("answer", ["html", "500", "429", "cut", "redirect"])
def test_relay_that_sometimes_answers_nonsense_is_survived(pair: list[Keygenned], answer: str) -> None:
    async def go() -> None:
        faults = Faults(7, answers=(answer,), answers_rate=0.3)
        http = DirectHttp()
        two = devices(pair, http)
        made, read = await invite(two[0], pair[0])
        http.layers = (faults,)
        found = await asyncio.gather(host_sign(two[0], pair[0], made), join_sign(two[1], pair[1], read))
        assert found[0] == found[1]

    run(go())


@pytest.mark.parametrize("answer", ["html", "500", "cut"])
def test_t34_relay_that_answers_only_nonsense_is_a_relay_fault_soon(pair: list[Keygenned], answer: str) -> None:
    async def go() -> None:
        http = DirectHttp()
        two = devices(pair, http, replace(PACE, patience=0.5))
        made, read = await invite(two[0], pair[0])
        http.layers = (Faults(1, answers=(answer,), answers_rate=1),)
        for work in (host_sign(two[0], pair[0], made, seconds=99), join_sign(two[1], pair[1], read, seconds=99)):
            with pytest.raises(RelayFault):
                await asyncio.wait_for(work, 20)

    run(go())


def test_relay_that_dies_in_the_middle_is_a_relay_fault_not_a_silent_device(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        host, phone = devices(pair, http, replace(PACE, patience=0.3))
        made, read = await invite(host, pair[0])
        working = [
            asyncio.create_task(host_sign(host, pair[0], made)),
            asyncio.create_task(join_sign(phone, pair[1], read)),
        ]
        while not any(at.stage == "running" for at in phone.progress):
            await asyncio.sleep(0.001)
        http.layers = (Faults(1, answers=("500",), answers_rate=1),)
        found = await asyncio.gather(*working, return_exceptions=True)
        assert [type(each) for each in found] == [RelayFault, RelayFault]

    run(go())


def test_peer_that_goes_silent_in_the_middle_is_a_timeout(pair: list[Keygenned]) -> None:
    """Its line is cut: nothing of it reaches the relay any more, not even that it ends."""

    class Mute(Faults):
        async def apply(self, ask, handle):  # type: ignore[no-untyped-def]
            cut = ask.method == "POST" and f'"from":"{pair[1].party}"'.encode() in ask.body
            return Reply(202) if cut else await handle(ask)

    async def go() -> None:
        http = DirectHttp()
        pace = replace(PACE, silence=1, repost=0.3)
        host, phone = devices(pair, http, pace)
        made, read = await invite(host, pair[0])
        joining = asyncio.create_task(join_sign(phone, pair[1], read))
        hosting = asyncio.create_task(host_sign(host, pair[0], made))
        while not any(at.stage == "running" for at in phone.progress):
            await asyncio.sleep(0.001)
        http.layers = (Mute(),)
        with pytest.raises(CosignerTimeout, match="no progress"):
            await asyncio.wait_for(hosting, 5)
        joining.cancel()

    run(go())


def test_cancelled_host_tells_the_phone(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp((Faults(3, delay=0.05),))
        host, phone = devices(pair, http)
        made, read = await invite(host, pair[0])
        joining = asyncio.create_task(join_sign(phone, pair[1], read))
        hosting = asyncio.create_task(host_sign(host, pair[0], made))
        while not any(at.stage == "running" for at in host.progress):
            await asyncio.sleep(0.001)
        hosting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hosting
        with pytest.raises(TandemError):
            await asyncio.wait_for(joining, 5)

    run(go())


def test_two_signings_of_one_vault_at_once(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        jobs = [Job(digest(text), PATH) for text in ("one", "two")]
        both = await asyncio.gather(*(sign(devices(pair, http), pair, [job]) for job in jobs))
        for job, (host, phone) in zip(jobs, both, strict=True):
            assert host == phone
            check(pair[0], job, host[0])
        assert both[0][0][0].r != both[1][0][0].r

    run(go())


def test_nothing_runs_on_after_a_ceremony(pair: list[Keygenned]) -> None:
    async def go() -> None:
        http = DirectHttp()
        two = devices(pair, http)
        await sign(two, pair, [Job(digest("tidy"), PATH)])
        assert not two[0].tasks._running
        assert not two[1].tasks._running
        assert not http.signals._waiting

    run(go())
