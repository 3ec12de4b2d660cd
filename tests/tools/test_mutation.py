"""A few rows of the mutation check, so that tool and list stay alive (all of them: build.py test --mutation)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_sample_of_the_checks() -> None:
    command = [sys.executable, str(ROOT / "tests" / "mutation.py"), "--sample", "6"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 checks, 0 whose test stays green" in done.stdout
