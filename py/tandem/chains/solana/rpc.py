"""JSON-RPC to a Solana node, sans-IO: request bodies out, results or ChainNodeError in.

The envelope is `tandem.chains.jsonrpc`'s: its `result` comes first, then the readers here.
"""

from dataclasses import dataclass

from tandem.chains.jsonrpc import body
from tandem.chains.solana import base58
from tandem.chains.solana.address import text
from tandem.errors import ChainNodeError, WireError
from tandem.wire import Json, base64_text, unbase64

COMMITMENTS = ("processed", "confirmed", "finalized")


@dataclass(frozen=True, slots=True)
class Blockhash:
    """32 bytes, usable up to the block of this height."""

    blockhash: bytes
    last_valid_height: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """`error` is the node's own account of a failure, None when the transaction would go through."""

    error: Json
    logs: tuple[str, ...]
    units: int | None


def get_latest_blockhash(commitment: str = "confirmed") -> bytes:
    return body("getLatestBlockhash", [{"commitment": commitment}])


def get_balance(address: bytes, commitment: str = "confirmed") -> bytes:
    return body("getBalance", [text(address), {"commitment": commitment}])


def get_accounts(addresses: tuple[bytes, ...], commitment: str = "confirmed") -> bytes:
    """Owner program and data of up to 100 accounts."""
    return body("getMultipleAccounts", [[*map(text, addresses)], {"encoding": "base64", "commitment": commitment}])


def get_signature_status(transaction_id: str) -> bytes:
    return body("getSignatureStatuses", [[transaction_id], {"searchTransactionHistory": True}])


def get_genesis_hash() -> bytes:
    return body("getGenesisHash", [])


def send_transaction(
    raw: bytes,
    *,
    skip_preflight: bool = False,
    commitment: str = "confirmed",
    max_retries: int | None = None,
    min_context_slot: int | None = None,
) -> bytes:
    """A signed transaction."""
    options: dict[str, Json] = {"encoding": "base64", "preflightCommitment": commitment}
    if skip_preflight:
        options["skipPreflight"] = True
    if max_retries is not None:
        options["maxRetries"] = max_retries
    if min_context_slot is not None:
        options["minContextSlot"] = min_context_slot
    return body("sendTransaction", [base64_text(raw), options])


def simulate_transaction(raw: bytes, *, renew: bool = False, commitment: str = "confirmed") -> bytes:
    """A transaction whose signatures need not be there yet; `renew` has it judged under the newest blockhash."""
    options: dict[str, Json] = {"encoding": "base64", "sigVerify": False, "commitment": commitment}
    if renew:
        options["replaceRecentBlockhash"] = True
    return body("simulateTransaction", [base64_text(raw), options])


def _value(answer: Json) -> Json:
    if not isinstance(answer, dict) or "value" not in answer:
        raise ChainNodeError("no value")
    return answer["value"]


def _count(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise ChainNodeError("no number")
    return value


def blockhash(answer: Json) -> Blockhash:
    """Of getLatestBlockhash. Raises ChainNodeError, as all readers here do."""
    value = _value(answer)
    if not isinstance(value, dict) or not isinstance(written := value.get("blockhash"), str):
        raise ChainNodeError("no blockhash")
    return Blockhash(_decoded(written, 32), _count(value.get("lastValidBlockHeight")))


def balance(answer: Json) -> int:
    """Lamports, of getBalance."""
    return _count(_value(answer))


def genesis(answer: Json) -> str:
    """By what a cluster is known, in base58, of getGenesisHash."""
    if not isinstance(answer, str):
        raise ChainNodeError("no genesis hash")
    return base58.encode(_decoded(answer, 32))


def sent(answer: Json) -> str:
    """The transaction id, of sendTransaction."""
    if not isinstance(answer, str):
        raise ChainNodeError("no transaction id")
    return base58.encode(_decoded(answer, 64))


def accounts(answer: Json) -> tuple[tuple[bytes, bytes] | None, ...]:
    """(owner program, data) of each account of getMultipleAccounts, None where there is none."""
    value = _value(answer)
    if not isinstance(value, list):
        raise ChainNodeError("no accounts")
    return tuple(map(_account, value))


def _account(value: Json) -> tuple[bytes, bytes] | None:
    if value is None:
        return None
    if isinstance(value, dict) and isinstance(owner := value.get("owner"), str):
        match value.get("data"):
            case [str(data), "base64"]:
                try:
                    return _decoded(owner, 32), unbase64(data)
                except WireError as broken:
                    raise ChainNodeError("account data") from broken
    raise ChainNodeError("no account")


def simulation(answer: Json) -> Simulation:
    """Of simulateTransaction."""
    value = _value(answer)
    if not isinstance(value, dict):
        raise ChainNodeError("no simulation")
    logs, units = value.get("logs"), value.get("unitsConsumed")
    return Simulation(
        value.get("err"),
        tuple(line for line in logs if isinstance(line, str)) if isinstance(logs, list) else (),
        None if units is None else _count(units),
    )


def confirmation(answer: Json) -> tuple[str | None, Json]:
    """(commitment reached or None, the chain's error or None), of getSignatureStatuses with one id."""
    match _value(answer):
        case [None]:
            return None, None
        case [dict() as status]:
            reached = status.get("confirmationStatus")
            return (reached if isinstance(reached, str) and reached in COMMITMENTS else None), status.get("err")
    raise ChainNodeError("no status")


def _decoded(written: str, size: int) -> bytes:
    try:
        data = base58.decode(written)
    except WireError as broken:
        raise ChainNodeError("not base58") from broken
    if len(data) != size:
        raise ChainNodeError(f"{len(data)} bytes instead of {size}")
    return data
