"""The test step: everything, then one line `N passed, N failed, N skipped`.

build.py test                 lint, types, native tests, Pyodide suites, extension, end to end
build.py test --fast          lint, types and the native unit tests that are not marked slow
build.py test --soak SECONDS  as without, and the random interop run takes that long (its seed is printed)
build.py test --long [PATH …] the long forms of tests/adversary, tests/fuzz and tests/load, natively: hours
build.py test --guided SECONDS [PARSER …]  the parsers of tests/fuzz under atheris, each so long
build.py test --timing        does the time of a secret operation depend on the secret? a report (tests/timing)
build.py test --mutation      disables each named check and shows a test going red; writes docs/mutation.md
build.py test PATH …          only these, natively (further arguments go to pytest)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from tools import extension, place, program, pyodide

Counts = dict[str, int]
CODE = ("py", "tests", "tools", "build.py")
# Unit tests only: these compose, wait, or start processes.
COMPOSED = ("tests/interop", "tests/wallet", "tests/cli", "tests/adversary", "tests/ceremony")
# Browsers and processes: each in a step of its own, after what they build on.
BROWSER = ("tests/extension", "tests/pyodide", "tests/e2e")
# Native tests that mostly wait for other processes; so many that both lanes take about the same time.
WAITING = ("tests/interop", "tests/load")


def run(
    command: Sequence[str], *, seconds: float, env: dict[str, str] | None = None, output: IO[bytes] | None = None
) -> int:
    """Exit code; 124 when it took too long and was stopped. output: where it prints to, the terminal if not said."""
    process = subprocess.Popen(command, cwd=place.ROOT, env=env, stdout=output, stderr=output and subprocess.STDOUT)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()
        print(f"stopped after {seconds:.0f} s: {' '.join(command)}")
        return 124


def single(*command: str) -> Counts:
    """A command that passes or fails as a whole."""
    failed = run(command, seconds=300) != 0
    return {"passed": int(not failed), "failed": int(failed), "skipped": 0}


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def lint() -> Counts:
    tsc = place.NPM / "typescript" / "bin" / "tsc"
    return total(
        single(*python("-m", "ruff", "check", *CODE)),
        single(*python("-m", "ruff", "format", "--check", *CODE)),
        single(*python("-m", "mypy")),
        single("node", str(tsc), "--project", "extension/jsconfig.json"),
        single(*python("tools/proto.py", "--check")),
    )


def pytest(name: str, *arguments: str, seconds: float, output: IO[bytes] | None = None) -> Counts:
    """A run of pytest, counted from its own report; a run that leaves none is a failure."""
    report = place.BUILD / f"junit-{name}.xml"
    report.unlink(missing_ok=True)
    command = python("-m", "pytest", "-rfEs", "--durations=5", f"--junitxml={report}", *arguments)
    env = program.environment() | {"TANDEM_LOGS": str(place.BUILD / "logs" / name)}
    code = run(command, seconds=seconds, env=env, output=output)
    if code == 5:
        return total()
    if not report.exists():
        return {"passed": 0, "failed": 1, "skipped": 0}
    ends = list(outcomes(report).values())
    counts = {end: ends.count(end) for end in ("passed", "failed", "skipped")}
    if code and not counts["failed"]:
        counts["failed"] = 1
    return counts


def outcomes(report: Path) -> dict[str, str]:
    """How each test of a JUnit report ended: passed, failed, or skipped."""
    ends: dict[str, str] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        if any(child.tag in ("failure", "error") for child in case):
            ends[name] = "failed"
        else:
            ends.setdefault(name, "skipped" if case.find("skipped") is not None else "passed")
    return ends


def total(*parts: Counts) -> Counts:
    return {name: sum(part[name] for part in parts) for name in ("passed", "failed", "skipped")}


def native() -> Counts:
    ignored = [f"--ignore={folder}" for folder in (*BROWSER, *WAITING)]
    return pytest("native", *ignored, "tests", seconds=2400)


def unit(*arguments: str) -> Counts:
    ignored = [f"--ignore={folder}" for folder in (*BROWSER, *COMPOSED)]
    return pytest("unit", *ignored, *arguments, "tests", seconds=600)


def browser(folder: str, output: IO[bytes] | None = None) -> Counts:
    """Tests that drive a browser."""
    # Nothing there uses Hypothesis. Its plugin imports the rest of it at the first failure, which CPython 3.11, beneath
    # Playwright's greenlet, answers with a SystemError: the failure would not be told.
    return pytest(folder.rsplit("/", 1)[1], "-p", "no:hypothesispytest", folder, seconds=2400, output=output)


def build() -> Counts:
    return {"passed": int(extension.main([]) == 0), "failed": 0, "skipped": 0}


Step = Callable[[], Counts]
FIRST: dict[str, Step] = {"lint and types": lint, "build of the extension": build}
COMPUTING: dict[str, Step] = {
    "native tests": native,
    "coincurve's own tests in Pyodide": lambda: pyodide.upstream("coincurve"),
    "PyNaCl's own tests in Pyodide": lambda: pyodide.upstream("pynacl"),
    "our tests in Pyodide": lambda: pyodide.ours(["-q", "-rs", "-m", "not slow"]),
    "the runtime as shipped, in Chromium": lambda: browser("tests/pyodide"),
    "extension in Chromium": lambda: browser("tests/extension"),
}
# They mostly wait for other processes, so they run beside the computing ones.
BESIDE: dict[str, Callable[[IO[bytes]], Counts]] = {
    "native tests among processes": lambda output: pytest("waiting", *WAITING, seconds=2400, output=output),
    "end to end in Chromium and Firefox": lambda output: browser("tests/e2e", output),
}
FAST: dict[str, Step] = {
    "lint and types": lint,
    "native unit tests": lambda: unit("-m", "not slow"),
}


LONG_FORMS = ("tests/adversary", "tests/fuzz", "tests/load", "tests/chains/ethereum/test_payload.py")


def script(*command: str) -> int:
    """A tool of the tests', for as long as it takes."""
    env = program.environment()
    env["PYTHONPATH"] = os.pathsep.join((env["PYTHONPATH"], str(place.ROOT / "tests"), str(place.ROOT)))
    return run(python(*command), seconds=24 * 3600, env=env)


Row = tuple[str, float, Counts]


def taken(steps: dict[str, Step]) -> list[Row]:
    """The steps one after the other, each with its seconds and counts."""
    table = []
    for name, step in steps.items():
        print(f"== {name}", flush=True)
        start = time.monotonic()
        try:
            counts = step()
        except place.Refused as refused:
            print(refused)
            counts = {"passed": 0, "failed": 1, "skipped": 0}
        table.append((name, time.monotonic() - start, counts))
    return table


def taken_beside() -> list[Row]:
    """The same for the other lane; what a step prints comes in one piece when it is over."""
    table = []
    for number, (name, step) in enumerate(BESIDE.items()):
        log = place.BUILD / f"beside-{number}.log"
        start = time.monotonic()
        with log.open("wb") as output:
            counts = step(output)
        table.append((name, time.monotonic() - start, counts))
        print(f"== {name}\n{log.read_text(errors='replace')}", flush=True)
    return table


def main(arguments: list[str]) -> int:
    fast = arguments[:1] == ["--fast"]
    if arguments[:1] == ["--long"]:
        os.environ["TANDEM_LONG"] = "1"
        return script("-m", "pytest", "-rA", "-s", *(arguments[1:] or LONG_FORMS))
    if arguments[:1] == ["--guided"]:
        return script("-m", "fuzz.guided", *arguments[1:])
    if arguments[:1] == ["--timing"]:
        return script("tests/timing/report.py", *arguments[1:])
    if arguments[:1] == ["--mutation"]:
        return script("tests/mutation.py", *arguments[1:])
    if fast:
        arguments = arguments[1:]
    elif arguments[:1] == ["--soak"] and len(arguments) > 1 and re.fullmatch(r"[0-9]+", arguments[1]):
        os.environ["TANDEM_SOAK"] = arguments[1]
        arguments = arguments[2:]
    elif arguments:
        return run(python("-m", "pytest", *arguments), seconds=3600, env=program.environment())
    if arguments:
        print(__doc__)
        return 2
    began = time.monotonic()
    if fast:
        table = taken(FAST)
    else:
        table = taken(FIRST)
        with ThreadPoolExecutor(1) as other:
            waiting = other.submit(taken_beside)
            table += taken(COMPUTING)
            table += waiting.result()
    print()
    for name, seconds, counts in table:
        print(f"{name:<40} {seconds:>6.0f} s   {said(counts)}")
    counts = total(*(counts for _, _, counts in table))
    print(f"{said(counts)} in {time.monotonic() - began:.0f} s")
    return 1 if counts["failed"] or not counts["passed"] else 0


def said(counts: Counts) -> str:
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"
