"""What must hold of every source of the extension: no markup from strings, no words in code, no words missing."""

import json
import re
import sys
from dataclasses import fields
from typing import get_args

import pytest
from tests.extension.conftest import REPOSITORY

from tandem import errors
from tandem.chains import phone
from tandem.chains.ethereum.dangers import DANGERS, NOTES
from tandem.chains.ethereum.telling import FACTS
from tandem.chains.ethereum.telling import KINDS as KINDS_OF_STEPS
from tandem.chains.solana import summary as solana_summary
from tandem.chains.solana.programs.meaning import Step
from tandem.provider.solana import SOLANA_METHODS

EXTENSION = REPOSITORY / "extension"
SCRIPTS = sorted([*EXTENSION.glob("*.js"), *EXTENSION.glob("ui/*.js")])
SCREENS = sorted(EXTENSION.glob("ui/*.js"))
MESSAGES = json.loads((EXTENSION / "_locales/en/messages.json").read_text())
MANIFEST = json.loads((REPOSITORY / "manifest.json").read_text())

# Keys that are made at run time, by what they are made of.
KINDS = {
    "ask_": [*KINDS_OF_STEPS, "deploy", "erc20_revoke"],
    "fact_": [*FACTS],
    "note_": [*NOTES],
    "simulation_": ["unsupported", "unreachable"],
    "size_": [size + more for size in "234" for more in ("", "_text", "_server")],
    "phone_field_": [*phone.FIELDS],
    "phone_note_": [*phone.NOTES],
    "strength_": ["0", "1", "2", "3"],
    "state_": [
        "received",
        "validated",
        "awaiting_unlock",
        "awaiting_approval",
        "awaiting_phone",
        "signing",
        "signed",
        "broadcast",
        "done",
    ],
    "wish_": [
        "eth_requestAccounts",
        "wallet_requestPermissions",
        "personal_sign",
        "eth_signTypedData_v3",
        "eth_signTypedData_v4",
        "eth_signTypedData",
        "eth_sendTransaction",
        "wallet_sendCalls",
        "wallet_addEthereumChain",
        "wallet_watchAsset",
        "wallet_switchEthereumChain",
        *(name.replace(":", "_") for name in SOLANA_METHODS if name != "standard:disconnect"),
    ],
    "step_": [*solana_summary._TITLES.values(), "several", "nothing"],
    "field_": sorted({field.name for step in get_args(Step) for field in fields(step)} - {"amount", "data"}),
    "role_": ["0", "1", "2", "3"],
    "warn_": [
        *DANGERS,
        "permit",
        "permit_counted",
        "permit_unlimited",
        "acts_for_you",
        "hands_over",
        "closes_to_other",
        "no_expiry",
        "would_fail",
        "typed_unknown",
        "foreign",
        "binary",
        *(f"siwe_{name}" for name in ("scheme", "uri", "address", "chain", "expired", "early", "malformed")),
        "phone_blind",
        "phone_digits",
        "imitates",
    ],
}


def reasons(root=errors.TandemError):
    yield root.reason
    for child in root.__subclasses__():
        yield from reasons(child)


def used_keys():
    for path in SCRIPTS:
        yield from re.findall(r'\bt\(\s*"([a-z0-9_]+)"', path.read_text())
        yield from re.findall(r'getMessage\("([a-z0-9_]+)"', path.read_text())
    yield from re.findall(r'"(welcome_point_\d)"', (EXTENSION / "ui/onboarding.js").read_text())
    yield from re.findall(r"__MSG_(\w+)__", json.dumps(MANIFEST))
    for prefix, names in KINDS.items():
        yield from (prefix + name for name in names)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_t49_no_markup_or_code_from_strings(path):
    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc",
        path.read_text(),
    )
    assert found == []


def test_every_key_has_a_sentence():
    assert sorted(set(used_keys()) - set(MESSAGES)) == []


def test_every_reason_of_the_backend_has_a_sentence():
    assert sorted({f"error_{reason}" for reason in reasons()} - set(MESSAGES)) == []


def test_every_sentence_is_used():
    text = "".join(path.read_text() for path in SCRIPTS) + json.dumps(MANIFEST)
    dynamic = ("error_", "next_", *KINDS)
    unused = [
        key
        for key in MESSAGES
        if not key.startswith(dynamic) and f'"{key}"' not in text and f"__MSG_{key}__" not in text
    ]
    assert unused == []


def test_placeholders_are_declared():
    for key, entry in MESSAGES.items():
        used = {name.lower() for name in re.findall(r"\$(\w+)\$", entry["message"])}
        assert used == set(entry.get("placeholders", {})), key


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_no_words_in_code(path):
    """A string of two words or more is a sentence, and sentences belong to _locales."""
    code = re.sub(r"^\s*//.*$|/\*\*?.*?\*/", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    code = re.sub(
        r'class: "[^"]*"|viewBox: "[^"]*"|\bd: "[^"]*"|^import .*$|mark\([^)]*\)', "", code, flags=re.MULTILINE
    )
    strings = re.findall(r'"([^"\n]*)"', code)
    assert [text for text in strings if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)] == []


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((front, back, 4.5) for front in ("text", "muted", "accent", "danger") for back in ("ground", "surface")),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("accent", "tint", 4.5),
        ("muted", "tint", 4.5),
        ("danger", "danger-tint", 4.5),
        ("warn-text", "warn-tint", 4.5),
        ("field", "surface", 3.0),
    ],
)
def test_contrast(theme, front, back, least):
    """WCAG AA: 4.5 for text, 3 for the edge of a control."""
    blocks = re.findall(r":root \{(.*?)\}", (EXTENSION / "ui/style.css").read_text(), flags=re.DOTALL)
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[theme]))
    dark, light = sorted((luminance(colors[front]), luminance(colors[back])))
    assert (light + 0.05) / (dark + 0.05) >= least


def test_page_files_hold_no_words():
    for path in EXTENSION.glob("ui/*.html"):
        assert re.sub(r"<[^>]*>", "", path.read_text()).strip() == ""


def test_manifest_asks_for_little():
    assert MANIFEST["permissions"] == ["activeTab", "offscreen", "scripting", "unlimitedStorage"]
    assert "web_accessible_resources" not in MANIFEST
    assert "externally_connectable" not in MANIFEST
    policy = MANIFEST["content_security_policy"]["extension_pages"]
    for rule in (
        "script-src 'self' 'wasm-unsafe-eval'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ):
        assert rule in policy


def test_icons_are_reproducible():
    sys.path.insert(0, str(REPOSITORY / "tools"))
    try:
        import icons
    finally:
        sys.path.pop(0)
    for size in icons.SIZES:
        first = icons.png(size)
        assert first == icons.png(size)
        assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert {f"icons/{size}.png" for size in icons.SIZES} == set(MANIFEST["icons"].values())
