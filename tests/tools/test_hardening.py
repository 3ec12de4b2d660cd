"""T49: each rule for the package is broken once, and is seen."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tools.place import Refused

from tools import extension, hardening, place

pytestmark = pytest.mark.slow
Files = dict[str, bytes]


@pytest.fixture(scope="module", params=extension.BROWSERS)
def package(request: pytest.FixtureRequest) -> tuple[str, Files]:
    return request.param, extension.contents(request.param)


def manifest(change: Callable[[dict], object]) -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        held = json.loads(files["manifest.json"])
        change(held)
        files["manifest.json"] = json.dumps(held).encode()

    return broken


def policy(old: str, new: str) -> Callable[[Files], None]:
    def change(held: dict) -> None:
        said = held["content_security_policy"]["extension_pages"]
        assert old in said
        held["content_security_policy"]["extension_pages"] = said.replace(old, new)

    return manifest(change)


def appended(name: str, text: str) -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        files[name] += text.encode()

    return broken


BROKEN: dict[str, Callable[[Files], object]] = {
    "a file on no list": lambda files: files.update({"stray.js": b""}),
    "a file missing": lambda files: files.pop("worker.js"),
    "unsafe-eval": policy("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-eval'"),
    "framed": policy("frame-ancestors 'none'", "frame-ancestors *"),
    "objects": policy("object-src 'none'", "object-src 'self'"),
    "plain connections": policy("connect-src 'self' https:", "connect-src 'self' http: https:"),
    "scripts from text": policy("require-trusted-types-for 'script'; ", ""),
    "a second policy": manifest(lambda held: held["content_security_policy"].update(sandbox="script-src *")),
    "web-accessible": manifest(lambda held: held.update(web_accessible_resources=[{"resources": ["ui/*"]}])),
    "connectable": manifest(lambda held: held.update(externally_connectable={"matches": ["https://*/*"]})),
    "a permission": manifest(lambda held: held["permissions"].append("tabs")),
    "a host": manifest(lambda held: held["host_permissions"].append("https://*/*")),
    "another script in pages": manifest(lambda held: held["content_scripts"][0]["js"].append("host.js")),
    "innerHTML": appended("ui/h.js", "document.body.innerHTML = text;"),
    "outerHTML": appended("ui/h.js", "document.body.outerHTML = text;"),
    "insertAdjacentHTML": appended("content.js", "root.insertAdjacentHTML('beforeend', text);"),
    "document.write": appended("inpage.js", "document.write(text);"),
    "eval": appended("host.js", "eval(text);"),
    "new Function": appended("host.js", "new Function(text)();"),
    "a timer of text": appended("host.js", "setTimeout('go()', 1);"),
    "import of an address": appended("worker.js", 'await import("https://example.org/a.js");'),
    "import of anything": appended("ui/h.js", "await import(url);"),
    "a module of elsewhere": appended("ui/h.js", 'import { x } from "https://example.org/a.js";'),
    "plain http": appended("acts.js", '"http://example.org"'),
    "an inline script": appended("ui/popup.html", "<script>go()</script>"),
    "a handler in markup": appended("ui/popup.html", '<p onclick="go()">'),
    "a frame": appended("ui/popup.html", '<iframe src="a.html"></iframe>'),
    "a style from elsewhere": appended("ui/style.css", "p { background: url(https://example.org/a.png); }"),
}


def test_t49_the_package_keeps_every_rule(package: tuple[str, Files]) -> None:
    browser, files = package
    hardening.check(browser, files, extension.names(browser))


@pytest.mark.parametrize("name", BROKEN)
def test_t49_a_broken_rule_stops_the_build(package: tuple[str, Files], name: str) -> None:
    browser, files = package
    broken = dict(files)
    BROKEN[name](broken)
    with pytest.raises(Refused):
        hardening.check(browser, broken, extension.names(browser))


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "import importlib.util",
        "eval('1')",
        "exec('x = 1')",
        "__import__('os')",
    ],
)
def test_t49_python_that_runs_text(tmp_path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "py" / "tandem").mkdir(parents=True)
    (tmp_path / "py" / "tandem" / "bad.py").write_text(text)
    monkeypatch.setattr(place, "ROOT", tmp_path)
    assert [*hardening.python_faults()]


def test_t49_one_byte_of_a_pinned_file_stops_the_build(tmp_path) -> None:
    from tools import fetch

    kept = tmp_path / "file.tgz"
    kept.write_bytes(b"as pinned")
    pinned = fetch.sha256(kept)
    fetch.verify(kept, pinned)
    kept.write_bytes(b"As pinned")
    with pytest.raises(Refused, match="not the pinned file"):
        fetch.verify(kept, pinned)
