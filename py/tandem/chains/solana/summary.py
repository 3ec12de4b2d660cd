"""What the person is told of transactions and messages: in the browser as fields, on the phone as lines.

Both start from the bytes that are signed. What is not understood is said to be not understood.
"""

from dataclasses import fields

from tandem.chains.amount import human
from tandem.chains.reading import Line, Payload, Reading, readable
from tandem.chains.sign_in import claimed_domain, is_foreign
from tandem.chains.solana import CURVE, DECIMALS, FAMILY, PATH, base58, effect, lines, siws, tx
from tandem.chains.solana.address import parse, text
from tandem.chains.solana.effect import Effect, Outflow
from tandem.chains.solana.message import Loaded
from tandem.chains.solana.networks import Network
from tandem.chains.solana.payload import account_of, known_of, network_of, read_message, read_transactions
from tandem.chains.solana.programs.meaning import (
    NewAccount,
    NotUnderstood,
    SolTransfer,
    Step,
    TokenApproval,
    TokenBurn,
    TokenMint,
    TokenTransfer,
)
from tandem.chains.solana.swap import read_swap
from tandem.chains.solana.tokens import NOTHING, Known
from tandem.chains.solana.tx import Transaction
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import Json

_TITLES = {
    "SolTransfer": "send",
    "NewAccount": "create_account",
    "Assign": "assign",
    "AdvanceNonce": "advance_nonce",
    "TokenTransfer": "token_transfer",
    "TokenApproval": "token_approve",
    "TokenRevoke": "token_revoke",
    "TokenAuthority": "token_authority",
    "TokenMint": "token_mint",
    "TokenBurn": "token_burn",
    "TokenClose": "token_close",
    "TokenSync": "token_sync",
    "TokenAccountOpened": "token_account",
    "AssociatedAccount": "token_account",
    "ComputeLimit": "compute_limit",
    "ComputePrice": "compute_price",
    "ComputeMemory": "compute_memory",
    "Memo": "memo",
    "NotUnderstood": "program_call",
}


def transactions_summary(
    transactions: tuple[Transaction, ...], account: bytes, network: Network, known: Known = NOTHING
) -> dict[str, Json]:
    """The fields of one approval: every transaction by itself, and whether all of them are understood."""
    each = [transaction_summary(what, account, network, known) for what in transactions]
    return {
        "title": "transactions" if len(each) != 1 else each[0]["title"],
        "understood": all(summary["understood"] for summary in each),
        "transactions": [*each],
    }


def payload_summary(payload: KeysignPayload) -> dict[str, Json]:
    """The fields of the approval of what another device prepared; `swap` is what it says of one. Raises WireError."""
    account, swap = account_of(payload), read_swap(payload)
    told = transactions_summary(read_transactions(payload), account, network_of(payload), known_of(payload))
    if swap is None:
        return told
    return told | {"swap": swap[1].fields(account, parse)}


def transaction_summary(what: Transaction, account: bytes, network: Network, known: Known = NOTHING) -> dict[str, Json]:
    """The fields of the approval screen for one transaction that `account` (32 bytes) signs (docs/ui.md).

    Amounts are decimal text, addresses base58. `leaves` is the sum of what the understood steps take from the account.
    Raises WireError when `account` is not asked to sign.
    """
    tx.slot(what, account)
    message, found = what.message, effect.of(what.message, account)
    only = found.purpose[0] if len(found.purpose) == 1 else None
    return {
        "title": _title(found),
        "understood": found.understood,
        "amount": _step_amount(only, found, known) if only is not None else None,
        "unlimited": "unlimited" in found.warnings,
        "leaves": [_outflow(flow, known) for flow in found.leaves],
        "steps": [_step(step, found, known) for step in found.steps],
        "warnings": [*found.warnings],
        "fee": _sol(found.fee) if found.fee is not None else None,
        "fee_payer": text(message.payer),
        "pays_fee": message.payer == account,
        "signers": [text(key) for key in message.signer_keys],
        "network": network.chain,
        "version": "legacy" if message.version is None else message.version,
        "blockhash": base58.encode(message.blockhash),
        "lookups": [
            {"table": text(each.table), "writable": len(each.writable), "readonly": len(each.readonly)}
            for each in message.lookups
        ],
        "message": "0x" + tx.signed_bytes(what).hex(),
    }


def message_summary(content: bytes, origin: str) -> dict[str, Json]:
    """The fields of the message screen; text is None when the bytes are not readable text.

    `sign_in` is the domain that the text signs in to; `foreign` says that this is not `origin`, the page that asks.
    """
    shown = readable(content)
    return {
        "text": shown,
        "hex": "0x" + content.hex(),
        "binary": shown is None,
        "digest": None,
        "sign_in": claimed_domain(shown) if shown is not None else None,
        "foreign": shown is not None and is_foreign(shown, origin),
    }


def read_keysign(payload: Payload, _: str | None = None) -> Reading:
    """The phone's reading of a payload, which names its account itself. Raises WireError for anything it would have to
    guess at."""
    origin = payload.dapp_metadata.url
    if isinstance(payload, CustomMessagePayload):
        content = read_message(payload)
        shown = lines.of_message(content, origin)
        return Reading("message", shown, (content,), FAMILY, "Solana", CURVE, PATH, "Solana", None, origin)
    transactions, account, network = read_transactions(payload), account_of(payload), network_of(payload)
    known = known_of(payload)
    told: list[Line] = []
    swap = read_swap(payload)
    if swap is not None:
        told += swap[1].lines(account, parse)
    for number, what in enumerate(transactions, start=1):
        tx.slot(what, account)
        if len(transactions) > 1:
            told.append(("Transaction", f"{number} of {len(transactions)}"))
        told += lines.of_transaction(what, account, known)
    signed = tuple(map(tx.signed_bytes, transactions))
    return Reading(
        "transaction", tuple(told), signed, FAMILY, "Solana", CURVE, PATH, network.name, text(account), origin
    )


def sign_in_summary(wish: siws.SignIn, origin: str) -> dict[str, Json]:
    """The fields of the sign-in screen: the standard's own, and the very text that is signed."""
    told = message_summary(wish.content(), origin)
    return {"title": "sign_in", "domain": wish.domain, "statement": wish.statement, **told}


def _title(found: Effect) -> str:
    if not found.understood:
        return "program_call"
    if len(found.purpose) > 1:
        return "several"
    beside = [step for step in found.steps if _TITLES[type(step).__name__] in ("token_account", "memo")]
    shown = [*found.purpose, *beside]
    return _TITLES[type(shown[0]).__name__] if shown else "nothing"


def _sol(amount: int) -> dict[str, Json]:
    return {"value": human(amount, DECIMALS), "symbol": "SOL", "exact": str(amount)}


def _token(amount: int, mint: bytes | None, decimals: int | None, known: Known) -> dict[str, Json]:
    told = known.mint(mint) if mint is not None else None
    if decimals is None:
        decimals = told.decimals if told is not None else None
    elif told is not None and told.decimals != decimals:
        told = None  # the chain checks the instruction's decimals: who says otherwise knows another token
    return {
        "value": human(amount, decimals) if decimals is not None else str(amount),
        "symbol": (told.symbol if told is not None else None) or "",
        "exact": str(amount),
    }


def _mint(step: TokenTransfer | TokenApproval, found: Effect, known: Known) -> bytes | None:
    mint, held = found.mint(step), known.holdings.get(step.source)
    return held.mint if mint is None and held is not None else mint


def _step_amount(step: Step, found: Effect, known: Known) -> dict[str, Json] | None:
    match step:
        case SolTransfer() | NewAccount():
            return _sol(step.amount)
        case TokenTransfer() | TokenApproval():
            return _token(step.amount, _mint(step, found, known), step.decimals, known)
        case TokenMint() | TokenBurn():
            return _token(step.amount, step.mint, step.decimals, known)
    return None


def _outflow(flow: Outflow, known: Known) -> Json:
    if flow.asset is None:
        return _sol(flow.amount) | {"token": None}
    held = known.holdings.get(flow.asset)
    mint = held.mint if held is not None else flow.asset
    return _token(flow.amount, mint, flow.decimals, known) | {"token": text(mint)}


def _account(key: bytes | Loaded) -> str:
    return text(key) if isinstance(key, bytes) else f"{text(key.table)}#{key.entry}"


def _step(step: Step, found: Effect, known: Known) -> Json:
    """Every field of the step by its name, with `kind`, `understood` and what is known of a recipient."""
    told: dict[str, Json] = {"kind": _TITLES[type(step).__name__], "understood": not isinstance(step, NotUnderstood)}
    for name in (field.name for field in fields(step)):
        value: object = getattr(step, name)
        if isinstance(value, tuple):
            told[name] = [_account(key) for key in value]
        elif isinstance(value, bytes):
            told[name] = "0x" + value.hex() if name == "data" else text(value)
        elif isinstance(value, bool | str) or value is None:
            told[name] = value
        else:
            told[name] = str(value)  # 64 bits do not fit a JavaScript number
    amount = _step_amount(step, found, known)
    if amount is not None:
        told["amount"] = amount
    if isinstance(step, TokenTransfer | TokenApproval):
        mint = _mint(step, found, known)
        told["mint"] = text(mint) if mint is not None else None
    if isinstance(step, TokenApproval):
        told["unlimited"] = step.unlimited
    if isinstance(step, TokenTransfer):
        owner = found.owner(step.destination)
        held = known.holdings.get(step.destination)
        if owner is None and held is not None:
            owner = held.owner
        told["destination_owner"] = text(owner) if owner is not None else None
    return told
