"""The demo step: the whole way, from nothing to a transaction on an EVM chain and one on Solana.

With a person, or (--headless) without one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools import extension, place, program
from tools.place import Refused
from tools.processes import Processes
from tools.stage import Phone, Stage, approve, link_of, part, rpc

SHOTS = place.BUILD / "demo"
# The pictures of the README, by what their step is called.
README = {"connect": "the-site-asks", "transaction": "a-transaction-is", "phone": "awaited-again"}


class Narrator:
    """Prints each step with the time it took, and keeps a picture of it."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._count = 0
        SHOTS.mkdir(parents=True, exist_ok=True)
        for old in SHOTS.glob("*.png"):
            old.unlink()

    def step(self, text: str, page: Page | None = None) -> None:
        now = time.monotonic()
        print(f"{now - self._begun:7.2f} s  (+{now - self._last:.2f})  {text}", flush=True)
        if page is not None:
            self._count += 1
            name = "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split()[:6])
            page.screenshot(path=SHOTS / f"{self._count:02d}-{name}.png")
        self._last = time.monotonic()


def mined(play: Stage, sent: str) -> bool:
    receipt = rpc(play.chain.url, "eth_getTransactionReceipt", [sent])
    return isinstance(receipt, dict) and receipt["status"] == "0x1"


def connect_dapp(play: Stage, shot: Callable[[Page], None] = lambda _: None) -> tuple[Page, str]:
    """The test dApp, connected through its own button; gives page and account."""
    page = play.dapp()
    page.wait_for_function("document.querySelector('#chainId').innerText === '0x7a69'")
    page.locator("#connectButton").click()
    window = play.window()
    part(window, "approve").wait_for()
    shot(window)
    approve(window)
    page.wait_for_function("document.querySelector('#accounts').innerText.startsWith('0x')")
    account = page.locator("#accounts").inner_text().strip()
    play.window_gone()
    return page, account


def connect_solana(play: Stage, shot: Callable[[Page], None] = lambda _: None) -> tuple[Page, str]:
    """The Solana page, connected through its own button; gives page and account."""
    page = play.solana()
    page.locator('[data-act="connect"]').click()
    window = play.window()
    part(window, "approve").wait_for()
    shot(window)
    approve(window)
    page.wait_for_function("document.querySelector('#account').dataset.address")
    account = str(page.locator("#account").get_attribute("data-address"))
    play.window_gone()
    return page, account


def headless() -> int:
    told = Narrator()
    with Processes() as running, sync_playwright() as playwright:
        play = Stage(running, playwright)
        phone = play.phone()
        told.step("relay, both chains, both test pages, phone and browser are up")
        play.use_local()
        told.step("the extension uses our relay and the local chains")
        page = play.onboarding()
        told.step("onboarding is filled in", page)
        part(page, "create").click()
        link = link_of(page)
        told.step("the vault waits for the phone", page)
        phone.follow(link)
        part(page, "success").wait_for()
        told.step("vault made together", page)
        page.close()
        dapp, account = connect_dapp(play, lambda window: told.step("the site asks to connect", window))
        told.step(f"connected as {account}", dapp)
        play.fund(account)
        sign(play, dapp, phone, told)
        sent = send(play, dapp, phone, told)
        if not mined(play, sent):
            raise Refused(f"{sent} is not mined")
        told.step("mined")
        play.window_gone()
        executed = solana(play, phone, told)
        home = play.page("popup.html")
        part(home, "balance").first.wait_for()
        told.step("both accounts at home", home)
    print(f"transaction {sent} mined")
    print(f"transaction {executed} executed")
    print(f"pictures in {SHOTS.relative_to(place.ROOT)}/")
    return 0


def solana(play: Stage, phone: Phone, told: Narrator) -> str:
    """A Solana page on the wallet adapter: connect, sign a message, send; gives the transaction's id."""
    page, account = connect_solana(play, lambda window: told.step("a Solana page asks to connect", window))
    told.step(f"connected to Solana as {account}", page)
    play.fund_solana(account)
    for act, asked in (("signMessage", "a message for Solana"), ("send", "a transfer on Solana")):
        page.locator(f'[data-act="{act}"]').first.click()
        window = play.window()
        part(window, "approve").wait_for()
        told.step(asked, window)
        approve(window)
        link = link_of(window)
        told.step(f"the phone is awaited for {asked}", window)
        phone.follow(link)
        result = page.locator(f'output[data-act="{act}"]:not([data-state="busy"])')
        result.wait_for()
        answer = json.loads(str(result.get_attribute("data-result")))
        if act == "signMessage" and not answer.get("ok", {}).get("verified"):
            raise Refused(f"the page does not accept the signature: {answer}")
        if act == "signMessage":
            told.step("verified by the page")
            play.window_gone()
    if answer.get("ok", {}).get("err", answer):
        raise Refused(f"the chain has not executed it: {answer}")
    told.step("executed", page)
    return str(answer["ok"]["signature"])


def sign(play: Stage, dapp: Page, phone: Phone, told: Narrator) -> None:
    dapp.locator("#personalSign").click()
    window = play.window()
    part(window, "approve").wait_for()
    told.step("a message is to be signed", window)
    approve(window)
    link = link_of(window)
    told.step("the phone is awaited", window)
    phone.follow(link)
    dapp.wait_for_function("document.querySelector('#personalSignResult').innerText.startsWith('0x')")
    told.step("signed by browser and phone")
    play.window_gone()
    dapp.locator("#personalSignVerify").click()
    said = dapp.locator("#personalSignVerifyECRecoverResult")
    dapp.wait_for_function("document.querySelector('#personalSignVerifyECRecoverResult').innerText.startsWith('0x')")
    if said.inner_text().strip().lower() != dapp.locator("#accounts").inner_text().strip().lower():
        raise Refused("the dApp does not recover the account from the signature")
    told.step("the dApp recovers the account from the signature", dapp)


def send(play: Stage, dapp: Page, phone: Phone, told: Narrator) -> str:
    before = int(str(rpc(play.chain.url, "eth_blockNumber", [])), 16)
    dapp.locator("#sendEIP1559Button").click()
    window = play.window()
    part(window, "approve").wait_for()
    told.step("a transaction is to be sent", window)
    approve(window)
    link = link_of(window)
    told.step("the phone is awaited again", window)
    phone.follow(link)
    result = part(window, "result")
    result.wait_for()
    sent = str(result.get_attribute("data-result"))
    told.step(f"sent {sent}", window)
    deadline = time.monotonic() + 20
    while not mined(play, sent) and time.monotonic() < deadline:
        time.sleep(0.05)
    if int(str(rpc(play.chain.url, "eth_blockNumber", [])), 16) <= before:
        raise Refused("no block was mined")
    return sent


GUIDE = """
A browser with Tandem is open, and everything else runs on this machine:

  relay          {relay}
  EVM chain      {chain}    test dApp    {dapp}
  Solana chain   {ledger}    Solana page  {solana}

1  In the tab that is open, create a vault. A QR code appears; press "Copy link" below it.
2  Paste the link here and press Enter. This terminal plays your phone: read what it says, and answer.
3  Go to the test dApp's tab. Press "Connect", and say yes in Tandem's window.
   Your account is given 10 ETH of the local chain as soon as it exists.
4  Press "Sign" under Personal Sign, or "Send EIP 1559". Approve, copy the link, paste it here.
5  The same on the Solana page: "Connect", then "Sign message", "Sign in" or "Send". You have 10 SOL of the local chain.

An empty line or Ctrl-C ends the demo.
"""


def with_person() -> int:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise Refused("there is no screen here; use: python3 build.py demo --headless")
    with Processes() as running, sync_playwright() as playwright:
        play = Stage(running, playwright, headless=False)
        play.use_local()
        shares = running.folder()
        opened = {page.url.rsplit("/", 1)[-1]: page for page in play.context.pages}
        play.dapp()
        play.solana()
        # The extension opens its first page by itself when it is installed.
        (opened.get("onboarding.html") or play.page("onboarding.html")).bring_to_front()
        if blank := opened.get("about:blank"):
            blank.close()
        urls = {"relay": play.relay.url, "chain": play.chain.url, "ledger": play.ledger.url}
        print(GUIDE.format(**urls, dapp=play.dapp_url, solana=play.solana_url))
        while link := input("link> ").strip():
            follow(link, shares)
            for account in play.state()["accounts"]:
                (play.fund if account["space"] == "eip155" else play.fund_solana)(account["address"])
    return 0


def follow(link: str, shares: Path) -> None:
    """`tandem phone` in this terminal."""
    command = [str(place.PYTHON), "-m", "tandem", "phone", link, "--data", str(shares)]
    subprocess.run(command, env=program.environment(), check=False)


def main(arguments: list[str]) -> int:
    """`--headless` drives it without a person, `--readme` renews the README's pictures. 0 when it was mined."""
    if arguments not in ([], ["--headless"], ["--headless", "--readme"]):
        raise Refused("usage: build.py demo [--headless [--readme]]")
    extension.ensure()
    if not arguments:
        return with_person()
    code = headless()
    if "--readme" in arguments:
        kept = place.ROOT / "docs" / "screenshots"
        kept.mkdir(exist_ok=True)
        for name, picture in README.items():
            shutil.copyfile(next(SHOTS.glob(f"*{picture}*.png")), kept / f"{name}.png")
    return code
