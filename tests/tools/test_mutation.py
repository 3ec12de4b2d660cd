"""That every check has its row, and a few rows of the mutation check (all of them: build.py test --mutation)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mutation

ROOT = Path(__file__).parents[2]


def test_every_check_has_its_row() -> None:
    """For one without: build.py test --mutation --find tests/WHERE/IT/IS.py --only ITS_FUNCTION."""
    checks = [check for check, _ in mutation.all_checks(ROOT)]
    known = json.loads(mutation.LIST.read_text())
    assert {check.key for check in checks} == set(known)
    assert [key for key, test in known.items() if test == mutation.NONE] == []
    assert mutation.TABLE.read_text() == mutation.table(checks, known)


@pytest.mark.slow
def test_a_sample_of_the_checks() -> None:
    command = [sys.executable, str(ROOT / "tests" / "mutation.py"), "--sample", "6"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 checks, 0 whose test stays green" in done.stdout
