"""Whatever comes in, a parser gives a value or a WireError, and nothing that it reads cannot be shown."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from chains.solana.making import (
    US,
    approve,
    checked_transfer,
    compiled,
    limit,
    note,
    open_associated,
    plain_transfer,
    price,
    send,
    strange,
)
from tandem.chains.solana import base58, lines, message, networks, offchain, siws, tx
from tandem.chains.solana.payload import read_message, read_transactions
from tandem.chains.solana.summary import message_summary, read_keysign, transaction_summary
from tandem.chains.solana.tokens import NOTHING
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import json_text
from vectors import load

CALLS = (
    send(7),
    checked_transfer(8),
    plain_transfer(9),
    approve(10),
    open_associated(),
    note(b"memo", US),
    limit(1000),
    price(10),
    strange((US, "sw")),
)
SEEDS = [tx.to_bytes(tx.unsigned(compiled(call))) for call in CALLS]
SEEDS += [b"\1" + bytes(64) + bytes.fromhex(v["message"]) for v in load("solana")["sends"]]


def shown(data: bytes) -> None:
    what = tx.parse(data)
    assert tx.to_bytes(what) == data
    account = what.message.payer
    told = transaction_summary(what, account, networks.NETWORKS[0])
    json_text(told)
    labels = [label for label, _ in lines.of_transaction(what, account, NOTHING)]
    assert ("Not understood" in labels) is not told["understood"]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 1231), st.integers(0, 255)), max_size=3))
@settings(max_examples=400, derandomize=True, deadline=None)
def test_changed_transactions(data: bytes, changes: list) -> None:
    changed = bytearray(data)
    for place, value in changes:
        changed[place % len(changed)] = value
    with contextlib.suppress(WireError):
        shown(bytes(changed))


@given(st.binary(max_size=300))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_bytes(data: bytes) -> None:
    for parse in (message.parse, tx.parse, offchain.check):
        with contextlib.suppress(WireError):
            parse(data)
    message_summary(data, "https://dapp.example")


@given(st.text(max_size=100))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_text(text: str) -> None:
    for parse in (base58.decode, siws.parse):
        with contextlib.suppress(WireError):
            parse(text)
    payload = KeysignPayload(to_address=text)
    payload.coin.chain, payload.coin.address = "Solana", text
    payload.sign_solana.raw_transactions.append(text)
    custom = CustomMessagePayload(chain="Solana", method="sign_message", message=text)
    for read, given_payload in ((read_transactions, payload), (read_keysign, payload), (read_message, custom)):
        with contextlib.suppress(WireError):
            read(given_payload)
