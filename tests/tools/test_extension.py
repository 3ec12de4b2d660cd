"""The package: the same bytes twice, nothing that is not on the list, nothing of this machine."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from tools.place import Refused

from tools import compiler, extension, fetch, place, runtime, wheels

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=extension.BROWSERS)
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return extension.contents(request.param)


def test_two_archives_are_the_same_bytes(files: dict[str, bytes], tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    wheels.write_zip(first, files, zipfile.ZIP_DEFLATED)
    wheels.write_zip(second, dict(reversed(files.items())), zipfile.ZIP_DEFLATED)
    assert fetch.sha256(first) == fetch.sha256(second)


def test_compiling_python_twice_gives_the_same_files() -> None:
    first = place.BUILD / "test-stage-1"
    runtime.compile_all(first)
    second = place.BUILD / "test-stage-2"
    runtime.compile_all(second)
    try:
        assert runtime.files(first) == runtime.files(second)
    finally:
        shutil.rmtree(first)
        shutil.rmtree(second)


def test_compiling_c_twice_gives_the_same_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = iter((tmp_path / "a", tmp_path / "b"))

    def fresh() -> dict[str, str]:
        cache = str(next(caches))
        return os.environ | {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}

    digests = set()
    for name in ("first", "second"):
        env = fresh()
        monkeypatch.setattr(compiler, "environment", lambda env=env: env)
        (tmp_path / name).mkdir()
        digests.add(fetch.sha256(wheels.secp256k1(target=tmp_path / name / "libsecp256k1.so")))
    assert len(digests) == 1


def test_no_path_of_this_machine_is_inside(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        for path in (str(place.ROOT), sys.base_prefix):
            assert path.encode() not in content, f"{path} in {name}"


def test_the_real_engine_is_not_shipped(files: dict[str, bytes]) -> None:
    others = set(files) - {"vultisig.js"}  # our own script for the page's name
    assert not [name for name in others if "vultisig" in name.lower() or "dkls" in name.lower()]
    wasm = [name for name in files if name.endswith(".wasm")]
    assert sorted(wasm) == ["argon2.wasm", "pyodide/pyodide.asm.wasm"]


def test_t49_a_file_on_no_list_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(extension.SOURCE, tmp_path / "extension")
    monkeypatch.setattr(extension, "SOURCE", tmp_path / "extension")
    extension.listed()
    (tmp_path / "extension" / "stray.js").write_text("")
    with pytest.raises(Refused, match=r"stray\.js"):
        extension.listed()
    (tmp_path / "extension" / "stray.js").unlink()
    (tmp_path / "extension" / "worker.js").unlink()
    with pytest.raises(Refused, match=r"worker\.js"):
        extension.listed()
