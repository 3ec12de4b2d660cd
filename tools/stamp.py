"""Stamps: a finished step leaves the hash of its inputs behind, and is skipped while they stay the same."""

from __future__ import annotations

import fcntl
import functools
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, TypeVar

from tools import place

P = ParamSpec("P")
T = TypeVar("T")
_held: list[bool] = []


def alone(step: Callable[P, T]) -> Callable[P, T]:
    """Decorator: only one process at a time is inside any such step of this build folder; others wait."""

    @functools.wraps(step)
    def locked(*arguments: P.args, **named: P.kwargs) -> T:
        if _held:
            return step(*arguments, **named)
        place.BUILD.mkdir(parents=True, exist_ok=True)
        with (place.BUILD / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _held.append(True)
            try:
                return step(*arguments, **named)
            finally:
                _held.clear()

    return locked


def key(*parts: str | bytes | Path) -> str:
    """One hash over texts, bytes and the contents of files (a folder counts with all its files and their names)."""
    digest = hashlib.sha256()
    for part in parts:
        for chunk in chunks(part):
            digest.update(len(chunk).to_bytes(8, "big") + chunk)
    return digest.hexdigest()


def chunks(part: str | bytes | Path) -> Iterable[bytes]:
    if isinstance(part, str):
        yield part.encode()
    elif isinstance(part, bytes):
        yield part
    elif part.is_dir():
        for file in sorted(part.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(part).as_posix().encode()
                yield file.read_bytes()
    else:
        yield part.read_bytes()


def path(name: str) -> Path:
    return place.BUILD / "stamps" / name.replace("/", "-")


def fresh(name: str, value: str, *outputs: Path) -> bool:
    """Whether step `name` ran with these inputs and its outputs are still there."""
    mark = path(name)
    return mark.exists() and mark.read_text() == value and all(output.exists() for output in outputs)


def write(name: str, value: str) -> None:
    path(name).parent.mkdir(parents=True, exist_ok=True)
    path(name).write_text(value)
