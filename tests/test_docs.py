"""What the documents claim about the code."""

import re
from pathlib import Path

from tandem import errors
from tandem.provider.codes import SENTENCES

ROOT = Path(__file__).resolve().parent.parent


PAGE_SCRIPTS = ("channel", "content", "inpage", "solana", "solana_face", "vultisig", "rpc")


def table() -> set[tuple[int, str]]:
    """(code, reason) of docs/errors.md."""
    rows = re.findall(r"^\| (-?\d+) \| ([^|]*)\|", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)
    return {(int(code), reason) for code, reasons in rows for reason in re.findall(r"`(\w+)`", reasons)}


def said_by_python(error: type[errors.TandemError] = errors.TandemError) -> set[tuple[int, str]]:
    return {(error.code, error.reason)}.union(*(said_by_python(each) for each in error.__subclasses__()))


def said_by_scripts() -> set[tuple[int, str]]:
    """Every error that a script makes itself: with a reason, or this test does not find it."""
    found: set[tuple[int, str]] = set()
    for name in PAGE_SCRIPTS:
        text = (ROOT / "extension" / f"{name}.js").read_text()
        made = re.findall(r"(?:rpcError|failure)\((-?\d+), (?:\"[^\"]*\"|message), (?:\{ reason: )?\"(\w+)\"", text)
        assert len(made) == len(re.findall(r"(?:rpcError|failure)\(-?\d", text)), (
            f"{name}.js makes an error without a reason"
        )
        kept = re.findall(r"refuse\(id, (-?\d+), \"[^\"]*\", \"(\w+)\"\)", text)
        listed = re.findall(r"^\s+(\w+): \{ code: (-?\d+),", text, re.MULTILINE)
        gone = re.findall(r"giveUp\(\"[^\"]*\", \"(\w+)\"\)", text)
        found |= {(int(code), reason) for code, reason in (*made, *kept, *((code, reason) for reason, code in listed))}
        found |= {(4900, reason) for reason in gone}
    return found


def test_same_cause_same_code_and_every_one_is_in_the_table() -> None:
    python, scripts = said_by_python(), said_by_scripts()
    assert {reason for _, reason in python} == set(SENTENCES)
    assert {"reload_tab", "boot_failed", "rate_limited", "invalid_request"} <= {reason for _, reason in scripts}
    assert python | scripts == table()
    reasons = [reason for _, reason in table()]
    assert len(reasons) == len(set(reasons)), "one cause has two codes"
    assert {reason for code, reason in table() if code == 4001} == {"user_rejected", "phone_declined"}


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


def test_the_tests_that_the_documents_name_are_there() -> None:
    for page in sorted((ROOT / "docs").glob("*.md")):
        for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page.read_text()):
            assert (ROOT / path).exists(), f"{page.name}: {path}"
            assert not name or f"def {name}(" in (ROOT / path).read_text(), f"{page.name}: {path}::{name}"
