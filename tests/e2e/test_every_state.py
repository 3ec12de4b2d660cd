"""One request in every state that lasts, and then all of them at once: the process of the wallet is killed, the
extension is reloaded, the browser is started again (docs/requests.md has the table).

*validated* and *broadcast* last as long as one write; tests/wallet/test_states.py holds them there.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page
from tools.demo import connect_dapp
from tools.processes import Processes
from tools.stage import CALL, EVM, PASSWORD, RICH, Phone, Stage, ask, begin, part, rpc

from e2e.gate import Gate

OTHER = 11155111
HELLO = "0x" + b"hello".hex()
WAITING = {"received": "awaiting_unlock", "awaiting_unlock": "awaiting_unlock", "stalled": "awaiting_unlock"}
AFTERWARDS = WAITING | {
    "awaiting_approval": "awaiting_approval",
    "awaiting_phone": "wallet_restarted",
    "signing": "signing_interrupted",
    "signed": "done",
    "done": "done",
    "failed": "user_rejected",
}


@dataclass
class Play:
    """A browser of its own, with a gate before the node and one before the relay."""

    stage: Stage
    node: Gate
    relay: Gate
    shares: object
    account: str = ""
    requests: dict[str, str] = field(default_factory=dict)  # by their states, their ids

    def call(self, name: str, **params: object) -> object:
        answer = self.screen.evaluate(CALL, [name, params])
        assert "ok" in answer, (name, answer)
        return answer["ok"]

    def look(self) -> None:
        """The page through which the wallet is asked."""
        self.screen = self.stage.page("popup.html")
        part(self.screen, "starting").wait_for(state="detached")

    def state_of(self, request: str) -> str:
        found = next(r for r in self.call("state")["requests"] if r["id"] == request)  # type: ignore[index]
        return str(found["error"]["reason"] if found["state"] == "failed" else found["state"])

    def states(self) -> dict[str, str]:
        return {state: self.state_of(request) for state, request in self.requests.items()}

    def until(self, wanted: Callable[[], object], what: str) -> object:
        end = time.monotonic() + 60
        while not (found := wanted()):
            assert time.monotonic() < end, what
            self.screen.wait_for_timeout(30)
        return found

    def ask(self, page: Page, name: str, method: str, *params: object) -> str:
        """A request of the page, whose answer goes by `name`; its id."""
        known = {r["id"] for r in self.call("state")["requests"]}  # type: ignore[index]
        begin(page, method, *params, name=name)

        def fresh() -> str | None:
            return next((r["id"] for r in self.call("state")["requests"] if r["id"] not in known), None)  # type: ignore[index]

        return str(self.until(fresh, name))

    def message(self, page: Page, name: str) -> str:
        request = self.ask(page, name, "personal_sign", "0x" + name.encode().hex(), self.account)
        self.until(lambda: self.state_of(request) == "awaiting_approval", name)
        return request

    def send(self, page: Page, name: str, value: int) -> str:
        wish = {"from": self.account, "to": RICH, "value": hex(value), "gas": "0x5208"}
        return self.ask(page, name, "eth_sendTransaction", wish)

    def approved(self, request: str) -> str:
        """The link by which the phone is invited."""
        self.until(lambda: self.state_of(request) == "awaiting_approval", "approval")
        self.call("decide", request=request, approve=True)

        def link() -> str | None:
            found = next(r for r in self.call("state")["requests"] if r["id"] == request)  # type: ignore[index]
            return found["phone"] and found["phone"]["link"]

        return str(self.until(link, "link"))

    def bring(self, page: Page) -> None:
        """One request into each state."""
        found = self.requests = {}
        found["failed"] = self.message(page, "failed")
        self.call("decide", request=found["failed"], approve=False)
        found["stalled"] = self.message(page, "stalled")
        self.call("set_settings", phone_wait_seconds=1)
        self.approved(found["stalled"])
        self.until(lambda: self.state_of(found["stalled"]) == "stalled", "stalled")
        self.call("set_settings", phone_wait_seconds=300)
        found["awaiting_phone"] = self.message(page, "awaiting_phone")
        self.approved(found["awaiting_phone"])
        found["awaiting_approval"] = self.message(page, "awaiting_approval")
        found["signed"] = self.send(page, "signed", 5)
        self.node.hold(lambda _m, _p, body: b"eth_sendRawTransaction" in body)
        self.phone().follow(self.approved(found["signed"]))
        self.until(lambda: self.state_of(found["signed"]) == "signed", "signed")
        # On another network: on one the phone is asked for one transaction after the other.
        assert ask(page, "wallet_switchEthereumChain", {"chainId": hex(OTHER)})["result"] is None
        found["signing"] = self.send(page, "signing", 6)
        link = self.approved(found["signing"])
        self.cut()
        self.doomed = self.phone()
        self.doomed.follow(link)
        self.until(lambda: self.state_of(found["signing"]) == "signing", "signing")
        assert ask(page, "wallet_switchEthereumChain", {"chainId": "0x7a69"})["result"] is None
        self.node.hold(lambda _m, _p, body: b"eth_sendRaw" in body or b"eth_getTransactionCount" in body)
        found["received"] = self.send(page, "received", 7)
        self.call("lock")
        found["awaiting_unlock"] = self.ask(page, "awaiting_unlock", "personal_sign", HELLO, self.account)
        self.until(lambda: self.state_of(found["awaiting_unlock"]) == "awaiting_unlock", "awaiting_unlock")
        assert self.states() == {state: state for state in found} | {"failed": AFTERWARDS["failed"]}

    def cut(self) -> None:
        """From the phone's first message in a session on, none of ours leaves."""
        party = str(self.call("state")["vault"]["party"])  # type: ignore[index]
        heard: set[str] = set()

        def passed(method: str, path: str, said: bytes) -> None:
            parts = path.partition("?")[0].split("/")
            if method == "GET" and parts[1] == "message" and parts[3] == party and len(said) > 4:
                heard.add(parts[2])

        def held(method: str, path: str, body: bytes) -> bool:
            parts = path.partition("?")[0].split("/")
            ours = method == "POST" and parts[1] == "message" and json.loads(body).get("from") == party
            return ours and parts[2] in heard

        self.relay.passed = passed
        self.relay.hold(held)

    def let_go(self) -> None:
        """Node and relay answer everything again."""
        self.node.open()
        self.relay.open()

    def phone(self) -> Phone:
        return self.stage.phone(folder=self.shares)  # type: ignore[arg-type]

    def is_told(self, gone: bool) -> None:
        """Every request is where the table says, and it is known whether its page is there."""
        expected = {state: AFTERWARDS[state] for state in self.requests}
        there, end = self.states(), time.monotonic() + 60
        while there != expected and time.monotonic() < end:
            self.screen.wait_for_timeout(100)
            there = self.states()
        assert there == expected
        shown = {r["id"]: r for r in self.call("state")["requests"]}  # type: ignore[index]
        for state in (*WAITING, "awaiting_approval"):
            assert shown[self.requests[state]]["gone"] is gone, state

    def clear(self) -> None:
        """What waits goes before the person, and is cancelled."""
        self.doomed.child.process.kill()
        self.call("unlock", password=PASSWORD)
        for state in (*WAITING, "awaiting_approval"):
            request = self.requests[state]
            self.until(lambda r=request: self.state_of(r) == "awaiting_approval", state)  # type: ignore[misc]
            self.call("cancel_request", request=request)
        for request in self.requests.values():
            self.call("dismiss_request", request=request)
        for each in self.stage.context.pages[1:]:
            if each != self.screen:
                each.close()


@pytest.fixture
def at_work(running: Processes, stage: Stage) -> Iterator[Play]:
    own = Stage(running, stage.playwright)
    node, relay = Gate(own.chain.url), Gate(own.relay.url)
    own.use_local()
    shares = running.folder()
    phone = own.phone(folder=shares)
    own.create_vault(phone).close()
    dapp, account = connect_dapp(own)
    own.fund(account)
    dapp.close()
    own.call("set_settings", relay_url=relay.url)
    own.call("set_rpc", chain=EVM, url=node.url)
    other = running.anvil(chain_id=OTHER)
    rpc(other.url, "anvil_setBalance", [account, hex(10**18)])
    own.call("set_rpc", chain=f"eip155:{OTHER}", url=other.url)
    playing = Play(own, node, relay, shares, account)
    playing.look()
    yield playing
    own.context.close()
    node.close()
    relay.close()


def told(page: Page) -> dict[str, str]:
    """By request: `result`, the reason of its error, or nothing yet."""
    names = [name for name in AFTERWARDS if name != "done"]
    read = """(names) => names.map((name) => window[name]).map(
        (answer) => answer && (answer.error ? answer.error.data.reason : "result"))"""
    return dict(zip(names, page.evaluate(read, names), strict=True))


def test_all_states_at_once(at_work: Play) -> None:
    own, play = at_work.stage, at_work

    page = own.dapp()
    play.bring(page)
    killer = own.page("../icons/16.png")
    killer.evaluate("chrome.offscreen.closeDocument()")
    play.let_go()
    killer.close()
    play.look()
    play.is_told(gone=False)
    play.until(lambda: told(page)["signing"], "told")
    ends = {"awaiting_phone": "wallet_restarted", "signing": "signing_interrupted", "signed": "result"}
    ends |= {"failed": "user_rejected"}
    assert told(page) == dict.fromkeys((*WAITING, "awaiting_approval")) | ends
    play.clear()

    page = own.dapp()
    play.bring(page)
    own.reload_extension()
    play.let_go()
    page.wait_for_function("window.received !== null")
    assert told(page) == dict.fromkeys(told(page), "reload_tab") | {"failed": "user_rejected"}
    play.look()
    play.is_told(gone=True)
    page.reload()
    begin(page, "personal_sign", "0x" + b"awaiting_approval".hex(), play.account)
    play.until(lambda: not _gone(play, "awaiting_approval"), "taken over by the reloaded page")
    play.clear()

    page = own.dapp()
    play.bring(page)
    own.context.close()
    play.let_go()
    own.open_browser()
    play.look()
    play.is_told(gone=True)
    play.clear()


def _gone(play: Play, state: str) -> bool:
    found = play.call("state")["requests"]  # type: ignore[index]
    return bool(next(r for r in found if r["id"] == play.requests[state])["gone"])
