"""The phone's vaults on disk: one sealed blob a vault, found by the vault's root public key."""

import os
from pathlib import Path

from tandem.entropy import random_bytes
from tandem.errors import VaultDamaged, VaultFault, WireError, WrongPassword
from tandem.hosts.cpython import SodiumKdf
from tandem.ports import Store
from tandem.vault.sealed import open_vault, seal_vault
from tandem.vault.vault import AnyVault, read_vault, require_first_share
from tandem.wire import json_text, parse_json, unhex

INDEX = "vaults"
OLD = "-before-reshare"  # or before a migration


class PhoneVaults:
    """Opened vaults stay open until the program ends: the next signing needs no password and no key derivation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kdf = SodiumKdf()
        self._open: dict[str, AnyVault] = {}

    def opened(self, public_key: str) -> AnyVault | None:
        """The vault if it is open already."""
        return self._open.get(public_key)

    async def holds(self, public_key: str) -> bool:
        """Is there a vault of this root key (hex)?"""
        return public_key in self._open or await self._store.get(_key(public_key)) is not None

    async def open(self, public_key: str, password: bytes) -> AnyVault:
        """Raises WrongPassword, or VaultDamaged when it is missing or not what it claims to be."""
        blob = await self._store.get(_key(public_key))
        if blob is None:
            raise VaultDamaged("no such vault here")
        plain = await open_vault(password, blob, kdf=self._kdf)
        try:
            vault = read_vault(plain)
        except WireError as broken:
            raise VaultDamaged("not a vault") from broken
        if vault.public_key.hex() != public_key:
            raise VaultDamaged("another vault's file")
        self._open[public_key] = vault
        return vault

    async def save(self, vault: AnyVault, password: bytes) -> None:
        """Sealed and durable on return."""
        listed = await self.listed()
        blob = await seal_vault(password, vault.to_bytes(), rng=random_bytes, kdf=self._kdf)
        public_key = vault.public_key.hex()
        await self._store.put(_key(public_key), blob)
        if public_key not in listed:
            await self._store.put(INDEX, json_text([*listed, public_key]).encode("utf-8"))
        self._open[public_key] = vault

    async def replace(self, vault: AnyVault, password: bytes) -> None:
        """Save a vault whose shares are new. The old ones stay beside it until `forget_old`."""
        public_key = vault.public_key.hex()
        old = await self._store.get(_key(public_key))
        if old is not None:
            await self._store.put(_key(public_key) + OLD, old)
        await self.save(vault, password)

    async def has_old(self, public_key: str) -> bool:
        """Are shares from before a reshare or a migration still here?"""
        return await self._store.get(_key(public_key) + OLD) is not None

    async def forget_old(self, public_key: str) -> None:
        """The person's word: the new shares have signed, the old ones go."""
        await self._store.delete(_key(public_key) + OLD)

    async def add(self, vault: AnyVault, password: bytes) -> None:
        """Save a vault that comes from a file. Raises VaultFault when a share of it is here."""
        public_key = vault.public_key.hex()
        if await self.holds(public_key):
            try:
                require_first_share(vault, await self.open(public_key, password))
            except WrongPassword as sealed:
                raise VaultFault("a share of this vault is here already") from sealed
        await self.save(vault, password)

    async def listed(self) -> tuple[str, ...]:
        """The root keys (hex) of the vaults that were saved here. Raises VaultDamaged."""
        content = await self._store.get(INDEX)
        if content is None:
            return ()
        try:
            keys = parse_json(content)
            if isinstance(keys, list):
                return tuple(unhex(key if isinstance(key, str) else "", size=33).hex() for key in keys)
        except WireError as broken:
            raise VaultDamaged("the list of vaults") from broken
        raise VaultDamaged("the list of vaults")


def _key(public_key: str) -> str:
    return f"vault-{public_key}"


def folder() -> Path:
    """Where the phone's shares are kept unless said otherwise."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "tandem-phone"
