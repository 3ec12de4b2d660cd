"""Calls about the vault as it is here: opened, locked, carried in and out as a file, its old shares, its server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tandem.errors import BadRequest
from tandem.relay.fast_vault import ServerShare, VaultServer, server_of
from tandem.wallet.backups import Backups
from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, text, vault_file
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class VaultCalls:
    """`opened` and `locked` tell sites and screens; `changed` redraws the screens."""

    host: Host
    book: Book
    keys: Keys
    backups: Backups
    opened: Callable[[], Awaitable[None]]
    locked: Callable[[], Awaitable[None]]
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "verify_server_code": self.verify_server_code,
            "resend_server_code": self.resend_server_code,
            "forget_old_shares": self.forget_old_shares,
            "restore_old_shares": self.restore_old_shares,
            "read_file": self.read_file,
            "import_vault": self.import_vault,
            "export_vault": self.export_vault,
            "verify_backup": self.verify_backup,
            "unlock": self.unlock,
            "lock": self.lock,
        }

    async def verify_server_code(self, params: Params) -> Json:
        if not await self._server().verify(self.keys.vault.public_key.hex(), text(params, "code")):
            raise BadRequest("not the code")
        return None

    async def resend_server_code(self, params: Params) -> Json:
        vault = self.keys.vault
        share = ServerShare(server_of(vault.signers) or "", text(params, "password"), text(params, "email"))
        await self._server().resend(vault.public_key.hex(), share)
        return None

    def _server(self) -> VaultServer:
        """Raises BadRequest where fast vaults are switched off: then it has no address."""
        return VaultServer(self.host.http, self.book.settings.vault_server)

    async def forget_old_shares(self, _: Params) -> Json:
        await self.keys.forget_old()
        self.changed()
        return None

    async def restore_old_shares(self, params: Params) -> Json:
        await self.keys.restore_old(text(params, "password"))
        await self.opened()
        return None

    async def read_file(self, params: Params) -> Json:
        return self.backups.look(text(params, "name"), text(params, "data"))

    async def import_vault(self, params: Params) -> Json:
        known = await self.backups.bring_in(*vault_file(params), text(params, "password"))
        if known is None:
            await self.opened()
        return known

    async def export_vault(self, params: Params) -> Json:
        self.keys.touch()
        return await self.backups.write(text(params, "password"), text(params, "file_password"))

    async def verify_backup(self, params: Params) -> Json:
        await self.backups.verify(text(params, "name"), text(params, "data"), text(params, "file_password"))
        self.changed()
        return None

    async def unlock(self, params: Params) -> Json:
        await self.keys.unlock(text(params, "password"))
        await self.opened()
        return None

    async def lock(self, _: Params) -> Json:
        self.keys.lock()
        await self.locked()
        return None
