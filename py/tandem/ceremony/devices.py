"""What a ceremony works with, tells and makes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from tandem.chains.seeds import relatives
from tandem.entropy import Rng
from tandem.errors import SetupRefused
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import Curve
from tandem.ports import Clock, Tasks
from tandem.relay.client import RelayClient
from tandem.relay.line import Line, Pace
from tandem.relay.pairing import Invitation
from tandem.vault.vault import AnyShare, ChainKey, Vault


@dataclass(frozen=True, slots=True)
class Progress:
    """`item` of `items` counts signatures from 1; `round` of `rounds` is the session's."""

    stage: Literal["waiting", "joined", "running", "finishing", "done"]
    peers: tuple[str, ...] = ()
    round: int = 0
    rounds: int = 0
    item: int = 1
    items: int = 1


Report = Callable[[Progress], None]


class Journal(Protocol):
    """Durable facts: each write has survived when it returns. `vault_key` changes when the shares do."""

    async def used(self, instance_id: bytes) -> bool: ...

    async def record_used(self, instance_id: bytes) -> None: ...

    async def ban(self, vault_key: bytes, party: str) -> None: ...

    async def banned(self, vault_key: bytes) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Devices:
    """What a ceremony works with."""

    relay: RelayClient
    clock: Clock
    tasks: Tasks
    rng: Rng
    journal: Journal
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Keygenned:
    """A new share of either key, and of an imported vault of each chain's. `confirmed`: every other device has said
    that it has stored its own."""

    share: Keyshare = field(repr=False)
    eddsa: EddsaKeyshare = field(repr=False)
    signers: tuple[str, ...]
    party: str
    confirmed: bool = False
    chain_keys: tuple[ChainKey, ...] = field(default=(), repr=False)

    def vault(self, name: str, created: int, chain_code: bytes | None = None) -> Vault:
        """A new vault of these shares. One with keys of chains is an imported one, whose `chain_code` need not be the
        root share's: chains that have no key here have that of their relative, and of several shares of one key all
        devices take the first (relay-and-sessions §9.3)."""
        vault = Vault(name, self.party, self.signers, self.share, self.eddsa, created)
        if not self.chain_keys:
            return vault
        first: dict[bytes, AnyShare] = {}
        for _, share in self.chain_keys:
            first.setdefault(share.public_key, share)
        found = {chain: first[share.public_key] for chain, share in self.chain_keys}
        for chain, share in self.chain_keys:
            for relative in relatives(chain):
                found.setdefault(relative, first[share.public_key])
        keys = tuple(ChainKey(chain, share) for chain, share in found.items())
        imported = replace(vault, lib="KeyImport", chain_keys=keys)
        return imported if chain_code is None else imported.with_chain_code(chain_code)


@dataclass(frozen=True, slots=True)
class Job:
    """One signature wanted: of 32 bytes with the ECDSA key at an unhardened path, or of a message of any length with
    the EdDSA key itself, whose path means nothing."""

    digest: bytes
    path: str = "m"
    curve: Curve = "ecdsa"


def family_threshold(size: int) -> int:
    """How many of `size` devices sign: two thirds, rounded up, in all clients of the family."""
    return -(-2 * size // 3)


def line_of(devices: Devices, invitation: Invitation, party: str) -> Line:
    relay, pace = devices.relay, devices.pace
    return Line(relay, devices.clock, devices.tasks, devices.rng, pace, invitation.session_id, invitation.key, party)


async def claim(devices: Devices, instance_id: bytes) -> None:
    """A session id is used once, whatever happens after (security.md T14)."""
    if await devices.journal.used(instance_id):
        raise SetupRefused("replay: this session has been run before")
    await devices.journal.record_used(instance_id)
