"""Typed data (EIP-712) in a real browser: what it hands out first, then every field; anvil has the same digest."""

import json

import pytest
from playwright.sync_api import Page, expect
from tools.stage import RICH, Phone, Stage, approve, ask, begin, link_of, outcome, part, rpc

TOKEN = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
SPENDER = "0x4bbeEB066eD09B7AEd07bF39EEe0460DFa261520"
EVERYTHING = str(2**256 - 1)
CHAIN = 31337


def members(*declared: str) -> list[dict[str, str]]:
    pairs = (each.split(" ") for each in declared)
    return [{"type": kind, "name": name} for kind, name in pairs]


DOMAIN = members("string name", "string version", "uint256 chainId", "address verifyingContract")


def permit(owner: str, value: str) -> dict:
    fields = ("address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline")
    return {
        "types": {"EIP712Domain": DOMAIN, "Permit": members(*fields)},
        "domain": {"name": "USD Coin", "version": "2", "chainId": CHAIN, "verifyingContract": TOKEN},
        "primaryType": "Permit",
        "message": {"owner": owner, "spender": SPENDER, "value": value, "nonce": "0", "deadline": "1893456000"},
    }


def mail(*, lists: bool) -> dict:
    """The letter of EIP-712; with `lists` as version 4 has them."""
    wallet = "address[] wallets" if lists else "address wallet"
    held = {"wallets": [RICH, SPENDER]} if lists else {"wallet": SPENDER}
    return {
        "types": {
            "EIP712Domain": DOMAIN,
            "Person": members("string name", wallet),
            "Mail": members("Person from", "Person to", "string contents"),
        },
        "domain": {"name": "Ether Mail", "version": "1", "chainId": CHAIN, "verifyingContract": TOKEN},
        "primaryType": "Mail",
        "message": {
            "from": {"name": "Cow", **held},
            "to": {"name": "<b>Bob</b>", **held},
            "contents": "Hello, Bob!",
        },
    }


def recovered(stage: Stage, digest: str, signature: str) -> str:
    """The account of a signature, as the chain's own ecrecover says."""
    r, s, v = signature[2:66], signature[66:130], signature[130:]
    data = "0x" + digest[2:] + v.rjust(64, "0") + r + s
    told = rpc(stage.chain.url, "eth_call", [{"to": "0x" + "01".rjust(40, "0"), "data": data}, "latest"])
    return "0x" + str(told)[-40:]


def digest_of(stage: Stage, window: Page, data: dict) -> str:
    """The digest on the screen, which is also what anvil signs for the same data."""
    part(window, "show-details").click()
    digest = part(window, "digest").inner_text()
    signature = str(rpc(stage.chain.url, "eth_signTypedData_v4", [RICH, data]))
    assert recovered(stage, digest, signature) == RICH.lower()
    return digest


def signs(stage: Stage, dapp: Page, phone: Phone, account: str, digest: str) -> None:
    window = stage.window()
    approve(window)
    phone.follow(link_of(window))
    assert recovered(stage, digest, outcome(dapp)["result"]) == account.lower()


def fields(window: Page) -> list[tuple[str, str]]:
    return [(str(one.get_attribute("data-depth")), one.inner_text()) for one in part(window, "field").all()]


def test_an_unlimited_permit_says_so_before_anything_else(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    data = permit(account, EVERYTHING)
    begin(dapp, "eth_signTypedData_v4", account, json.dumps(data))
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "message")
    expect(part(window, "amount")).to_contain_text("Unlimited")
    expect(part(window, "to")).to_have_attribute("data-address", SPENDER)
    expect(part(window, "token")).to_have_attribute("data-address", TOKEN)
    expect(part(window, "warning")).to_have_attribute("data-warning", "permit_unlimited")
    expect(part(window, "application")).to_have_text("USD Coin")
    expect(part(window, "contract")).to_have_attribute("data-address", TOKEN)
    assert "primary" in str(part(window, "reject").get_attribute("class"))
    assert "primary" not in str(part(window, "approve").get_attribute("class"))
    order = ("amount", "origin", "application", "contract", "fields", "show-details", "warning")
    tops = [part(window, name).bounding_box() for name in order[:-1]]
    heights = [box["y"] for box in tops if box]
    assert heights == sorted(heights) and len(heights) == len(order) - 1
    assert [name for _, name in fields(window)][2].endswith(EVERYTHING)
    digest = digest_of(stage, window, data)
    assert json.loads(part(window, "raw").inner_text())["message"]["spender"].lower() == SPENDER.lower()
    signs(stage, dapp, phone, account, digest)
    lines = next(event for event in reversed(phone.events()) if event["event"] == "show")["lines"]
    assert any("UNLIMITED" in text for _, text in lines)


def test_a_permit_of_an_amount_is_rejected(stage: Stage, account: str, dapp: Page) -> None:
    begin(dapp, "eth_signTypedData_v4", account, json.dumps(permit(account, "25000000")))
    window = stage.window()
    expect(part(window, "amount")).to_contain_text("25000000")
    expect(part(window, "warning")).to_have_attribute("data-warning", "permit")
    part(window, "reject").click()
    error = outcome(dapp)["error"]
    assert (error["code"], error["data"]["reason"]) == (4001, "user_rejected")
    stage.window_gone()


@pytest.mark.parametrize("version", ["v3", "v4"])
def test_a_letter_is_shown_field_by_field(stage: Stage, account: str, phone: Phone, dapp: Page, version: str) -> None:
    data = mail(lists=version == "v4")
    begin(dapp, f"eth_signTypedData_{version}", account, json.dumps(data))
    window = stage.window()
    expect(part(window, "application")).to_have_text("Ether Mail")
    assert part(window, "grant").count() == 0
    expect(part(window, "warning")).to_have_attribute("data-warning", "typed_unknown")
    assert "primary" in str(part(window, "approve").get_attribute("class"))
    shown = fields(window)
    assert shown[0] == ("0", "from") and ("0", "contents\nHello, Bob!") in shown
    assert ("1", "name\n<b>Bob</b>") in shown  # as text, never as markup
    if version == "v4":
        assert ("1", "wallets") in shown and [depth for depth, _ in shown].count("2") == 4
    signs(stage, dapp, phone, account, digest_of(stage, window, data))


def test_what_is_no_typed_data_is_refused_without_a_window(stage: Stage, account: str, dapp: Page) -> None:
    wrong_type = mail(lists=False) | {"primaryType": "Letter"}
    for method, data in (
        ("eth_signTypedData_v4", "no JSON"),
        ("eth_signTypedData_v4", json.dumps(wrong_type)),
        ("eth_signTypedData_v3", json.dumps(mail(lists=True))),
    ):
        error = ask(dapp, method, account, data)["error"]
        assert (error["code"], error["data"]["reason"]) == (-32602, "bad_request"), (method, data)
    assert all("approve.html" not in page.url for page in stage.context.pages)
