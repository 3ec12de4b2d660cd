import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chains.solana.making import PEER, US
from tandem.chains.solana.address import text
from tandem.chains.solana.siws import MAX_FIELD, MAX_RESOURCES, SignIn, parse, require
from tandem.errors import WireError

FULL = SignIn(
    "dapp.example:8443",
    US,
    "I accept the terms",
    "https://dapp.example:8443/login?x=1",
    "1",
    "mainnet",
    "abcDEF123456",
    "2026-11-23T01:02:03.000Z",
    "2026-11-23T02:02:03Z",
    "2026-11-23T01:00:00+00:00",
    "request 7",
    ("https://a.example", "ipfs://b"),
)
TEXT = f"""dapp.example:8443 wants you to sign in with your Solana account:
{text(US)}

I accept the terms

URI: https://dapp.example:8443/login?x=1
Version: 1
Chain ID: mainnet
Nonce: abcDEF123456
Issued At: 2026-11-23T01:02:03.000Z
Expiration Time: 2026-11-23T02:02:03Z
Not Before: 2026-11-23T01:00:00+00:00
Request ID: request 7
Resources:
- https://a.example
- ipfs://b"""


def test_the_whole_text() -> None:
    assert FULL.text() == TEXT and parse(TEXT) == FULL and FULL.content() == TEXT.encode()


def test_the_least_text() -> None:
    least = SignIn("dapp.example", US)
    assert least.text() == f"dapp.example wants you to sign in with your Solana account:\n{text(US)}"
    assert parse(least.text()) == least


@given(st.sets(st.sampled_from([field.name for field in dataclasses.fields(SignIn)][2:])))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_any_fields_may_be_missing(missing: set) -> None:
    wish = dataclasses.replace(FULL, **dict.fromkeys(missing))
    assert parse(wish.text()) == wish


def test_no_resources_is_not_an_empty_section() -> None:
    empty = dataclasses.replace(FULL, resources=())
    assert empty.text().endswith("\nResources:") and parse(empty.text()) == empty


@pytest.mark.parametrize(
    "change",
    [
        {"domain": "evil.example wants you to sign in with your Solana account:"},
        {"domain": ""},
        {"domain": "a\nb"},
        {"statement": ""},
        {"statement": "two\nlines"},
        {"statement": "URI: https://evil.example"},
        {"statement": "Resources:"},
        {"statement": "x" * (MAX_FIELD + 1)},
        {"statement": "a\u202eb"},
        {"address": US[:31]},
        {"version": "2"},
        {"nonce": ""},
        {"issued_at": "yesterday"},
        {"expiration_time": "2026-11-23"},
        {"not_before": "2026-11-23T01:00:00"},
        {"request_id": "a\nNonce: abcDEF123456"},
        {"resources": ("a\nb",)},
        {"resources": ("a",) * (MAX_RESOURCES + 1)},
    ],
)
def test_refused_fields(change: dict) -> None:
    with pytest.raises(WireError):
        dataclasses.replace(FULL, **change)


@pytest.mark.parametrize(
    "changed",
    [
        "",
        "hello",
        TEXT.split("\n")[0],
        SignIn("dapp.example", US).text() + "\n",
        TEXT + "\n",
        TEXT.replace("Solana", "Ethereum"),
        TEXT.replace("Nonce: abcDEF123456\n", "") + "\nNonce: abcDEF123456",
        TEXT.replace("Version: 1\n", "Version: 1\nVersion: 1\n"),
        TEXT.replace("Version: 1\n", "Sneaky: 1\n"),
        TEXT.replace(text(US), "not an address"),
        TEXT.replace("\n\nURI", "\nURI"),
    ],
)
def test_texts_that_are_not_the_standards(changed: str) -> None:
    with pytest.raises(WireError):
        parse(changed)


def test_a_sign_in_for_the_page_that_asks() -> None:
    require(FULL, domain="dapp.example:8443", account=US, now="2026-11-23T01:30:00Z")
    require(dataclasses.replace(FULL, chain_id="solana:devnet", uri=None), domain="dapp.example:8443", account=US)
    require(SignIn("dapp.example", US), domain="dapp.example", account=US, now="2026-11-23T01:30:00Z")


def test_times_of_other_zones_are_not_judged() -> None:
    wish = dataclasses.replace(FULL, expiration_time="2026-11-23T00:45:00-05:00")
    require(wish, domain="dapp.example:8443", account=US, now="2026-11-23T01:30:00Z")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"domain": "evil.example"}, {}),
        ({"domain": "dapp.example"}, {}),
        ({}, {"account": PEER}),
        ({"uri": "https://evil.example/dapp.example:8443"}, {}),
        ({"uri": "https://dapp.example:8443@evil.example/"}, {}),
        ({"uri": "https://dapp.example:8443.evil.example/"}, {}),
        ({"uri": "javascript:alert(1)"}, {}),
        ({"chain_id": "eip155:1"}, {}),
        ({}, {"now": "2026-11-23T03:00:00Z"}),
        ({"not_before": "2026-11-23T01:40:00Z"}, {}),
    ],
)
def test_a_sign_in_for_anything_else_is_refused(change: dict, wanted: dict) -> None:
    asked = {"domain": "dapp.example:8443", "account": US, "now": "2026-11-23T01:30:00Z"} | wanted
    with pytest.raises(WireError):
        require(dataclasses.replace(FULL, **change), **asked)
