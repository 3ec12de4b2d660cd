"""An export counts as written when it was read again."""

import asyncio
from argparse import Namespace

import pytest

from tandem.cli import vault_files
from tandem.cli.phone_screen import Screen
from tandem.cli.vault_run import Run
from tandem.errors import VaultDamaged
from tandem.vault.backup import write_backup
from vault.files import vault

PASSWORD = b"correct horse"


def test_a_disk_that_keeps_something_else(tmp_path, monkeypatch, capsys):
    """Even a whole file that opens with this password is not it."""
    (tmp_path / "password").write_bytes(PASSWORD)
    password = tmp_path / "password"
    options = Namespace(
        file=tmp_path / "a.vult",
        vault=None,
        data=tmp_path / "phone",
        password_file=password,
        phone_password_file=password,
    )
    run = Run(options, Screen(as_json=True, answer=None, password_file=None))
    asyncio.run(run.vaults.save(vault(0), PASSWORD))
    monkeypatch.setattr(
        vault_files, "write_durably", lambda path, _: path.write_bytes(write_backup(vault(1), PASSWORD))
    )
    with pytest.raises(VaultDamaged, match="does not read back"):
        asyncio.run(vault_files.export(run))
    assert "done" not in capsys.readouterr().out
