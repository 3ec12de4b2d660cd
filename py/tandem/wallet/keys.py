"""The vault's life on this device: made with the phone, sealed, unlocked, locked."""

from contextlib import suppress
from typing import Final

from tandem.chains import ethereum, solana
from tandem.chains.ethereum import networks as ethereum_networks
from tandem.chains.reading import own_account
from tandem.chains.solana import networks as solana_networks
from tandem.errors import BadRequest, Bug, VaultDamaged, VaultFault, VaultLocked, WrongPassword
from tandem.vault.sealed import open_vault, seal_vault
from tandem.vault.vault import AnyVault, Vault
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wire import Json

COPIES: Final = ("vault/0", "vault/1")  # written one after the other, so that a torn write leaves one whole
OLD: Final = "vault/old"  # the shares from before a reshare
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
        await self._store(vault, require_password(password))

    async def replace(self, vault: Vault, password: str) -> None:
        """Stores the same vault with new shares, also when the wallet was locked meanwhile: the other devices have
        theirs already. The old ones stay aside until `forget_old`: nobody knows yet whether the new ones sign. Raises
        VaultFault when another vault is stored."""
        if (await self.read(password)).public_key != vault.public_key:
            raise VaultFault("another vault")
        blob = await self._host.store.get(COPIES[0]) or await self._host.store.get(COPIES[1])
        if blob is not None:
            await self._host.store.put(OLD, blob)
        was_open = self.is_open
        await self._store(vault, password, old_shares="untested")
        if not was_open:
            self.lock()

    async def _store(self, vault: Vault, password: str, **more: Json) -> None:
        secret = password.encode("utf-8")
        blob = await seal_vault(secret, vault.to_bytes(), rng=self._host.rng, kdf=self._host.kdf)
        for copy in COPIES:
            await self._host.store.put(copy, blob)
        stored = await self._host.store.get(COPIES[0])
        if stored is None or (await self._opened(stored, password)).public_key != vault.public_key:
            raise Bug("the stored vault does not read back")
        await self._book.set_public(_public(vault) | more)
        self._stored = True
        self._vault = vault
        self.touch()

    async def _opened(self, blob: bytes, password: str) -> Vault:
        return Vault.from_bytes(await open_vault(password.encode("utf-8"), blob, kdf=self._host.kdf))

    async def read(self, password: str) -> Vault:
        """The stored vault, left as it is. Raises WrongPassword, or VaultDamaged when neither copy is whole.

        A copy that was altered looks like a wrong password, so that the other one is tried where the two differ.
        """
        failed: VaultFault | None = None
        tried: bytes | None = None
        for copy in COPIES:
            blob = await self._host.store.get(copy)
            if blob is None or blob == tried:
                continue
            tried = blob
            try:
                return await self._opened(blob, password)
            except (VaultDamaged, WrongPassword) as broken:
                failed = broken if failed is None or isinstance(broken, WrongPassword) else failed
        raise failed or VaultFault("no vault is stored here")

    async def unlock(self, password: str) -> None:
        """Raises as `read` does, and VaultLocked when the wallet is locked meanwhile: the last word counts."""
        locks = self._locks
        vault = await self.read(password)
        if self._locks != locks:
            raise VaultLocked
        told = _public(vault)
        if any(self._book.public.get(name) != value for name, value in told.items()):
            await self._book.set_public(told)  # lost or damaged: the vault itself says it again
        self._vault = vault
        self.touch()

    async def kept(self, now: int) -> None:
        """A backup file was seen to open and to be the present share."""
        await self._book.set_public({**self._book.public, "backup": now})

    async def signed(self) -> None:
        """A signature of the present shares has verified: from now on the old ones may go."""
        if self._book.public.get("old_shares") == "untested":
            await self._book.set_public({**self._book.public, "old_shares": "tested"})

    async def forget_old(self) -> None:
        """The person's word. Raises BadRequest before the new shares have signed."""
        if self._book.public.get("old_shares") != "tested":
            raise BadRequest("the new shares have not signed yet")
        await self._host.store.delete(OLD)
        await self._book.set_public({k: v for k, v in self._book.public.items() if k != "old_shares"})

    async def restore_old(self, password: str) -> None:
        """Back to the shares from before a reshare that did not work out. Raises WrongPassword, VaultFault."""
        blob = await self._host.store.get(OLD)
        if blob is None:
            raise VaultFault("there are no old shares here")
        await self._store(await self._opened(blob, password), password)
        await self._host.store.delete(OLD)

    def lock(self) -> None:
        self._locks += 1
        self._vault = None


def require_password(password: str) -> str:
    """Raises BadRequest."""
    if len(password) < MIN_PASSWORD:
        raise BadRequest(f"a password has at least {MIN_PASSWORD} characters")
    return password


def accounts_of(vault: AnyVault) -> dict[str, str]:
    """The vault's accounts by family, from its own keys; an imported vault may lack some."""
    accounts: dict[str, str] = {}
    for row in ethereum_networks.NETWORKS:
        with suppress(VaultFault):
            key = vault.public_key_of(row.wire, ethereum.PATH, ethereum.CURVE)
            accounts.setdefault(ethereum.FAMILY, own_account(ethereum.FAMILY, key))
    with suppress(VaultFault):
        key = vault.public_key_of(solana_networks.NETWORKS[0].wire, solana.PATH, solana.CURVE)
        accounts[solana.FAMILY] = own_account(solana.FAMILY, key)
    return accounts


def _public(vault: Vault) -> dict[str, Json]:
    return {
        "name": vault.name,
        "party": vault.party,
        "signers": list(vault.signers),
        "threshold": vault.threshold,
        "imported": vault.lib == "KeyImport",
        "accounts": dict(accounts_of(vault)),
    }
