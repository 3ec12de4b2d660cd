"""The Solana test page: our source in tests/pages/solana, bundled with the wallet adapter's packages, in build/pages.

esbuild as WebAssembly, so that one pinned package serves every machine; a browser's build needs no native code at all.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools import fetch, place, stamp

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
    command = ["node", str(esbuild), "page.js", *FLAGS, "--log-level=warning", f"--outfile={BUILT / 'page.js'}"]
    # Packages lie in build/npm under their names, which is what NODE_PATH is for.
    fetch.quiet(command, cwd=SOURCE, env=os.environ | {"NODE_PATH": str(place.NPM)})
    stamp.write("page-solana", key)
    return BUILT
