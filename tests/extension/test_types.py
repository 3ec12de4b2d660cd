"""The extension's JavaScript is typed by JSDoc and checked by TypeScript, strictly."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.extension.conftest import REPOSITORY

COMPILER = Path(os.environ.get("TANDEM_BUILD", REPOSITORY / "build")) / "npm/typescript/bin/tsc"


def test_types():
    node = shutil.which("node")
    if node is None or not COMPILER.is_file():
        pytest.skip("needs node, and typescript as build.py lays it out")
    checked = subprocess.run(
        [node, str(COMPILER), "-p", str(REPOSITORY / "extension/jsconfig.json")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert checked.stdout + checked.stderr == ""
