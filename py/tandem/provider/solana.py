"""What a page asks through Wallet Standard's Solana features: JSON parameters in, frozen wishes out.

The page's side sends the feature's name as the method and its inputs as params; bytes travel as standard base64,
accounts as base58. A request asks for one account and one chain: several are several requests. Source: Wallet
Standard's `standard:*` features and @solana/wallet-standard-features.
"""

from dataclasses import dataclass, fields
from typing import Final

from tandem.errors import BadRequest, WireError
from tandem.provider.methods import Needs
from tandem.provider.request import MAX_MESSAGE, Call
from tandem.wire import Json, unbase64

SOLANA_METHODS: Final[dict[str, Needs]] = {
    "standard:connect": Needs.CONNECT,
    "standard:disconnect": Needs.NOTHING,
    "solana:signTransaction": Needs.SIGNATURE,
    "solana:signAndSendTransaction": Needs.TRANSACTION,
    "solana:signMessage": Needs.MESSAGE,
    "solana:signIn": Needs.SIGN_IN,
}
MAX_INPUTS: Final = 32
MAX_TRANSACTION: Final = 1232
_COMMITMENTS: Final = ("processed", "confirmed", "finalized")


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How signAndSendTransaction hands over to the node; None where the page leaves it to the wallet."""

    skip_preflight: bool = False
    preflight_commitment: str | None = None
    commitment: str | None = None
    max_retries: int | None = None
    min_context_slot: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionsWish:
    """`account` is base58 text; `chain` None where the page names none; raw transactions in the page's order."""

    account: str
    chain: str | None
    transactions: tuple[bytes, ...]
    options: tuple[SendOptions, ...]


@dataclass(frozen=True, slots=True)
class MessagesWish:
    account: str
    messages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SignInWish:
    """The standard's fields as the page gave them; what it left out stays out, but for domain and address."""

    domain: str | None = None
    address: str | None = None
    statement: str | None = None
    uri: str | None = None
    version: str | None = None
    chain_id: str | None = None
    nonce: str | None = None
    issued_at: str | None = None
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None


def connect_params(call: Call) -> bool:
    """Whether standard:connect is to be silent: only what is permitted already, no question. Raises BadRequest."""
    if not call.params:
        return False
    if len(call.params) != 1 or not isinstance(call.params[0], dict):
        raise BadRequest("connect takes one object")
    silent = call.params[0].get("silent")
    if silent not in (None, True, False):
        raise BadRequest("silent")
    return silent is True


def is_silent(call: Call) -> bool:
    """Whether the call connects only where that needs no question. Raises BadRequest."""
    return call.method == "standard:connect" and connect_params(call)


def transactions_params(call: Call) -> TransactionsWish:
    """Of solana:signTransaction and solana:signAndSendTransaction. Raises BadRequest."""
    inputs = _inputs(call)
    chain = _same(inputs, "chain")
    sends = call.method == "solana:signAndSendTransaction"
    return TransactionsWish(
        _account(inputs),
        chain,
        tuple(_bytes(each.get("transaction"), "transaction", MAX_TRANSACTION) for each in inputs),
        tuple(_options(each.get("options")) for each in inputs) if sends else (),
    )


def messages_params(call: Call) -> MessagesWish:
    """Of solana:signMessage. Raises BadRequest."""
    inputs = _inputs(call)
    return MessagesWish(_account(inputs), tuple(_bytes(each.get("message"), "message", MAX_MESSAGE) for each in inputs))


def sign_in_params(call: Call) -> SignInWish:
    """Of solana:signIn, one input or none. Raises BadRequest."""
    if not call.params:
        return SignInWish()
    if len(call.params) != 1 or not isinstance(call.params[0], dict):
        raise BadRequest("signIn takes one object")
    given = call.params[0]
    texts: dict[str, str | None] = {}
    for name in (field.name for field in fields(SignInWish) if field.name != "resources"):
        first, *rest = name.split("_")
        value = given.get(first + "".join(word.capitalize() for word in rest))
        if value is not None and not isinstance(value, str):
            raise BadRequest(name)
        texts[name] = value or None  # the standard's own text leaves out what is empty
    return SignInWish(**texts, resources=_resources(given.get("resources")))


def _resources(value: Json) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_INPUTS:
        raise BadRequest("resources")
    texts = tuple(each for each in value if isinstance(each, str))
    if len(texts) != len(value):
        raise BadRequest("resources")
    return texts


def _inputs(call: Call) -> list[dict[str, Json]]:
    inputs = [each for each in call.params if isinstance(each, dict)]
    if not 0 < len(call.params) <= MAX_INPUTS or len(inputs) != len(call.params):
        raise BadRequest("inputs")
    return inputs


def _same(inputs: list[dict[str, Json]], name: str) -> str | None:
    first = inputs[0].get(name)
    if any(each.get(name) != first for each in inputs):
        raise BadRequest(f"one request, one {name}")
    if first is not None and not (isinstance(first, str) and 0 < len(first) <= 64):
        raise BadRequest(name)
    return first


def _account(inputs: list[dict[str, Json]]) -> str:
    account = _same(inputs, "account")
    if account is None:
        raise BadRequest("account")
    return account


def _bytes(value: Json, what: str, limit: int) -> bytes:
    if not isinstance(value, str):
        raise BadRequest(what)
    try:
        data = unbase64(value)
    except WireError as broken:
        raise BadRequest(what) from broken
    if not 0 < len(data) <= limit:
        raise BadRequest(f"{what} empty or too large")
    return data


def _options(value: Json) -> SendOptions:
    if value is None:
        return SendOptions()
    if not isinstance(value, dict) or value.get("skipPreflight") not in (None, True, False):
        raise BadRequest("options")
    levels: list[str | None] = []
    for name in ("preflightCommitment", "commitment"):
        level = value.get(name)
        if level is not None and level not in _COMMITMENTS:
            raise BadRequest(name)
        levels.append(level if isinstance(level, str) else None)
    numbers: list[int | None] = []
    for name, most in (("maxRetries", 1000), ("minContextSlot", 1 << 53)):
        number = value.get(name)
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < most):
            raise BadRequest(name)
        numbers.append(number)
    return SendOptions(value.get("skipPreflight") is True, levels[0], levels[1], numbers[0], numbers[1])
