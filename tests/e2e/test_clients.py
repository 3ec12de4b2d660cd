"""wagmi's core, viem, ethers and web3.js in a page of real Chromium: connect, reconnect, switch, sign, send,
disconnect, and how each names our errors (docs/errors.md)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tools.processes import Processes
from tools.stage import PASSWORD, RICH, Phone, Stage, approve, link_of, part

from wallet.test_networks import anvil_of, described, serving

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
    if stage.state()["stage"] == "locked":
        stage.call("unlock", password=PASSWORD)
    tidy(stage)
    networks = [each["chain"] for each in stage.account("eip155")["networks"] if each["custom"]]
    site = {"origin": address.partition("/?")[0]}
    stage.calls(
        *(("remove_network", {"chain": chain}) for chain in networks if chain != f"eip155:{LOCAL}"),
        ("disconnect_site", site),
        ("forgive_site", site),
    )


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
    account = connected(stage, clients)
    stage.call("lock")
    clients.wait_for_function("async () => (await run('state')).ok.status === 'disconnected'")
    stage.call("unlock", password=PASSWORD)
    # The permission was kept: wagmi connects by itself as soon as it hears of the account again.
    clients.wait_for_function("async (a) => (await run('state')).ok.address === a", arg=account)
    stage.call("disconnect_site", origin=clients.evaluate("location.origin"))
    clients.wait_for_function("async () => (await run('state')).ok.status === 'disconnected'")
    told = [accounts for event, accounts in run(clients, "heard")["ok"] if event == "accountsChanged"]
    assert told == [[account.lower()], [], [account.lower()], []]


@pytest.mark.parametrize("library", ["ethers", "web3"])
def test_others_connect_reconnect_switch_sign_send_and_disconnect(
    stage: Stage, phone: Phone, clients: Page, address: str, library: str
) -> None:
    def signed(act: str, **given: object) -> str:
        begin(clients, library + act, **given)
        window = stage.window()
        approve(window)
        phone.follow(link_of(window))
        told = end(clients)
        assert "ok" in told, told
        part(window, "close").click()
        return str(told["ok"])

    def does(act: str, **given: object) -> list:
        """Without asking anybody."""
        told = run(clients, library + act, **given)
        assert "ok" in told, told
        assert not any("/ui/approve.html" in page.url for page in stage.context.pages)
        return told["ok"]

    stage.call("add_network", network=described(address.partition("other=")[2], chain_id=OTHER))
    assert does("Accounts") == []
    begin(clients, f"{library}Connect")
    approve(stage.window())
    (account,) = (each.lower() for each in end(clients)["ok"])
    stage.window_gone()
    stage.fund(account)
    open_again(clients, address)
    for act in ("Accounts", "Connect"):
        assert [each.lower() for each in does(act)] == [account]
    does("Switch", chainId=OTHER)
    assert does("Chain") == OTHER
    does("Switch", chainId=LOCAL)
    assert does("Chain") == LOCAL
    assert len(signed("Sign")) == 132
    assert len(signed("Send", to=RICH)) == 66
    begin(clients, f"{library}Sign")
    part(stage.window(), "reject").click()
    error = end(clients)["error"]
    assert error["code"] == 4001 and error["rejected"] is (library == "ethers")
    does("Revoke")
    assert does("Accounts") == []
    told = [each for each in run(clients, "heard")["ok"] if each[0] != "connect"]
    assert told == [["chainChanged", hex(OTHER)], ["chainChanged", hex(LOCAL)], ["accountsChanged", []]]


def test_viem_names_our_errors(stage: Stage, phone: Phone, clients: Page) -> None:
    account = connected(stage, clients)
    stage.fund(account)
    for method, params, name in (
        ("personal_sign", ["0x00", RICH], "UnauthorizedProviderError"),
        ("eth_sign", [account, "0x00"], "UnsupportedProviderMethodError"),
        ("personal_sign", [], "InvalidParamsRpcError"),
        ("", [], "InvalidRequestRpcError"),
        ("personal_sign", nested(70), "ParseRpcError"),
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


def test_viem_names_what_goes_wrong_on_the_way(stage: Stage, phone: Phone, clients: Page) -> None:
    """The codes that need something to happen: -32000, -32603, 5720, -32002, 4901, -32005."""
    account = connected(stage, clients)

    def told(answer: dict, name: str, code: int) -> None:
        assert name in answer["error"]["names"] and answer["error"]["code"] == code, answer

    def tells(name: str, code: int, method: str, *params: object) -> None:
        told(run(clients, "viemRequest", method=method, params=params), name, code)

    sending = {"from": account, "to": RICH, "value": hex(10**30)}
    tells("InvalidInputRpcError", -32000, "eth_sendTransaction", sending)

    begin(clients, "viemRequest", method="personal_sign", params=["0x00", account])
    window = stage.window()
    approve(window)
    link_of(window)
    part(window, "cancel").click()
    told(end(clients), "InternalRpcError", -32603)
    part(window, "close").click()

    stage.fund(account)
    again = batch(account, id="once")
    begin(clients, "viemRequest", method="wallet_sendCalls", params=[again])
    part(stage.window(), "reject").click()
    assert end(clients)["error"]["code"] == 4001
    tells("DuplicateIdError", 5720, "wallet_sendCalls", again)

    with serving(*anvil_of(1339)) as one:
        begin(clients, "viemRequest", method="wallet_addEthereumChain", params=[described(one, chain_id=1339)])
        window = stage.window()
        part(window, "approve").wait_for()
        another = described(one, chain_id=1339, name="Other name")
        tells("ResourceUnavailableRpcError", -32002, "wallet_addEthereumChain", another)
        approve(window)
        assert end(clients)["ok"] is None
        stage.window_gone()
        assert run(clients, "viemRequest", method="eth_blockNumber")["ok"] == "0x0"
    tells("ChainDisconnectedError", 4901, "eth_blockNumber")

    for i in range(10):
        begin(clients, "viemRequest", method="personal_sign", params=[f"0x0{i}", account])
    part(stage.window(), "queue").wait_for()
    tells("LimitExceededRpcError", -32005, "personal_sign", "0xff", account)


def test_an_extension_reload_under_an_open_tab(stage: Stage, phone: Phone, clients: Page, address: str) -> None:
    """The old tab hears 4900 once and has to be reloaded; what waited for a person still does, and is the reloaded
    tab's when that asks for it again."""
    account = connected(stage, clients)
    wish = {"method": "personal_sign", "params": ["0x00", account]}
    begin(clients, "viemRequest", **wish)
    part(stage.window(), "approve").wait_for()
    before = undecided(stage)
    assert run(clients, "isConnected")["ok"] is True
    stage.reload_extension()
    for told in (end(clients), run(clients, "viemRequest", method="eth_chainId")):
        assert "ProviderDisconnectedError" in told["error"]["names"], told
        assert (told["error"]["code"], told["error"]["reason"]) == (4900, "reload_tab")
    assert run(clients, "isConnected")["ok"] is False
    assert [each for each in run(clients, "heard")["ok"] if each[0] == "disconnect"] == [["disconnect", 4900]]

    popup = stage.page("popup.html")
    part(popup, "unlock-password").fill(PASSWORD)
    part(popup, "unlock").click()
    part(part(popup, "request"), "open-request").wait_for()
    popup.close()
    open_again(clients, address)
    assert [each.lower() for each in run(clients, "viemAccounts")["ok"]] == [account.lower()]
    begin(clients, "viemRequest", **wish)
    window = stage.window()
    part(window, "approve").wait_for()
    assert undecided(stage) == before and len(before) == 1
    approve(window)
    phone.follow(link_of(window))
    assert len(end(clients)["ok"]) == 132
    assert run(clients, "isConnected")["ok"] is True


def undecided(stage: Stage) -> list[str]:
    return [each["id"] for each in stage.state()["requests"] if each["state"] == "awaiting_approval"]


def nested(depth: int) -> list:
    return [nested(depth - 1)] if depth else []


def batch(account: str, **more: object) -> dict:
    wish = {"version": "2.0.0", "from": account, "chainId": hex(LOCAL), "atomicRequired": False}
    return wish | {"calls": [{"to": RICH}]} | more
