"""The Solana test page: our source in tests/pages/solana, bundled with the wallet adapter's packages, in build/pages.

esbuild as WebAssembly, so that one pinned package serves every machine; a browser's build needs no native code at all.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from tools import fetch, place, stamp
from tools.place import Refused

SOURCE = place.ROOT / "tests" / "pages" / "solana"
BUILT = place.BUILD / "pages" / "solana"
FLAGS = ("--bundle", "--format=esm", "--platform=browser", "--target=chrome122", "--define:global=globalThis")


@stamp.alone
def solana_page() -> Path:
    """The folder to serve, built if something changed."""
    key = stamp.key(SOURCE, place.TOOLS / "pins.json", " ".join(FLAGS))
    if stamp.fresh("page-solana", key, BUILT):
        return BUILT
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    for name in ("index.html", "style.css"):
        shutil.copyfile(SOURCE / name, BUILT / name)
    esbuild = place.NPM / "esbuild-wasm" / "bin" / "esbuild"
    command = ["node", str(esbuild), "page.js", *FLAGS, "--log-level=warning"]
    used = place.BUILD / "pages" / "solana.json"
    command += [f"--outfile={BUILT / 'page.js'}", f"--metafile={used}"]
    # Packages lie in build/npm under their names, which is what NODE_PATH is for.
    fetch.quiet(command, cwd=SOURCE, env=os.environ | {"NODE_PATH": str(place.NPM)})
    only_pinned(used)
    stamp.write("page-solana", key)
    return BUILT


def only_pinned(used: Path) -> None:
    """Refuses a bundle with a file from elsewhere: a node_modules above this checkout would come before ours."""
    for name in json.loads(used.read_text())["inputs"]:
        path = (SOURCE / name.removeprefix("(disabled):")).resolve()
        if not path.is_relative_to(SOURCE) and not path.is_relative_to(place.NPM):
            raise Refused(f"the Solana page took {path}, which is not pinned")
