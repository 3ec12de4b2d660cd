"""Every state of a request × everything that can happen to it: what becomes of it, what the page hears, and that a
transaction is on the chain at most once (docs/requests.md has the table in words).

A state is held at the very write that makes it durable, so that a crash hits it and no other.
"""

import asyncio
import json
from dataclasses import dataclass, field

import pytest

from tandem.wallet import desk
from wallet.conftest import ORIGIN, PASSWORD, RICH, Memory, Stage

DOCUMENT, TAB = "before", 7
DURABLE = ("received", "validated", "awaiting_unlock", "awaiting_approval", "awaiting_phone", "signed", "broadcast")
STATES = (*DURABLE[:5], "stalled", "signing", *DURABLE[5:], "done", "failed")

ONCE, NEVER = 1, 0
GOES_ON = ("ok", ONCE)
# By event: what the page that waits hears in the end, and how often the transaction was sent; `*` is every other state.
OUTCOMES: dict[str, dict[str, tuple[str, int]]] = {
    # Python's worker dies; the page is still there and its channel sends the request again.
    "killed": {
        "awaiting_phone": ("wallet_restarted", NEVER),
        "signing": ("signing_interrupted", NEVER),
        "failed": ("user_rejected", NEVER),
        "*": GOES_ON,
    },
    # The page is loaded anew in its tab and asks the same.
    "reloaded": {"done": ("user_rejected", ONCE), "failed": ("user_rejected", NEVER), "*": GOES_ON},
    # The page goes away and never comes back; the person decides all the same.
    "left": {"failed": ("nothing", NEVER), "*": ("nothing", ONCE)},
    # Worker and page are gone together: what was not approved is asked again, what was approved is not signed again.
    "restarted": {
        "awaiting_phone": ("nothing", NEVER),
        "signing": ("nothing", NEVER),
        "failed": ("nothing", NEVER),
        "*": ("nothing", ONCE),
    },
    "cancelled": {
        "awaiting_phone": ("cancelled", NEVER),
        "signing": ("cancelled", NEVER),
        "stalled": ("phone_timeout", NEVER),
        "signed": GOES_ON,
        "broadcast": GOES_ON,
        "done": GOES_ON,
        "*": ("user_rejected", NEVER),
    },
    "locked": {"failed": ("user_rejected", NEVER), "*": GOES_ON},
    # The person disconnects the site.
    "revoked": {
        **dict.fromkeys(("received", "validated", "awaiting_unlock", "awaiting_approval"), ("not_permitted", NEVER)),
        "failed": ("user_rejected", NEVER),
        "*": GOES_ON,
    },
}


class Held(Memory):
    """Holds the write by which a record gets into a state, after it is durable."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.reached, self.go_on = "", asyncio.Event(), asyncio.Event()

    def hold(self, state: str) -> None:
        self.state, self.reached, self.go_on = state, asyncio.Event(), asyncio.Event()

    async def put(self, key: str, value: bytes) -> None:
        await super().put(key, value)
        if key == "records" and self.state and json.loads(value)[-1]["state"] == self.state:
            self.reached.set()
            await self.go_on.wait()

    def release(self) -> None:
        self.state = ""
        self.go_on.set()


@dataclass
class Case:
    """One request on its way to a state, and what happens to it there."""

    stage: Stage
    store: Held
    value: int
    asked: asyncio.Future = field(init=False)
    following: list[asyncio.Task] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)

    def ask(self, document: str, key: str, tab: int = TAB) -> asyncio.Future:
        send = {"from": self.stage.address, "to": RICH, "value": hex(self.value), "gas": "0x5208"}
        return self.stage.dapp("eth_sendTransaction", send, document=document, key=key, tab=tab)

    @property
    def record(self) -> dict:
        return json.loads(self.store.values["records"])[-1]

    @property
    def shown(self) -> dict:
        return next(r for r in self.stage.state["requests"] if r["id"] == self.id)

    async def bring_to(self, state: str) -> None:
        if state in DURABLE:
            self.store.hold(state)
        if state == "awaiting_unlock":
            await self.stage.call("lock")
        self.asked = self.ask(DOCUMENT, f"{DOCUMENT}:{self.value}")
        if state in DURABLE[:4]:
            await asyncio.wait_for(self.store.reached.wait(), 20)
            self.id = self.record["id"]
            return
        self.id = (await self.stage.request("awaiting_approval"))["id"]
        if state == "failed":
            await self.stage.call("decide", request=self.id, approve=False)
            return
        if state == "stalled":
            await self.stage.call("set_settings", phone_wait_seconds=1)
        self.following.append(asyncio.ensure_future(self.stage.send("decide", request=self.id, approve=True)))
        if state in DURABLE:
            if state != "awaiting_phone":
                await self.follow()
            await asyncio.wait_for(self.store.reached.wait(), 20)
        elif state == "stalled":
            await self.stage.request("stalled")
            await self.stage.call("set_settings", phone_wait_seconds=300)
        else:
            await self.follow()
            await self.stage.until(lambda s: s["requests"][-1]["state"] == state)

    async def follow(self) -> None:
        link = await self.stage.until(lambda _: (self.shown["phone"] or {}).get("link"))
        self.followed.add(link)
        self.following.append(asyncio.ensure_future(self.stage.phone.follow(link)))

    async def crash(self) -> None:
        await self.stage.crash()
        for task in self.following:
            task.cancel()
        self.store.release()
        await self.stage.boot()

    async def happen(self, event: str) -> asyncio.Future | None:
        """What the page waits for afterwards; None where there is no page any more."""
        stage = self.stage
        match event:
            case "killed":
                await self.crash()
                return self.ask(DOCUMENT, f"{DOCUMENT}:{self.value}")
            case "restarted":
                await self.crash()
                return None
            case "left":
                stage.send("page", document=DOCUMENT, gone=True)
                return None
            case "reloaded":
                stage.send("page", document=DOCUMENT, gone=True)
                return self.ask("after", f"after:{self.value}")
            case "cancelled":
                stage.send("cancel_request", request=self.id)
            case "locked":
                stage.send("lock")
            case "revoked":
                stage.send("disconnect_site", origin=self.record["origin"])
        return self.asked

    async def finish(self) -> None:
        """The person does what there is to do: unlocks, approves, invites again; No to what comes anew."""
        stage = self.stage
        while open_ones := [r for r in stage.state["requests"] if r["state"] not in ("done", "failed")]:
            stage._moved.clear()
            for request in open_ones:
                if request["state"] == "awaiting_unlock" or (stage.state["stage"] == "locked" and not request["phone"]):
                    await stage.call("unlock", password=PASSWORD)
                elif request["state"] == "awaiting_approval":
                    await stage.send("decide", request=request["id"], approve=request["id"] == self.id)
                elif request["state"] == "stalled":
                    await stage.call("renew_request", request=request["id"])
                elif request["phone"] and request["phone"]["link"] not in self.followed:
                    await self.follow()
                else:
                    await asyncio.wait_for(stage._moved.wait(), 20)
                break


async def heard(answer: asyncio.Future | None) -> str:
    if answer is None:
        return "nothing"
    said = await asyncio.wait_for(answer, 20)
    return "ok" if "ok" in said else said["err"]["data"]["reason"]


@pytest.mark.parametrize("state", STATES)
def test_what_happens_in_a_state(play, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setattr(desk, "TRACE_PAUSE", 0.05)

    async def story(stage: Stage) -> None:
        store = stage.store = Held()
        await stage.connected()
        await stage.fund()
        for value, event in enumerate(OUTCOMES, 1):
            before = int(str(await stage.rpc("eth_getTransactionCount", stage.address, "pending")), 16)
            case = Case(stage, store, value)
            await case.bring_to(state)
            at = case.shown["state"] if state == "signing" else case.record["state"]
            assert at == state, event
            prompts = stage.events.count({"event": "prompt"})
            waits = await case.happen(event)
            await asyncio.sleep(0.02)  # whatever it leads to has begun
            store.release()
            await stage.call("state")
            if event == "reloaded" and state not in ("done", "failed"):  # these are asked anew, which takes its time
                assert stage.events.count({"event": "prompt"}) > prompts
            await case.finish()
            told, sent = OUTCOMES[event].get(state, OUTCOMES[event]["*"])
            assert await heard(waits) == told, event
            after = int(str(await stage.rpc("eth_getTransactionCount", stage.address, "pending")), 16)
            assert after - before == sent, event
            again = event == "reloaded" and state in ("done", "failed")
            mine = [r for r in json.loads(store.values["records"]) if f'"{hex(value)}"' in r["text"]]
            assert len(mine) == 1 + again, event
            if event in ("left", "restarted") and state not in ("done", "failed"):
                assert mine[0]["gone_at"] is not None, event
            if stage.state["stage"] == "locked":
                await stage.call("unlock", password=PASSWORD)
            if event == "revoked":
                asked = stage.dapp("eth_requestAccounts")
                await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
                await asked
            await stage.call("forgive_site", origin=ORIGIN)
            for request in stage.state["requests"]:
                await stage.call("dismiss_request", request=request["id"])

    play(story)
