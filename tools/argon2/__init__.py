"""argon2.wasm: libsodium's argon2id from PyNaCl's sdist, as a module of its own beside Pyodide.

WebAssembly memory never shrinks. In Pyodide's, the 64 MiB that one password takes would stay for as long as the wallet
is unlocked; this module's memory goes with the worker that ran it (extension/kdf.js).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tools import compiler, place, stamp

SOURCE = Path(__file__).resolve().parent / "argon2id.c"
LIBSODIUM = place.SDIST / "pynacl" / "src" / "libsodium" / "src" / "libsodium"
TARGET = place.BUILD / "argon2" / "argon2.wasm"


# Functions of these that nothing calls (encoding, verifying) are dropped by the linker, with what they would need.
FILES = (
    "crypto_generichash/blake2b/ref/blake2b-compress-ref.c",
    "crypto_generichash/blake2b/ref/blake2b-ref.c",
    "crypto_generichash/blake2b/ref/generichash_blake2b.c",
    "crypto_pwhash/argon2/blake2b-long.c",
    "crypto_pwhash/argon2/argon2-core.c",
    "crypto_pwhash/argon2/argon2-fill-block-ref.c",
    "crypto_pwhash/argon2/argon2.c",
)


def build(target: Path = TARGET) -> Path:
    root = target.parent / "libsodium"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(LIBSODIUM, root)
    shutil.copyfile(SOURCE, root / SOURCE.name)
    flags = [f"-D{name}=1" for name in ("CONFIGURED", "NATIVE_LITTLE_ENDIAN")]
    flags += ["-fno-strict-aliasing", "-fwrapv", "-I.", "-Iinclude", "-Iinclude/sodium"]
    compiler.standalone([*FILES, SOURCE.name], target, flags, root)
    return target


@stamp.alone
def ensure() -> Path:
    """The module, built again only when its sources or these tools changed."""
    tools = [place.TOOLS / "compiler.py", place.TOOLS / "pins.json", place.TOOLS / "requirements.txt"]
    key = stamp.key(*tools, SOURCE, Path(__file__))
    if not stamp.fresh("argon2", key, TARGET):
        print("  argon2id", flush=True)
        build()
        stamp.write("argon2", key)
    return TARGET
