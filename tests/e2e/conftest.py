"""One browser with the built extension, a vault made with `tandem phone`, and the test pages, for all tests here."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from tools.demo import connect_dapp, connect_solana
from tools.processes import Processes
from tools.stage import WAIT, Phone, Stage

from tools import extension

# As patient as everything else here: a busy machine is slow, not wrong.
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="session")
def running() -> Iterator[Processes]:
    extension.ensure()
    with Processes() as processes:
        yield processes


@pytest.fixture(scope="session")
def stage(running: Processes) -> Iterator[Stage]:
    with sync_playwright() as playwright:
        tell_when_cut_off(playwright)
        yield Stage(running, playwright)


def tell_when_cut_off(playwright: Playwright) -> None:
    """What ends the task that reads from Playwright's driver is said by nobody: every call after it only hears that the
    connection is closed. The test it happens in shows the reason among its output. (The one reason so far: beside.py.)
    """

    def tell(reader: "asyncio.Task[None]") -> None:
        reason = "cancelled" if reader.cancelled() else repr(reader.exception())
        print(f"the reader of Playwright's driver ended: {reason}")
        reader.print_stack()

    (reader,) = (task for task in asyncio.all_tasks(playwright._loop) if "PipeTransport.run" in repr(task.get_coro()))
    reader.add_done_callback(tell)


@pytest.fixture(scope="session")
def shares(running: Processes):
    """The phone's folder: several phones of the tests are one device, one after the other."""
    return running.folder()


@pytest.fixture(scope="session")
def phone(stage: Stage, shares) -> Phone:
    stage.use_local()
    made = stage.phone(folder=shares)
    stage.create_vault(made).close()
    return made


@pytest.fixture(scope="session")
def account(stage: Stage, phone: Phone) -> str:
    """The connected account, funded."""
    page, address = connect_dapp(stage)
    page.close()
    stage.fund(address)
    return address


@pytest.fixture(scope="session")
def holder(stage: Stage, phone: Phone) -> str:
    """The Solana account, connected to the Solana page and funded."""
    page, address = connect_solana(stage)
    page.close()
    stage.fund_solana(address)
    return address


@pytest.fixture
def dapp(stage: Stage, account: str) -> Iterator[Page]:
    """A fresh tab of the connected test dApp; afterwards no request and no window is left."""
    page = stage.dapp()
    page.wait_for_function("document.querySelector('#accounts').innerText.startsWith('0x')")
    yield page
    tidy(stage)


@pytest.fixture
def solana(stage: Stage, holder: str) -> Iterator[Page]:
    """A fresh tab of the connected Solana page; afterwards no request and no window is left."""
    page = stage.solana()
    yield page
    tidy(stage)


def tidy(stage: Stage, keep: Page | None = None) -> None:
    """No request and no window is left; of the tabs only the first and `keep`."""

    def close() -> None:
        for other in stage.context.pages[1:]:
            if other != keep:
                other.close()

    close()
    left = [{"request": request["id"]} for request in stage.state()["requests"]]
    stage.calls(*((act, each) for each in left for act in ("cancel_request", "dismiss_request")))
    close()
