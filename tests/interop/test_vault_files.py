"""Vault files between us and the real SDK, both ways (relay-and-sessions §9).

The pinned SDK (0.2.0-beta.9) knows plain files and the legacy cipher only. Files of the current kind are therefore
opened by node's own crypto first, as the apps' published code does it, and what is inside goes to the SDK.
"""

import base64
import json
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from adversary.faulty_party import stream
from tandem.curve import ed25519, secp256k1
from tandem.errors import WrongPassword
from tandem.vault.backup import file_name, read_backups, write_backup
from tandem.vault.vault import Gg20Vault, Vault
from vault.files import gg20_message, legacy_file, plain_file, vault

from .drivers import BUILD, Driver, sign

SDK = BUILD / "npm/@vultisig/sdk/dist/index.node.cjs"
PROTOBUF = BUILD / "npm/@bufbuild/protobuf"
pytestmark = pytest.mark.skipif(
    not (SDK.exists() and PROTOBUF.exists()), reason="the SDK is not unpacked (build.py setup)"
)
PASSWORD = "pässword 密码"


class Refused(Exception):
    pass


class Sdk:
    """tests/interop/sdk.cjs as a process."""

    def __init__(self):
        command = ["node", str(Path(__file__).with_name("sdk.cjs")), str(BUILD / "npm")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, verb, content, **arguments):
        request = {"verb": verb, "content": content.decode() if isinstance(content, bytes) else content, **arguments}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "err" in answer:
            raise Refused(answer["err"])
        return answer["ok"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def sdk():
    running = Sdk()
    yield running
    running.close()


def require_same(held, ours):
    """What the SDK holds is our vault."""
    assert (held["name"], held["localPartyId"], tuple(held["signers"])) == (ours.name, ours.party, ours.signers)
    assert held["publicKeys"] == {"ecdsa": ours.public_key.hex(), "eddsa": ours.eddsa.public_key.hex()}
    assert held["hexChainCode"] == ours.share.chain_code.hex()
    assert (held["libType"], held["createdAt"]) == (ours.lib, 1000 * ours.created)
    shares = {curve: base64.b64decode(text) for curve, text in held["keyShares"].items()}
    assert shares == {"ecdsa": ours.share.to_bytes(), "eddsa": ours.eddsa.to_bytes()}


def vaults():
    """Ours, under names as people give them."""
    rng, found = random.Random(20), []
    for party, (threshold, size) in enumerate([(2, 2), (2, 2), (2, 3)]):
        made = vault(party, threshold=threshold, size=size)
        signers = [f"{name}\u2019s iPhone-{rng.randrange(4096):03X}" for name in made.signers]
        found.append(replace(made, name=f"Sparbüchse 🐖 {party}", signers=tuple(signers), party=signers[party]))
    return found


@pytest.mark.parametrize("ours", vaults(), ids=lambda made: made.party)
def test_our_export_reaches_the_sdk(sdk, ours):
    file = write_backup(ours, PASSWORD.encode())
    plain = sdk("decrypt", file, password=PASSWORD)
    require_same(sdk("import", plain), ours)
    assert plain.encode() == plain_file(ours.to_bytes())
    require_same(sdk("import", legacy_file(ours.to_bytes(), PASSWORD.encode()), password=PASSWORD), ours)
    assert sdk("export", plain)["filename"] == file_name(ours)


@pytest.mark.parametrize("ours", vaults(), ids=lambda made: made.party)
@pytest.mark.parametrize("password", [None, "kürzer"])
def test_the_sdks_export_reaches_us(sdk, ours, password):
    made = sdk("export", plain_file(ours.to_bytes()), newPassword=password)
    (found,) = read_backups(made["filename"], made["data"].encode())
    assert found.encrypted == (password is not None)
    read = found.open(password.encode() if password else None)
    assert read.to_bytes() == ours.to_bytes()
    if password:
        with pytest.raises(WrongPassword):
            found.open(b"kuerzer")


def test_this_sdk_does_not_know_the_current_cipher(sdk):
    """When it does, the tests above should hand files over as they are."""
    with pytest.raises(Refused):
        sdk("import", write_backup(vault(), PASSWORD.encode()), password=PASSWORD)


def test_old_vaults(sdk):
    message = gg20_message(party=1)
    made = sdk("export", plain_file(message.SerializeToString()), newPassword="old")
    read = read_backups("a", made["data"].encode())[0].open(b"old")
    assert isinstance(read, Gg20Vault) and (read.name, read.party) == ("old", "bob")
    file = sdk("decrypt", write_backup(read, b"new"), password="new")
    held = sdk("import", file)
    assert (held["libType"], held["publicKeys"]["ecdsa"]) == ("GG20", read.public_key.hex())


def test_after_a_journey_the_shares_sign_with_the_real_engine(sdk):
    """One share comes back from the SDK's export into ours, the other from our export into the real engine."""
    here, there = vault(0), vault(1)
    back = read_backups("a", sdk("export", plain_file(here.to_bytes()), newPassword="x")["data"].encode())[0].open(b"x")
    assert isinstance(back, Vault)
    held = sdk("import", sdk("decrypt", write_backup(there, b"y"), password="y"))
    ours, real = Driver("ours"), Driver("real")
    try:
        shares = {
            "ecdsa": {"ann": back.share.to_bytes().hex(), "bob": base64.b64decode(held["keyShares"]["ecdsa"]).hex()},
            "eddsa": {"ann": back.eddsa.to_bytes().hex(), "bob": base64.b64decode(held["keyShares"]["eddsa"]).hex()},
        }
        digest, path = stream("digest")(32), "m/44/60/0/0/0"
        raw = sign({"ann": ours, "bob": real}, shares["ecdsa"], digest, path)
        assert secp256k1.verify(back.share.derive(path), digest, raw[:32], raw[32:64])
        raw = sign({"ann": ours, "bob": real}, shares["eddsa"], digest, "m", curve="eddsa")
        assert ed25519.verify(back.eddsa.public_key, digest, raw)
    finally:
        ours.close()
        real.close()
