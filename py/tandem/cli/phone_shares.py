"""`tandem phone`, the links that end with a share here: a new vault, other devices, an upgrade, a phrase's keys."""

from tandem import ceremony
from tandem.ceremony import (
    Devices,
    Held,
    KeygenInvitation,
    Keygenned,
    KeyImportInvitation,
    MigrateInvitation,
    ReshareInvitation,
)
from tandem.cli.made import save_imported, tell
from tandem.cli.phone_owner import Owner
from tandem.errors import VaultFault
from tandem.vault.vault import Gg20Vault


async def keygen(owner: Owner, devices: Devices, invitation: KeygenInvitation) -> None:
    """Join the making of a vault. Raises Declined and the ceremony's typed errors, as all of these do."""
    name, party = invitation.message.vault_name, owner.party
    lines = (("Vault", name), ("This phone", party), _relay(devices))
    password = await owner.agreed("Make a vault together", lines, "Join?", new=True)

    async def save(made: Keygenned) -> None:
        await owner.vaults.save(made.vault(name, int(devices.clock.now())), password)

    made = await ceremony.join_keygen(
        devices,
        invitation,
        party=party,
        report=owner.screen.progress,
        save=save,
        deadline=owner.deadline(devices),
    )
    tell(owner.screen, made)


async def reshare(owner: Owner, devices: Devices, invitation: ReshareInvitation) -> None:
    """Take part in a change of devices, with the share from before where there is one."""
    name, key = invitation.message.vault_name, invitation.public_key.hex()
    old = await owner.signing(key) if await owner.vaults.holds(key) else None
    party = old.party if old is not None else owner.party
    # The vault's devices as this phone knows them, or as the link says.
    before = old.signers if old is not None else invitation.message.old_parties
    lines = [("Vault", name), ("This phone", party), ("Devices until now", ", ".join(before))]
    if old is None:
        lines.append(("New here", "this phone gets a share of a vault that it does not have yet"))
    lines.append(_relay(devices))
    password = await owner.agreed("Change the devices of a vault", tuple(lines), "Take part?", new=old is None)

    async def save(made: Keygenned) -> None:
        if old is not None:
            vault = old.reshared(made.share, made.eddsa, made.signers, made.chain_keys)
        else:
            code = invitation.chain_code if invitation.chains else None
            vault = made.vault(name, int(devices.clock.now()), code)
        await owner.vaults.replace(vault, password)

    made = await ceremony.join_reshare(
        devices,
        invitation,
        party=party,
        held=Held.of(old) if old is not None else None,
        report=owner.screen.progress,
        save=save,
        deadline=owner.deadline(devices),
    )
    tell(owner.screen, made)


async def migrate(owner: Owner, devices: Devices, invitation: MigrateInvitation) -> None:
    """Upgrade an old vault that is on this phone."""
    key = invitation.public_key.hex()
    if not await owner.vaults.holds(key):
        raise VaultFault("the link is for an old vault that is not on this phone: tandem vault import brings it here")
    old = await owner.opened(key)
    if not isinstance(old, Gg20Vault):
        raise VaultFault("this phone's share is of the new kind already")
    lines = (
        ("Vault", old.name),
        ("This phone", old.party),
        ("All its devices", ", ".join(old.signers)),
        ("Afterwards", "the same accounts, new shares; the old share is kept"),
        _relay(devices),
    )
    password = await owner.agreed("Upgrade an old vault", lines, "Take part?", new=False)

    async def save(made: Keygenned) -> None:
        await owner.vaults.replace(old.migrated(made.share, made.eddsa, made.signers), password)

    made = await ceremony.join_migrate(
        devices,
        invitation,
        vault=old,
        report=owner.screen.progress,
        save=save,
        deadline=owner.deadline(devices),
    )
    tell(owner.screen, made)


async def key_import(owner: Owner, devices: Devices, invitation: KeyImportInvitation) -> None:
    """Join the making of a vault of a seed phrase's keys."""
    name, party = invitation.message.vault_name, owner.party
    lines = (
        ("Vault", name),
        ("This phone", party),
        ("Chains", ", ".join(invitation.chains)),
        ("The keys", "the other device knows them whole, from a seed phrase, and whoever has that phrase"),
        _relay(devices),
    )
    password = await owner.agreed("Make a vault of a seed phrase's keys", lines, "Join?", new=True)

    async def save(made: Keygenned) -> None:
        await save_imported(owner.vaults, made, name, int(devices.clock.now()), password)

    made = await ceremony.join_key_import(
        devices,
        invitation,
        party=party,
        report=owner.screen.progress,
        save=save,
        deadline=owner.deadline(devices),
    )
    tell(owner.screen, made)


def _relay(devices: Devices) -> tuple[str, str]:
    return ("Relay", devices.relay.base_url)
