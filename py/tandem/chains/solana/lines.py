"""The phone's wording: label and value lines for transactions and messages."""

from tandem.chains.amount import human
from tandem.chains.reading import Line, readable
from tandem.chains.sign_in import claimed_domain, is_foreign
from tandem.chains.solana import DECIMALS, effect
from tandem.chains.solana.address import text
from tandem.chains.solana.effect import Effect
from tandem.chains.solana.message import Loaded
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
    TokenMint,
    TokenRevoke,
    TokenSync,
    TokenTransfer,
)
from tandem.chains.solana.tokens import Known
from tandem.chains.solana.tx import Transaction

_ROLES = ("minting", "freezing", "owning", "closing")


def of_message(content: bytes, origin: str) -> tuple[Line, ...]:
    """A message; a sign-in says first where to, and warns when that is not who asks."""
    shown = readable(content)
    if shown is None:
        return (("Message (not text)", "0x" + content.hex()),)
    domain = claimed_domain(shown)
    lines = [("Message", shown)]
    if domain is not None:
        lines.insert(0, ("Sign in to", domain))
        if origin and is_foreign(shown, origin):
            lines.insert(0, ("Warning", f"{origin} asks you to sign in somewhere else"))
    return tuple(lines)


def of_transaction(what: Transaction, account: bytes, known: Known) -> tuple[Line, ...]:
    """One transaction that `account` signs: what is not understood first, then the steps, then the cost."""
    found = effect.of(what.message, account)
    lines: list[Line] = []
    if not found.understood:
        lines.append(("Not understood", "this transaction calls programs whose effect this device cannot tell"))
    if "acts_for_you" in found.warnings:
        lines.append(("Warning", "such a program gets your signature and can move what is yours"))
    if what.message.lookups:
        lines.append(("Accounts not shown", f"{sum(x.size for x in what.message.lookups)} from lookup tables"))
    if "no_expiry" in found.warnings:
        lines.append(("Warning", "this transaction does not expire by itself"))
    for step in found.steps:
        lines += _step(step, found, account, known)
    fee = f"{human(found.fee, DECIMALS)} SOL" if found.fee is not None else "unknown"
    payer = what.message.payer
    lines.append(("Fee at most", fee if payer == account else f"{fee}, paid by {text(payer)}"))
    others = [text(key) for key in what.message.signer_keys if key != account]
    return (*lines, *(("Also signed by", other) for other in others))


def _amount(units: int, mint: bytes | None, decimals: int | None, known: Known) -> str:
    if decimals is None:
        return f"{units} base units"
    told = known.mint(mint) if mint is not None else None
    symbol = told.symbol if told is not None and told.decimals == decimals else None
    return f"{human(units, decimals)} {symbol or 'tokens'}"


def _sol(lamports: int) -> str:
    return f"{human(lamports, DECIMALS)} SOL"


def _place(key: bytes | Loaded) -> str:
    return text(key) if isinstance(key, bytes) else f"entry {key.entry} of table {text(key.table)}"


def _from(source: bytes, account: bytes) -> tuple[Line, ...]:
    return () if source == account else (("From", text(source)),)


def _token(mint: bytes | None, source: bytes) -> Line:
    return ("Token", text(mint)) if mint is not None else ("Token", f"(not named) of token account {text(source)}")


def _step(step: Step, found: Effect, account: bytes, known: Known) -> tuple[Line, ...]:
    match step:
        case SolTransfer():
            return (("Send", _sol(step.amount)), *_from(step.source, account), ("To", text(step.recipient)))
        case TokenTransfer():
            owner = found.owner(step.destination)
            to = ("To", text(owner)) if owner is not None else ("To token account", text(step.destination))
            mint = found.mint(step)
            amount = _amount(step.amount, mint, step.decimals, known)
            return (("Send token", amount), to, _token(mint, step.source), *_from(step.authority, account))
        case TokenApproval():
            mint = found.mint(step)
            amount = _amount(step.amount, mint, step.decimals, known)
            limit = "UNLIMITED: all of this token, now and later" if step.unlimited else amount
            return (("Allow spending", limit), ("Spender", text(step.delegate)), _token(mint, step.source))
        case Assign():
            return (("Hand over account", text(step.account)), ("To program", text(step.owner)))
        case TokenAuthority():
            new = text(step.new) if step.new is not None else "nobody, for ever"
            return (("Hand over " + _ROLES[step.role], text(step.account)), ("To", new))
        case NotUnderstood():
            return (
                ("Program", text(step.program)),
                *(("May write", _place(key)) for key in step.writes),
                *(("Signed by", text(key)) for key in step.signers),
                ("Data", "0x" + step.data.hex()),
            )
        case _:
            return _lesser(step, account, known)


def _lesser(step: Step, account: bytes, known: Known) -> tuple[Line, ...]:
    match step:
        case NewAccount():
            return (
                ("Create account", text(step.account)),
                ("Pays it", _sol(step.amount)),
                ("Governed by", text(step.owner)),
                *_from(step.funder, account),
            )
        case TokenBurn():
            amount = _amount(step.amount, step.mint, step.decimals, known)
            return (("Destroy token", amount), ("Token", text(step.mint)), *_from(step.authority, account))
        case TokenMint():
            amount = _amount(step.amount, step.mint, step.decimals, known)
            return (("Make token", amount), ("Token", text(step.mint)), ("For token account", text(step.destination)))
        case TokenClose():
            return (("Close token account", text(step.account)), ("All its SOL goes to", text(step.destination)))
        case TokenRevoke():
            return (("Allow nobody to spend from", text(step.source)),)
        case AssociatedAccount():
            when = " (if missing)" if step.if_missing else ""
            whose = (("Open token account" + when, f"of {text(step.owner)}"), ("For token", text(step.mint)))
            return (*whose, ("Deposit paid by", "you" if step.payer == account else text(step.payer)))
        case TokenAccountOpened():
            return (("Open token account", f"of {text(step.owner)}"), ("For token", text(step.mint)))
        case TokenSync():
            return (("Count wrapped SOL of", text(step.account)),)
        case AdvanceNonce():
            return (("Uses up nonce account", text(step.nonce)),)
        case Memo():
            return (("Memo", step.text),)
        case ComputeLimit() | ComputePrice() | ComputeMemory():
            return ()  # told by the fee
        case _:
            return (("Step", type(step).__name__),)
