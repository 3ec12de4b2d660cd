"""The client against our server, against the public relay's quirks, and against answers that are no relay's."""

import asyncio
import json
import time
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from adversary.faulty_relay import DirectHttp, IncumbentQuirks
from tandem.errors import RelayFault
from tandem.hosts.tasks import SystemClock
from tandem.ports import HttpRequest, HttpResponse
from tandem.relay.client import Record, RelayClient

T = TypeVar("T")
SID = "11111111-2222-4333-8444-555555555555"
RECORD = Record(SID, "a", ("b",), "body", "hash", 3)


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def client(*layers: IncumbentQuirks) -> RelayClient:
    return RelayClient(DirectHttp(layers), "http://relay", SystemClock())


class Canned:
    """Answers everything with one response."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.answer = HttpResponse(status, headers or {}, body)
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        return self.answer


def canned(status: int, body: bytes, **headers: str) -> RelayClient:
    http = Canned(status, body, {name.replace("_", "-"): text for name, text in headers.items()})
    return RelayClient(http, "http://relay", SystemClock())


@pytest.mark.parametrize("layers", [(), (IncumbentQuirks(),)])
def test_a_session_with_and_without_the_public_relays_quirks(layers: tuple[IncumbentQuirks, ...]) -> None:
    async def go() -> None:
        relay = client(*layers)
        assert await relay.ping()
        assert await relay.parties(SID) == ()
        await relay.register(SID, "a")
        await relay.register(SID, "a")  # 500 there
        assert await relay.parties(SID) == ("a",)
        assert await relay.started(SID) == ()
        await relay.start(SID, ["a", "b"])
        await relay.start(SID, ["a", "b"])
        assert await relay.started(SID) == ("a", "b")
        await relay.complete(SID, "a")
        await relay.complete(SID, "a")
        assert await relay.completed(SID) == ("a",)
        assert await relay.setup(SID) is None
        await relay.upload_setup(SID, "text", "m")
        assert await relay.setup(SID) is None
        assert await relay.setup(SID, "m") == "text"
        await relay.post_message(RECORD, "m")
        assert (await relay.messages(SID, "b")).records == ()
        assert (await relay.messages(SID, "b", "m")).records == (RECORD,)
        await relay.delete_message(SID, "b", "hash", "m")
        assert (await relay.messages(SID, "b", "m")).records == ()
        name = await relay.upload_payload("payload")
        assert await relay.payload(name) == "payload"
        assert await relay.payload("0" * 64) is None
        await relay.end(SID)
        assert await relay.parties(SID) == ()
        assert (relay.long_poll > 0) == (not layers)

    run(go())


def test_names_with_spaces_and_other_alphabets_survive() -> None:
    async def go() -> None:
        relay = client()
        name = "jp\u2019s MacBook Air-EE5"
        await relay.post_message(Record(SID, "a", (name,), "x", "h", 0))
        assert len((await relay.messages(SID, name)).records) == 1

    run(go())


def test_long_poll_is_used_once_the_server_has_announced_it() -> None:
    async def go() -> None:
        relay = client()
        http = relay._http
        assert isinstance(http, DirectHttp)
        await relay.messages(SID, "b", wait=25)
        assert http.requests[-1][1] == f"/message/{SID}/b"
        task = asyncio.create_task(relay.messages(SID, "b", after="0", wait=25))
        await asyncio.sleep(0.02)
        assert http.requests[-1][1] == f"/message/{SID}/b?wait=25&after=0"
        assert not task.done()
        await relay.post_message(RECORD)
        batch = await asyncio.wait_for(task, 1)
        assert (batch.records, batch.after) == ((RECORD,), "1")

    run(go())


def test_long_poll_is_never_asked_of_a_server_that_does_not_offer_it() -> None:
    async def go() -> None:
        relay = client(IncumbentQuirks())
        http = relay._http
        assert isinstance(http, DirectHttp)
        await relay.ping()
        await relay.parties(SID, known=0, wait=25)
        await relay.setup(SID, wait=25)
        batch = await relay.messages(SID, "b", wait=25)
        assert batch.after is None
        assert all("?" not in target for _, target in http.requests)

    run(go())


@pytest.mark.parametrize("announced", ["x", "nan", "inf", "-1", "1e9"])
def test_nonsense_announcements_are_ignored(announced: str) -> None:
    relay = canned(200, b"", x_long_poll=announced)
    run(relay.ping())
    assert relay.long_poll == 0


def test_list_that_is_404_is_empty() -> None:
    relay = canned(404, b"")
    assert run(relay.parties(SID)) == ()
    assert run(relay.messages(SID, "b")).records == ()
    assert run(relay.setup(SID)) is None


def test_500_that_does_not_hold_what_was_wanted_is_a_fault() -> None:
    with pytest.raises(RelayFault):
        run(canned(500, b"[]").register(SID, "a"))


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b"[" * 100, b'["a"', b"\xff\xfe", b"[NaN]"])
def test_answer_that_is_no_list_is_a_fault(body: bytes) -> None:
    for call in (canned(200, body).parties(SID), canned(200, body).messages(SID, "b")):
        with pytest.raises(RelayFault):
            run(call)


@pytest.mark.parametrize("status", [302, 400, 401, 413, 429, 500, 503])
def test_other_statuses_are_faults(status: int) -> None:
    relay = canned(status, b"[]")
    for call in (relay.messages(SID, "b"), relay.setup(SID), relay.post_message(RECORD), relay.upload_setup(SID, "x")):
        with pytest.raises(RelayFault):
            run(call)


def test_malformed_records_are_left_out_and_the_rest_sorted() -> None:
    good = {"session_id": SID, "from": "a", "to": ["b"], "body": "x", "hash": "h"}
    items = [
        {**good, "sequence_no": 2},
        None,
        5,
        [],
        {**good, "sequence_no": "1"},
        {**good, "sequence_no": True},
        {**good, "body": 7},
        {**good, "from": None},
        {**good, "to": "b"},
        {**good, "sequence_no": 1},
    ]
    batch = run(canned(200, json.dumps(items).encode()).messages(SID, "b"))
    assert [record.sequence_no for record in batch.records] == [1, 2]


@pytest.mark.parametrize("cursor", ["", "a b", "x" * 65, "1&wait=9", "é"])
def test_cursor_that_could_not_be_ours_is_no_cursor(cursor: str) -> None:
    assert run(canned(200, b"[]", x_cursor=cursor).messages(SID, "b")).after is None


def test_payload_that_does_not_hash_to_its_id_is_a_fault() -> None:
    with pytest.raises(RelayFault):
        run(canned(200, b"other").payload("0" * 64))


def test_setup_that_is_not_text_is_a_fault() -> None:
    with pytest.raises(RelayFault):
        run(canned(200, b"\xff").setup(SID))


def test_ping_says_no_when_nobody_is_there() -> None:
    class Dead:
        async def send(self, request: HttpRequest) -> HttpResponse:
            raise RelayFault("down")

    start = time.perf_counter()
    assert not run(RelayClient(Dead(), "http://relay", SystemClock()).ping())
    assert time.perf_counter() - start < 5
