"""The Solana transaction that a swap payload of another device stands for (relay-and-sessions §10).

A provider's quote (Jupiter, LI.FI, SwapKit) holds the whole transaction, base64 where other chains have calldata. The
apps put the payload's blockhash into it, which its first device has just asked for, and sign it otherwise as it is.
A swap through THORChain or Maya is the plain send to their vault, with the memo (send.py).
"""

from dataclasses import replace

from tandem.chains import swap as swaps
from tandem.chains.solana import base58, send, tx
from tandem.chains.solana.address import parse
from tandem.chains.solana.tx import Transaction
from tandem.chains.swap import Swap, require_source
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import KeysignPayload
from tandem.proto.swap_pb2 import OneInchSwapPayload, THORChainSwapPayload
from tandem.wire import exact, unbase64


def read_swap(payload: KeysignPayload) -> tuple[Transaction, Swap] | None:
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
            return _quoted(payload, payload.oneinch_swap_payload)
        case _:
            raise WireError("a kind of swap that is not understood")


def _deposit(payload: KeysignPayload, swap: THORChainSwapPayload, provider: str) -> tuple[Transaction, Swap]:
    require_source(payload.coin, swap.from_coin, (swap.from_address,), parse)
    if not payload.coin.is_native_token:
        raise WireError("a swap of a token")  # no client is known to send one
    if (payload.to_address, payload.to_amount) != (swap.vault_address, swap.from_amount):
        raise WireError("the swap is of another amount or vault than the payload's")
    return send.read(payload), swaps.by_memo(payload.coin, swap, provider, payload.memo)


def _quoted(payload: KeysignPayload, swap: OneInchSwapPayload) -> tuple[Transaction, Swap]:
    """What a provider has made. One that a second key signs would lose that signature with its blockhash."""
    require_source(payload.coin, swap.from_coin, (getattr(swap.quote.tx, "from"),), parse)
    given = tx.parse(unbase64(swap.quote.tx.data))
    if given.message.signer_keys != (parse(payload.coin.address),):
        raise WireError("a swap that others sign too, or for another account")
    blockhash = exact(base58.decode(payload.solana_specific.recent_block_hash), 32, "blockhash")
    made = tx.unsigned(replace(given.message, blockhash=blockhash))
    return made, swaps.quoted(payload.coin, swap, swap.provider)
