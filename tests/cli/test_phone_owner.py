"""What the phone asks its owner before it takes part."""

import asyncio

import pytest

from tandem.cli.phone_owner import Declined, Owner
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.errors import VaultFault, WrongPassword
from tandem.hosts.cpython import FolderStore
from tandem.vault.vault import read_vault
from vault.files import gg20_message, vault

PASSWORD = b"correct horse"


@pytest.fixture
def owner(tmp_path):
    def make(*, answer=True, password=PASSWORD):
        (tmp_path / "password").write_bytes(password + b"\n")
        screen = Screen(as_json=True, answer=answer, password_file=tmp_path / "password")
        return Owner(PhoneVaults(FolderStore(tmp_path / "phone")), screen, 1, None)

    return make


def agreed(owner):
    return asyncio.run(owner.agreed("Make a vault together", (), "Join?", new=True))


def test_a_yes_and_a_password(owner):
    assert agreed(owner()) == PASSWORD
    with pytest.raises(Declined):
        agreed(owner(answer=False))
    with pytest.raises(WrongPassword, match="no password"):
        agreed(owner(password=b""))


def test_an_old_vault_takes_part_in_no_signing(owner):
    old = read_vault(gg20_message().SerializeToString())
    asyncio.run(owner().vaults.save(old, PASSWORD))
    with pytest.raises(VaultFault, match="has to be upgraded"):
        asyncio.run(owner().signing(old.public_key.hex()))
    asyncio.run(owner().vaults.save(vault(), PASSWORD))
    assert asyncio.run(owner().signing(vault().public_key.hex())).party == "ann"
