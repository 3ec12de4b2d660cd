"""The native host: HTTP over aiohttp, a folder as the durable store, libsodium's argon2id; clock and tasks come from
hosts/tasks.py."""

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType

import aiohttp
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from tandem.errors import KdfFault, RelayFault
from tandem.hosts.tasks import AsyncioTasks, SystemClock
from tandem.ports import HttpRequest, HttpResponse

__all__ = ["AsyncioTasks", "CpythonHttp", "FolderStore", "SodiumKdf", "SystemClock"]


class CpythonHttp:
    """Implements ports.Http with kept-alive connections (aiohttp sets TCP_NODELAY); follows no redirect at all."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "CpythonHttp":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Raises RelayFault when there is no whole answer within the request's timeout and limit."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            # A cookie or a proxy of the environment has no business in these exchanges.
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=request.timeout),
            ) as answer:
                body = await _bounded(answer, request.limit)
                return HttpResponse(answer.status, {name.lower(): text for name, text in answer.headers.items()}, body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as broken:
            raise RelayFault(type(broken).__name__) from broken


async def _bounded(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    if answer.content_length is not None and answer.content_length > limit:
        raise RelayFault("answer over the limit")
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.content.iter_any():
        size += len(piece)
        if size > limit:
            raise RelayFault("answer over the limit")
        pieces.append(piece)
    return b"".join(pieces)


class SodiumKdf:
    """Implements ports.PasswordKdf in a thread, so that nobody waits for it."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        """Raises KdfFault when libsodium refuses, for lack of memory."""
        try:
            return await asyncio.to_thread(
                argon2id.kdf, 32, password, salt, opslimit=passes, memlimit=memory_kib * 1024
            )
        except (CryptoError, MemoryError) as failed:
            raise KdfFault(type(failed).__name__) from failed


class FolderStore:
    """Implements ports.Store: one file a key, written beside, synced, and renamed over the old one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(self._read, key)

    async def put(self, key: str, value: bytes) -> None:
        await asyncio.to_thread(self._write, key, value)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, True)

    def _path(self, key: str) -> Path:
        # A name a person recognises, and a digest so that no key can leave the folder or meet another.
        plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in key)[:40]
        return self._folder / f"{plain}.{hashlib.sha256(key.encode('utf-8')).hexdigest()[:16]}"

    def _read(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def _write(self, key: str, value: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(key)
        write_durably(path, value)


def write_durably(path: Path, value: bytes) -> None:
    """Replace a file so that a crash leaves the old bytes or the new ones; readable by the owner only."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
