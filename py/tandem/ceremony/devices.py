"""What a ceremony works with, tells and makes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from tandem.entropy import Rng
from tandem.errors import SetupRefused
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import Curve
from tandem.ports import Clock, Tasks
from tandem.relay.client import RelayClient
from tandem.relay.exchange import Line, Pace
from tandem.relay.pairing import Invitation


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
    """A new share of either key. `confirmed`: every other device has said that it has stored its own."""

    share: Keyshare = field(repr=False)
    eddsa: EddsaKeyshare = field(repr=False)
    signers: tuple[str, ...]
    party: str
    confirmed: bool = False


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
