"""The EVM transaction that a swap payload of another device stands for (relay-and-sessions §10).

It is computed as the apps compute it, with the higher one of two gas prices and of two gas limits: the provider's quote
has one of each, and so has the payload. (Older TypeScript clients took the quote's price alone, and take no gas where a
quote says none: docs/interop.md.)
"""

from typing import Final, NamedTuple

from tandem.chains import swap as swaps
from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.contracts.thorchain import DEPOSIT
from tandem.chains.swap import Swap, decimal, require_source
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import KeysignPayload
from tandem.proto.swap_pb2 import KyberSwapPayload, OneInchSwapPayload, THORChainSwapPayload
from tandem.wire import un0x

GAS: Final = 600_000  # where a quote says none


class Made(NamedTuple):
    """The transaction's own part: recipient, wei, calldata, and the least that its gas price and gas may be."""

    to: bytes
    value: int
    data: bytes
    gas_price: int = 0
    gas: int = 0


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
    require_source(payload.coin, swap.from_coin, (swap.from_address,), parse)
    amount, memo = decimal(swap.from_amount), payload.memo
    vault = parse(swap.vault_address)
    if payload.coin.is_native_token:
        made = Made(vault, amount, memo.encode("utf-8"))
    else:
        token = parse(payload.coin.contract_address)
        data = DEPOSIT.call(vault, token, amount, memo, swap.expiration_time)
        made = Made(parse(swap.router_address), 0, data)
    return made, swaps.by_memo(payload.coin, swap, provider, memo)


def _quoted(payload: KeysignPayload, swap: OneInchSwapPayload | KyberSwapPayload, provider: str) -> tuple[Made, Swap]:
    """What a provider wants called."""
    tx = swap.quote.tx
    require_source(payload.coin, swap.from_coin, (getattr(tx, "from"),), parse)
    data = un0x("0x" + tx.data.removeprefix("0x"))
    if tx.gas < 0:
        raise WireError("gas")
    made = Made(parse(tx.to), decimal(tx.value or "0"), data, decimal(tx.gas_price or "0"), tx.gas or GAS)
    return made, swaps.quoted(payload.coin, swap, provider)
