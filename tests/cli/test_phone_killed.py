"""`tandem phone` and kill -9 at every step that it prints, of a signing and of the making of a vault: what was there is
there, nothing that was begun can be used again, and the next signing works. Real processes, a real relay.
"""

import asyncio
import json
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from cli.test_phone import Scene, ended, host, hosting, invite, phone, scene  # noqa: F401 - a fixture
from tandem import ceremony
from tandem.ceremony import Devices, Keygenned, Pace
from tandem.chains.ethereum import PATH, message
from tandem.cli.phone_vaults import PhoneVaults
from tandem.curve import secp256k1
from tandem.errors import TandemError
from tandem.hosts.cpython import FolderStore
from tandem.vault.vault import Vault
from tandem.wire import parse_json

QUICK = Pace(silence=5, linger=1, confirm=2)
AGAIN = Pace(silence=25, linger=1)  # long enough for another phone to start
SIGNING = ["show", "waiting", "joined", "running 0", "running 1", "running 2", "running 3", "running 4"]
KEYGEN = ["waiting", "joined", *(f"running {i}" for i in (0, 3, 5, 7)), "finishing", "done"]
REFUSED, UNREACHED = 4, 5


STAGES = ("show", "waiting", "joined", "running", "finishing", "done")


def place(step: str, turn: int) -> tuple[int, int]:
    return STAGES.index(step), turn


def killed_at(process: "subprocess.Popen[str]", step: str) -> None:
    """kill -9 as soon as it prints that it is so far: what comes in together is taken in together, and told once."""
    name, _, turn = step.partition(" ")
    wanted = place(name, int(turn or 0))
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line) if line.startswith("{") else {"event": ""}
        at = told.get("stage") or told["event"]
        if at in STAGES and place(at, told.get("round", 0)) >= wanted:
            break
    else:
        raise AssertionError(f"it ended before {step}")
    process.kill()
    process.communicate(timeout=10)


async def begun(folder: Path) -> set[str]:
    """The ids on its disk that are used; nobody is banned there."""
    blob = await FolderStore(folder / "phone").get("journal")
    content = parse_json(blob) if blob is not None else {"used": [], "bans": {}}
    assert isinstance(content, dict) and content["bans"] == {} and isinstance(content["used"], list)
    return {str(each) for each in content["used"]}


def signed(at: Scene, signature: bytes) -> bool:
    return secp256k1.verify(at.share.share.derive(PATH), message.digest(b"hello"), signature[:32], signature[32:64])


async def signs(devices: Devices, at: Scene) -> None:
    made = await invite(devices, at)
    process = phone(at.folder, made.link)
    signature = await host(devices, at, made)
    code, _, err = await asyncio.to_thread(ended, process)
    assert code == 0, err
    assert signed(at, signature)


async def signing_dies(devices: Devices, at: Scene, step: str) -> None:
    before, made = await begun(at.folder), await invite(devices, at)
    process = phone(at.folder, made.link)
    pace = QUICK if step.startswith("running") else AGAIN
    hosted = asyncio.create_task(host(replace(devices, pace=pace), at, made, wait=40))
    await asyncio.to_thread(killed_at, process, step)
    used = await begun(at.folder) - before
    # On the disk before its first message and no sooner; a kill comes a moment after the line.
    assert step == "joined" or len(used) == step.startswith("running"), (step, used)
    # The same link once more, while the other device still waits: a session that was begun is not begun again.
    code, events, _ = await asyncio.to_thread(
        ended, phone(at.folder, made.link, "--wait", "20" if pace is AGAIN else "3")
    )
    (end,) = await asyncio.gather(hosted, return_exceptions=True)
    if used:
        assert code in (REFUSED, UNREACHED), (step, events)
        # By the moment of the kill all may have been sent, and the other device has its signature.
        assert isinstance(end, TandemError) or signed(at, end), (step, end)
    else:
        assert code == 0 and isinstance(end, bytes), (step, events, end)
    await signs(devices, at)


async def keygen_dies(devices: Devices, at: Scene, step: str) -> None:
    saved: list[Keygenned] = []

    async def save(made: Keygenned) -> None:
        saved.append(made)

    invitation = ceremony.invite_keygen(vault_name="Second", relay_url=at.url)
    process = phone(at.folder, invitation.link, "--name", "phone-78")
    work = ceremony.host_keygen(
        replace(devices, pace=QUICK),
        invitation,
        party="extension-1",
        size=2,
        threshold=2,
        report=lambda _: None,
        save=save,
        deadline=time.time() + (3 if step == "waiting" else 30),
    )
    hosted = asyncio.create_task(work)
    await asyncio.to_thread(killed_at, process, step)
    (end,) = await asyncio.gather(hosted, return_exceptions=True)
    assert isinstance(end, Keygenned | TandemError), end
    vaults = PhoneVaults(FolderStore(at.folder / "phone"))
    listed = await vaults.listed()
    whole = [await vaults.open(key, b"correct horse") for key in listed]
    assert listed[0] == at.share.share.public_key.hex() and len(listed) <= 2
    assert await begun(at.folder) >= await begun(at.folder.parent)
    if isinstance(end, Keygenned) and end.confirmed:
        assert len(listed) == 2, "the other one believes what is not on the disk"
    for vault in whole[1:]:
        assert isinstance(vault, Vault)
        (theirs,) = saved
        assert vault.share.public_key == theirs.share.public_key
        await signs(devices, replace(at, share=theirs))
    await signs(devices, at)


def all_at_once(scene: Scene, tmp_path: Path, dies, steps: list[str]) -> None:  # noqa: F811
    """Each step on a copy of the phone's folder, some beside one another: they wait more than they compute."""
    shutil.copytree(scene.folder / "phone", tmp_path / "phone")

    async def work(devices: Devices) -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))  # a thread for each that is read
        scenes = []
        for number, _ in enumerate(steps):
            copy = Path(shutil.copytree(scene.folder, tmp_path / f"{number}"))
            scenes.append(replace(scene, folder=copy))
        room = asyncio.Semaphore(5)

        async def one(at: Scene, step: str) -> None:
            async with room:
                await dies(devices, at, step)

        together = [one(at, step) for at, step in zip(scenes, steps, strict=True)]
        failed = [each for each in await asyncio.gather(*together, return_exceptions=True) if each is not None]
        assert not failed, failed

    hosting(scene.url, tmp_path, work)


def test_t28_killed_at_every_step_of_a_signing(scene: Scene, tmp_path: Path) -> None:  # noqa: F811
    all_at_once(scene, tmp_path, signing_dies, SIGNING)


def test_t28_killed_at_every_step_of_a_keygen(scene: Scene, tmp_path: Path) -> None:  # noqa: F811
    all_at_once(scene, tmp_path, keygen_dies, KEYGEN)
