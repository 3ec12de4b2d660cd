import pytest

from tandem.errors import BadRequest
from tandem.provider.request import MAX_MESSAGE, Call
from tandem.provider.solana import (
    MAX_INPUTS,
    MAX_TRANSACTION,
    SOLANA_METHODS,
    MessagesWish,
    SendOptions,
    SignInWish,
    TransactionsWish,
    connect_params,
    is_silent,
    messages_params,
    sign_in_params,
    transactions_params,
)
from tandem.wire import Json, base64_text

SIGN, SEND, MESSAGE = "solana:signTransaction", "solana:signAndSendTransaction", "solana:signMessage"
ONE: dict[str, Json] = {"account": "A", "chain": "solana:devnet", "transaction": "AQ=="}


def test_every_feature_is_in_the_table() -> None:
    assert {SIGN, SEND, MESSAGE, "solana:signIn", "standard:connect", "standard:disconnect"} == set(SOLANA_METHODS)


@pytest.mark.parametrize(
    ("params", "silent"), [((), False), (({},), False), (({"silent": True},), True), (({"silent": False},), False)]
)
def test_connect(params: tuple, silent: bool) -> None:
    assert connect_params(Call("standard:connect", params)) is silent


def test_only_a_connect_is_silent() -> None:
    assert is_silent(Call("standard:connect", ({"silent": True},)))
    assert not is_silent(Call("standard:connect", ())) and not is_silent(Call(SIGN, ({"silent": True},)))


@pytest.mark.parametrize("params", [({"silent": "yes"},), ({}, {}), ("x",)])
def test_refused_connect(params: tuple) -> None:
    with pytest.raises(BadRequest):
        connect_params(Call("standard:connect", params))


def test_one_and_many_transactions() -> None:
    assert transactions_params(Call(SIGN, (ONE,))) == TransactionsWish("A", "solana:devnet", (b"\1",), ())
    many = transactions_params(Call(SIGN, (ONE, ONE | {"transaction": "Ag=="})))
    assert many.transactions == (b"\1", b"\2")
    assert transactions_params(Call(SIGN, ({"account": "A", "transaction": "AQ=="},))).chain is None


def test_options_of_sending() -> None:
    assert transactions_params(Call(SEND, (ONE,))).options == (SendOptions(),)
    wish = transactions_params(Call(SEND, (ONE | {"options": {"skipPreflight": False}},)))
    assert wish.options == (SendOptions(),)
    given: dict[str, Json] = {
        "skipPreflight": True,
        "preflightCommitment": "processed",
        "commitment": "finalized",
        "maxRetries": 0,
        "minContextSlot": 9,
    }
    wish = transactions_params(Call(SEND, (ONE | {"options": given},)))
    assert wish.options == (SendOptions(True, "processed", "finalized", 0, 9),)


@pytest.mark.parametrize(
    "options",
    [
        [],
        {"skipPreflight": 1.5},
        {"commitment": "max"},
        {"preflightCommitment": 5},
        {"maxRetries": -1},
        {"maxRetries": True},
        {"maxRetries": 1000},
        {"minContextSlot": "1"},
    ],
)
def test_refused_options(options: Json) -> None:
    with pytest.raises(BadRequest):
        transactions_params(Call(SEND, (ONE | {"options": options},)))


@pytest.mark.parametrize(
    "params",
    [
        (),
        ("x",),
        (ONE,) * (MAX_INPUTS + 1),
        (ONE, ONE | {"account": "B"}),
        (ONE, ONE | {"chain": "solana:mainnet"}),
        (ONE | {"account": None},),
        (ONE | {"account": 5},),
        (ONE | {"account": ""},),
        (ONE | {"account": "x" * 65},),
        (ONE | {"chain": 5},),
        (ONE | {"transaction": None},),
        (ONE | {"transaction": "!"},),
        (ONE | {"transaction": ""},),
        (ONE | {"transaction": base64_text(bytes(MAX_TRANSACTION + 1))},),
    ],
)
def test_refused_transactions(params: tuple) -> None:
    for method in (SIGN, SEND):
        with pytest.raises(BadRequest):
            transactions_params(Call(method, params))


def test_older_pages_name_no_chain() -> None:
    assert transactions_params(Call(SEND, (ONE | {"chain": None},))).chain is None


def test_messages() -> None:
    inputs = ({"account": "A", "message": "aGk="}, {"account": "A", "message": "aG8="})
    assert messages_params(Call(MESSAGE, inputs)) == MessagesWish("A", (b"hi", b"ho"))


@pytest.mark.parametrize("message", [None, 5, "!", "", base64_text(bytes(MAX_MESSAGE + 1))])
def test_refused_messages(message: Json) -> None:
    with pytest.raises(BadRequest):
        messages_params(Call(MESSAGE, ({"account": "A", "message": message},)))


def test_sign_in_keeps_what_was_given_and_adds_nothing() -> None:
    assert sign_in_params(Call("solana:signIn", ())) == sign_in_params(Call("solana:signIn", ({},))) == SignInWish()
    given: dict[str, Json] = {
        "domain": "dapp.example",
        "statement": "",
        "chainId": "mainnet",
        "issuedAt": "2026-11-23T01:02:03Z",
        "expirationTime": "2026-11-23T02:02:03Z",
        "notBefore": "2026-11-23T01:00:00Z",
        "requestId": "7",
        "resources": ["a", "b"],
    }
    assert sign_in_params(Call("solana:signIn", (given,))) == SignInWish(
        domain="dapp.example",
        chain_id="mainnet",
        issued_at="2026-11-23T01:02:03Z",
        expiration_time="2026-11-23T02:02:03Z",
        not_before="2026-11-23T01:00:00Z",
        request_id="7",
        resources=("a", "b"),
    )


@pytest.mark.parametrize(
    "params",
    [({}, {}), ("x",), ({"domain": 5},), ({"resources": "a"},), ({"resources": [5]},), ({"resources": ["a"] * 33},)],
)
def test_refused_sign_in(params: tuple) -> None:
    with pytest.raises(BadRequest):
        sign_in_params(Call("solana:signIn", params))
