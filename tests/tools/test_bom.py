"""The bill of materials names everything that is shipped, once, with its hash."""

from __future__ import annotations

import hashlib
import json

import pytest
from tools.place import Refused

from tools import bom, extension, runtime

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=extension.BROWSERS)
def made(request: pytest.FixtureRequest) -> tuple[dict[str, bytes], dict]:
    files = extension.contents(request.param)
    installed = json.loads((runtime.RUNTIME / "installed.json").read_text())
    written = bom.bill(request.param, files, installed)
    assert written == bom.bill(request.param, dict(reversed(files.items())), installed)
    return files, json.loads(written)


def test_every_file_with_its_hash(made: tuple[dict[str, bytes], dict]) -> None:
    files, bill = made
    told = {each["name"]: each["hashes"][0]["content"] for each in bill["components"] if each["type"] == "file"}
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_every_library_with_version_and_licence(made: tuple[dict[str, bytes], dict]) -> None:
    _, bill = made
    libraries = {each["name"]: each for each in bill["components"] if each["type"] == "library"}
    wanted = {"CPython", "libsecp256k1", "libsodium", "pyodide", "qr", *bom.PYTHON}
    assert set(libraries) == wanted
    assert all(each["version"] and each["licenses"][0]["expression"] for each in libraries.values())
    boot = (extension.SOURCE / "boot.js").read_text()
    assert f'python: "{libraries["CPython"]["version"]}"' in boot
    assert f'version: "{libraries["pyodide"]["version"]}"' in boot


def test_a_package_without_a_known_licence_stops_the_build() -> None:
    with pytest.raises(Refused, match="surprise"):
        bom.libraries({"surprise": "1.0"})
