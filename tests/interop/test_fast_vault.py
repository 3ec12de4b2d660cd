"""A fast vault made and used with a vault server whose party is the real engine, over our relay."""

import asyncio
import base64
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from interop.drivers import ENGINE
from interop.engine_phone import EnginePhone
from interop.fast_server import CODE, FastServer, answers
from interop.test_relay_engine import digest
from tandem import ceremony
from tandem.ceremony import Devices, Held, Job, Keygenned, Pace
from tandem.ceremony.fast import fast_keygen, fast_keysign, fast_reshare, server_party
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.errors import (
    BadRequest,
    Banned,
    CosignerTimeout,
    ServiceFault,
    TandemError,
    TooMany,
    VaultFault,
    WrongPassword,
)
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.hosts.relay_http import RelayHttp
from tandem.mpc.dkls.sign import Signature
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.relay.client import RelayClient
from tandem.relay.fast_vault import ServerShare, VaultServer
from tandem.vault.backup import read_backups
from tandem.vault.journal import Journal
from tandem.vault.vault import Vault

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not in build/npm")

OURS = "extension-0011223344556677"
PASSWORD = "a server's pässword 🔑"
EMAIL = "person@example.org"
PATH = "m/44/60/0/0/0"


class World:
    """Our device, the relay, and the server, each on a socket of its own."""

    def __init__(self, devices: Devices, server: FastServer, client: VaultServer, http: CpythonHttp) -> None:
        self.devices, self.server, self.client, self.http = devices, server, client, http
        self.share = ServerShare(server_party(random_bytes), PASSWORD, EMAIL)

    async def make(self, size: int = 2, phones: tuple[EnginePhone, ...] = ()) -> Keygenned:
        relay = self.devices.relay.base_url
        invitation = ceremony.invite_keygen(vault_name="fast", relay_url=relay)
        for phone in phones:
            phone.keygen(invitation, relay)
        saved: list[Keygenned] = []

        async def save(made: Keygenned) -> None:
            saved.append(made)

        made = await fast_keygen(
            self.devices,
            self.client,
            invitation,
            party=OURS,
            share=self.share,
            size=size,
            report=lambda at: None,
            save=save,
            deadline=time.time() + 30,
        )
        assert [one.share for one in saved] == [made.share]
        return made

    async def sign(
        self, made: Keygenned, jobs: list[Job], password: str = PASSWORD, chain: str = "Ethereum"
    ) -> tuple[Signature | bytes, ...]:
        invitation = await ceremony.invite_keysign(
            self.devices,
            payload=CustomMessagePayload(method="personal_sign", message="0x00"),
            vault_public_key=made.share.public_key.hex(),
            party=OURS,
        )
        return await fast_keysign(
            self.devices,
            self.client,
            invitation,
            party=OURS,
            share=made.share,
            eddsa=made.eddsa,
            signers=made.signers,
            jobs=jobs,
            chain=chain,
            password=password,
            report=lambda at: None,
            deadline=time.time() + 20,
        )


def run(folder: Path, work: Callable[[World], Awaitable[None]]) -> None:
    async def go() -> None:
        relay = RelayHttp()
        url = await relay.start("127.0.0.1", 0)
        server = FastServer(folder, url)
        address = await server.start()
        clock, tasks = SystemClock(), AsyncioTasks()
        try:
            async with CpythonHttp() as http:
                journal = Journal(FolderStore(folder / "journal"))
                devices = Devices(
                    RelayClient(http, url, clock), clock, tasks, random_bytes, journal, Pace(linger=1, people=0.2)
                )
                await work(World(devices, server, VaultServer(http, address, timeout=5), http))
                await tasks.settle(30)
        finally:
            await server.stop()
            await relay.stop()

    asyncio.run(go())


def check(made: Keygenned, job: Job, signature: Signature | bytes) -> None:
    if isinstance(signature, bytes):
        assert ed25519.verify(made.eddsa.public_key, job.digest, signature)
    else:
        assert secp256k1.verify(made.share.derive(job.path), job.digest, signature.r, signature.s)


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def silent(error: BaseException, *secrets: str) -> None:
    """Nothing that a log could be given of this error holds one of the secrets."""
    told = "".join(traceback.format_exception(error))
    told += "".join(f"{one!r} {one.args!r} {vars(one)!r}" for one in chain_of(error))
    for secret in secrets:
        assert secret not in told
        assert base64.b64encode(secret.encode()).decode() not in told


def test_a_fast_vault_is_made_and_signs_with_both_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def work(world: World) -> None:
        made = await world.make()
        assert made.confirmed and made.signers == (OURS, world.share.party)
        key = made.share.public_key.hex()
        name, body = world.server.bodies[0]
        assert name == "create"
        assert {field for field in body if field not in ("session_id", "hex_encryption_key", "hex_chain_code")} == {
            *("name", "local_party_id", "encryption_password", "email", "lib_type")
        }
        assert body["lib_type"] == 1 and body["encryption_password"] == PASSWORD

        found = await world.client.read(key, PASSWORD)
        assert (found.name, found.party, found.public_key) == ("fast", world.share.party, made.share.public_key)
        assert (found.eddsa_public_key, found.chain_code) == (made.eddsa.public_key, made.share.chain_code)
        assert await world.client.verify(key, CODE)
        assert not await world.client.verify(key, "0000")
        mail = world.server.mails[0]
        theirs = read_backups("share.vult", mail.file)[0].open(PASSWORD.encode())
        assert mail.to == EMAIL and isinstance(theirs, Vault) and theirs.share.public_key == made.share.public_key

        jobs = [Job(digest("b"), PATH), Job(digest("a"), PATH)]
        for job, signature in zip(jobs, await world.sign(made, jobs), strict=True):
            check(made, job, signature)
        assert world.server.bodies[-1][1]["derive_path"] == "m/44'/60'/0'/0/0"
        assert world.server.bodies[-1][1]["messages"] == sorted(job.digest.hex() for job in jobs)
        long = Job(b"a transaction of Solana " * 40, curve="eddsa")
        check(made, long, (await world.sign(made, [long], chain="Solana"))[0])
        await world.server.settle()
        assert [job["event"] for job in world.server.jobs] == ["done"] * 3

    caplog.set_level(logging.DEBUG)
    run(tmp_path, work)
    assert PASSWORD not in caplog.text and base64.b64encode(PASSWORD.encode()).decode() not in caplog.text
    kept = b"".join(path.read_bytes() for path in (tmp_path / "journal").rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept


def test_a_wrong_password_is_told_from_trouble_and_costs_only_the_session(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        made = await world.make()
        key, job = made.share.public_key.hex(), Job(digest("x"), PATH)
        for wrong in ("not the password", PASSWORD[:-1], PASSWORD.upper()):
            start = time.perf_counter()
            with pytest.raises(WrongPassword) as caught:
                await world.sign(made, [job], wrong)
            silent(caught.value, wrong)
            assert time.perf_counter() - start < 5  # nobody was waited for
            with pytest.raises(WrongPassword) as caught:
                await world.client.read(key, wrong)
            silent(caught.value, wrong)
        check(made, job, (await world.sign(made, [job]))[0])

        await world.client.resend(key, world.share)
        assert len(world.server.mails) == 2
        with pytest.raises(TooMany):
            await world.client.resend(key, world.share)

        with answers(world.server, "sign", 500), pytest.raises(ServiceFault):
            await world.sign(made, [job])  # the password is right: it is the server's trouble
        world.server.files.clear()
        for wrong in (world.sign(made, [job]), world.client.read(key, PASSWORD)):
            with pytest.raises(VaultFault, match="no share"):
                await wrong
        assert not await world.client.exists(key)

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (200, b"<html>maintenance</html>", 0),
        (200, b"[" * 50_000, 0),
        (200, b"\xff" * 5_000_000, 0),
        (200, b'{"name":1}', 0),
        (502, b"bad gateway", 0),
        (301, b"", 0),
        (200, b"", 2),
    ],
)
def test_answers_that_are_no_servers(tmp_path: Path, status: int, body: bytes, seconds: float) -> None:
    async def work(world: World) -> None:
        key = "02" + "ab" * 32
        world.client = VaultServer(world.http, world.client.base_url, timeout=1.5)
        with answers(world.server, "", status, body, seconds):
            with pytest.raises(ServiceFault) as caught:
                await world.client.read(key, PASSWORD)
            silent(caught.value, PASSWORD)
            if status != 200 or seconds or len(body) > 100_000:
                with pytest.raises(ServiceFault) as caught:
                    await world.make()
                silent(caught.value, PASSWORD, EMAIL)

    run(tmp_path, work)


def test_a_server_that_is_down_or_speaks_no_http(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"\x16\x03 what is this\r\n\r\n" * 3)
            writer.close()

        noise = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = noise.sockets[0].getsockname()[1]
        for _ in range(2):
            client = VaultServer(world.http, f"http://127.0.0.1:{port}/vault")
            for call in (client.read("02" + "ab" * 32, PASSWORD), client.exists("02" + "ab" * 32)):
                with pytest.raises(ServiceFault) as caught:
                    await call
                silent(caught.value, PASSWORD)
            noise.close()
            await noise.wait_closed()  # the second time nobody listens

    run(tmp_path, work)


def test_a_server_that_accepts_and_does_not_come(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        invitation = ceremony.invite_keygen(vault_name="fast", relay_url=world.devices.relay.base_url)

        async def save(made: Keygenned) -> None:
            raise AssertionError("nothing was made")

        with answers(world.server, "create", 200), pytest.raises(CosignerTimeout):
            await fast_keygen(
                world.devices,
                world.client,
                invitation,
                party=OURS,
                share=world.share,
                report=lambda at: None,
                save=save,
                deadline=time.time() + 1,
            )

    run(tmp_path, work)


def test_a_server_whose_share_is_never_stored_is_not_confirmed(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        with answers(world.server, "exist", 503):
            made = await world.make()
        assert not made.confirmed
        with pytest.raises(TandemError):
            await world.sign(made, [Job(digest("one"), PATH), Job(b"two", curve="eddsa")])  # one curve at a time
        await world.devices.journal.ban(made.share.final_session_id, world.share.party)
        with pytest.raises(Banned):
            await world.sign(made, [Job(digest("one"), PATH)])
        assert [name for name, _ in world.server.bodies] == ["create"]  # it was not even asked

    run(tmp_path, work)


@pytest.mark.slow
def test_two_of_three_with_a_phone_and_the_server(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        phone = await asyncio.to_thread(EnginePhone, tmp_path / "phone", "iPhone-5C9")
        try:
            made = await world.make(3, (phone,))
            answer = await asyncio.to_thread(phone.answer)
            assert answer["event"] == "done" and answer["public_key"] == made.share.public_key.hex()
        finally:
            await asyncio.to_thread(phone.close)
        assert made.share.threshold == 2 and set(made.signers) == {OURS, "iPhone-5C9", world.share.party}
        job = Job(digest("server and we"), PATH)
        check(made, job, (await world.sign(made, [job]))[0])

    run(tmp_path, work)


@pytest.mark.slow
def test_the_server_takes_part_in_a_reshare_and_signs_after(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        made = await world.make()

        async def save(_: Keygenned) -> None:
            pass

        async def pass_on(held: Keygenned, share: ServerShare, size: int) -> Keygenned:
            invitation = ceremony.invite_reshare(
                vault_name="fast",
                public_key=held.share.public_key,
                chain_code=held.share.chain_code,
                signers=held.signers,
                relay_url=world.devices.relay.base_url,
            )
            return await fast_reshare(
                world.devices,
                world.client,
                invitation,
                party=OURS,
                held=Held(held.share, held.eddsa, held.signers),
                size=size,
                share=share,
                report=lambda at: None,
                save=save,
                deadline=time.time() + 30,
            )

        again = await pass_on(made, world.share, 2)
        assert again.confirmed and again.share.public_key == made.share.public_key
        assert again.share.final_session_id != made.share.final_session_id
        await world.server.settle()
        job = Job(digest("after"), PATH)
        check(again, job, (await world.sign(again, [job]))[0])
        with pytest.raises(BadRequest):
            await pass_on(again, ServerShare("Server-other", PASSWORD, EMAIL), 2)

    run(tmp_path, work)
