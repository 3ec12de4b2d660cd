"""The Python runtime as the extension ships it: Pyodide, its standard library, our packages and `tandem`, compiled.

Pyodide ships its standard library as source; compiling it at every start costs seconds. Here everything is compiled
once, by Pyodide's own compiler, and micropip runs here as well, not at every start: it takes half a second to load
there, and what it does with wheels from a list that never changes is to unpack them. What micropip installed goes,
with its versions, into build/runtime/installed.json.

python_stdlib.zip  what starts the interpreter, as zipimport wants it
site.pack          the packages and tandem, for the loader (extension/boot.js) to lay out as files: ctypes opens
                   libraries only from files
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tools import place, setup, stamp, wheels
from tools.place import Refused

PYODIDE = place.NPM / "pyodide"
RUNTIME = place.BUILD / "runtime"
STAGE = place.BUILD / "runtime-stage"
SHIPPED = ("protobuf", "segno")
LOADED = ("micropip", "packaging")
# Parts of the standard library that nothing in the extension can use: servers, mail, other interpreters, debuggers.
WITHOUT = (
    "_pyrepl", "antigravity.pyc", "bdb.pyc", "cProfile.pyc", "cmd.pyc", "compileall.pyc", "configparser.pyc",
    "doctest.pyc", "ftplib.pyc", "http/cookiejar.pyc", "http/server.pyc", "imaplib.pyc", "mailbox.pyc",
    "modulefinder.pyc", "multiprocessing", "optparse.pyc", "pdb.pyc", "pickletools.pyc", "plistlib.pyc", "poplib.pyc",
    "profile.pyc", "pstats.pyc", "pyclbr.pyc", "pydoc.pyc", "smtplib.pyc", "socketserver.pyc", "sqlite3",
    "symtable.pyc", "tabnanny.pyc", "this.pyc", "trace.pyc", "unittest", "wave.pyc", "wsgiref",
    "xml/dom", "xml/etree", "xmlrpc",
    "zipapp.pyc",
)  # fmt: skip


def pure(*names: str) -> list[str]:
    return sorted(str(path) for path in setup.WHEELS.glob("*.whl") if path.name.split("-")[0] in names)


def compile_all(stage: Path = STAGE) -> None:
    """Run tools/runtime.mjs: stdlib, site and licenses in the folder `stage`."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    config = {
        "pyodide": str(PYODIDE),
        "tools": pure(*LOADED),
        "wheels": [str(path) for path in wheels.ensure()] + pure(*SHIPPED),
        "app": str(place.ROOT / "py" / "tandem"),
        "stdlib": str(PYODIDE / "python_stdlib.zip"),
        "out": str(stage),
    }
    file = stage.with_suffix(".json")
    file.write_text(json.dumps(config))
    done = subprocess.run(["node", str(place.TOOLS / "runtime.mjs"), str(file)], capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"compiling the Python runtime failed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")


def kept(name: str) -> bool:
    return not any(name == out or name.startswith(f"{out}/") for out in WITHOUT)


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def pack(contents: dict[str, bytes]) -> bytes:
    """Length of the index (4 bytes, little-endian), the index `[[name, size], …]` as JSON, then the files."""
    index = json.dumps([[name, len(contents[name])] for name in sorted(contents)], separators=(",", ":")).encode()
    return len(index).to_bytes(4, "little") + index + b"".join(contents[name] for name in sorted(contents))


@stamp.alone
def ensure() -> Path:
    """build/runtime, made again only when something in it changed."""
    tools = [place.TOOLS / name for name in ("runtime.py", "runtime.mjs", "pins.json", "requirements-pyodide.txt")]
    sources = sorted((place.ROOT / "py" / "tandem").rglob("*.py"))
    names = "\n".join(str(path.relative_to(place.ROOT)) for path in sources)
    built = [path.read_bytes() for path in wheels.ensure()]
    key = stamp.key(*tools, names, *sources, *built)
    if stamp.fresh("runtime", key, RUNTIME / "site.pack"):
        return RUNTIME
    print("  runtime: compiling Python", flush=True)
    compile_all()
    shutil.rmtree(RUNTIME, ignore_errors=True)
    RUNTIME.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"):
        shutil.copyfile(PYODIDE / name, RUNTIME / name)
    standard = {name: content for name, content in files(STAGE / "stdlib").items() if kept(name)}
    wheels.write_zip(RUNTIME / "python_stdlib.zip", standard)
    (RUNTIME / "site.pack").write_bytes(pack(files(STAGE / "site")))
    shutil.copyfile(STAGE / "installed.json", RUNTIME / "installed.json")
    shutil.copytree(STAGE / "licenses", RUNTIME / "licenses")
    stamp.write("runtime", key)
    return RUNTIME
