"""The vault's keys in new shares: passed on to other devices, or out of the protocol before with all of its devices."""

from tandem.ceremony import (
    Devices,
    Held,
    Keygenned,
    Report,
    host_migrate,
    host_reshare,
    invite_migrate,
    invite_reshare,
)
from tandem.errors import BadRequest, SetupRefused, VaultFault, WireError
from tandem.mpc.setup import MAX_PARTIES
from tandem.vault.vault import Gg20Vault
from tandem.wallet.host import Host
from tandem.wallet.hosting import Hosting
from tandem.wallet.keys import Keys, require_password


class Changing:
    """Invites to what changes a vault's shares; `hosting` shows it."""

    def __init__(self, host: Host, keys: Keys, hosting: Hosting) -> None:
        self._host, self._keys, self._hosting = host, keys, hosting

    async def begin_reshare(self, size: int, password: str) -> None:
        """Invites to a change of the vault's devices, `size` of them from then on, this one among them.

        Raises BadRequest for a number that cannot be, WrongPassword, VaultLocked.
        """
        if not 2 <= size <= MAX_PARTIES:
            raise BadRequest(f"two to {MAX_PARTIES} devices")
        vault = await self._keys.read(password)
        invitation = invite_reshare(
            vault_name=vault.name,
            public_key=vault.public_key,
            chain_code=vault.chain_code,
            signers=vault.signers,
            chains=[chain for chain, _ in vault.distinct_keys()],
            relay_url=self._hosting.relay_url,
            rng=self._host.rng,
        )

        async def save(made: Keygenned) -> None:
            new = vault.reshared(made.share, made.eddsa, made.signers, made.chain_keys)
            await self._keys.replace(new, password)

        async def pass_on(devices: Devices, report: Report, deadline: float) -> bool:
            made = await host_reshare(
                devices,
                invitation,
                party=vault.party,
                held=Held.of(vault),
                size=size,
                report=report,
                save=save,
                deadline=deadline,
            )
            return made.confirmed

        self._hosting.begin("reshare", invitation, size, pass_on)

    def begin_migration(self, vault: Gg20Vault, password: str) -> None:
        """Invites all other devices of a vault of the protocol before. Its file stays the person's, with the old share.

        Raises VaultFault when a vault is here, BadRequest, SetupRefused for shares that are not of the vault's keys.
        """
        if self._keys.exists:
            raise VaultFault("a vault is here already")
        require_password(password)
        require_summands(vault)
        invitation = invite_migrate(
            vault_name=vault.name,
            public_key=vault.public_key,
            chain_code=vault.chain_code,
            signers=vault.signers,
            relay_url=self._hosting.relay_url,
            rng=self._host.rng,
        )

        async def save(made: Keygenned) -> None:
            await self._keys.save(vault.migrated(made.share, made.eddsa, made.signers), password)

        async def migrate(devices: Devices, report: Report, deadline: float) -> bool:
            made = await host_migrate(devices, invitation, vault=vault, report=report, save=save, deadline=deadline)
            return made.confirmed

        self._hosting.begin("migrate", invitation, len(vault.signers), migrate)


def require_summands(vault: Gg20Vault) -> None:
    """Before anybody is asked for anything. Raises SetupRefused."""
    try:
        for summand in vault.summands():
            summand.wipe()
    except WireError as broken:
        raise SetupRefused("the old shares are not of the vault's keys") from broken
