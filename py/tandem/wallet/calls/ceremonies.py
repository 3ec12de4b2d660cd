"""Calls about what several devices do together: vaults made, brought in, migrated, passed on, and others' links."""

from dataclasses import dataclass

from tandem.errors import BadRequest
from tandem.mpc.setup import MAX_PARTIES
from tandem.wallet.backups import Backups
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, number, optional_text, text, vault_file
from tandem.wallet.changing import Changing
from tandem.wallet.creation import Creation
from tandem.wallet.hosting import Hosting
from tandem.wallet.joining import Joining
from tandem.wallet.keys import Keys
from tandem.wallet.shares import Given
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class CeremonyCalls:
    """What this wallet hosts, and what it joins."""

    keys: Keys
    hosting: Hosting
    creation: Creation
    changing: Changing
    joining: Joining
    backups: Backups

    @property
    def table(self) -> Calls:
        return {
            "create_vault": self.create_vault,
            "read_phrase": self.read_phrase,
            "forget_phrase": self.forget_phrase,
            "bring_in_phrase": self.bring_in_phrase,
            "migrate_vault": self.migrate_vault,
            "reshare_vault": self.reshare_vault,
            "cancel_ceremony": self.cancel_ceremony,
            "follow_link": self.follow_link,
            "join": self.join,
            "leave_link": self.leave_link,
        }

    async def create_vault(self, params: Params) -> Json:
        server = params.get("server")
        with_server = None
        if isinstance(server, dict):
            with_server = (text(server, "password"), text(server, "email"))
        self.creation.begin(text(params, "name"), text(params, "password"), _size(params), with_server)
        return None

    async def read_phrase(self, params: Params) -> Json:
        return dict(self.creation.read_phrase(text(params, "phrase")))

    async def forget_phrase(self, _: Params) -> Json:
        self.creation.forget_phrase()
        return None

    async def bring_in_phrase(self, params: Params) -> Json:
        phantom = params.get("phantom") is True
        self.creation.begin_import(text(params, "name"), text(params, "password"), _size(params), phantom=phantom)
        return None

    async def migrate_vault(self, params: Params) -> Json:
        self.changing.begin_migration(self.backups.old(*vault_file(params)), text(params, "password"))
        return None

    async def reshare_vault(self, params: Params) -> Json:
        await self.changing.begin_reshare(number(params, "size", MAX_PARTIES), text(params, "password"))
        return None

    async def cancel_ceremony(self, _: Params) -> Json:
        self.hosting.cancel()
        return None

    async def follow_link(self, params: Params) -> Json:
        self.keys.touch()
        await self.joining.follow(text(params, "link"))
        return None

    async def join(self, params: Params) -> Json:
        self.keys.touch()
        file = params.get("file")
        if file is not None and not isinstance(file, dict):
            raise BadRequest("file")
        old = self.backups.old(*vault_file(file)) if file is not None else None
        self.joining.join(Given(optional_text(params, "password"), old))
        return None

    async def leave_link(self, _: Params) -> Json:
        await self.joining.leave()
        return None


def _size(params: Params) -> int:
    size = params.get("size")
    return size if isinstance(size, int) else 0
