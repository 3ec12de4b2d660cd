"""What the documents claim about the code."""

import re
from pathlib import Path

from tandem.provider.codes import SENTENCES

ROOT = Path(__file__).resolve().parent.parent


def test_every_reason_a_page_can_hear_is_in_the_table() -> None:
    listed = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "errors.md").read_text()))
    said_by_js = set(
        re.findall(r"^\s+([a-z_]+): \{ code: -?\d+,", (ROOT / "extension" / "rpc.js").read_text(), re.MULTILINE)
    )
    assert said_by_js, "rpc.js keeps its errors elsewhere now"
    assert set(SENTENCES) | said_by_js <= listed


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
