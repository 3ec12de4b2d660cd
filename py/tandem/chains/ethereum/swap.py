"""Swaps that another device of the vault prepares (relay-and-sessions §10): the transaction that a swap payload stands
for, and what the payload says of the swap.

The transaction is computed as the apps compute it, with the higher one of two gas prices and of two gas limits: the
provider's quote has one of each, and so has the payload. (Older TypeScript clients took the quote's price alone, and
take no gas where a quote says none: docs/interop.md.)

What is said of the swap is the other device's word, except what the bytes that are signed say themselves: the memo of a
swap through THORChain or Maya, and what a known router is told (contracts/).
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from tandem.chains.amount import human
from tandem.chains.ethereum import address as addresses
from tandem.chains.ethereum.contracts.thorchain import DEPOSIT
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import KeysignPayload
from tandem.proto.swap_pb2 import KyberSwapPayload, OneInchSwapPayload, THORChainSwapPayload
from tandem.wire import un0x

GAS: Final = 600_000  # where a quote says none
MAX_TEXT: Final = 64  # letters of a name that the other device gives
_PLACES: Final = 8  # THORChain's and Maya's decimals, whatever the token's own are
_SWAP: Final = ("=", "SWAP", "S", "=<")


class Made(NamedTuple):
    """The transaction's own part: recipient, wei, calldata, and the least that its gas price and gas may be."""

    to: bytes
    value: int
    data: bytes
    gas_price: int = 0
    gas: int = 0


@dataclass(frozen=True, slots=True)
class Swap:
    """Amounts in human units, as text. expected: as the quote has it; least, recipient: out of the memo, where there is
    one; recipient is where the other chain pays to, in that chain's spelling. None: not said."""

    provider: str
    gives: str
    gives_symbol: str
    expected: str
    gets_symbol: str
    gets_chain: str
    least: str | None = None
    recipient: str | None = None
    memo: str | None = None
    expires: int | None = None


def read_swap(payload: KeysignPayload) -> tuple[Made, Swap] | None:
    """None for a payload that is no swap. Raises WireError for one that is not understood or contradicts itself."""
    kind = payload.WhichOneof("swap_payload")
    match kind:
        case None:
            return None
        case "thorchain_swap_payload":
            return _deposit(payload, payload.thorchain_swap_payload, "THORChain")
        case "mayachain_swap_payload":
            return _deposit(payload, payload.mayachain_swap_payload, "MayaChain")
        case "oneinch_swap_payload":
            return _quoted(payload, payload.oneinch_swap_payload, payload.oneinch_swap_payload.provider)
        case "kyberswap_swap_payload":
            return _quoted(payload, payload.kyberswap_swap_payload, "KyberSwap")
        case _:
            raise WireError("a kind of swap that is not understood")


def _deposit(payload: KeysignPayload, swap: THORChainSwapPayload, provider: str) -> tuple[Made, Swap]:
    """Coins go to the chain's vault with the memo as data; tokens through its router, which keeps it too."""
    _require_source(payload, swap.from_coin, swap.from_address)
    amount, memo = decimal(swap.from_amount), payload.memo
    if not memo or memo.startswith("0x"):
        raise WireError("a swap without a memo")  # or one that the apps would write in two ways
    vault = addresses.parse(swap.vault_address)
    if payload.coin.is_native_token:
        made = Made(vault, amount, memo.encode("utf-8"))
    else:
        token = addresses.parse(payload.coin.contract_address)
        data = DEPOSIT.call(vault, token, amount, memo, swap.expiration_time)
        made = Made(addresses.parse(swap.router_address), 0, data)
    parts = memo.split(":")
    if parts[0].upper() not in _SWAP or len(parts) < 3:
        raise WireError("a memo that is no swap")
    return made, Swap(
        provider,
        human(amount, _places(payload.coin)),
        payload.coin.ticker[:MAX_TEXT],
        _number(swap.to_amount_decimal),
        swap.to_coin.ticker[:MAX_TEXT],
        swap.to_coin.chain[:MAX_TEXT],
        _limit(parts),
        parts[2].partition("/")[0],
        memo,
        swap.expiration_time or None,
    )


def _quoted(payload: KeysignPayload, swap: OneInchSwapPayload | KyberSwapPayload, provider: str) -> tuple[Made, Swap]:
    """What a provider wants called."""
    tx = swap.quote.tx
    _require_source(payload, swap.from_coin, getattr(tx, "from"))
    data = un0x("0x" + tx.data.removeprefix("0x"))
    if tx.gas < 0:
        raise WireError("gas")
    made = Made(addresses.parse(tx.to), decimal(tx.value or "0"), data, decimal(tx.gas_price or "0"), tx.gas or GAS)
    return made, Swap(
        provider[:MAX_TEXT],
        human(decimal(swap.from_amount), _places(payload.coin)),
        payload.coin.ticker[:MAX_TEXT],
        _number(swap.to_amount_decimal),
        swap.to_coin.ticker[:MAX_TEXT],
        swap.to_coin.chain[:MAX_TEXT],
    )


def _require_source(payload: KeysignPayload, source: Coin, sender: str) -> None:
    """The swap is of the payload's coin and account. Raises WireError."""
    coin = payload.coin
    same = (source.chain, source.is_native_token, source.decimals) == (coin.chain, coin.is_native_token, coin.decimals)
    if not same or source.contract_address.lower() != coin.contract_address.lower():
        raise WireError("the swap is of another coin than the payload's")
    for other in (sender, source.address):
        if other and addresses.parse(other) != addresses.parse(coin.address):
            raise WireError("the swap is of another account than the payload's")


def _places(coin: Coin) -> int:
    if not 0 <= coin.decimals <= 36:
        raise WireError("decimals out of range")
    return coin.decimals


def decimal(text: str) -> int:
    """Base units. Raises WireError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 78) or int(text) >= 1 << 256:
        raise WireError("not a decimal amount")
    return int(text)


def _number(text: str) -> str:
    """An amount in human units, which is only shown."""
    if len(text) > MAX_TEXT or not text.replace(".", "", 1).isdigit() or not text.isascii():
        raise WireError("not an amount")
    return text


def _limit(parts: list[str]) -> str | None:
    """The least that the memo takes, in human units; None for none."""
    limit = parts[3].partition("/")[0] if len(parts) > 3 else ""
    if not (limit.isascii() and limit.isdigit() and len(limit) < 40) or int(limit) == 0:
        return None
    return human(int(limit), _PLACES)
