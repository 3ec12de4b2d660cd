"""How a run is counted, and what is run once more."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.check import GONE, outcomes

CASE = '<testcase classname="tests.e2e.test_a" name="{}">{}</testcase>'
AWAY = f'<{{}} message="playwright._impl._errors.{GONE}: Page.evaluate">at line 1</{{}}>'


@pytest.mark.parametrize(
    ("inside", "end"),
    [
        ("", "passed"),
        ("<skipped/>", "skipped"),
        ('<failure message="assert 1 == 2">at line 1</failure>', "failed"),
        ('<error message="no such file">at line 1</error>', "failed"),
        (AWAY.format("failure", "failure"), "lost"),
        (AWAY.format("error", "error"), "lost"),
    ],
)
def test_how_a_test_ended(tmp_path: Path, inside: str, end: str) -> None:
    report = tmp_path / "junit.xml"
    report.write_text(f"<testsuites><testsuite>{CASE.format('test_one[x]', inside)}</testsuite></testsuites>")
    assert outcomes(report) == {"tests/e2e/test_a.py::test_one[x]": end}


def test_a_test_that_passed_and_whose_end_failed_is_no_passed_one(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    two = CASE.format("test_one", "") + CASE.format("test_one", '<error message="at its end">at line 1</error>')
    report.write_text(f"<testsuites><testsuite>{two}</testsuite></testsuites>")
    assert outcomes(report) == {"tests/e2e/test_a.py::test_one": "failed"}
