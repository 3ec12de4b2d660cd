"""People's requests in a real browser: what the page hears, and that nothing is lost (issue 2, part G)."""

import re
import time

import pytest
from playwright.sync_api import Page, expect
from tools.stage import RICH, Phone, Stage, approve, ask, begin, link_of, mined, outcome, part

from tools import stage as theatre

HELLO = "0x" + b"hello".hex()


def waiting(stage: Stage, state: str) -> dict:
    """The newest request in `state`."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [r for r in stage.state()["requests"] if r["state"] == state]
        if found:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"no request is {state}")


def signed(answer: dict) -> bool:
    return len(answer.get("result", "")) == 132


def stop_service_worker(stage: Stage) -> None:
    page = stage.context.new_page()
    page.goto("chrome://serviceworker-internals/")
    row = page.locator(f"text=chrome-extension://{stage.extension}").first
    row.wait_for()
    page.evaluate("document.querySelectorAll('button.stop').forEach((button) => button.click())")
    page.wait_for_timeout(300)
    page.close()


def test_the_user_rejects(stage: Stage, account: str, dapp: Page) -> None:
    begin(dapp, "personal_sign", HELLO, account)
    part(stage.window(), "reject").click()
    error = outcome(dapp)["error"]
    assert (error["code"], error["data"]["reason"]) == (4001, "user_rejected")
    stage.window_gone()


def test_closing_the_window_is_not_a_no(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    begin(dapp, "personal_sign", HELLO, account)
    window = stage.window()
    part(window, "approve").wait_for()
    window.close()
    assert waiting(stage, "awaiting_approval")
    assert dapp.evaluate("window.answer") is None
    home = stage.page("popup.html")
    part(home, "open-request").click()
    window = stage.window()
    approve(window)
    phone.follow(link_of(window))
    assert signed(outcome(dapp))


def test_the_phone_declines(stage: Stage, account: str, phone: Phone, shares, dapp: Page) -> None:
    begin(dapp, "personal_sign", HELLO, account)
    window = stage.window()
    approve(window)
    no = stage.phone("--decline", "phone-no", folder=shares)
    no.follow(link_of(window))
    error = outcome(dapp)["error"]
    assert (error["code"], error["data"]["reason"]) == (4001, "phone_declined")
    expect(part(window, "error")).to_have_attribute("data-reason", "phone_declined")


def test_the_phone_never_comes(stage: Stage, account: str, dapp: Page) -> None:
    stage.call("set_settings", phone_wait_seconds=2)
    try:
        begin(dapp, "personal_sign", HELLO, account)
        window = stage.window()
        approve(window)
        expect(part(window, "error")).to_have_attribute("data-reason", "phone_timeout")
        assert dapp.evaluate("window.answer") is None
        part(window, "cancel").click()
        error = outcome(dapp)["error"]
        assert (error["code"], error["data"]["reason"]) == (-32603, "phone_timeout")
    finally:
        stage.call("set_settings", phone_wait_seconds=300)


def test_the_relay_is_not_there(stage: Stage, account: str, dapp: Page) -> None:
    stage.call("set_settings", relay_url="http://127.0.0.1:9")
    try:
        begin(dapp, "personal_sign", HELLO, account)
        window = stage.window()
        approve(window)
        part(window, "stalled").wait_for(timeout=60_000)
        expect(part(window, "error")).to_have_attribute("data-reason", "relay_unreachable")
        part(window, "cancel").click()
        assert outcome(dapp)["error"]["data"]["reason"] == "relay_unreachable"
    finally:
        stage.call("set_settings", relay_url=stage.relay.url)


def test_t28_the_service_worker_dies_while_the_phone_is_awaited(
    stage: Stage, account: str, phone: Phone, dapp: Page
) -> None:
    begin(dapp, "personal_sign", HELLO, account)
    window = stage.window()
    approve(window)
    link = link_of(window)
    stop_service_worker(stage)
    phone.follow(link)
    assert signed(outcome(dapp))


def test_t28_the_tab_is_reloaded_before_and_after_the_yes(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    send = {"from": account, "to": RICH, "value": "0x1"}
    begin(dapp, "eth_sendTransaction", send)
    window = stage.window()
    part(window, "approve").wait_for()
    dapp.reload()
    assert ask(dapp, "eth_accounts")["result"] == [account]
    approve(window)
    link = link_of(window)
    dapp.reload()
    phone.follow(link)
    done = waiting(stage, "done")
    receipt = mined(stage.chain.url, done["result"])
    assert receipt["status"] == "0x1"


def test_two_tabs_at_once(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    other = stage.dapp()
    begin(dapp, "personal_sign", "0x" + b"one".hex(), account)
    begin(other, "personal_sign", "0x" + b"two".hex(), account)
    window = stage.window()
    seen = []
    for _ in range(2):
        approve(window)
        link = link_of(window)
        assert link not in seen
        seen.append(link)
        phone.follow(link)
        part(window, "result").wait_for()
    answers = [outcome(page) for page in (dapp, other)]
    assert all(signed(answer) for answer in answers)
    for page, text, answer in ((dapp, b"one", answers[0]), (other, b"two", answers[1])):
        assert ask(page, "personal_ecRecover", "0x" + text.hex(), answer["result"])["result"] == account


def test_the_window_turns_to_the_request_that_is_opened_from_the_popup(stage: Stage, account: str, dapp: Page) -> None:
    other = stage.dapp()
    window = None
    for page, text in ((dapp, b"one"), (other, b"two")):
        begin(page, "personal_sign", "0x" + text.hex(), account)
        window = window or stage.window()
        expect(part(window, "message")).to_have_text("one")
    seen = []
    for number in range(2):
        popup = stage.page("popup.html")
        expect(part(popup, "open-request")).to_have_count(2)
        part(popup, "open-request").nth(number).click()
        part(window, "message").wait_for()
        stage.context.pages[0].wait_for_timeout(300)
        seen.append(part(window, "message").inner_text())
    assert sorted(seen) == ["one", "two"]


def test_the_wrong_chain(stage: Stage, account: str, dapp: Page) -> None:
    answer = ask(dapp, "eth_sendTransaction", {"from": account, "to": RICH, "value": "0x1", "chainId": "0x1"})
    assert (answer["error"]["code"], answer["error"]["data"]["reason"]) == (-32602, "wrong_network")
    assert ask(dapp, "wallet_switchEthereumChain", {"chainId": "0x5555"})["error"]["code"] == 4902
    assert ask(dapp, "wallet_switchEthereumChain", {"chainId": "0x1"})["result"] is None
    assert ask(dapp, "eth_chainId")["result"] == "0x1"
    assert dapp.locator("#chainId").inner_text() == "0x1"
    assert ask(dapp, "wallet_switchEthereumChain", {"chainId": "0x7a69"})["result"] is None


def test_a_locked_wallet_keeps_the_request(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    stage.call("lock")
    assert ask(dapp, "eth_accounts")["result"] == []
    begin(dapp, "personal_sign", HELLO, account)
    window = stage.window()
    part(window, "unlock-password").fill("not the password")
    part(window, "unlock").click()
    expect(part(window, "error")).to_have_attribute("data-reason", "wrong_password")
    part(window, "unlock-password").fill(theatre.PASSWORD)
    part(window, "unlock").click()
    approve(window)
    phone.follow(link_of(window))
    assert signed(outcome(dapp))


def test_a_token_is_deployed_and_its_transfer_is_told_in_words(
    stage: Stage, account: str, phone: Phone, dapp: Page
) -> None:
    dapp.locator("#createToken").click()
    window = stage.window()
    expect(part(window, "title")).to_have_attribute("data-kind", "transaction")
    approve(window)
    phone.follow(link_of(window))
    part(window, "result").wait_for()
    window.close()
    dapp.wait_for_function("document.querySelector('#erc20TokenAddresses').innerText.startsWith('0x')")
    dapp.locator("#transferTokens").click()
    window = stage.window()
    expect(part(window, "amount")).to_contain_text("TST")
    assert part(window, "warning").count() == 0
    approve(window)
    phone.follow(link_of(window))
    part(window, "result").wait_for()
    shown = next(e for e in reversed(phone.events()) if e["event"] == "show")
    assert any(label == "Send token" and "TST" in text for label, text in shown["lines"])


def test_t38_t44_a_hostile_page_gets_exact_errors_and_the_backend_lives_on(
    stage: Stage, account: str, dapp: Page
) -> None:
    nested = "(() => { let deep = []; for (let i = 0; i < 3000; i++) deep = [deep]; return deep; })()"
    for params, code in (
        (f"[{nested}]", -32700),
        ("['x'.repeat(2 << 20)]", -32602),
        ("7", -32602),
        ("[NaN, {}]", -32602),
    ):
        told = dapp.evaluate(
            f"""new Promise((done) => {{
                addEventListener("eip6963:announceProvider", ({{ detail }}) => {{
                    if (detail.info.rdns === "app.tandem.wallet")
                        detail.provider.request({{ method: "personal_sign", params: {params} }})
                            .then(() => done(0), (error) => done(error.code));
                }}, {{ once: true }});
                dispatchEvent(new Event("eip6963:requestProvider"));
            }})"""
        )
        assert told == code, params
    floods = dapp.evaluate(
        # Not window.ethereum: the test dApp's MetaMask SDK puts itself there, some time after it is loaded.
        """async (account) => {
            const ours = await new Promise((done) => {
                addEventListener("eip6963:announceProvider", ({ detail }) => {
                    if (detail.info.rdns === "app.tandem.wallet") done(detail.provider);
                });
                dispatchEvent(new Event("eip6963:requestProvider"));
            });
            return Promise.all([...Array(200)].map(() => Promise.race([
                ours.request({ method: "personal_sign", params: ["0x00", account] }).then(() => 0, (e) => e.code),
                new Promise((done) => setTimeout(() => done("waiting"), 3000))])));
        }""",
        account,
    )
    assert floods.count("waiting") == 10 and floods.count(-32005) == 190
    assert ask(dapp, "eth_chainId")["result"] == "0x7a69"
    assert ask(dapp, "eth_blockNumber")["result"].startswith("0x")


def test_another_origin_sees_nothing(stage: Stage, account: str) -> None:
    page = stage.context.new_page()
    page.goto(stage.dapp_url.replace("127.0.0.1", "localhost"))
    assert ask(page, "eth_accounts")["result"] == []
    assert ask(page, "personal_sign", HELLO, account)["error"]["code"] == 4100
    assert ask(page, "wallet_switchEthereumChain", {"chainId": "0x1"})["error"]["code"] == 4100
    page.close()


def test_t48_nothing_secret_is_stored_in_clear(stage: Stage, account: str, phone: Phone) -> None:
    page = stage.page("popup.html")
    stored = page.evaluate(
        """async () => {
            const out = [];
            for (const { name } of await indexedDB.databases()) {
                const asked = indexedDB.open(name);
                const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
                for (const table of db.objectStoreNames) {
                    const store = db.transaction(table).objectStore(table);
                    const read = (what) => new Promise((done) => { what.onsuccess = () => done(what.result); });
                    const [keys, values] = await Promise.all([read(store.getAllKeys()), read(store.getAll())]);
                    keys.forEach((key, i) => out.push([String(key), [...new Uint8Array(values[i])]]));
                }
                db.close();
            }
            return [out, Object.keys(localStorage)];
        }"""
    )
    values, local = stored
    page.close()
    assert local == []
    names = {key for key, _ in values}
    assert {"vault/0", "vault/1"} <= names
    for key, content in values:
        data = bytes(content)
        # A sealed share is noise; anything else is readable, and no word of it is a share (65,968 bytes and more).
        if key.startswith("vault/") and key != "vault/public":
            assert data[:4] == b"TNDM" and len(set(data[100:2000])) > 200
        else:
            assert not re.search(rb"[0-9A-Za-z+/=_-]{60000}", data), key
            assert data.decode("utf-8")
            assert theatre.PASSWORD.encode() not in data


@pytest.mark.parametrize("page_name", ["popup.html", "approve.html", "onboarding.html"])
def test_pages_of_the_web_cannot_frame_ours(stage: Stage, page_name: str) -> None:
    page = stage.dapp()
    page.evaluate(
        f"""() => {{ const frame = document.createElement("iframe");
            frame.src = "chrome-extension://{stage.extension}/ui/{page_name}"; document.body.append(frame); }}"""
    )
    page.wait_for_timeout(500)
    assert all("chrome-extension" not in frame.url or "chrome-error" in frame.url for frame in page.frames)
    page.close()
