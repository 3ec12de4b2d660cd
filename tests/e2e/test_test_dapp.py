"""Every button of the MetaMask test dApp, clicked in Chromium; docs/test-dapp.md says what comes of each."""

import os
from collections.abc import Iterator

import pytest
from tools.processes import Processes
from tools.stage import Phone, Stage, rpc
from tools.test_dapp import BUTTONS, BY_ID, Button, Seat, row, skipped, write, written

WRITE = os.environ.get("TANDEM_WRITE") == "1"
PRESSED = [button for button in BUTTONS if not button.instead]
MALICIOUS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
seen: dict[str, str] = {}


@pytest.fixture(scope="module")
def seat(stage: Stage, phone: Phone, running: Processes) -> Iterator[Seat]:
    """At an origin of its own, connected, with the other chain that the page wants added."""
    other = running.anvil(chain_id=1338)
    page = stage.context.new_page()
    page.goto(running.dapp(other.url))
    seated = Seat(stage, phone, page)
    seated.press(BY_ID["connectButton"])
    stage.fund(seated.account)
    # The page's "malicious" address is where a fresh chain's first contract goes, and another test may have made one.
    code = rpc(stage.chain.url, "eth_getCode", [MALICIOUS, "latest"])
    rpc(stage.chain.url, "anvil_setCode", [MALICIOUS, "0x"])
    yield seated
    rpc(stage.chain.url, "anvil_setCode", [MALICIOUS, code])
    if WRITE:
        write(
            [
                skipped(button) if button.instead else seen.get(button.id, row(button, " | not run"))
                for button in BUTTONS
            ]
        )
    for open_page in stage.context.pages[1:]:
        open_page.close()
    stage.call("remove_network", chain="eip155:1338")


@pytest.mark.parametrize("button", PRESSED, ids=lambda button: button.id)
def test_button(seat: Seat, button: Button) -> None:
    seen[button.id] = row(button, seat.press(button))
    if not WRITE:
        assert seen[button.id] in written()


def test_every_button_is_in_the_table(seat: Seat) -> None:
    there = seat.page.evaluate(
        "() => [...document.querySelectorAll('button')].map((button) => button.id).filter(Boolean)"
    )
    assert sorted(there) == sorted(button.id for button in BUTTONS if button.id)
    if not WRITE:
        assert len(written()) == len(BUTTONS)
        for button in BUTTONS:
            if button.instead:
                assert skipped(button) in written()
