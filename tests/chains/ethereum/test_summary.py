import dataclasses

import pytest

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.calldata import UNLIMITED, approve_call, transfer_call
from tandem.chains.ethereum.payload import message_payload, transaction_payload
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.summary import message_summary, read_keysign, transaction_summary
from tandem.chains.ethereum.telling import View
from tandem.chains.ethereum.tx import Transaction, digest

MAINNET = networks.BY_CHAIN["eip155:1"]
SEND = Transaction(1, 1, 10**9, 2 * 10**9, 21000, b"\x55" * 20, 15 * 10**17, b"")
TOKEN = Token(b"\x44" * 20, "USDC", 6)
US = b"\x11" * 20
VIEW = View(MAINNET, US, {})
TOKENS = View(MAINNET, US, {TOKEN.address: TOKEN})
CALL = dataclasses.replace(SEND, to=TOKEN.address, value=0)
TRANSFER = dataclasses.replace(CALL, data=transfer_call(b"\x66" * 20, 1_500_000))
ENDLESS = dataclasses.replace(CALL, data=approve_call(b"\x66" * 20, UNLIMITED))
STRANGE = dataclasses.replace(SEND, data=b"\xde\xad\xbe\xef" + bytes(32))


def test_a_send() -> None:
    told = transaction_summary(SEND, VIEW)
    assert told["title"] == "send" and told["understood"]
    assert told["amount"] == {"value": "1.5", "symbol": "ETH", "exact": "1500000000000000000"}
    assert told["fee"] == {"value": "0.000042", "symbol": "ETH", "exact": "42000000000000"}
    assert told["digest"] == "0x" + digest(SEND).hex()


def test_a_token_transfer_shows_the_recipient_and_not_the_contract() -> None:
    told = transaction_summary(TRANSFER, TOKENS)
    assert told["title"] == "erc20_transfer" and told["to"] == "0x" + "66" * 20
    assert told["amount"] == {"value": "1.5", "symbol": "USDC", "exact": "1500000"}
    assert told["token"] == {"address": "0x" + "44" * 20, "symbol": "USDC", "decimals": 6}


def test_an_unlimited_approval_says_so() -> None:
    told = transaction_summary(ENDLESS, TOKENS)
    assert told["title"] == "erc20_approve" and told["unlimited"]


@pytest.mark.parametrize("tx", [STRANGE, dataclasses.replace(TRANSFER, value=1)])
def test_everything_else_is_not_understood(tx: Transaction) -> None:
    told = transaction_summary(tx, TOKENS)
    assert told["title"] == "contract_call" and not told["understood"]


@pytest.mark.parametrize("tx", [SEND, TRANSFER, ENDLESS, STRANGE, dataclasses.replace(SEND, to=None, data=b"\1")])
def test_the_phone_signs_and_shows_what_the_browser_does(tx: Transaction) -> None:
    payload = transaction_payload(
        tx,
        network=MAINNET,
        account=b"\x11" * 20,
        public_key=b"\x02" + bytes(32),
        vault_public_key=b"\x02" + bytes(32),
        party="p",
        token=TOKEN if tx.to == TOKEN.address else None,
        origin="https://dapp.example",
    )
    reading = read_keysign(payload)
    assert reading.digests == (digest(tx),)
    told = transaction_summary(tx, TOKENS if tx.to == TOKEN.address else VIEW)
    shown = dict(reading.lines)
    assert ("Not understood" in shown) is not told["understood"]
    assert told["to"] is None or told["to"] in shown.values()
    assert f"{told['fee']['value']} ETH" == shown["Fee at most"]
    assert ("UNLIMITED" in " ".join(shown.values())) is told["unlimited"]


def test_messages() -> None:
    told = message_summary(b"hello", "https://dapp.example")
    assert told["text"] == "hello" and not told["binary"]
    assert message_summary(b"\xff", "https://dapp.example")["binary"]
    reading = read_keysign(
        message_payload(b"hello", vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    )
    assert reading.lines == (("Message", "hello"),)
    assert told["digest"] == "0x" + reading.digests[0].hex()
