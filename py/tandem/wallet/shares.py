"""Another device's link that gives this one a share: a vault made, changed, migrated, or of a recovery phrase's keys.

What each asks is told to the screen; after the yes, `take` runs this device's part and keeps the share.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from tandem.ceremony import (
    Devices,
    Held,
    KeygenInvitation,
    Keygenned,
    KeyImportInvitation,
    MigrateInvitation,
    Report,
    ReshareInvitation,
    join_key_import,
    join_keygen,
    join_migrate,
    join_reshare,
)
from tandem.errors import BadRequest, SetupRefused, VaultFault
from tandem.vault.vault import Gg20Vault
from tandem.wallet.changing import require_summands
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys, require_password
from tandem.wire import Json

ShareInvitation: TypeAlias = KeygenInvitation | ReshareInvitation | MigrateInvitation | KeyImportInvitation


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives with the yes: a password, new or of the vault here, and for a migration the old vault."""

    password: str = field(repr=False)
    old: Gg20Vault | None = None


class Shares:
    """Takes this device's part in what other devices host."""

    def __init__(self, host: Host, keys: Keys) -> None:
        self._host, self._keys = host, keys

    def asked(self, invitation: ShareInvitation) -> dict[str, Json]:
        """For the screen: kind, the vault's name, and what matters of the kind.

        Raises VaultFault where a vault is here that has no part in it, SetupRefused for a reshare of another vault.
        """
        name: dict[str, Json] = {"name": invitation.message.vault_name}
        if isinstance(invitation, ReshareInvitation):
            held = self._keys.vault if self._keys.exists else None
            if held is not None and held.public_key != invitation.public_key:
                raise SetupRefused("the link is for another vault")
            signers = held.signers if held is not None else tuple(invitation.message.old_parties)
            return name | {"kind": "reshare", "devices": list(signers), "member": held is not None}
        if self._keys.exists:
            raise VaultFault("a vault is here already")
        if isinstance(invitation, KeygenInvitation):
            return name | {"kind": "keygen"}
        if isinstance(invitation, MigrateInvitation):
            return name | {"kind": "migrate", "devices": list(invitation.message.old_parties)}
        return name | {"kind": "key_import", "chains": list(invitation.chains)}

    def require(self, invitation: ShareInvitation, given: Given) -> None:
        """That what was given can do. Raises BadRequest, and SetupRefused for an old vault that is not the link's."""
        require_password(given.password)
        if isinstance(invitation, MigrateInvitation):
            if given.old is None:
                raise BadRequest("a migration needs the old vault's file")
            if given.old.public_key != invitation.public_key:
                raise SetupRefused("the link is for another vault")
            require_summands(given.old)

    async def take(
        self, devices: Devices, invitation: ShareInvitation, given: Given, report: Report, deadline: float
    ) -> None:
        """To the end: the share is kept, or a typed error says why there is none."""
        if isinstance(invitation, KeygenInvitation):
            await self._keygen(devices, invitation, given, report, deadline)
        elif isinstance(invitation, ReshareInvitation):
            await self._reshare(devices, invitation, given, report, deadline)
        elif isinstance(invitation, MigrateInvitation):
            await self._migrate(devices, invitation, given, report, deadline)
        else:
            await self._key_import(devices, invitation, given, report, deadline)

    async def _keygen(
        self, devices: Devices, invitation: KeygenInvitation, given: Given, report: Report, deadline: float
    ) -> None:
        async def save(made: Keygenned) -> None:
            vault = made.vault(invitation.message.vault_name, int(self._host.clock.now()))
            await self._keys.save(vault, given.password)

        party = self._party()
        await join_keygen(devices, invitation, party=party, report=report, save=save, deadline=deadline)

    async def _reshare(
        self, devices: Devices, invitation: ReshareInvitation, given: Given, report: Report, deadline: float
    ) -> None:
        old = await self._keys.read(given.password) if self._keys.exists else None

        async def save(made: Keygenned) -> None:
            if old is not None:
                new = old.reshared(made.share, made.eddsa, made.signers, made.chain_keys)
                await self._keys.replace(new, given.password)
            else:
                code = invitation.chain_code if invitation.chains else None
                vault = made.vault(invitation.message.vault_name, int(self._host.clock.now()), code)
                await self._keys.save(vault, given.password)

        await join_reshare(
            devices,
            invitation,
            party=old.party if old is not None else self._party(),
            held=Held.of(old) if old is not None else None,
            report=report,
            save=save,
            deadline=deadline,
        )

    async def _migrate(
        self, devices: Devices, invitation: MigrateInvitation, given: Given, report: Report, deadline: float
    ) -> None:
        old = given.old
        if old is None:
            raise BadRequest("a migration needs the old vault's file")

        async def save(made: Keygenned) -> None:
            await self._keys.save(old.migrated(made.share, made.eddsa, made.signers), given.password)

        await join_migrate(devices, invitation, vault=old, report=report, save=save, deadline=deadline)

    async def _key_import(
        self, devices: Devices, invitation: KeyImportInvitation, given: Given, report: Report, deadline: float
    ) -> None:
        async def save(made: Keygenned) -> None:
            vault = made.vault(invitation.message.vault_name, int(self._host.clock.now()))
            await self._keys.save(vault, given.password)

        party = self._party()
        await join_key_import(devices, invitation, party=party, report=report, save=save, deadline=deadline)

    def _party(self) -> str:
        return "extension-" + self._host.rng(8).hex()
