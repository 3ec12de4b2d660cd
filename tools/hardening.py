"""What may be in the package and what may not, checked over the finished files, whoever wrote them.

    build.py build          refuses a package that breaks one of these rules
    tests/tools/test_hardening.py   breaks each rule once

The rules are those of docs/security.md, "The package". They hold beside the tests of what the package does: a file that
is not on the list, a permission more, one `innerHTML`, and the build stops.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools import place
from tools.place import Refused

Files = dict[str, bytes]

POLICY = {
    "script-src": "'self' 'wasm-unsafe-eval'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "tandem",
    # The relay and the nodes are the person's choice; the browser asks before each new one.
    "connect-src": "'self' https: http://127.0.0.1:* http://localhost:*",
}
PERMISSIONS = {
    "chromium": ["activeTab", "offscreen", "scripting", "unlimitedStorage"],
    "firefox": ["activeTab", "scripting", "unlimitedStorage"],
}
HOSTS = ["https://api.vultisig.com/*", "http://127.0.0.1/*", "http://localhost/*"]
OPTIONAL_HOSTS = ["https://*/*"]
IN_PAGES = {"content.js"}
IN_PAGES_OWN_WORLD = {"channel.js", "inpage.js", "solana.js"}
# Everything a manifest may hold. Nothing is web-accessible, nobody may connect from outside.
MANIFEST = {
    "manifest_version", "name", "description", "version", "default_locale", "minimum_chrome_version", "key", "icons",
    "action", "background", "content_scripts", "permissions", "host_permissions", "optional_host_permissions",
    "content_security_policy", "browser_specific_settings",
}  # fmt: skip
# Pinned by sha256 and not ours: what they could do with text, the policy above takes from them.
VENDORED = ("pyodide/", "vendor/qr/")

MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|createContextualFragment"
CODE = r"(?<!unsafe-)\beval\b|\bnew Function\b|\bFunction\(|importScripts|set(?:Timeout|Interval)\(\s*[\"'`]"
# Dynamic imports, by file: of our own files, by names that no message decides.
IMPORTS = {"boot.js": 2, "ui/picture.js": 1}
PLAIN_HTTP = re.compile(r"http://(?!127\.0\.0\.1|localhost|www\.w3\.org/2000/svg)")
SCRIPT_TAG = re.compile(r'<script type="module" src="[a-z_]+\.js"></script>')
FORBIDDEN_PYTHON = {"pickle", "marshal", "shelve", "dill", "importlib", "subprocess", "code", "codeop", "runpy"}
# Modules by a name out of a table in the file itself: the programs, and the chain families.
IMPORTLIB = {"py/tandem/__main__.py", "py/tandem/chains/reading.py"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def faults(browser: str, files: Files, listed: set[str]) -> Iterator[str]:
    """Every rule that the package breaks. `listed`: the names that the lists of the build allow."""
    for name in sorted(set(files) ^ listed):
        yield f"{name}: {'not on the list' if name in files else 'on the list and missing'}"
    yield from _manifest(browser, json.loads(files["manifest.json"]))
    for name, content in files.items():
        if name.startswith(VENDORED):
            continue
        kind = PurePosixPath(name).suffix
        if kind == ".js":
            yield from _script(name, content.decode())
        elif kind == ".html":
            yield from _page(name, content.decode())
        elif kind == ".css" and re.search(r"@import|url\(", content.decode()):
            yield f"{name}: loads something"
    for key, entry in json.loads(files["_locales/en/messages.json"]).items():
        if re.search(r"<[a-z/!]", entry["message"]):
            yield f"messages.json: {key} holds markup"


def _manifest(browser: str, manifest: dict[str, object]) -> Iterator[str]:
    for key in sorted(set(manifest) - MANIFEST):
        yield f"manifest: {key} is not foreseen"
    policies = manifest.get("content_security_policy")
    said = policies.get("extension_pages", "") if isinstance(policies, dict) and len(policies) == 1 else ""
    found = dict(rule.strip().partition(" ")[::2] for rule in said.split(";"))
    if found != POLICY:
        yield f"manifest: the policy is {said!r}"
    wanted = {
        "permissions": PERMISSIONS[browser],
        "host_permissions": HOSTS,
        "optional_host_permissions": OPTIONAL_HOSTS,
    }
    for key, value in wanted.items():
        if manifest.get(key) != value:
            yield f"manifest: {key} are {manifest.get(key)}"
    scripts = manifest.get("content_scripts")
    worlds = [(set(each["js"]), each.get("world", "ISOLATED")) for each in scripts] if isinstance(scripts, list) else []
    if worlds != [(IN_PAGES, "ISOLATED"), (IN_PAGES_OWN_WORLD, "MAIN")]:
        yield f"manifest: content scripts are {worlds}"


def _script(name: str, text: str) -> Iterator[str]:
    for rule, what in ((MARKUP, "markup from text"), (CODE, "code from text"), (PLAIN_HTTP.pattern, "plain http")):
        for found in re.findall(rule, text):
            yield f"{name}: {what}: {found}"
    imports = len(re.findall(r"(?<!typeof )\bimport\((?!\"\./[a-z_/]+\.js\"\)\.)", text))
    if imports != IMPORTS.get(name, 0):
        yield f"{name}: {imports} dynamic imports"
    for found in re.findall(r"from \"([^\"]+)\"", text):
        if not found.startswith((".", "/")):
            yield f"{name}: imports {found}"


def _page(name: str, text: str) -> Iterator[str]:
    if len(re.findall(r"<script", text)) != len(SCRIPT_TAG.findall(text)):
        yield f"{name}: a script that is not a file of its own"
    if re.search(r"\son[a-z]+=|javascript:|<(iframe|object|embed|base)\b|https?:", text):
        yield f"{name}: more than a page with one script"


def python_faults() -> Iterator[str]:
    """The sources of `tandem`, of which the package holds nothing but the compiled form."""
    for path in sorted((place.ROOT / "py" / "tandem").rglob("*.py")):
        name = path.relative_to(place.ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported: list[str] = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
                yield f"{name}:{node.lineno}: {node.func.id}()"
            for module in imported:
                if module.partition(".")[0] in FORBIDDEN_PYTHON and not (module == "importlib" and name in IMPORTLIB):
                    yield f"{name}: imports {module}"


def check(browser: str, files: Files, listed: set[str]) -> None:
    """Refused, with everything that is wrong."""
    if found := [*faults(browser, files, listed), *python_faults()]:
        raise Refused("\n".join([f"the package for {browser} is refused:", *found]))
