"""The layer rules of docs/architecture.md, checked on the syntax trees of py/tandem."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "py" / "tandem"
LAYERS = {
    0: ("errors", "wire", "entropy", "ports", "proto"),
    1: ("curve",),
    2: ("mpc",),
    3: ("relay", "vault"),
    4: ("chains",),
    5: ("provider",),
    6: ("wallet", "ceremony"),
    7: ("hosts", "cli", "__main__", "__init__"),
}
LAYER = {name: layer for layer, names in LAYERS.items() for name in names}
SIBLINGS = {"mpc", "relay", "vault", "chains", "provider"}
MAY_USE = {("relay", "mpc"), ("vault", "mpc")}  # mpc's dataclasses only
OUTSIDE_WORLD = {"asyncio", "socket", "http", "argparse", "aiohttp", "redis", "threading", "subprocess"}
CLOCK = {"time", "datetime"}
ENTROPY = {"secrets", "uuid", "random"}
FILES = sorted(path for path in ROOT.rglob("*.py") if not path.name.endswith("_pb2.py"))


def part(path):
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def imports(tree):
    """Dotted names that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(node):
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def faults(path):
    """What a file breaks, as sentences."""
    tree, mine = ast.parse(path.read_text()), part(path)
    layer = LAYER[mine]
    for name in imports(tree):
        top = name.split(".")[0]
        if top == "tandem" and name.count("."):
            theirs = name.split(".")[1]
            if LAYER.get(theirs, 0) > layer:
                yield f"imports {name}, which is above"
            if {mine, theirs} <= SIBLINGS and mine != theirs and (mine, theirs) not in MAY_USE:
                yield f"imports its sibling {name}"
        if top in ("js", "pyodide", "pyodide_js", "tandem_host") and path != ROOT / "hosts" / "pyodide.py":
            yield f"imports {top}"
        if (top in OUTSIDE_WORLD or name.startswith("urllib.request")) and layer < 7:
            yield f"imports {top}"
        if top in CLOCK and layer < 6:
            yield f"imports {top}"
        if top in ENTROPY:
            yield f"imports {top}"
        if top == "os" and layer < 7 and path.name != "entropy.py":
            yield "imports os"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("urandom", "getrandom") and path.name != "entropy.py":
            yield f"line {node.lineno}: urandom"
        if isinstance(node, ast.Assert):
            yield f"line {node.lineno}: assert"
        if called(node) == "zip" and not any(
            word.arg == "strict" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        ):
            yield f"line {node.lineno}: zip without strict=True"
        if called(node) == "open" and layer < 7:
            yield f"line {node.lineno}: open"
        if called(node) in ("eval", "exec", "__import__"):
            yield f"line {node.lineno}: {called(node)}"
        if isinstance(node, ast.ExceptHandler) and layer < 6:
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or getattr(kind, "id", None) in ("Exception", "BaseException") for kind in kinds):
                yield f"line {node.lineno}: catches everything"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file(path):
    assert list(faults(path)) == []


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("curve/x.py", "from tandem.mpc import session"),
        ("mpc/x.py", "from tandem.relay.client import RelayClient"),
        ("relay/x.py", "import tandem.vault.sealed"),
        ("chains/x.py", "def f():\n    import js"),
        ("hosts/x.py", "from pyodide.ffi import to_js"),
        ("wallet.py", "import asyncio"),
        ("mpc/x.py", "import time"),
        ("cli/x.py", "import random"),
        ("mpc/x.py", "import os"),
        ("hosts/x.py", "import os\nos.urandom(3)"),
        ("mpc/x.py", "assert True"),
        ("cli/x.py", "zip([], [])"),
        ("cli/x.py", "zip([], [], strict=False)"),
        ("vault/x.py", "open('f')"),
        ("hosts/x.py", "eval('1')"),
        ("provider/x.py", "try:\n    pass\nexcept (ValueError, Exception):\n    pass"),
        ("mpc/x.py", "try:\n    pass\nexcept:\n    pass"),
    ],
)
def test_the_rules_catch(where, source, monkeypatch):
    path = ROOT / where
    monkeypatch.setattr(type(path), "read_text", lambda _self: source)
    assert list(faults(path))


def test_every_part_has_a_layer():
    assert {part(path) for path in FILES} <= set(LAYER)


def test_no_file_is_longer_than_one_reads_at_a_time():
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in FILES}
    assert not {name: count for name, count in lines.items() if count > 400}
