"""The relay's API as the specification tells it, its bounds, and garbage."""

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adversary.faulty_relay import DirectHttp
from tandem.hosts.tasks import SystemClock
from tandem.relay.limits import Arrivals, Limits
from tandem.relay.server import Ask, Reply
from tandem.relay.store import StoreFault

T = TypeVar("T")
SID = "11111111-2222-4333-8444-555555555555"


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


class Relay:
    def __init__(self, **limits: float) -> None:
        self.direct = DirectHttp(limits=Limits(**limits))  # type: ignore[arg-type]

    async def ask(self, method: str, target: str, body: object = b"", **fields: str) -> Reply:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = fields.pop("content_type", "application/json" if raw else "")
        return await self.direct.server.handle(Ask(method, target, raw, kind, **fields))

    async def post(self, to: str = "b", hash_: str = "h", body: str = "x", sid: str = SID, **fields: str) -> Reply:
        record = {"session_id": sid, "from": "a", "to": [to], "body": body, "hash": hash_, "sequence_no": 0}
        return await self.ask("POST", f"/message/{sid}", record, **fields)


def test_registration_start_and_complete_are_sets_in_order_of_arrival() -> None:
    async def go() -> None:
        relay = Relay()
        for path, created in (("/" + SID, 201), ("/start/" + SID, 200), ("/complete/" + SID, 200)):
            assert (await relay.ask("GET", path)).body == b"[]"
            assert (await relay.ask("POST", path, ["b", "a"])) == Reply(created, route=_label(path))
            assert (await relay.ask("POST", path, ["a", "c"])).status == created
            assert (await relay.ask("POST", path, ["a"])).status == created
            found = await relay.ask("GET", path)
            assert (found.status, found.content_type, json.loads(found.body)) == (
                200,
                "application/json",
                ["b", "a", "c"],
            )
        assert (await relay.ask("DELETE", f"/{SID}")).status == 200
        assert (await relay.ask("GET", f"/{SID}")).body == b"[]"
        assert json.loads((await relay.ask("GET", f"/start/{SID}")).body) == ["b", "a", "c"]

    run(go())


def _label(path: str) -> str:
    parts = path.split("/")[1:]
    return "session/1" if len(parts) == 1 else f"{parts[0]}/2"


def test_trailing_slash_is_stripped_and_ping_answers() -> None:
    async def go() -> None:
        relay = Relay()
        assert (await relay.ask("GET", "/ping/")).body == b"Voltix Router is running"
        assert (await relay.ask("POST", f"/{SID}/", ["a"])).status == 201

    run(go())


def test_messages_are_kept_apart_by_recipient_and_message_id_and_deduplicated_by_hash() -> None:
    async def go() -> None:
        relay = Relay()
        assert (await relay.post()).status == 202
        assert (await relay.post(body="other")).status == 202
        assert (await relay.post(hash_="h2")).status == 202
        assert (await relay.post(message_id="m", hash_="h3")).status == 202
        found = json.loads((await relay.ask("GET", f"/message/{SID}/b")).body)
        assert [(item["hash"], item["body"]) for item in found] == [("h", "x"), ("h2", "x")]
        assert set(found[0]) == {"session_id", "from", "to", "body", "hash", "sequence_no"}
        assert (await relay.ask("GET", f"/message/{SID}/c")).body == b"[]"
        assert len(json.loads((await relay.ask("GET", f"/message/{SID}/b", message_id="m")).body)) == 1
        assert (await relay.ask("DELETE", f"/message/{SID}/b/h")).status == 200
        assert (await relay.ask("DELETE", f"/message/{SID}/b/none")).status == 200
        assert (await relay.post(body="again")).status == 202
        found = json.loads((await relay.ask("GET", f"/message/{SID}/b")).body)
        assert [item["body"] for item in found] == ["x", "again"]

    run(go())


def test_record_drops_unknown_fields_and_leaves_empty_ones_out() -> None:
    async def go() -> None:
        relay = Relay()
        await relay.ask("POST", f"/message/{SID}", {"to": ["b"], "evil": 1, "body": ""})
        found = json.loads((await relay.ask("GET", f"/message/{SID}/b")).body)
        assert found == [{"to": ["b"], "hash": "", "sequence_no": 0}]

    run(go())


def test_setup_payload_and_result_are_values() -> None:
    async def go() -> None:
        relay = Relay()
        setup = f"/setup-message/{SID}"
        missing = await relay.ask("GET", setup)
        assert (missing.status, missing.body) == (404, b"")
        assert (await relay.ask("POST", setup, b"one")).status == 201
        assert (await relay.ask("POST", setup, b"two")).status == 201
        assert (await relay.ask("GET", setup)).body == b"two"
        assert (await relay.ask("GET", setup, message_id="m")).status == 404
        result = f"/complete/{SID}/keysign"
        assert (await relay.ask("POST", result, b"sig", message_id="m")).status == 200
        assert (await relay.ask("GET", result, message_id="m")).body == b"sig"
        text = b"payload"
        name = hashlib.sha256(text).hexdigest()
        assert (await relay.ask("POST", f"/payload/{name}", text)).status == 200
        assert (await relay.ask("GET", f"/payload/{name}")).body == text
        assert (await relay.ask("POST", f"/payload/{'0' * 64}", text)).status == 400
        assert (await relay.ask("GET", f"/payload/{'0' * 64}")).status == 404

    run(go())


def test_names_are_decoded_as_the_go_server_does() -> None:
    async def go() -> None:
        relay = Relay()
        name = "jp\u2019s MacBook Air-EE5"
        await relay.post(to=name)
        assert len(json.loads((await relay.ask("GET", f"/message/{SID}/jp%E2%80%99s%20MacBook%20Air-EE5")).body)) == 1
        await relay.post(to="a b")
        assert len(json.loads((await relay.ask("GET", f"/message/{SID}/a%2Bb")).body)) == 1  # a plus is a space
        assert (await relay.ask("GET", f"/message/{SID}/a%25b")).status == 400
        await relay.post(to="a/b")
        assert len(json.loads((await relay.ask("GET", f"/message/{SID}/a%2Fb")).body)) == 1

    run(go())


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nowhere/at/all", 404),
        ("GET", "/a/b", 404),
        ("PUT", f"/{SID}", 405),
        ("POST", "/ping", 405),
        ("GET", f"/message/{SID}", 405),
        ("HEAD", f"/{SID}", 405),
        ("GET", f"/complete/{SID}/other", 404),
        ("GET", "/message/%20/b", 400),
        ("GET", "/message/" + "s" * 300 + "/b", 400),
        ("GET", f"/message/{SID}/..%2f..%2fstart", 200),
    ],
)
def test_t36_routes_that_are_none(method: str, target: str, status: int) -> None:
    async def go() -> None:
        reply = await Relay().ask(method, target)
        assert reply.status == status
        assert (reply.body == b"") == (status in (200, 400)) or reply.body == b"[]"

    run(go())


@pytest.mark.parametrize(
    ("target", "body", "kind"),
    [
        (f"/{SID}", b"[]", "application/json"),
        (f"/{SID}", b'["a"]', "text/plain"),
        (f"/{SID}", b'{"a":1}', "application/json"),
        (f"/{SID}", b"[1]", "application/json"),
        (f"/{SID}", b"[" * 5000, "application/json"),
        (f"/message/{SID}", b"[]", "application/json"),
        (f"/message/{SID}", b'{"to":"b"}', "application/json"),
        (f"/message/{SID}", b'{"to":[1]}', "application/json"),
        (f"/message/{SID}", b'{"to":["b"],"body":5}', "application/json"),
        (f"/message/{SID}", b'{"to":["b"],"sequence_no":1e999}', "application/json"),
        (f"/message/{SID}", b'{"to":["b"],"sequence_no":true}', "application/json"),
        (f"/message/{SID}", b'{"to":["b"],"sequence_no":"1"}', "application/json"),
        (f"/message/{SID}", b'{"to":["b"],"sequence_no":9223372036854775808}', "application/json"),
        (f"/message/{SID}", b"\xff", "application/json"),
    ],
)
def test_broken_bodies_are_400_and_empty(target: str, body: bytes, kind: str) -> None:
    async def go() -> None:
        reply = await Relay().ask("POST", target, body, content_type=kind)
        assert (reply.status, reply.body) == (400, b"")

    run(go())


def test_t36_body_over_the_limit_is_413() -> None:
    async def go() -> None:
        assert (await Relay().post(body="x" * (257 << 10))).status == 413

    run(go())


def test_t36_messages_per_session_are_bounded_and_others_unaffected() -> None:
    async def go() -> None:
        relay = Relay(messages=64)
        for number in range(64):
            assert (await relay.post(hash_=str(number))).status == 202
        assert (await relay.post(hash_="65th")).status == 429
        assert (await relay.post(sid="other")).status == 202
        await relay.ask("DELETE", f"/message/{SID}/b/0")
        assert (await relay.post(hash_="65th")).status == 202

    run(go())


def test_bytes_per_session_and_in_all_are_bounded() -> None:
    async def go() -> None:
        relay = Relay(session_bytes=100_000, total_bytes=250_000)
        assert (await relay.post(body="x" * 90_000)).status == 202
        assert (await relay.post(body="x" * 90_000, hash_="2")).status == 429
        assert (await relay.post(body="x" * 90_000, sid="other")).status == 202
        assert (await relay.post(body="x" * 90_000, sid="third")).status == 429
        assert relay.direct.store.bytes <= 250_000

    run(go())


def test_entries_that_hold_nothing_are_bounded() -> None:
    async def go() -> None:
        relay = Relay(messages=64)
        for number in range(64):
            assert (await relay.ask("POST", f"/setup-message/{SID}", message_id=str(number))).status == 201
        assert (await relay.ask("POST", f"/setup-message/{SID}", message_id="65th")).status == 429
        assert (await relay.ask("POST", f"/setup-message/{SID}", b"x", message_id="5")).status == 201
        small = Relay(total_bytes=10_000)
        statuses = [(await small.ask("POST", f"/setup-message/{number}")).status for number in range(500)]
        assert {201, 429} == set(statuses) and small.direct.store.bytes <= 10_000

    run(go())


def test_names_in_a_list_are_bounded() -> None:
    async def go() -> None:
        relay = Relay(names=3)
        assert (await relay.ask("POST", f"/{SID}", ["a", "b"])).status == 201
        assert (await relay.ask("POST", f"/{SID}", ["b", "c", "d"])).status == 429
        assert (await relay.ask("POST", f"/{SID}", ["b", "c"])).status == 201
        assert json.loads((await relay.ask("GET", f"/{SID}")).body) == ["a", "b", "c"]

    run(go())


def test_a_message_id_is_no_longer_than_a_name() -> None:
    async def go() -> None:
        relay = Relay()
        assert (await relay.ask("GET", f"/message/{SID}/b", message_id="m" * 256)).status == 200
        assert (await relay.ask("GET", f"/message/{SID}/b", message_id="m" * 257)).status == 400

    run(go())


def test_t36_sessions_are_bounded() -> None:
    async def go() -> None:
        relay = Relay(sessions=100)
        for number in range(100):
            assert (await relay.ask("POST", f"/session-{number}", ["a"])).status == 201
        assert (await relay.ask("POST", "/session-100", ["a"])).status == 429
        assert (await relay.ask("POST", "/session-5", ["b"])).status == 201
        assert relay.direct.store.sessions == 100

    run(go())


def test_a_full_store_makes_room_of_what_has_expired() -> None:
    async def go() -> None:
        for most in ({"sessions": 1}, {"total_bytes": 4000}):
            relay = Relay(**most)
            store, now = relay.direct.store, SystemClock().now
            assert (await relay.post(sid="first", body="x" * 2000)).status == 202
            assert (await relay.post(sid="second", body="x" * 2000)).status == 429
            store._now = lambda now=now: now() + 10_000
            assert (await relay.post(sid="second", body="x" * 2000)).status == 202
            assert store.sessions == 1

    run(go())


def test_t36_new_sessions_per_minute_and_address_are_bounded() -> None:
    async def go() -> None:
        relay = Relay(new_sessions_per_minute=3)
        statuses = [(await relay.ask("POST", f"/s{number}", ["a"], peer="203.0.113.9")).status for number in range(5)]
        assert statuses == [201, 201, 201, 429, 429]
        assert (await relay.ask("POST", "/s1", ["b"], peer="203.0.113.9")).status == 201
        assert (await relay.ask("POST", "/s9", ["a"], peer="203.0.113.10")).status == 201

    run(go())


def test_arrivals_forget_after_a_minute_and_hold_no_more_addresses_than_told() -> None:
    arrivals = Arrivals(1, addresses=10)
    assert arrivals.allow("203.0.113.1", 0)
    assert not arrivals.allow("203.0.113.1", 59)
    assert arrivals.allow("203.0.113.1", 61)
    for number in range(100):
        arrivals.allow(f"198.51.100.{number}", 100)
    assert len(arrivals._seen) == 10


def test_what_expires_is_gone_and_its_room_is_free() -> None:
    async def go() -> None:
        relay = Relay(list_seconds=0.05, value_seconds=0.15)
        await relay.ask("POST", f"/{SID}", ["a"])
        await relay.post()
        await relay.ask("POST", f"/setup-message/{SID}", b"setup")
        await asyncio.sleep(0.08)
        assert (await relay.ask("GET", f"/{SID}")).body == b"[]"
        assert (await relay.ask("GET", f"/message/{SID}/b")).body == b"[]"
        assert (await relay.ask("GET", f"/setup-message/{SID}")).body == b"setup"
        await asyncio.sleep(0.1)
        relay.direct.store.sweep()
        assert (relay.direct.store.sessions, relay.direct.store.bytes) == (0, 0)

    run(go())


def test_waiting_poll_is_woken_by_the_message_and_sees_only_what_is_new() -> None:
    async def go() -> None:
        relay = Relay()
        await relay.post(hash_="old")
        cursor = (await relay.ask("GET", f"/message/{SID}/b")).cursor
        task = asyncio.create_task(relay.ask("GET", f"/message/{SID}/b?wait=5&after={cursor}"))
        await asyncio.sleep(0.02)
        assert not task.done()
        await relay.post(hash_="elsewhere", to="c")
        await relay.post(hash_="new")
        reply = await asyncio.wait_for(task, 3)  # it would wait for five
        assert [item["hash"] for item in json.loads(reply.body)] == ["new"]

    run(go())


@pytest.mark.parametrize(
    ("target", "post", "body"),
    [
        (f"/{SID}", f"/{SID}", ["a"]),
        (f"/start/{SID}", f"/start/{SID}", ["a"]),
        (f"/setup-message/{SID}",) * 2 + (b"s",),
    ],
)
def test_waiting_for_lists_and_setups(target: str, post: str, body: object) -> None:
    async def go() -> None:
        relay = Relay()
        task = asyncio.create_task(relay.ask("GET", f"{target}?wait=5&after=0"))
        await asyncio.sleep(0.02)
        assert not task.done()
        await relay.ask("POST", post, body)
        reply = await asyncio.wait_for(task, 1)
        assert reply.status == 200
        assert reply.body not in (b"", b"[]")

    run(go())


def test_waiting_ends_with_nothing() -> None:
    async def go() -> None:
        relay = Relay(long_poll=0.05)
        assert (await relay.ask("GET", f"/message/{SID}/b?wait=60")).body == b"[]"
        assert (await relay.ask("GET", f"/setup-message/{SID}?wait=60")).status == 404
        assert (await relay.ask("GET", f"/{SID}?wait=60&after=0")).body == b"[]"
        assert not relay.direct.signals._waiting

    run(go())


def test_cursor_of_an_earlier_life_brings_everything() -> None:
    async def go() -> None:
        relay = Relay()
        await relay.post()
        assert len(json.loads((await relay.ask("GET", f"/message/{SID}/b?after=999999")).body)) == 1

    run(go())


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "DELETE", "PATCH", "\x00"]),
    st.text(max_size=60).map(lambda t: "/" + t)
    | st.lists(st.sampled_from(["message", "start", "a", "%2f", "+", "?wait=", "%zz", "..", "", "\n"]), max_size=6).map(
        lambda parts: "/" + "/".join(parts)
    ),
    st.binary(max_size=100) | st.sampled_from([b"[", b"[" * 200, b'{"to":["a"]}', b'["a"]', b'{"to":[null]}']),
    st.sampled_from(["", "application/json", "application/json; charset=utf-8", "text/html"]),
    st.text(max_size=20),
)
def test_any_request_gets_a_status(method: str, target: str, body: bytes, kind: str, namespace: str) -> None:
    async def go() -> None:
        relay = Relay(long_poll=0.01)
        reply = await relay.direct.server.handle(Ask(method, target, body, kind, namespace))
        assert 200 <= reply.status < 500

    run(go())


def test_a_store_that_is_not_reached_is_the_relays_fault() -> None:
    async def go() -> None:
        relay = Relay()

        async def gone(*_: object) -> None:
            raise StoreFault("Redis")

        relay.direct.store.members = gone  # type: ignore[method-assign,assignment]
        assert (await relay.ask("GET", f"/{SID}")).status == 500

    run(go())
