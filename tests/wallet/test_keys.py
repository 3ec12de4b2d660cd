"""The vault's life on this device, where another one lies there already or the store does not keep what it is given."""

import asyncio

import pytest

from tandem.entropy import random_bytes
from tandem.errors import Bug, VaultFault
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, SodiumKdf, SystemClock
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.keys import COPIES, Keys
from vault.files import vault
from wallet.conftest import PASSWORD, Memory


class Forgetful(Memory):
    """Says that it has stored the vault, and has not."""

    async def put(self, key: str, value: bytes) -> None:
        if key not in COPIES:
            await super().put(key, value)


def keys(store: Memory) -> Keys:
    host = Host(store, CpythonHttp(), SystemClock(), AsyncioTasks(), random_bytes, SodiumKdf(), lambda _: None)
    return Keys(host, Book(store))


def test_a_vault_never_takes_anothers_place() -> None:
    async def go() -> None:
        store = Memory()
        here = keys(store)
        await here.save(vault(0), PASSWORD)
        before = dict(store.values)
        with pytest.raises(VaultFault, match="here already"):
            await here.save(vault(1), PASSWORD)
        with pytest.raises(VaultFault, match="another vault"):
            await here.replace(vault(0, threshold=2, size=3), PASSWORD)
        assert store.values == before

    asyncio.run(go())


def test_a_vault_that_does_not_read_back_is_not_here() -> None:
    async def go() -> None:
        here = keys(Forgetful())
        with pytest.raises(Bug):
            await here.save(vault(0), PASSWORD)
        assert not here.exists and not here.is_open

    asyncio.run(go())
