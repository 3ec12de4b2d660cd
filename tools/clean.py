"""The clean step: removes what the build made; `--all` also the downloads and .venv."""

from __future__ import annotations

import shutil

from tools import place


def main(arguments: list[str]) -> int:
    if "--all" in arguments:
        gone = [place.BUILD, place.DIST, place.VENV]
    else:
        kept = {"cache", "npm", "sdist", "wheels-any", "stamps", "zig-cache"}
        gone = [path for path in place.BUILD.glob("*") if path.name not in kept] + [place.DIST]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return 0
