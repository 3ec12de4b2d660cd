"""What an app on the phone shows, for payloads of every kind that this wallet makes."""

import dataclasses
import json

import pytest

from chains.ethereum.listed import listed
from chains.ethereum.test_swap import OTHER, OWN, TOKEN, payload, raw
from chains.solana.making import send, transaction
from chains.solana.test_payload import payload_of
from tandem.chains import phone
from tandem.chains.ethereum import typed_data
from tandem.chains.ethereum.calldata import approve_call, transfer_call
from tandem.chains.ethereum.networks import BY_CHAIN, Network
from tandem.chains.ethereum.payload import message_payload, transaction_payload
from tandem.chains.ethereum.raw_payload import raw_payload
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import Transaction, unsigned
from tandem.chains.phone import phone_view
from tandem.chains.solana.payload import message_payload as solana_message

ORIGIN = "https://dapp.example"
KEY = b"\2" * 33
TYPED = {
    "types": {"Mail": [{"name": "text", "type": "string"}]},
    "primaryType": "Mail",
    "domain": {"name": "x"},
    "message": {"text": "hi"},
}


def shown(to: str | None, value: int, data: bytes, token: Token | None = None, network: Network | None = None) -> dict:
    what = Transaction(1, 3, 10, 20, 21_000, raw(to) if to else None, value, data)
    made = transaction_payload(
        what,
        network=network or BY_CHAIN["eip155:1"],
        account=raw(OWN),
        public_key=KEY,
        vault_public_key=KEY,
        party="ours",
        token=token,
        origin=ORIGIN,
    )
    view = phone_view(made)
    return {**dict(view.rows), "notes": view.notes}


def test_coins() -> None:
    told = shown(OTHER, 15 * 10**17, b"")
    assert told == {"amount": "1.5 ETH", "to": OTHER, "network": "Ethereum", "notes": ()}


def test_a_token() -> None:
    told = shown(TOKEN, 0, transfer_call(raw(OTHER), 2_500_000), Token(raw(TOKEN), "USDC", 6))
    assert told == {"amount": "2.5 USDC", "to": OTHER, "network": "Ethereum", "notes": ()}


@pytest.mark.parametrize("token", [None, Token(raw(TOKEN), "USDC", 6)])
def test_a_call_is_bytes_there_and_pays_nothing(token: Token | None) -> None:
    data = approve_call(raw(OTHER), 5)
    told = shown(TOKEN, 0, data, token)
    assert told["amount"] == "0 ETH" and told["to"] == TOKEN
    assert told["call"] == "0x" + data.hex() and told["notes"] == ("call",)
    long = shown(TOKEN, 0, bytes(1000))["call"]
    assert len(long) == phone.MOST + 1 and long.endswith("…")


def test_a_contract_is_made() -> None:
    told = shown(None, 0, b"\x60\x80")
    assert "to" not in told and told["notes"] == ("deploy",)


def test_a_network_that_apps_may_not_know() -> None:
    network = Network(4242, "Mine", "eip155:4242", "MINE", ())
    told = shown(OTHER, 1, b"", network=network)
    assert (told["network"], told["notes"]) == ("eip155:4242", ("new_network",))


def test_a_network_where_the_apps_themselves_differ() -> None:
    told = shown(OTHER, 1, b"", network=BY_CHAIN["eip155:1329"])
    assert (told["network"], told["notes"]) == ("Sei", ("two_forms",))


def test_an_approval_before() -> None:
    assert dict(phone_view(payload()).rows)["approve"] == "5 USDC"


def test_a_message_travels_with_its_prefix() -> None:
    view = phone_view(message_payload(b"hello", vault_public_key=KEY, party="ours", origin=ORIGIN))
    rows = dict(view.rows)
    assert rows["method"] == "personal_sign" and rows["message"].startswith("0x19457468")
    assert rows["text"] == "Ethereum Signed Message:\n5hello" and rows["network"] == "Ethereum"
    assert view.notes == ("hex", "any_network", "no_origin")
    binary = phone_view(message_payload(b"\xff\0", vault_public_key=KEY, party="ours", origin=ORIGIN))
    assert "text" not in dict(binary.rows)


def test_a_transaction_with_a_list_is_nothing_but_digits_there() -> None:
    view = phone_view(
        raw_payload(listed(), network=BY_CHAIN["eip155:1"], vault_public_key=KEY, party="ours", origin=ORIGIN)
    )
    rows = dict(view.rows)
    assert rows["method"] == "eth_signTransaction" and rows["network"] == "Ethereum"
    assert rows["message"] == "0x" + unsigned(listed()).hex() and len(rows) == 3
    assert view.notes == ("digits", "no_origin")
    long = dataclasses.replace(listed(), data=bytes(1000))
    view = phone_view(
        raw_payload(long, network=BY_CHAIN["eip155:1"], vault_public_key=KEY, party="ours", origin=ORIGIN)
    )
    start, end = dict(view.rows)["message"].split("…")
    digits = "0x" + unsigned(long).hex()
    assert digits.startswith(start) and digits.endswith(end) and len(end) == 200 and len(start + end) < phone.MOST


def test_typed_data() -> None:
    content = typed_data.parse(json.dumps(TYPED))
    view = phone_view(message_payload(content, vault_public_key=KEY, party="ours", origin=ORIGIN))
    assert dict(view.rows)["method"] == "eth_signTypedData_v4"
    assert view.notes == ("typed", "any_network", "no_origin")


@pytest.mark.parametrize("through", ["Mail", "Other"])
def test_typed_data_of_a_type_within_itself(through: str) -> None:
    types = {"Mail": [{"name": "inner", "type": f"{through}[]"}], "Other": [{"name": "back", "type": "Mail[]"}]}
    content = typed_data.parse(json.dumps({**TYPED, "types": types, "message": {"inner": []}}))
    view = phone_view(message_payload(content, vault_public_key=KEY, party="ours", origin=ORIGIN))
    assert view.notes == ("typed", "recursive", "any_network", "no_origin")


@pytest.mark.parametrize("count", [1, 2])
def test_solana(count: int) -> None:
    made = payload_of(*(transaction(send(10**9 + n)) for n in range(count)))
    view = phone_view(made)
    assert dict(view.rows)["transactions"] == str(count) and dict(view.rows)["network"] == "Solana"
    assert view.notes == (("raw", "several") if count > 1 else ("raw",))
    message = phone_view(solana_message(b"hello", vault_public_key=KEY, party="ours", origin=ORIGIN))
    assert dict(message.rows)["text"] == "hello" and message.notes == ("hex", "no_origin")


def test_every_name_is_known() -> None:
    made = [payload(), message_payload(b"x", vault_public_key=KEY, party="ours", origin=ORIGIN)]
    for view in map(phone_view, made):
        assert {name for name, _ in view.rows} <= set(phone.FIELDS) and set(view.notes) <= set(phone.NOTES)
