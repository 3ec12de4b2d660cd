"""Downloads: npm tarballs and Python sdists, pinned by version and sha256, kept in build/cache.

Nothing is unpacked or used before its sha256 was compared with tools/pins.json, and a file in the cache is compared
again on every run. A file that differs is refused, not replaced: somebody should look at it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import place, stamp
from tools.place import Refused


def pins() -> dict[str, dict[str, dict[str, str | None]]]:
    return json.loads((place.TOOLS / "pins.json").read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: str) -> Path:
    """`path` if its sha256 is `expected`, else Refused naming the file and both hashes."""
    found = sha256(path)
    if found != expected:
        raise Refused(
            f"{path} is not the pinned file\n  expected sha256 {expected}\n  found    sha256 {found}\n"
            "It was left where it is. If it is only a broken download, delete it and run again."
        )
    return path


def cached(name: str, expected: str | None, download: Callable[[Path], None], cache: Path | None = None) -> Path:
    """The verified file `name` from the cache, downloaded into it first when it is not there."""
    if expected is None:
        raise Refused(f"tools/pins.json has no sha256 for {name}: it is not used unverified")
    kept = (cache or place.CACHE) / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            download(Path(folder))
            found = [path for path in Path(folder).iterdir() if path.is_file()]
            if len(found) != 1:
                raise Refused(f"the download of {name} gave {len(found)} files")
            found[0].rename(kept)
    return verify(kept, expected)


def quiet(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run `command`; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Refused(f"{' '.join(command)}\nfailed:\n{done.stdout}")


def npm(name: str, folder: Path) -> None:
    """`a/node_modules/b` is the b that only a uses, another version than everybody's, as npm itself lays it out."""
    package = name.rpartition("node_modules/")[2]
    quiet(["npm", "pack", "--silent", "--ignore-scripts", f"{package}@{pins()['npm'][name]['version']}"], cwd=folder)


def sdist(name: str, folder: Path) -> None:
    # The stand-in backends keep pip from running the sdist's own code: see sdist_backend/no_build.py.
    env = os.environ | {"PYTHONPATH": str(place.TOOLS / "sdist_backend")}
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", f"--no-binary={name}", f"{name}=={pins()['sdist'][name]['version']}"]
    quiet(command, cwd=folder, env=env)


def unpack(tarball: Path, target: Path) -> None:
    """Unpack `tarball`, without its single top folder, as `target`."""
    with tempfile.TemporaryDirectory(dir=place.BUILD) as folder:
        with tarfile.open(tarball) as archive:
            # Before 3.11.4 there is no filter; the contents are pinned either way.
            archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        (top,) = Path(folder).iterdir()
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        top.rename(target)


def wanted() -> list[tuple[str, str, dict[str, str | None]]]:
    """(kind, name, pin) of what this machine needs, in the order of the file: nested packages after their owners."""
    found = []
    for kind in ("npm", "sdist"):
        for name, pin in pins()[kind].items():
            if pin.get("on", place.machine()) != place.machine():
                continue
            if "on" in pin and pin["sha256"] is None:
                print(f"  {name}: no pinned sha256 yet, not fetched (an `anvil` on PATH is used instead)")
                continue
            found.append((kind, name, pin))
    return found


def tarball(kind: str, name: str, pin: dict[str, str | None]) -> Path:
    """The verified tarball of one pin, from the cache or the registry."""
    download, ending = {"npm": (npm, "tgz"), "sdist": (sdist, "tar.gz")}[kind]
    file = pin.get("file") or f"{name.lstrip('@').replace('/', '-')}-{pin['version']}.{ending}"
    return cached(file, pin["sha256"], lambda folder: download(name, folder))


def everything() -> None:
    """All pinned npm packages and sdists that this machine needs, verified and unpacked."""
    todo = wanted()
    # Most of a download is npm starting up: several at a time. The first failure is raised.
    with ThreadPoolExecutor(4) as pool:
        tarballs = list(pool.map(lambda each: tarball(*each), todo))
    new = 0
    for (kind, name, pin), file in zip(todo, tarballs, strict=True):
        target = {"npm": place.NPM, "sdist": place.SDIST}[kind] / name
        key = stamp.key(str(pin["sha256"]))
        if not stamp.fresh(f"{kind}-{name}", key, target):
            unpack(file, target)
            stamp.write(f"{kind}-{name}", key)
            new += 1
    if new:
        print(f"  {new} npm packages and sdists")
