"""A vault: one device's shares of an ECDSA and an EdDSA key, and who holds the others. At rest,
Vultisig's `Vault` message (spec §9)."""

from dataclasses import dataclass

from google.protobuf.message import DecodeError

from tandem.errors import WireError
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.proto import vault_pb2
from tandem.proto.keygen_pb2 import LIB_TYPE_DKLS
from tandem.wire import base64_text, unbase64

MAX_BYTES = 4 << 20  # ten parties' share is about 0.6 MB, 0.8 MB in base64


@dataclass(frozen=True, slots=True)
class Vault:
    """`party` is this device's id and one of `signers`; `created` is seconds since the epoch."""

    name: str
    party: str
    signers: tuple[str, ...]
    share: Keyshare
    eddsa: EddsaKeyshare
    created: int

    def __post_init__(self) -> None:
        if self.party not in self.signers or len(set(self.signers)) != len(self.signers):
            raise WireError("the vault's signers do not name this device once")
        if len(self.signers) != self.share.n:
            raise WireError("the vault's signers are not as many as the share's parties")
        ecdsa, eddsa = self.share, self.eddsa
        if (ecdsa.n, ecdsa.threshold, ecdsa.party_id) != (eddsa.n, eddsa.threshold, eddsa.party_id):
            raise WireError("the vault's shares are of different committees")

    @property
    def threshold(self) -> int:
        return self.share.threshold

    @property
    def public_key(self) -> bytes:
        """The root ECDSA key, 33 bytes: by it the vault is known to all its devices."""
        return self.share.public_key

    def to_bytes(self) -> bytes:
        """The `Vault` message. Contains the shares: seal it."""
        message = vault_pb2.Vault(
            name=self.name,
            public_key_ecdsa=self.public_key.hex(),
            public_key_eddsa=self.eddsa.public_key.hex(),
            signers=self.signers,
            hex_chain_code=self.share.chain_code.hex(),
            local_party_id=self.party,
            lib_type=LIB_TYPE_DKLS,
        )
        message.created_at.seconds = self.created
        for share in (self.share, self.eddsa):
            message.key_shares.add(public_key=share.public_key.hex(), keyshare=base64_text(share.to_bytes()))
        return message.SerializeToString(deterministic=True)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Vault":
        """Raises WireError when it is no vault, or not one whose shares are sane and its own."""
        if len(data) > MAX_BYTES:
            raise WireError(f"a vault of {len(data)} bytes")
        message = vault_pb2.Vault()
        try:
            message.ParseFromString(data)
        except DecodeError as broken:
            raise WireError("no Vault message") from broken
        if message.lib_type != LIB_TYPE_DKLS:
            raise WireError("no DKLS vault")
        share = Keyshare.from_bytes(_held(message, message.public_key_ecdsa))
        if share.public_key.hex() != message.public_key_ecdsa or share.chain_code.hex() != message.hex_chain_code:
            raise WireError("the share is not of the vault's key")
        eddsa = EddsaKeyshare.from_bytes(_held(message, message.public_key_eddsa))
        if eddsa.public_key.hex() != message.public_key_eddsa:
            raise WireError("the EdDSA share is not of the vault's key")
        signers, created = tuple(message.signers), message.created_at.seconds
        return cls(message.name, message.local_party_id, signers, share, eddsa, created)


def _held(message: vault_pb2.Vault, public_key: str) -> bytes:
    """The share of one of the vault's keys."""
    found = [held.keyshare for held in message.key_shares if held.public_key == public_key]
    if len(found) != 1:
        raise WireError("no share for the vault's key")
    return unbase64(found[0])
