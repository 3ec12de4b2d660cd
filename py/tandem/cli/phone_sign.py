"""`tandem phone`, a link to something that is to be signed."""

from tandem import ceremony
from tandem.ceremony import AnySignature, Devices, Job, KeysignInvitation
from tandem.chains.reading import Reading, own_account, read_keysign
from tandem.cli.phone_owner import Declined, Owner
from tandem.cli.phone_screen import Lines
from tandem.errors import SetupRefused, VaultFault, WireError
from tandem.vault.vault import SigningKey, Vault


async def keysign(owner: Owner, devices: Devices, invitation: KeysignInvitation) -> None:
    """Show what the payload means, and sign it after a yes. Raises Declined and the ceremony's typed errors."""
    invitation = await ceremony.complete_invitation(devices.relay, invitation)
    if not await owner.vaults.holds(invitation.vault_public_key):
        raise WireError("the link is for a vault that is not on this phone")
    vault = await owner.signing(invitation.vault_public_key)
    if invitation.initiator == vault.party:
        raise SetupRefused("the other device holds the same share")
    reading, key = _read(invitation, vault)
    owner.screen.show(f"Sign a {reading.kind}", _lines(devices, vault, reading, key))
    if not await owner.screen.agree("Sign?"):
        await ceremony.decline(devices, invitation, party=vault.party)
        raise Declined
    signatures = await ceremony.join_keysign(
        devices,
        invitation,
        party=vault.party,
        share=key.share,
        eddsa=key.eddsa,
        jobs=[Job(digest, key.path, reading.curve) for digest in reading.digests],
        report=owner.screen.progress,
        deadline=owner.deadline(devices),
        signers=vault.signers,
    )
    owner.screen.event("done", signatures=[_bytes(signature).hex() for signature in signatures])


def _read(invitation: KeysignInvitation, vault: Vault) -> tuple[Reading, SigningKey]:
    """What is to be signed, from the payload itself, and with which key. Raises SetupRefused for what cannot be
    understood or is not this vault's."""
    payload = invitation.payload
    if payload is None:
        raise SetupRefused("no payload")
    try:
        reading = read_keysign(payload)
        key = vault.signing_key(reading.chain, reading.path, reading.curve)
    except WireError as broken:
        raise SetupRefused(f"not understood: {broken.detail}") from broken
    except VaultFault as missing:
        raise SetupRefused(missing.detail) from missing
    account = own_account(reading.family, key.public_key)
    if reading.account not in (None, account):
        raise SetupRefused("the sender is not this vault's account")
    return read_keysign(payload, account), key


def _lines(devices: Devices, vault: Vault, reading: Reading, key: SigningKey) -> Lines:
    lines = [*reading.lines, ("Asked by", reading.origin or "(not said)")]
    account = own_account(reading.family, key.public_key)
    lines += [("Chain", reading.chain_name), ("Vault", vault.name), ("Account", account)]
    if reading.curve == "ecdsa":
        lines += [("Digest", "0x" + digest.hex()) for digest in reading.digests]
    lines.append(("Relay", devices.relay.base_url))
    return tuple(lines)


def _bytes(signature: AnySignature) -> bytes:
    return signature if isinstance(signature, bytes) else signature.to_bytes()
