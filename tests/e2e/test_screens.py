"""Every screen, in a language that nobody speaks (pseudo.py), in light and dark: what looks.py asks of each.

One browser and one vault for all; the tests follow a person from installing to the end, in this order. A picture of
each screen is in build/screens.
"""

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tools.demo import connect_dapp, connect_solana
from tools.processes import Processes
from tools.stage import PASSWORD, RICH, Phone, Stage, approve, begin, link_of, part, rpc, start

from chains.ethereum.listed import authorize
from interop.fast_server import CODE
from tandem.chains.ethereum.authorization import NOBODY, to_json
from tandem.vault.backup import write_backup
from tandem.vault.vault import read_vault
from vault.files import gg20_message, plain_file
from wallet.ethereum_contract import contract

from . import pseudo
from .conftest import tidy
from .looks import Looks
from .test_devices import ORIGIN, Elsewhere, follow, new_password
from .test_fast import MAIL, Server, switch_on
from .test_fast import SECRET as SERVER
from .test_requests import waiting
from .test_solana import FRIEND
from .test_typed_data import EVERYTHING, mail, permit

HELLO = "0x" + b"hello".hex()
FILE = "a password for the file"
PHRASE = "test test test test test test test test test test test junk"
TOKEN = "0x" + "a1" * 20
BROKEN = "pyodide/site.pack"
SLOT = "0x" + "01" * 32
WORDS = to_json((authorize(chain_id=31337), authorize(NOBODY, chain_id=0)))
TALL = (360, 600)
WIDE = (900, 760)
SELECTORS = {"095ea7b3": 1, "95d89b41": b"TST", "313ce567": 4, "70a08231": 10_000, "06fdde03": b"Test"}


SECRETS = {PASSWORD, FILE, PHRASE}
# What the browser's pages and workers wrote to the console.
SAID: list[str] = []


@pytest.fixture(scope="module")
def play(stage: Stage, running: Processes) -> Iterator[Stage]:
    """A browser of its own, with the extension in the language that nobody speaks."""
    made = copy.copy(stage)
    made.built = pseudo.build(running.folder())
    made.profile = running.folder()
    made.open_browser()
    made.context.on("console", lambda message: SAID.append(message.text))
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def shares(running: Processes) -> Path:
    return running.folder()


@pytest.fixture(scope="module")
def phone(play: Stage, shares: Path) -> Phone:
    return play.phone(name="phone-screens", folder=shares)


@pytest.fixture
def looks(play: Stage) -> Looks:
    """Data that may stand on a screen: names of devices, networks, tokens, sites and files."""
    state = play.state()
    networks = [network for account in state["accounts"] for network in account["networks"]]
    known = {"Tandem", "Savings", "TST", "Test", "USD Coin", "Ether Mail", "iPhone", "https://", "http://", "ERC20"}
    known |= {"Local chain", "Local Solana", "See your orders.", "tandem0001", "number 1", "number 2"}
    known |= {network["name"] for network in networks} | {network["symbol"] for network in networks}
    known |= {url.removeprefix("http://") for url in (play.dapp_url, play.solana_url, play.relay.url)}
    return Looks(known | set((state["vault"] or {}).get("signers", ())), SECRETS)


def test_the_gate_sees_what_is_wrong(play: Stage) -> None:
    """What the gate is for, put on a screen on purpose: each is found."""
    page = play.page("popup.html")
    part(page, "create").wait_for()
    page.evaluate(
        """() => {
            const bad = document.createElement("div");
            const long = document.createElement("p");
            long.style.cssText = "width: 40px; white-space: nowrap";
            long.textContent = "Written into the source";
            const pale = document.createElement("p");
            pale.style.cssText = "color: #ccc; background: #fff";
            pale.textContent = "[pale]";
            bad.append(long, pale, document.createElement("button"));
            document.body.prepend(bad);
            long.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 1000, iterations: Infinity });
        }"""
    )
    gate = Looks({"Tandem"})
    gate.at("a bad screen", page)
    said = "\n".join(gate.found)
    for wrong in ("not from the locale", "out of its P", "moves", "button-name (critical)", "color-contrast (serious)"):
        assert wrong in said, wrong
    page.close()


def test_before_there_is_a_vault(play: Stage, looks: Looks, tmp_path: Path) -> None:
    popup = play.page("popup.html")
    part(popup, "create").wait_for()
    looks.at("popup empty", popup)
    popup.close()
    for name in ("devices.html", "join.html"):
        page = play.page(name, WIDE)
        page.locator("h1").first.wait_for()
        looks.at(f"{name} empty", page)
        page.close()

    page = play.page("onboarding.html", TALL)
    part(page, "start").wait_for()
    looks.at("welcome", page)
    part(page, "start").click()
    part(page, "advanced").click()
    part(page, "vault-server-on").check()
    looks.at("form advanced", page)
    part(page, "password").fill("short")
    part(page, "confirm").fill("different")
    part(page, "create").click()
    part(page, "error").first.wait_for()
    looks.at("form refused", page)
    part(page, "back").click()

    part(page, "have-link").click()
    part(page, "link-field").fill("https://vultisig.com?type=nonsense")
    part(page, "follow").click()
    part(page, "next-step").wait_for()
    looks.at("link refused", page)
    part(page, "back").click()

    part(page, "have-file").click()
    looks.at("file", page)
    old = tmp_path / "old.vult"
    old.write_bytes(plain_file(gg20_message().SerializeToString()))
    looks.data |= {"old.vult", *gg20_message().signers, gg20_message().name}
    part(page, "vault-file").set_input_files(old)
    part(page, "file-weak").wait_for()
    looks.at("file weak", page)
    part(page, "password").fill(PASSWORD)
    part(page, "confirm").fill(PASSWORD)
    part(page, "import").click()
    part(page, "migrate-first").wait_for()
    looks.at("file to upgrade", page)
    part(page, "other-file").click()
    sealed = tmp_path / "sealed.vult"
    sealed.write_bytes(write_backup(read_vault(gg20_message().SerializeToString()), FILE.encode()))
    looks.data.add("sealed.vult")
    part(page, "vault-file").set_input_files(sealed)
    part(page, "file-password").fill("wrong")
    part(page, "import").click()
    part(page, "error").first.wait_for()
    looks.at("file refused", page)
    page.reload()

    part(page, "have-phrase").click()
    part(page, "phrase").fill(PHRASE.replace("junk", "junc"))
    part(page, "read-phrase").click()
    part(page, "unknown-word").wait_for()
    looks.data.add("junc")
    looks.at("phrase refused", page)
    part(page, "phrase").fill(PHRASE)
    part(page, "read-phrase").click()
    part(page, "are-mine").wait_for()
    looks.at("phrase accounts", page)
    part(page, "are-mine").click()
    looks.at("phrase form", page)
    page.close()
    looks.done()


def test_another_device_makes_a_vault(play: Stage, looks: Looks, tmp_path: Path) -> None:
    play.use_local()
    elsewhere = Elsewhere(play.relay.url, tmp_path / "elsewhere")
    try:
        link, hosting = elsewhere.keygen()
        looks.data |= {"Holidays", "iPhone-5C9"}
        page = play.page("onboarding.html", TALL)
        part(page, "have-link").click()
        part(page, "link-field").fill(link)
        part(page, "follow").click()
        part(page, "asked-vault").wait_for()
        looks.at("asked for a share", page)
        part(page, "decline").click()
        part(page, "link-field").wait_for()
        looks.at("share declined", page)
        page.close()
        hosting.cancel()
    finally:
        elsewhere.close()
    looks.done()


def test_a_vault_is_made(play: Stage, looks: Looks, phone: Phone) -> None:
    page = play.onboarding()
    page.set_viewport_size({"width": 360, "height": 600})
    part(page, "create").click()
    first = link_of(page)
    looks.at("pairing", page)
    part(page, "qr").click()
    part(page, "qr-close").wait_for()
    looks.at("pairing code full screen", page)
    part(page, "qr-close").click()
    part(page, "cancel").click()
    expect(part(page, "link")).to_have_count(0)
    looks.at("making cancelled", page)
    part(page, "password").fill(PASSWORD)
    part(page, "confirm").fill(PASSWORD)
    part(page, "create").click()
    assert link_of(page) != first
    phone.follow(link_of(page))
    part(page, "success").wait_for()
    looks.at("vault made", page)
    page.close()
    looks.done()


def test_home_and_settings(play: Stage, looks: Looks, phone: Phone) -> None:
    rpc(play.chain.url, "anvil_setCode", [TOKEN, contract(SELECTORS)])
    page, account = connect_dapp(play, lambda window: looks.at("connect", window))
    play.fund(account)
    solana, holder = connect_solana(play, lambda window: looks.at("connect to Solana", window))
    play.fund_solana(holder)
    asset = {"type": "ERC20", "options": {"address": TOKEN, "symbol": "TST", "decimals": 4}}
    begin(page, "wallet_watchAsset", asset)
    window = play.window()
    part(window, "approve").wait_for()
    looks.at("token to list", window)
    approve(window)
    play.window_gone()
    begin(page, "personal_sign", HELLO, account)
    part(play.window(), "approve").wait_for()
    play.window().close()

    home = play.page("popup.html")
    part(home, "open-request").wait_for()
    part(home, "token").wait_for()
    part(home, "site-terms").first.click()
    looks.at("home", home)
    part(home, "show-qr").first.click()
    part(home, "address-qr").wait_for()
    looks.at("home with a code", home)
    part(home, "settings").click()
    part(home, "advanced").click()
    part(home, "push-service-on").check()
    part(home, "relay-url").fill("http://example.org")
    part(home, "save-relay").click()
    expect(part(home, "relay-outcome")).to_have_class("fault")
    looks.at("settings", home)
    part(home, "back").click()
    part(home, "lock").click()
    part(home, "unlock-password").fill("wrong")
    part(home, "unlock").click()
    part(home, "error").first.wait_for()
    looks.at("locked", home)
    home.close()

    # The same request, before the wallet is open.
    begin(solana, "eth_requestAccounts")
    window = play.window()
    part(window, "unlock-password").wait_for()
    looks.at("approve locked", window)
    part(window, "unlock-password").fill(PASSWORD)
    part(window, "unlock").click()
    part(window, "queue").wait_for()
    looks.at("one of two requests", window)
    tidy(play)
    looks.done()


@pytest.fixture
def dapp(play: Stage) -> Iterator[Page]:
    page = play.dapp()
    page.wait_for_function("document.querySelector('#accounts').innerText.startsWith('0x')")
    yield page
    tidy(play)


@pytest.fixture
def account(play: Stage) -> str:
    return str(play.account("eip155")["address"])


def siwe(play: Stage, account: str) -> str:
    host = play.dapp_url.removeprefix("http://")
    text = (
        f"{host} wants you to sign in with your Ethereum account:\n{account}\n\nSee your orders.\n\n"
        f"URI: {play.dapp_url}\nVersion: 1\nChain ID: 31337\nNonce: tandem0001\nIssued At: 2026-01-01T00:00:00Z\n"
        f"Expiration Time: 2026-01-02T00:00:00Z\nResources:\n- https://example.org/terms"
    )
    return "0x" + text.encode().hex()


def test_what_an_ethereum_page_asks(play: Stage, looks: Looks, account: str, dapp: Page) -> None:
    other = play.running.anvil(chain_id=424242)
    spend = "0x095ea7b3" + FRIEND.encode().hex()[:40].rjust(64, "0") + "f" * 64
    pay = {"from": account, "to": RICH, "value": hex(10**17)}
    added = {
        "chainId": hex(424242),
        "chainName": "Mine",
        "nativeCurrency": {"name": "Mine", "symbol": "MIN", "decimals": 18},
        "rpcUrls": [other.url],
    }
    batch = {"version": "2.0.0", "from": account, "chainId": hex(31337), "atomicRequired": False}
    looks.data |= {"Mine", "MIN", "Bob", "Cow", "Permit", "Mail", "owner", "spender", "value", "nonce", "deadline"}
    looks.data |= {"contents", "name", "wallets", "from", "to", "Hello, Bob!", "Mail", "version", "example.org/terms"}
    wishes: dict[str, tuple[str, list[object]]] = {
        "message": ("personal_sign", [HELLO, account]),
        "sign-in": ("personal_sign", [siwe(play, account), account]),
        "permit": ("eth_signTypedData_v4", [account, json.dumps(permit(account, EVERYTHING))]),
        "typed data": ("eth_signTypedData_v4", [account, json.dumps(mail(lists=True))]),
        "payment": ("eth_sendTransaction", [pay]),
        "unlimited approval": ("eth_sendTransaction", [{"from": account, "to": TOKEN, "data": spend}]),
        "access list": ("eth_sendTransaction", [pay | {"accessList": [{"address": TOKEN, "storageKeys": [SLOT] * 2}]}]),
        "accounts handed over": ("eth_sendTransaction", [{"from": account, "to": RICH, "authorizationList": WORDS}]),
        "unknown call": (
            "eth_sendTransaction",
            [{"from": account, "to": RICH, "data": "0x12345678" + "00" * 64, "nonce": "0x63"}],
        ),
        "network": ("wallet_addEthereumChain", [added]),
        "batch": (
            "wallet_sendCalls",
            [batch | {"calls": [{"to": RICH, "value": "0x1"}, {"to": TOKEN, "data": spend}]}],
        ),
    }
    for name, (method, params) in wishes.items():
        begin(dapp, method, *params)
        try:
            window = play.window()
        except AssertionError:
            raise AssertionError(name, dapp.evaluate("window.answer")) from None
        part(window, "title").wait_for()
        time.sleep(0.1)  # a node's word on what would change comes a little later
        for more in ("show-details", "show-access-list"):
            if part(window, more).count() > 0:
                part(window, more).first.click()
        if part(window, "edit-fee").count() > 0:
            part(window, "edit-fee").first.click()
        looks.at(name, window)
        tidy(play, keep=dapp)
    looks.done()


def test_what_a_solana_page_asks(play: Stage, looks: Looks) -> None:
    page = play.solana()
    wishes = {
        "Solana message": ("signMessage", {"text": "I like turtles."}),
        "Solana messages": ("signMessages", {"texts": ["one", "two"]}),
        "Solana sign-in": ("signIn", {"statement": "See your orders."}),
        "Solana payment": ("send", {"to": FRIEND, "amount": 0.25}),
        "Solana payments": ("sendSeveral", {"to": FRIEND, "amount": 0.1, "count": 2}),
        "Solana approval of tokens": ("approveToken", {}),
    }
    for name, (act, given) in wishes.items():
        if act == "approveToken":
            page.evaluate("page.run('makeToken', {})")
        start(page, act, **given)
        window = play.window()
        part(window, "title").wait_for()
        if part(window, "show-details").count() > 0:
            part(window, "show-details").first.click()
        looks.at(name, window)
        tidy(play, keep=page)
    tidy(play)
    looks.done()


def test_the_phone_step_and_how_it_ends(play: Stage, looks: Looks, phone: Phone, account: str, dapp: Page) -> None:
    begin(dapp, "eth_sendTransaction", {"from": account, "to": RICH, "value": "0x1"})
    window = play.window()
    approve(window)
    link = link_of(window)
    looks.at("phone awaited", window)
    begin(dapp, "eth_sendTransaction", {"from": account, "to": RICH, "value": "0x2"})
    home = play.page("popup.html")
    part(home, "open-request").click()
    expect(part(window, "title")).to_be_visible()
    approve(window)
    part(window, "behind").wait_for()
    looks.at("after the one before", window)
    home = play.page("popup.html")
    part(home, "request").first.wait_for()
    looks.at("home with one after another", home)
    home.close()
    part(window, "turn").click()
    assert link_of(window) == link
    play.call("cancel_request", request=play.state()["requests"][-1]["id"])
    phone.follow(link)
    part(window, "result").wait_for()
    looks.at("sent", window)
    window.close()

    play.call("set_settings", phone_wait_seconds=1)
    begin(dapp, "personal_sign", HELLO, account)
    window = play.window()
    approve(window)
    part(window, "stalled").wait_for()
    play.call("set_settings", phone_wait_seconds=300)
    looks.at("phone never came", window)
    part(window, "cancel").click()
    part(window, "close").wait_for()
    looks.at("failed", window)
    part(window, "close").click()
    home = play.page("popup.html")
    part(home, "dismiss").first.wait_for()
    looks.at("home with what is over", home)
    looks.done()


def test_devices_and_backup(play: Stage, looks: Looks, phone: Phone, tmp_path: Path) -> None:
    page = play.page("devices.html", TALL)
    part(page, "change").click()
    part(page, "change-password").fill("wrong")
    part(page, "change-begin").click()
    part(page, "error").first.wait_for()
    looks.at("change refused", page)
    part(page, "change-password").fill(PASSWORD)
    part(page, "change-begin").click()
    link = link_of(page)
    looks.at("change pairing", page)
    phone.follow(link)
    play.phone(name="phone-new").follow(link)
    part(page, "changed").wait_for()
    looks.data |= set(play.state()["vault"]["signers"])
    looks.at("devices changed", page)
    part(page, "continue").click()
    part(page, "show-restore").click()
    part(page, "backup").click()
    part(page, "wallet-password").fill(PASSWORD)
    part(page, "file-password").fill(FILE)
    part(page, "file-confirm").fill(FILE)
    looks.at("devices", page)
    with page.expect_download() as downloading:
        part(page, "write-backup").click()
    part(page, "backup-written").wait_for()
    looks.data |= {str(part(page, "backup-name").inner_text())}
    looks.at("backup written", page)
    saved = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(saved)
    part(page, "saved-file").set_input_files(saved)
    part(page, "backup-verified").wait_for()
    looks.at("backup verified", page)
    page.close()
    looks.done()


@pytest.fixture
def fresh(play: Stage) -> Iterator[Stage]:
    """Another browser of the same language, without a vault."""
    made = copy.copy(play)
    made.profile = play.running.folder()
    made.open_browser()
    made.context.on("console", lambda message: SAID.append(message.text))
    made.use_local()
    yield made
    made.context.close()


def test_another_device_asks_for_signatures(fresh: Stage, looks: Looks, tmp_path: Path) -> None:
    elsewhere = Elsewhere(fresh.relay.url, tmp_path / "elsewhere")
    looks.data |= {"Holidays", "iPhone-5C9", ORIGIN.removeprefix("https://"), "hello", "USDC", "Ethereum"}
    try:
        page = fresh.page("onboarding.html", TALL)
        part(page, "have-link").click()
        link, hosting = elsewhere.keygen()
        follow(page, link)
        new_password(page)
        part(page, "join").click()
        part(page, "success").wait_for()
        hosting.result(30)
        looks.data |= set(fresh.state()["vault"]["signers"])
        looks.at("joined", page)
        page.close()

        page = fresh.page("join.html", TALL)
        for name, link, signing in (
            ("message of another device", *elsewhere.message(b"hello")),
            ("payment of another device", *elsewhere.payment()[:2]),
            ("approval and use of another device", *elsewhere.approval_and_use()[:2]),
        ):
            follow(page, link)
            part(page, "approve").wait_for()
            looks.at(name, page)
            approve(page)
            part(page, "result").wait_for()
            signing.result(30)
            looks.at(f"{name}, signed", page)
            part(page, "another").click()
        link, signing = elsewhere.message(b"hello")
        follow(page, link)
        part(page, "reject").click()
        part(page, "link-field").wait_for()
        looks.at("declined to another device", page)
        signing.cancel()
    finally:
        elsewhere.close()
    looks.done()


def test_a_server_is_one_of_the_devices(fresh: Stage, looks: Looks, tmp_path: Path) -> None:
    server = Server(tmp_path, fresh.relay.url)
    looks.data |= {MAIL, server.url}
    SECRETS.add(SERVER)
    try:
        page = fresh.onboarding()
        page.set_viewport_size({"width": TALL[0], "height": TALL[1]})
        switch_on(page, server.url)
        part(page, "with-server").check()
        part(page, "server-password").fill(PASSWORD)
        part(page, "server-confirm").fill(PASSWORD)
        part(page, "create").click()
        part(page, "error").first.wait_for()
        looks.at("server's part refused", page)
        part(page, "server-password").fill(SERVER)
        part(page, "server-confirm").fill(SERVER)
        part(page, "server-email").fill(MAIL)
        part(page, "create").click()
        part(page, "success").wait_for()
        looks.data |= set(fresh.state()["vault"]["signers"])
        part(page, "server-code").fill("0")
        part(page, "verify-code").click()
        part(page, "error").first.wait_for()
        part(page, "show-resend").click()
        looks.at("server's code refused", page)
        part(page, "server-code").fill(CODE)
        part(page, "verify-code").click()
        part(page, "code-verified").wait_for()
        looks.at("server's code verified", page)
        page.close()

        dapp, account = connect_dapp(fresh)
        begin(dapp, "personal_sign", HELLO, account)
        window = fresh.window()
        part(window, "sign-password").fill("another password")
        looks.at("server's password asked", window)
        approve(window)
        part(window, "error").first.wait_for()
        looks.at("server's password refused", window)
        window.close()
    finally:
        server.close()
    looks.done()


def test_python_does_not_start(play: Stage, looks: Looks) -> None:
    """A file of the package is gone: the screen says so, and what to do."""
    broken = copy.copy(play)
    broken.built = pseudo.build(play.running.folder())
    (broken.built / BROKEN).unlink()
    broken.profile = play.running.folder()
    broken.open_browser()
    try:
        page = broken.page("popup.html")
        part(page, "retry").wait_for()
        looks.at("engine failed", page)
    finally:
        broken.context.close()
    looks.done()


def test_a_restart_with_a_request(play: Stage, looks: Looks, account: str, dapp: Page) -> None:
    """What is on the screen before Python is up."""
    begin(dapp, "personal_sign", HELLO, account)
    waiting(play, "awaiting_approval")
    play.restart_browser()
    page = play.page("popup.html")
    page.locator("h1, [data-test=starting]").first.wait_for()
    looks.at("popup while Python starts", page)
    page.close()
    looks.done()
    assert len(looks.seen) == 1


def test_t48_no_secret_was_said_to_a_console_or_a_screen(play: Stage) -> None:
    """After everything above: nor is one in what the backend tells its screens."""
    told = json.dumps(play.state()) + "".join(SAID)
    assert not [secret for secret in SECRETS if secret in told]
