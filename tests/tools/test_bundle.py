"""The test pages: built from pinned packages alone, and the same every time."""

import json
import shutil
from pathlib import Path

import pytest
from tools.place import Refused

from tools import bundle, stamp


def test_the_page_is_the_same_when_it_is_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = (bundle.solana_page() / "page.js").read_bytes()
    shutil.rmtree(bundle.BUILT / "solana")
    assert (bundle.solana_page() / "page.js").read_bytes() == first
    monkeypatch.setattr(bundle.fetch, "quiet", lambda *_, **__: pytest.fail("built again without a change"))
    assert bundle.solana_page() == bundle.BUILT / "solana"
    assert stamp.path("page-solana").exists()


def test_a_file_that_is_not_pinned_is_refused(tmp_path: Path) -> None:
    used = tmp_path / "used.json"
    used.write_text(json.dumps({"inputs": {"page.js": {}, "../../../../node_modules/bs58/index.js": {}}}))
    with pytest.raises(Refused, match="not pinned"):
        bundle.only_pinned(bundle.SOURCE / "solana", used)
