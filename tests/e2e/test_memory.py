"""What a lock leaves in the browser's memory: nothing of the share, which the ended worker had to itself."""

import asyncio
import base64
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tools.stage import PASSWORD, Stage, part

from e2e.memory import may_read, processes, search
from tandem.hosts.cpython import SodiumKdf
from tandem.vault.sealed import open_vault
from tandem.vault.vault import Vault

STORED = """() => new Promise((done) => {
    const opening = indexedDB.open("tandem", 1);
    opening.onsuccess = () => {
        const asked = opening.result.transaction("values").objectStore("values").get("vault/0");
        asked.onsuccess = () => { opening.result.close(); done([...asked.result]); };
    };
})"""


def secrets_of(vault: Vault) -> dict[str, bytes]:
    """Bytes that nobody else has: of both curves' shares, as numbers and as the stored vault writes them."""
    raw, scalar = vault.share.to_bytes(), vault.share.share.reveal()
    at = raw.index(scalar) * 4 // 3
    return {
        "share": scalar,
        "share, as it is stored": base64.b64encode(raw)[at + 2 : at + 38],
        "seeds": vault.share.pair(1 - vault.share.party_id).sent.reveal()[:64],
        "share of EdDSA": vault.eddsa.share.reveal(),
    }


def found(stage: Stage, secrets: dict[str, bytes]) -> dict[str, dict[str, int]]:
    """By process: the browser itself, and those that run the extension's own pages."""
    counts: dict[str, dict[str, int]] = {}
    for pid, kind in processes(stage.profile).items():
        if kind == "browser" or "extension" in kind:
            seen = {name: count for name, count in search(pid, secrets).items() if count}
            counts.setdefault(kind, {}).update(seen)
    return counts


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_t48_after_a_lock_nothing_of_the_share_is_in_the_browsers_memory(stage: Stage, account: str) -> None:
    if not all(map(may_read, processes(stage.profile))):
        pytest.skip("this user may not read the browser's memory")
    page = stage.page("popup.html")
    part(page, "lock").wait_for()
    sealed = bytes(page.evaluate(STORED))
    with ThreadPoolExecutor(1) as beside:  # Playwright has an event loop in this thread
        opening = open_vault(PASSWORD.encode(), sealed, kdf=SodiumKdf())
        vault = Vault.from_bytes(beside.submit(asyncio.run, opening).result())
    secrets = secrets_of(vault)
    opened = found(stage, secrets)
    assert opened["browser"] == {} and set(opened) == {"browser", "renderer of the extension"}
    # The search finds what is there. The text that was read from the store is used once, and may be overwritten by now.
    assert set(opened["renderer of the extension"]) >= set(secrets) - {"share, as it is stored"}
    part(page, "lock").click()
    part(page, "unlock-password").wait_for()
    for _ in range(3):  # the worker's end takes a moment
        page.wait_for_timeout(1000)
        locked = found(stage, secrets)
        if not any(locked.values()):
            break
    assert locked == {"browser": {}, "renderer of the extension": {}}
    part(page, "unlock-password").fill(PASSWORD)
    part(page, "unlock").click()
    part(page, "lock").wait_for()
    page.close()
