"""A bundle of calls in a real browser: its steps in words, what a node says would change, and what to be warned of."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tools.stage import RICH, Phone, Stage, approve, begin, link_of, mined, part, rpc

from chains.ethereum.test_orders import LISTING, SEAPORT, item, typed
from tandem.chains.ethereum import orders
from tandem.chains.ethereum.address import checksum, parse
from wallet.ethereum.contracts import BUNDLER, call, erc20_code

THEM = "0x7a16fF8270133F063aAb6C9977183D9e72835428"
LIKE = "0x7a16" + "0" * 32 + "5428"


def deployed(stage: Stage, code: str) -> str:
    name = rpc(stage.chain.url, "eth_sendTransaction", [{"from": RICH, "data": code}])
    return checksum(parse(str(mined(stage.chain.url, name)["contractAddress"])))


def act(stage: Stage, sender: str, to: str, data: str) -> None:
    rpc(stage.chain.url, "anvil_impersonateAccount", [sender])
    mined(stage.chain.url, rpc(stage.chain.url, "eth_sendTransaction", [{"from": sender, "to": to, "data": data}]))


@pytest.fixture(scope="session")
def token(stage: Stage, account: str) -> str:
    made = deployed(stage, erc20_code("TKN", 6, 10**12))
    act(stage, RICH, made, call("transfer(address,uint256)", parse(account), 9_000_000))
    return made


@pytest.fixture(scope="session")
def bundler(stage: Stage, account: str, token: str) -> str:
    made = deployed(stage, BUNDLER)
    act(stage, account, token, call("approve(address,uint256)", parse(made), 9_000_000))
    return made


def bundle(token: str, account: str, amounts: list[int], to: str = THEM) -> str:
    moves = [call("transferFrom(address,address,uint256)", parse(account), parse(to), each) for each in amounts]
    return call("aggregate((address,bytes)[])", tuple((parse(token), bytes.fromhex(each[2:])) for each in moves))


def look(window: Page, folder: Path, name: str) -> None:
    """The whole screen, in both colour schemes."""
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        window.set_viewport_size({"width": 376, "height": 640})
        window.screenshot(path=folder / f"{name}-{scheme}.png")
        window.screenshot(path=folder / f"{name}-{scheme}-whole.png", full_page=True)


def test_a_bundle_step_by_step_with_the_nodes_word(
    stage: Stage, account: str, phone: Phone, dapp: Page, token: str, bundler: str, tmp_path: Path
) -> None:
    data = bundle(token, account, [1_500_000, 2_000_000])
    begin(dapp, "eth_sendTransaction", {"from": account, "to": bundler, "data": data, "value": hex(10**16)})
    window = stage.window()
    expect(part(window, "simulation")).to_have_attribute("data-state", "done")
    assert [each.inner_text() for each in part(window, "amount").all()] == ["0.01 ETH", "3.5 TKN"]
    steps = part(window, "step")
    assert [each.get_attribute("data-kind") for each in steps.all()] == ["erc20_transfer_from"] * 2
    expect(steps.first.locator('[data-test="to"] [data-test="to"], [data-test="to"]').first).to_be_visible()
    gains = [each.get_attribute("data-gains") for each in part(window, "change").all()]
    assert gains == ["false", "false"]
    warned = [each.get_attribute("data-warning") for each in part(window, "warning").all()]
    assert warned == ["unknown_contract"]
    assert [each.get_attribute("data-note") for each in part(window, "note").all()] == ["first_time"]
    assert "primary" in str(part(window, "reject").get_attribute("class"))
    look(window, tmp_path, "bundle")
    approve(window)
    phone.follow(link_of(window))
    part(window, "result").wait_for()
    lines = next(event for event in reversed(phone.events()) if event["event"] == "show")["lines"]
    assert ["Step", "2 of 2"] in lines and ["Move token", "2 TKN"] not in lines, "the payload names no such token"
    assert ["Move token", "2000000 base units"] in lines


def test_ten_steps_a_look_alike_and_a_long_amount(
    stage: Stage, account: str, dapp: Page, token: str, bundler: str, tmp_path: Path
) -> None:
    data = bundle(token, account, [*range(1, 10), 123_456_789_012_345_678_901_234_567_890], checksum(parse(LIKE)))
    begin(dapp, "eth_sendTransaction", {"from": account, "to": bundler, "data": data, "gas": hex(900_000)})
    window = stage.window()
    expect(part(window, "simulation")).to_have_attribute("data-state", "fails")
    assert part(window, "step").count() == 10
    expect(part(window, "simulation")).to_contain_text("insufficient allowance")
    warned = {each.get_attribute("data-warning") for each in part(window, "warning").all()}
    assert {"unknown_contract", "look_alike", "over_balance"} <= warned
    expect(part(window, "known")).to_have_attribute("data-address", THEM)
    look(window, tmp_path, "ten")
    assert window.evaluate("document.documentElement.scrollWidth") <= 376
    part(window, "reject").click()


def test_an_order_that_gives_an_item_for_nothing(
    stage: Stage, account: str, phone: Phone, dapp: Page, token: str, tmp_path: Path
) -> None:
    offer = [item(2, parse(token), 42, 1), item(1, parse(token), 0, 5_000_000)]
    listing = LISTING | {
        "offerer": account,
        "offer": offer,
        "consideration": [item(0, bytes(20), 0, 0, parse(account))],
    }
    data = json.loads(typed(orders.SEAPORT, SEAPORT, listing).text())
    data["domain"]["chainId"] = 31337
    begin(dapp, "eth_signTypedData_v4", account, json.dumps(data))
    window = stage.window()
    expect(part(window, "title")).to_have_text("Sign an order")
    expect(part(window, "by-signature")).to_be_visible()
    warned = {each.get_attribute("data-warning") for each in part(window, "warning").all()}
    assert {"for_nothing", "unknown_contract"} <= warned
    look(window, tmp_path, "order")
    approve(window)
    phone.follow(link_of(window))
    part(window, "result").wait_for()
    lines = next(event for event in reversed(phone.events()) if event["event"] == "show")["lines"]
    assert ["Warning", "you would get nothing for what you give"] in lines
