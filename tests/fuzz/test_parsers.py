"""Whatever comes in: a value or the parser's typed error, in bounded time and memory.

Mutations of seeds that our own writers made, by a fixed seed, 50,000 a parser or as many as fit its share of the time
(the slow ones multiply points); the long form does 1,000,000 of each. What was found once stays in `corpus/`.
"""

import os
import random
import sys
import time
from pathlib import Path

import pytest

from fuzz.mutate import changed
from fuzz.parsers import PARSERS, Parser

LONG = "TANDEM_LONG" in os.environ
PYODIDE = sys.platform == "emscripten"
COUNT, SECONDS = (1_000_000, 24 * 3600.0) if LONG else (50_000, 1.0 if PYODIDE else 2.5)
SLOWEST = 0.25  # seconds of processor time for one input, of which a busy machine steals some
MEMORY = 64 << 10  # KiB by which the process may have grown
CORPUS = Path(__file__).with_name("corpus")


def one(parser: Parser, data: bytes) -> float:
    """Seconds it took."""
    start = time.process_time()
    try:
        parser.parse(data)
    except parser.errors:
        pass
    except Exception as escaped:
        raise AssertionError(f"{parser.name}: {escaped!r} for {data[:2000]!r}") from escaped
    return time.process_time() - start


def grown() -> int:
    """KiB of memory at most so far; Pyodide has no such number."""
    if PYODIDE:
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.slow
@pytest.mark.parametrize("parser", [p for p in PARSERS if not (PYODIDE and p.native)], ids=lambda parser: parser.name)
def test_a_value_or_its_error(parser: Parser) -> None:
    dice, seeds = random.Random(parser.name), list(parser.seeds())
    for data in (b"", *seeds):
        one(parser, data)
    for seed in seeds:
        parser.parse(seed)  # a seed that is no value would fuzz nothing but the first check
    before, began, tried = grown(), time.process_time(), 0
    pool = list(seeds)
    while tried < COUNT and time.process_time() - began < SECONDS:
        data = changed(dice.choice(pool), seeds, dice, parser.longest)
        took = one(parser, data)
        if took > SLOWEST:
            took = min(one(parser, data) for _ in range(3))
        assert took < SLOWEST, f"{took:.2f} s for {data[:2000]!r}"
        if len(pool) < 200 and dice.random() < 0.02:
            pool.append(data)  # changes of changes
        tried += 1
    print(f"{parser.name:28} {tried:8} inputs, {tried / (time.process_time() - began):8.0f}/s")
    assert grown() - before < MEMORY
    assert tried >= 50


def test_corpus() -> None:
    """What once went wrong, as `parser name` or hex beside it."""
    parsers = {parser.name: parser for parser in PARSERS}
    for path in sorted(CORPUS.glob("*.txt")):
        for line in path.read_text().splitlines():
            one(parsers[path.stem.replace("_", " ")], bytes.fromhex(line))
