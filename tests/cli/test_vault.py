"""`tandem vault` as a real process: what it shows, takes, refuses and writes, and its exit codes."""

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tandem.chains.reading import own_account
from tandem.vault.backup import read_backups, write_backup
from vault.files import gg20_message, imported, legacy_file, other_key, plain_file, vault, zip_of

ROOT = Path(__file__).resolve().parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "py"), "PYTHONUTF8": "1"}
PASSWORD = b"correct horse"


class Home:
    """A folder with a phone's vaults and password files."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "password").write_bytes(PASSWORD + b"\n")
        (folder / "phone-password").write_bytes(b"phone's own\n")
        (folder / "wrong").write_bytes(b"wrong\n")
        (folder / "empty").write_bytes(b"\n")

    def file(self, content, name="a.vult"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def run(self, verb, file, *arguments, password="password", phone="phone-password"):
        command = [sys.executable, "-m", "tandem", "vault", verb, str(file), "--json", *arguments]
        if password:
            command += ["--password-file", str(self.folder / password)]
        if verb in ("import", "export"):
            command += ["--data", str(self.folder / "phone"), "--phone-password-file", str(self.folder / phone)]
        done = subprocess.run(command, capture_output=True, text=True, env=ENV, timeout=60, stdin=subprocess.DEVNULL)
        assert "Traceback" not in done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def lines(events):
    return dict(next(event for event in events if event["event"] == "show")["lines"])


def failure(events):
    (found,) = [event for event in events if event["event"] == "failed"]
    return found["reason"], found["detail"]


@pytest.mark.parametrize(
    ("content", "protection"),
    [
        (plain_file(vault().to_bytes()), "none"),
        (legacy_file(vault().to_bytes(), PASSWORD), "old cipher"),
        (write_backup(vault(), PASSWORD), "password"),
    ],
)
def test_show(home, content, protection):
    code, events = home.run("show", home.file(content))
    assert code == 0
    shown = lines(events)
    assert protection in shown.pop("Protection")
    assert shown == {
        "Vault": "savings",
        "Kind": "DKLS",
        "This device": "ann",
        "Devices": "ann, bob",
        "Threshold": "2 of 2",
        "Made": "2023-11-14",
        "Root key": vault().public_key.hex(),
        "Ethereum and other EVM networks": own_account("eip155", vault().share.derive("m/44/60/0/0/0")),
        "Solana": own_account("solana", vault().eddsa.public_key),
    }


def test_show_an_imported_vault(home):
    made = imported()
    shown = lines(home.run("show", home.file(write_backup(made, PASSWORD)))[1])
    assert shown["Ethereum and other EVM networks"] == own_account("eip155", other_key("evm")[0].public_key)
    assert shown["Chains with keys"] == "Bitcoin, Ethereum, BSC, Solana"
    without = replace(made, chain_keys=made.chain_keys[:1])
    shown = lines(home.run("show", home.file(write_backup(without, PASSWORD)))[1])
    assert "without a key for Ethereum" in shown["Ethereum and other EVM networks"]


def test_show_an_old_vault_says_what_is_to_be_done(home):
    file = home.file(legacy_file(gg20_message().SerializeToString(), PASSWORD), "old.bak")
    code, events = home.run("show", file)
    shown = lines(events)
    assert code == 0
    assert (shown["Threshold"], shown["Devices"]) == ("2 of 3", "ann, bob, cleo")
    assert shown["Solana"] == own_account("solana", vault().eddsa.public_key)
    assert "tandem vault migrate" in shown["To do"] and "tandem phone LINK" in shown["To do"]
    code, events = home.run("verify", file)
    assert (code, events[-1]["event"]) == (0, "done")


def test_an_old_vault_is_imported_to_be_migrated_and_exported_as_it_is(home):
    content = gg20_message().SerializeToString()
    code, events = home.run("import", home.file(legacy_file(content, PASSWORD), "old.bak"))
    assert (code, events[-1]) == (0, {"event": "done", "vault": vault().public_key.hex(), "party": "ann"})
    for message, reason in (
        (content, "of another protocol"),
        (vault().to_bytes(), "of another protocol"),
        (gg20_message(1).SerializeToString(), "two shares"),
    ):
        code, events = home.run("import", home.file(plain_file(message)))
        assert code == 4 and reason in failure(events)[1]
    assert home.run("export", home.folder)[0] == 0
    (written,) = read_backups("", (home.folder / "old-ann-part1of3.vult").read_bytes())
    assert written.open(PASSWORD).to_bytes() == content


def test_numbers_that_are_no_share_of_the_key_are_found_when_verified(home):
    message = gg20_message()
    message.key_shares[1].keyshare = message.key_shares[1].keyshare.replace('"ShareID": ', '"ShareID": 1')
    code, events = home.run("verify", home.file(plain_file(message.SerializeToString())))
    assert (code, failure(events)[0]) == (7, "vault_damaged")


@pytest.mark.parametrize("verb", ["verify", "import"])
@pytest.mark.parametrize(
    ("content", "password", "code", "reason"),
    [
        (b"what", "password", 2, "malformed"),
        (b"", "password", 2, "malformed"),
        (None, "password", 2, "file"),
        (legacy_file(vault().to_bytes(), PASSWORD), "wrong", 7, "wrong_password"),
        (legacy_file(vault().to_bytes(), PASSWORD), "empty", 7, "wrong_password"),
        (legacy_file(vault().to_bytes(), PASSWORD), None, 7, "wrong_password"),
        (legacy_file(vault().to_bytes(), PASSWORD), "nowhere", 2, "file"),
        (plain_file(vault().to_bytes()[:-4]), "password", 7, "vault_damaged"),
    ],
)
def test_codes(home, verb, content, password, code, reason):
    file = home.folder / "missing.vult" if content is None else home.file(content)
    found, events = home.run(verb, file, password=password)
    assert (found, failure(events)[0]) == (code, reason)
    assert not (home.folder / "phone").exists()


@pytest.mark.parametrize("arguments", [[], ["look", "x"], ["show"], ["show", "x", "--password", "secret"]])
def test_arguments(arguments):
    command = [sys.executable, "-m", "tandem", "vault", *arguments]
    assert subprocess.run(command, capture_output=True, env=ENV, timeout=60).returncode == 2


def test_import_then_export_loses_nothing(home):
    content = imported(1).to_bytes()
    code, events = home.run("import", home.file(legacy_file(content, PASSWORD)))
    assert (code, events[-1]) == (0, {"event": "done", "vault": imported().public_key.hex(), "party": "bob"})
    for kept in (home.folder / "phone").iterdir():
        assert kept.stat().st_mode & 0o077 == 0
        assert b"brought" not in kept.read_bytes()
    code, events = home.run("export", home.folder)
    assert code == 0
    path = home.folder / "brought-bob-share2of2.vult"
    assert events[-1] == {"event": "done", "file": str(path), "vault": imported().public_key.hex()}
    assert path.stat().st_mode & 0o077 == 0
    (written,) = read_backups(path.name, path.read_bytes())
    assert written.kind == "current" and written.open(PASSWORD).to_bytes() == content
    assert home.run("verify", path)[0] == 0
    code, events = home.run("export", home.folder)
    assert code == 4 and "exists" in failure(events)[1]


def test_second_shares_are_refused(home):
    assert home.run("import", home.file(plain_file(vault(0).to_bytes())))[0] == 0
    kept = {path.name: path.read_bytes() for path in (home.folder / "phone").iterdir()}
    for content, phone, reason in (
        (vault(0), "phone-password", "this share is here already"),
        (vault(1), "phone-password", "the share of ann is here already: two shares"),
        (replace(vault(0), name="renamed"), "phone-password", "this share is here already"),
        (vault(1), "wrong", "a share of this vault is here already"),
    ):
        code, events = home.run("import", home.file(plain_file(content.to_bytes())), phone=phone)
        assert (code, failure(events)[0]) == (4, "vault")
        assert reason in failure(events)[1]
    assert {path.name: path.read_bytes() for path in (home.folder / "phone").iterdir()} == kept


def test_a_zip_is_worked_through_whatever_becomes_of_each(home):
    """Both shares of one vault, another vault, and a damaged file."""
    other = replace(vault(0, name="other"), share=other_key("evm")[0])
    files = {
        "1.vult": plain_file(vault(0).to_bytes()),
        "2.vult": legacy_file(vault(1).to_bytes(), PASSWORD),
        "3.bak": plain_file(vault(0).to_bytes()[:-3]),
        "4.vult": plain_file(other.to_bytes()),
    }
    code, events = home.run("import", home.file(zip_of(files), "all.zip"))
    names = [event["event"] for event in events]
    assert names == ["show", "done", "show", "failed", "failed", "show", "done"]
    failed = [event["detail"].partition(":")[0] for event in events if event["event"] == "failed"]
    assert failed == ["2.vult", "3.bak"]
    assert code == 7
    code, events = home.run("export", home.folder)
    assert code == 4 and other.public_key.hex() in failure(events)[1]  # which of the two?
    code, events = home.run("export", home.folder, "--vault", other.public_key.hex()[:12].upper())
    assert (code, events[-1]["vault"]) == (0, other.public_key.hex())


def test_export_failures(home):
    code, events = home.run("export", home.folder)
    assert code == 4 and "none" in failure(events)[1]
    assert home.run("import", home.file(plain_file(vault().to_bytes())))[0] == 0
    for arguments, wrong, code in (
        ([], {"phone": "wrong"}, 7),
        ([], {"password": "empty"}, 7),
        (["--vault", "02ffff"], {}, 4),
    ):
        assert home.run("export", home.folder, *arguments, **wrong)[0] == code
    assert home.run("export", home.folder / "no" / "folder.vult")[0] == 2
    assert not list(home.folder.glob("savings*"))


def test_words_for_people_and_passwords_that_are_typed(home):
    """On a terminal: nothing echoed, and the letters of others' texts shown as what they are."""
    made = replace(vault(), name="evil\x1b[31m\nname")
    file = home.file(zip_of({"\x1b[2Jx.vult": legacy_file(made.to_bytes(), "pässword".encode())}), "a.zip")
    main, side = pty.openpty()
    command = [sys.executable, "-m", "tandem", "vault", "show", str(file)]
    process = subprocess.Popen(
        command, stdin=side, stdout=subprocess.PIPE, stderr=side, env=ENV, start_new_session=True
    )
    os.close(side)
    seen = b""
    while b"Password of" not in seen or not seen.endswith(b": "):
        seen += os.read(main, 1000)
    os.write(main, "pässword\n".encode())
    out = process.communicate(timeout=30)[0].decode()
    os.close(main)
    assert process.returncode == 0
    assert b"word" not in seen.partition(b"Password of")[2] and b"\x1b[2J" not in seen
    assert "\x1b" not in out and "evil\\u001b[31m\\u000aname" in out
