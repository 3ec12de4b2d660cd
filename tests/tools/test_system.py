"""Programs of the operating system: found where each system keeps them; told how to get them where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.place import Refused

from tools import place, system


def program(folder: Path, name: str, text: str = "#!/bin/sh\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on its PATH but this folder, and nobody's home."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TANDEM_BROWSER", raising=False)
    monkeypatch.setattr(system, "BROWSERS", tuple(name for name in system.BROWSERS if not name.startswith("/")))
    return tmp_path


def test_no_browser_is_none(bare: Path) -> None:
    assert system.find_browser() is None


def test_chromium_goes_before_branded_chrome(bare: Path) -> None:
    program(bare / "bin", "google-chrome")
    chromium = program(bare / "bin", "chromium")
    assert system.find_browser() == str(chromium)


def test_what_the_person_names_goes_before_all(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin", "chromium")
    monkeypatch.setenv("TANDEM_BROWSER", "/somewhere/else")
    assert system.find_browser() == "/somewhere/else"


def test_playwrights_own_chromium_on_macos(bare: Path) -> None:
    app = bare / "home/Library/Caches/ms-playwright/chromium-1234/chrome-mac/Chromium.app/Contents/MacOS"
    found = program(app, "Chromium")
    assert system.find_browser() == str(found)


def test_the_newest_of_playwrights_own_on_linux(bare: Path) -> None:
    cache = bare / "home/.cache/ms-playwright"
    program(cache / "chromium-1100/chrome-linux", "chrome")
    newer = program(cache / "chromium-1200/chrome-linux", "chrome")
    assert system.find_browser() == str(newer)


@pytest.mark.parametrize(("platform", "euid"), [("darwin", 501), ("linux", 1000)])
def test_elsewhere_it_says_how_to_get_what_is_missing(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: str, euid: int
) -> None:
    monkeypatch.setattr(system.sys, "platform", platform)
    monkeypatch.setattr(system.os, "geteuid", lambda: euid)
    monkeypatch.setattr(system, "apt", lambda _: pytest.fail("apt is for Debian's root"))
    system.ensure()
    told = capsys.readouterr().out
    assert "brew install --cask chromium" in told
    assert "brew install redis" in told
    assert "firefox" in told


def test_an_anvil_on_the_path_is_used_where_none_is_pinned(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "NPM", bare / "npm")
    assert system.find_anvil() is None
    found = program(bare / "bin", "anvil")
    assert system.find_anvil() == str(found)


def test_node_must_be_there_and_new_enough(bare: Path) -> None:
    with pytest.raises(Refused, match="not found"):
        system.require_node()
    program(bare / "bin", "npm")
    program(bare / "bin", "node", "#!/bin/sh\necho v18.19.0\n")
    with pytest.raises(Refused, match=r"v18\.19\.0"):
        system.require_node()
    program(bare / "bin", "node", "#!/bin/sh\necho v20.1.0\n")
    system.require_node()


@pytest.mark.parametrize(
    ("platform", "machine", "name"),
    [
        ("darwin", "arm64", "darwin-arm64"),
        ("darwin", "x86_64", "darwin-amd64"),
        ("linux", "aarch64", "linux-arm64"),
        ("linux", "x86_64", "linux-amd64"),
    ],
)
def test_machines_are_named_as_npm_names_them(
    monkeypatch: pytest.MonkeyPatch, platform: str, machine: str, name: str
) -> None:
    monkeypatch.setattr(place.sys, "platform", platform)
    monkeypatch.setattr(place.platform, "machine", lambda: machine)
    assert place.machine() == name
