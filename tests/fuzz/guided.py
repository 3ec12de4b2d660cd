"""The parsers of `parsers.py` under a fuzzer that sees which lines an input reaches (atheris), for as long as wanted.

    python3 build.py test --guided SECONDS [PARSER …]        seconds for each parser; all of them if none is named

atheris is fetched, by hash, into build/atheris at the first use. Inputs that reached something new stay in
build/fuzz/PARSER, so that the next run goes on from there. The oracle is that of `test_parsers.py`: a value or the
parser's typed error. What breaks it is printed as hex, for `corpus/`.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import place

HERE = Path(__file__).resolve().parent
ATHERIS = place.BUILD / "atheris"
FOUND = place.BUILD / "fuzz"
SLOWEST = 5  # seconds for one input; instrumented code is slow


def fetch() -> None:
    if (ATHERIS / "atheris").exists():
        return
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps"]
    pinned = ["--only-binary=:all:", "--require-hashes", "-r", str(HERE / "requirements.txt")]
    subprocess.run([*pip, "--target", str(ATHERIS), *pinned], check=True)


def play(name: str, folder: Path, options: Sequence[str]) -> None:
    """In a process of its own, which the fuzzer ends."""
    sys.path.insert(0, str(ATHERIS))
    import atheris

    with atheris.instrument_imports(include=["tandem"]):
        from fuzz.parsers import PARSERS
    parser = next(parser for parser in PARSERS if parser.name == name)
    for number, seed in enumerate(parser.seeds()):
        (folder / f"seed-{number}").write_bytes(seed)

    def one(data: bytes) -> None:
        try:
            parser.parse(data)
        except parser.errors:
            pass
        except Exception:
            print(f"{name}: {data.hex()}", flush=True)
            raise

    atheris.Setup(["guided", *options, f"-max_len={parser.longest}", f"-timeout={SLOWEST}", str(folder)], one)
    atheris.Fuzz()


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--play"]:
        play(arguments[1], Path(arguments[2]), arguments[3:])
        return 0
    if not arguments or not arguments[0].isdigit():
        print(__doc__)
        return 2
    from fuzz.parsers import PARSERS

    names = arguments[1:] or [parser.name for parser in PARSERS]
    unknown = set(names) - {parser.name for parser in PARSERS}
    if unknown:
        print(f"no such parser: {', '.join(sorted(unknown))}")
        return 2
    fetch()
    bad = []
    for name in names:
        folder = FOUND / name.replace(" ", "_").replace("/", "_")
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fuzz.guided", "--play", name, str(folder)]
        limits = [f"-max_total_time={arguments[0]}", "-print_final_stats=1", f"-artifact_prefix={FOUND}/"]
        said = subprocess.run([*command, *limits], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        told = [line for line in said.stdout.splitlines() if line.startswith(("stat::number", "stat::peak", name))]
        reached = [line.partition("cov: ")[2] for line in said.stdout.splitlines() if "cov: " in line]
        print(f"{name}: reached {' '.join(reached[-1:])}; {'; '.join(told)}", flush=True)
        if said.returncode:
            bad.append(name)
            print(said.stdout[-4000:], flush=True)
    print(f"{len(names) - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
