"""Write requirements.txt from requirements.in: every version pinned, every wheel's sha256 (a developer's tool).

Asks pip for its installation report (no installation) once per platform and Python version, first on the oldest
Python to choose versions, then elsewhere with those versions as constraints. Needs the network; nothing of `build.py`
calls it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = (39, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5)
PLATFORMS = {
    "linux-x86_64": [f"manylinux_2_{n}_x86_64" for n in GLIBC] + ["manylinux2014_x86_64", "linux_x86_64"],
    "linux-aarch64": [f"manylinux_2_{n}_aarch64" for n in GLIBC] + ["manylinux2014_aarch64", "linux_aarch64"],
    "macos-arm64": ["macosx_15_0_arm64", "macosx_15_0_universal2"],
    "macos-x86_64": ["macosx_15_0_x86_64", "macosx_15_0_universal2"],
}


# No wheel of coincurve exists for CPython 3.14 (21.0.0): there the setup step looks for an older Python.
MISSING = {"3.14": "coincurve"}


def report(requirements: Path, constraints: dict[str, str], python: str, tags: list[str]) -> list[dict]:
    """pip's answer to "what would you install there?"."""
    with tempfile.TemporaryDirectory() as folder:
        limits = Path(folder, "constraints.txt")
        limits.write_text("".join(f"{name}=={version}\n" for name, version in constraints.items()))
        answer = Path(folder, "report.json")
        wanted = Path(folder, "requirements.txt")
        without = MISSING.get(python, "-")
        wanted.write_text("".join(line for line in requirements.open() if not line.startswith(without)))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--only-binary=:all:", f"--target={folder}/none", f"--python-version={python}"]
        command += [f"--platform={tag}" for tag in tags]
        command += ["-c", str(limits), "-r", str(wanted), "--report", str(answer)]
        subprocess.run(command, check=True)
        return json.loads(answer.read_text())["install"]


def lock(source: Path, target: Path) -> None:
    """Resolve `source` everywhere and write `target`."""
    versions: dict[str, str] = {}
    hashes: dict[str, set[str]] = {}
    pure = source.stem.endswith("pyodide")
    for python in ("3.14",) if pure else PYTHONS:
        for platform, tags in {"any": ["any"]}.items() if pure else PLATFORMS.items():
            for item in report(source, versions, python, tags):
                name = item["metadata"]["name"].lower().replace("_", "-").replace(".", "-")
                version = versions.setdefault(name, item["metadata"]["version"])
                if version != item["metadata"]["version"]:
                    raise SystemExit(f"{name}: {version} here, {item['metadata']['version']} on {platform} {python}")
                hashes.setdefault(name, set()).add(item["download_info"]["archive_info"]["hashes"]["sha256"])
            print(target.name, python, platform, len(versions), flush=True)
    lines = [f"# Written by tools/lock.py from {source.name}: do not edit."]
    for name in sorted(versions):
        lines.append(f"{name}=={versions[name]} \\")
        lines.append(" \\\n".join(f"    --hash=sha256:{digest}" for digest in sorted(hashes[name])))
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:] or ["requirements", "requirements-pyodide"]:
        lock(HERE / f"{name}.in", HERE / f"{name}.txt")
