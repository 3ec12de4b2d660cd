"""The test pages: our source in tests/pages, bundled with the packages that dApps are made of, in build/pages.

solana: the wallet adapter's packages; clients: wagmi's core, viem, ethers and web3.js.

esbuild as WebAssembly, so that one pinned package serves every machine; a browser's build needs no native code at all.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from tools import fetch, place, stamp
from tools.place import Refused

SOURCE = place.ROOT / "tests" / "pages"
BUILT = place.BUILD / "pages"
FLAGS = ("--bundle", "--format=esm", "--platform=browser", "--target=chrome122", "--define:global=globalThis")


def solana_page() -> Path:
    return page("solana", "index.html", "style.css")


def clients_page() -> Path:
    return page("clients", "index.html")


@stamp.alone
def page(name: str, *copied: str) -> Path:
    """The folder to serve, built if something changed."""
    source, built = SOURCE / name, BUILT / name
    key = stamp.key(source, place.TOOLS / "pins.json", " ".join(FLAGS))
    if stamp.fresh(f"page-{name}", key, built):
        return built
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    for file in copied:
        shutil.copyfile(source / file, built / file)
    esbuild = place.NPM / "esbuild-wasm" / "bin" / "esbuild"
    command = ["node", str(esbuild), "page.js", *FLAGS, "--log-level=error"]
    used = BUILT / f"{name}.json"
    command += [f"--outfile={built / 'page.js'}", f"--metafile={used}"]
    # Packages lie in build/npm under their names, which is what NODE_PATH is for.
    fetch.quiet(command, cwd=source, env=os.environ | {"NODE_PATH": str(place.NPM)})
    only_pinned(source, used)
    stamp.write(f"page-{name}", key)
    return built


def only_pinned(source: Path, used: Path) -> None:
    """Refuses a bundle with a file from elsewhere: a node_modules above this checkout would come before ours."""
    for name in json.loads(used.read_text())["inputs"]:
        path = (source / name.removeprefix("(disabled):")).resolve()
        if not path.is_relative_to(source) and not path.is_relative_to(place.NPM):
            raise Refused(f"the {source.name} page took {path}, which is not pinned")
