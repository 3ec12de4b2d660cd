import asyncio

import pytest

from tandem.errors import VaultDamaged
from tandem.vault.journal import KEY, Journal


class Memory:
    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self.values[key] = value

    async def delete(self, key: str) -> None:
        self.values.pop(key, None)


def test_t14_facts_survive_a_restart() -> None:
    async def story() -> None:
        store = Memory()
        journal = Journal(store)
        assert not await journal.used(b"1" * 32)
        await journal.record_used(b"1" * 32)
        await journal.ban(b"2" * 33, "phone")
        again = Journal(store)
        assert await again.used(b"1" * 32) and not await again.used(b"3" * 32)
        assert await again.banned(b"2" * 33) == {"phone"}
        assert await again.banned(b"4" * 33) == frozenset()

    asyncio.run(story())


@pytest.mark.parametrize("blob", [b"", b"{}", b"[]", b'{"used":1,"bans":{}}', b"\xff"])
def test_a_broken_journal_lets_nothing_be_signed(blob: bytes) -> None:
    async def story() -> None:
        store = Memory()
        await store.put(KEY, blob)
        with pytest.raises(VaultDamaged):
            await Journal(store).used(bytes(32))

    asyncio.run(story())


def test_the_oldest_ids_go_and_a_ban_is_noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.vault.journal.MAX_IDS", 3)

    async def story() -> None:
        store = Memory()
        journal = Journal(store)
        for number in range(5):
            await journal.record_used(bytes([number]) * 32)
        for _ in range(2):
            await journal.ban(b"2" * 33, "phone")
        again = Journal(store)
        assert [await again.used(bytes([number]) * 32) for number in range(5)] == [False, False, True, True, True]
        assert store.values[KEY].count(b"phone") == 1

    asyncio.run(story())
