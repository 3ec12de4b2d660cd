"""`tandem vault reassemble` as a real process: the keys are the vault's, and none comes out without the clear word."""

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from cli.test_phone import ENV
from mpc.committee import key
from tandem.chains.reading import own_account
from tandem.chains.solana import base58
from tandem.cli.vault_reassemble import WORDS
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.vault.backup import write_backup
from tandem.vault.vault import read_vault
from vault.files import gg20_message, imported, legacy_file, other_key, plain_file, private_key, vault, zip_of

PASSWORD = b"correct horse"


class Files:
    """A folder with vault files."""

    def __init__(self, folder):
        self.folder, self.output = folder, folder / "keys"
        (folder / "password").write_bytes(PASSWORD)

    def put(self, *vaults):
        for number, one in enumerate(vaults):
            content = one if isinstance(one, bytes) else write_backup(one, PASSWORD)
            (self.folder / f"{number}.vult").write_bytes(content)
        return [str(self.folder / f"{number}.vult") for number in range(len(vaults))]

    def command(self, files, *more):
        password = ("--password-file", str(self.folder / "password"))
        return [sys.executable, "-m", "tandem", "vault", "reassemble", *files, *password, *more]

    def run(self, *vaults, typed=WORDS, output=True):
        more = ("--output", str(self.output)) if output else ()
        command = self.command(self.put(*vaults), *more)
        done = subprocess.run(command, input=typed + "\n", capture_output=True, text=True, env=ENV, timeout=60)
        assert "Traceback" not in done.stderr
        for stream in (done.stdout, done.stderr):
            assert not re.search(r"private key +(0x)?[0-9a-f]|scalar +[0-9a-f]|xprv", stream)
        return done

    def refused(self, *vaults, **how):
        done = self.run(*vaults, **how)
        assert done.returncode == how.get("code", 4) and not self.output.exists()
        return done.stderr


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def found(text, section, what):
    """A value of a section, which begins with its title and ends with the next blank line."""
    (part,) = [part for part in text.split("\n\n") if part.startswith(section)]
    return re.search(rf"^  {what} +(\S+)", part, re.MULTILINE).group(1)


def key_of(number):
    return bytes(base(Scalar.parse(bytes.fromhex(number.removeprefix("0x")))))


def scalar_of(number):
    return bytes(edwards.base(edwards.Scalar.parse(bytes.fromhex(number))))


@pytest.mark.parametrize(("threshold", "size", "parties"), [(2, 2, (0, 1)), (2, 3, (2, 0)), (2, 3, (0, 1, 2))])
def test_the_keys_are_the_vaults(files, threshold, size, parties):
    made = [vault(party, threshold=threshold, size=size) for party in parties]
    assert files.run(*made).returncode == 0
    assert files.output.stat().st_mode & 0o777 == 0o600
    text, one = files.output.read_text(), made[0]
    assert key_of(found(text, "ECDSA root", "private key")) == one.public_key
    evm = found(text, "EVM networks", "private key")
    assert key_of(evm) == one.share.derive("m/44/60/0/0/0")
    assert found(text, "EVM networks", "account") == own_account("eip155", key_of(evm))
    assert scalar_of(found(text, "EdDSA root", "scalar")) == one.eddsa.public_key
    assert found(text, "EdDSA root", "account") == own_account("solana", one.eddsa.public_key)
    assert "not a seed" in text and "Phantom" in text
    xprv = base58.decode(found(text, "ECDSA root", "xprv"))
    assert (len(xprv), xprv[13:45], xprv[45]) == (82, one.share.chain_code, 0)
    assert key_of(xprv[46:78].hex()) == one.public_key


def test_an_imported_vaults_chains(files):
    made = [imported(party) for party in (0, 1)]
    assert files.run(*made).returncode == 0
    text = files.output.read_text()
    assert "xprv" not in text and "EVM networks" not in text  # nothing is derived from its root
    for chain, share in made[0].chain_keys:
        if len(share.public_key) == 33:
            assert key_of(found(text, f"{chain} (", "private key")) == share.public_key
        else:
            assert scalar_of(found(text, f"{chain} (", "scalar")) == share.public_key
    assert int(found(text, "Ethereum (", "private key"), 16) == private_key(other_key("evm"))


def test_files_of_every_kind_and_a_zip(files):
    members = {"a.vult": plain_file(vault(0).to_bytes()), "b.bak": legacy_file(vault(1).to_bytes(), PASSWORD)}
    assert files.run(zip_of(members)).returncode == 0
    assert key_of(found(files.output.read_text(), "ECDSA root", "private key")) == vault().public_key


@pytest.mark.parametrize("typed", ["", "y", "yes", WORDS.upper(), WORDS + "!", "reassemble"])
def test_without_the_word(files, typed):
    assert "not confirmed" in files.refused(vault(0), vault(1), typed=typed)


def test_what_does_not_belong_together(files):
    trio = [vault(party, threshold=2, size=3) for party in range(3)]
    assert "2 files of 2 are needed" in files.refused(vault(0))
    assert "2 files of 3 are needed" in files.refused(trio[1])
    assert "same device" in files.refused(vault(0), vault(0))
    assert "different vaults" in files.refused(vault(0), trio[1])
    other_eddsa = replace(vault(1), eddsa=trio[1].eddsa, signers=trio[1].signers, share=key(2, 3)[1])
    assert "different vaults" in files.refused(vault(0), other_eddsa)
    assert "migrated" in files.refused(vault(0), plain_file(gg20_message(1).SerializeToString()))
    mixed = replace(imported(1), chain_keys=imported(1).chain_keys[1:])
    assert "keys of different chains" in files.refused(imported(0), mixed)


def test_a_chain_of_two_curves(files):
    """Its name is the same in both files, and its key is not."""
    keys = [key._replace(share=other_key("evm")[1]) if key.chain == "Solana" else key for key in imported(1).chain_keys]
    mixed = replace(imported(1), chain_keys=tuple(keys))
    assert "keys of different curves for Solana" in files.refused(imported(0), mixed)


def test_shares_from_before_and_after_a_change(files):
    """Same key, same committee, another sharing."""
    content = vault(1).share.to_bytes().replace(vault(1).share.final_session_id, b"\7" * 32)
    later = replace(vault(1), share=type(vault(1).share).from_bytes(content))
    assert "different times" in files.refused(vault(0), later)


def test_an_eddsa_share_of_another_sharing(files):
    """It says of itself that it is of the key; only the sum shows that it is not."""
    mine = vault(1)
    content = mine.eddsa.to_bytes().replace(mine.eddsa.share.reveal(), bytes([5]) + bytes(31))
    wrong = replace(mine, eddsa=type(mine.eddsa).from_bytes(content))
    done = files.run(vault(0), wrong)
    assert done.returncode == 6 and not files.output.exists()


def test_places_where_keys_may_not_go(files):
    assert "no terminal" in files.refused(vault(0), vault(1), output=False)
    files.output.write_text("mine")
    done = files.run(vault(0), vault(1))
    assert done.returncode == 4 and "exists" in done.stderr and files.output.read_text() == "mine"
    assert read_vault(vault(0).to_bytes()).public_key == vault().public_key
    files.output = files.folder / "no" / "folder"
    assert files.run(vault(0), vault(1)).returncode == 2


def test_a_wrong_password(files):
    (files.folder / "password").write_bytes(b"wrong")
    done = subprocess.run(
        files.command(files.put(vault(0), vault(1)), "--output", str(files.output)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=ENV,
        timeout=60,
    )
    assert done.returncode == 7 and not files.output.exists()


def test_on_a_terminal(files):
    main, side = pty.openpty()
    command = files.command(files.put(vault(0), vault(1)))
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=ENV, start_new_session=True)
    os.close(side)
    seen = b""
    while not seen.endswith(b"> "):
        seen += os.read(main, 1000)
    assert b"owns all accounts alone" in seen and b"private key  " not in seen
    os.write(main, WORDS.encode() + b"\n")
    seen = b""
    while True:
        try:
            more = os.read(main, 10_000)
        except OSError:
            break
        if not more:
            break
        seen += more
    assert process.wait(30) == 0
    os.close(main)
    text = seen.decode().replace("\r\n", "\n")
    assert key_of(found(text, "ECDSA root", "private key")) == vault().public_key
