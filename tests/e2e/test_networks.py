"""Networks, fees and the history in a real browser, on real nodes."""

import csv
import io
import os
from pathlib import Path

from playwright.sync_api import Page, expect
from tools.stage import RICH, Phone, Stage, approve, ask, begin, link_of, outcome, part, rpc

from wallet.test_networks import MINE, anvil_of, serving

PICTURES = os.environ.get("TANDEM_PICTURES")


def look(page: Page, name: str) -> None:
    """A picture of a screen, where they are wanted."""
    if PICTURES:
        page.set_viewport_size({"width": 360, "height": 600})
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


# The dApp has put another thing at window.ethereum.
HEAR = """() => {
    window.heard = [];
    addEventListener("eip6963:announceProvider", ({ detail: { provider } }) => {
        for (const event of ["chainChanged", "message"]) provider.on(event, (data) => heard.push(data));
    }, { once: true });
    dispatchEvent(new Event("eip6963:requestProvider"));
}"""


def test_a_network_is_added_and_removed_in_the_settings(stage: Stage, account: str, dapp: Page) -> None:
    with serving(*anvil_of(MINE)) as node:
        rpc(node, "anvil_setBalance", [account, hex(5 * 10**18)])
        page = stage.page("popup.html")
        part(page, "settings").click()
        part(page, "add-network").click()
        for name, value in (("name", "Mine"), ("id", "424243"), ("symbol", "MIN"), ("node", node)):
            part(page, f"network-{name}").fill(value)
        look(page, "network-form")
        part(page, "save-network").click()
        expect(part(page, "network-outcome")).to_have_class("fault")  # the node is of another chain
        part(page, "network-id").fill(f"{MINE}")
        part(page, "save-network").click()
        shown = page.locator(f'[data-test="node"][data-url="{node}"]')
        expect(shown).to_have_attribute("data-health", "good")
        look(page, "network-nodes")
        part(page, "back").click()
        card = page.locator('[data-test="account-card"][data-space="eip155"]')
        part(card, "network").select_option(f"eip155:{MINE}")
        expect(part(card, "balance")).to_have_text("5 MIN")
        part(page, "settings").click()
        part(page, "rpc-network").select_option(f"eip155:{MINE}")
        # A page that listens to it is told that there is no more to hear, of each subscription once.
        assert ask(dapp, "wallet_switchEthereumChain", {"chainId": hex(MINE)})["result"] is None
        names = [ask(dapp, "eth_subscribe", kind)["result"] for kind in ("newHeads", "logs")]
        dapp.evaluate(HEAR)
        part(page, "remove-network").click()
        expect(part(page, "rpc-network")).not_to_have_value(f"eip155:{MINE}")
        page.close()
        dapp.wait_for_function("heard.length === 2")
        chain, over = dapp.evaluate("heard")
        assert chain == "0x1" and over["type"] == "tandem_subscriptionsEnded"
        assert over["data"]["subscriptions"] == names and over["data"]["error"]["code"] == 4902
        assert ask(dapp, "eth_unsubscribe", names[0])["result"] is False
        assert ask(dapp, "wallet_switchEthereumChain", {"chainId": "0x7a69"})["result"] is None
    stage.call("set_network", chain="eip155:31337")


def test_a_stuck_transaction_is_sped_up_and_the_history_tells_of_it(
    stage: Stage, account: str, phone: Phone, dapp: Page
) -> None:
    stage.fund(account)
    rpc(stage.chain.url, "evm_setAutomine", [False])
    try:
        begin(dapp, "eth_sendTransaction", {"from": account, "to": RICH, "value": "0x1"})
        window = stage.window()
        part(window, "speed-fast").click()
        expect(part(window, "speed-fast")).to_have_attribute("aria-pressed", "true")
        look(window, "speeds")
        approve(window)
        phone.follow(link_of(window))
        first = outcome(dapp)["result"]
        part(window, "close").click()

        page = stage.page("popup.html")
        part(page, "activity").click()
        old = page.locator(f'[data-test="activity-row"][data-hash="{first}"]')
        expect(old).to_have_attribute("data-status", "pending")
        look(page, "activity-pending")
        part(old, "speed-up").click()
        window = stage.window()
        expect(part(window, "title")).to_contain_text("higher fee")
        look(window, "speed-up")
        approve(window)
        phone.follow(link_of(window))
        part(window, "result").wait_for()
        part(window, "close").click()
        rpc(stage.chain.url, "evm_mine", [])

        page = stage.page("popup.html")
        part(page, "activity").click()
        old = page.locator(f'[data-test="activity-row"][data-hash="{first}"]')
        expect(old).to_have_attribute("data-status", "replaced")
        expect(part(page, "activity-row").first).to_have_attribute("data-status", "mined")
        part(page, "activity-search").fill(first)
        expect(part(page, "activity-row")).to_have_count(1)
        look(page, "activity-search")
        with page.expect_download() as download:
            part(page, "export-csv").click()
        (row,) = csv.DictReader(io.StringIO(Path(download.value.path()).read_text()))
        assert (row["name"], row["status"]) == (first, "replaced")
        page.close()
    finally:
        rpc(stage.chain.url, "evm_setAutomine", [True])
