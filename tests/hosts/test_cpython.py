"""The native host: HTTP bounds against a real socket, the folder store, and keys from passwords."""

import asyncio
import os
import stat
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tandem.errors import KdfFault, RelayFault
from tandem.hosts.cpython import CpythonHttp, FolderStore, SodiumKdf
from tandem.hosts.tasks import AsyncioTasks
from tandem.ports import HttpRequest, HttpResponse

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def exchange(answer: bytes | Serve, timeout: float = 2, limit: int = 1000) -> HttpResponse:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if callable(answer):
            await answer(reader, writer)
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()

    async def go() -> HttpResponse:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with CpythonHttp() as http:
            try:
                return await http.send(HttpRequest("GET", f"http://127.0.0.1:{port}/", timeout=timeout, limit=limit))
            finally:
                server.close()

    return asyncio.run(go())


def test_answer_with_lower_case_headers() -> None:
    answer = exchange(b"HTTP/1.1 201 X\r\nX-Long-Poll: 25\r\nContent-Length: 2\r\n\r\nok")
    assert (answer.status, answer.body, answer.headers["x-long-poll"]) == (201, b"ok", "25")


def test_t34_redirect_is_not_followed() -> None:
    assert exchange(b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").status == 302


def test_announced_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(RelayFault, match="limit"):
        exchange(b"HTTP/1.1 200 X\r\nContent-Length: 10000000000\r\n\r\nx")


def test_t34_endless_chunked_body_is_cut_at_the_limit() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(10_000):
                writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            return

    start = time.perf_counter()
    with pytest.raises(RelayFault, match="limit"):
        exchange(flood, limit=200_000)
    assert time.perf_counter() - start < 15


def test_t34_slow_trickle_ends_at_the_timeout() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 500\r\n\r\n")
        try:
            for _ in range(100):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            return

    start = time.perf_counter()
    with pytest.raises(RelayFault):
        exchange(trickle, timeout=0.3)
    assert time.perf_counter() - start < 4


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nx"])
def test_no_whole_answer_is_a_relay_fault(answer: bytes) -> None:
    with pytest.raises(RelayFault):
        exchange(answer)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", "http://[::1", "ftp://127.0.0.1/"])
def test_unreachable_or_impossible_address_is_a_relay_fault(url: str) -> None:
    async def go() -> None:
        async with CpythonHttp() as http:
            await http.send(HttpRequest("GET", url, timeout=2))

    with pytest.raises(RelayFault):
        asyncio.run(go())


def test_folder_store_keeps_replaces_and_deletes(tmp_path: Path) -> None:
    async def go() -> None:
        store = FolderStore(tmp_path / "phone")
        assert await store.get("vault") is None
        await store.put("vault", b"one")
        await store.put("vault", b"two")
        await store.put("../vault", b"elsewhere")
        assert await store.get("vault") == b"two"
        assert await FolderStore(tmp_path / "phone").get("../vault") == b"elsewhere"
        await store.delete("vault")
        await store.delete("vault")
        assert await store.get("vault") is None

    asyncio.run(go())
    assert [path.name for path in tmp_path.iterdir()] == ["phone"]
    for file in (tmp_path / "phone").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_folder_store_syncs_before_it_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append("sync"), real_sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (seen.append("rename"), real_replace(self, target))[1])
    asyncio.run(FolderStore(tmp_path).put("k", b"v"))
    assert seen == ["sync", "rename", "sync"]


def test_failed_write_leaves_the_old_value_and_no_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        store = FolderStore(tmp_path)
        await store.put("k", b"old")

        def full(handle: int) -> None:
            raise OSError(28, "no space")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            await store.put("k", b"new")
        assert await store.get("k") == b"old"

    asyncio.run(go())
    assert len(list(tmp_path.iterdir())) == 1


def test_flag_wakes_the_waiter_and_is_lowered() -> None:
    async def go() -> None:
        tasks = AsyncioTasks()
        flag = tasks.flag()
        assert not await flag.wait(0.01)
        flag.raise_()
        assert await flag.wait(0)
        assert not await flag.wait(0)

        async def raiser() -> None:
            flag.raise_()

        tasks.spawn(raiser())
        assert await flag.wait(1)
        await tasks.settle(1)

    asyncio.run(go())


def test_settle_cancels_what_does_not_end() -> None:
    async def go() -> None:
        tasks = AsyncioTasks()

        async def forever() -> None:
            await asyncio.sleep(60)

        task = tasks.spawn(forever())
        await tasks.settle(0.05)
        assert task.done()

    asyncio.run(go())


def derive(kib: int) -> bytes:
    return asyncio.run(SodiumKdf().derive(b"correct horse battery", bytes([7]) * 16, passes=3, memory_kib=kib))


def test_a_password_s_key() -> None:
    # libsodium's, from PyNaCl 1.6.2; tests/extension/test_argon2.py holds what the extension ships against it.
    assert derive(64 * 1024).hex() == "c5a11ba75128bd1b2edc3f948cae6138eb04f2e3f066dd8ade3ed131c7ab04f2"


def test_a_key_without_memory_is_a_fault_of_its_own() -> None:
    with pytest.raises(KdfFault):
        derive(1 << 40)
