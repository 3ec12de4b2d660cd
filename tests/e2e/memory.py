"""Searches the memory of a browser's processes for bytes (on Linux, for a user who may trace them)."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

CHUNK = 16 << 20


def processes(folder: Path) -> dict[int, str]:
    """The browser that has its profile in `folder` and all that it started: what each is, by its process id."""
    parents: dict[int, int] = {}
    lines: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(entry.name)] = (
                (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ").split()
            )
        except OSError:
            continue  # it ended while we looked
    found = {pid for pid, line in lines.items() if any(str(folder) in word for word in line)}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: _kind(lines[pid]) for pid in found}


def _kind(line: list[str]) -> str:
    kind = next((word.removeprefix("--type=") for word in line if word.startswith("--type=")), "browser")
    return kind + (" of the extension" if "--extension-process" in line else "")


def may_read(pid: int) -> bool:
    return os.access(f"/proc/{pid}/mem", os.R_OK)


def _regions(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, mode, *_ = line.split()
        if mode.startswith("rw"):  # what is only read is a program's or a file's
            start, end = (int(each, 16) for each in span.split("-"))
            yield start, end


def search(pid: int, needles: Mapping[str, bytes]) -> dict[str, int]:
    """How often each is there; what ends meanwhile has nothing any more."""
    counts = dict.fromkeys(needles, 0)
    overlap = max(map(len, needles.values())) - 1
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start, end in _regions(pid):
                before = b""
                for at in range(start, end, CHUNK):
                    try:
                        memory.seek(at)
                        part = before + memory.read(min(CHUNK, end - at))
                    except OSError:
                        before = b""
                        continue
                    for name, needle in needles.items():
                        # What began in the part before was counted there if it ended there.
                        counts[name] += part.count(needle) - before.count(needle)
                    before = part[-overlap:]
    except OSError:
        pass
    return counts
