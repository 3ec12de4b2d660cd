import pytest

from chains.solana.making import BLOCKHASH, MINT, US
from tandem.chains.jsonrpc import NodeRefused, result
from tandem.chains.solana import base58, rpc
from tandem.chains.solana.programs import token
from tandem.errors import ChainNodeError
from tandem.wire import Json, base64_text, parse_json

HASH = base58.encode(BLOCKHASH)


def sent(body: bytes) -> tuple[Json, Json]:
    request = parse_json(body)
    assert isinstance(request, dict) and request["jsonrpc"] == "2.0"
    return request["method"], request["params"]


def test_requests() -> None:
    assert sent(rpc.get_latest_blockhash()) == ("getLatestBlockhash", [{"commitment": "confirmed"}])
    assert sent(rpc.get_balance(US)) == ("getBalance", [base58.encode(US), {"commitment": "confirmed"}])
    assert sent(rpc.get_accounts((US, MINT)))[1][0] == [base58.encode(US), base58.encode(MINT)]
    assert sent(rpc.get_signature_status("x")) == ("getSignatureStatuses", [["x"], {"searchTransactionHistory": True}])
    assert sent(rpc.send_transaction(b"\1")) == (
        "sendTransaction",
        ["AQ==", {"encoding": "base64", "preflightCommitment": "confirmed"}],
    )
    options = sent(rpc.send_transaction(b"\1", skip_preflight=True, max_retries=0))[1][1]
    assert options["skipPreflight"] is True and options["maxRetries"] == 0
    assert sent(rpc.send_transaction(b"\1", min_context_slot=7))[1][1]["minContextSlot"] == 7
    options = sent(rpc.simulate_transaction(b"\1"))[1][1]
    assert options["sigVerify"] is False and "replaceRecentBlockhash" not in options
    assert sent(rpc.simulate_transaction(b"\1", renew=True))[1][1]["replaceRecentBlockhash"] is True
    assert sent(rpc.get_genesis_hash()) == ("getGenesisHash", [])


def test_answers() -> None:
    answer = {"context": {"slot": 1}, "value": {"blockhash": HASH, "lastValidBlockHeight": 150}}
    assert rpc.blockhash(answer) == rpc.Blockhash(BLOCKHASH, 150)
    assert rpc.balance({"value": 5}) == 5
    assert rpc.genesis(HASH) == HASH
    assert rpc.sent(base58.encode(b"\1" * 64)) == base58.encode(b"\1" * 64)
    account: Json = {"owner": base58.encode(token.TOKEN), "data": [base64_text(b"data"), "base64"], "lamports": 1}
    assert rpc.accounts({"value": [account, None]}) == ((token.TOKEN, b"data"), None)
    assert rpc.simulation({"value": {"err": None, "logs": ["a", 1], "unitsConsumed": 7}}) == rpc.Simulation(
        None, ("a",), 7
    )
    assert rpc.simulation({"value": {"err": "AccountInUse", "logs": None}}).error == "AccountInUse"
    assert rpc.confirmation({"value": [None]}) == (None, None)
    assert rpc.confirmation({"value": [{"confirmationStatus": "finalized", "err": None}]}) == ("finalized", None)
    assert rpc.confirmation({"value": [{"confirmationStatus": "odd", "err": {"x": 1}}]}) == (None, {"x": 1})


@pytest.mark.parametrize(
    ("reader", "answer"),
    [
        (rpc.genesis, None),
        (rpc.genesis, HASH[3:]),
        (rpc.genesis, "0"),
        (rpc.blockhash, None),
        (rpc.blockhash, {}),
        (rpc.blockhash, {"value": None}),
        (rpc.blockhash, {"value": {}}),
        (rpc.blockhash, {"value": {"blockhash": "0", "lastValidBlockHeight": 1}}),
        (rpc.blockhash, {"value": {"blockhash": HASH[:-3], "lastValidBlockHeight": 1}}),
        (rpc.blockhash, {"value": {"blockhash": HASH, "lastValidBlockHeight": -1}}),
        (rpc.balance, {"value": True}),
        (rpc.balance, {"value": "5"}),
        (rpc.balance, 5),
        (rpc.sent, 5),
        (rpc.sent, "abc"),
        (rpc.accounts, {"value": None}),
        (rpc.accounts, {"value": [{"owner": HASH, "data": ["!", "base64"]}]}),
        (rpc.accounts, {"value": [{"owner": HASH, "data": "x"}]}),
        (rpc.accounts, {"value": [{"owner": 5}]}),
        (rpc.simulation, {"value": None}),
        (rpc.simulation, {"value": {"unitsConsumed": "7"}}),
        (rpc.confirmation, {"value": []}),
        (rpc.confirmation, {"value": [5]}),
    ],
)
def test_nonsense(reader: object, answer: Json) -> None:
    with pytest.raises(ChainNodeError):
        reader(answer)


def test_a_nodes_refusal_is_kept() -> None:
    with pytest.raises(NodeRefused) as refused:
        result(200, b'{"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"simulation failed"}}')
    assert refused.value.node_code == -32002
