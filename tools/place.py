"""Where things are: the checkout, the build folder, the virtual environment."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"
BUILD = Path(os.environ.get("TANDEM_BUILD", ROOT / "build")).resolve()
CACHE = BUILD / "cache"
NPM = BUILD / "npm"
SDIST = BUILD / "sdist"
DIST = ROOT / "dist"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def machine() -> str:
    """This machine as npm packages of native programs name it, for example linux-amd64."""
    arch = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
    return f"{sys.platform}-{arch.get(platform.machine().lower(), platform.machine())}"


class Refused(Exception):
    """A step cannot go on; the text says why and what to do."""
