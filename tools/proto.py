"""Regenerate py/tandem/proto/*_pb2.py and .pyi from the .proto files beside them, byte for byte.

    python tools/proto.py            write what has changed
    python tools/proto.py --check    exit 1 and name the files that differ

protoc comes from PyPI's grpcio-tools 1.85.1 (libprotoc 35.1): its generated code states runtime 7.35.1 and so loads
under the pinned protobuf 7.36.2, in C and in pure Python (Pyodide). Another version of the compiler is refused.
"""

import importlib.metadata
import subprocess
import sys
import tempfile
from pathlib import Path

COMPILER = "1.85.1"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("tandem/proto")


def generate(into: Path) -> None:
    """Run protoc over every .proto file, in sorted order. SystemExit when protoc is missing or another version."""
    try:
        found = importlib.metadata.version("grpcio-tools")
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f"tools/proto.py needs grpcio-tools=={COMPILER}")
    if found != COMPILER:
        sys.exit(f"tools/proto.py needs grpcio-tools=={COMPILER}, found {found}")
    sources = sorted(str(path.relative_to(ROOT / "py")) for path in (ROOT / "py" / FOLDER).glob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", "-I", "."]
    subprocess.run([*command, f"--python_out={into}", f"--pyi_out={into}", *sources], cwd=ROOT / "py", check=True)


def main(arguments: list[str]) -> int:
    """See the module's docstring."""
    committed = ROOT / "py" / FOLDER
    with tempfile.TemporaryDirectory() as scratch:
        generate(Path(scratch))
        fresh = {path.name: path.read_bytes() for path in (Path(scratch) / FOLDER).iterdir()}
    old = {path.name: path.read_bytes() for pattern in ("*_pb2.py", "*_pb2.pyi") for path in committed.glob(pattern)}
    differing = sorted(name for name in fresh.keys() | old.keys() if fresh.get(name) != old.get(name))
    if "--check" in arguments:
        for name in differing:
            print(f"{FOLDER / name} is not what its .proto gives")
        return 1 if differing else 0
    for name in differing:
        if name in fresh:
            (committed / name).write_bytes(fresh[name])
        else:
            (committed / name).unlink()
        print(f"{'wrote' if name in fresh else 'removed'} {FOLDER / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
