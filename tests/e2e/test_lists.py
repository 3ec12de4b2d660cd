"""Transactions with an access list and with authorizations, from a page over screen and phone to the chain."""

from pathlib import Path

from playwright.sync_api import Page, expect
from tools.stage import Phone, Stage, approve, begin, link_of, mined, outcome, part, rpc

from chains.ethereum.listed import AUTHORITY, authorize
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.authorization import to_json

from .test_meaning import look

DELEGATE = "0x" + "de" * 20
ENTRY = {"address": DELEGATE, "storageKeys": ["0x" + "00" * 32, "0x" + "01" * 32]}


def signed(stage: Stage, dapp: Page, phone: Phone, window: Page, folder: Path, name: str) -> tuple[dict, list]:
    """The transaction as the chain has it, and what the phone has shown."""
    part(window, "approve").wait_for()
    assert "primary" in str(part(window, "reject").get_attribute("class"))
    look(window, folder, name)
    approve(window)
    link = link_of(window)
    assert part(window, "phone-view").get_attribute("open") is not None
    shown = {str(each.get_attribute("data-name")): each for each in part(window, "phone-field").all()}
    assert set(shown) == {"method", "message", "network"}
    expect(shown["method"]).to_contain_text("eth_signTransaction")
    assert part(window, "phone-note").first.get_attribute("data-note") == "digits"
    look(window, folder, f"{name}-phone")
    phone.follow(link)
    part(window, "result").wait_for()
    told = str(outcome(dapp)["result"])
    assert mined(stage.chain.url, told)["status"] == "0x1"
    show = next(event for event in reversed(phone.events()) if event["event"] == "show")
    assert show["title"] == "Sign a transaction"
    return dict(rpc(stage.chain.url, "eth_getTransactionByHash", [told])), show["lines"]  # type: ignore[call-overload]


def test_an_access_list_and_an_account_that_is_handed_over(
    stage: Stage, account: str, phone: Phone, dapp: Page, tmp_path: Path
) -> None:
    rpc(stage.chain.url, "anvil_setCode", [DELEGATE, "0x5f545000"])  # loads slot 0 and ends
    wish = {"from": account, "to": DELEGATE, "data": "0x12345678", "type": "0x1", "accessList": [ENTRY]}
    begin(dapp, "eth_sendTransaction", wish)
    window = stage.window()
    expect(part(window, "access-list")).to_have_attribute("data-slots", "2")
    warned = [each.get_attribute("data-warning") for each in part(window, "warning").all()]
    assert warned == ["not_understood", "phone_digits"]
    part(window, "show-access-list").press("Enter")
    expect(part(window, "access")).to_be_visible()
    found, lines = signed(stage, dapp, phone, window, tmp_path, "listed")
    assert found["type"] == "0x1" and found["accessList"] == [ENTRY]
    assert ["Access list", "addresses: 1, storage slots: 2"] in lines

    handed = checksum(AUTHORITY)
    nonce = int(str(rpc(stage.chain.url, "eth_getTransactionCount", [handed, "latest"])), 16)
    words = to_json((authorize(chain_id=31337, nonce=nonce),))
    begin(dapp, "eth_sendTransaction", {"from": account, "to": handed, "type": "0x4", "authorizationList": words})
    window = stage.window()
    card = part(window, "authorization")
    expect(card).to_have_attribute("data-own", "false")
    expect(part(card, "authority")).to_have_attribute("data-address", handed)
    expect(part(card, "delegate")).to_have_attribute("data-address", checksum(bytes.fromhex(DELEGATE[2:])))
    warned = [each.get_attribute("data-warning") for each in part(window, "warning").all()]
    assert warned == ["other_to_code", "phone_digits"]
    found, lines = signed(stage, dapp, phone, window, tmp_path, "handed")
    assert found["type"] == "0x4" and ["Account", handed] in lines
    assert rpc(stage.chain.url, "eth_getCode", [handed, "latest"]) == "0xef0100" + DELEGATE[2:]
