import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chains.solana.making import (
    BLOCKHASH,
    MINT,
    OTHER,
    OURS,
    PEER,
    PROGRAM,
    THEIRS,
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
    transaction,
)
from tandem.chains.solana import base58, message, networks, tx
from tandem.chains.solana.message import Lookup
from tandem.chains.solana.payload import known_of, message_payload, transactions_payload
from tandem.chains.solana.siws import SignIn
from tandem.chains.solana.summary import (
    message_summary,
    read_keysign,
    sign_in_summary,
    transaction_summary,
    transactions_summary,
)
from tandem.chains.solana.tokens import NOTHING, Holding, Known, Mint
from tandem.errors import WireError
from tandem.wire import json_text

NETWORK = networks.BY_CHAIN["solana:mainnet"]
KNOWN = Known({MINT: Mint("USDC", 6)}, {OURS: Holding(MINT, US), THEIRS: Holding(MINT, PEER)})
SEND = transaction(limit(100_000), price(1000), send(1_500_000_000))


def told(*calls, known=NOTHING) -> dict:
    return transaction_summary(transaction(*calls), US, NETWORK, known)


def test_a_send() -> None:
    shown = transaction_summary(SEND, US, NETWORK)
    assert (shown["title"], shown["understood"], shown["warnings"]) == ("send", True, [])
    assert shown["amount"] == {"value": "1.5", "symbol": "SOL", "exact": "1500000000"}
    assert shown["leaves"] == [shown["amount"] | {"token": None}]
    assert shown["fee"] == {"value": "0.0000051", "symbol": "SOL", "exact": "5100"} and shown["pays_fee"]
    assert shown["steps"][2] == {
        "kind": "send",
        "understood": True,
        "source": base58.encode(US),
        "recipient": base58.encode(PEER),
        "amount": shown["amount"],
    }
    assert shown["blockhash"] == base58.encode(BLOCKHASH) and shown["network"] == "solana:mainnet"
    assert shown["message"] == "0x" + tx.signed_bytes(SEND).hex()


def test_a_checked_transfer_has_its_own_decimals_and_no_symbol_by_itself() -> None:
    shown = told(checked_transfer(1_500_000))
    assert shown["title"] == "token_transfer"
    assert shown["amount"] == {"value": "1.5", "symbol": "", "exact": "1500000"}
    assert shown["steps"][0]["mint"] == base58.encode(MINT) and shown["steps"][0]["destination_owner"] is None


def test_what_the_chain_says_of_a_token_is_added() -> None:
    for call in (checked_transfer(1_500_000), plain_transfer(1_500_000)):
        shown = told(call, known=KNOWN)
        assert shown["amount"] == {"value": "1.5", "symbol": "USDC", "exact": "1500000"}
        assert shown["leaves"] == [shown["amount"] | {"token": base58.encode(MINT)}]
        assert shown["steps"][0]["destination_owner"] == base58.encode(PEER)


def test_decimals_that_contradict_the_instruction_name_another_token() -> None:
    shown = told(checked_transfer(1_500_000, 5), known=KNOWN)
    assert shown["amount"] == {"value": "15", "symbol": "", "exact": "1500000"}


def test_an_unnamed_token_is_shown_in_base_units() -> None:
    shown = told(plain_transfer(1_500_000))
    assert shown["amount"] == {"value": "1500000", "symbol": "", "exact": "1500000"}
    assert shown["steps"][0]["mint"] is None and shown["leaves"][0]["token"] == base58.encode(OURS)


def test_an_approval() -> None:
    assert told(approve(5))["title"] == "token_approve" and not told(approve(5))["unlimited"]
    assert told(approve(2**64 - 1))["unlimited"]


def test_what_is_not_understood() -> None:
    shown = told(send(5), strange((US, "sw"), (OURS, "w")))
    assert (shown["title"], shown["understood"]) == ("program_call", False)
    assert shown["warnings"] == ["not_understood", "acts_for_you"]
    assert shown["steps"][1] == {
        "kind": "program_call",
        "understood": False,
        "program": base58.encode(PROGRAM),
        "writes": [base58.encode(US), base58.encode(OURS)],
        "signers": [base58.encode(US)],
        "data": "0xdead",
    }


@pytest.mark.parametrize(
    ("calls", "title"),
    [
        ((send(1), send(2)), "several"),
        ((note(b"hi"),), "memo"),
        ((open_associated(), note(b"hi")), "token_account"),
        ((limit(5),), "nothing"),
        ((open_associated(), note(b"hi"), send(1)), "send"),
    ],
)
def test_titles(calls: tuple, title: str) -> None:
    assert told(*calls)["title"] == title


def test_lookup_tables_are_listed_and_their_accounts_named_by_place() -> None:
    base = compiled(strange((US, "sw")))
    tables = (Lookup(OTHER, b"\1\2", b"\3"),)
    what = message.Message(
        0,
        base.signers,
        base.readonly_signed,
        base.readonly_unsigned,
        base.keys,
        base.blockhash,
        (message.Instruction(1, bytes([0, 2, 4]), b""),),
        tables,
    )
    shown = transaction_summary(tx.unsigned(what), US, NETWORK)
    assert shown["lookups"] == [{"table": base58.encode(OTHER), "writable": 2, "readonly": 1}]
    assert shown["steps"][0]["writes"] == [base58.encode(US), base58.encode(OTHER) + "#1"]
    assert not shown["understood"]


def test_others_who_sign_and_pay() -> None:
    what = transaction(send(5), payer=PEER)
    shown = transaction_summary(what, US, NETWORK)
    assert (shown["fee_payer"], shown["pays_fee"]) == (base58.encode(PEER), False)
    assert shown["signers"] == [base58.encode(PEER), base58.encode(US)]


def test_an_account_that_does_not_sign_gets_no_summary() -> None:
    with pytest.raises(WireError):
        transaction_summary(SEND, PEER, NETWORK)


def test_several_transactions_show_each() -> None:
    shown = transactions_summary((SEND, transaction(strange())), US, NETWORK)
    assert (shown["title"], shown["understood"], len(shown["transactions"])) == ("transactions", False, 2)
    assert transactions_summary((SEND,), US, NETWORK)["title"] == "send"
    json_text(shown)


def payload_of(*what: tx.Transaction):
    return transactions_payload(
        what,
        network=NETWORK,
        account=US,
        vault_public_key=bytes(33),
        party="p",
        origin="https://dapp.example",
        broadcast=False,
        known=KNOWN,
    )


@pytest.mark.parametrize(
    "calls",
    [(send(5),), (checked_transfer(5),), (plain_transfer(5),), (approve(5),), (approve(2**63),), (strange((US, "s")),)],
)
def test_the_phone_signs_and_shows_what_the_browser_does(calls: tuple) -> None:
    what = transaction(*calls)
    reading, shown = read_keysign(payload_of(what)), told(*calls)
    assert reading.digests == (tx.signed_bytes(what),) and reading.path == "m" and reading.chain_name == "Solana"
    values, labels = " ".join(value for _, value in reading.lines), [label for label, _ in reading.lines]
    assert ("Not understood" in labels) is not shown["understood"]
    assert ("UNLIMITED" in values) is shown["unlimited"]
    assert shown["fee"]["value"] + " SOL" in values
    if shown["amount"] is not None and not shown["unlimited"]:
        assert shown["amount"]["value"] in values


CALLS = st.one_of(
    st.builds(send, st.integers(0, 2**64 - 1), st.sampled_from([US, PEER]), st.sampled_from([PEER, OTHER])),
    st.builds(checked_transfer, st.integers(0, 2**64 - 1), st.sampled_from([0, 6, 9])),
    st.builds(plain_transfer, st.integers(0, 2**64 - 1)),
    st.builds(approve, st.integers(0, 2**64 - 1)),
    st.builds(price, st.integers(0, 10**6)),
    st.just(limit(100_000)),
    st.just(open_associated()),
    st.just(note(b"hi", US)),
    st.just(strange((US, "w"))),
)


@given(st.lists(CALLS, min_size=1, max_size=5), st.sampled_from([None, 0]))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_browser_and_phone_never_tell_different_stories(calls: list, version: int | None) -> None:
    what = transaction(*calls, version=version)
    payload = payload_of(what)
    shown, reading = transaction_summary(what, US, NETWORK, known_of(payload)), read_keysign(payload)
    lines = [f"{label}: {value}" for label, value in reading.lines]
    labels = [label for label, _ in reading.lines]
    assert ("Not understood" in labels) is not shown["understood"]
    assert labels.count("Program") == sum(step["kind"] == "program_call" for step in shown["steps"])
    fee = shown["fee"]["value"] + " SOL" if shown["fee"] else "unknown"
    assert any(line.startswith(f"Fee at most: {fee}") for line in lines)
    for step in shown["steps"]:
        if step["kind"] in ("send", "token_transfer"):
            label = "Send" if step["kind"] == "send" else "Send token"
            assert any(line.startswith(f"{label}: {step['amount']['value']} ") for line in lines)
        if step["kind"] == "token_approve":
            told = "UNLIMITED" if step["unlimited"] else step["amount"]["value"] + " "
            assert any(line.startswith(f"Allow spending: {told}") for line in lines)


def test_the_phone_shows_each_of_several_transactions() -> None:
    second = transaction(send(7))
    reading = read_keysign(payload_of(SEND, second))
    assert reading.digests == (tx.signed_bytes(SEND), tx.signed_bytes(second))
    assert [value for label, value in reading.lines if label == "Transaction"] == ["1 of 2", "2 of 2"]


def test_the_phone_does_not_sign_where_the_account_is_no_signer() -> None:
    payload = payload_of(SEND)
    payload.coin.address = base58.encode(PEER)
    with pytest.raises(WireError):
        read_keysign(payload)


def test_messages() -> None:
    assert message_summary(b"hello", "https://dapp.example") == {
        "text": "hello",
        "hex": "0x68656c6c6f",
        "binary": False,
        "digest": None,
        "sign_in": None,
        "foreign": False,
    }
    assert message_summary(b"\xff", "https://dapp.example")["binary"]
    reading = read_keysign(
        message_payload(b"hello", vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    )
    assert (reading.kind, reading.lines, reading.digests) == ("message", (("Message", "hello"),), (b"hello",))
    content = b"\xffsolana offchain\0"
    reading = read_keysign(
        message_payload(content, vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    )
    assert reading.lines[0][0] == "Message (not text)"


def test_a_sign_in() -> None:
    wish = SignIn("dapp.example", US, statement="Welcome")
    shown = sign_in_summary(wish, "https://dapp.example")
    assert (shown["title"], shown["domain"], shown["text"]) == ("sign_in", "dapp.example", wish.text())
    assert shown["sign_in"] == "dapp.example"
    reading = read_keysign(
        message_payload(wish.content(), vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    )
    assert reading.lines[0] == ("Sign in to", "dapp.example") and reading.lines[-1] == ("Message", wish.text())
