"""Swaps of another device on Solana: which transaction they stand for, what is said of them, and what is refused.

tests/interop/test_sdk_hashes.py compares the transactions with the real SDK's.
"""

from collections.abc import Callable

import pytest

from chains.ethereum.test_swap import set_in
from chains.solana.making import BLOCKHASH, OTHER, PEER, US, limit, send, strange, transaction
from tandem.chains.solana import base58, tx
from tandem.chains.solana.address import text
from tandem.chains.solana.payload import read_transactions
from tandem.chains.solana.summary import payload_summary, read_keysign
from tandem.chains.solana.swap import read_swap
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import KeysignPayload
from tandem.wire import base64_text

FRESH = bytes([0x99]) * 32
THOR, INCH = "thorchain_swap_payload", "oneinch_swap_payload"


def payload(made: KeysignPayload) -> KeysignPayload:
    made.coin.CopyFrom(Coin(chain="Solana", ticker="SOL", address=text(US), decimals=9, is_native_token=True))
    made.solana_specific.recent_block_hash, made.solana_specific.priority_fee = base58.encode(FRESH), "0"
    swap = getattr(made, str(made.WhichOneof("swap_payload")))
    swap.from_coin.CopyFrom(made.coin)
    swap.from_amount = "5000000000"
    return made


def carried(what: tx.Transaction) -> str:
    return base64_text(tx.to_bytes(what))


def quoted(provider: str = "jupiter") -> KeysignPayload:
    made = KeysignPayload()
    swap = made.oneinch_swap_payload
    swap.provider, swap.to_amount_decimal = provider, "720.5"
    swap.to_coin.chain, swap.to_coin.ticker = "Solana", "USDC"
    swap.quote.tx.data = carried(transaction(limit(200_000), strange((US, "sw"))))
    return payload(made)


def deposit(recipient: bytes = US) -> KeysignPayload:
    made = KeysignPayload(to_address=text(PEER), to_amount="5000000000")
    swap = made.thorchain_swap_payload
    swap.from_address, swap.vault_address, swap.to_amount_decimal = text(US), text(PEER), "0.01"
    swap.to_coin.chain, swap.to_coin.ticker = "Bitcoin", "BTC"
    made.memo = f"=:SOL.SOL:{text(recipient)}:900000/1/0"
    return payload(made)


def test_the_providers_transaction_with_the_payloads_blockhash() -> None:
    made = quoted()
    (what,) = read_transactions(made)
    given = tx.parse(tx.to_bytes(transaction(limit(200_000), strange((US, "sw")))))
    assert given.message.blockhash == BLOCKHASH and what.message.blockhash == FRESH
    assert (what.message.keys, what.message.instructions) == (given.message.keys, given.message.instructions)
    assert read_keysign(made).digests == (tx.signed_bytes(what),)


def test_what_is_said_of_it() -> None:
    summary = payload_summary(quoted())
    swap = summary["swap"]
    assert (swap["gives"], swap["gives_symbol"], swap["expected"], swap["gets_symbol"]) == ("5", "SOL", "720.5", "USDC")
    assert (swap["provider"], swap["gets_chain"]) == ("jupiter", "Solana")
    assert (swap["recipient"], swap["foreign"]) == (None, False)
    # The other device's word is no proof of what the program does.
    assert summary["understood"] is False and summary["title"] == "program_call"
    assert read_keysign(quoted()).lines[0] == ("Swap, as the other device says", "5 SOL for about 720.5 USDC on Solana")
    assert "swap" not in payload_summary(plain())


def plain() -> KeysignPayload:
    made = deposit()
    made.ClearField(THOR)
    return made


def test_through_thorchain_it_is_the_send_with_the_memo() -> None:
    made = deposit()
    assert read_keysign(made).digests == read_keysign(plain()).digests
    summary = payload_summary(made)
    assert summary["understood"] is True
    swap = summary["swap"]
    assert (swap["provider"], swap["least"], swap["recipient"]) == ("THORChain", "0.009", text(US))
    assert swap["foreign"] is False and payload_summary(deposit(OTHER))["swap"]["foreign"] is True
    assert "Warning" in dict(read_keysign(deposit(OTHER)).lines)


@pytest.mark.parametrize(
    ("make", "path", "value"),
    [
        (quoted, f"{INCH}.quote.tx.data", ""),
        (quoted, f"{INCH}.quote.tx.data", "0xabcd"),
        (quoted, f"{INCH}.quote.tx.data", carried(transaction(send(5))) + "AAAA"),
        (quoted, f"{INCH}.quote.tx.data", carried(transaction(send(5), payer=OTHER))),  # ours is one of two
        (quoted, f"{INCH}.quote.tx.data", carried(transaction(strange((OTHER, "s"))))),
        (quoted, f"{INCH}.quote.tx.data", carried(transaction(send(5, OTHER), payer=OTHER))),
        (quoted, f"{INCH}.quote.tx.from", text(OTHER)),
        (quoted, f"{INCH}.from_coin.decimals", 6),
        (quoted, f"{INCH}.from_coin.contract_address", text(OTHER)),
        (quoted, f"{INCH}.from_coin.address", text(OTHER)),
        (quoted, f"{INCH}.to_amount_decimal", "a lot"),
        (quoted, f"{INCH}.from_amount", "-1"),
        (quoted, "solana_specific.recent_block_hash", text(US)[:9]),
        (quoted, "erc20_approve_payload.amount", "1"),
        (deposit, "memo", ""),
        (deposit, "memo", "+:SOL.SOL:x"),
        (deposit, "to_amount", "5000000001"),
        (deposit, "to_address", text(OTHER)),
        (deposit, "coin.is_native_token", False),
        (deposit, f"{THOR}.from_address", text(OTHER)),
        (quoted, "swapkit_swap_payload.tx_type", "SOLANA"),
        (quoted, "kyberswap_swap_payload.to_amount_decimal", "1"),
    ],
)
def test_swaps_that_are_refused(make: object, path: str, value: object) -> None:
    assert callable(make)
    read_keysign(make())
    with pytest.raises(WireError):
        read_keysign(set_in(make(), path, value))


def test_a_swap_and_something_else_at_once_is_refused() -> None:
    made = deposit()
    for coin in (made.coin, made.thorchain_swap_payload.from_coin):  # no client is known to swap tokens that way
        coin.is_native_token, coin.contract_address = False, text(OTHER)
    made.solana_specific.from_token_associated_address = text(PEER)
    with pytest.raises(WireError, match="swap of a token"):
        read_keysign(made)
    made = quoted()
    made.sign_solana.raw_transactions.append(carried(transaction(send(5))))
    with pytest.raises(WireError):
        read_keysign(made)
    made = quoted()
    made.ClearField("solana_specific")
    with pytest.raises(WireError):
        read_keysign(made)


@pytest.mark.parametrize("make", [quoted, deposit])
def test_a_swap_without_a_blockhash(make: Callable[[], KeysignPayload]) -> None:
    made = make()
    made.ClearField("solana_specific")
    for name in ("solana_specific", "ethereum_specific"):
        getattr(made, name).SetInParent()
        with pytest.raises(WireError):
            read_swap(made)


@pytest.mark.parametrize("decimals", [-1, 37])
def test_decimals_that_no_token_has(decimals: int) -> None:
    made = quoted()
    made.coin.decimals = made.oneinch_swap_payload.from_coin.decimals = decimals
    with pytest.raises(WireError, match="decimals"):
        read_swap(made)
