"""The real SDK as the other device, with its own relay client, over our relay (docs/interop.md)."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from interop.sdk_wallet import NEEDED, Refused, SdkWallet
from interop.test_relay_engine import PATH, digest, engine, run, sign
from tandem import ceremony
from tandem.ceremony import AnySignature, Devices, Job, KeygenInvitation, Keygenned, KeysignInvitation
from tandem.chains.reading import read_keysign
from tandem.curve import ed25519, secp256k1
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import KeysignMessage
from tandem.vault.backup import read_backups
from vault.files import legacy_file, plain_file, vault

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in NEEDED), reason="the SDK and what it needs are not unpacked (build.py setup)"
)
OURS = "extension-0011223344556677"


@contextlib.contextmanager
def sdk(folder: Path) -> Iterator[SdkWallet]:
    file = folder / "plain.vult"
    file.write_bytes(plain_file(vault().to_bytes()))
    process = SdkWallet(file)
    try:
        yield process
    finally:
        process.close()


def quiet(at: ceremony.Progress) -> None:
    pass


async def create(devices: Devices, url: str, wallet: SdkWallet) -> tuple[Keygenned, dict]:
    """The SDK hosts the making of a secure vault, and we join it by its link."""

    async def save(made: Keygenned) -> None:
        pass

    wallet.tell("create", relay=url, devices=2, name="of both")
    link = await asyncio.to_thread(wallet.answer, "link")
    invitation = ceremony.parse_link(link)
    assert isinstance(invitation, KeygenInvitation) and invitation.message.vault_name == "of both"
    made = await ceremony.join_keygen(
        devices, invitation, party=OURS, report=quiet, save=save, deadline=time.time() + 30
    )
    return made, await asyncio.to_thread(wallet.answer)


def test_it_makes_a_vault_with_us(tmp_path: Path) -> None:
    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            made, theirs = await create(devices, url, wallet)
        assert made.confirmed
        assert theirs["publicKeys"] == {
            "ecdsa": made.share.public_key.hex(),
            "eddsa": made.eddsa.public_key.hex(),
        }
        assert theirs["hexChainCode"] == made.share.chain_code.hex()
        assert tuple(theirs["signers"]) == made.signers and made.signers[1] == OURS
        (file,) = read_backups("theirs.vult", theirs["file"].encode())
        other = file.open(None)
        assert other.party == made.signers[0]

        share = tmp_path / "share"  # its share, in the real engine as the phones run it
        share.write_bytes(other.share.to_bytes())
        share.with_name("share.eddsa").write_bytes(other.eddsa.to_bytes())
        with engine(share, other.party) as phone:
            await sign(devices, url, phone, made, [Job(digest("a"), PATH), Job(b"b", curve="eddsa")], "ours")

    run(tmp_path, work)


def test_its_own_signing_is_refused_by_our_wallet(tmp_path: Path) -> None:
    """Its link says nothing of what is to be signed, and it comes under a name that is not the vault's."""

    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            _, theirs = await create(devices, url, wallet)
            wallet.tell("sign", relay=url, vault=theirs["file"], data="ab" * 32, chain="Ethereum")
            invitation = ceremony.parse_link(await asyncio.to_thread(wallet.answer, "link"))
            assert isinstance(invitation, KeysignInvitation) and invitation.payload is not None
            assert invitation.initiator not in theirs["signers"]
            with pytest.raises(WireError):
                read_keysign(invitation.payload)

    run(tmp_path, work)


@pytest.mark.parametrize("chain", ["Ethereum", "Solana"])
def test_its_own_signing_ends_in_its_own_engine(tmp_path: Path, chain: str) -> None:
    """It gives its engine an empty chain path, which that refuses: this version signs with nobody over a relay."""

    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            _, theirs = await create(devices, url, wallet)
            wallet.tell("sign", relay=url, vault=theirs["file"], data="ab" * 32, chain=chain)
            invitation = ceremony.parse_link(await asyncio.to_thread(wallet.answer, "link"))
            await devices.relay.register(
                invitation.session_id, OURS
            )  # that somebody is there is enough for it to start
            with pytest.raises(Refused, match="chain-path"):
                await asyncio.to_thread(wallet.answer)

    run(tmp_path, work)


def halves(der: bytes) -> tuple[bytes, bytes]:
    """Of a signature in ASN.1, where each number has a leading zero when it would look negative."""
    size = der[3]
    return tuple(part[-32:].rjust(32, b"\0") for part in (der[4 : 4 + size], der[6 + size :]))  # type: ignore[return-value]


@pytest.mark.parametrize(("chain", "curve", "times"), [("Ethereum", "ecdsa", 3), ("Solana", "eddsa", 1)])
def test_it_signs_with_us_where_it_takes_us_for_its_server(tmp_path: Path, chain: str, curve: str, times: int) -> None:
    """The one signing of this version that gives its engine a path: what it asks the vault server for over HTTP, our
    device then signs with it over the relay. It takes part under a name that is not the vault's here too.

    Several times: without the distance that our last message keeps (relay/exchange.py), four of five ended without a
    signature on our side.
    """
    devices_of_it = ("sdk-77aa", "Server-5678")
    theirs, ours = (replace(vault(n), signers=devices_of_it, party=devices_of_it[n]) for n in (0, 1))

    async def work(devices: Devices, url: str) -> None:
        signing: list[asyncio.Task[tuple[AnySignature, ...]]] = []

        async def asked(request: web.Request) -> web.Response:
            body = await request.json()
            assert body["is_ecdsa"] == (curve == "ecdsa")
            message = KeysignMessage(session_id=body["session"], encryption_key_hex=body["hex_encryption_key"])
            await devices.relay.register(body["session"], ours.party)
            joined = ceremony.join_keysign(
                devices,
                KeysignInvitation("", message, body["public_key"], None),
                party=ours.party,
                share=ours.share,
                eddsa=ours.eddsa,
                jobs=[
                    Job(bytes.fromhex(each), PATH, "ecdsa" if body["is_ecdsa"] else "eddsa")
                    for each in body["messages"]
                ],
                report=quiet,
                deadline=time.time() + 30,
            )
            signing.append(asyncio.create_task(joined))
            return web.json_response("task-1")

        app = web.Application()
        app.router.add_post("/sign", asked)
        runner = web.AppRunner(app)
        await runner.setup()
        with socket.create_server(("127.0.0.1", 0)) as listening, sdk(tmp_path) as wallet:
            await web.SockSite(runner, listening).start()
            server = f"http://127.0.0.1:{listening.getsockname()[1]}"
            file = legacy_file(theirs.to_bytes(), b"secret").decode()
            for number in range(times):
                wanted = digest(f"of the sdk {number}")
                order = {"relay": url, "server": server, "vault": file, "password": "secret", "chain": chain}
                wallet.tell("fast", data=wanted.hex(), **order)
                told = await asyncio.to_thread(wallet.answer)
                (made,) = await signing.pop()
                r, s = (made[:32], made[32:]) if isinstance(made, bytes) else (made.r, made.s)
                assert halves(bytes.fromhex(told["signature"])) == (r, s)  # it writes those of EdDSA so too
                if isinstance(made, bytes):
                    assert ed25519.verify(ours.eddsa.public_key, wanted, made)
                else:
                    assert secp256k1.verify(ours.share.derive(PATH), wanted, r, s)
            await runner.cleanup()

    run(tmp_path, work)
