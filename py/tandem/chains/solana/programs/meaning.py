"""What an instruction does, in the terms a person decides by. Addresses are 32 bytes, amounts base units.

SOL amounts are lamports. A token's `mint` and `decimals` are None where the instruction does not name them.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from tandem.chains.solana.message import Loaded

UNLIMITED: Final = 1 << 63  # from here on up, nobody means a number


@dataclass(frozen=True, slots=True)
class Account:
    """One account of an instruction, with what the message lets the program do to it."""

    key: bytes | Loaded
    signer: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class SolTransfer:
    source: bytes
    recipient: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`funder` pays `amount` into a new `account` of `space` bytes that the program `owner` then governs."""

    funder: bytes
    account: bytes
    amount: int
    space: int
    owner: bytes


@dataclass(frozen=True, slots=True)
class Assign:
    """The program `owner` governs `account` from now on, with all it holds."""

    account: bytes
    owner: bytes


@dataclass(frozen=True, slots=True)
class AdvanceNonce:
    """The transaction stays valid until this nonce moves on, not for a minute or two."""

    nonce: bytes
    authority: bytes


@dataclass(frozen=True, slots=True)
class TokenTransfer:
    """`authority` moves `amount` between two token accounts; it owns the source, or is its delegate."""

    program: bytes
    source: bytes
    destination: bytes
    authority: bytes
    amount: int
    mint: bytes | None
    decimals: int | None


@dataclass(frozen=True, slots=True)
class TokenApproval:
    """`delegate` may take up to `amount` out of the token account `source`."""

    program: bytes
    source: bytes
    delegate: bytes
    authority: bytes
    amount: int
    mint: bytes | None
    decimals: int | None

    @property
    def unlimited(self) -> bool:
        return self.amount >= UNLIMITED


@dataclass(frozen=True, slots=True)
class TokenRevoke:
    program: bytes
    source: bytes
    authority: bytes


@dataclass(frozen=True, slots=True)
class TokenAuthority:
    """Control of a mint or token account changes hands; `new` None means nobody, for ever. `role` as SPL Token's."""

    program: bytes
    account: bytes
    authority: bytes
    role: int
    new: bytes | None


@dataclass(frozen=True, slots=True)
class TokenMint:
    program: bytes
    destination: bytes
    authority: bytes
    amount: int
    mint: bytes
    decimals: int | None


@dataclass(frozen=True, slots=True)
class TokenBurn:
    program: bytes
    source: bytes
    authority: bytes
    amount: int
    mint: bytes
    decimals: int | None


@dataclass(frozen=True, slots=True)
class TokenClose:
    """All SOL of the token account (its deposit, and wrapped SOL) goes to `destination`."""

    program: bytes
    account: bytes
    destination: bytes
    authority: bytes


@dataclass(frozen=True, slots=True)
class TokenSync:
    """A wrapped-SOL account counts the SOL that it was sent."""

    program: bytes
    account: bytes


@dataclass(frozen=True, slots=True)
class TokenAccountOpened:
    """`account` becomes the token account of `owner` for `mint`."""

    program: bytes
    account: bytes
    mint: bytes
    owner: bytes


@dataclass(frozen=True, slots=True)
class AssociatedAccount:
    """`payer` pays the deposit of `owner`'s associated token account, unless it is there and `if_missing`."""

    program: bytes
    payer: bytes
    account: bytes
    owner: bytes
    mint: bytes
    if_missing: bool


@dataclass(frozen=True, slots=True)
class ComputeLimit:
    units: int


@dataclass(frozen=True, slots=True)
class ComputePrice:
    """A millionth of a lamport for each compute unit of the limit."""

    micro_lamports: int


@dataclass(frozen=True, slots=True)
class ComputeMemory:
    """Bytes of heap or of loaded accounts that the transaction may use: no cost of its own."""

    what: str
    size: int


@dataclass(frozen=True, slots=True)
class Memo:
    text: str
    signers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A call whose effect we cannot tell: the program, which accounts it may write, and who lends it a signature."""

    program: bytes
    writes: tuple[bytes | Loaded, ...]
    signers: tuple[bytes, ...]
    data: bytes


Meaning: TypeAlias = (
    SolTransfer
    | NewAccount
    | Assign
    | AdvanceNonce
    | TokenTransfer
    | TokenApproval
    | TokenRevoke
    | TokenAuthority
    | TokenMint
    | TokenBurn
    | TokenClose
    | TokenSync
    | TokenAccountOpened
    | AssociatedAccount
    | ComputeLimit
    | ComputePrice
    | ComputeMemory
    | Memo
)
Step: TypeAlias = Meaning | NotUnderstood
