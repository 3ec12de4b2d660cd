"""argon2id outside Pyodide, in Chromium: the same keys as libsodium's, nothing left behind, and a failure is told."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nacl.pwhash import argon2id
from tests.extension.conftest import playwright_api, stage

from tools import argon2, compiler, place

VECTORS = place.SDIST / "pynacl" / "tests" / "data" / "raw_argon2id_hashes.json"

# The module itself, with all inputs of RFC 9106; bytes are hex.
RAW = """async ({ password, salt, secret, data, lanes, kib, passes, size }) => {
  const { instance } = await WebAssembly.instantiateStreaming(fetch("/argon2.wasm"));
  const { memory, take, argon2id } = instance.exports;
  const put = (hex) => {
    const bytes = new Uint8Array((hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
    const at = take(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, at);
    return [at, bytes.length];
  };
  const out = take(size);
  const code = argon2id(
    out, size, ...put(password), ...put(salt), lanes, kib, passes, ...put(secret), ...put(data));
  if (code !== 0) throw new Error(`code ${code}`);
  return [...new Uint8Array(memory.buffer, out, size)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""

# Runs before argon2.js in the same worker, and says with its answer how many bytes of the memory are not zero.
SPY = """
const load = WebAssembly.instantiateStreaming.bind(WebAssembly);
let memory;
WebAssembly.instantiateStreaming = async (...all) => {
  const made = await load(...all);
  memory = made.instance.exports.memory;
  return made;
};
const post = self.postMessage.bind(self);
self.postMessage = (message, options) => {
  const bytes = new Uint8Array(memory.buffer);
  let left = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) left++;
  post({ ...message, left, size: bytes.length }, options);
};
"""

DERIVE = """async ([from, password, salt, passes, kib]) => {
  const { deriveKey, KdfError } = await import(from);
  const bytes = new Uint8Array(password);
  try {
    const key = await deriveKey(bytes, new Uint8Array(salt), passes, kib);
    return { key: [...key], left: bytes.length };
  } catch (error) {
    return { fault: error instanceof KdfError, message: error.message };
  }
}"""


@pytest.fixture(scope="module")
def page(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator["playwright_api.Page"]:
    """A page of the extension's own origin, under its own content security policy."""
    folder = stage(tmp_path_factory.mktemp("extension") / "tandem")
    shutil.copy(argon2.ensure(), folder / "argon2.wasm")
    (folder / "spy.js").write_text(SPY)
    for name, files in (("no_worker", ["kdf.js"]), ("no_module", ["kdf.js", "argon2.js"]), ("spied", [])):
        (folder / name).mkdir()
        for file in ["scripts.js", *files]:
            shutil.copy(folder / file, folder / name)
    (folder / "spied" / "argon2.js").write_text('import "../spy.js";\nimport "../argon2.js";\n')
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=chromium,
            headless=True,
            args=[f"--disable-extensions-except={folder}", f"--load-extension={folder}"],
        )
        worker = browser.service_workers[0] if browser.service_workers else browser.wait_for_event("serviceworker")
        made = browser.new_page()
        made.goto(f"chrome-extension://{worker.url.split('/')[2]}/icons/16.png")
        yield made
        browser.close()


def derive(page: "playwright_api.Page", password: bytes, salt: bytes, passes: int, kib: int, at: str = "") -> dict:
    return dict(page.evaluate(DERIVE, [f"{at}/kdf.js", list(password), list(salt), passes, kib]))


@pytest.mark.parametrize("password", [b"", b"correct horse battery", "pässwörd 🐴".encode(), bytes(range(256)) * 5])
@pytest.mark.parametrize(("passes", "kib"), [(3, 64 * 1024), (4, 1024), (1, 8)])
def test_the_same_key_as_libsodium(page: "playwright_api.Page", password: bytes, passes: int, kib: int) -> None:
    salt = bytes(range(200, 216))
    made = derive(page, password, salt, passes, kib)
    assert bytes(made["key"]) == argon2id.kdf(32, password, salt, opslimit=passes, memlimit=kib * 1024)


def test_the_password_is_gone_from_the_callers_memory(page: "playwright_api.Page") -> None:
    assert derive(page, b"correct horse battery", bytes(16), 1, 8)["left"] == 0


@pytest.fixture
def another(page: "playwright_api.Page") -> Iterator["playwright_api.Page"]:
    """A page more: each has its own Trusted Types, and each copy of scripts.js makes the one policy there."""
    made = page.context.new_page()
    made.goto(page.url)
    yield made
    made.close()


def test_nothing_is_left_in_the_module(another: "playwright_api.Page") -> None:
    answer = another.evaluate("""async () => {
      const { ownScript } = await import("/spied/scripts.js");
      const worker = new Worker(ownScript("argon2.js"), { type: "module" });
      return await new Promise((done) => {
        worker.onmessage = ({ data }) => done({ ...data, key: data.key.length });
        worker.postMessage({ password: new Uint8Array(21).fill(97), salt: new Uint8Array(16), passes: 3, kib: 65536 });
      });
    }""")
    assert answer["size"] > 1 << 26 and answer["left"] == 0 and answer["key"] == 32


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text()), ids=lambda vector: vector["passwd"])
def test_vectors_of_the_reference_implementation(page: "playwright_api.Page", vector: dict) -> None:
    job = {"password": vector["passwd"].encode().hex(), "salt": vector["salt"].encode().hex(), "secret": "", "data": ""}
    job |= {"lanes": 1, "kib": vector["maxmem"], "passes": vector["iters"], "size": vector["dgst_len"]}
    assert page.evaluate(RAW, job) == vector["pwhash"]


def test_rfc_9106_section_5_3(page: "playwright_api.Page") -> None:
    job = {"password": "01" * 32, "salt": "02" * 16, "secret": "03" * 8, "data": "04" * 12}
    job |= {"lanes": 4, "kib": 32, "passes": 3, "size": 32}
    tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert page.evaluate(RAW, job) == tag


@pytest.mark.parametrize("at", ["/no_worker", "/no_module"])
def test_a_worker_that_cannot_start_is_a_fault(another: "playwright_api.Page", at: str) -> None:
    assert derive(another, b"correct horse battery", bytes(16), 3, 65536, at)["fault"] is True


@pytest.mark.parametrize(
    ("salt", "passes", "kib"), [(bytes(4), 3, 65536), (bytes(16), 0, 65536), (bytes(16), 3, 7), (bytes(16), 3, 1 << 23)]
)
def test_what_argon2_refuses_is_a_fault(page: "playwright_api.Page", salt: bytes, passes: int, kib: int) -> None:
    made = derive(page, b"correct horse battery", salt, passes, kib)
    assert made["fault"] is True and "horse" not in made["message"]


def test_two_builds_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = os.environ | {"ZIG_GLOBAL_CACHE_DIR": str(tmp_path / "zig"), "ZIG_LOCAL_CACHE_DIR": str(tmp_path / "zig")}
    monkeypatch.setattr(compiler, "environment", lambda: fresh)
    assert argon2.build(tmp_path / "a" / "argon2.wasm").read_bytes() == argon2.ensure().read_bytes()


def test_no_other_worker_is_started(another: "playwright_api.Page") -> None:
    """Trusted Types: not from a text, not by a policy of another name, and not by ours for a file that is not named."""
    told = another.evaluate("""async () => {
      const tried = [
        () => new Worker("/worker.js", { type: "module" }),
        () => { document.body.innerHTML = "<p>x</p>"; },
        () => trustedTypes.createPolicy("other", { createScriptURL: (url) => url }),
        () => trustedTypes.createPolicy("default", { createHTML: (text) => text }),
        async () => (await import("/scripts.js")).ownScript("background.js"),
        async () => (await import("/scripts.js")).ownScript("https://example.org/a.js"),
      ];
      const names = [];
      for (const each of tried) {
        try { await each(); names.push("went through"); } catch (error) { names.push(error.name); }
      }
      return names;
    }""")
    assert told == ["TypeError"] * 6
