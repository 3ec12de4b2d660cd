"""The history: kept, bounded, searched, exported; what the network says of a transaction, on a real node."""

import asyncio
import csv
import io
import json
from collections.abc import Callable

import pytest

from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainUnreachable, WireError
from tandem.provider.record import Record
from tandem.wallet.activity import MAX_ROWS, SEGMENT, Activity, Row, row_from_json
from tandem.wallet.export import as_csv, as_json
from tandem.wallet.family import Outcome
from tandem.wallet.follow import Follower
from wallet.conftest import ORIGIN, PASSWORD, RICH, Memory, Stage
from wallet.test_networks import anvil_of, serving


def record(number: int, **fields: object) -> Record:
    known = {
        "id": f"r{number}",
        "key": f"d:{number}",
        "origin": ORIGIN,
        "top": ORIGIN,
        "document": "d",
        "method": "eth_sendTransaction",
        "text": "",
        "kind": "transaction",
        "state": "done",
        "created": 1000 + number,
        "chain": "eip155:1",
        "account": RICH,
        "summary": {"title": "send", "amount": {"value": "1", "symbol": "ETH"}, "to": RICH},
        "chosen": {"nonce": "7"},
    }
    return Record(**(known | fields))  # type: ignore[arg-type]


def sent(number: int, state: str = "done", **fields: object) -> Record:
    return record(number, state=state, raw=("0x02",), sent=(f"0x{number:064x}",), sends=True, **fields)


def test_what_happens_to_a_request_is_one_row_each() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(record(1, kind="message", state="awaiting_phone"))
        assert activity.newest_first() == []
        await activity.note(record(1, kind="message", state="done"))
        await activity.note(record(2, state="failed", error={"code": 4001, "data": {"reason": "user_rejected"}}))
        await activity.note(sent(3, "signed"))
        (signed, rejected, message) = activity.newest_first()
        assert (signed.status, rejected.status, rejected.reason, message.status) == (
            "signed",
            "failed",
            "user_rejected",
            "done",
        )
        await activity.note(sent(3))
        (waiting, *_) = activity.newest_first()
        assert (waiting.status, waiting.nonce, waiting.amount, waiting.number) == ("pending", 7, "1 ETH", 2)
        assert activity.keeps() == {"r3"}

    asyncio.run(story())


def test_what_the_network_said_is_not_overwritten_by_the_record() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(sent(1))
        (row,) = activity.followed()
        await activity.put([Row(**(row.to_json() | {"status": "mined", "block": 5}))])  # type: ignore[arg-type]
        await activity.note(sent(1))
        assert activity.newest_first()[0].block == 5

    asyncio.run(story())


def test_a_batch_that_broke_off_says_which_were_not_sent() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        calls = {"calls": [{"title": "erc20_approve"}, {"title": "contract_call"}]}
        batch = record(1, state="signed", raw=("0x02", "0x03"), sent=("0xaa", "0xbb"), summary=calls)
        await activity.note(batch)
        await activity.note(record(1, raw=("0x02",), sent=("0xaa",), summary=calls))
        assert [(row.title, row.status) for row in activity.newest_first()] == [
            ("contract_call", "unsent"),
            ("erc20_approve", "pending"),
        ]

    asyncio.run(story())


def test_it_is_bounded_and_survives_a_restart() -> None:
    async def story() -> None:
        store = Memory()
        activity = Activity(store)
        await activity.load()
        for number in range(MAX_ROWS + SEGMENT + 1):
            await activity.note(record(number, kind="message"))
        rows = activity.newest_first()
        assert MAX_ROWS - SEGMENT < len(rows) <= MAX_ROWS and rows[0].request == f"r{MAX_ROWS + SEGMENT}"
        again = Activity(store)
        await again.load()
        assert again.newest_first() == rows
        await again.note(record(99_999, kind="message"))
        assert again.newest_first()[0].number == rows[0].number + 1
        assert len([key for key in store.values if key.startswith("activity/")]) <= MAX_ROWS // SEGMENT

    asyncio.run(story())


def test_a_damaged_segment_is_set_aside_and_costs_no_other() -> None:
    async def story() -> None:
        store = Memory()
        activity = Activity(store)
        for number in range(SEGMENT + 1):
            await activity.note(record(number, kind="message"))
        store.values["activity/0"] = b"[{}]"
        again = Activity(store)
        await again.load()
        assert len(again.newest_first()) == 1 and store.values["activity/0.broken"] == b"[{}]"

    asyncio.run(story())


@pytest.mark.parametrize(
    "change", [{"status": "lost"}, {"number": "1"}, {"final": 1}, {"origin": None}, {"nonce": "7"}]
)
def test_what_is_no_row(change: dict) -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(sent(1))
        good = activity.newest_first()[0].to_json()
        assert row_from_json(good).to_json() == good
        with pytest.raises(WireError):
            row_from_json(good | change)

    asyncio.run(story())


def test_a_spreadsheet_gets_text_and_never_a_formula() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(record(1, kind="message", origin='=HYPERLINK("x")', summary={"title": 'a "b", c'}))
        rows = activity.newest_first()
        (read,) = csv.DictReader(io.StringIO(as_csv(rows)))
        assert read["origin"] == '\'=HYPERLINK("x")' and read["title"] == 'a "b", c'
        assert read["time"] == "1970-01-01 00:16 UTC" and read["final"] == "false"
        assert json.loads(as_json(rows))[0]["title"] == 'a "b", c'

    asyncio.run(story())


class Chain:
    """A family of which the test says what its nodes say, and the clock beside it."""

    def __init__(self, activity: Activity) -> None:
        self.said: dict[str, Outcome | Exception] = {}
        self.asked = 0
        self.time = 2000.0
        self.follower = Follower(activity, {"eip155": self}, self, lambda: None)  # type: ignore[dict-item,arg-type]

    def now(self) -> float:
        return self.time

    async def outcome(self, _chain: str, _account: str, name: str, _nonce: int | None) -> Outcome:
        self.asked += 1
        said = self.said[name]
        if isinstance(said, Exception):
            raise said
        return said

    async def look(self, seconds: float = 700.0) -> None:
        self.time += seconds
        await self.follower.look()


def test_a_transaction_is_followed_until_it_is_final() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(sent(1))
        chain, name = Chain(activity), f"0x{1:064x}"
        for said, status, final in (
            (ChainUnreachable(), "pending", False),
            (NodeRefused(-32000, "no", None), "pending", False),
            (Outcome("pending"), "pending", False),
            (Outcome("mined", 5, 1), "mined", False),
            (Outcome("pending"), "pending", False),  # the block was taken back
            (Outcome("reverted", 6, 1), "reverted", False),
            (Outcome("reverted", 6, 12, True), "reverted", True),
        ):
            chain.said[name] = said
            await chain.look()
            assert (activity.newest_first()[0].status, activity.newest_first()[0].final) == (status, final)
        asked = chain.asked
        await chain.look()
        assert chain.asked == asked  # nothing more is expected

    asyncio.run(story())


def test_one_that_no_node_knows_for_long_is_dropped_and_may_be_sent_again() -> None:
    async def story() -> None:
        activity = Activity(Memory())
        await activity.note(sent(1))
        chain = Chain(activity)
        chain.said[f"0x{1:064x}"] = Outcome("unknown")
        await chain.look(60)
        assert activity.newest_first()[0].status == "pending"
        await chain.look(301)
        assert activity.newest_first()[0].status == "dropped" and not activity.keeps()
        await activity.sent_again("r1", 1)
        assert activity.newest_first()[0].status == "pending"

    asyncio.run(story())


def test_when_one_of_a_nonce_is_mined_the_other_was_replaced() -> None:
    async def story() -> None:
        for said in (
            {1: Outcome("pending"), 2: Outcome("mined", 5, 1)},
            {1: Outcome("replaced"), 2: Outcome("mined", 5, 1)},
        ):
            activity = Activity(Memory())
            await activity.note(sent(1))
            await activity.note(sent(2, chosen={"nonce": "7", "replaces": f"0x{1:064x}"}))
            await activity.note(sent(3, chosen={"nonce": "8"}))
            chain = Chain(activity)
            chain.said = {f"0x{n:064x}": what for n, what in said.items()} | {f"0x{3:064x}": Outcome("pending")}
            await chain.look()
            other, new, old = activity.newest_first()
            assert (old.status, new.status, other.status) == ("replaced", "mined", "pending")
            assert new.replaces == old.name and old.replaced_by == new.name

    asyncio.run(story())


async def approve(stage: Stage, **fee: str) -> None:
    asked = await stage.request("awaiting_approval")
    await stage.call("decide", request=asked["id"], approve=True, fee=fee)
    link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
    await stage.phone.follow(link)


async def rows(stage: Stage, search: str = "") -> list[dict]:
    return (await stage.call("activity", search=search))["rows"]  # type: ignore[index]


async def until_status(stage: Stage, *wanted: str) -> list[dict]:
    async with asyncio.timeout(20):
        while True:
            found = [row for row in await rows(stage) if row["name"]]
            if [row["status"] for row in found] == list(wanted):
                return found
            await asyncio.sleep(0.1)


def test_a_stuck_transaction_is_sped_up_and_another_cancelled(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        with serving(*anvil_of(31337), "--no-mining") as slow:
            stage.rpc_url = slow
            await stage.call("set_rpc", chain="eip155:31337", urls=[slow])
            await stage.fund()
            wish = {"from": stage.address, "to": RICH, "value": "0x1"}
            asked = stage.dapp("eth_sendTransaction", wish)
            await approve(stage)
            first = (await asked)["ok"]
            (old,) = await until_status(stage, "pending")
            assert old["replaceable"] and old["name"] == first and old["nonce"] == 0

            await stage.call("replace_transaction", request=old["request"])
            shown = (await stage.request("awaiting_approval"))["summary"]
            assert (shown["nonce"], shown["replaces"], shown["cancels"]) == (0, first, False)
            paid = await stage.rpc("eth_getTransactionByHash", first)
            cheap = {"max_fee": str(int(paid["maxFeePerGas"], 16)), "priority_fee": "1"}  # type: ignore[index]
            low = await stage.send(
                "decide", request=(await stage.request("awaiting_approval"))["id"], approve=True, fee=cheap
            )
            assert low["err"]["data"]["reason"] == "bad_request"
            await approve(stage)
            new, old = await until_status(stage, "pending", "pending")
            assert new["replaces"] == first and new["origin"] == "tandem"
            await stage.rpc("evm_mine")
            new, old = await until_status(stage, "mined", "replaced")
            assert new["final"] and old["replaced_by"] == new["name"]
            late = await stage.send("replace_transaction", request=old["request"])
            assert late["err"]["data"]["reason"] == "bad_request"

            asked = stage.dapp("eth_sendTransaction", wish)
            await approve(stage)
            stuck = (await asked)["ok"]
            (row, *_) = await until_status(stage, "pending", "mined", "replaced")
            # Out of the list of requests, and across a restart: it can still be cancelled.
            await stage.call("dismiss_request", request=row["request"])
            assert row["request"] not in [request["id"] for request in stage.state["requests"]]
            await stage.crash()
            await stage.boot()
            await stage.call("unlock", password=PASSWORD)
            assert row["request"] not in [request["id"] for request in stage.state["requests"]]
            assert (await rows(stage))[0]["replaceable"]
            await stage.call("replace_transaction", request=row["request"], cancel=True)
            shown = (await stage.request("awaiting_approval"))["summary"]
            assert shown["cancels"] and shown["to"] == stage.address and shown["amount"]["exact"] == "0"
            await approve(stage)
            await until_status(stage, "pending", "pending", "mined", "replaced")
            await stage.rpc("evm_mine")
            await until_status(stage, "mined", "replaced", "mined", "replaced")
            assert await stage.rpc("eth_getTransactionReceipt", stuck) is None

            # Mined while the person looked at its replacement: told before the phone is asked.
            asked = stage.dapp("eth_sendTransaction", wish)
            await approve(stage)
            await asked
            (row, *_) = await until_status(stage, "pending", "mined", "replaced", "mined", "replaced")
            await stage.call("replace_transaction", request=row["request"])
            waiting = await stage.request("awaiting_approval")
            await stage.rpc("evm_mine")
            late = await stage.send("decide", request=waiting["id"], approve=True)
            assert late["err"]["data"]["reason"] == "already_mined"

    play(story)


def test_one_that_was_signed_and_not_taken_says_so_and_is_sent_again(play: Callable, anvil: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        with serving(*anvil_of(31337)) as dying:
            stage.rpc_url = dying
            await stage.fund()
            await stage.call("set_rpc", chain="eip155:31337", urls=[dying])
            asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": RICH, "value": "0x1"})
            waiting = await stage.request("awaiting_approval")
            await stage.call("decide", request=waiting["id"], approve=True)
            link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        assert (await asked)["err"]["data"]["reason"] == "chain_unreachable"
        (row,) = await until_status(stage, "unsent")
        assert row["sendable"] and row["reason"] == "chain_unreachable"
        await stage.crash()
        await stage.boot()
        await stage.call("unlock", password=PASSWORD)
        stage.rpc_url = anvil
        await stage.call("set_rpc", chain="eip155:31337", urls=[anvil])
        await stage.call("send_again", request=row["request"], place=0)
        (row,) = await until_status(stage, "mined")
        assert (await stage.receipt(row["name"]))["status"] == "0x1"
        again = await stage.send("send_again", request=row["request"], place=0)
        assert again["err"]["data"]["reason"] == "bad_request"

    play(story)


def test_it_is_searched_by_site_and_exported(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        assert [row["method"] for row in await rows(stage, "DAPP.example")] == ["eth_requestAccounts"]
        assert await rows(stage, "elsewhere") == []
        text = await stage.call("export_activity", format="csv")
        assert str(text).splitlines()[1].startswith('"20')
        exported = json.loads(str(await stage.call("export_activity", format="json", search="dapp")))
        assert exported[0]["origin"] == ORIGIN and exported[0]["status"] == "done"
        assert (await stage.send("export_activity", format="xml"))["err"]["data"]["reason"] == "bad_request"

    play(story)
