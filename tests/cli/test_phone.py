"""`tandem phone` as a real process against a host in this one, over a real relay process: every exit code."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import segno

from tandem import ceremony
from tandem.ceremony import Devices, Job, Keygenned, KeysignInvitation, Pace
from tandem.chains.ethereum import PATH, message
from tandem.chains.ethereum.payload import message_payload
from tandem.chains.reading import own_account
from tandem.chains.solana import tx
from tandem.chains.solana.networks import BY_CHAIN
from tandem.chains.solana.payload import message_payload as solana_message
from tandem.chains.solana.payload import transactions_payload
from tandem.chains.solana.programs import system
from tandem.chains.solana.send import Call, compiled
from tandem.curve import ed25519, secp256k1
from tandem.entropy import random_bytes
from tandem.errors import CosignerDeclined, CosignerTimeout
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.relay.client import RelayClient
from tandem.relay.pairing import keysign_link
from tandem.vault.journal import Journal

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "tandem", "phone")
ORIGIN = "https://dapp.example"
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "py"), "PYTHONUTF8": "1"}


@dataclass
class Scene:
    """A relay, a phone's folder with a share in it, and the host's share of the same vault."""

    url: str
    folder: Path
    share: Keygenned

    @property
    def password(self) -> Path:
        return self.folder / "password"


@contextlib.contextmanager
def running_relay() -> Iterator[str]:
    command = [sys.executable, "-m", "tandem", "relay", "--port", "0", "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENV)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["relay"]
    finally:
        process.terminate()
        process.communicate(timeout=10)


def phone(
    folder: Path, *arguments: str, answer: str | None = "--yes", typed: str | None = None
) -> "subprocess.Popen[str]":
    command = [*COMMAND, "--json", "--data", str(folder / "phone"), "--wait", "15"]
    if "--password-file" not in arguments:
        command += ["--password-file", str(folder / "password")]
    process = subprocess.Popen(
        [*command, *([answer] if answer else []), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENV,
    )
    if typed is not None and process.stdin is not None:
        process.stdin.write(typed)
        process.stdin.flush()
    return process


def ended(process: "subprocess.Popen[str]") -> tuple[int, list[dict[str, object]], str]:
    out, err = process.communicate(timeout=40)
    return process.returncode, [json.loads(line) for line in out.splitlines() if line.startswith("{")], err


def hosting(url: str, folder: Path, work: Callable[[Devices], Awaitable[None]]) -> None:
    async def go() -> None:
        clock, tasks = SystemClock(), AsyncioTasks()
        async with CpythonHttp() as http:
            journal = Journal(FolderStore(folder / "host"))
            await work(Devices(RelayClient(http, url, clock), clock, tasks, random_bytes, journal))
            await tasks.settle(15)

    asyncio.run(go())


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("phone")
    (folder / "password").write_text("correct horse\n")
    made: list[Keygenned] = []
    with running_relay() as url:
        invitation = ceremony.invite_keygen(vault_name="Holiday\n\x1b[31mfund", relay_url=url)
        process = phone(folder, invitation.link, "--name", "phone-77")

        async def save(share: Keygenned) -> None:
            made.append(share)

        async def work(devices: Devices) -> None:
            await ceremony.host_keygen(
                devices,
                invitation,
                party="extension-1",
                size=2,
                threshold=2,
                report=lambda at: None,
                save=save,
                deadline=time.time() + 20,
            )

        hosting(url, folder, work)
        code, events, _ = ended(process)
        assert code == 0
        assert [event["event"] for event in events][-1] == "done"
        assert events[-1]["vault"] == made[0].share.public_key.hex()
        assert (events[-1]["party"], events[-1]["confirmed"]) == ("phone-77", True)
        yield Scene(url, folder, made[0])


async def invite(devices: Devices, scene: Scene, payload: object = None) -> KeysignInvitation:
    key = scene.share.share.public_key
    if payload is None:
        payload = message_payload(b"hello", vault_public_key=key, party="extension-1", origin=ORIGIN)
    assert isinstance(payload, (CustomMessagePayload, KeysignPayload))
    return await ceremony.invite_keysign(devices, payload=payload, vault_public_key=key.hex(), party="extension-1")


async def host(
    devices: Devices, scene: Scene, made: KeysignInvitation, text: bytes = b"hello", wait: float = 15
) -> bytes:
    found = await ceremony.host_keysign(
        devices,
        made,
        party="extension-1",
        share=scene.share.share,
        signers=scene.share.signers,
        jobs=[Job(message.digest(text), PATH)],
        report=lambda at: None,
        deadline=time.time() + wait,
    )
    return found[0].to_bytes()


def test_share_on_disk_is_sealed_and_for_its_owner_only(scene: Scene) -> None:
    files = list((scene.folder / "phone").iterdir())
    assert files
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert b"phone-77" not in file.read_bytes()


@pytest.mark.parametrize("way", ["argument", "picture", "stdin"])
def test_signs_after_a_yes_whichever_way_the_link_comes(scene: Scene, way: str, tmp_path: Path) -> None:
    signatures: list[bytes] = []

    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        if way == "argument":
            process = phone(scene.folder, made.link)
        elif way == "picture":
            picture = tmp_path / "qr.png"
            segno.make(made.link).save(str(picture), scale=4, border=4)
            process = phone(scene.folder, "--qr", str(picture))
        else:
            process = phone(scene.folder, "--stdin", typed=made.link + "\n")
        signatures.append(await host(devices, scene, made))
        code, events, _ = await asyncio.to_thread(ended, process)
        assert code == 0
        assert events[-1] == {"event": "done", "signatures": [signatures[0].hex()]}
        shown = next(event for event in events if event["event"] == "show")
        for line in (["Message", "hello"], ["Asked by", ORIGIN], ["Chain", "any EVM network"]):
            assert line in shown["lines"]  # type: ignore[operator]
        assert max(event.get("round", 0) for event in events) == 4  # type: ignore[type-var]

    hosting(scene.url, scene.folder, work)
    raw = signatures[0]
    assert secp256k1.verify(scene.share.share.derive(PATH), message.digest(b"hello"), raw[:32], raw[32:64])


def test_stays_alive_for_many_links_and_reports_the_last_failure(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        process = phone(scene.folder, "--stdin")
        assert process.stdin is not None
        for link in ("nonsense", ""):
            process.stdin.write(link + "\n")
        for number in range(3):
            text = f"number {number}".encode()
            key = scene.share.share.public_key
            payload = message_payload(text, vault_public_key=key, party="extension-1", origin=ORIGIN)
            made = await invite(devices, scene, payload)
            process.stdin.write(made.link + "\n")
            process.stdin.flush()
            await host(devices, scene, made, text)
        code, events, _ = await asyncio.to_thread(ended, process)
        assert code == 2
        names = [event["event"] for event in events]
        assert names[:2] == ["ready", "failed"]
        assert names.count("done") == 3

    hosting(scene.url, scene.folder, work)


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_a_no_reaches_the_host_and_is_exit_code_3(scene: Scene, typed: str) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link, answer=None, typed=typed)
        finished = asyncio.create_task(asyncio.to_thread(ended, process))
        with pytest.raises(CosignerDeclined):
            await host(devices, scene, made)
        code, events, _ = await finished
        assert (code, events[-1]) == (3, {"event": "declined"})

    hosting(scene.url, scene.folder, work)


def test_decline_option(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link, answer="--decline")
        with pytest.raises(CosignerDeclined):
            await host(devices, scene, made)
        assert (await asyncio.to_thread(ended, process))[0] == 3

    hosting(scene.url, scene.folder, work)


def test_setup_over_another_digest_than_shown_is_refused_with_4(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link)
        # the host shows "hello" and wants something else signed in that very session
        from tandem.mpc.setup import build_sign
        from tandem.relay.envelope import message_id, seal

        text = build_sign(scene.share.share.key_id, PATH, message.digest(b"evil"), list(scene.share.signers))
        sealed = seal(made.key, text)
        await devices.relay.upload_setup(made.session_id, sealed, message_id(message.digest(b"hello")))
        code, events, _ = await asyncio.to_thread(ended, process)
        assert (code, events[-1]["reason"]) == (4, "setup_refused")

    hosting(scene.url, scene.folder, work)


def test_payload_that_is_not_understood_is_refused_with_4(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        payload = KeysignPayload(to_address="nowhere")
        payload.coin.chain = "Solana"
        made = await invite(devices, scene, payload)
        code, events, _ = await asyncio.to_thread(ended, phone(scene.folder, made.link))
        assert (code, events[-1]["reason"]) == (4, "setup_refused")

    hosting(scene.url, scene.folder, work)


def solana_account(scene: Scene) -> bytes:
    return scene.share.eddsa.public_key


def solana_transfer(payer: bytes, recipient: int, amount: int) -> tx.Transaction:
    ends = (payer, bytes([recipient]) * 32)
    call = Call(system.PROGRAM, ends, frozenset(ends), system.transfer(amount))
    return tx.unsigned(compiled(payer, (call,), bytes(32)))


def solana_payload(scene: Scene, *transactions: tx.Transaction, account: bytes | None = None) -> KeysignPayload:
    return transactions_payload(
        transactions,
        network=BY_CHAIN["solana:localnet"],
        account=account or solana_account(scene),
        vault_public_key=scene.share.share.public_key,
        party="extension-1",
        origin=ORIGIN,
        broadcast=False,
    )


async def host_eddsa(devices: Devices, scene: Scene, made: KeysignInvitation, *contents: bytes) -> tuple:
    return await ceremony.host_keysign(
        devices,
        made,
        party="extension-1",
        share=scene.share.share,
        eddsa=scene.share.eddsa,
        signers=scene.share.signers,
        jobs=[Job(content, "m", "eddsa") for content in contents],
        report=lambda at: None,
        deadline=time.time() + 15,
    )


def test_signs_solana_transactions_showing_each(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        both = [solana_transfer(solana_account(scene), *each) for each in ((7, 1_500_000_000), (8, 1))]
        made = await invite(devices, scene, solana_payload(scene, *both))
        process = phone(scene.folder, made.link)
        contents = [tx.signed_bytes(each) for each in both]
        signatures = await host_eddsa(devices, scene, made, *contents)
        code, events, _ = await asyncio.to_thread(ended, process)
        assert code == 0
        for content, signature in zip(contents, signatures, strict=True):
            assert ed25519.verify(solana_account(scene), content, signature)
        assert events[-1] == {"event": "done", "signatures": [each.hex() for each in signatures]}
        lines = next(event for event in events if event["event"] == "show")["lines"]
        account = own_account("solana", solana_account(scene))
        for line in (
            ["Transaction", "1 of 2"],
            ["Send", "1.5 SOL"],
            ["Transaction", "2 of 2"],
            ["Send", "0.000000001 SOL"],
            ["Chain", "Local Solana"],
            ["Account", account],
            ["Asked by", ORIGIN],
        ):
            assert line in lines  # type: ignore[operator]

    hosting(scene.url, scene.folder, work)


def test_signs_a_solana_message(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        key = scene.share.share.public_key
        payload = solana_message(b"hello", vault_public_key=key, party="extension-1", origin=ORIGIN)
        made = await invite(devices, scene, payload)
        process = phone(scene.folder, made.link)
        (signature,) = await host_eddsa(devices, scene, made, b"hello")
        code, _, _ = await asyncio.to_thread(ended, process)
        assert code == 0 and ed25519.verify(solana_account(scene), b"hello", signature)

    hosting(scene.url, scene.folder, work)


@pytest.mark.parametrize("who", ["another account", "a message that is a transaction", "not a signer"])
def test_solana_payloads_that_lie_are_refused_with_4(scene: Scene, who: str) -> None:
    async def work(devices: Devices) -> None:
        other = bytes.fromhex("58" + "66" * 31)
        mine = solana_transfer(solana_account(scene), 7, 1)
        if who == "another account":
            payload: object = solana_payload(scene, solana_transfer(other, 7, 1), account=other)
        elif who == "not a signer":
            payload = solana_payload(scene, solana_transfer(other, 7, 1))
        else:
            payload = CustomMessagePayload(
                method="sign_message",
                message="0x" + tx.signed_bytes(mine).hex(),
                vault_public_key_ecdsa=scene.share.share.public_key.hex(),
                chain="Solana",
            )
        made = await invite(devices, scene, payload)
        code, events, _ = await asyncio.to_thread(ended, phone(scene.folder, made.link))
        assert (code, events[-1]["reason"]) == (4, "setup_refused")

    hosting(scene.url, scene.folder, work)


def test_link_from_a_device_with_the_same_share_is_refused_with_4(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        key = scene.share.share.public_key
        payload = message_payload(b"hello", vault_public_key=key, party="x", origin=ORIGIN)
        made = await ceremony.invite_keysign(devices, payload=payload, vault_public_key=key.hex(), party="phone-77")
        code, _, _ = await asyncio.to_thread(ended, phone(scene.folder, made.link))
        assert code == 4

    hosting(scene.url, scene.folder, work)


@pytest.mark.parametrize(
    "link", ["", "https://example.org", "https://vultisig.com?type=NewVault&tssType=Keygen&jsonData=AAAA"]
)
def test_bad_link_is_2(scene: Scene, link: str) -> None:
    assert ended(phone(scene.folder, link))[0] == 2


def test_vault_that_is_not_on_this_phone_is_2(scene: Scene) -> None:
    message_ = KeysignMessage(session_id="a-b", encryption_key_hex="11" * 32)
    message_.custom_message_payload.message = "0x00"
    assert ended(phone(scene.folder, keysign_link("02" + "ab" * 32, message_, relay_url=scene.url)))[0] == 2


def test_relay_that_is_no_web_address_is_2(scene: Scene) -> None:
    code, events, _ = ended(
        phone(scene.folder, ceremony.invite_keygen(vault_name="v", relay_url="ftp://127.0.0.1").link)
    )
    assert code == 2 and "no web address" in str(events[-1]["detail"])


def test_picture_without_a_code_is_2(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"no picture")
    assert ended(phone(scene.folder, "--qr", str(tmp_path / "x.png")))[0] == 2


def test_host_that_never_starts_is_5(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        code, events, _ = await asyncio.to_thread(ended, phone(scene.folder, made.link, "--wait", "0.5"))
        assert (code, events[-1]["reason"]) == (5, "phone_timeout")

    hosting(scene.url, scene.folder, work)


def test_relay_that_is_not_there_is_5(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        code, events, _ = await asyncio.to_thread(
            ended, phone(scene.folder, made.link, "--relay", "http://127.0.0.1:1", "--wait", "3")
        )
        assert (code, events[-1]["reason"]) == (5, "relay_unreachable")

    hosting(scene.url, scene.folder, work)


def test_wrong_password_is_7_and_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in (scene.folder / "phone").iterdir()}
    (tmp_path / "wrong").write_text("wrong")

    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link, "--password-file", str(tmp_path / "wrong"))
        code, events, _ = await asyncio.to_thread(ended, process)
        assert (code, events[-1]["reason"]) == (7, "wrong_password")

    hosting(scene.url, scene.folder, work)
    assert {file.name: file.read_bytes() for file in (scene.folder / "phone").iterdir()} == before


def test_banned_host_is_6(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        journal = Journal(FolderStore(scene.folder / "phone"))
        made = await invite(devices, scene)
        saved = {file: file.read_bytes() for file in (scene.folder / "phone").glob("journal*")}
        await journal.ban(scene.share.share.final_session_id, "extension-1")
        process = phone(scene.folder, made.link)
        impatient = replace(devices, pace=Pace(silence=2))
        with pytest.raises(CosignerTimeout):
            await host(impatient, scene, made)
        code, events, _ = await asyncio.to_thread(ended, process)
        assert (code, events[-1]["reason"]) == (6, "banned")
        for file, data in saved.items():
            file.write_bytes(data)

    hosting(scene.url, scene.folder, work)


def test_terminal_output_shows_control_characters_of_others_as_text(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link, answer="--decline")
        process.communicate(timeout=30)
        plain = subprocess.run(
            [*COMMAND, "--decline", "--data", scene.folder / "phone", "--password-file", scene.password, made.link],
            capture_output=True,
            text=True,
            env=ENV,
            timeout=30,
        )
        assert "\x1b" not in plain.stdout
        assert "Holiday\\u000a\\u001b[31mfund" in plain.stdout

    hosting(scene.url, scene.folder, work)


def test_t48_no_secret_in_any_output(scene: Scene) -> None:
    async def work(devices: Devices) -> None:
        made = await invite(devices, scene)
        process = phone(scene.folder, made.link)
        await host(devices, scene, made)
        out, err = await asyncio.to_thread(process.communicate, timeout=30)
        assert made.message.encryption_key_hex not in out + err
        assert "correct horse" not in out + err

    hosting(scene.url, scene.folder, work)
