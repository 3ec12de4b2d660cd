"""A vault: one device's shares of an ECDSA and an EdDSA key, and who holds the others. At rest, Vultisig's `Vault`
message (relay-and-sessions §9.3, §10).

    DKLS       a root key of each curve; ECDSA accounts are derived from the root without hardened steps
    KeyImport  also a key of its own for each chain, made where a seed phrase was brought in; the roots sign nothing
    GG20       shares of the protocol before: read and written again, never signed with (Gg20Vault)

Whatever a message holds beyond what is understood here is kept and written again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from google.protobuf.message import DecodeError

from tandem.curve import bip32, edwards, point
from tandem.curve.secret import Secret
from tandem.errors import VaultFault, WireError
from tandem.mpc import gg20
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import MAX_PARTIES, Curve
from tandem.proto import vault_pb2
from tandem.proto.keygen_pb2 import LIB_TYPE_DKLS, LIB_TYPE_GG20, LIB_TYPE_KEYIMPORT
from tandem.wire import base64_text, parse_json, unbase64, unhex

# A share among four is 0.26 MB in base64, and phones give an imported vault one for each of about thirty chains.
MAX_BYTES: Final = 16 << 20
MAX_KEYS: Final = 128  # of chains, and shares
_NO_PATH: Final = "m"  # relay-and-sessions §6.2: an imported chain key signs as it is

AnyShare: TypeAlias = Keyshare | EddsaKeyshare


class ChainKey(NamedTuple):
    """The key of one chain in an imported vault; `chain` is Vultisig's name for it (relay-and-sessions §11)."""

    chain: str
    share: AnyShare


class SigningKey(NamedTuple):
    """What a chain of this vault is signed with: the ceremony takes both shares and uses that of the job's curve."""

    public_key: bytes
    share: Keyshare
    eddsa: EddsaKeyshare
    path: str


@dataclass(frozen=True, slots=True)
class Vault:
    """`party` is this device's id and one of `signers`; `created` is seconds since the epoch. `lib` is spelled as
    keysign payloads spell it. `kept` is the message that was read, without the shares that are understood."""

    name: str
    party: str
    signers: tuple[str, ...]
    share: Keyshare
    eddsa: EddsaKeyshare
    created: int
    lib: Literal["DKLS", "KeyImport"] = "DKLS"
    chain_keys: tuple[ChainKey, ...] = ()
    kept: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        _require_signers(self.party, self.signers)
        if len(self.signers) != self.share.n:
            raise WireError("the vault's signers are not as many as the share's parties")
        for share in (self.eddsa, *(key.share for key in self.chain_keys)):
            if _committee(share) != _committee(self.share):
                raise WireError("the vault's shares are of different committees")
        if self.chain_keys and self.lib != "KeyImport":
            raise WireError("only an imported vault has keys of chains")

    @property
    def threshold(self) -> int:
        return self.share.threshold

    @property
    def public_key(self) -> bytes:
        """The root ECDSA key, 33 bytes: by it the vault is known to all its devices."""
        return self.share.public_key

    def signing_key(self, chain: str, path: str, curve: Curve) -> SigningKey:
        """The key of `chain` (Vultisig's name), which is at `path` unless the vault was imported. Raises VaultFault
        when an imported vault has no key for it."""
        if self.lib == "DKLS":
            ours = self.share.derive(path) if curve == "ecdsa" else self.eddsa.public_key
            return SigningKey(ours, self.share, self.eddsa, path)
        for key in self.chain_keys:
            if key.chain == chain and isinstance(key.share, Keyshare) and curve == "ecdsa":
                return SigningKey(key.share.public_key, key.share, self.eddsa, _NO_PATH)
            if key.chain == chain and isinstance(key.share, EddsaKeyshare) and curve == "eddsa":
                return SigningKey(key.share.public_key, self.share, key.share, _NO_PATH)
        raise VaultFault(f"the vault was imported without a key for {chain}")

    def public_key_of(self, chain: str, path: str, curve: Curve) -> bytes:
        """The key that the account on `chain` belongs to. Raises VaultFault as signing_key does."""
        return self.signing_key(chain, path, curve).public_key

    @property
    def chain_code(self) -> bytes:
        """The root key's, 32 bytes; an imported vault's is what its file says."""
        message = vault_pb2.Vault.FromString(self.kept)
        told = self.lib == "KeyImport" and message.hex_chain_code
        return unhex(message.hex_chain_code, size=32) if told else self.share.chain_code

    def with_chain_code(self, chain_code: bytes) -> "Vault":
        """An imported vault that keeps this chain code."""
        message = vault_pb2.Vault.FromString(self.kept)
        message.hex_chain_code = chain_code.hex()
        return replace(self, kept=message.SerializeToString(deterministic=True))

    def distinct_keys(self) -> tuple[ChainKey, ...]:
        """The keys of chains, each once, under the name of the first chain that has it."""
        found: dict[bytes, ChainKey] = {}
        for key in self.chain_keys:
            found.setdefault(key.share.public_key, key)
        return tuple(found.values())

    def reshared(
        self,
        share: Keyshare,
        eddsa: EddsaKeyshare,
        signers: tuple[str, ...],
        chain_keys: tuple[ChainKey, ...] = (),
    ) -> "Vault":
        """The same vault with new shares, of all its chains' keys too. Raises VaultFault when one is missing."""
        new = {key.share.public_key: key.share for key in chain_keys}
        if set(new) != {key.share.public_key for key in self.chain_keys}:
            raise VaultFault("the keys of an imported vault's chains were not passed on")
        message = vault_pb2.Vault.FromString(self.kept)
        known = self._shares()
        # further shares of a key that has several, which nobody signs with: they are of the old committee
        rest = [held for held in message.key_shares if not (held.keyshare and held.public_key in known)]
        del message.key_shares[:]
        message.key_shares.extend(rest)
        return replace(
            self,
            share=share,
            eddsa=eddsa,
            signers=signers,
            chain_keys=tuple(ChainKey(chain, new[old.public_key]) for chain, old in self.chain_keys),
            kept=message.SerializeToString(deterministic=True),
        )

    def to_bytes(self) -> bytes:
        """The `Vault` message, with all that was kept. Contains the shares: seal it."""
        message = vault_pb2.Vault.FromString(self.kept)
        message.name = self.name
        message.public_key_ecdsa = self.public_key.hex()
        message.public_key_eddsa = self.eddsa.public_key.hex()
        message.signers[:] = self.signers
        if message.created_at.seconds != self.created:
            message.created_at.seconds = self.created
            message.created_at.nanos = 0
        if self.lib == "DKLS" or not message.hex_chain_code:  # an imported vault keeps its own after a reshare
            message.hex_chain_code = self.share.chain_code.hex()
        message.local_party_id = self.party
        message.lib_type = LIB_TYPE_DKLS if self.lib == "DKLS" else LIB_TYPE_KEYIMPORT
        known = {entry.chain for entry in message.chain_public_keys}
        for chain, share in self.chain_keys:
            if chain not in known:
                is_eddsa = isinstance(share, EddsaKeyshare)
                message.chain_public_keys.add(public_key=share.public_key.hex(), chain=chain, is_eddsa=is_eddsa)
        for public_key, share in self._shares().items():
            entry = next((held for held in message.key_shares if held.public_key == public_key), None)
            if entry is None:
                entry = message.key_shares.add(public_key=public_key)
            entry.keyshare = base64_text(share.to_bytes())
        return message.SerializeToString(deterministic=True)

    def _shares(self) -> dict[str, AnyShare]:
        """By public key, roots first. Chains on one path have one key, and devices sign with its first share."""
        shares: dict[str, AnyShare] = {}
        for share in (self.share, self.eddsa, *(key.share for key in self.chain_keys)):
            shares.setdefault(share.public_key.hex(), share)
        return shares

    @classmethod
    def from_bytes(cls, data: bytes) -> "Vault":
        """Raises WireError when it is no vault, or not one whose shares are sane and its own."""
        vault = read_vault(data)
        if isinstance(vault, Gg20Vault):
            raise WireError("no DKLS vault")
        return vault


@dataclass(frozen=True, slots=True)
class Gg20Vault:
    """A vault of the protocol before DKLS: its accounts are known, but it cannot sign before a migration with all its
    devices (relay-and-sessions §5.2). `content` is the message as it was read, with the shares."""

    lib: ClassVar[Literal["GG20"]] = "GG20"

    name: str
    party: str
    signers: tuple[str, ...]
    public_key: bytes  # root ECDSA, 33
    eddsa_public_key: bytes  # 32
    chain_code: bytes = field(repr=False)  # 32
    created: int
    content: bytes = field(repr=False)

    @property
    def threshold(self) -> int:
        """Its shares do not tell; all apps take two thirds, rounded up."""
        return (2 * len(self.signers) + 2) // 3

    def public_key_of(self, chain: str, path: str, curve: Curve) -> bytes:  # noqa: ARG002 - as Vault's
        """The key that the account on `chain` belongs to."""
        return bip32.derive(self.public_key, self.chain_code, path) if curve == "ecdsa" else self.eddsa_public_key

    def to_bytes(self) -> bytes:
        """The message as it was read."""
        return self.content

    def summands(self) -> tuple[Secret, Secret]:
        """What this device's shares weigh in the ECDSA and in the EdDSA key when all devices take part. Raises
        WireError where their numbers are no shares of the vault's keys."""
        message = vault_pb2.Vault.FromString(self.content)
        ecdsa, eddsa = (_first(message, key).keyshare for key in _roots(message))
        devices = len(self.signers)
        return (
            gg20.ecdsa_summand(ecdsa, self.public_key, devices),
            gg20.eddsa_summand(eddsa, self.eddsa_public_key, devices),
        )

    def migrated(self, share: Keyshare, eddsa: EddsaKeyshare, signers: tuple[str, ...]) -> Vault:
        """The same vault with shares of DKLS for the same keys, in the order in which the migration names the devices.
        Raises WireError when they are of other keys."""
        if (share.public_key, eddsa.public_key) != (self.public_key, self.eddsa_public_key):
            raise WireError("the new shares are not of the vault's keys")
        if share.chain_code != self.chain_code or sorted(signers) != sorted(self.signers):
            raise WireError("the new shares are not of the vault")
        message = vault_pb2.Vault.FromString(self.content)
        others = [held for held in message.key_shares if held.public_key not in _roots(message)]
        del message.key_shares[:]
        message.key_shares.extend(others)
        kept = message.SerializeToString(deterministic=True)
        return Vault(self.name, self.party, signers, share, eddsa, self.created, kept=kept)


AnyVault: TypeAlias = Vault | Gg20Vault


def require_first_share(vault: AnyVault, present: AnyVault) -> None:
    """Raises VaultFault when `present`, which is kept here, is of the same vault: two shares in one place could sign
    without a second device, and of one share there must not be two that both go on to be refreshed."""
    if vault.public_key != present.public_key:
        return
    if vault.party != present.party:
        raise VaultFault(f"the share of {present.party} is here already: two shares of a vault may not be in one place")
    if isinstance(vault, Vault) and isinstance(present, Vault):
        same = vault.share.final_session_id == present.share.final_session_id
        raise VaultFault(
            "this share is here already" if same else "an older or newer share of this vault is here already"
        )
    raise VaultFault("this vault is here already, of another protocol")


def read_vault(data: bytes) -> AnyVault:
    """A `Vault` message. Raises WireError when it is none, or when what it holds does not belong together."""
    message = _parsed(data)
    if message.lib_type == LIB_TYPE_GG20:
        return _gg20(message, data)
    if message.lib_type not in (LIB_TYPE_DKLS, LIB_TYPE_KEYIMPORT):
        raise WireError("a vault of an unknown library")
    imported = message.lib_type == LIB_TYPE_KEYIMPORT
    share = _ecdsa(_held(message, message.public_key_ecdsa), message.public_key_ecdsa)
    if not imported and share.chain_code.hex() != message.hex_chain_code:
        raise WireError("the share's chain code is not the vault's")
    eddsa = _eddsa(_held(message, message.public_key_eddsa), message.public_key_eddsa)
    shares: dict[str, AnyShare] = {message.public_key_ecdsa: share, message.public_key_eddsa: eddsa}
    chain_keys = tuple(_chain_keys(message, shares)) if imported else ()
    for public_key in shares:
        _first(message, public_key).ClearField("keyshare")
    return Vault(
        message.name,
        message.local_party_id,
        tuple(message.signers),
        share,
        eddsa,
        message.created_at.seconds,
        "KeyImport" if imported else "DKLS",
        chain_keys,
        message.SerializeToString(deterministic=True),
    )


def _parsed(data: bytes) -> vault_pb2.Vault:
    if len(data) > MAX_BYTES:
        raise WireError(f"a vault of {len(data)} bytes")
    try:
        message = vault_pb2.Vault.FromString(data)
    except (DecodeError, UnicodeDecodeError) as broken:  # the latter from protobuf's Python runtime (Pyodide)
        raise WireError("no Vault message") from broken
    if len(message.signers) > MAX_PARTIES:
        raise WireError(f"{len(message.signers)} signers")
    if max(len(message.key_shares), len(message.chain_public_keys)) > MAX_KEYS:
        raise WireError("too many keys")
    return message


def _chain_keys(message: vault_pb2.Vault, shares: dict[str, AnyShare]) -> Iterator[ChainKey]:
    """The keys of chains whose curve we know; adds their shares to `shares`."""
    for entry in message.chain_public_keys:
        key = entry.public_key
        if len(key) not in (64, 66):  # ML-DSA and whatever comes: kept as it is. `is_eddsa` is not to be relied on.
            continue
        if key not in shares:
            text = _first(message, key).keyshare
            shares[key] = _ecdsa(unbase64(text), key) if len(key) == 66 else _eddsa(unbase64(text), key)
        yield ChainKey(entry.chain, shares[key])


def _ecdsa(content: bytes, public_key: str) -> Keyshare:
    share = Keyshare.from_bytes(content)
    if share.public_key.hex() != public_key:
        raise WireError("the share is not of the vault's key")
    if share.to_bytes() != content:
        raise WireError("the share holds more than this version can keep")
    return share


def _eddsa(content: bytes, public_key: str) -> EddsaKeyshare:
    share = EddsaKeyshare.from_bytes(content)
    if share.public_key.hex() != public_key:
        raise WireError("the EdDSA share is not of the vault's key")
    return share


def _held(message: vault_pb2.Vault, public_key: str) -> bytes:
    """The share of one of the vault's root keys, which has exactly one."""
    found = [held.keyshare for held in message.key_shares if held.public_key == public_key]
    if len(found) != 1:
        raise WireError("no share for the vault's key")
    return unbase64(found[0])


def _first(message: vault_pb2.Vault, public_key: str) -> vault_pb2.Vault.KeyShare:
    """Phones run a ceremony for each chain: one key may have several shares, and all devices take the first."""
    for held in message.key_shares:
        if held.public_key == public_key:
            return held
    raise WireError("no share for the key of a chain")


def _gg20(message: vault_pb2.Vault, data: bytes) -> Gg20Vault:
    for public_key in _roots(message):
        text = next((held.keyshare for held in message.key_shares if held.public_key == public_key), None)
        if text is None:
            raise WireError("no share for the vault's key")
        share = parse_json(text)
        if not isinstance(share, dict) or share.get("pub_key") != public_key:
            raise WireError("the GG20 share is not of the vault's key")
        if share.get("local_party_key") != message.local_party_id:
            raise WireError("the GG20 share is another device's")
    signers = tuple(message.signers)
    _require_signers(message.local_party_id, signers)
    return Gg20Vault(
        message.name,
        message.local_party_id,
        signers,
        bytes(point.Point.parse(unhex(message.public_key_ecdsa, size=33))),
        bytes(edwards.Point.parse(unhex(message.public_key_eddsa, size=32))),
        unhex(message.hex_chain_code, size=32),
        message.created_at.seconds,
        data,
    )


def _roots(message: vault_pb2.Vault) -> tuple[str, str]:
    return message.public_key_ecdsa, message.public_key_eddsa


def _require_signers(party: str, signers: tuple[str, ...]) -> None:
    if party not in signers or len(set(signers)) != len(signers):
        raise WireError("the vault's signers do not name this device once")


def _committee(share: AnyShare) -> tuple[int, int, int]:
    return share.n, share.threshold, share.party_id
