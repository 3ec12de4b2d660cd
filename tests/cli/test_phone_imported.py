"""A vault from a seed phrase comes to the phone as a file, and signs with the keys of its chains."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from cli.test_phone import ENV, ORIGIN, Scene, ended, hosting, phone, running_relay
from tandem import ceremony
from tandem.ceremony import Job
from tandem.chains.ethereum import message
from tandem.chains.ethereum.payload import message_payload
from tandem.chains.reading import own_account
from tandem.chains.solana.payload import message_payload as solana_message
from tandem.curve import ed25519, secp256k1
from tandem.vault.backup import write_backup
from vault.files import imported, other_key


def bring(folder, made):
    """`tandem vault import` of a file with this vault."""
    (folder / "password").write_text("correct horse\n")
    (folder / "brought.vult").write_bytes(write_backup(made, b"correct horse"))
    passwords = [f"--{whose}password-file={folder / 'password'}" for whose in ("", "phone-")]
    command = [sys.executable, "-m", "tandem", "vault", "import", str(folder / "brought.vult"), *passwords]
    subprocess.run([*command, "--data", str(folder / "phone")], env=ENV, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phone")
    bring(folder, imported(1))
    with running_relay() as url:
        yield Scene(url, folder, imported(0))


@pytest.mark.parametrize("chain", ["Ethereum", "Solana"])
def test_signs_with_the_key_of_the_chain(scene, chain):
    ours = imported(0)
    make, curve = (message_payload, "ecdsa") if chain == "Ethereum" else (solana_message, "eddsa")
    payload = make(b"hello", vault_public_key=ours.public_key, party=ours.party, origin=ORIGIN)
    key = ours.signing_key(chain, "m/44/60/0/0/0", curve)
    digest = message.digest(b"hello") if chain == "Ethereum" else b"hello"

    async def work(devices):
        made = await ceremony.invite_keysign(
            devices, payload=payload, vault_public_key=ours.public_key.hex(), party=ours.party
        )
        process = phone(scene.folder, made.link)
        (signature,) = await ceremony.host_keysign(
            devices,
            made,
            party=ours.party,
            share=key.share,
            eddsa=key.eddsa,
            signers=ours.signers,
            jobs=[Job(digest, key.path, curve)],
            report=lambda at: None,
            deadline=time.time() + 15,
        )
        code, events, _ = await asyncio.to_thread(ended, process)
        assert code == 0
        shown = dict(next(event for event in events if event["event"] == "show")["lines"])
        assert shown["Account"] == own_account("eip155" if curve == "ecdsa" else "solana", key.public_key)
        if curve == "ecdsa":
            raw = signature.to_bytes()
            assert secp256k1.verify(other_key("evm")[0].public_key, digest, raw[:32], raw[32:64])
        else:
            assert ed25519.verify(key.public_key, digest, signature)

    hosting(scene.url, scene.folder, work)


def test_a_chain_without_a_key_is_refused_with_4(tmp_path):
    """Not signed with the root key, whose accounts nobody uses."""
    made = imported(1)
    bring(tmp_path, replace(made, chain_keys=made.chain_keys[:1]))

    async def work(devices):
        payload = message_payload(b"hello", vault_public_key=made.public_key, party="ann", origin=ORIGIN)
        link = await ceremony.invite_keysign(
            devices, payload=payload, vault_public_key=made.public_key.hex(), party="ann"
        )
        code, events, _ = await asyncio.to_thread(ended, phone(tmp_path, link.link))
        assert (code, events[-1]["reason"]) == (4, "setup_refused")
        assert "without a key for Ethereum" in events[-1]["detail"]

    with running_relay() as url:
        hosting(url, tmp_path, work)
