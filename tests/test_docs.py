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


def test_every_numbered_case_has_its_test() -> None:
    """docs/security.md: T01 to T50, and every test that carries a number, under the number that it carries."""
    rows = re.findall(r"^\| T(\d\d) \|(.*)$", (ROOT / "docs" / "security.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 51))
    listed = {(number, name) for number, row in rows for name in re.findall(r"`([\w/]+\.py::\w+)`", row)}
    written = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for numbers, rest in re.findall(r"^def test_((?:t\d\d_)+)(\w+)\(", path.read_text(), re.MULTILINE):
            name = f"{path.relative_to(ROOT / 'tests').as_posix()}::test_{numbers}{rest}"
            written |= {(number, name) for number in re.findall(r"\d\d", numbers)}
    assert written == listed
    assert {number for number, _ in written} == {number for number, _ in rows}
