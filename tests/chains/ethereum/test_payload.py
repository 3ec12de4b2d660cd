import dataclasses
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.calldata import approve_call, transfer_call
from tandem.chains.ethereum.message import prefixed
from tandem.chains.ethereum.payload import (
    message_payload,
    network_of,
    read_message,
    read_transaction,
    read_transactions,
    token_of,
    transaction_payload,
)
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import Transaction, digest
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from vectors import load

ACCOUNT, KEY, VAULT = b"\x11" * 20, b"\x02" + b"\x22" * 32, b"\x03" + b"\x33" * 32
TOKEN = Token(b"\x44" * 20, "USDC", 6)
SEND = Transaction(1, 1, 1, 2, 21000, b"\x55" * 20, 10**17, b"")
TRANSFER = dataclasses.replace(SEND, to=TOKEN.address, value=0, data=transfer_call(b"\x66" * 20, 5))


def payload_of(tx: Transaction, token: Token | None = None) -> KeysignPayload:
    return transaction_payload(
        tx,
        network=networks.BY_CHAIN[f"eip155:{tx.chain_id}"],
        account=ACCOUNT,
        public_key=KEY,
        vault_public_key=VAULT,
        party="extension-0011223344556677",
        token=token,
        origin="https://dapp.example",
    )


def incumbent(v: dict) -> KeysignPayload:
    payload = KeysignPayload(to_address=v["to"], to_amount=v["amount"])
    payload.coin.chain, payload.coin.ticker, payload.coin.decimals = v["chain"], v["ticker"], v["decimals"]
    payload.coin.is_native_token, payload.coin.contract_address = v["native"], v["contract"]
    specific = payload.ethereum_specific
    specific.max_fee_per_gas_wei, specific.priority_fee = v["max_fee"], v["priority_fee"]
    specific.nonce, specific.gas_limit = v["nonce"], v["gas_limit"]
    return payload


@pytest.mark.parametrize("v", load("ethereum")["payloads"])
def test_payloads_of_the_incumbent_give_its_digests(v: dict) -> None:
    assert digest(read_transaction(incumbent(v))).hex() == v["digest"]


@given(
    st.builds(
        Transaction,
        chain_id=st.sampled_from([network.chain_id for network in networks.NETWORKS]),
        nonce=st.integers(0, 2**62),
        priority_fee=st.just(3),
        max_fee=st.integers(3, 2**200),
        gas_limit=st.integers(1, 2**60),
        to=st.binary(min_size=20, max_size=20),
        value=st.integers(0, 2**256 - 1),
        data=st.one_of(
            st.binary(max_size=200),
            st.builds(transfer_call, st.binary(min_size=20, max_size=20), st.integers(0, 2**256 - 1)),
            st.builds(approve_call, st.binary(min_size=20, max_size=20), st.integers(0, 2**256 - 1)),
        ),
    ),
    st.sampled_from([None, TOKEN, Token(b"\x44" * 20, None, None)]),
)
@settings(max_examples=10_000 if "TANDEM_LONG" in os.environ else 300, derandomize=True, deadline=None)
def test_t50_the_phone_reads_the_transaction_that_was_written(tx: Transaction, token: Token | None) -> None:
    tx = dataclasses.replace(tx, kind=networks.BY_CHAIN[f"eip155:{tx.chain_id}"].kind)
    assert read_transaction(payload_of(tx, token)) == tx


def test_a_deployment_travels_too() -> None:
    tx = dataclasses.replace(SEND, to=None, data=b"\x60\x80")
    assert read_transaction(payload_of(tx)) == tx


def test_a_token_transfer_travels_as_one() -> None:
    payload = payload_of(TRANSFER, TOKEN)
    assert (payload.coin.ticker, payload.to_amount, payload.coin.is_native_token) == ("USDC", "5", False)


def test_swaps_and_foreign_contract_payloads_are_not_read() -> None:
    for name in ("erc20_approve_payload", "oneinch_swap_payload", "sign_solana", "wasm_execute_contract_payload"):
        payload = payload_of(SEND)
        getattr(payload, name).SetInParent()
        with pytest.raises(WireError):
            read_transaction(payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [("to_amount", "1e3"), ("to_amount", "-1"), ("to_amount", ""), ("to_address", "0x12"), ("memo", "0x1")],
)
def test_malformed_fields_are_refused(field: str, value: str) -> None:
    payload = payload_of(SEND)
    setattr(payload, field, value)
    with pytest.raises(WireError):
        read_transaction(payload)


def test_decimals_of_a_token() -> None:
    payload = payload_of(TRANSFER, TOKEN)
    assert token_of(payload) == TOKEN
    for decimals in (-1, 37):
        payload.coin.decimals = decimals
        with pytest.raises(WireError):
            token_of(payload)


def test_a_payload_of_another_family() -> None:
    payload = payload_of(SEND)
    for name in ("solana_specific", "utxo_specific"):
        getattr(payload, name).SetInParent()
        with pytest.raises(WireError, match="no EVM transaction"):
            read_transaction(payload)


def test_a_token_transfer_has_a_recipient_and_no_memo() -> None:
    for name, value in (("memo", "0x"), ("memo", "hello"), ("to_address", "")):
        payload = payload_of(TRANSFER, TOKEN)
        setattr(payload, name, value)
        with pytest.raises(WireError):
            read_transaction(payload)


def test_coins_need_no_approval() -> None:
    payload = payload_of(SEND)
    payload.coin.contract_address = payload.erc20_approve_payload.spender = payload.to_address
    payload.erc20_approve_payload.amount = "1"
    with pytest.raises(WireError):
        read_transactions(payload)


def test_unknown_chain_is_refused_and_caip2_is_not() -> None:
    payload = payload_of(SEND)
    payload.coin.chain = "Dogecoin"
    with pytest.raises(WireError):
        read_transaction(payload)
    payload.coin.chain = "eip155:424242"
    assert network_of(payload).chain_id == 424242


@given(st.binary(max_size=300))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_messages_are_read_as_written(message: bytes) -> None:
    assert (
        read_message(message_payload(message, vault_public_key=VAULT, party="p", origin="https://dapp.example"))
        == message
    )


def test_other_custom_messages_are_not_read() -> None:
    for payload in (
        CustomMessagePayload(method="eth_signTypedData_v4", message="{}", chain="Ethereum"),
        CustomMessagePayload(method="personal_sign", message="0x68656c6c6f", chain="Ethereum"),
        CustomMessagePayload(method="personal_sign", message="hello", chain="Ethereum"),
        CustomMessagePayload(method="personal_sign", message="0x", chain="Solana"),
        CustomMessagePayload(method="personal_sign", message="0x" + prefixed(b"hello").hex(), chain="Solana"),
        CustomMessagePayload(method="sign_message", message="0x" + prefixed(b"hello").hex(), chain="Ethereum"),
    ):
        with pytest.raises(WireError):
            read_message(payload)
