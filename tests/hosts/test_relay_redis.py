"""The relay's store against a Redis that answers what Redis never would. A real one: tests/cli/test_relay.py."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from tandem.hosts.relay_redis import RedisStore
from tandem.relay.limits import Limits
from tandem.relay.store import StoreFault

Work = Callable[[RedisStore], Awaitable[object]]


def told(answer: bytes, work: Work) -> None:
    """`work` with a store whose Redis gives `answer` to every command after the greeting."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readline():
                words = []
                for _ in range(int(head[1:])):
                    size = int((await reader.readline())[1:])
                    words.append((await reader.readexactly(size + 2))[:-2].upper())
                writer.write(b"+OK\r\n" if words[0] == b"CLIENT" else answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def go() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with Redis(host="127.0.0.1", port=port, protocol=2) as client:
                await work(RedisStore(client, Limits()))
        finally:
            server.close()

    asyncio.run(go())


@pytest.mark.parametrize("answer", [b":0\r\n", b"*0\r\n", b"$-1\r\n"])
def test_records_without_a_cursor(answer: bytes) -> None:
    with pytest.raises(StoreFault):
        told(answer, lambda store: store.records("s", "q", 0))


def test_what_is_no_text() -> None:
    with pytest.raises(StoreFault):
        told(b":5\r\n", lambda store: store.value("s", "v"))
    with pytest.raises(StoreFault):
        told(b"*1\r\n:5\r\n", lambda store: store.members("s", "l"))
    with pytest.raises(StoreFault):
        told(b"*2\r\n$1\r\n7\r\n:5\r\n", lambda store: store.records("s", "q", 0))
