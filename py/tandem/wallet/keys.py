"""The vault's life on this device: made with the phone, sealed, unlocked, locked."""

from typing import Final

from tandem.chains import ethereum, solana
from tandem.chains.reading import own_account
from tandem.errors import BadRequest, Bug, VaultDamaged, VaultFault, VaultLocked
from tandem.vault.sealed import open_vault, seal_vault
from tandem.vault.vault import Vault
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wire import Json

COPIES: Final = ("vault/0", "vault/1")  # written one after the other, so that a torn write leaves one whole
MIN_PASSWORD: Final = 8


class Keys:
    """Holds the opened vault, in memory only."""

    def __init__(self, host: Host, book: Book) -> None:
        self._host = host
        self._book = book
        self._vault: Vault | None = None
        self._deadline = 0.0
        self._locks = 0
        self._stored = False

    async def load(self) -> None:
        """Looks whether a vault is stored; it is judged by itself, not by what is known about it."""
        for copy in COPIES:
            self._stored = self._stored or await self._host.store.get(copy) is not None

    @property
    def exists(self) -> bool:
        return self._stored

    @property
    def is_open(self) -> bool:
        """Locks by itself when the deadline has passed, whatever timers did meanwhile."""
        if self._vault is not None and self._host.clock.now() >= self._deadline:
            self._vault = None
        return self._vault is not None

    @property
    def vault(self) -> Vault:
        """Raises VaultLocked."""
        if not self.is_open or self._vault is None:
            raise VaultLocked
        return self._vault

    def account(self, family: str) -> str | None:
        """The written account of a chain family, known while locked too; None without a vault."""
        accounts = self._book.public.get("accounts")
        account = accounts.get(family) if isinstance(accounts, dict) else None
        return account if isinstance(account, str) else None

    def touch(self) -> None:
        """Someone is there: the lock is put off."""
        self._deadline = self._host.clock.now() + 60 * self._book.settings.auto_lock_minutes

    async def save(self, vault: Vault, password: str) -> None:
        """Seals and stores a new vault, reads it back, and only then counts it as there. Raises VaultFault."""
        if self.exists:
            raise VaultFault("a vault is here already")
        secret = require_password(password).encode("utf-8")
        blob = await seal_vault(secret, vault.to_bytes(), rng=self._host.rng, kdf=self._host.kdf)
        for copy in COPIES:
            await self._host.store.put(copy, blob)
        stored = await self._host.store.get(COPIES[0])
        read = None if stored is None else await open_vault(secret, stored, kdf=self._host.kdf)
        if read is None or Vault.from_bytes(read).public_key != vault.public_key:
            raise Bug("the stored vault does not read back")
        await self._book.set_public(_public(vault))
        self._stored = True
        self._vault = vault
        self.touch()

    async def unlock(self, password: str) -> None:
        """Raises WrongPassword, or VaultDamaged when neither copy is whole; nothing is overwritten.

        Raises VaultLocked when the wallet is locked while the key is derived: the last word counts.
        """
        damage: VaultDamaged | None = None
        locks = self._locks
        for copy in COPIES:
            blob = await self._host.store.get(copy)
            if blob is None:
                continue
            try:
                vault = Vault.from_bytes(await open_vault(password.encode("utf-8"), blob, kdf=self._host.kdf))
            except VaultDamaged as broken:
                damage = broken
                continue
            if self._locks != locks:
                raise VaultLocked
            if self._book.public != _public(vault):  # lost or damaged: the vault itself says it again
                await self._book.set_public(_public(vault))
            self._vault = vault
            self.touch()
            return
        raise damage or VaultFault("no vault is stored here")

    def lock(self) -> None:
        self._locks += 1
        self._vault = None


def require_password(password: str) -> str:
    """Raises BadRequest."""
    if len(password) < MIN_PASSWORD:
        raise BadRequest(f"a password has at least {MIN_PASSWORD} characters")
    return password


def accounts_of(vault: Vault) -> dict[str, str]:
    """The vault's accounts by family, from its own keys."""
    return {
        ethereum.FAMILY: own_account(ethereum.FAMILY, vault.share.derive(ethereum.PATH)),
        solana.FAMILY: own_account(solana.FAMILY, vault.eddsa.public_key),
    }


def _public(vault: Vault) -> dict[str, Json]:
    return {
        "name": vault.name,
        "party": vault.party,
        "signers": list(vault.signers),
        "threshold": vault.threshold,
        "accounts": dict(accounts_of(vault)),
    }
