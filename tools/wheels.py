"""The wheels of coincurve, PyNaCl and pycryptodome for Pyodide, from their sdists: same inputs, same bytes.

coincurve and PyNaCl get a ctypes module in the place of their cffi one (tools/shims); every other Python file is
upstream's. coincurve's sdist carries no C: libsecp256k1 0.8.0 comes from electrum-ecc's.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tools import compiler, fetch, headers, place, stamp

TAG = "cp314-cp314-pyemscripten_2026_0_wasm32"
WHEELS = place.BUILD / "wheels"
WORK = place.BUILD / "work"
SHIMS = place.TOOLS / "shims"
LIBSECP256K1 = place.SDIST / "electrum-ecc" / "libsecp256k1"
# Window 8 against 15 in Pyodide under node, best of 7 x 300: verify 51 against 47 us, everything else equal within
# noise, and 161 kB against 1.2 MB (compressed 79 kB against 1.1 MB, as the tables are random).
WINDOW = 8

Files = dict[str, bytes]


def secp256k1(window: int = WINDOW, target: Path = WORK / "libsecp256k1.so") -> Path:
    modules = ("ECDH", "RECOVERY", "EXTRAKEYS", "SCHNORRSIG", "ELLSWIFT")
    flags = [f"-DENABLE_MODULE_{module}=1" for module in modules]
    # INT64: with 128-bit products every multiplication would be a call of __multi3, two to four times slower.
    flags += [f"-DECMULT_WINDOW_SIZE={window}", "-DCOMB_BLOCKS=11", "-DCOMB_TEETH=6", "-DUSE_FORCE_WIDEMUL_INT64=1"]
    sources = ["secp256k1.c", "precomputed_ecmult.c", "precomputed_ecmult_gen.c"]
    compiler.build([f"src/{name}" for name in sources], target, ["-Iinclude", "-Isrc", *flags], LIBSECP256K1)
    return target


# libsodium calls arc4random where the platform has a safe one; here it is the host's getentropy.
GLUE = """
#include <stddef.h>
#include <stdint.h>
extern int getentropy(void *, size_t);
extern void abort(void);
void arc4random_buf(void *buffer, size_t size) {
    unsigned char *at = buffer;
    while (size) {
        size_t part = size < 256 ? size : 256;
        if (getentropy(at, part)) abort();
        at += part;
        size -= part;
    }
}
uint32_t arc4random(void) { uint32_t value; arc4random_buf(&value, sizeof value); return value; }
"""
GLUE_HEADER = """
#include <stddef.h>
#include <stdint.h>
uint32_t arc4random(void);
void arc4random_buf(void *, size_t);
"""


def sodium() -> Path:
    root = WORK / "libsodium"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(place.SDIST / "pynacl" / "src" / "libsodium" / "src" / "libsodium", root)
    include = root / "include" / "sodium"
    version = (include / "version.h.in").read_text().replace("@VERSION@", "1.0.20")
    version = version.replace("@SODIUM_LIBRARY_VERSION_MAJOR@", "26").replace("@SODIUM_LIBRARY_VERSION_MINOR@", "2")
    (include / "version.h").write_text(version.replace("@SODIUM_LIBRARY_MINIMAL_DEF@", ""))
    (root / "glue.c").write_text(GLUE)
    (root / "glue.h").write_text(GLUE_HEADER)
    # Without __EMSCRIPTEN__: else libsodium takes its randomness through JavaScript it would bring along.
    flags = ["-U__EMSCRIPTEN__", "-DHAVE_SAFE_ARC4RANDOM=1", "-include", "glue.h", "-fno-strict-aliasing", "-fwrapv"]
    defines = ("CONFIGURED", "NATIVE_LITTLE_ENDIAN", "HAVE_WEAK_SYMBOLS", "HAVE_INTTYPES_H", "HAVE_STDINT_H")
    defines += ("HAVE_POSIX_MEMALIGN", "HAVE_C11_MEMORY_FENCES", "HAVE_GCC_MEMORY_FENCES", "FAVOR_PERFORMANCE")
    flags += [f"-D{name}=1" for name in defines] + ["-I.", "-Iinclude", "-Iinclude/sodium"]
    sources = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.c"))
    target = WORK / "libsodium.so"
    compiler.build(sources, target, flags, root)
    return target


def extensions() -> Iterator[tuple[str, list[str]]]:
    """pycryptodome's extension modules and their sources, read (not run) from its setup.py; portable ones only."""
    native = re.compile(r"(_shani|_armv8|_avx2_bmi2|_bmi2_adx|_clmul|_pmull|_raw_aesni)$")
    for node in ast.walk(ast.parse((place.SDIST / "pycryptodome" / "setup.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Extension":
            name = ast.literal_eval(node.args[0])
            sources = next(word.value for word in node.keywords if word.arg == "sources")
            if not native.search(name):
                yield name, ast.literal_eval(sources)


def pycryptodome_libraries() -> Iterator[tuple[str, Path]]:
    flags = ["-Isrc", "-DHAVE_STDINT_H", "-DPYCRYPTO_LITTLE_ENDIAN", "-DSYS_BITS=32", "-DHAVE_POSIX_MEMALIGN"]
    flags += ["-std=gnu11", "-fno-strict-aliasing"]
    for name, sources in extensions():
        target = WORK / "pycryptodome" / f"{name}.so"
        compiler.build(sources, target, flags, place.SDIST / "pycryptodome")
        yield name.replace(".", "/") + ".abi3.so", target


def tree(folder: Path, prefix: str, *endings: str) -> Files:
    """The files of a package folder by their names inside the wheel."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in endings)
    return {f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files}


def shims(package: str) -> Files:
    files = tree(SHIMS / package, package, ".py")
    return files | {f"{package}/_ctypes_ffi.py": (SHIMS / "ctypes_ffi.py").read_bytes()}


def coincurve() -> Files:
    names = ("", "_preallocated", "_ecdh", "_recovery", "_extrakeys", "_schnorrsig", "_ellswift")
    texts = [(LIBSECP256K1 / "include" / f"secp256k1{name}.h").read_text() for name in names]
    files = tree(place.SDIST / "coincurve" / "src" / "coincurve", "coincurve", ".py", ".typed") | shims("coincurve")
    files["coincurve/_signatures.py"] = headers.table(texts, "secp256k1_").encode()
    files["coincurve/libsecp256k1.so"] = secp256k1().read_bytes()
    return files


def pynacl() -> Files:
    source = place.SDIST / "pynacl" / "src"
    texts = [path.read_text() for path in sorted((source / "bindings").glob("*.h"))]
    files = tree(source / "nacl", "nacl", ".py", ".typed") | shims("nacl")
    files["nacl/_signatures.py"] = headers.table(texts, "").encode()
    files["nacl/libsodium.so"] = sodium().read_bytes()
    return files


def pycryptodome() -> Files:
    files = tree(place.SDIST / "pycryptodome" / "lib" / "Crypto", "Crypto", ".py", ".pyi", ".typed")
    files = {name: content for name, content in files.items() if not name.startswith("Crypto/SelfTest/")}
    for name, path in pycryptodome_libraries():
        files[name] = path.read_bytes()
    return files


def write_zip(target: Path, files: Files, compression: int = zipfile.ZIP_STORED) -> None:
    """A zip whose bytes depend on names and contents only."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = compression
            archive.writestr(entry, files[name], compresslevel=9)


def wheel(name: str, files: Files) -> Path:
    """Write the wheel of an sdist's package."""
    version = fetch.pins()["sdist"][name]["version"]
    info = f"{name}-{version}.dist-info"
    metadata = (place.SDIST / name / "PKG-INFO").read_text(encoding="utf-8")
    metadata = re.sub(r"^Requires-Dist: cffi.*\n", "", metadata, flags=re.MULTILINE)
    files[f"{info}/METADATA"] = metadata.encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: tandem\nRoot-Is-Purelib: false\nTag: {TAG}\n".encode()
    for licence in sorted((place.SDIST / name).glob("LICENSE*")):
        files[f"{info}/licenses/{licence.name}"] = licence.read_bytes()
    lines = []
    for path in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(files[path])}\n")
    files[f"{info}/RECORD"] = ("".join(lines) + f"{info}/RECORD,,\n").encode()
    WHEELS.mkdir(parents=True, exist_ok=True)
    target = WHEELS / f"{name}-{version}-{TAG}.whl"
    write_zip(target, files)
    return target


PACKAGES = {"coincurve": coincurve, "pynacl": pynacl, "pycryptodome": pycryptodome}


@stamp.alone
def ensure() -> list[Path]:
    """The three wheels, built again only when their sources, the shims or these tools changed."""
    tools = [place.TOOLS / f"{name}.py" for name in ("wheels", "compiler", "headers")]
    key = stamp.key(*tools, SHIMS, place.TOOLS / "pins.json", place.TOOLS / "requirements.txt")
    if not stamp.fresh("wheels", key, *(WHEELS,)):
        shutil.rmtree(WHEELS, ignore_errors=True)
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        for name, files in PACKAGES.items():
            print(f"  wheel: {name}", flush=True)
            wheel(name, files())
        stamp.write("wheels", key)
    return sorted(WHEELS.glob("*.whl"))
