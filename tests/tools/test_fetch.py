"""Downloads are used only when their sha256 is the pinned one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from tools.place import Refused

from tools import fetch

GOOD = b"the file"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def serve(content: bytes) -> Callable[[Path], None]:
    def download(folder: Path) -> None:
        (folder / "whatever-npm-calls-it.tgz").write_bytes(content)

    return download


def never(folder: Path) -> None:
    raise AssertionError("no network is needed for a file in the cache")


def test_a_good_download_lands_in_the_cache_and_is_not_fetched_again(tmp_path: Path) -> None:
    kept = fetch.cached("a.tgz", sha(GOOD), serve(GOOD), tmp_path)
    assert kept.read_bytes() == GOOD
    assert fetch.cached("a.tgz", sha(GOOD), never, tmp_path) == kept


def test_t49_a_tampered_download_is_refused_naming_the_file_and_both_hashes(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        fetch.cached("a.tgz", sha(GOOD), serve(b"another file"), tmp_path)
    for part in ("a.tgz", sha(GOOD), sha(b"another file")):
        assert part in str(refused.value)


def test_a_file_tampered_with_in_the_cache_is_refused(tmp_path: Path) -> None:
    fetch.cached("a.tgz", sha(GOOD), serve(GOOD), tmp_path).write_bytes(b"later")
    with pytest.raises(Refused) as refused:
        fetch.cached("a.tgz", sha(GOOD), never, tmp_path)
    for part in ("a.tgz", sha(GOOD), sha(b"later")):
        assert part in str(refused.value)
    assert (tmp_path / "a.tgz").read_bytes() == b"later"


def test_a_truncated_download_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not the pinned file"):
        fetch.cached("a.tgz", sha(GOOD), serve(GOOD[:-1]), tmp_path)


def test_a_pin_without_a_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no sha256"):
        fetch.cached("a.tgz", None, never, tmp_path)


def test_every_python_package_is_pinned_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-pyodide.txt"):
        text = (fetch.place.TOOLS / name).read_text()
        for entry in text.split("\n", 1)[1].replace("\\\n", "").splitlines():
            assert "==" in entry.split()[0]
            assert "--hash=sha256:" in entry
