"""`tandem vault migrate` and `tandem phone` as real processes upgrade an old vault, which signs then."""

import contextlib
import json
import subprocess
import sys

import pytest

from cli.test_phone import ENV, phone, running_relay
from mpc.committee import NAMES
from tandem.ceremony import invite_migrate
from tandem.vault.backup import read_backups, write_backup
from tandem.vault.vault import read_vault
from vault.files import gg20_message, vault

PASSWORD = b"correct horse"
KEY = vault().public_key.hex()


class Home:
    """A device: a folder with a phone's vaults."""

    def __init__(self, folder, content=None):
        self.folder = folder
        folder.mkdir()
        (folder / "password").write_bytes(PASSWORD + b"\n")
        if content is not None:
            (folder / "old.vult").write_bytes(write_backup(read_vault(content), PASSWORD))
            assert self.vault("import", folder / "old.vult")[0] == 0

    def start(self, verb, *arguments):
        passwords = ["--phone-password-file", self.folder / "password"]
        if verb != "migrate":
            passwords += ["--password-file", self.folder / "password"]
        command = [sys.executable, "-m", "tandem", "vault", verb, "--json", "--data", self.folder / "phone", *passwords]
        return subprocess.Popen(
            [str(word) for word in (*command, *arguments)], stdout=subprocess.PIPE, text=True, env=ENV
        )

    def vault(self, verb, *arguments):
        return finished(self.start(verb, *arguments))

    def exported(self, name="old"):
        assert self.vault("export", self.folder)[0] == 0
        (path,) = self.folder.glob(f"{name}-*.vult")
        return read_backups("", path.read_bytes())[0].open(PASSWORD)


def finished(process):
    out, _ = process.communicate(timeout=40)
    return process.returncode, [json.loads(line) for line in out.splitlines()]


def link_of(process):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "link":
            return event["link"]
    raise AssertionError("no link")


def homes(folder, size=2):
    return [Home(folder / NAMES[party], gg20_message(party, NAMES[:size]).SerializeToString()) for party in range(size)]


def test_both_devices_have_a_vault_of_the_new_kind(tmp_path):
    host, joiner = homes(tmp_path)
    with running_relay() as url:
        process = host.start("migrate", "--relay", url, "--wait", "20")
        with contextlib.closing(process.stdout):
            code, events, _ = ended_phone(phone(joiner.folder, link_of(process)))
            said = [json.loads(line) for line in process.stdout]
            assert (process.wait(20), code) == (0, 0)
    done = said[-1]
    assert (done["event"], done["vault"], done["confirmed"]) == ("done", KEY, True)
    assert (events[-1]["vault"], events[-1]["accounts"]) == (KEY, done["accounts"])
    made = [home.exported() for home in (host, joiner)]
    assert [(one.lib, one.party, one.public_key.hex()) for one in made] == [("DKLS", n, KEY) for n in NAMES[:2]]
    assert made[0].share.final_session_id == made[1].share.final_session_id
    for home in (host, joiner):  # the old share is kept beside the new one
        assert len(list((home.folder / "phone").glob("vault-*"))) == 2
    code, events = host.vault("migrate")
    assert code == 4 and "new kind already" in events[-1]["detail"]


def ended_phone(process):
    out, err = process.communicate(timeout=40)
    return process.returncode, [json.loads(line) for line in out.splitlines() if line.startswith("{")], err


def link(old, url="http://127.0.0.1:1"):
    made = read_vault(old)
    return invite_migrate(
        vault_name="old",
        public_key=made.public_key,
        chain_code=made.chain_code,
        signers=made.signers,
        relay_url=url,
    ).link


@pytest.mark.parametrize(
    ("content", "answer", "code", "detail"),
    [
        (None, "--yes", 7, "not on this phone"),
        (vault(1).to_bytes(), "--yes", 7, "of the new kind already"),
        (gg20_message(1).SerializeToString(), "--decline", 3, ""),
        (gg20_message(1).SerializeToString(), "--yes", 5, ""),
    ],
)
def test_a_link_that_cannot_be_followed(tmp_path, content, answer, code, detail):
    home = Home(tmp_path / "phone", content)
    shown = link(gg20_message(0).SerializeToString())
    found, events, _ = ended_phone(phone(home.folder, "--wait", "1", shown, answer=answer))
    assert found == code and detail in events[-1].get("detail", "")


def test_nobody_comes(tmp_path):
    (host,) = homes(tmp_path)[:1]
    with running_relay() as url:
        code, events = host.vault("migrate", "--relay", url, "--wait", "1")
    assert (code, events[-1]["reason"]) == (5, "phone_timeout")
    assert host.exported().lib == "GG20"
    assert host.vault("migrate", "--vault", "03ff")[0] == 4
