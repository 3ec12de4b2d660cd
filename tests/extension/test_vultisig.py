"""`window.vultisig` and `window.ethereum` by the person's choice: the guide's method names, and nobody else's place."""

import pytest
from tests.extension.conftest import ACCOUNT, ADDRESS, ANSWERS, REPOSITORY, SCRIPTS

ME = "0x" + "ab" * 20
EVM = {
    "eth_requestAccounts": {"result": [ME]},
    "eth_accounts": {"result": [ME]},
    "eth_chainId": {"result": "0x1"},
    "eth_sendTransaction": {"result": "0xhash"},
    "eth_getTransactionByHash": {"result": {"hash": "0xhash"}},
}
GUIDE = (*SCRIPTS, "solana_face.js", "vultisig.js", "window_end.js")


@pytest.fixture
def page(load):
    return load(scripts=GUIDE, answers=ANSWERS | EVM)


def test_the_guides_names_for_ethereum(page) -> None:
    ask = "vultisig.ethereum.request"
    assert page.evaluate(f"{ask}({{method: 'request_accounts'}})") == [ME]
    assert page.evaluate(f"{ask}({{method: 'get_accounts'}})") == [ME]
    assert page.evaluate(f"{ask}({{method: 'get_transaction_by_hash', params: ['0xhash']}})") == {"hash": "0xhash"}
    assert page.evaluate(f"{ask}({{method: 'eth_chainId'}})") == "0x1"
    assert page.evaluate("vultisig.request({method: 'eth_accounts'})") == [ME]
    assert page.evaluate("vultisig.ethereum.isConnected()") is True


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        (
            "{from: 'a', to: 'b', value: '0x10', data: '0x01'}",
            {"from": "a", "to": "b", "value": "0x10", "data": "0x01"},
        ),
        (
            "{from: 'a', to: 'b', asset: {ticker: 'ETH'}, amount: {amount: '1000', decimals: 18}, memo: 'hi'}",
            {"from": "a", "to": "b", "value": "0x3e8", "data": "0x6869"},
        ),
        ("{from: 'a', to: 'b'}", {"from": "a", "to": "b", "value": "0x0"}),
    ],
)
def test_its_transactions_are_ours(page, wish: str, sent: dict) -> None:
    told = page.evaluate(f"vultisig.ethereum.request({{method: 'send_transaction', params: [{wish}]}})")
    assert told == "0xhash"
    assert page.evaluate("sent.at(-1)") == {"method": "eth_sendTransaction", "params": [sent]}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("vultisig.ethereum.request({method: 'send_transaction', params: [{asset: {ticker: 'USDC'}}]})", 4200),
        ("vultisig.ethereum.request({method: 'send_transaction', params: [{value: 'all of it'}]})", -32602),
        ("vultisig.solana.request({method: 'send_transaction', params: [{}]})", 4200),
    ],
)
def test_what_is_not_supported_says_so(page, asked: str, code: int) -> None:
    assert page.evaluate(f"plainly({asked})")["code"] == code


def test_solana_and_the_vault(page) -> None:
    assert page.evaluate("vultisig.solana.request({method: 'request_accounts'})") == [ADDRESS]
    assert page.evaluate("vultisig.solana.request({method: 'get_accounts'})") == [ADDRESS]
    assert page.evaluate("vultisig.solana.publicKey.toString()") == ADDRESS
    granted = {"accounts": {"ethereum": [ME], "solana": [ADDRESS]}}
    assert page.evaluate("vultisig.getVault()") == granted and page.evaluate("vultisig.getVaults()") == [granted]
    assert set(ACCOUNT) == {"address", "publicKey"}


def test_a_wallet_that_is_there_keeps_its_name(load) -> None:
    page = load(scripts=GUIDE, before="window.vultisig = {theirs: true}")
    assert page.evaluate("vultisig.theirs === true && window['tandem:solana'] === undefined")
    assert page.evaluate("'solana' in window") is False


def test_without_the_persons_choice_nothing_is_there(load) -> None:
    page = load()
    assert page.evaluate("[typeof vultisig, typeof solana]") == ["undefined", "undefined"]


def test_window_ethereum_by_choice_is_ours_and_stays_ours(load) -> None:
    page = load(
        scripts=(*SCRIPTS, "window_ethereum.js"),
        before="window.ethereum = {theirs: true}",
        app="'use strict'; window.failed = ''; try { window.ethereum = {theirs: true} } catch (e) { failed = e }",
    )
    assert page.evaluate("[ethereum.isTandem, ethereum.isMetaMask, window.failed]") == [True, None, ""]


def test_window_ethereum_of_a_wallet_that_does_not_let_go(load) -> None:
    page = load(
        scripts=(*SCRIPTS, "window_ethereum.js"),
        before="Object.defineProperty(window, 'ethereum', {value: {theirs: true}, configurable: false})",
    )
    assert page.evaluate("ethereum.theirs") is True


FIND = """(() => {
    window.found = [];
    addEventListener("eip6963:announceProvider", (event) => found.push(event.detail.info.name));
    dispatchEvent(new Event("eip6963:requestProvider"));
    const register = (wallet) => found.push(wallet.name);
    dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: { register } }));
})();"""


@pytest.fixture
def early(plain):
    """A page in which scripts run before its first one, as content scripts do."""
    page = plain.new_page()

    def opened(*scripts: str, app: str = FIND):
        for script in scripts:
            file = REPOSITORY / "extension" / script
            page.add_init_script(file.read_text() if script.endswith(".js") else script)
        html = f"<!doctype html><script>{app}</script>"
        page.route("http://plain.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://plain.test/")
        return page

    yield opened
    page.close()


def test_where_the_person_wants_none_of_us_there_is_none(early) -> None:
    page = early(*SCRIPTS, "window_none.js")
    assert page.evaluate("found") == [] and page.evaluate("'ethereum' in window") is False
    assert page.evaluate("Object.getOwnPropertyNames(window).filter((name) => name.includes('tandem'))") == []


def test_another_wallets_window_ethereum_stays_where_we_are_not(early) -> None:
    page = early("window.ethereum = {theirs: true}", *SCRIPTS, "window_none.js")
    assert page.evaluate("found") == [] and page.evaluate("ethereum.theirs") is True


def test_a_script_of_the_page_cannot_take_us_away(early) -> None:
    page = early(*SCRIPTS, app="dispatchEvent(new Event('tandem:off'));" + FIND)
    assert page.evaluate("found") == ["Tandem", "Tandem"] and page.evaluate("ethereum.isTandem")
