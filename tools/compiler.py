"""C to WebAssembly with PyPI's `ziglang` alone, no emsdk: side modules for Pyodide, and modules that stand alone.

Zig has no libc for wasm32-emscripten. The declarations come from the musl headers that zig ships for riscv32, which has
the same type sizes, and the functions from Pyodide's main module when the library is loaded. Structs that cross into
libc (struct stat and the like) would differ: none of our libraries passes one.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ziglang

from tools import fetch, place

ZIG = Path(ziglang.__file__).resolve().parent / "zig"
LIBC = ZIG.parent / "lib" / "libc" / "include"
COMMON = ["-fno-sanitize=all", "-g0", "-DNDEBUG", "-O3", "-w"]


def environment() -> dict[str, str]:
    kept = str(place.BUILD / "zig-cache")
    return os.environ | {"ZIG_GLOBAL_CACHE_DIR": kept, "ZIG_LOCAL_CACHE_DIR": kept}


def system_headers() -> Path:
    """The one header that differs: emscripten's size_t is a long, which C distinguishes from int."""
    folder = place.BUILD / "sysinc"
    types = (LIBC / "riscv32-linux-musl" / "bits" / "alltypes.h").read_text()
    (folder / "bits").mkdir(parents=True, exist_ok=True)
    types = types.replace("#define _Addr int", "#define _Addr long").replace("#define _Reg int", "#define _Reg long")
    (folder / "bits" / "alltypes.h").write_text(types)
    return folder


def headers() -> list[str]:
    folders = (system_headers(), LIBC / "riscv32-linux-musl", LIBC / "generic-musl")
    return [word for folder in folders for word in ("-isystem", str(folder))]


def compile_all(command: list[str], sources: list[str], objects: list[Path], root: Path) -> None:
    """Each of `sources`, relative to `root`, with `command`."""

    def one(source: str, output: Path) -> None:
        fetch.quiet([*command, "-c", source, "-o", str(output)], cwd=root, env=environment())

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, sources, objects))


def build(sources: list[str], target: Path, flags: list[str], root: Path) -> None:
    """Compile `sources`, relative to `root`, and link them as the side module `target`.

    Runs in `root` with relative names, so that no path of this machine can end up in the library.
    """
    # extended-const off: node 20 refuses i32.add in constant expressions.
    compiler = [str(ZIG), "cc", "-target", "wasm32-emscripten", "-mcpu=generic-extended_const"]
    compiler += [*headers(), "-fPIC", "-fvisibility=default", *COMMON, f"-ffile-prefix-map={root}=.", *flags]
    objects = target.with_suffix(".objects")
    objects.mkdir(parents=True, exist_ok=True)
    made = [objects / f"{source.replace('/', '-').replace('..', '')}.o" for source in sources]
    compile_all(compiler, sources, made, root)
    linker = [str(ZIG), "wasm-ld", "-shared", "--experimental-pic", "--allow-undefined", "--no-entry", "--strip-all"]
    names = [output.name for output in made]
    fetch.quiet([*linker, "--export-dynamic", *names, "-o", str(target)], cwd=objects, env=environment())


def standalone(sources: list[str], target: Path, flags: list[str], root: Path) -> None:
    """The same for a module with a memory of its own and no imports; it exports what is marked `export_name`."""
    compiler = [str(ZIG), "cc", "-target", "wasm32-freestanding", "-mcpu=generic+bulk_memory", *headers()]
    compiler += [*COMMON, "-fvisibility=hidden", f"-ffile-prefix-map={root}=.", *flags]
    objects = target.with_suffix(".objects")
    objects.mkdir(parents=True, exist_ok=True)
    made = [objects / f"{Path(source).stem}.o" for source in sources]
    compile_all(compiler, sources, made, root)
    linker = [str(ZIG), "wasm-ld", "--no-entry", "--strip-all", "--gc-sections", "-z", "stack-size=65536"]
    fetch.quiet([*linker, *(output.name for output in made), "-o", str(target)], cwd=objects, env=environment())
