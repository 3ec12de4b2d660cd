"""What a transaction does as a whole: its steps, what leaves one account, what it costs, what to be warned of.

Only what the bytes say. What a program does that is not understood can come on top, and then `understood` is false.
"""

from dataclasses import dataclass
from typing import Final

from tandem.chains.solana import programs
from tandem.chains.solana.address import parse
from tandem.chains.solana.message import Message
from tandem.chains.solana.programs import compute_budget
from tandem.chains.solana.programs.meaning import (
    AdvanceNonce,
    Assign,
    AssociatedAccount,
    ComputeLimit,
    ComputeMemory,
    ComputePrice,
    Memo,
    NewAccount,
    NotUnderstood,
    SolTransfer,
    Step,
    TokenAccountOpened,
    TokenApproval,
    TokenAuthority,
    TokenBurn,
    TokenClose,
    TokenTransfer,
)
from tandem.chains.solana.tokens import Holding

SIGNATURE_FEE: Final = 5000  # lamports for each signature, a constant of the runtime
MAX_UNITS: Final = 1_400_000
_UNITS_EACH: Final = 200_000  # what an instruction gets where no limit is set; the builtin programs get less
_MICRO: Final = 1_000_000
_PRECOMPILES: Final = tuple(
    parse(name)
    for name in (
        "Ed25519SigVerify111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
    )
)
_SETTINGS: Final = (ComputeLimit, ComputePrice, ComputeMemory)
_BESIDE: Final = (*_SETTINGS, Memo, AssociatedAccount, AdvanceNonce)  # never the purpose of a transaction


@dataclass(frozen=True, slots=True)
class Outflow:
    """`amount` leaves: lamports where `asset` is None; else base units of a mint, or of a token account's token."""

    asset: bytes | None
    amount: int
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """`purpose` holds the steps that matter; `fee` is the most that the payer pays, None where it cannot be told."""

    steps: tuple[Step, ...]
    purpose: tuple[Step, ...]
    leaves: tuple[Outflow, ...]
    fee: int | None
    warnings: tuple[str, ...]
    opened: dict[bytes, Holding]

    def owner(self, token_account: bytes) -> bytes | None:
        """Whose token account it is, where the transaction itself makes sure of it."""
        held = self.opened.get(token_account)
        return held.owner if held is not None else None

    def mint(self, step: TokenTransfer | TokenApproval) -> bytes | None:
        """Which token it is: named, or that of an account opened here; both ends of a transfer hold the same."""
        return _mint(step, self.opened)

    @property
    def understood(self) -> bool:
        return not any(isinstance(step, NotUnderstood) for step in self.steps)


def of(message: Message, account: bytes) -> Effect:
    """The effect of `message` on `account` (32 bytes), which signs it."""
    steps = _without_repeats(message, tuple(programs.decode(message, each) for each in message.instructions))
    opened = _opened(steps)
    return Effect(
        steps,
        tuple(step for step in steps if not isinstance(step, _BESIDE)),
        _leaves(steps, account, opened),
        _fee(message, steps),
        _warnings(steps, account),
        opened,
    )


def _without_repeats(message: Message, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A second setting of one kind makes the runtime refuse the transaction: it is not shown as understood."""
    seen: set[tuple[type, str]] = set()
    out: list[Step] = []
    for step, instruction in zip(steps, message.instructions, strict=True):
        kind = (type(step), step.what if isinstance(step, ComputeMemory) else "")
        if isinstance(step, _SETTINGS) and kind in seen:
            out.append(NotUnderstood(compute_budget.PROGRAM, (), (), instruction.data))
        else:
            out.append(step)
        seen.add(kind)
    return tuple(out)


def _mint(step: TokenTransfer | TokenApproval, opened: dict[bytes, Holding]) -> bytes | None:
    held = opened.get(step.source)
    if held is None and isinstance(step, TokenTransfer):
        held = opened.get(step.destination)
    return step.mint or (held.mint if held is not None else None)


def _leaves(steps: tuple[Step, ...], account: bytes, opened: dict[bytes, Holding]) -> tuple[Outflow, ...]:
    total: dict[tuple[bytes | None, int | None], int] = {}
    for step in steps:
        key: tuple[bytes | None, int | None] | None = None
        amount = 0
        if (isinstance(step, SolTransfer) and step.source == account != step.recipient) or (
            isinstance(step, NewAccount) and step.funder == account
        ):
            key, amount = (None, None), step.amount
        elif isinstance(step, TokenTransfer) and step.authority == account and step.source != step.destination:
            key, amount = (_mint(step, opened) or step.source, step.decimals), step.amount
        elif isinstance(step, TokenBurn) and step.authority == account:
            key, amount = (step.mint, step.decimals), step.amount
        if key is not None and amount:
            total[key] = total.get(key, 0) + amount
    return tuple(Outflow(asset, amount, decimals) for (asset, decimals), amount in total.items())


def _fee(message: Message, steps: tuple[Step, ...]) -> int | None:
    signatures, price, limit, calls = message.signers, 0, None, 0
    for step, instruction in zip(steps, message.instructions, strict=True):
        if isinstance(step, ComputePrice):
            price = step.micro_lamports
        elif isinstance(step, ComputeLimit):
            limit = step.units
        elif isinstance(step, NotUnderstood):
            if step.program == compute_budget.PROGRAM:
                return None
            if step.program in _PRECOMPILES and instruction.data:
                signatures += instruction.data[0]
        calls += message.keys[instruction.program] != compute_budget.PROGRAM
    units = min(MAX_UNITS, calls * _UNITS_EACH if limit is None else limit)
    return signatures * SIGNATURE_FEE + -(-price * units // _MICRO)


def _warnings(steps: tuple[Step, ...], account: bytes) -> tuple[str, ...]:
    """Keys of docs/ui.md's sentences, each once."""
    found: dict[str, None] = {}
    for step in steps:
        if isinstance(step, NotUnderstood):
            found["not_understood"] = None
            if account in step.signers:
                found["acts_for_you"] = None
        elif isinstance(step, TokenApproval) and step.unlimited:
            found["unlimited"] = None
        elif isinstance(step, Assign | TokenAuthority):
            found["hands_over"] = None
        elif isinstance(step, TokenClose) and step.destination != account:
            found["closes_to_other"] = None
        elif isinstance(step, AdvanceNonce):
            found["no_expiry"] = None
    return tuple(found)


def _opened(steps: tuple[Step, ...]) -> dict[bytes, Holding]:
    """Token accounts whose mint and owner the transaction itself settles, with nothing in it that could change them."""
    opened: dict[bytes, Holding] = {}
    unsure = {step.account for step in steps if isinstance(step, TokenAuthority | TokenClose)}
    for step in steps:
        if isinstance(step, NotUnderstood):
            return {}
        if isinstance(step, AssociatedAccount | TokenAccountOpened):
            held = Holding(step.mint, step.owner)
            if opened.setdefault(step.account, held) != held:
                unsure.add(step.account)
    return {account: held for account, held in opened.items() if account not in unsure}
