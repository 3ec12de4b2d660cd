"""Our RPC bodies and readers against the test ledger, from a balance to a sent transaction."""

import dataclasses

import pytest
from solders.keypair import Keypair
from tools.ledger import BLOCKHASHES, Ledger, answer

from chains.solana.making import PEER, compiled, note, send, token_call
from tandem.chains.jsonrpc import NodeRefused, result
from tandem.chains.solana import rpc, tx
from tandem.chains.solana.address import text
from tandem.chains.solana.message import Message
from tandem.wire import Json, json_text, parse_json

PAIR = Keypair.from_seed(b"\1" * 32)
US = bytes(PAIR.pubkey())
SOL = 10**9


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.call("requestAirdrop", [text(US), 10 * SOL])
    return made


def ask(ledger: Ledger, body: bytes) -> Json:
    return result(200, json_text(answer(ledger, parse_json(body))).encode())


def signed(message: Message, blockhash: bytes) -> bytes:
    what = tx.unsigned(dataclasses.replace(message, blockhash=blockhash))
    return tx.to_bytes(tx.assemble(what, US, bytes(PAIR.sign_message(tx.signed_bytes(what)))))


def fresh(ledger: Ledger) -> bytes:
    return rpc.blockhash(ask(ledger, rpc.get_latest_blockhash())).blockhash


TRANSFER = compiled(send(SOL, US), payer=US)


@pytest.mark.parametrize("version", [None, 0])
def test_a_transfer_from_blockhash_to_confirmation(ledger: Ledger, version: int | None) -> None:
    assert rpc.balance(ask(ledger, rpc.get_balance(US))) == 10 * SOL
    raw = signed(dataclasses.replace(TRANSFER, version=version), fresh(ledger))
    assert rpc.simulation(ask(ledger, rpc.simulate_transaction(raw))).error is None
    name = rpc.sent(ask(ledger, rpc.send_transaction(raw)))
    assert name == tx.transaction_id(tx.parse(raw))
    assert rpc.confirmation(ask(ledger, rpc.get_signature_status(name))) == ("finalized", None)
    assert rpc.balance(ask(ledger, rpc.get_balance(PEER))) == SOL
    assert rpc.balance(ask(ledger, rpc.get_balance(US))) == 9 * SOL - 5000


def test_a_transaction_is_taken_once(ledger: Ledger) -> None:
    raw = signed(TRANSFER, fresh(ledger))
    for _ in range(2):
        ask(ledger, rpc.send_transaction(raw, skip_preflight=True))
    assert rpc.balance(ask(ledger, rpc.get_balance(PEER))) == SOL


def test_a_failure_is_told_before_or_recorded_after(ledger: Ledger) -> None:
    raw = signed(compiled(send(100 * SOL, US), payer=US), fresh(ledger))
    with pytest.raises(NodeRefused) as refused:
        ask(ledger, rpc.send_transaction(raw))
    assert refused.value.node_code == -32002
    assert rpc.simulation(ask(ledger, rpc.simulate_transaction(raw))).error is not None
    name = rpc.sent(ask(ledger, rpc.send_transaction(raw, skip_preflight=True)))
    assert rpc.confirmation(ask(ledger, rpc.get_signature_status(name)))[1] is not None


def test_blockhashes_grow_old(ledger: Ledger) -> None:
    raw = signed(TRANSFER, fresh(ledger))
    for _ in range(BLOCKHASHES):
        fresh(ledger)
    with pytest.raises(NodeRefused, match="refused"):
        ask(ledger, rpc.send_transaction(raw))


def test_a_missing_signature_is_refused(ledger: Ledger) -> None:
    raw = signed(compiled(send(SOL, US), note(b"x", PEER), payer=US), fresh(ledger))
    with pytest.raises(NodeRefused):
        ask(ledger, rpc.send_transaction(raw))


def test_accounts(ledger: Ledger) -> None:
    found = rpc.accounts(ask(ledger, rpc.get_accounts((US, PEER))))
    assert found == ((bytes(32), b""), None)


def test_what_the_runtime_refuses_names_its_reason(ledger: Ledger) -> None:
    raw = signed(compiled(token_call(17, b"", (PEER, "w")), payer=US), fresh(ledger))
    assert rpc.simulation(ask(ledger, rpc.simulate_transaction(raw))).logs


@pytest.mark.parametrize(
    "request_object",
    [
        5,
        {"method": "getBalance", "params": {}},
        {"method": "nothing", "params": []},
        {"method": "getBalance", "params": ["0"]},
        {"method": "getBalance", "params": []},
        {"method": "sendTransaction", "params": ["AQ==", {"encoding": "base64"}]},
        {"method": "sendTransaction", "params": ["!", {"encoding": "base64"}]},
        {"method": "sendTransaction", "params": ["AQ=="]},
    ],
)
def test_nonsense_is_answered(ledger: Ledger, request_object: object) -> None:
    assert "error" in answer(ledger, request_object)
