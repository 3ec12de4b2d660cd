import pytest

from chains.solana.making import (
    MINT,
    PEER,
    THEIRS,
    US,
    Call,
    checked_transfer,
    limit,
    note,
    open_associated,
    price,
    send,
    strange,
    transaction,
)
from tandem.chains.solana import networks, tx
from tandem.chains.solana.address import parse, text
from tandem.chains.solana.payload import (
    MAX_TRANSACTIONS,
    account_of,
    known_of,
    message_payload,
    network_of,
    read_message,
    read_transactions,
    transactions_payload,
)
from tandem.chains.solana.programs import associated_token
from tandem.chains.solana.summary import read_keysign
from tandem.chains.solana.tokens import NOTHING, Known, Mint
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from vectors import load

VAULT = b"\x03" + b"\x33" * 32
KNOWN = Known({MINT: Mint("USDC", 6)})
ASSOCIATED = associated_token.address(PEER, MINT)


def payload_of(*what: tx.Transaction, chain: str = "solana:mainnet", known: Known = NOTHING) -> KeysignPayload:
    return transactions_payload(
        what,
        network=networks.BY_CHAIN[chain],
        account=US,
        vault_public_key=VAULT,
        party="extension-0011223344556677",
        origin="https://dapp.example",
        broadcast=False,
        known=known,
    )


def test_the_incumbents_payload() -> None:
    v = load("solana")["raw"]
    payload = KeysignPayload()
    payload.coin.chain, payload.coin.address, payload.coin.hex_public_key = "Solana", v["account"], v["key"]
    payload.solana_specific.priority_fee = "1000000"
    payload.sign_solana.raw_transactions.append(v["transaction"])
    reading = read_keysign(payload)
    assert [data.hex() for data in reading.digests] == [v["message"]]
    assert account_of(payload).hex() == v["key"]


@pytest.mark.parametrize("calls", [(send(5),), (checked_transfer(5),), (strange((US, "s")), note(b"x"))])
@pytest.mark.parametrize("chain", sorted(networks.BY_CHAIN))
def test_the_phone_reads_the_transactions_that_were_written(calls: tuple, chain: str) -> None:
    what = (transaction(*calls), transaction(*calls, version=None))
    payload = KeysignPayload.FromString(payload_of(*what, chain=chain).SerializeToString())
    assert read_transactions(payload) == what
    assert network_of(payload).chain == chain and account_of(payload) == US


def described(*calls: Call) -> tuple:
    payload = payload_of(transaction(*calls), known=KNOWN)
    coin = payload.coin
    return coin.ticker, coin.is_native_token, coin.contract_address, payload.to_address, payload.to_amount


def test_the_coin_says_in_short_what_it_is() -> None:
    assert described(send(5)) == ("SOL", True, "", text(PEER), "5")
    assert described(checked_transfer(5)) == ("USDC", False, text(MINT), text(THEIRS), "5")
    assert described(open_associated(), checked_transfer(5, destination=ASSOCIATED))[3] == text(PEER)
    assert described(checked_transfer(5, 5)) == ("SOL", True, "", "", "0")
    assert described(send(5), send(6)) == ("SOL", True, "", "", "0")


def test_the_fields_that_apps_look_at() -> None:
    payload = payload_of(transaction(send(5), limit(7), price(9)))
    specific = payload.solana_specific
    assert (specific.priority_fee, specific.compute_limit) == ("9", "7")
    assert payload.skip_broadcast and payload.lib_type == "DKLS" and payload.vault_public_key_ecdsa == VAULT.hex()
    assert payload.coin.hex_public_key == US.hex() and payload.dapp_metadata.url == "https://dapp.example"


@pytest.mark.parametrize("count", [0, MAX_TRANSACTIONS + 1])
def test_the_number_of_transactions_is_bounded_both_ways(count: int) -> None:
    one = transaction(send(5))
    with pytest.raises(WireError):
        payload_of(*[one] * count)
    payload = payload_of(one)
    raw = payload.sign_solana.raw_transactions[0]
    del payload.sign_solana.raw_transactions[:]
    payload.sign_solana.raw_transactions.extend([raw] * count)
    with pytest.raises(WireError):
        read_transactions(payload)


def test_other_kinds_of_payload_are_not_read() -> None:
    for name in ("erc20_approve_payload", "oneinch_swap_payload", "sign_amino", "wasm_execute_contract_payload"):
        payload = payload_of(transaction(send(5)))
        getattr(payload, name).SetInParent()
        with pytest.raises(WireError):
            read_transactions(payload)
    payload = payload_of(transaction(send(5)))
    payload.ethereum_specific.SetInParent()
    with pytest.raises(WireError):
        read_transactions(payload)
    payload = payload_of(transaction(send(5)))
    payload.coin.chain = "Ethereum"
    with pytest.raises(WireError):
        read_transactions(payload)


@pytest.mark.parametrize("raw", ["", "!!", "AQAA"])
def test_malformed_transactions_are_refused(raw: str) -> None:
    payload = payload_of(transaction(send(5)))
    payload.sign_solana.raw_transactions[0] = raw
    with pytest.raises(WireError):
        read_transactions(payload)


def test_what_the_coin_tells_of_a_token() -> None:
    payload = payload_of(transaction(checked_transfer(5)), known=KNOWN)
    assert known_of(payload).mint(MINT) == Mint("USDC", 6)
    payload.coin.ticker = "\x1b[31m"
    assert known_of(payload).mint(MINT) == Mint(None, 6)
    payload.coin.decimals = 99
    with pytest.raises(WireError):
        known_of(payload)
    assert known_of(payload_of(transaction(send(5)))).mint(MINT) is None


def test_wrapped_sol_is_known_to_everyone() -> None:
    assert NOTHING.mint(parse("So11111111111111111111111111111111111111112")) == Mint("wSOL", 9)


@pytest.mark.parametrize("content", [b"hello", b"\xffsolana offchain\0", b"0x68"])
def test_messages_are_read_as_written(content: bytes) -> None:
    payload = message_payload(content, vault_public_key=VAULT, party="p", origin="https://dapp.example")
    assert read_message(payload) == content and payload.chain == "Solana" and payload.method == "sign_message"


def test_a_message_that_is_text_is_signed_as_text() -> None:
    assert read_message(CustomMessagePayload(method="sign_message", message="hello", chain="Solana")) == b"hello"


def test_transactions_do_not_travel_as_messages() -> None:
    data = tx.signed_bytes(transaction(send(5)))
    with pytest.raises(WireError):
        message_payload(data, vault_public_key=VAULT, party="p", origin="https://dapp.example")
    with pytest.raises(WireError):
        read_message(CustomMessagePayload(method="sign_message", message="0x" + data.hex(), chain="Solana"))


@pytest.mark.parametrize(
    ("chain", "method", "message"),
    [
        ("Ethereum", "sign_message", "hello"),
        ("", "sign_message", "hello"),
        ("Solana", "personal_sign", "hello"),
        ("Solana", "eth_signTypedData_v4", "{}"),
        ("Solana", "sign_message", "0x1"),
        ("Solana", "sign_message", ""),
    ],
)
def test_other_custom_messages_are_not_read(chain: str, method: str, message: str) -> None:
    with pytest.raises(WireError):
        read_message(CustomMessagePayload(method=method, message=message, chain=chain))
