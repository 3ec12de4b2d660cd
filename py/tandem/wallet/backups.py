"""Backup files: the vault written for safekeeping, read back before it counts as kept, and brought in from one."""

from tandem.errors import BadRequest, VaultFault, WireError
from tandem.vault.backup import Backup, file_name, read_backups, write_backup
from tandem.vault.vault import AnyVault, Gg20Vault
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys, accounts_of, require_password
from tandem.wire import Json, base64_text, unbase64


class Backups:
    """Nothing is kept here between two calls: a file and its passwords come with each."""

    def __init__(self, host: Host, keys: Keys) -> None:
        self._host, self._keys = host, keys

    def open(self, name: str, data: str, index: int, file_password: str) -> AnyVault:
        """A vault of a file (base64); takes up to a second. Raises BadRequest, WrongPassword, VaultDamaged."""
        return self._at(name, data, index).open(file_password.encode("utf-8"))

    def old(self, name: str, data: str, index: int, file_password: str) -> Gg20Vault:
        """The same, of a vault that has to be migrated. Raises BadRequest also for one that need not be."""
        vault = self.open(name, data, index, file_password)
        if not isinstance(vault, Gg20Vault):
            raise BadRequest("a vault of the present protocol")
        return vault

    def look(self, name: str, data: str) -> Json:
        """The vaults in a file (base64), or in a zip of files, unopened. Raises BadRequest."""
        return [{"name": each.name, "encrypted": each.encrypted, "kind": each.kind} for each in self._files(name, data)]

    async def bring_in(self, name: str, data: str, index: int, file_password: str, password: str) -> Json:
        """Takes over a vault; None, or what is known of one that has to be migrated first.

        Raises VaultFault when a vault is here, WrongPassword and VaultDamaged of the file, BadRequest.
        """
        if self._keys.exists:
            raise VaultFault("a vault is here already")
        require_password(password)
        vault = self.open(name, data, index, file_password)
        if isinstance(vault, Gg20Vault):
            return {
                "name": vault.name,
                "party": vault.party,
                "signers": list(vault.signers),
                "accounts": dict(accounts_of(vault)),
            }
        await self._keys.save(vault, password)
        await self._keys.kept(int(self._host.clock.now()))
        return None

    async def write(self, password: str, file_password: str) -> Json:
        """The file's name and content (base64), under a password of its own. Raises WrongPassword, BadRequest."""
        require_password(file_password)
        vault = await self._keys.read(password)
        content = write_backup(vault, file_password.encode("utf-8"), self._host.rng)
        return {"name": file_name(vault), "data": base64_text(content)}

    async def verify(self, name: str, data: str, file_password: str) -> None:
        """The file that was saved opens and is this device's share as it is now: from now on it counts as kept.

        Raises WrongPassword, VaultDamaged, BadRequest, VaultFault for another vault or older shares.
        """
        vault, ours = self.open(name, data, 0, file_password), self._keys.vault
        if vault.public_key != ours.public_key or vault.to_bytes() != ours.to_bytes():
            raise VaultFault("not the present share of this vault")
        await self._keys.kept(int(self._host.clock.now()))

    def _files(self, name: str, data: str) -> tuple[Backup, ...]:
        try:
            return read_backups(name, unbase64(data))
        except WireError as wrong:
            raise BadRequest("not a vault file") from wrong

    def _at(self, name: str, data: str, index: int) -> Backup:
        files = self._files(name, data)
        if not 0 <= index < len(files):
            raise BadRequest("no such vault in the file")
        return files[index]
