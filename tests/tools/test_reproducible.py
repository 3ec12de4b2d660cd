"""Two builds in different folders are the same bytes: here and in a copy of the sources, compiled there anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import extension, fetch, place, wheels

pytestmark = pytest.mark.slow
# What was downloaded and verified; everything that is compiled is made again.
DOWNLOADED = ("cache", "npm", "sdist", "wheels-any")
SOURCES = ("extension", "py", "tools", "manifest.json", "pyproject.toml", "LICENSE", "build.py")


def test_two_builds_in_different_folders_are_the_same_bytes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "another" / "place"
    elsewhere.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__")
    for name in SOURCES:
        source = place.ROOT / name
        if source.is_dir():
            shutil.copytree(source, elsewhere / name, ignore=ignored)
        else:
            shutil.copy(source, elsewhere / name)
    (elsewhere / "build").mkdir()
    for name in DOWNLOADED:
        (elsewhere / "build" / name).symlink_to(place.BUILD / name)
    command = [sys.executable, "-c", "from tools import extension; extension.main([])"]
    env = {name: value for name, value in os.environ.items() if name not in ("TANDEM_BUILD", "PYTHONPATH")}
    subprocess.run(command, cwd=elsewhere, env=env, check=True, timeout=900)
    for browser in extension.BROWSERS:
        files = extension.contents(browser)
        here = tmp_path / f"{browser}.zip"
        wheels.write_zip(here, files, zipfile.ZIP_DEFLATED)
        (there,) = (elsewhere / "dist").glob(f"tandem-{browser}-*.zip")
        assert fetch.sha256(here) == fetch.sha256(there)
        assert there.with_suffix(".cdx.json").read_bytes()
