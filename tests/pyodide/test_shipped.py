"""The runtime as it is shipped, in real Chromium: it boots, every module of ours imports, the C libraries answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")

from tools import extension, processes  # noqa: E402

PACKAGE = Path(__file__).resolve().parents[2] / "py" / "tandem"
# What only CPython has: sockets, files, servers.
NATIVE = ("tandem.cli", "tandem.hosts.cpython", "tandem.hosts.relay_", "tandem.__main__")

BOOT = """async () => {
  const { boot } = await import(chrome.runtime.getURL("boot.js"));
  const steps = [];
  const began = performance.now();
  globalThis.python = await boot({
    indexURL: chrome.runtime.getURL("pyodide/"),
    onProgress: (step) => steps.push(step),
  });
  globalThis.python.registerJsModule("tandem_host", { get() {}, put() {}, remove() {}, send() {} });
  return { answer: globalThis.python.runPython("6 * 7"), steps, took: performance.now() - began };
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[object]:
    extension.ensure()
    with processes.running() as running, sync_api.sync_playwright() as playwright:
        context = running.browser(playwright)
        page = context.new_page()
        page.goto(f"chrome-extension://{processes.extension_id(context)}/offscreen.html")
        booted = page.evaluate(BOOT)
        assert booted["answer"] == 42
        assert booted["steps"] == ["loading", "starting", "ready"]
        print(f"booted in {booted['took']:.0f} ms")
        yield page
        context.close()


def run(page: object, source: str) -> object:
    return page.evaluate("(source) => globalThis.python.runPython(source)", source)  # type: ignore[attr-defined]


def modules() -> list[str]:
    names = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = "tandem." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        names.append(name.removesuffix(".__init__"))
    return [name for name in names if not name.startswith(NATIVE)]


def test_every_module_of_ours_imports(page: object) -> None:
    source = f"""
import importlib, json
bad = {{}}
for name in {modules()!r}:
    try:
        importlib.import_module(name)
    except ImportError as error:
        bad[name] = repr(error)
json.dumps(bad)
"""
    assert json.loads(str(run(page, source))) == {}


def test_the_c_libraries_answer(page: object) -> None:
    source = """
import coincurve, nacl.hash, nacl.encoding
from Crypto.Hash import keccak
key = coincurve.PrivateKey(bytes(31) + b"\\1")
" ".join([key.public_key.format().hex(),
          nacl.hash.sha256(b"abc", nacl.encoding.HexEncoder).decode(),
          keccak.new(digest_bits=256, data=b"").hexdigest()])
"""
    assert run(page, source) == (
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798 "
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad "
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )


def test_randomness_comes_and_differs(page: object) -> None:
    assert run(page, "import os, nacl.utils; len({os.urandom(16), os.urandom(16), nacl.utils.random(16)})") == 3
