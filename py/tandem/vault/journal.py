"""Facts that must survive a crash and are never taken back: instance ids already used, parties banned from a vault.

Written before the act they guard (security.md §1.2, §1.4): a ban before it is reported, an id before its first message.
"""

from typing import Final

from tandem.errors import VaultDamaged, WireError
from tandem.ports import Store
from tandem.wire import Json, json_text, parse_json

KEY: Final = "journal"
MAX_IDS: Final = 20_000  # the oldest are forgotten; their sessions' keys are gone for good by then


class Journal:
    """Backed by one value of a Store. VaultDamaged when that value is not a journal: nothing may be signed then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._used: dict[str, None] | None = None
        self._bans: dict[str, list[str]] = {}

    async def used(self, instance_id: bytes) -> bool:
        """Whether a session with this id was begun before."""
        return instance_id.hex() in await self._load()

    async def record_used(self, instance_id: bytes) -> None:
        """Durable on return."""
        used = await self._load()
        used[instance_id.hex()] = None
        while len(used) > MAX_IDS:
            del used[next(iter(used))]
        await self._save()

    async def ban(self, vault_key: bytes, party: str) -> None:
        """Durable on return; lifted only by new shares, which have another key share id."""
        await self._load()
        names = self._bans.setdefault(vault_key.hex(), [])
        if party not in names:
            names.append(party)
        await self._save()

    async def banned(self, vault_key: bytes) -> frozenset[str]:
        """The parties of this vault that may not be signed with."""
        await self._load()
        return frozenset(self._bans.get(vault_key.hex(), ()))

    async def _load(self) -> dict[str, None]:
        if self._used is None:
            blob = await self._store.get(KEY)
            self._used, self._bans = _parse(blob) if blob is not None else ({}, {})
        return self._used

    async def _save(self) -> None:
        content: dict[str, Json] = {
            "used": list(self._used or ()),
            "bans": {key: list(names) for key, names in self._bans.items()},
        }
        await self._store.put(KEY, json_text(content).encode("utf-8"))


def _parse(blob: bytes) -> tuple[dict[str, None], dict[str, list[str]]]:
    try:
        content = parse_json(blob, limit=4 << 20)
    except WireError as broken:
        raise VaultDamaged("journal") from broken
    if isinstance(content, dict):
        used, bans = content.get("used"), content.get("bans")
        if isinstance(used, list) and isinstance(bans, dict):
            return (
                {i: None for i in used if isinstance(i, str)},
                {k: [n for n in v if isinstance(n, str)] for k, v in bans.items() if isinstance(v, list)},
            )
    raise VaultDamaged("journal")
