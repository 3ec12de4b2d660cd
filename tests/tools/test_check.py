"""How a run is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.check import browser, outcomes

from tools import place

CASE = '<testcase classname="tests.e2e.test_a" name="{}">{}</testcase>'


@pytest.mark.parametrize(
    ("inside", "end"),
    [
        ("", "passed"),
        ("<skipped/>", "skipped"),
        ('<failure message="assert 1 == 2">at line 1</failure>', "failed"),
        ('<error message="no such file">at line 1</error>', "failed"),
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


def test_a_run_is_counted_from_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tests" / "e2e"
    folder.mkdir(parents=True)
    (folder / "test_a.py").write_text("def test_fails(): assert False\ndef test_passes(): pass\n")
    monkeypatch.setattr(place, "ROOT", tmp_path)
    monkeypatch.setattr(place, "BUILD", tmp_path)
    with (tmp_path / "output").open("wb") as output:
        assert browser("tests/e2e", output) == {"passed": 1, "failed": 1, "skipped": 0}
