"""The build step: dist/chromium and dist/firefox, their zips and bills of materials; same sources, same bytes.

Only what tools/extension.txt names goes in, plus the icons that tools/icons.py draws, argon2.wasm (tools/argon2), the
Python runtime (tools/runtime.py), the one npm package that is shipped (`qr`, which reads QR codes out of pictures, for
the page that follows links) and the licences. The real engine from npm is a test peer and never comes near this
folder.
"""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from pathlib import Path

from tools import argon2, bom, fetch, hardening, icons, place, runtime, stamp, wheels
from tools.place import Refused

SOURCE = place.ROOT / "extension"
# As extension/ui/picture.js imports them; the second is the first one's.
QR = ("decode.js", "index.js")
CHROMIUM = place.DIST / "chromium"
BROWSERS = ("chromium", "firefox")
GECKO_ID = "wallet@tandem.app"
GECKO_LEAST = "128.0"  # the first with content scripts in the page's own world
# What only one of them hosts the engine in.
ONLY = {"chromium": {"event_page.js"}, "firefox": {"background.js", "offscreen.html", "offscreen.js"}}
# As extension/boot.js asks for them.
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "site.pack")


def listed() -> list[str]:
    """The files of extension/ that are shipped. Refused when the list and the folder disagree."""
    text = (place.TOOLS / "extension.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    shipped = [line for line in lines if not line.startswith("- ")]
    known = {line.removeprefix("- ") for line in lines}
    there = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    strange = sorted(name for name in there ^ known if not Path(name).name.startswith("."))
    if strange:
        raise Refused(f"tools/extension.txt and extension/ disagree about {', '.join(strange)}")
    return shipped


def manifest(browser: str) -> bytes:
    """The source manifest as `browser` wants it, checked against the version in pyproject.toml."""
    source = json.loads((place.ROOT / "manifest.json").read_text(encoding="utf-8"))
    project = (place.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if f'version = "{source["version"]}"' not in project:
        raise Refused(f"manifest.json says version {source['version']}, pyproject.toml another")
    if browser == "firefox":
        # Its event page hosts the engine; it has no offscreen documents, and names extensions in its own way.
        del source["key"], source["minimum_chrome_version"]
        source["permissions"].remove("offscreen")
        source["background"] = {"scripts": ["event_page.js"], "type": "module"}
        source["browser_specific_settings"] = {"gecko": {"id": GECKO_ID, "strict_min_version": GECKO_LEAST}}
    return (json.dumps(source, indent=2, ensure_ascii=False) + "\n").encode()


def contents(browser: str) -> dict[str, bytes]:
    """Everything in the package, by name."""
    files = {"manifest.json": manifest(browser), "LICENSE": (place.ROOT / "LICENSE").read_bytes()}
    for name in listed():
        if name not in ONLY[browser]:
            files[name] = (SOURCE / name).read_bytes()
    for size in icons.SIZES:
        files[f"icons/{size}.png"] = icons.png(size)
    for name in QR:
        files[f"vendor/qr/{name}"] = (place.NPM / "qr" / name).read_bytes()
    files["licenses/qr/LICENSE-MIT"] = (place.NPM / "qr" / "LICENSE-MIT").read_bytes()
    files["argon2.wasm"] = argon2.ensure().read_bytes()
    python = runtime.ensure()
    for name in RUNTIME:
        files[f"pyodide/{name}"] = (python / name).read_bytes()
    for path in sorted((python / "licenses").rglob("LICENSE*")):
        files[f"licenses/{path.relative_to(python / 'licenses').as_posix()}"] = path.read_bytes()
    return files


def names(browser: str) -> set[str]:
    """What may be in the package. Of the licences only the folders' form is known beforehand."""
    fixed = {"manifest.json", "LICENSE", "argon2.wasm", "licenses/qr/LICENSE-MIT"}
    drawn = {f"icons/{size}.png" for size in icons.SIZES}
    vendored = {f"vendor/qr/{name}" for name in QR} | {f"pyodide/{name}" for name in RUNTIME}
    licences = {
        path.relative_to(runtime.RUNTIME).as_posix() for path in (runtime.RUNTIME / "licenses").rglob("LICENSE*")
    }
    return fixed | drawn | vendored | licences | (set(listed()) - ONLY[browser])


def lay_out(files: dict[str, bytes], target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def archive(browser: str, files: dict[str, bytes]) -> Path:
    version = json.loads(files["manifest.json"])["version"]
    target = place.DIST / f"tandem-{browser}-{version}.zip"
    wheels.write_zip(target, files, zipfile.ZIP_DEFLATED)
    return target


def bill(zipped: list[Path]) -> None:
    """build/contents.sha256 (as sha256sum writes it) and build/contents.json: what the packages are made of."""
    names = sorted(path for browser in BROWSERS for path in (place.DIST / browser).rglob("*") if path.is_file())
    lines = [f"{fetch.sha256(path)}  {path.relative_to(place.DIST).as_posix()}\n" for path in [*names, *zipped]]
    (place.BUILD / "contents.sha256").write_text("".join(lines))
    installed = json.loads((runtime.RUNTIME / "installed.json").read_text())
    made = {name: fetch.pins()["npm"][name] for name in ("pyodide", "qr")} | {"python": installed}
    made["c"] = {"libsecp256k1": "0.8.0 (electrum-ecc 0.0.8)", "libsodium": "1.0.20 (PyNaCl 1.6.2)"}
    (place.BUILD / "contents.json").write_text(json.dumps(made, indent=2, sort_keys=True) + "\n")


@stamp.alone
def ensure(browser: str = "chromium") -> Path:
    """dist/<browser> from the sources as they are now."""
    lay_out(contents(browser), place.DIST / browser)
    return place.DIST / browser


@stamp.alone
def main(_arguments: list[str]) -> int:
    began = time.monotonic()
    archives = []
    for browser in BROWSERS:
        files, target = contents(browser), place.DIST / browser
        hardening.check(browser, files, names(browser))
        lay_out(files, target)
        zipped = archive(browser, files)
        archives.append(zipped)
        installed = json.loads((runtime.RUNTIME / "installed.json").read_text())
        zipped.with_suffix(".cdx.json").write_bytes(bom.bill(browser, files, installed))
        if browser == "chromium":
            _largest(files)
        print(f"{target.relative_to(place.ROOT)}: {len(files)} files, {sum(map(len, files.values())):,} bytes")
        print(f"{zipped.relative_to(place.ROOT)}: {zipped.stat().st_size:,} bytes, sha256 {fetch.sha256(zipped)}")
    bill(archives)
    print(f"built in {time.monotonic() - began:.1f} s")
    return 0


def _largest(files: dict[str, bytes]) -> None:
    for name, size in sorted(((name, len(content)) for name, content in files.items()), key=lambda row: -row[1])[:6]:
        print(f"  {size:>12,}  {name}")
    scripts = {name: len(content) for name, content in files.items() if name in ("inpage.js", "content.js")}
    print(f"  page scripts: {', '.join(f'{name} {size:,}' for name, size in scripts.items())}")
