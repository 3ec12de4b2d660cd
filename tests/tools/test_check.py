"""How a run is counted, and what is run once more."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.check import GONE, browser, outcomes

from tools import place

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


PROJECT = f"""
from pathlib import Path

import pytest


class {GONE}(Exception):
    pass


def run(name):
    path = Path(__file__).with_name(name)
    path.write_text(path.read_text() + "." if path.exists() else ".")
    return len(path.read_text())


@pytest.fixture
def page():
    if run("opened") == 1:
        raise {GONE}("BrowserType.launch: Target page, context or browser has been closed")


def test_passes(): run("passes")
def test_fails(): assert run("fails") == 0
def test_its_page_was_lost(page): run("opens")
@pytest.mark.parametrize("url", ["a/b.c"])
def test_lost(url):
    if run("lost") == 1:
        raise {GONE}("Page.goto")
def test_always_lost():
    run("always lost")
    raise {GONE}("Page.evaluate")
def test_lost_and_then_wrong():
    if run("wrong") == 1:
        raise {GONE}("Page.evaluate")
    assert False
@pytest.mark.skip
def test_left_out(): pass
"""


def test_what_was_lost_with_the_browser_runs_once_more_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """check.browser as it is, on a project of its own: each test writes down how often it ran."""
    folder = tmp_path / "tests" / "e2e"
    folder.mkdir(parents=True)
    (folder / "test_a.py").write_text(PROJECT)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setattr(place, "ROOT", tmp_path)
    monkeypatch.setattr(place, "BUILD", tmp_path)
    with (tmp_path / "output").open("wb") as output:
        counts = browser("tests/e2e", output)
    ran = {name: len((folder / name).read_text()) for name in ("passes", "fails", "opened", "opens", "lost", "wrong")}
    assert ran == {"passes": 1, "fails": 1, "opened": 2, "opens": 1, "lost": 2, "wrong": 2}
    assert (folder / "always lost").read_text() == ".."
    # failed: what failed at once, what was lost twice, and what was lost and then wrong
    assert counts == {"passed": 3, "failed": 3, "skipped": 1}


def test_a_run_without_losses_is_counted_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tests" / "e2e"
    folder.mkdir(parents=True)
    (folder / "test_a.py").write_text("def test_fails(): assert False\n")
    monkeypatch.setattr(place, "ROOT", tmp_path)
    monkeypatch.setattr(place, "BUILD", tmp_path)
    with (tmp_path / "output").open("wb") as output:
        assert browser("tests/e2e", output) == {"passed": 0, "failed": 1, "skipped": 0}
    assert not (tmp_path / "junit-e2e-again.xml").exists()
