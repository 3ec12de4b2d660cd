"""Security.md §10, T29 and T30: where randomness comes from, and what happens without it."""

import ast
import asyncio
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adversary.stage import pair, shares, sign
from adversary.test_signing import LONG, http
from adversary.virtual_time import run
from tandem import entropy
from tandem.entropy import random_bytes, self_test
from tandem.errors import EntropyFault
from tandem.hosts.cpython import AsyncioTasks, SodiumKdf, SystemClock
from tandem.wallet.backend import Backend
from tandem.wallet.host import Host
from wallet.conftest import Memory

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "py" / "tandem").rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_t29_one_source_of_randomness() -> None:
    """No module imports a generator; the system's is read in one place; the scripts of the extension hold none."""
    for path in SOURCES:
        text = path.read_text()
        assert not imports(ast.parse(text)) & {"random", "secrets", "uuid", "numpy"}, path
        if path.name != "entropy.py":
            assert not re.search(r"urandom|getrandom|Random\.", text), path
        assert not re.search(r"\b(get_random_bytes|nacl\.utils\.random|randombytes|token_bytes)\b", text), path
    for script in (ROOT / "extension").rglob("*.js"):
        assert "Math.random" not in script.read_text(), script


def test_t29_a_seeded_generator_changes_nothing(monkeypatch) -> None:
    held, seen = shares(), set()
    for curve in ("ecdsa", "eddsa"):
        for _ in range(3):
            random.seed(0)
            monkeypatch.setattr(random, "_inst", random.Random(0))
            (made,), _ = run(sign(pair(http()), held, curve=curve), LONG)
            seen.add(made[:32] if isinstance(made, bytes) else made.r)
    assert len(seen) == 6


def test_t29_a_fixed_hash_seed_changes_nothing() -> None:
    draw = "from tandem.entropy import random_bytes; print(random_bytes(32).hex())"
    env = {"PYTHONPATH": str(ROOT / "py"), "PYTHONHASHSEED": "0"}
    made = {subprocess.check_output([sys.executable, "-c", draw], env=env) for _ in range(3)}
    assert len(made) == 3


def missing(_: int) -> bytes:
    raise NotImplementedError


SOURCES_THAT_FAIL = {
    "zeros": bytes,
    "repeats": lambda count: bytes(range(count)),
    "few values": iter([b"\1\2\3\4" * 8, b"\4\3\2\1" * 8]).__next__,
    "short": lambda count: random_bytes(count - 1),
    "missing": missing,
}


@pytest.mark.parametrize("name", SOURCES_THAT_FAIL)
def test_t30_a_broken_source_is_refused(name: str) -> None:
    source = SOURCES_THAT_FAIL[name]
    with pytest.raises(EntropyFault):
        self_test((lambda _: source()) if name == "few values" else source)  # type: ignore[operator,arg-type]
    self_test()


@pytest.mark.parametrize("source", [bytes, missing, lambda count: b"\7" * count])
def test_t30_the_wallet_does_not_start_on_it(source) -> None:
    async def go() -> None:
        store, sent = Memory(), []
        tasks = AsyncioTasks()
        backend = Backend(Host(store, None, SystemClock(), tasks, source, SodiumKdf(), sent.append))  # type: ignore[arg-type]
        with pytest.raises(EntropyFault):
            await backend.start()  # what hands requests on is only made after it (hosts/pyodide.py)
        assert store.values == {} and sent == [] and not tasks._running

    asyncio.run(go())


def test_t30_the_programs_test_it_first() -> None:
    for program in ("phone", "vault"):
        text = (ROOT / "py" / "tandem" / "cli" / f"{program}.py").read_text()
        assert "self_test()" in text
    assert entropy.random_bytes.__module__ == "tandem.entropy"
