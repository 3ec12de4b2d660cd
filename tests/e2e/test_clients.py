"""wagmi's core, viem and ethers in a page of real Chromium: connect, reconnect, switch, sign, disconnect, and how each
names our errors (docs/errors.md)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tools.processes import Processes
from tools.stage import RICH, Phone, Stage, approve, link_of, part

from .conftest import tidy

LOCAL, OTHER = 31337, 1338


@pytest.fixture(scope="module")
def address(running: Processes) -> str:
    return running.clients_dapp(running.anvil(chain_id=OTHER).url)


@pytest.fixture
def clients(stage: Stage, phone: Phone, address: str) -> Iterator[Page]:
    page = stage.context.new_page()
    open_again(page, address)
    yield page
    tidy(stage)
    if any(network["chain"] == f"eip155:{OTHER}" for network in stage.account("eip155")["networks"]):
        stage.call("remove_network", chain=f"eip155:{OTHER}")
    stage.call("disconnect_site", origin=address.partition("/?")[0])


def open_again(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-ready]").wait_for(state="attached")


def run(page: Page, act: str, **given: object) -> dict:
    return dict(page.evaluate("([act, given]) => run(act, given)", [act, given]))


def begin(page: Page, act: str, **given: object) -> None:
    start = "([act, given]) => { window.came = null; run(act, given).then((it) => { came = it; }); }"
    page.evaluate(start, [act, given])


def end(page: Page) -> dict:
    return dict(page.wait_for_function("() => window.came").json_value())


def connected(stage: Stage, page: Page) -> str:
    begin(page, "wagmiConnect")
    approve(stage.window())
    told = end(page)
    assert told["ok"]["status"] == "connected" and told["ok"]["chainId"] == LOCAL, told
    stage.window_gone()
    return str(told["ok"]["address"])


def test_wagmi_connects_reconnects_switches_and_disconnects(
    stage: Stage, phone: Phone, clients: Page, address: str
) -> None:
    account = connected(stage, clients)
    open_again(clients, address)
    assert run(clients, "state")["ok"]["status"] == "disconnected"
    assert run(clients, "wagmiReconnect")["ok"] == {"address": account, "chainId": LOCAL, "status": "connected"}
    begin(clients, "wagmiSwitch", chainId=OTHER)  # 4902, so wagmi asks to add it
    window = stage.window()
    approve(window)
    assert end(clients)["ok"]["chainId"] == OTHER
    stage.window_gone()
    assert run(clients, "ethersChain")["ok"] == OTHER
    assert run(clients, "wagmiSwitch", chainId=LOCAL)["ok"]["chainId"] == LOCAL
    begin(clients, "wagmiSign")
    window = stage.window()
    approve(window)
    phone.follow(link_of(window))
    assert len(end(clients)["ok"]) == 132
    assert run(clients, "wagmiDisconnect")["ok"] == {"address": None, "chainId": None, "status": "disconnected"}
    assert run(clients, "viemAccounts")["ok"] == []  # it revoked the permission


def test_wagmi_hears_of_a_lock_and_of_a_revocation(stage: Stage, clients: Page) -> None:
    connected(stage, clients)
    stage.call("disconnect_site", origin=clients.evaluate("location.origin"))
    clients.wait_for_function("async () => (await run('state')).ok.status === 'disconnected'")


def test_ethers_connects_and_signs(stage: Stage, phone: Phone, clients: Page) -> None:
    account = connected(stage, clients)
    assert run(clients, "ethersConnect")["ok"] == account
    begin(clients, "ethersSign")
    window = stage.window()
    approve(window)
    phone.follow(link_of(window))
    assert len(end(clients)["ok"]) == 132
    begin(clients, "ethersSign")
    part(stage.window(), "reject").click()
    error = end(clients)["error"]
    assert error["rejected"] is True and error["code"] == 4001


def test_viem_names_our_errors(stage: Stage, phone: Phone, clients: Page) -> None:
    account = connected(stage, clients)
    stage.fund(account)
    for method, params, name in (
        ("personal_sign", ["0x00", RICH], "UnauthorizedProviderError"),
        ("eth_sign", [account, "0x00"], "UnsupportedProviderMethodError"),
        ("personal_sign", [], "InvalidParamsRpcError"),
        ("wallet_switchEthereumChain", [{"chainId": "0x999999"}], "SwitchChainError"),
        ("wallet_getCallsStatus", ["0x00"], "UnknownBundleIdError"),
        ("wallet_sendCalls", [batch(account, atomicRequired=True)], "AtomicityNotSupportedError"),
        ("wallet_sendCalls", [batch(account, chainId="0x999999")], "UnsupportedChainIdError"),
        ("wallet_sendCalls", [batch(account, calls=[{"to": RICH}] * 11)], "BundleTooLargeError"),
        (
            "wallet_sendCalls",
            [batch(account, capabilities={"paymasterService": {"url": "x"}})],
            "UnsupportedNonOptionalCapabilityError",
        ),
    ):
        told = run(clients, "viemRequest", method=method, params=params)
        assert name in told["error"]["names"], (method, told)
    begin(clients, "viemRequest", method="personal_sign", params=["0x00", account])
    part(stage.window(), "reject").click()
    assert "UserRejectedRequestError" in end(clients)["error"]["names"]
    can = run(clients, "viemCapabilities", account=account)["ok"]
    assert can["atomic"] == {"status": "unsupported"}
    begin(clients, "viemCalls", account=account, calls=[{"to": RICH}, {"to": RICH, "data": "0x"}])
    window = stage.window()
    approve(window)
    first = link_of(window)
    phone.follow(first)
    window.wait_for_function(
        "(first) => { const it = document.querySelector('[data-test=link]'); return it && it.dataset.link !== first; }",
        arg=first,
    )
    phone.follow(link_of(window))
    batch_id = end(clients)["ok"]["id"]
    status = run(clients, "viemRequest", method="wallet_getCallsStatus", params=[batch_id])["ok"]
    assert status["status"] in (100, 200) and status["atomic"] is False


def batch(account: str, **more: object) -> dict:
    wish = {"version": "2.0.0", "from": account, "chainId": hex(LOCAL), "atomicRequired": False}
    return wish | {"calls": [{"to": RICH}]} | more
