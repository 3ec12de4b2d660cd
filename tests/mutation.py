"""Disables each check in turn, in a copy of the tree, and shows a test going red.

    python3 build.py test --mutation            all of tests/mutation.json; writes docs/mutation.md
    python3 build.py test --mutation --sample N only N of them, evenly spread; writes nothing
    python3 build.py test --mutation --find     looks through the sources for checks, and for a test where none is named
    with --only TEXT                           nothing but checks that have TEXT in file, function or condition

A check is an `if …: raise …` of one of `SOURCES`, known by its file, function and condition; disabled, its condition is
False. `tests/mutation.json` names the test that goes red for each, or says why there is none. Every run is a fork of
this process, which has imported what is not ours, and has bytecode of all that was not changed: most take a second.
"""

import argparse
import ast
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
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
SOURCES = ("mpc", "vault", "curve", "chains", "ceremony", "relay", "provider", "wire.py", "entropy.py")
# Where a check's test is looked for when it is in none of the files that mirror its own.
ALSO = {
    "wire": ("tests/test_wire.py",),
    "entropy": ("tests/adversary/test_randomness.py",),
    "mpc/container": ("tests/mpc/test_setup.py",),
    "mpc/dkls/base_ots": ("tests/mpc/dkls/test_keygen.py",),
    "mpc/dkls/endemic": ("tests/mpc/dkls/test_keygen.py",),
    "mpc/dkls/pprf": ("tests/mpc/dkls/test_keygen.py",),
    "mpc/dkls/rvole": ("tests/mpc/dkls/test_sign.py",),
    "mpc/dkls/softspoken": ("tests/mpc/dkls/test_sign.py",),
    "mpc/dkls/migrate": ("tests/mpc/dkls/test_refresh.py",),
    "mpc/schnorr/migrate": ("tests/mpc/schnorr/test_refresh.py",),
    "curve": ("tests/curve",),
    "relay/other_links": ("tests/interop/test_links.py",),
    "relay/store": ("tests/relay/test_server.py",),
    "relay/exchange": ("tests/ceremony/test_ceremonies.py",),
    "ceremony/keygen": ("tests/ceremony/test_ceremonies.py",),
    "ceremony/keysign": ("tests/ceremony/test_ceremonies.py",),
    "ceremony/meet": ("tests/ceremony/test_ceremonies.py",),
    "ceremony/reshare": ("tests/ceremony/test_reshare.py", "tests/ceremony/test_reshare_imported.py"),
}


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


def without(text: str, condition: ast.expr) -> str:
    """The source with this condition False, line numbers kept."""
    lines = text.encode().split(b"\n")  # ast counts columns in bytes
    first, last = condition.lineno - 1, (condition.end_lineno or condition.lineno) - 1
    head, tail = lines[first][: condition.col_offset], lines[last][condition.end_col_offset :]
    lines[first : last + 1] = [head + b"(False" + b"\n" * (last - first) + b")" + tail]
    return b"\n".join(lines).decode()


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

    def pytest(self, *tests: str, seconds: float = 300, changed: bool = False) -> Outcome:
        """Until the first red test. A hang and a library that aborts count as red; code that `changed` leaves no
        bytecode behind."""
        self.told.write_text("")
        with tempfile.TemporaryFile() as output:
            child = os.fork()
            if child == 0:
                self._be_pytest(tests, output.fileno(), changed=changed)
            until, ended = time.monotonic() + seconds, os.WEXITED | os.WNOHANG | os.WNOWAIT
            while os.waitid(os.P_PID, child, ended) is None and time.monotonic() < until:
                time.sleep(0.005)
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # itself where it hangs, and whatever it has started
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            output.seek(0)
            return Outcome(code, self.told.read_text(), output.read().decode(errors="replace"))

    def _be_pytest(self, tests: tuple[str, ...], output: int, *, changed: bool) -> NoReturn:
        code = 3
        try:
            os.setsid()
            for stream in (1, 2):
                os.dup2(output, stream)
            os.chdir(self.root)
            os.environ["PYTHONPATH"] = str(self.root / "py")
            sys.path[0] = str(self.root / "py")  # instead of this file's folder
            sys.dont_write_bytecode = changed
            command = ["-x", "-q", "-p", "no:cacheprovider", "--tb=short", *tests]
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


def places(check: Check) -> list[tuple[str, ...]]:
    """Where its test may be, nearest first."""
    parts = Path(check.file).relative_to("py/tandem").with_suffix("").parts
    mirror = ROOT / "tests" / Path(*parts[:-1]) / f"test_{parts[-1]}.py"
    near = [str(mirror.relative_to(ROOT))] if mirror.exists() else []
    near += ALSO.get("/".join(parts), ())
    near += ALSO.get(parts[0], ())
    if parts[0] in ("mpc", "vault", "provider", "relay", "chains", "ceremony"):
        near.append(str(mirror.parent.relative_to(ROOT)))
    return [(place,) for place in dict.fromkeys(near)]


def find(copy: Copy, known: dict[str, str], only: str) -> None:
    """A red test for every check; what is known is kept."""
    found = dict(known)
    for check, condition in list(all_checks(copy.root)):
        if found.get(check.key, "survives") != "survives" or only not in check.key:
            continue
        for tests in places(check):
            outcome = copy.disabled(check, condition, tests)
            if outcome.red:
                found[check.key] = outcome.test
                break
        else:
            found.setdefault(check.key, "survives")
        print(f"{check.key}\n    {found[check.key]}", flush=True)
        LIST.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n")
    now = [check for check, _ in all_checks(copy.root)]
    found = {check.key: found[check.key] for check in now if check.key in found}
    LIST.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n")
    TABLE.write_text(table(now, found), encoding="utf-8")


def show(copy: Copy, known: dict[str, str], sample: int, only: str) -> int:
    listed = [(check, condition) for check, condition in all_checks(copy.root)]
    lost = sorted(set(known) - {check.key for check, _ in listed})
    fresh = [check.key for check, _ in listed if known.get(check.key, "survives") == "survives" and only in check.key]
    for key in lost:
        print(f"no such check any more: {key}")
    for key in fresh:
        print(f"a check without a named test (--find looks for one): {key}")
    tried = [(check, condition) for check, condition in listed if known.get(check.key, "").startswith("tests/")]
    tried = [(check, condition) for check, condition in tried if only in check.key]
    if sample:
        tried = tried[:: max(1, len(tried) // sample)][:sample]
    tests = sorted({known[check.key] for check, _ in tried})
    whole = copy.pytest(*tests, seconds=1800)
    if whole.code:
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
    return 1 if green or (lost and not sample) else 0


def table(checks: list[Check], known: dict[str, str]) -> str:
    def cell(text: str) -> str:
        return "`" + text.replace("|", "\\|").replace("`", "'") + "`"

    known = {check.key: "not looked at yet" for check in checks} | known
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
    parser.add_argument("--find", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    known = json.loads(LIST.read_text()) if LIST.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "tandem")
        if chosen.find:
            find(copy, known, chosen.only)
            return 0
        return show(copy, known, chosen.sample, chosen.only)


if __name__ == "__main__":
    sys.exit(main())
