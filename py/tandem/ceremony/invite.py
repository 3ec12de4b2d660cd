"""Invitations: made by the host, completed or declined by a joiner (relay-and-sessions §3)."""

from collections.abc import Sequence

from tandem.ceremony.devices import Devices
from tandem.ceremony.meet import DECLINE, declining
from tandem.entropy import Rng, random_bytes
from tandem.errors import RelayFault
from tandem.proto.keygen_pb2 import LIB_TYPE_DKLS, LIB_TYPE_KEYIMPORT, KeygenMessage, ReshareMessage
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.relay.client import PUBLIC_RELAY, Record, RelayClient
from tandem.relay.envelope import message_hash, seal
from tandem.relay.pairing import (
    MAX_LINK,
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
    key_import_link,
    keygen_link,
    keysign_link,
    migrate_link,
    pack,
    reshare_link,
)


def invite_keygen(*, vault_name: str, relay_url: str = PUBLIC_RELAY, rng: Rng = random_bytes) -> KeygenInvitation:
    """A fresh session to make a vault in, and its link."""
    message = KeygenMessage(
        session_id=_uuid(rng),
        hex_chain_code=rng(32).hex(),  # the key generation makes its own; readers insist on the field
        service_name=_service(rng),
        encryption_key_hex=rng(32).hex(),
        use_vultisig_relay=True,
        vault_name=vault_name,
        lib_type=LIB_TYPE_DKLS,
    )
    return KeygenInvitation(keygen_link(message, relay_url=relay_url), message, relay_url)


def invite_reshare(
    *,
    vault_name: str,
    public_key: bytes,
    chain_code: bytes,
    signers: Sequence[str],
    chains: Sequence[str] = (),
    relay_url: str = PUBLIC_RELAY,
    rng: Rng = random_bytes,
) -> ReshareInvitation:
    """A fresh session to pass a vault on in, and its link; public_key and chain_code are the root ECDSA key's, `chains`
    those of an imported vault that have a key (`chains_of`)."""
    message = _changing(vault_name, public_key, chain_code, signers, rng)
    if chains:
        message.lib_type = LIB_TYPE_KEYIMPORT
        message.chains.extend(chains)
    return ReshareInvitation(reshare_link(message, relay_url=relay_url), message, relay_url)


def invite_migrate(
    *,
    vault_name: str,
    public_key: bytes,
    chain_code: bytes,
    signers: Sequence[str],
    relay_url: str = PUBLIC_RELAY,
    rng: Rng = random_bytes,
) -> MigrateInvitation:
    """A fresh session to migrate a GG20 vault in, and its link."""
    message = _changing(vault_name, public_key, chain_code, signers, rng)
    return MigrateInvitation(migrate_link(message, relay_url=relay_url), message, relay_url)


def invite_key_import(
    *, vault_name: str, chains: Sequence[str], relay_url: str = PUBLIC_RELAY, rng: Rng = random_bytes
) -> KeyImportInvitation:
    """A fresh session to bring keys in, roots and one for each of `chains` (Vultisig's names), and its link."""
    message = KeygenMessage(
        session_id=_uuid(rng),
        hex_chain_code=rng(32).hex(),
        service_name=_service(rng),
        encryption_key_hex=rng(32).hex(),
        use_vultisig_relay=True,
        vault_name=vault_name,
        lib_type=LIB_TYPE_KEYIMPORT,
        chains=chains,
    )
    return KeyImportInvitation(key_import_link(message, relay_url=relay_url), message, relay_url)


async def invite_keysign(
    devices: Devices,
    *,
    payload: KeysignPayload | CustomMessagePayload,
    vault_public_key: str,
    party: str,
    rng: Rng | None = None,
) -> KeysignInvitation:
    """A fresh session to sign in, and its link; a payload too long for a link is put on the relay (unencrypted)."""
    rng = rng or devices.rng
    payload.vault_public_key_ecdsa = vault_public_key
    payload.vault_local_party_id = party
    base = KeysignMessage(
        session_id=_uuid(rng),
        service_name=_service(rng),
        encryption_key_hex=rng(32).hex(),
        use_vultisig_relay=True,
    )
    message = KeysignMessage()
    message.CopyFrom(base)
    custom = isinstance(payload, CustomMessagePayload)
    if isinstance(payload, CustomMessagePayload):
        message.custom_message_payload.CopyFrom(payload)
    else:
        payload.lib_type = "DKLS"
        message.keysign_payload.CopyFrom(payload)
    relay_url = devices.relay.base_url
    link = keysign_link(vault_public_key, message, relay_url=relay_url)
    if len(link) > MAX_LINK:
        name = await devices.relay.upload_payload(pack(payload.SerializeToString(deterministic=True)))
        message = base
        if custom:
            message.custom_payload_id = name
        else:
            message.payload_id = name
        link = keysign_link(vault_public_key, message, relay_url=relay_url)
    return KeysignInvitation(link, message, vault_public_key.lower(), payload, relay_url)


async def complete_invitation(relay: RelayClient, invitation: KeysignInvitation) -> KeysignInvitation:
    """Fetch an offloaded payload. Raises RelayFault when it is gone, WireError when it is not this vault's."""
    if invitation.payload is not None or invitation.payload_id is None:
        return invitation
    text = await relay.payload(invitation.payload_id)
    if text is None:
        raise RelayFault("the payload is not on the relay")
    return invitation.with_payload(text)


async def decline(devices: Devices, invitation: KeysignInvitation, *, party: str) -> None:
    """Tell the host that the person said no. Raises RelayFault when the relay does not take it.

    The note is sealed with the session's key and names the session: the relay can neither make nor transplant it.
    """
    relay, key = devices.relay, invitation.key
    names = [invitation.initiator] if invitation.initiator else []
    names += [name for name in await relay.parties(invitation.session_id) if name not in (*names, party)]
    note = declining(invitation.session_id)
    for number, name in enumerate(names):
        text = seal(key, note, devices.rng)
        record = Record(invitation.session_id, party, (name,), text, message_hash(note), number)
        await relay.post_message(record, DECLINE)


def _changing(name: str, public_key: bytes, chain_code: bytes, signers: Sequence[str], rng: Rng) -> ReshareMessage:
    return ReshareMessage(
        session_id=_uuid(rng),
        hex_chain_code=chain_code.hex(),
        service_name=_service(rng),
        public_key_ecdsa=public_key.hex(),
        old_parties=signers,
        encryption_key_hex=rng(32).hex(),
        use_vultisig_relay=True,
        vault_name=name,
        lib_type=LIB_TYPE_DKLS,
    )


def _uuid(rng: Rng) -> str:
    """A version 4 UUID, lower case."""
    raw = bytearray(rng(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = bytes(raw).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _service(rng: Rng) -> str:
    # Only local discovery, which we do not offer, would use it; three digits as the incumbent's.
    return f"Vultisig-Extension-{100 + int.from_bytes(rng(4), 'big') % 900}"
