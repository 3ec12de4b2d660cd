"""Disables each check in turn, in a copy of the tree, and shows a test going red.

    python3 build.py test --mutation            all of tests/mutation.json; writes docs/mutation.md
    python3 build.py test --mutation --sample N only N of them, evenly spread; writes nothing
    python3 build.py test --mutation --find [PATH …]  looks for a test where none is named, among those at PATH
    with --only TEXT                           nothing but checks that have TEXT in file, function or condition

A check is an `if …: raise …` of one of `SOURCES`, known by its file, function and condition; disabled, its condition is
False. `tests/mutation.json` names the test that goes red for each, or says why there is none. Every run is a fork of
this process, which has imported what is not ours, and has bytecode of all that was not changed: most take a second.
"""

import argparse
import ast
import compileall
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".json")
TABLE = ROOT / "docs" / "mutation.md"
FOREIGN = ("hypothesis", "google.protobuf.message", "coincurve", "nacl.bindings", "Crypto.Cipher.AES", "asyncio")
PATIENCE = 60  # seconds for one test; the slowest one takes a fifth of it
SOURCES = ("mpc", "vault", "curve", "chains", "ceremony", "relay", "provider", "wallet", "cli", "hosts")
SOURCES += ("wire.py", "entropy.py")
# Where --find looks for tests: what runs natively, in order of its size.
HAYSTACK = ("test_wire.py", "curve", "vault", "mpc", "chains", "provider", "relay", "adversary/test_randomness.py")
HAYSTACK += ("interop/test_links.py", "hosts", "cli", "ceremony", "wallet")
NONE = "no test was found"
CANDIDATES = 5  # tests tried for one check
# What a check's condition passes through when tests are looked for: each test in which it holds is written down.
NOTES = """
import builtins
noted = set()
def _holds(number, found):
    if found:
        with open({told!r}) as file:
            note = f"{{number}} {{file.read()}}"
        if note not in noted:
            noted.add(note)
            with open({notes!r}, "a") as file:
                print(note, file=file)
    return found
builtins._holds = _holds
"""


@dataclass(frozen=True)
class Check:
    """One `if` that raises."""

    file: str
    function: str
    condition: str
    raises: str

    @property
    def key(self) -> str:
        return f"{self.file} | {self.function} | {self.condition} | {self.raises}"


def checks_of(path: Path, root: Path) -> Iterator[tuple[Check, ast.expr]]:
    """Each with the place of its condition."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[Check, ast.expr]]:
        for child in ast.iter_child_nodes(node):
            inside = function
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}".strip(".")
            if isinstance(child, ast.If) and isinstance(child.body[0], ast.Raise) and child.body[0].exc is not None:
                file = path.relative_to(root).as_posix()
                raised = ast.unparse(child.body[0].exc)
                yield Check(file, inside, ast.unparse(child.test), raised), child.test
            yield from walk(child, inside)

    yield from walk(ast.parse(path.read_text()), "")


def all_checks(root: Path) -> Iterator[tuple[Check, ast.expr]]:
    for source in SOURCES:
        place = root / "py" / "tandem" / source
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield from checks_of(path, root)


def replaced(text: str, condition: ast.expr, make: Callable[[bytes], bytes]) -> str:
    """The source with what `make` makes of this condition's text."""
    lines = text.encode().split(b"\n")  # ast counts columns in bytes
    first, last = condition.lineno - 1, (condition.end_lineno or condition.lineno) - 1
    head, tail = lines[first][: condition.col_offset], lines[last][condition.end_col_offset :]
    inner = b"\n".join(lines[first : last + 1])[len(head) : -len(tail)]
    lines[first : last + 1] = [head + b"(" + make(inner) + b")" + tail]
    return b"\n".join(lines).decode()


def without(text: str, condition: ast.expr) -> str:
    """The source with this condition False, line numbers kept."""
    return replaced(text, condition, lambda inner: b"False" + b"\n" * inner.count(b"\n"))


class Watch:
    """A pytest plugin: says which test is on, also when the process does not live to tell, and fails one that hangs."""

    def __init__(self, told: Path) -> None:
        self.told = told

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.told.write_text(item.nodeid.partition("[")[0])
        signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it does not end"))
        signal.setitimer(signal.ITIMER_REAL, PATIENCE, 5)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


@dataclass(frozen=True)
class Outcome:
    """`test` is the one that was on last: the red one, where one was red."""

    code: int  # pytest's
    test: str
    output: str

    @property
    def red(self) -> bool:
        """A test failed, hung, or ended the process; a file that cannot be read is not red."""
        return self.code == 1 or self.code < 0


class Copy:
    """The tree without what is built, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.told = folder, folder.with_name("told")
        folder.mkdir()
        for name in ("py", "tests", "tools", "docs", "extension"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "screenshots"))
        for name in ("pyproject.toml", "manifest.json", "README.md", "LICENSE", "build.py"):
            shutil.copy(ROOT / name, folder)
        (folder / "build").symlink_to(ROOT / "build")
        for name in FOREIGN:
            importlib.import_module(name)

    def pytest(self, *tests: str, seconds: float = 300, changed: bool = False, noting: bool = False) -> Outcome:
        """Until the first red test. A hang and a library that aborts count as red; code that `changed` leaves no
        bytecode behind; `noting`: all tests, red or not, with what NOTES needs."""
        self.told.write_text("")
        with tempfile.TemporaryFile() as output:
            child = os.fork()
            if child == 0:
                self._be_pytest(tests, output.fileno(), changed=changed, noting=noting)
            until, ended = time.monotonic() + seconds, os.WEXITED | os.WNOHANG | os.WNOWAIT
            while os.waitid(os.P_PID, child, ended) is None and time.monotonic() < until:
                time.sleep(0.005)
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # itself where it hangs, and whatever it has started
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            output.seek(0)
            return Outcome(code, self.told.read_text(), output.read().decode(errors="replace"))

    def _be_pytest(self, tests: tuple[str, ...], output: int, *, changed: bool, noting: bool) -> NoReturn:
        code = 3
        try:
            os.setsid()
            for stream in (1, 2):
                os.dup2(output, stream)
            os.chdir(self.root)
            os.environ["PYTHONPATH"] = str(self.root / "py")
            sys.path[0] = str(self.root / "py")  # instead of this file's folder
            sys.dont_write_bytecode = changed
            if noting:
                sys.modules.pop("sitecustomize", None)
                importlib.import_module("sitecustomize")
            command = ["-q", "-p", "no:cacheprovider", "--tb=short", *([] if noting else ["-x"]), *tests]
            code = pytest.main(command, plugins=[Watch(self.told)])
            sys.stdout.flush()
        finally:
            os._exit(code)

    def disabled(self, check: Check, condition: ast.expr, tests: tuple[str, ...]) -> Outcome:
        path = self.root / check.file
        text, times = path.read_text(), path.stat()
        path.write_text(without(text, condition))
        os.utime(path, (times.st_atime, times.st_mtime + 10))  # else its bytecode could pass for that of this text
        try:
            return self.pytest(*tests, changed=True)
        finally:
            path.write_text(text)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def holding(copy: Copy, paths: list[str]) -> list[list[str]]:
    """For each check the tests in which its condition holds: only they can go red. Those first that say the most."""
    checks, notes = list(all_checks(copy.root)), copy.root / "notes"
    (copy.root / "py" / "sitecustomize.py").write_text(NOTES.format(told=str(copy.told), notes=str(notes)))
    kept = {check.file: (copy.root / check.file).read_text() for check, _ in checks}
    for number, (check, condition) in reversed(list(enumerate(checks))):  # a file's last one first: places stay
        path = copy.root / check.file
        path.write_text(replaced(path.read_text(), condition, lambda inner, n=number: b"_holds(%d, (%b))" % (n, inner)))
    notes.touch()
    print(copy.pytest(*paths, seconds=3 * 3600, changed=True, noting=True).output[-2000:], flush=True)
    for file, text in kept.items():
        (copy.root / file).write_text(text)
    (copy.root / "py" / "sitecustomize.py").unlink()
    found: list[dict[str, None]] = [{} for _ in checks]
    for line in notes.read_text().splitlines():
        number, _, test = line.partition(" ")
        if "::" in test:
            found[int(number)][test] = None
    weight = Counter(test for tests in found for test in tests)
    return [sorted(tests, key=lambda test: weight[test]) for tests in found]


def find(copy: Copy, known: dict[str, str], only: str, paths: list[str]) -> None:
    """A red test for every check; what is known is kept."""
    found = dict(known)
    tests = holding(copy, paths or [f"tests/{place}" for place in HAYSTACK])
    compileall.compile_dir(copy.root / "py", quiet=1)
    for number, (check, condition) in enumerate(list(all_checks(copy.root))):
        if found.get(check.key, NONE) != NONE or only not in check.key:
            continue
        outcomes = (copy.disabled(check, condition, (test,)) for test in tests[number][:CANDIDATES])
        red = next((outcome for outcome in outcomes if outcome.red), None)
        found[check.key] = red.test if red is not None else NONE
        print(f"{check.key}\n    {found[check.key]}, of {len(tests[number])}", flush=True)
        LIST.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n")
    now = [check for check, _ in all_checks(copy.root)]
    found = {check.key: found[check.key] for check in now if check.key in found}
    LIST.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n")
    TABLE.write_text(table(now, found), encoding="utf-8")


def show(copy: Copy, known: dict[str, str], sample: int, only: str) -> int:
    listed = [(check, condition) for check, condition in all_checks(copy.root)]
    lost = sorted(set(known) - {check.key for check, _ in listed})
    fresh = [check.key for check, _ in listed if known.get(check.key, NONE) == NONE and only in check.key]
    for key in lost:
        print(f"no such check any more: {key}")
    for key in fresh:
        print(f"a check without a named test (--find looks for one): {key}")
    tried = [(check, condition) for check, condition in listed if known.get(check.key, "").startswith("tests/")]
    tried = [(check, condition) for check, condition in tried if only in check.key]
    if sample:
        tried = tried[:: max(1, len(tried) // sample)][:sample]
    tests = sorted({known[check.key] for check, _ in tried})
    whole = copy.pytest(*tests, seconds=1800) if tests else None  # of no tests pytest would make all
    if whole is not None and whole.code:
        print(whole.output)
        return 1
    began, green = time.monotonic(), []
    for check, condition in tried:
        outcome = copy.disabled(check, condition, (known[check.key],))
        if not outcome.red:
            green.append(check.key)
            print(f"STAYS GREEN without {check.key}: {known[check.key]}\n{outcome.output[-600:]}", flush=True)
    print(f"{len(tried)} checks, {len(green)} whose test stays green, {time.monotonic() - began:.0f} s")
    if not (sample or only or lost or fresh or green):
        TABLE.write_text(table([check for check, _ in listed], known), encoding="utf-8")
    return 1 if green or ((lost or fresh) and not sample) else 0


def table(checks: list[Check], known: dict[str, str]) -> str:
    def cell(text: str) -> str:
        return "`" + text.replace("|", "\\|").replace("`", "'") + "`"

    known = {check.key: NONE for check in checks} | known
    killed = [check for check in checks if known[check.key].startswith("tests/")]
    rest = [check for check in checks if check not in killed]
    lines = [
        "# Mutation check",
        "",
        "Written by `python3 build.py test --mutation`: each check below was disabled in a copy of the tree,",
        f"one at a time, and the test beside it failed. {len(killed)} checks of {len(checks)} in "
        + ", ".join(f"`{s}`" for s in SOURCES)
        + ".",
        "",
        "| file | in | check | test that goes red |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {check.file.removeprefix('py/tandem/')} | {cell(check.function)} | {cell(check.condition)} | "
        f"{cell(known[check.key].removeprefix('tests/'))} |"
        for check in killed
    ]
    if rest:
        lines += ["", "## No test goes red without these", ""]
        lines += ["| file | in | check | why it stands |", "|---|---|---|---|"]
        lines += [
            f"| {check.file.removeprefix('py/tandem/')} | {cell(check.function)} | {cell(check.condition)} | "
            f"{known[check.key]} |"
            for check in rest
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--find", nargs="*", metavar="PATH")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    known = json.loads(LIST.read_text()) if LIST.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "tandem")
        if chosen.find is not None:
            find(copy, known, chosen.only, chosen.find)
            return 0
        return show(copy, known, chosen.sample, chosen.only)


if __name__ == "__main__":
    sys.exit(main())
