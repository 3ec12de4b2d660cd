import pytest

from tandem.chains.solana import tx
from tandem.chains.solana.address import parse, text
from tandem.chains.solana.payload import read_transactions
from tandem.chains.solana.programs import associated_token, token
from tandem.chains.solana.send import read
from tandem.chains.solana.summary import read_keysign
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import KeysignPayload
from vectors import load

VECTORS = load("solana")["sends"]
SOL, TOKEN = VECTORS[0], next(v for v in VECTORS if v["mint"])


def incumbent(v: dict) -> KeysignPayload:
    payload = KeysignPayload(to_address=v["to"], to_amount=v["amount"])
    payload.coin.chain, payload.coin.address, payload.coin.decimals = "Solana", v["account"], v["decimals"]
    payload.coin.ticker = "TICK"
    payload.coin.is_native_token, payload.coin.contract_address = not v["mint"], v["mint"]
    payload.solana_specific.recent_block_hash, payload.solana_specific.priority_fee = v["blockhash"], "0"
    if v["mint"]:
        payload.solana_specific.from_token_associated_address = v["source"]
    if v["memo"]:
        payload.memo = v["memo"]
    return payload


@pytest.mark.parametrize("v", VECTORS, ids=lambda v: v["name"])
def test_the_incumbents_sends_become_its_messages(v: dict) -> None:
    (what,) = read_transactions(incumbent(v))
    assert tx.signed_bytes(what).hex() == v["message"]
    reading = read_keysign(incumbent(v))
    assert reading.digests[0].hex() == v["message"] and ("To", v["to"]) in reading.lines


def test_price_and_limit_of_the_payload() -> None:
    payload = incumbent(SOL)
    payload.solana_specific.priority_fee, payload.solana_specific.compute_limit = "7", "9"
    price, limit, _ = read(payload).message.instructions
    assert (price.data, limit.data) == (b"\3\7" + bytes(7), b"\2\t" + bytes(3))


def test_a_token_account_that_is_there_is_not_opened() -> None:
    payload = incumbent(TOKEN)
    target = associated_token.address(parse(TOKEN["to"]), parse(TOKEN["mint"]))
    payload.solana_specific.to_token_associated_address = text(target)
    message = read(payload).message
    assert associated_token.PROGRAM not in message.keys and target in message.keys


def test_token_2022() -> None:
    payload = incumbent(TOKEN)
    payload.solana_specific.program_id = True
    message = read(payload).message
    assert token.TOKEN_2022 in message.keys and token.TOKEN not in message.keys
    assert associated_token.address(parse(TOKEN["to"]), parse(TOKEN["mint"]), token.TOKEN_2022) in message.keys


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to_amount", ""),
        ("to_amount", "-1"),
        ("to_amount", "1e3"),
        ("to_amount", "٣"),
        ("to_amount", str(1 << 64)),
        ("to_amount", "0" * 21),
        ("to_address", ""),
        ("solana_specific.recent_block_hash", "abc"),
        ("solana_specific.priority_fee", "x"),
        ("solana_specific.compute_limit", str(1 << 32)),
        ("coin.address", ""),
    ],
)
def test_malformed_sends_are_refused(name: str, value: str) -> None:
    payload = incumbent(SOL)
    *path, last = name.split(".")
    holder = getattr(payload, path[0]) if path else payload
    setattr(holder, last, value)
    with pytest.raises(WireError):
        read(payload)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("coin.contract_address", ""),
        ("coin.decimals", 256),
        ("coin.decimals", -1),
        ("solana_specific.from_token_associated_address", ""),
    ],
)
def test_malformed_token_sends_are_refused(name: str, value: object) -> None:
    payload = incumbent(TOKEN)
    holder, last = name.split(".")
    setattr(getattr(payload, holder), last, value)
    with pytest.raises(WireError):
        read(payload)


def test_without_chain_data_or_transactions_there_is_nothing() -> None:
    payload = incumbent(SOL)
    payload.ClearField("solana_specific")
    with pytest.raises(WireError):
        read_transactions(payload)
