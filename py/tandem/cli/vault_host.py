"""The side of a ceremony that shows the link, on a terminal: the phone's vaults on disk are the host's."""

import contextlib
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tandem import ceremony
from tandem.ceremony import Devices, Keygenned, SeedKeys
from tandem.chains.seeds import SUPPORTED
from tandem.cli.made import save_imported, tell
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.entropy import random_bytes
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.relay.client import PUBLIC_RELAY, RelayClient
from tandem.relay.pairing import Invitation
from tandem.vault.journal import Journal
from tandem.vault.vault import Gg20Vault


@dataclass(frozen=True, slots=True)
class Host:
    """What a hosted ceremony works with, and until when it waits for people."""

    devices: Devices
    screen: Screen
    deadline: float

    def invite(self, invitation: Invitation) -> None:
        """Show the link, and as a QR code where a person can scan one."""
        self.screen.event("link", link=invitation.link)
        if sys.stdout.isatty():
            import segno  # the only use of it outside the extension

            segno.make_qr(invitation.link, error="l").terminal(compact=True)


@contextlib.asynccontextmanager
async def hosting(options: Namespace, screen: Screen) -> AsyncIterator[Host]:
    """Connections and a journal for one ceremony; at the end the last messages are let out."""
    clock, tasks = SystemClock(), AsyncioTasks()
    async with CpythonHttp() as http:
        relay = RelayClient(http, options.relay or PUBLIC_RELAY, clock)
        devices = Devices(relay, clock, tasks, random_bytes, Journal(FolderStore(options.data)))
        try:
            yield Host(devices, screen, clock.now() + options.wait)
        finally:
            await tasks.settle(20)


async def host_migrate(host: Host, vaults: PhoneVaults, old: Gg20Vault, password: bytes) -> None:
    """Migrate an old vault with all its other devices; the old share is kept beside the new one."""
    old.summands()  # before anybody is asked: raises WireError for a share that cannot be migrated
    invitation = ceremony.invite_migrate(
        vault_name=old.name,
        public_key=old.public_key,
        chain_code=old.chain_code,
        signers=old.signers,
        relay_url=host.devices.relay.base_url,
    )

    async def save(made: Keygenned) -> None:
        await vaults.replace(old.migrated(made.share, made.eddsa, made.signers), password)

    host.invite(invitation)
    made = await ceremony.host_migrate(
        host.devices, invitation, vault=old, report=host.screen.progress, save=save, deadline=host.deadline
    )
    tell(host.screen, made)


async def host_key_import(
    host: Host, vaults: PhoneVaults, keys: SeedKeys, *, name: str, party: str, size: int, password: bytes
) -> None:
    """Make a vault of a seed phrase's keys with other devices; `keys` are wiped as they are dealt."""
    relay_url = host.devices.relay.base_url
    invitation = ceremony.invite_key_import(vault_name=name, chains=SUPPORTED, relay_url=relay_url)

    async def save(made: Keygenned) -> None:
        await save_imported(vaults, made, name, int(host.devices.clock.now()), password)

    host.invite(invitation)
    made = await ceremony.host_key_import(
        host.devices,
        invitation,
        party=party,
        size=size,
        keys=keys,
        report=host.screen.progress,
        save=save,
        deadline=host.deadline,
    )
    tell(host.screen, made)
