"""What becomes of new shares at the end."""

import asyncio

import pytest

from mpc.committee import NAMES
from tandem.ceremony import Keygenned
from tandem.cli.made import save_imported
from tandem.cli.phone_vaults import PhoneVaults
from tandem.errors import VaultFault
from tandem.hosts.cpython import FolderStore
from vault.files import imported


def test_a_phrase_is_not_brought_in_twice(tmp_path):
    """The shares of a second time do not sign with those of the first: what is here stays."""

    def save(vault, name):
        made = Keygenned(vault.share, vault.eddsa, NAMES[:2], vault.party, True, vault.chain_keys)
        asyncio.run(save_imported(PhoneVaults(FolderStore(tmp_path)), made, name, 1, b"password"))

    save(imported(0), "first")
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(VaultFault, match="here already"):
        save(imported(1), "second")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept
