"""`build.py relay …`, `build.py phone …` and `build.py vault …`: the project's own programs, in this terminal."""

from __future__ import annotations

import os

from tools import place


def main(arguments: list[str]) -> int:
    os.execve(place.PYTHON, [str(place.PYTHON), "-m", "tandem", *arguments], environment())


def environment() -> dict[str, str]:
    """The environment in which `python -m tandem` finds the sources."""
    return os.environ | {"PYTHONPATH": str(place.ROOT / "py")}
