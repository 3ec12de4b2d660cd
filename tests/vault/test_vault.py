"""Vaults as Vultisig's `Vault` message: both keys there and back, and what is refused."""

from dataclasses import replace

import pytest

from mpc.committee import NAMES, key
from mpc.schnorr.committee import key as eddsa_key
from tandem.errors import VaultFault, WireError
from tandem.proto import vault_pb2
from tandem.vault.vault import MAX_BYTES, Vault, require_first_share


def vault(party=0):
    return Vault("savings", NAMES[party], NAMES[:2], key(2, 2)[party], eddsa_key(2, 2)[party], 1_700_000_000)


def changed(change):
    message = vault_pb2.Vault.FromString(vault().to_bytes())
    change(message)
    return message.SerializeToString()


@pytest.mark.parametrize("party", [0, 1])
def test_round_trip(party):
    made = vault(party)
    read = Vault.from_bytes(made.to_bytes())
    assert read.to_bytes() == made.to_bytes()
    assert (read.name, read.party, read.signers, read.created) == ("savings", NAMES[party], NAMES[:2], 1_700_000_000)
    assert read.eddsa.public_key == made.eddsa.public_key and read.public_key == made.public_key


def test_fields_are_vultisigs():
    message = vault_pb2.Vault.FromString(vault().to_bytes())
    assert message.public_key_ecdsa == vault().public_key.hex()
    assert message.public_key_eddsa == vault().eddsa.public_key.hex()
    assert [held.public_key for held in message.key_shares] == [message.public_key_ecdsa, message.public_key_eddsa]
    assert message.hex_chain_code == vault().share.chain_code.hex()  # the ECDSA key's, not the other's


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message.ClearField("public_key_eddsa"),
        lambda message: message.key_shares.pop(),
        lambda message: message.key_shares.append(message.key_shares[1]),
        lambda message: message.key_shares[1].ClearField("keyshare"),
        lambda message: setattr(message.key_shares[1], "keyshare", message.key_shares[0].keyshare),
        lambda message: setattr(message, "public_key_ecdsa", "02" * 33),
        lambda message: setattr(message, "hex_chain_code", "00" * 32),
        lambda message: setattr(message, "lib_type", 0),
        lambda message: setattr(message, "local_party_id", "eve"),
        lambda message: message.signers.append("eve"),
        lambda message: message.signers.append(NAMES[0]),
    ],
)
def test_message_that_is_no_vault(change):
    with pytest.raises(WireError):
        Vault.from_bytes(changed(change))


def test_eddsa_share_under_another_key():
    def change(message):
        message.public_key_eddsa = message.key_shares[1].public_key = "58" + "66" * 31

    with pytest.raises(WireError, match="EdDSA share is not"):
        Vault.from_bytes(changed(change))


def test_shares_of_different_committees():
    with pytest.raises(WireError, match="different committees"):
        replace(vault(), eddsa=eddsa_key(2, 2)[1])


def test_no_protobuf_and_too_long():
    with pytest.raises(WireError):
        Vault.from_bytes(b"\xff")
    with pytest.raises(WireError, match="bytes"):
        Vault.from_bytes(bytes(MAX_BYTES + 1))


def test_two_shares_of_a_vault_are_not_kept_in_one_place():
    def refreshed(made):
        """As after a change of devices: the same key and party, other shares."""
        return replace(made, share=replace(made.share, final_session_id=bytes(32)))

    other = replace(vault(), share=key(2, 3)[0], eddsa=eddsa_key(2, 3)[0], signers=NAMES[:3])
    require_first_share(other, vault())  # another vault's
    for present, why in ((vault(1), f"share of {NAMES[1]}"), (vault(), "this share"), (refreshed(vault()), "older")):
        with pytest.raises(VaultFault, match=why):
            require_first_share(vault(), present)
