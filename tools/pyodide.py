"""Test suites inside Pyodide, under node: upstream's of coincurve and PyNaCl, and ours (tests/pyodide/run.mjs)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tools import place, setup, wheels

RUNNER = place.ROOT / "tests" / "pyodide" / "run.mjs"
PURE = ("micropip", "packaging", "pytest", "iniconfig", "pluggy", "pygments", "hypothesis", "sortedcontainers")
PURE += ("protobuf", "segno")
# What needs a real asyncio loop, processes, sockets or native packages stays outside.
OURS = (
    "curve",
    "mpc",
    "chains",
    "vault/test_sealed.py",
    "vault/test_vault.py",
    "provider",
    "relay/test_envelope.py",
    "fuzz",
    "vectors",
    "test_wire.py",
)


def pure_wheels() -> list[str]:
    found = [str(path) for path in setup.WHEELS.glob("*.whl") if path.name.split("-")[0] in PURE]
    return sorted(found)


def run(name: str, mounts: dict[str, Path], cwd: str, arguments: list[str], path: list[str]) -> dict[str, int]:
    """One suite; its output goes to the terminal. Counts of passed, failed, skipped; a crash counts as a failure."""
    config = {
        "pyodide": str(place.NPM / "pyodide"),
        "wheels": [str(wheel) for wheel in wheels.ensure()],
        "unpack": pure_wheels(),
        "mounts": {inside: str(outside) for inside, outside in mounts.items()},
        "cwd": cwd,
        "pytest": arguments,
        "path": path,
        "env": {name: value for name, value in os.environ.items() if name.startswith("TANDEM_")},
    }
    file = place.BUILD / f"pyodide-{name}.json"
    file.write_text(json.dumps(config))
    process = subprocess.Popen(["node", str(RUNNER), str(file)], stdout=subprocess.PIPE, text=True)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    counted = False
    assert process.stdout
    for line in process.stdout:
        if line.startswith("counts "):
            counts, counted = json.loads(line[7:]), True
        else:
            print(line, end="", flush=True)
    if (process.wait() not in (0, 5) and not counts["failed"]) or not counted:
        counts["failed"] += 1
    return counts


def upstream(name: str) -> dict[str, int]:
    """The tests that the sdist of `name` carries."""
    root = place.SDIST / name
    return run(name, {"/suite/tests": root / "tests"}, "/suite", ["-q", "-rs", "--no-header", "tests"], ["/suite"])


def ours(arguments: list[str]) -> dict[str, int]:
    path = ["/repo", "/repo/py", "/repo/tests"]
    return run("ours", {"/repo": place.ROOT}, "/repo", [*arguments, *(f"tests/{name}" for name in OURS)], path)
