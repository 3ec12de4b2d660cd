"""The phone's vaults on disk, when they are not what they claim to be."""

import asyncio
from dataclasses import replace

import pytest

from tandem.cli.phone_vaults import PhoneVaults
from tandem.errors import VaultDamaged
from tandem.hosts.cpython import FolderStore
from vault.files import other_key, vault

PASSWORD = b"correct horse"


def test_a_vault_that_is_missing_or_another_s(tmp_path):
    async def go():
        one, other = vault(), replace(vault(), share=other_key("evm")[0])
        store = FolderStore(tmp_path)
        for made in (one, other):
            await PhoneVaults(store).save(made, PASSWORD)
        key, theirs = one.public_key.hex(), other.public_key.hex()
        await store.put(f"vault-{key}", await store.get(f"vault-{theirs}"))  # same password: it opens
        vaults = PhoneVaults(store)
        assert (await vaults.open(theirs, PASSWORD)).to_bytes() == other.to_bytes()
        with pytest.raises(VaultDamaged, match="another vault's file"):
            await vaults.open(key, PASSWORD)
        assert vaults.opened(key) is None
        await store.delete(f"vault-{key}")
        with pytest.raises(VaultDamaged, match="no such vault here"):
            await vaults.open(key, PASSWORD)

    asyncio.run(go())
