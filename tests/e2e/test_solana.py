"""A Solana dApp made of the wallet adapter's own packages, in a real browser, on a chain that executes (issue 3)."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tools.demo import connect_solana
from tools.processes import Processes
from tools.stage import Phone, Stage, act, approve, ask, link_of, outcome, part, start

from interop.engine_phone import EnginePhone
from tandem.chains.solana import base58
from tools import stage as theatre

from .test_requests import stop_service_worker, waiting

SOL = 10**9
FEE = 5000
FRIEND = "GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB"
STRANGER = "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T"


def allow(stage: Stage, phone: Phone) -> Page:
    """Yes in the window and on the phone; gives the window."""
    window = stage.window()
    approve(window)
    phone.follow(link_of(window))
    return window


def links(window: Page, count: int) -> Iterator[str]:
    """The links of one approval: the next one is shown once the phone has answered the one before."""
    last = ""
    for _ in range(count):
        if last:
            expect(part(window, "link")).not_to_have_attribute("data-link", last)
        last = link_of(window)
        yield last


def summary(stage: Stage) -> dict:
    return dict(waiting(stage, "awaiting_approval")["summary"])


def fault(answer: dict) -> tuple[int, str]:
    """Code and reason of what the wallet refused, as they come out of the adapter."""
    return answer["error"]["code"], answer["error"]["data"]["reason"]


def shown(phone: Phone) -> list[tuple[str, str]]:
    """The lines that the phone showed last."""
    lines = next(event for event in reversed(phone.events()) if event["event"] == "show")["lines"]
    return [(label, text) for label, text in lines]


@pytest.fixture
def friend(stage: Stage) -> Iterator[int]:
    """What the friend has before; made rent-free first."""
    if not stage.lamports(FRIEND):
        stage.fund_solana(FRIEND)
    yield stage.lamports(FRIEND)


def test_the_wallet_is_listed_under_its_own_name_and_only_solana_is_granted(stage: Stage, solana: Page, holder: str):
    assert solana.locator("#wallets li").get_attribute("data-wallet") == "Tandem"
    assert solana.locator("#wallets li").get_attribute("data-versions") == "legacy 0"
    assert solana.locator("#account").get_attribute("data-address") == holder
    assert stage.account("solana")["address"] == holder
    assert ask(solana, "eth_accounts")["result"] == []
    site = next(site for site in stage.state()["sites"] if site["origin"] == solana.evaluate("location.origin"))
    assert site["accounts"] == {"solana": [holder]}
    assert solana.evaluate("[typeof window.solana, typeof window.phantom, !!window.ethereum?.isPhantom]") == [
        "undefined",
        "undefined",
        False,
    ]


def test_a_reload_connects_again_without_asking(stage: Stage, solana: Page, holder: str):
    solana.reload()
    expect(solana.locator("#account")).to_have_attribute("data-address", holder)
    assert not [page for page in stage.context.pages if "approve.html" in page.url]


def test_a_page_never_connected_hears_nothing_and_is_asked_nothing(stage: Stage, holder: str):
    page = stage.context.new_page()
    page.goto(stage.solana_url.replace("127.0.0.1", "localhost", 1))
    page.wait_for_function("window.page && page.adapters.length && !page.adapters[0].connecting")
    page.wait_for_timeout(300)
    assert page.locator("#account").get_attribute("data-address") == ""
    assert page.evaluate("page.adapters[0].wallet.accounts.length") == 0
    # Past the adapter, which would not even ask.
    told = page.evaluate(
        """async (address) => {
            const { wallet } = page.adapters[0];
            const account = { address, publicKey: new Uint8Array(32), chains: wallet.chains, features: [] };
            try {
                await wallet.features["solana:signMessage"].signMessage({ account, message: new Uint8Array([1]) });
            } catch (error) {
                return [error.code, error.data.reason];
            }
        }""",
        holder,
    )
    assert told == [4100, "not_permitted"]
    page.close()


def test_a_message(stage: Stage, solana: Page, phone: Phone):
    start(solana, "signMessage", text="I like turtles.")
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "message")
    expect(part(window, "message")).to_have_text("I like turtles.")
    allow(stage, phone)
    assert outcome(solana)["ok"]["verified"] is True
    assert any("I like turtles." in text for _, text in shown(phone))


def test_several_messages_are_one_approval_and_a_link_each(stage: Stage, solana: Page, phone: Phone):
    start(solana, "signMessages", texts=["first", "second", "third"])
    window = stage.window()
    assert [each["text"] for each in summary(stage)["messages"]] == ["first", "second", "third"]
    for text in ("first", "second", "third"):
        expect(part(window, "message").filter(has_text=text)).to_be_visible()
    approve(window)
    for link in links(window, 3):
        phone.follow(link)
    assert [each["verified"] for each in outcome(solana)["ok"]] == [True] * 3


def test_sign_in_connects_and_signs(stage: Stage, solana: Page, phone: Phone, holder: str):
    act(solana, "disconnect")
    assert solana.evaluate("page.adapters[0].wallet.accounts.length") == 0
    start(solana, "signIn", statement="Sign in to see your orders.")
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "sign_in")
    assert part(window, "warning").count() == 0
    allow(stage, phone)
    told = outcome(solana)["ok"]
    assert (told["address"], told["verified"]) == (holder, True)
    assert told["text"].startswith(f"{solana.evaluate('location.host')} wants you to sign in with your Solana account:")
    assert solana.locator("#account").get_attribute("data-address") == holder


def test_signing_in_elsewhere_is_refused_or_warned_of(stage: Stage, solana: Page, holder: str):
    assert fault(act(solana, "signIn", domain="bank.example")) == (-32602, "bad_request")
    text = f"bank.example wants you to sign in with your Solana account:\n{holder}"
    start(solana, "signMessage", text=text)
    window = stage.window()
    expect(part(window, "warning").first).to_be_visible()
    assert summary(stage)["messages"][0]["foreign"] is True


@pytest.mark.parametrize("version", [0, "legacy"])
def test_a_transfer_does_what_was_shown(
    stage: Stage, solana: Page, phone: Phone, holder: str, friend: int, version: object
):
    before = stage.lamports(holder)
    start(solana, "send", to=FRIEND, amount=0.25, version=version)
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "transaction")
    expect(part(window, "amount").first).to_contain_text("0.25")
    assert part(window, "warning").count() == 0
    told = summary(stage)
    assert told["understood"] is True
    assert told["would_fail"] is False
    (one,) = told["transactions"]
    assert one["amount"]["exact"] == str(SOL // 4)
    assert [leaves["exact"] for leaves in one["leaves"]] == [str(SOL // 4)]
    allow(stage, phone)
    expect(part(window, "result")).to_be_visible()
    assert outcome(solana)["ok"]["err"] is None
    assert stage.lamports(FRIEND) - friend == SOL // 4
    assert before - stage.lamports(holder) == SOL // 4 + FEE
    assert any("0.25 SOL" in text for _, text in shown(phone))
    assert any(FRIEND in text for _, text in shown(phone))


def test_several_transactions_are_one_approval_and_one_session(
    stage: Stage, solana: Page, phone: Phone, holder: str, friend: int
):
    before = stage.lamports(holder)
    start(solana, "sendSeveral", to=FRIEND, amount=0.1, count=3)
    window = stage.window()
    amounts = [each["amount"]["exact"] for each in summary(stage)["transactions"]]
    assert amounts == [str(n * SOL // 10) for n in (1, 2, 3)]
    for amount in ("0.1", "0.2", "0.3"):
        expect(part(window, "amount").filter(has_text=amount).first).to_be_visible()
    shows = len([event for event in phone.events() if event["event"] == "show"])
    allow(stage, phone)
    signatures = [each["signature"] for each in outcome(solana)["ok"]]
    assert len(set(signatures)) == 3
    assert len([event for event in phone.events() if event["event"] == "show"]) == shows + 1
    lines = [text for _, text in shown(phone)]
    for amount in ("0.1 SOL", "0.2 SOL", "0.3 SOL"):
        assert any(amount in text for text in lines)
    assert {event["items"] for event in phone.events()[-30:] if event.get("items")} >= {3}
    assert stage.lamports(FRIEND) - friend == 6 * SOL // 10
    assert before - stage.lamports(holder) == 6 * SOL // 10 + 3 * FEE
    sent = [request for request in stage.state()["requests"] if request["state"] == "done"][-1]["sent"]
    assert [each["id"] for each in sent] == [base58.encode(bytes.fromhex(each)) for each in signatures]


@pytest.mark.parametrize("version", [0, "legacy"])
def test_signed_and_not_sent(stage: Stage, solana: Page, phone: Phone, holder: str, friend: int, version: object):
    start(solana, "sign", to=FRIEND, amount=0.1, version=version, thenSend=True)
    stage.window()
    assert waiting(stage, "awaiting_approval")["sends"] is False
    allow(stage, phone)
    told = outcome(solana)["ok"]
    assert (told["verified"], told["err"]) == (True, None)
    assert stage.lamports(FRIEND) - friend == SOL // 10
    assert [request for request in stage.state()["requests"] if request["state"] == "done"][-1]["sent"] == []


def test_all_of_several_are_signed_in_the_order_asked(stage: Stage, solana: Page, phone: Phone, friend: int):
    start(solana, "signAll", to=FRIEND, amount=0.1, count=3)
    allow(stage, phone)
    told = outcome(solana)["ok"]
    assert [(each["verified"], each["same"]) for each in told] == [(True, True)] * 3
    assert stage.lamports(FRIEND) == friend


def test_tokens(stage: Stage, solana: Page, phone: Phone):
    mint = act(solana, "makeToken")["ok"]["mint"]
    start(solana, "sendToken", to=FRIEND, amount=12.5)
    window = stage.window()
    (one,) = summary(stage)["transactions"]
    assert one["understood"] is True
    assert next(leaves for leaves in one["leaves"] if leaves["token"] == mint)["exact"] == "12500000"
    expect(part(window, "amount").first).to_contain_text("12.5")
    allow(stage, phone)
    assert outcome(solana)["ok"]["received"] == "12500000"


def test_an_approval_without_limit_warns(stage: Stage, solana: Page):
    act(solana, "makeToken")
    start(solana, "approveToken")
    window = stage.window()
    expect(part(window, "warning").first).to_be_visible()
    assert "unlimited" in summary(stage)["transactions"][0]["warnings"]


@pytest.mark.parametrize("kind", ["unknownProgram", "lookupTable"])
def test_what_is_not_understood_is_said_to_be(stage: Stage, solana: Page, phone: Phone, kind: str):
    start(solana, kind)
    window = stage.window()
    expect(part(window, "warning").first).to_be_visible()
    told = summary(stage)
    assert told["understood"] is False
    (one,) = told["transactions"]
    assert "not_understood" in one["warnings"]
    assert bool(one["lookups"]) == (kind == "lookupTable")
    allow(stage, phone)
    assert outcome(solana)["ok"]["verified"] is True


def test_what_would_fail_is_said_before(stage: Stage, solana: Page):
    start(solana, "send", to=FRIEND, amount=1_000_000)
    window = stage.window()
    part(window, "approve").wait_for()
    assert summary(stage)["would_fail"] is True
    expect(part(window, "warning").first).to_be_visible()


def test_the_user_rejects(stage: Stage, solana: Page):
    start(solana, "send")
    part(stage.window(), "reject").click()
    assert fault(outcome(solana)) == (4001, "user_rejected")
    stage.window_gone()


def test_the_phone_declines(stage: Stage, solana: Page, phone: Phone, shares, friend: int):
    start(solana, "send", to=FRIEND)
    window = stage.window()
    approve(window)
    stage.phone("--decline", "phone-no", folder=shares).follow(link_of(window))
    assert fault(outcome(solana)) == (4001, "phone_declined")
    expect(part(window, "error")).to_have_attribute("data-reason", "phone_declined")
    assert stage.lamports(FRIEND) == friend


def test_what_a_page_must_not_ask(stage: Stage, solana: Page, holder: str):
    (transfer,) = act(solana, "bytes", count=1)["ok"]
    message = transfer[2 + 128 :]
    sign, send, note = "solana:signTransaction", "solana:signAndSendTransaction", "solana:signMessage"
    local = {"chain": "solana:localnet"}
    for name, inputs, expected in (
        (sign, [{"account": STRANGER, "transaction": transfer}], 4100),
        (note, [{"account": STRANGER, "message": "00"}], 4100),
        (sign, [{"transaction": "00" * 100}], -32602),
        (sign, [{"transaction": transfer[:-2]}], -32602),
        (sign, [{"transaction": transfer + "00"}], -32602),
        (sign, [{"transaction": "01" * 1300}], -32602),
        (sign, [{"transaction": transfer.replace(holder_hex(holder), "77" * 32)}], -32602),
        (send, [{"transaction": transfer, "chain": "solana:testnet"}], 4902),
        (send, [{"transaction": transfer, **local, "options": {"maxRetries": -1}}], -32602),
        (note, [{"message": message}], -32602),
        (note, [{"message": transfer}], -32602),
        (note, [{"message": ""}], -32602),
    ):
        told = act(solana, "raw", name=name, inputs=inputs)
        assert "error" in told, (name, inputs)
        assert told["error"]["code"] == expected, (name, inputs, told)
    assert not [page for page in stage.context.pages if "approve.html" in page.url]
    assert ask(solana, "eth_chainId")["result"].startswith("0x")


def holder_hex(address: str) -> str:
    return base58.decode(address).hex()


def test_locking_takes_the_account_away_and_unlocking_brings_it_back(stage: Stage, solana: Page, holder: str):
    solana.evaluate(
        """() => { window.heard = []; page.adapters[0].wallet.features["standard:events"].on("change",
            ({ accounts }) => heard.push(accounts.map((account) => account.address))); }"""
    )
    stage.call("lock")
    expect(solana.locator("#account")).to_have_attribute("data-address", "")
    popup = stage.page("popup.html")
    part(popup, "unlock-password").fill(theatre.PASSWORD)
    part(popup, "unlock").click()
    expect(solana.locator("#account")).to_have_attribute("data-address", holder)
    assert solana.evaluate("heard") == [[], [holder]]


def test_a_locked_wallet_keeps_the_request(stage: Stage, solana: Page, phone: Phone, holder: str):
    stage.call("lock")
    expect(solana.locator("#account")).to_have_attribute("data-address", "")
    start(solana, "connect")
    window = stage.window()
    part(window, "unlock-password").fill(theatre.PASSWORD)
    part(window, "unlock").click()
    assert outcome(solana)["ok"]["address"] == holder


def test_disconnecting_revokes(stage: Stage, solana: Page, holder: str):
    origin = solana.evaluate("location.origin")
    act(solana, "disconnect")
    assert [
        site for site in stage.state()["sites"] if site["origin"] == origin and site["accounts"].get("solana")
    ] == []
    solana.reload()
    solana.wait_for_function("window.page && page.adapters.length && !page.adapters[0].connecting")
    solana.wait_for_timeout(200)
    assert solana.locator("#account").get_attribute("data-address") == ""
    start(solana, "connect")
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "connect")
    approve(window)
    assert outcome(solana)["ok"]["address"] == holder


def test_the_person_disconnects_the_site(stage: Stage, solana: Page, holder: str):
    stage.call("disconnect_site", origin=solana.evaluate("location.origin"))
    expect(solana.locator("#account")).to_have_attribute("data-address", "")
    start(solana, "connect")
    approve(stage.window())
    assert outcome(solana)["ok"]["address"] == holder


def test_the_service_worker_dies_and_the_tab_reloads_in_the_middle(
    stage: Stage, solana: Page, phone: Phone, holder: str, friend: int
):
    start(solana, "send", to=FRIEND, amount=0.1)
    window = stage.window()
    approve(window)
    link = link_of(window)
    stop_service_worker(stage)
    solana.reload()
    expect(solana.locator("#account")).to_have_attribute("data-address", holder)
    phone.follow(link)
    done = waiting(stage, "done")
    assert done["sent"][0]["id"] == done["result"]
    deadline = time.monotonic() + 5
    while stage.lamports(FRIEND) == friend and time.monotonic() < deadline:
        time.sleep(0.05)
    assert stage.lamports(FRIEND) - friend == SOL // 10


def test_names_of_the_window_are_there_only_where_the_person_wants_them(
    stage: Stage, solana: Page, phone: Phone, holder: str
):
    other = stage.context.new_page()
    other.goto(stage.solana_url.replace("127.0.0.1", "localhost", 1))
    assert solana.evaluate("typeof window.solana") == "undefined"
    stage.call("set_window", origin=solana.evaluate("location.origin"), names=["solana", "vultisig"])
    try:
        deadline = time.monotonic() + 10
        while solana.evaluate("[typeof window.solana, typeof window.vultisig].includes('undefined')"):
            assert time.monotonic() < deadline
            solana.wait_for_timeout(100)
            solana.reload()
        assert solana.evaluate("[window.solana.isTandem, window.solana.isPhantom]") == [True, None]
        told = solana.evaluate("window.solana.connect({ onlyIfTrusted: true }).then((c) => c.publicKey.toBase58())")
        assert told == holder
        assert solana.evaluate("vultisig.solana.request({ method: 'get_accounts' })") == [holder]
        other.reload()
        other.wait_for_function("window.page && page.adapters.length")
        assert other.evaluate("[typeof window.solana, typeof window.vultisig]") == ["undefined", "undefined"]
        solana.evaluate(
            """() => { window.answer = null;
                window.solana.signMessage(new TextEncoder().encode("old")).then(({ signature }) =>
                    window.answer = { length: signature.length }); }"""
        )
        allow(stage, phone)
        assert outcome(solana)["length"] == 64
    finally:
        stage.call("set_window", origin=solana.evaluate("location.origin"), names=[])
    deadline = time.monotonic() + 10
    while solana.evaluate("[typeof window.solana, typeof window.vultisig].includes('object')"):
        assert time.monotonic() < deadline
        solana.wait_for_timeout(100)
        solana.reload()


def test_the_real_engine_as_the_phone(running: Processes, stage: Stage, tmp_path):
    own = Stage(running, stage.playwright)
    phone = EnginePhone(tmp_path / "share")
    try:
        own.use_local()
        page = own.onboarding()
        part(page, "create").click()
        phone.follow(link_of(page), own.relay.url)
        part(page, "success").wait_for()
        dapp, account = connect_solana(own)
        own.fund_solana(account)
        own.fund_solana(FRIEND)
        before = own.lamports(FRIEND)
        start(dapp, "signMessage", text="with the real engine")
        sign_with(own, phone)
        assert outcome(dapp)["ok"]["verified"] is True
        own.window_gone()
        start(dapp, "signMessages", texts=["one", "two"])
        window = own.window()
        approve(window)
        for link in links(window, 2):
            phone.follow(link, own.relay.url)
        assert [each["verified"] for each in outcome(dapp)["ok"]] == [True, True]
        own.window_gone()
        start(dapp, "send", to=FRIEND, amount=0.25)
        sign_with(own, phone)
        assert outcome(dapp)["ok"]["err"] is None
        assert own.lamports(FRIEND) - before == SOL // 4
        part(own.window(), "result").wait_for()
        own.window().close()
        start(dapp, "sendSeveral", to=FRIEND, amount=0.1, count=3)
        sign_with(own, phone)
        assert len(outcome(dapp)["ok"]) == 3
        assert own.lamports(FRIEND) - before == SOL // 4 + 6 * SOL // 10
    finally:
        phone.close()
        own.context.close()


def sign_with(stage: Stage, phone: EnginePhone) -> None:
    window = stage.window()
    approve(window)
    phone.follow(link_of(window), stage.relay.url)
