"""What the desk and the cosigner need of a chain family: what a page's request means, and what goes to the phone.

The state machine of a request (desk.py, cosign.py) is the same for all chains; a family is a folder here, composed of
its meaning in `chains/` and its dialect in `provider/`.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from tandem.ceremony import AnySignature, Job
from tandem.chains.reading import Payload
from tandem.provider.methods import Needs
from tandem.provider.permission import Site
from tandem.provider.record import Record
from tandem.provider.request import Call
from tandem.vault.vault import SigningKey, Vault
from tandem.wire import Json


class Network(Protocol):
    """A network as the screens know it; `explorer` has {} where the transaction's id goes."""

    @property
    def chain(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def rpc_url(self) -> str: ...
    @property
    def explorer(self) -> str | None: ...
    @property
    def is_local(self) -> bool: ...
    @property
    def is_custom(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a request before it is a record. account: None where the person is still to show one."""

    kind: str
    chain: str
    account: str | None
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One invitation of the phone: what it is shown, and the signatures wanted of `key`; chain: Vultisig's name."""

    payload: Payload
    chain: str
    key: SigningKey
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What another device's payload asks, as a request's screen shows it; a message may be of no one network."""

    kind: str
    network: dict[str, Json] | None
    summary: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A request of the wallet's own: what a page would have sent, and what is known of it from the start."""

    method: str
    text: str
    chosen: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the network says of a sent transaction: pending, mined, reverted, replaced (its nonce is used up by another)
    or unknown; final: no block is taken back any more."""

    status: str
    block: int | None = None
    confirmations: int = 0
    final: bool = False


class Family(Protocol):
    """One of `chains.FAMILIES`, at work."""

    @property
    def name(self) -> str: ...
    @property
    def decimals(self) -> int: ...
    @property
    def event(self) -> str:
        """What a page hears when its accounts of this family change."""

    def needs(self, call: Call) -> Needs | None:
        """What a page's call needs; None where the family has no such method. Raises BadRequest."""

    def networks(self) -> tuple[Network, ...]:
        """Every network, with the node the person chose."""

    def network(self, chain: str) -> Network:
        """Raises UnknownChain."""

    def nodes(self, chain: str) -> list[Json]:
        """Of a network: url, whether the person chose it, and how it does (docs/ui.md). Raises UnknownChain."""

    def shown(self, accounts: tuple[str, ...]) -> list[Json]:
        """Accounts as pages of this family get them."""

    def granted(self, method: str, site: Site, /) -> Json:
        """What a connecting method answers to a site that may see its accounts."""

    async def balance(self, network: Network, account: str) -> int:
        """In base units. Raises ChainNodeError."""

    async def tokens(self, network: Network, account: str) -> list[Json]:
        """The listed tokens and how much of each the account holds. Raises ChainNodeError."""

    async def check_node(self, network: Network, url: str) -> None:
        """Raises BadRequest when the node at `url` is of another network, ChainNodeError when it does not answer."""

    async def answer(self, origin: str, call: Call, document: str) -> Json:
        """A call that needs no person, of the page `document`. Raises what it did wrong, or what the node says."""

    def open(self, origin: str, call: Call, needs: Needs) -> Opening:
        """Whether the page may ask this at all; raises before anybody is bothered."""

    async def complete(self, record: Record) -> Record:
        """With everything a person needs to judge it."""

    async def accept(self, record: Record) -> Record:
        """What an approved record without signatures does, with its result. Raises BadRequest."""

    def look(self, record: Record, /) -> AsyncIterator[dict[str, Json]]:
        """What nodes know of a request that is before the person, more of it each time; it ends, and never raises what
        a node does wrong."""

    def informed(self, record: Record, looked: dict[str, Json], /) -> Record:
        """With that in its summary; what will be signed is the same."""

    async def settle(self, record: Record, fee: Mapping[str, Json], /) -> Record:
        """As approved: with the person's fees, and with what had to wait for the yes."""

    async def recheck(self, record: Record, /) -> None:
        """Of a settled record that the phone was not reached for: whether it is still what was approved.

        Raises InsufficientFunds, FeeRisen, FailsNow, ChainNodeError.
        """

    def turn(self, record: Record, /) -> str | None:
        """What at most one record may be before the phone with at a time: the row that its number comes from. None
        where it has none, or has it already."""

    def rounds(self, record: Record, vault: Vault) -> tuple[Round, ...]:
        """What the phone is invited to, one invitation after the other."""

    def read(self, payload: Payload, account: str, /) -> Shown:
        """What another device wants signed with the key of `account`. Raises WireError for what is not understood."""

    def signed(self, record: Record, signatures: Mapping[bytes, AnySignature]) -> Record:
        """With its result, and with `raw` and `sent` where it is to be sent. Signatures are by what they sign."""

    async def send(self, record: Record) -> Record:
        """Hands `raw` to the network; again does no harm. `raw` and `sent` are then what went out.

        Raises NodeRefused, ChainNodeError where nothing did.
        """

    async def trace(self, record: Record, /) -> Record | None:
        """Of a transaction whose signing was interrupted: with its result, `raw` and `sent` where the network has it
        all the same, since the phone sent it. Raises NodeRefused, ChainNodeError."""

    async def outcome(self, chain: str, account: str, name: str, nonce: int | None) -> Outcome:
        """Of a sent transaction. Raises UnknownChain, NodeRefused, ChainNodeError."""

    async def replacement(self, record: Record, place: int, cancel: bool, /) -> Replacement:
        """What takes a pending transaction's place: the same for more, or nothing.

        Raises BadRequest, AlreadyMined, NodeRefused, ChainNodeError.
        """
