"""The server's place in a ceremony, whoever else comes; our own code plays the server (the real engine: interop/)."""

import asyncio
import json
from dataclasses import replace

import pytest

from adversary.faulty_relay import DirectHttp, Faults, IncumbentQuirks
from ceremony.test_ceremonies import PATH, Device, check, digest, invite, run, soon
from ceremony.test_reshare import invitation as to_reshare
from tandem import ceremony
from tandem.ceremony import Held, Job, Keygenned, KeysignInvitation
from tandem.ceremony.fast import fast_keygen, fast_keysign, fast_reshare, server_party
from tandem.entropy import random_bytes
from tandem.errors import BadRequest, Banned, Bug, VaultFault
from tandem.ports import HttpRequest, HttpResponse
from tandem.proto.keygen_pb2 import KeygenMessage
from tandem.relay.fast_vault import PREFIX, ServerShare, VaultServer
from tandem.relay.pairing import KeygenInvitation

SHARE = ServerShare("Server-42", "password", "a@example.org")


class OwnServer:
    """Implements ports.Http: a server that joins by what it was posted, and by nothing else."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.made: Keygenned | None = None
        self.work: list[asyncio.Task[object]] = []
        self.parties_when_asked: tuple[str, ...] = ()

    async def send(self, request: HttpRequest) -> HttpResponse:
        if "/exist/" in request.url:
            return HttpResponse(200 if self.made else 400, {}, b"")
        body = json.loads(request.body or b"")
        session = body.get("session_id") or body["session"]
        self.parties_when_asked = await self.device.devices.relay.parties(session)
        message = KeygenMessage(session_id=session, encryption_key_hex=body["hex_encryption_key"])
        joining = self.keygen(message) if request.url.endswith("/create") else self.keysign(message, body)
        self.work.append(asyncio.ensure_future(joining))
        return HttpResponse(200, {}, b"")

    async def keygen(self, message: KeygenMessage) -> None:
        await asyncio.sleep(0.1)  # everybody else is faster
        one = self.device
        self.made = await ceremony.join_keygen(
            one.devices,
            KeygenInvitation("", message),
            party=one.name,
            report=one.progress.append,
            save=one.save,
            deadline=soon(),
        )

    async def keysign(self, message: KeygenMessage, body: dict[str, object]) -> None:
        assert self.made is not None
        one, curve = self.device, "ecdsa" if body["is_ecdsa"] else "eddsa"
        jobs = [Job(bytes.fromhex(text), str(body["derive_path"]).replace("'", ""), curve) for text in body["messages"]]  # type: ignore[arg-type,attr-defined]
        await ceremony.join_keysign(
            one.devices,
            KeysignInvitation("", message, "", None),  # type: ignore[arg-type]
            party=one.name,
            share=self.made.share,
            eddsa=self.made.eddsa,
            signers=self.made.signers,
            jobs=jobs,
            report=one.progress.append,
            deadline=soon(),
        )


async def make(host: Device, own: OwnServer, size: int, strangers: tuple[str, ...] = ()) -> Keygenned:
    invitation = ceremony.invite_keygen(vault_name="v", relay_url="http://relay")
    for name in strangers:
        await host.devices.relay.register(invitation.session_id, name)
    phones = []
    if size > 2:
        phone, joined = Device("iPhone-5C9", host.http), ceremony.parse_link(invitation.link)
        assert isinstance(joined, KeygenInvitation)
        common = {"report": phone.progress.append, "save": phone.save, "deadline": soon()}
        phones = [ceremony.join_keygen(phone.devices, joined, party=phone.name, **common)]  # type: ignore[arg-type]
    hosted = fast_keygen(
        host.devices,
        VaultServer(own, "https://server/vault"),
        invitation,
        party=host.name,
        share=SHARE,
        size=size,
        report=host.progress.append,
        save=host.save,
        deadline=soon(),
    )
    made, *_ = await asyncio.gather(hosted, *phones)
    await asyncio.gather(*own.work)
    return made


async def sign(host: Device, own: OwnServer, made: Keygenned, jobs: list[Job]) -> tuple[object, ...]:
    invitation, _ = await invite(host, made)
    found = await fast_keysign(
        host.devices,
        VaultServer(own, "https://server/vault"),
        invitation,
        party=host.name,
        share=made.share,
        eddsa=made.eddsa,
        signers=made.signers,
        jobs=jobs,
        chain="Ethereum",
        password=SHARE.password,
        report=host.progress.append,
        deadline=soon(),
    )
    await asyncio.gather(*own.work)
    await host.tasks.settle(10)
    return found


@pytest.mark.parametrize("layers", [(), (IncumbentQuirks(),), (Faults(5, drop=0.2, duplicate=0.3, reorder=0.5),)])
def test_two_of_two(layers: tuple[Faults | IncumbentQuirks, ...]) -> None:
    """Strangers on the relay do not take the server's place; we are in the session before it is asked."""

    async def go() -> None:
        host = Device("extension-1", http := DirectHttp(layers))
        own = OwnServer(Device(SHARE.party, http))
        made = await make(host, own, 2, ("stranger-1", "Server-43"))
        assert made.signers == (host.name, SHARE.party) and made.confirmed
        assert host.name in own.parties_when_asked
        for jobs in ([Job(digest("b"), PATH), Job(digest("a"), PATH)], [Job(b"long" * 99, curve="eddsa")]):
            for job, signature in zip(jobs, await sign(host, own, made, jobs), strict=True):
                check(made, job, signature)  # type: ignore[arg-type]
        requests = len(http.requests)
        for jobs in ([Job(digest("a"), PATH), Job(digest("b"), "m")], [Job(digest("a")), Job(b"b", curve="eddsa")], []):
            with pytest.raises(Bug):
                await sign(host, own, made, jobs)
        alone = Keygenned(made.share, made.eddsa, (host.name, "iPhone-5C9"), host.name)
        with pytest.raises(VaultFault):
            await sign(host, own, alone, [Job(digest("a"))])
        assert len(http.requests) == requests and len(own.work) == 3

    run(go())


def test_a_server_that_is_banned_or_known_under_another_name_is_not_asked() -> None:
    async def go() -> None:
        host = Device("extension-1", http := DirectHttp())
        own = OwnServer(Device(SHARE.party, http))
        made = await make(host, own, 2)
        await host.tasks.settle(10)
        requests = len(http.requests)
        sent, _ = to_reshare(made)
        with pytest.raises(BadRequest):
            await fast_reshare(
                host.devices,
                VaultServer(own, "https://server/vault"),
                sent,
                party=host.name,
                held=Held.of(made.vault("v", 0)),
                size=2,
                share=replace(SHARE, party="Server-43"),
                report=host.progress.append,
                save=host.save,
                deadline=soon(),
            )
        assert len(http.requests) == requests
        await host.journal.ban(made.share.final_session_id, SHARE.party)
        with pytest.raises(Banned):
            await sign(host, own, made, [Job(digest("a"), PATH)])
        assert len(own.work) == 1

    run(go())


def test_two_of_three_keeps_the_servers_place() -> None:
    async def go() -> None:
        host = Device("extension-1", http := DirectHttp())
        own = OwnServer(Device(SHARE.party, http))
        made = await make(host, own, 3)
        assert set(made.signers) == {host.name, "iPhone-5C9", SHARE.party} and made.share.threshold == 2
        job = Job(digest("a"), PATH)
        check(made, job, (await sign(host, own, made, [job]))[0])  # type: ignore[arg-type]

    run(go())


def test_the_servers_name() -> None:
    name = server_party(random_bytes)
    assert name.startswith(PREFIX) and len(name) == len(PREFIX) + 16
    ServerShare(name, "p", "a@b")
