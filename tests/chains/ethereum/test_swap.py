"""Swaps of another device: which transactions they stand for, what is said of them, and what is refused.

tests/interop/test_sdk_hashes.py compares the transactions with the real SDK's.
"""

import pytest

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts.thorchain import DEPOSIT
from tandem.chains.ethereum.payload import read_transactions
from tandem.chains.ethereum.summary import payload_summary, read_keysign
from tandem.chains.ethereum.swap import GAS, read_swap
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import KeysignPayload

OWN, VAULT, ROUTER, TOKEN, OTHER = (checksum(bytes([n]) * 20) for n in range(1, 6))
MEMO = "=:ETH.ETH:{}:250000000/1/0:vi:50"


def payload(*, token: bool = True, approve: bool = True) -> KeysignPayload:
    made = KeysignPayload(coin=Coin(chain="Ethereum", ticker="ETH", address=OWN, decimals=18, is_native_token=True))
    if token:
        made.coin.ticker, made.coin.decimals, made.coin.is_native_token = "USDC", 6, False
        made.coin.contract_address = TOKEN
    made.to_address, made.to_amount = ROUTER, "0"
    specific = made.ethereum_specific
    specific.max_fee_per_gas_wei, specific.priority_fee, specific.nonce, specific.gas_limit = "30", "2", 7, "120000"
    if approve:
        made.erc20_approve_payload.spender, made.erc20_approve_payload.amount = ROUTER, "5000000"
    return made


def deposit(recipient: str = OWN, **how: bool) -> KeysignPayload:
    made = payload(**how)
    swap = made.thorchain_swap_payload
    swap.from_address = OWN
    swap.from_coin.CopyFrom(made.coin)
    swap.to_coin.chain, swap.to_coin.ticker = "Ethereum", "ETH"
    swap.vault_address, swap.router_address = VAULT, ROUTER
    swap.from_amount, swap.to_amount_decimal, swap.expiration_time = "5000000", "2.6", 1_800_000_000
    made.memo = MEMO.format(recipient)
    return made


def quoted(**how: bool) -> KeysignPayload:
    made = payload(**how)
    swap = made.oneinch_swap_payload
    swap.provider = "1inch"
    swap.from_coin.CopyFrom(made.coin)
    swap.to_coin.chain, swap.to_coin.ticker = "Ethereum", "ETH"
    swap.from_amount, swap.to_amount_decimal = "5000000", "0.002"
    tx = swap.quote.tx
    setattr(tx, "from", OWN)
    tx.to, tx.data, tx.value, tx.gas_price, tx.gas = ROUTER, "0xabcdef01", "0", "10", 200_000
    return made


def raw(address: str) -> bytes:
    return bytes.fromhex(address[2:])


def test_tokens_go_through_the_router_after_an_approval() -> None:
    made = deposit()
    approval, main = read_transactions(made)
    assert (approval.to, approval.nonce, main.to, main.nonce, main.value) == (raw(TOKEN), 7, raw(ROUTER), 8, 0)
    args = DEPOSIT.decode(main.data)
    assert (args.blob("vault"), args.blob("asset"), args.number("amount")) == (raw(VAULT), raw(TOKEN), 5_000_000)
    assert (args.text("memo"), args.number("expiration")) == (made.memo, 1_800_000_000)
    summary = payload_summary(made)
    first, second = summary["calls"]
    assert (first["title"], second["title"], second["understood"]) == ("erc20_approve", "chain_swap", True)
    swap = summary["swap"]
    assert (swap["gives"], swap["gives_symbol"], swap["expected"], swap["gets_symbol"]) == ("5", "USDC", "2.6", "ETH")
    assert (swap["provider"], swap["least"], swap["recipient"], swap["foreign"]) == ("THORChain", "2.5", OWN, False)
    assert swap["expires"] == 1_800_000_000


def test_coins_go_to_the_vault_with_the_memo() -> None:
    made = deposit(token=False, approve=False)
    (main,) = read_transactions(made)
    assert (main.to, main.value, main.data) == (raw(VAULT), 5_000_000, made.memo.encode())
    assert payload_summary(made)["understood"] is False  # whose the address is, nobody can tell from here


def test_somebody_else_is_paid() -> None:
    made = deposit(OTHER)
    assert payload_summary(made)["swap"]["foreign"] is True
    lines = read_keysign(made).lines
    assert ("Paid to", OTHER) in lines and "Warning" in dict(lines)
    assert payload_summary(deposit("bc1qexample"))["swap"]["foreign"] is False


@pytest.mark.parametrize(
    ("memo", "least"),
    [("=:b:x", None), ("=:b:x:", None), ("=:b:x:0", None), ("=:b:x:1e6", None), ("=:b:x:100000000/3/2", "1")],
)
def test_the_memos_limit(memo: str, least: str | None) -> None:
    made = deposit()
    made.memo = memo
    found = read_swap(made)
    assert found is not None and found[1].least == least


def test_the_higher_price_and_the_higher_limit_are_signed() -> None:
    made = quoted()
    approval, main = read_transactions(made)
    assert (approval.max_fee, approval.gas_limit) == (30, 120_000)
    assert (main.max_fee, main.gas_limit, main.priority_fee) == (30, 200_000, 2)
    tx = made.oneinch_swap_payload.quote.tx
    tx.gas_price, tx.gas = "50", 100
    approval, main = read_transactions(made)
    assert (main.max_fee, main.gas_limit, approval.max_fee) == (50, 120_000, 30)
    tx.gas_price, tx.gas = "", 0
    assert (read_transactions(made)[1].max_fee, read_transactions(made)[1].gas_limit) == (30, GAS)


def test_what_a_provider_wants_called() -> None:
    made = quoted()
    summary = payload_summary(made)
    assert summary["swap"]["provider"] == "1inch" and summary["swap"]["recipient"] is None
    assert summary["calls"][1]["understood"] is False and summary["calls"][1]["data"] == "0xabcdef01"
    kyber = quoted()
    swap = kyber.kyberswap_swap_payload
    swap.MergeFromString(made.oneinch_swap_payload.SerializeToString())
    assert [each.data for each in read_transactions(kyber)] == [each.data for each in read_transactions(made)]
    assert payload_summary(kyber)["swap"]["provider"] == "KyberSwap"


def test_an_allowance_that_has_to_be_nothing_first() -> None:
    made = quoted()
    plain = read_transactions(made)
    made.erc20_approve_payload.reset_allowance_first = True
    reset, approval, main = read_transactions(made)
    assert [each.nonce for each in (reset, approval, main)] == [7, 8, 9]
    assert reset.data == plain[0].data[:36] + bytes(32) and approval.data == plain[0].data
    assert [call["title"] for call in payload_summary(made)["calls"]] == ["erc20_approve"] * 2 + ["contract_call"]


def set_in(made: KeysignPayload, path: str, value: object) -> KeysignPayload:
    *inside, last = path.split(".")
    place: object = made
    for name in inside:
        place = getattr(place, name)
    setattr(place, last, value)
    return made


THOR, INCH = "thorchain_swap_payload", "oneinch_swap_payload"


@pytest.mark.parametrize(
    ("make", "path", "value"),
    [
        (deposit, "memo", ""),
        (deposit, "memo", "0x3d3a"),
        (deposit, "memo", "+:ETH.ETH:x"),
        (deposit, "memo", "=:ETH.ETH"),
        (deposit, f"{THOR}.from_amount", "-1"),
        (deposit, f"{THOR}.from_amount", "1e3"),
        (deposit, f"{THOR}.to_amount_decimal", "a lot"),
        (deposit, f"{THOR}.to_amount_decimal", "1" * 65),
        (deposit, f"{THOR}.vault_address", "thor1abc"),
        (deposit, f"{THOR}.router_address", ""),
        (deposit, f"{THOR}.from_address", OTHER),
        (deposit, f"{THOR}.from_coin.address", OTHER),
        (deposit, f"{THOR}.from_coin.contract_address", OTHER),
        (deposit, f"{THOR}.from_coin.is_native_token", True),
        (deposit, f"{THOR}.from_coin.decimals", 18),
        (deposit, f"{THOR}.from_coin.chain", "BSC"),
        (quoted, f"{INCH}.quote.tx.to", ""),
        (quoted, f"{INCH}.quote.tx.data", "0xabc"),
        (quoted, f"{INCH}.quote.tx.value", "0x1"),
        (quoted, f"{INCH}.quote.tx.gas_price", "0x1"),
        (quoted, f"{INCH}.quote.tx.gas", -1),
        (quoted, f"{INCH}.quote.tx.from", OTHER),
        (quoted, f"{INCH}.from_coin.contract_address", OTHER),
        (quoted, "swapkit_swap_payload.tx_type", "EVM"),
    ],
)
def test_swaps_that_are_refused(make: object, path: str, value: object) -> None:
    assert callable(make)
    read_keysign(make())
    with pytest.raises(WireError):
        read_keysign(set_in(make(), path, value))
