"""The relay's store in Redis, shared by any number of relay processes; waiting polls are woken through pub/sub.

Keys (all under `tandem:`): `m:<session>\\n<list>` list, `q:`/`h:<session>\\n<queue>` cursor-ordered hashes and their
records, `v:<session>\\n<value>` value, `s:<session>` count and bytes of a session, `sessions` their expiry, `tick` the
cursor. Each change is one script, so processes cannot meet half-way. Bounds are those of the memory store except for
total bytes: there Redis' own `maxmemory` with `noeviction` is the bound (an error is a 500).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Protocol, cast

import redis.asyncio as aioredis
from redis.exceptions import RedisError

from tandem.hosts.relay_http import Signals
from tandem.hosts.tasks import SystemClock
from tandem.relay.limits import Limits
from tandem.relay.store import StoreFault, StoreFull, topic

_CHANNEL = "tandem:changed"

# KEYS: session account, sessions. ARGV: session, now, lifetime, most sessions. Returns 1, or 0 when there is no room.
_ENTER = """
local function enter(account, sessions, session, now, life, most)
  if redis.call('ZSCORE', sessions, session) == false then
    redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
    if redis.call('ZCARD', sessions) >= tonumber(most) then return false end
  end
  local old = tonumber(redis.call('ZSCORE', sessions, session) or '0')
  if old < now + life then
    redis.call('ZADD', sessions, now + life, session)
    redis.call('EXPIRE', account, life)
  end
  return true
end
"""
_ADD = (
    _ENTER
    + """
local now, life = tonumber(ARGV[2]), tonumber(ARGV[3])
if not enter(KEYS[1], KEYS[2], ARGV[1], now, life, ARGV[4]) then return -1 end
local held, fresh = {}, 0
for _, name in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do held[name] = true end
local count = redis.call('LLEN', KEYS[3])
for i = 7, #ARGV do
  if not held[ARGV[i]] then
    if count >= tonumber(ARGV[5]) then return -1 end
    held[ARGV[i]] = true
    redis.call('RPUSH', KEYS[3], ARGV[i])
    count = count + 1
    fresh = fresh + 1
  end
end
if fresh > 0 then
  redis.call('EXPIRE', KEYS[3], life)
  redis.call('PUBLISH', 'tandem:changed', ARGV[6])
end
return fresh
"""
)
_POST = (
    _ENTER
    + """
local now, life = tonumber(ARGV[2]), tonumber(ARGV[3])
if not enter(KEYS[1], KEYS[2], ARGV[1], now, life, ARGV[4]) then return -1 end
if redis.call('HEXISTS', KEYS[4], ARGV[8]) == 1 then return 0 end
local size = #ARGV[9] + 256
local records, bytes = redis.call('HINCRBY', KEYS[1], 'records', 1), redis.call('HINCRBY', KEYS[1], 'bytes', size)
if records > tonumber(ARGV[5]) or bytes > tonumber(ARGV[6]) then
  redis.call('HINCRBY', KEYS[1], 'records', -1)
  redis.call('HINCRBY', KEYS[1], 'bytes', -size)
  return -1
end
redis.call('EXPIRE', KEYS[1], life)
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[5]), ARGV[8])
redis.call('HSET', KEYS[4], ARGV[8], ARGV[9])
redis.call('EXPIRE', KEYS[3], life)
redis.call('EXPIRE', KEYS[4], life)
redis.call('PUBLISH', 'tandem:changed', ARGV[7])
return 1
"""
)
_RECORDS = """
local tick = tonumber(redis.call('GET', KEYS[3]) or '0')
local after = tonumber(ARGV[1])
if after > tick then after = 0 end
local hashes = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. after, '+inf')
local found = {tostring(tick)}
for _, hash in ipairs(hashes) do
  local record = redis.call('HGET', KEYS[2], hash)
  if record then table.insert(found, record) end
end
return found
"""
_DROP = """
local record = redis.call('HGET', KEYS[3], ARGV[1])
if not record then return 0 end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'records', -1)
  redis.call('HINCRBY', KEYS[1], 'bytes', -(#record + 256))
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[2])
return 1
"""
_PUT = (
    _ENTER
    + """
if not enter(KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]) then return -1 end
local grown = #ARGV[7] - redis.call('STRLEN', KEYS[3])
if redis.call('HINCRBY', KEYS[1], 'bytes', grown) > tonumber(ARGV[5]) then
  redis.call('HINCRBY', KEYS[1], 'bytes', -grown)
  return -1
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[3], ARGV[7], 'EX', ARGV[3])
redis.call('PUBLISH', 'tandem:changed', ARGV[6])
return 1
"""
)


# Who finds all connections in use waits; the library's ordinary pool would refuse it at a hundred.
_CONNECTIONS = 50
_PATIENCE = 10.0  # seconds


class _Script(Protocol):
    async def __call__(self, keys: Sequence[str], args: Sequence[str | bytes | int | float]) -> object: ...


class RedisStore:
    """Implements relay.store.RelayStore. Raises StoreFull at a bound and StoreFault when Redis does not answer."""

    def __init__(self, client: "aioredis.Redis", limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._clock = SystemClock()
        self._signals: Signals | None = None
        self._add, self._post, self._records, self._drop, self._put = (
            cast(_Script, client.register_script(text)) for text in (_ADD, _POST, _RECORDS, _DROP, _PUT)
        )

    @classmethod
    @contextlib.asynccontextmanager
    async def connect(cls, url: str, limits: Limits) -> "AsyncIterator[RedisStore]":
        """Connect and listen for other processes' changes. Raises OSError when Redis is not there."""
        pool = aioredis.BlockingConnectionPool.from_url(url, max_connections=_CONNECTIONS, timeout=_PATIENCE)
        client: aioredis.Redis = aioredis.Redis.from_pool(pool)
        try:
            store = cls(client, limits)
            try:
                await client.ping()
            except RedisError as broken:
                raise ConnectionError(111, "Redis does not answer") from broken
            listener = asyncio.create_task(store._listen())
            try:
                yield store
            finally:
                listener.cancel()
                await asyncio.wait([listener])
        finally:
            await client.aclose()

    def attach(self, signals: Signals, limits: Limits) -> "RedisStore":
        """What RelayHttp calls to give us its waiting polls."""
        self._signals, self._limits = signals, limits
        return self

    async def known(self, session: str) -> bool:
        try:
            score = await self._client.zscore("tandem:sessions", session)
        except (RedisError, OSError) as broken:
            raise StoreFault("redis") from broken
        return score is not None and float(score) > self._clock.now()

    async def add(self, session: str, name: str, members: Sequence[str]) -> None:
        key = topic(session, name)
        life = int(self._limits.list_seconds)
        arguments = [*self._who(session, life), self._limits.names, key, *members]
        await self._bounded(self._add, [*_account(session), f"tandem:m:{key}"], arguments)

    async def members(self, session: str, name: str) -> Sequence[str]:
        try:
            found = await self._client.lrange(f"tandem:m:{topic(session, name)}", 0, -1)
        except (RedisError, OSError) as broken:
            raise StoreFault("redis") from broken
        return [_bytes(item).decode("utf-8") for item in found]

    async def forget(self, session: str, name: str) -> None:
        try:
            await self._client.delete(f"tandem:m:{topic(session, name)}")
        except (RedisError, OSError) as broken:
            raise StoreFault("redis") from broken

    async def post(self, session: str, queue: str, hash_: str, record: bytes) -> None:
        key = topic(session, queue)
        life = int(self._limits.list_seconds)
        limits = (self._limits.messages, self._limits.session_bytes)
        keys = [*_account(session), f"tandem:q:{key}", f"tandem:h:{key}", "tandem:tick"]
        await self._bounded(self._post, keys, [*self._who(session, life), *limits, key, hash_, record])

    async def records(self, session: str, queue: str, after: int) -> tuple[Sequence[bytes], int]:
        key = topic(session, queue)
        found = await self._call(self._records, [f"tandem:q:{key}", f"tandem:h:{key}", "tandem:tick"], [after])
        if not isinstance(found, list) or not found:
            raise StoreFault("redis")
        return [_bytes(item) for item in found[1:]], int(_bytes(found[0]))

    async def drop(self, session: str, queue: str, hash_: str) -> None:
        key = topic(session, queue)
        keys = [f"tandem:s:{session}", f"tandem:q:{key}", f"tandem:h:{key}"]
        await self._call(self._drop, keys, [hash_, int(self._limits.list_seconds)])

    async def put(self, session: str, name: str, value: bytes) -> None:
        key = topic(session, name)
        life = int(self._limits.value_seconds)
        arguments = [*self._who(session, life), self._limits.session_bytes, key, value]
        await self._bounded(self._put, [*_account(session), f"tandem:v:{key}"], arguments)

    async def value(self, session: str, name: str) -> bytes | None:
        try:
            found = await self._client.get(f"tandem:v:{topic(session, name)}")
        except (RedisError, OSError) as broken:
            raise StoreFault("redis") from broken
        return None if found is None else _bytes(found)

    def _who(self, session: str, life: int) -> list[str | bytes | int | float]:
        return [session, self._clock.now(), life, self._limits.sessions]

    async def _bounded(
        self, script: _Script, keys: Sequence[str], arguments: Sequence[str | bytes | int | float]
    ) -> None:
        if await self._call(script, keys, arguments) == -1:
            raise StoreFull("redis")

    async def _call(
        self, script: _Script, keys: Sequence[str], arguments: Sequence[str | bytes | int | float]
    ) -> object:
        try:
            return await script(keys, arguments)
        except (RedisError, OSError) as broken:
            raise StoreFault("redis") from broken

    async def _listen(self) -> None:
        """Wake our own waiting polls for every change of any process; after a break wake all, they look again."""
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(_CHANNEL)
                    if self._signals:
                        self._signals.notify_all()
                    async for message in pubsub.listen():
                        if self._signals and message["type"] == "message":
                            self._signals.notify(_bytes(message["data"]).decode("utf-8", "replace"))
            except (RedisError, OSError):
                await asyncio.sleep(0.5)


def _account(session: str) -> list[str]:
    return [f"tandem:s:{session}", "tandem:sessions"]


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise StoreFault("redis")
    return value
