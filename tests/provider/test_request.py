import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.errors import BadRequest, BlobTransaction, InvalidRequest, ParseFault
from tandem.provider.request import (
    MAX_DATA,
    MAX_MESSAGE,
    MAX_REQUEST,
    chain_param,
    message_params,
    parse_call,
    permission_params,
    recovery_params,
    transaction_params,
    typed_data_params,
)

WHO = "0x" + "ab" * 20
ADDRESS = bytes.fromhex("ab" * 20)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ParseFault),
        ("{", ParseFault),
        ("[" * 5000, ParseFault),
        ("[" * 50000 + "]" * 50000, ParseFault),
        ('{"method":"a","params":' + "[" * 80 + "]" * 80 + "}", ParseFault),
        ('{"method":NaN}', ParseFault),
        ('{"method":1e999999}', ParseFault),
        ('{"method":' + "9" * 5000 + "}", ParseFault),
        ('{"method":"a","method":"b"}', ParseFault),
        ('{"method":"\\ud800"}', ParseFault),
        ("[]", InvalidRequest),
        ("7", InvalidRequest),
        ("{}", InvalidRequest),
        ('{"method":7}', InvalidRequest),
        ('{"method":""}', InvalidRequest),
        ('{"method":"' + "a" * 65 + '"}', InvalidRequest),
        ('{"method":"a","params":7}', BadRequest),
        (" " * (MAX_REQUEST + 1), BadRequest),
        ('"' + "x" * (5 << 20) + '"', BadRequest),
        ('{"method":"a","params":[{"b":1,"b":2}]}', ParseFault),
        ('{"method":"a","params":[-Infinity]}', ParseFault),
        ('{"method":"a","params":[1' + "0" * 400 + ".5]}", ParseFault),
        ('{"method":"a","params":["\\udfff\\ud800"]}', ParseFault),
    ],
)
def test_t38_exact_errors(text: str, error: type) -> None:
    with pytest.raises(BadRequest) as raised:
        parse_call(text)
    assert type(raised.value) is error


def test_t38_many_keys_and_names_of_javascript_are_plain_data() -> None:
    many = {f"k{number}": 0 for number in range(50_000)} | {"__proto__": {"admin": True}, "constructor": 1}
    assert parse_call(json.dumps({"method": "m", "params": [many]})).params == (many,)
    with pytest.raises(BadRequest):
        transaction_params(parse_call(json.dumps({"method": "m", "params": [{"__proto__": {"from": WHO}}]})).params)


def test_params_may_be_missing_null_or_an_object() -> None:
    assert parse_call('{"method":"m"}').params == ()
    assert parse_call('{"method":"m","params":null}').params == ()
    assert parse_call('{"method":"m","params":{"a":1}}').params == ({"a": 1},)


@given(st.text(max_size=200))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_text_is_a_call_or_a_bad_request(text: str) -> None:
    with contextlib.suppress(BadRequest):
        parse_call(text)


def test_messages_in_both_orders() -> None:
    assert message_params(("0x6869", WHO)) == (b"hi", ADDRESS)
    assert message_params((WHO, "0x6869")) == (b"hi", ADDRESS)
    assert message_params(("hi", WHO)) == (b"hi", ADDRESS)
    assert message_params(("0xhi", WHO)) == (b"0xhi", ADDRESS)


@pytest.mark.parametrize("params", [(), ("hi",), (7, WHO), ("hi", "0x12"), ("a" * (MAX_MESSAGE + 1), WHO)])
def test_refused_messages(params: tuple) -> None:
    with pytest.raises(BadRequest):
        message_params(params)


def test_a_transaction() -> None:
    wish = transaction_params(({"from": WHO, "to": WHO, "value": "0x10", "gasPrice": "0x5", "gas": "0x5208"},))
    assert (wish.sender, wish.value, wish.max_fee, wish.priority_fee, wish.gas_limit) == (ADDRESS, 16, 5, 5, 21000)


@pytest.mark.parametrize(
    "change",
    [
        {"from": None},
        {"from": "0x12"},
        {"to": "0x12"},
        {"to": None},
        {"value": 16},
        {"value": "16"},
        {"value": "-0x1"},
        {"value": "0xzz"},
        {"value": "0x" + "f" * 65},
        {"data": "0x1"},
        {"data": "zz"},
        {"data": "0x11", "input": "0x12"},
        {"type": "0x3"},
        {"type": "0x4"},
        {"accessList": [{"address": WHO}]},
        {"authorizationList": [{}]},
        {"nonce": "0x" + "f" * 17},
    ],
)
def test_refused_transactions(change: dict) -> None:
    with pytest.raises(BadRequest):
        transaction_params(({"from": WHO, "to": WHO, **change},))


@pytest.mark.parametrize("params", [(), ([],), ({},), ({"chainId": 1},), ({"chainId": "1"},), ({"chainId": "0x"},)])
def test_refused_chains(params: tuple) -> None:
    with pytest.raises(BadRequest):
        chain_param(params)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=50),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["from", "to", "value", "data", "gas", "chainId", "nonce"]), x)
        ),
    )
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_params_are_a_value_or_a_bad_request(params: object) -> None:
    for read in (message_params, transaction_params, chain_param):
        with contextlib.suppress(BadRequest):
            read(parse_call(json.dumps({"method": "m", "params": [params, params]})).params)


ENTRY = {"address": WHO, "storageKeys": []}
SIGNED = {"chainId": "0x1", "address": WHO, "nonce": "0x0", "yParity": "0x0", "r": "0x1", "s": "0x1"}


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"type": "0x3"}, BlobTransaction),
        ({"blobVersionedHashes": ["0x01"]}, BlobTransaction),
        ({"type": "0x4", "authorizationList": [SIGNED], "blobs": ["0x"]}, BlobTransaction),
        ({"type": "0x1", "accessList": [ENTRY], "maxFeePerBlobGas": "0x1"}, BlobTransaction),
        ({"type": "0x0", "accessList": [ENTRY]}, BadRequest),
        ({"type": "0x1", "accessList": [ENTRY], "maxFeePerGas": "0x1"}, BadRequest),
        ({"type": "0x1", "maxPriorityFeePerGas": "0x1"}, BadRequest),
        ({"type": "0x4"}, BadRequest),
        ({"type": "0x4", "authorizationList": []}, BadRequest),
        ({"type": "0x2", "authorizationList": [SIGNED]}, BadRequest),
        ({"type": "0x1", "authorizationList": [SIGNED]}, BadRequest),
        ({"type": "0x4", "authorizationList": [SIGNED], "to": None, "data": "0x00"}, BadRequest),
        ({"authorizationList": [{}]}, BadRequest),
        ({"accessList": [{}]}, BadRequest),
        ({"type": "0x5"}, BadRequest),
        ({"type": "0x7f"}, BadRequest),
    ],
)
def test_a_form_that_is_not_signed_is_refused_with_its_reason(wish: dict, why: type[BadRequest]) -> None:
    with pytest.raises(BadRequest) as refused:
        transaction_params(({"from": WHO, "to": WHO, **wish},))
    assert type(refused.value) is why


def test_lists_of_a_transaction() -> None:
    for more in ({}, {"type": "0x1"}, {"type": "0x2"}, {"type": "0x4", "authorizationList": [SIGNED]}):
        made = transaction_params(({"from": WHO, "to": WHO, "accessList": [ENTRY], "gasPrice": "0x1", **more},))
        assert made.access_list == ((ADDRESS, ()),) and made.priced
        assert len(made.authorizations) == ("authorizationList" in more)
    assert not transaction_params(({"from": WHO, "to": WHO, "authorizationList": [SIGNED]},)).priced


def test_an_empty_access_list_is_none() -> None:
    for kind in ({}, {"type": "0x0"}, {"type": "0x1"}, {"type": "0x2"}):
        assert transaction_params(({"from": WHO, "to": WHO, "accessList": [], **kind},)).to is not None


def test_data_of_a_transaction_is_bounded() -> None:
    wish = {"from": WHO, "to": WHO}
    assert len(transaction_params(({**wish, "data": "0x" + "00" * MAX_DATA},)).data) == MAX_DATA
    with pytest.raises(BadRequest, match="too large"):
        transaction_params(({**wish, "data": "0x" + "00" * (MAX_DATA + 1)},))


@pytest.mark.parametrize("params", [(), (WHO,)])
def test_typed_data_takes_two_parameters(params: tuple) -> None:
    with pytest.raises(BadRequest, match="typed data"):
        typed_data_params(params)


def test_a_recovery_takes_a_message_and_a_whole_signature() -> None:
    assert recovery_params(("0x00", "0x" + "11" * 65)) == (b"\0", b"\x11" * 65)
    for params in ((), ("0x00",), ("0x00", "0x" + "11" * 64), ("0x00", "0x" + "11" * 66)):
        with pytest.raises(BadRequest):
            recovery_params(params)


@pytest.mark.parametrize(
    "params",
    [
        (),
        ({},),
        ([],),
        ({"eth_accounts": {}}, {"eth_accounts": {}}),
        ({"eth_accounts": {}, "wallet_snap": {}},),
        ({"eth_sendTransaction": {}},),
        ({"eth_accounts": []},),
        ({"eth_accounts": None},),
    ],
)
def test_eth_accounts_is_the_one_permission(params: tuple) -> None:
    permission_params(({"eth_accounts": {}},))
    with pytest.raises(BadRequest, match="eth_accounts"):
        permission_params(params)


def test_typed_data_in_both_orders_as_text_or_object() -> None:
    text = '{"types":{}}'
    for params in ((WHO, text), (text, WHO), (WHO, {"types": {}})):
        assert typed_data_params(params) == (ADDRESS, text)
    for refused in ((), (WHO,), (text, text), (7, text)):
        with pytest.raises(BadRequest):
            typed_data_params(refused)
