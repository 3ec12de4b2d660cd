"""Programs of the operating system: browsers, a redis-server, node; found, or on Debian as root installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import place
from tools.place import Refused

# Branded Chrome comes last: since version 137 it ignores --load-extension.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "google-chrome-for-testing",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FIREFOXES = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
DEBIAN = {"chromium": "chromium", "firefox": "firefox-esr", "redis-server": "redis-server"}
PLAYWRIGHTS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
HOW = {
    "chromium": "a Chromium (Debian: apt install chromium; macOS: brew install --cask chromium; or set TANDEM_BROWSER; "
    "or .venv/bin/playwright install chromium)",
    "firefox": "a Firefox (Debian: apt install firefox-esr; macOS: brew install --cask firefox)",
    "redis-server": "redis-server (Debian: apt install redis-server; macOS: brew install redis)",
}


def find_browser() -> str | None:
    """The path of a Chromium that can load our extension, or None. TANDEM_BROWSER goes before all."""
    named = os.environ.get("TANDEM_BROWSER")
    if named:
        return named
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    for folder in PLAYWRIGHTS:
        for pattern in (
            "chromium-*/chrome-linux*/chrome",
            "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
        ):
            kept = sorted(Path(folder).expanduser().glob(pattern))
            if kept:
                return str(kept[-1])
    return None


def find_firefox() -> str | None:
    return next((found for name in FIREFOXES if (found := shutil.which(name))), None)


def find_redis() -> str | None:
    return shutil.which("redis-server")


def find_anvil() -> str | None:
    """The pinned anvil of this machine's kind, else one on PATH, else None."""
    pinned = place.NPM / f"@foundry-rs/anvil-{place.machine()}" / "bin" / "anvil"
    return str(pinned) if pinned.exists() else shutil.which("anvil")


def require_node() -> None:
    """Refused unless node 20 or newer and npm are there."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise Refused("node (20 or newer) and npm are needed and were not found")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        raise Refused(f"node 20 or newer is needed, this is {version}")


def apt(packages: list[str]) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Refused(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")


def ensure() -> None:
    """Install what is missing on Debian as root; elsewhere say once how to get it (only some steps need it)."""
    found = {"chromium": find_browser(), "firefox": find_firefox(), "redis-server": find_redis()}
    missing = [name for name, path in found.items() if not path]
    if not missing:
        return
    if sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        packages = [DEBIAN[name] for name in missing]
        print(f"  apt: {' '.join(packages)}")
        apt(packages)
    else:
        for name in missing:
            print(f"  not found, needed by demo and test: {HOW[name]}")
