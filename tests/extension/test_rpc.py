"""What the offscreen document answers by itself from the mirror, and what it takes for a question to a person."""

import json

import pytest

SITE = "https://site.test"
GRANT = {"accounts": ["0xaa"], "chain_id": "0xa", "solana": [{"address": "So1", "publicKey": "AA=="}]}
OPEN = {"default_chain": "0x1", "open": True, "sites": {SITE: GRANT, "https://old.test": {**GRANT, "solana": None}}}
LOCKED = OPEN | {"open": False}


@pytest.fixture(scope="module")
def rpc(context, extension_id):
    """Calls a function of rpc.js with JSON arguments."""
    page = context.new_page()
    page.goto(f"chrome-extension://{extension_id}/icons/16.png")

    def call(name, *arguments):
        asked = "async ([name, given]) => JSON.stringify((await import('/rpc.js'))[name](...given))"
        answer = page.evaluate(asked, [name, list(arguments)])
        return None if answer is None else json.loads(answer)

    yield call
    page.close()


def silent(rpc, method, params=None, mirror=OPEN, origin=SITE):
    mirror = rpc("readMirror", mirror)
    return rpc("silentAnswer", {"method": method, "params": params}, mirror, origin)


def test_a_silent_connect_is_answered_from_the_mirror(rpc):
    asked = [{"silent": True}]
    assert silent(rpc, "standard:connect", asked) == GRANT["solana"]
    assert silent(rpc, "standard:connect", asked, LOCKED) == []
    assert silent(rpc, "standard:connect", asked, origin="https://other.test") == []
    assert silent(rpc, "standard:connect", asked, origin="https://old.test") == []
    assert silent(rpc, "standard:connect", asked, mirror=None) == []


@pytest.mark.parametrize("params", [None, [], [{}], [None], [{"silent": "yes"}], {"silent": True}, "silent", 7])
def test_anything_else_is_for_python(rpc, params):
    assert silent(rpc, "standard:connect", params) is None


def test_the_ethereum_answers_are_as_they_were(rpc):
    assert silent(rpc, "eth_accounts") == ["0xaa"]
    assert silent(rpc, "eth_chainId") == "0xa"
    assert silent(rpc, "net_version") == "10"
    assert silent(rpc, "eth_accounts", mirror=LOCKED) == []
    assert silent(rpc, "eth_call") is None
    assert rpc("silentAnswer", None, OPEN, SITE) is None


def test_a_grant_whose_time_is_up_is_none(rpc):
    def until(end):
        return OPEN | {"sites": {SITE: {**GRANT, "until": end}}}

    for end, accounts, chain in ((1, [], "0x1"), (4102444800, ["0xaa"], "0xa"), (None, ["0xaa"], "0xa")):
        assert silent(rpc, "eth_accounts", mirror=until(end)) == accounts
        assert silent(rpc, "eth_chainId", mirror=until(end)) == chain
        assert silent(rpc, "standard:connect", [{"silent": True}], until(end)) == (GRANT["solana"] if accounts else [])


@pytest.mark.parametrize(
    ("method", "params", "mirror", "prompts"),
    [
        ("standard:connect", [], LOCKED, True),
        ("standard:connect", [], OPEN, False),
        ("standard:connect", [{"silent": True}], LOCKED, False),
        ("standard:disconnect", [], LOCKED, False),
        ("solana:signMessage", [], OPEN, True),
        ("solana:signTransaction", [], OPEN, True),
        ("solana:signAndSendTransaction", [], OPEN, True),
        ("solana:signIn", [], OPEN, True),
        ("eth_requestAccounts", [], OPEN, True),
        ("eth_signTypedData_v3", [], LOCKED, True),
        ("eth_signTypedData_v4", [], OPEN, True),
        ("eth_chainId", [], LOCKED, False),
    ],
)
def test_what_may_need_a_person(rpc, method, params, mirror, prompts):
    assert rpc("mayPrompt", {"method": method, "params": params}, mirror, SITE) is prompts


@pytest.mark.parametrize("text", ["", "{", "7", "null", '{"method": 7}', "[]"])
def test_what_is_no_request_is_for_python_to_refuse(rpc, text):
    assert rpc("readRequest", text) is None
    assert rpc("mayPrompt", None, OPEN, SITE) is False
