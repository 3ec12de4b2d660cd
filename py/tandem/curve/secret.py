"""Secret: bytes that are wiped when they are no longer wanted and never show up by accident.

A bytearray overwritten in place leaves no copy in the heap, a dropped `bytes` does (measured, docs/threat-model.md).
"""

from typing import NoReturn, final


@final
class Secret:
    """Owner of one bytearray. No repr of the content, no equality, no hash, no pickle, no truth value."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._data = bytearray(data)

    def reveal(self) -> bytes:
        """A copy of the content for a backend call; the caller keeps it no longer than that call."""
        return bytes(self._data)

    def view(self) -> memoryview:
        """The content without a copy, read-only."""
        return memoryview(self._data).toreadonly()

    def wipe(self) -> None:
        """Overwrite the content with zeros; it stays usable as zeros so that a late reader gets no stale secret."""
        self._data[:] = bytes(len(self._data))

    def __len__(self) -> int:
        return len(self._data)

    def __del__(self) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> NoReturn:
        raise TypeError("a Secret has no truth value")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("compare secrets with hmac.compare_digest")

    def __hash__(self) -> NoReturn:
        raise TypeError("a Secret has no hash")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")
