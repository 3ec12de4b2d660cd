"""The setup step: .venv, Python packages, npm packages, sdists, system programs. A second run does nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

from tools import fetch, place, stamp, system
from tools.place import Refused

WHEELS = place.BUILD / "wheels-any"
PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"]


def interpreter() -> str:
    """A CPython that the locked wheels exist for: this one, or another on PATH."""
    if sys.version_info[:2] in ((3, 11), (3, 12), (3, 13)):
        return sys.executable
    for minor in (13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise Refused("coincurve has no wheel for this Python: install Python 3.13, 3.12 or 3.11 beside it and run again")


def environment() -> None:
    """.venv with exactly the locked packages."""
    python = interpreter()
    key = stamp.key(place.TOOLS / "requirements.txt", python, sys.version)
    if stamp.fresh("venv", key, place.PYTHON):
        return
    print("  .venv: Python packages", flush=True)
    shutil.rmtree(place.VENV, ignore_errors=True)
    done = subprocess.run(
        [python, "-m", "venv", place.VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode and "ensurepip" in done.stdout and shutil.which("apt-get") and os.geteuid() == 0:
        system.apt(["python3-venv"])
        done = subprocess.run([python, "-m", "venv", "--clear", place.VENV], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Refused(f"could not make {place.VENV}:\n{done.stdout}")
    locked = place.TOOLS / "requirements.txt"
    command = [
        str(place.PYTHON),
        *PIP,
        "install",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "-r",
        str(locked),
    ]
    fetch.quiet(command, cwd=place.ROOT)
    stamp.write("venv", key)


def pure_wheels() -> None:
    """The pure-Python wheels that go into Pyodide, as files."""
    locked = place.TOOLS / "requirements-pyodide.txt"
    key = stamp.key(locked)
    if stamp.fresh("wheels-any", key, WHEELS):
        return
    print("  wheels for Pyodide", flush=True)
    shutil.rmtree(WHEELS, ignore_errors=True)
    command = [str(place.PYTHON), *PIP, "download", "--no-deps", "--only-binary=:all:", "--platform=any"]
    command += ["--python-version=3.14", "--require-hashes", "-r", str(locked), "-d", str(WHEELS)]
    fetch.quiet(command, cwd=place.ROOT)
    stamp.write("wheels-any", key)


@stamp.alone
def ensure() -> None:
    """Everything; Refused says what stands in the way."""
    began = time.monotonic()
    place.BUILD.mkdir(parents=True, exist_ok=True)
    system.require_node()
    environment()
    pure_wheels()
    fetch.everything()
    system.ensure()
    took = time.monotonic() - began
    if took > 3:
        print(f"setup took {took:.0f} s", flush=True)


def main(_arguments: list[str]) -> int:
    ensure()
    print(f"ready: {place.PYTHON.relative_to(place.ROOT)}")
    return 0
