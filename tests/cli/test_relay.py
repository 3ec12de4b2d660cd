"""`tandem relay` as a real process, alone and as two sharing a real redis-server."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.bench_relay import load, polls

from tandem.cli import relay as cli
from tandem.hosts.cpython import CpythonHttp, SystemClock
from tandem.relay.client import Record, RelayClient
from tandem.relay.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
SID = "11111111-2222-4333-8444-555555555555"


@contextlib.contextmanager
def relay(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    code = "import sys; from tandem.cli.relay import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["relay"], process
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")


def fetch(
    url: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, body, {k.replace("__", "-"): v for k, v in headers.items()}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}


def test_ping_cors_and_announcement() -> None:
    with relay() as (url, _):
        status, body, headers = fetch(url + "/ping", Origin="chrome-extension://x")
        assert (status, body) == (200, b"Voltix Router is running")
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-long-poll"] == "25"
        wanted = {"Access__Control__Request__Method": "POST", "Access__Control__Request__Headers": "message_id"}
        status, _, headers = fetch(url + f"/message/{SID}", "OPTIONS", Origin="https://a.b", **wanted)
        assert status == 204
        assert headers["access-control-allow-headers"] == "message_id"
        assert headers["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"


def test_errors_as_echo_writes_them() -> None:
    with relay() as (url, _):
        assert fetch(url + "/a/b/c/d/e")[:2] == (404, b'{"message":"Not Found"}\n')
        assert fetch(url + "/ping", "POST", b"")[:2] == (405, b'{"message":"Method Not Allowed"}\n')
        assert fetch(url + "/" + SID, "POST", b"nonsense")[:2] == (400, b"")
        assert fetch(url + f"/setup-message/{SID}")[:2] == (404, b"")


def test_the_header_of_the_vault_server_is_taken_too() -> None:
    """VultiServer writes message-id where everybody else writes message_id."""
    with relay() as (url, _):
        path = f"{url}/setup-message/0f4c2a5e-7f0e-4c3a-9a53-0d2b6d3f6a11"
        fetch(path, "POST", b"sealed", message_id="eddsa")
        assert fetch(path)[0] == 404
        assert fetch(path, message__id="eddsa")[1] == b"sealed"


def test_body_over_256_kb_is_413_announced_or_chunked() -> None:
    with relay() as (url, _):
        assert fetch(url + f"/setup-message/{SID}", "POST", b"x" * (257 << 10))[0] == 413
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 5) as raw:
            raw.sendall(f"POST /setup-message/{SID} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            with contextlib.suppress(OSError):
                for _ in range(10):
                    raw.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 413")
        assert fetch(url + "/ping")[0] == 200


def test_slow_request_holds_nobody_else_up() -> None:
    with relay() as (url, _):
        port = int(url.rsplit(":", 1)[1])
        slow = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(50)]
        for raw in slow:
            raw.sendall(b"POST /message/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        start = time.perf_counter()
        assert fetch(url + "/ping")[0] == 200
        assert time.perf_counter() - start < 4
        for raw in slow:
            raw.close()


def test_stop_is_graceful_and_the_log_names_no_session() -> None:
    with relay() as (url, process):
        fetch(url + "/" + SID, "POST", b'["secret-party"]', Content__Type="application/json")
        fetch(url + "/" + SID, "POST", b"nonsense")
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 5) as raw:
            raw.sendall(f"GET /message/{SID}/secret-party?wait=25 HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            time.sleep(0.2)
            start = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            assert raw.recv(1000).startswith(b"HTTP/1.1 200")  # the waiting poll is answered
        _, log = process.communicate(timeout=10)
        assert time.perf_counter() - start < 20
        assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"event": "refused", "route": "session/1", "status": 400}.items() <= lines[0].items()
    assert lines[-1]["by"] == {"message/3 200": 1, "session/1 201": 1, "session/1 400": 1}
    assert SID not in log
    assert "secret-party" not in log


def test_port_in_use_is_exit_code_5() -> None:
    with relay() as (url, _):
        code = "import sys; from tandem.cli.relay import main; sys.exit(main(sys.argv[1:]))"
        done = subprocess.run(
            [sys.executable, "-c", code, "--port", url.rsplit(":", 1)[1]],
            env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
            capture_output=True,
            timeout=20,
        )
        assert done.returncode == 5


@needs_redis
def test_two_relays_share_one_redis(tmp_path: Path) -> None:
    async def go(first: str, second: str) -> None:
        async with CpythonHttp() as http:
            one, two = RelayClient(http, first, SystemClock()), RelayClient(http, second, SystemClock())
            assert await one.ping()
            assert await two.ping()
            await one.register(SID, "a")
            await two.register(SID, "b")
            await two.register(SID, "b")
            assert await one.parties(SID) == ("a", "b")
            await one.start(SID, ["a", "b"])
            assert await two.started(SID) == ("a", "b")
            # a poll waiting at one relay is woken by a message posted to the other
            empty = await one.messages(SID, "b", "m")
            task = asyncio.create_task(one.messages(SID, "b", "m", after=empty.after, wait=20))
            await asyncio.sleep(0.2)
            assert not task.done()
            await two.post_message(Record(SID, "a", ("b",), "x" * 88_000, "h", 0), "m")
            batch = await asyncio.wait_for(task, 5)  # it would wait for twenty
            assert [record.hash for record in batch.records] == ["h"]
            await two.post_message(Record(SID, "a", ("b",), "other", "h", 1), "m")
            await two.post_message(Record(SID, "a", ("b",), "next", "h2", 2), "m")
            assert [r.body for r in (await one.messages(SID, "b", "m", after=batch.after)).records] == ["next"]
            assert len((await one.messages(SID, "b", "m")).records) == 2
            await one.delete_message(SID, "b", "h", "m")
            assert [r.hash for r in (await two.messages(SID, "b", "m")).records] == ["h2"]
            # lists and setups too
            waiting = asyncio.create_task(two.setup(SID, "m", wait=20))
            known = asyncio.create_task(two.parties(SID, known=2, wait=20))
            await asyncio.sleep(0.2)
            await one.upload_setup(SID, "setup", "m")
            await one.register(SID, "c")
            assert await asyncio.wait_for(waiting, 2) == "setup"
            assert await asyncio.wait_for(known, 2) == ("a", "b", "c")
            name = await one.upload_payload("payload")
            assert await two.payload(name) == "payload"
            await one.complete(SID, "a")
            assert await two.completed(SID) == ("a",)
            await one.end(SID)
            assert await two.parties(SID) == ()

    with redis_server(tmp_path) as url, relay("--redis", url) as (first, _), relay("--redis", url) as (second, _):
        asyncio.run(go(first, second))


@needs_redis
def test_bounds_hold_in_redis(tmp_path: Path) -> None:
    def post(url: str, hash_: str, size: int = 10) -> int:
        record = {"session_id": SID, "from": "a", "to": ["b"], "body": "x" * size, "hash": hash_, "sequence_no": 0}
        body = json.dumps(record).encode()
        return fetch(f"{url}/message/{SID}", "POST", body, Content__Type="application/json")[0]

    with redis_server(tmp_path) as store, relay("--redis", store, "--sessions", "2") as (url, _):
        statuses = [post(url, str(number), 250_000) for number in range(70)]
        assert statuses.count(202) == 67  # 16 MiB
        assert statuses[-1] == 429
        fetch(f"{url}/message/{SID}/b/0", "DELETE")
        assert post(url, "again", 250_000) == 202
        kind = {"Content__Type": "application/json"}
        assert fetch(url + "/s2", "POST", b'["a"]', **kind)[0] == 201
        assert fetch(url + "/s3", "POST", b'["a"]', **kind)[0] == 429


@needs_redis
def test_three_hundred_at_once_are_all_answered_out_of_redis(tmp_path: Path) -> None:
    """The client library's pool refuses more than a hundred at once unless it is told to wait."""
    with redis_server(tmp_path) as store, relay("--redis", store) as (url, _):
        found = asyncio.run(load(url, 300, 1, polls(300)))  # it raises at any answer but 200
        assert found["per_second"] > 0


@needs_redis
def test_redis_that_dies_is_500_and_comes_back_to_nothing_lost_but_its_memory(tmp_path: Path) -> None:
    with redis_server(tmp_path) as store, relay("--redis", store) as (url, _):
        assert fetch(url + "/" + SID)[0] == 200
        port = int(store.rsplit(":", 1)[1].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), 5) as raw:
            raw.sendall(b"SHUTDOWN NOSAVE\r\n")
            raw.recv(10)
        assert fetch(url + "/" + SID)[:2] == (500, b"")
        assert fetch(url + "/ping")[0] == 200


def test_redis_that_is_not_there_is_exit_code_5() -> None:
    code = "import sys; from tandem.cli.relay import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "--port", "0", "--redis", "redis://127.0.0.1:1/0"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stdout) == (5, "")


@pytest.mark.parametrize(("minutes", "seconds"), [(None, 3600), ("7.5", 450), ("1", 300), ("600", 3600)])
def test_how_long_setup_messages_are_kept(monkeypatch: pytest.MonkeyPatch, minutes: str | None, seconds: float) -> None:
    """As long as the public relay keeps them, or shorter, but long enough for a person with a phone."""
    served: list[Limits] = []

    async def serve(_host: str, _port: int, _redis: str | None, limits: Limits, _quiet: bool) -> int:
        served.append(limits)
        return 0

    monkeypatch.setattr(cli, "_run", serve)
    assert cli.main(["--keep", minutes] if minutes else []) == 0
    assert served[0].value_seconds == seconds
