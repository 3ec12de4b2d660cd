"""`build.py test --guided`: what it refuses; and, where its fuzzer was fetched already, a second of it."""

import subprocess
import sys

import pytest

from fuzz import guided
from tools import place

RUN = [sys.executable, str(place.ROOT / "build.py"), "test", "--guided"]


@pytest.mark.parametrize(("arguments", "said"), [([], "seconds for each parser"), (["1", "nothing"], "no such parser")])
def test_refused_before_anything_is_fetched(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guided, "fetch", lambda: pytest.fail("fetched"))
    assert guided.main(arguments) == 2
    assert said in capsys.readouterr().out


@pytest.mark.skipif(not (guided.ATHERIS / "atheris").exists(), reason="atheris comes with the first --guided")
def test_one_parser_for_a_second() -> None:
    done = subprocess.run([*RUN, "1", "json"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "json: reached " in done.stdout and done.stdout.endswith("1 passed, 0 failed\n")
