"""`tandem vault bring-in` and `tandem phone` as real processes: a seed phrase's accounts in a new vault, and the phrase
in no output and no file."""

import contextlib
import json
import subprocess
import sys

import pytest

from ceremony.test_key_import import PHRASE
from cli.test_phone import ENV, phone, running_relay
from cli.test_vault_migrate import Home, ended_phone, link_of
from tandem.ceremony import invite_key_import

ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # of every development chain's phrase


class Bringer(Home):
    """A device with a phrase in a file."""

    def __init__(self, folder, phrase=PHRASE):
        super().__init__(folder)
        (folder / "phrase").write_text(phrase + "\n")

    def bring(self, *arguments, answer="--yes", typed=None):
        command = [sys.executable, "-m", "tandem", "vault", "bring-in", "brought", "--json", "--data"]
        command += [self.folder / "phone", "--phone-password-file", self.folder / "password", "--phrase-file"]
        command += [self.folder / "phrase", *([answer] if answer else []), *arguments]
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENV,
        )
        if typed is not None:
            process.stdin.write(typed)
            process.stdin.flush()
        return process

    def brought(self, *arguments, **how):
        out, err = self.bring(*arguments, **how).communicate(timeout=40)
        assert "Traceback" not in err
        return [json.loads(line) for line in out.splitlines()], out + err


def failure(events):
    return events[-1]["reason"], events[-1]["detail"]


@pytest.mark.parametrize("phantom", [(), ("--phantom",)])
def test_the_phrases_accounts(tmp_path, phantom):
    host, joiner = Bringer(tmp_path / "host"), Home(tmp_path / "joiner")
    with running_relay() as url:
        process = host.bring("--relay", url, "--wait", "20", "--name", "laptop", *phantom)
        with contextlib.closing(process.stdout):
            first = json.loads(process.stdout.readline())
            code, events, error = ended_phone(phone(joiner.folder, link_of(process), "--name", "phone-1"))
            rest = process.stdout.read()
            assert (process.wait(20), code) == (0, 0)
    done = json.loads(rest.splitlines()[-1])
    shown = dict(first["lines"])
    assert shown["Ethereum and other EVM networks"] == done["accounts"]["eip155"] == ACCOUNT
    assert shown["Solana"] == done["accounts"]["solana"] == events[-1]["accounts"]["solana"]
    # the first account of this phrase where Phantom looks, and where the apps do
    assert (done["accounts"]["solana"] == "oeYf6KAJkLYhBuR8CiGc6L4D4Xtfepr85fuDgA9kq96") == bool(phantom)
    assert done["confirmed"] and events[-1]["accounts"] == done["accounts"]
    for text in (json.dumps(first), rest, json.dumps(events), error):
        assert "junk" not in text
    assert not any(b"junk" in path.read_bytes() for path in (host.folder / "phone").iterdir())
    made = [one.exported("brought") for one in (host, joiner)]
    assert [(one.lib, one.party, one.signers) for one in made] == [
        ("KeyImport", party, ("laptop", "phone-1")) for party in ("laptop", "phone-1")
    ]
    assert [key.chain for key in made[0].chain_keys] == [key.chain for key in made[1].chain_keys]


@pytest.mark.parametrize(
    ("phrase", "detail"),
    [
        ("test " * 12, "checksum"),
        ("test " * 11 + "jnk", "word 12"),
        ("test", "1 words"),
        ("", "0 words"),
    ],
)
def test_phrases_that_are_none(tmp_path, phrase, detail):
    events, said = Bringer(tmp_path / "host", phrase).brought()
    assert failure(events)[0] == "malformed" and detail in failure(events)[1]
    assert "jnk" not in said and not (tmp_path / "host" / "phone").exists()


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_the_accounts_are_agreed_to_first(tmp_path, typed):
    events, _ = Bringer(tmp_path / "host").brought(answer=None, typed=typed)
    assert failure(events)[0] == "vault" and "not confirmed" in failure(events)[1]


@pytest.mark.parametrize("count", ["1", "11"])
def test_how_many_devices(tmp_path, count):
    assert failure(Bringer(tmp_path / "host").brought("--devices", count)[0])[0] == "vault"


def test_nobody_comes(tmp_path):
    with running_relay() as url:
        events, said = Bringer(tmp_path / "host").brought("--relay", url, "--wait", "1")
    assert failure(events)[0] == "phone_timeout" and "junk" not in said


@pytest.mark.parametrize(
    ("chains", "answer", "code", "reason"),
    [
        (("Ethereum",), "--decline", 3, None),
        (("Ethereum", "QBTC"), "--yes", 2, "malformed"),
        (("Ethereum",), "--yes", 5, "relay_unreachable"),
    ],
)
def test_a_link_that_cannot_be_followed(tmp_path, chains, answer, code, reason):
    home = Home(tmp_path / "phone")
    shown = invite_key_import(vault_name="v", chains=chains, relay_url="http://127.0.0.1:1").link
    found, events, _ = ended_phone(phone(home.folder, "--wait", "1", shown, answer=answer))
    assert found == code and events[-1].get("reason") == reason
