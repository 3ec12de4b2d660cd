"""The bench step: every figure of docs/benchmarks.md, measured here and now, beside the incumbent's."""

from __future__ import annotations

import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping

from tools import bench_browser, extension, place

REPORT = place.ROOT / "docs" / "benchmarks.md"
NOTES = place.ROOT / "docs" / "benchmarks-notes.md"


def spread(runs: list[float], digits: int = 0) -> str:
    """Median (least–most, count)."""
    shown = [f"{value:.{digits}f}" for value in (statistics.median(runs), min(runs), max(runs))]
    return f"**{shown[0]}** ({shown[1]}–{shown[2]}, {len(runs)})"


def script(name: str, *arguments: str) -> dict:
    """The JSON that one of the measuring programs prints."""
    command = [str(place.PYTHON), str(place.TOOLS / name), *arguments, "--json"]
    env = os.environ | {"PYTHONPATH": str(place.ROOT / "py")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout[done.stdout.index("{") :]))


def machine() -> str:
    kind = next(
        (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    load = os.getloadavg()[0]
    return f"{kind}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load at the start {load:.1f}"


def _cpuinfo() -> list[str]:
    try:
        with open("/proc/cpuinfo") as file:  # noqa: PTH123
            return file.read().splitlines()
    except OSError:
        return []


def rows(browser: Mapping, native: Mapping, ceremonies: Mapping, relay: Mapping) -> list[tuple[str, str, str, str]]:
    """(measure, ours, incumbent, goal)"""
    silent, compute = browser["silent"], browser["compute"]
    over = browser["ready"]["over"]
    low, ready, high = statistics.quantiles(over, n=4)
    zipped = next(place.DIST.glob("tandem-chromium-*.zip")).stat().st_size / 1e6
    manifest = json.loads((extension.CHROMIUM / "manifest.json").read_text())
    scripts = {name for entry in manifest["content_scripts"] for name in entry["js"]}
    sizes = [(extension.CHROMIUM / name).stat().st_size / 1000 for name in scripts]
    engines = ceremonies["two real engines"]

    def end(phone: str, curve: str) -> str:
        return spread(browser[phone][curve]["approved"])

    return [
        (
            "provider announced after navigation, over a page without extension, ms",
            f"**{ready:+.0f}** (middle half {low:+.0f} to {high:+.0f}, {len(over)} pairs)",
            "+100",
            "+15",
        ),
        (
            "JavaScript heap of a page, over a page without extension, kB",
            spread(browser["ready"]["heap"]),
            "35,000",
            "500",
        ),
        ("`eth_chainId`, warm, ms", spread(silent["warm"], 1), "1.8", "5"),
        ("`eth_chainId`, service worker stopped, ms", spread(silent["stopped"], 1), "700", "100"),
        ("the same as a fresh page's first call, ms", spread(silent["stopped_fresh"], 1), "700", "100"),
        ("connect screen shown, ms", spread(browser["connect"]["shown"]), "640", "400"),
        ("the same from cold: no worker, locked; the unlock screen, ms", spread(browser["cold"]), "2,800", "1,500"),
        ("its buttons armed (500 ms of focus are ours by choice), ms", spread(browser["connect"]["armed"]), "–", "–"),
        ("boot, nothing → first Python answer, ms", spread(browser["boot"]), "–", "1,200"),
        ("ECDSA sign 2-of-2, compute of one party, Chromium worker, ms", spread(compute["sign"]), "18", "350"),
        ("the same, CPython, ms", spread(native["sign"]), "–", "–"),
        ("EdDSA sign 2-of-2, compute of one party, Chromium worker, ms", spread(compute["eddsa_sign"], 1), "–", "60"),
        ("the same, CPython, ms", spread(native["eddsa_sign"], 1), "–", "–"),
        ("ECDSA keygen 2-of-2, compute of one party, Chromium worker, ms", spread(compute["keygen"]), "–", "–"),
        ("the same, CPython, ms", spread(native["keygen"]), "–", "–"),
        (
            "EdDSA keygen 2-of-2, compute of one party, Chromium worker, ms",
            spread(compute["eddsa_keygen"], 1),
            "–",
            "–",
        ),
        ("the same, CPython, ms", spread(native["eddsa_keygen"], 1), "–", "–"),
        ("ECDSA sign, Approve → signature at the dApp, `tandem phone`, ms", end("sign", "ecdsa"), "–", "700"),
        ("the same with the real engine as the phone, ms", end("sign_engine", "ecdsa"), "522", "900"),
        ("two real engines over the same relay, same run, exchange only, ms", told(engines, "sign ecdsa"), "522", "–"),
        ("EdDSA sign, Approve → signature at the dApp, `tandem phone`, ms", end("sign", "eddsa"), "–", "400"),
        ("the same with the real engine as the phone, ms", end("sign_engine", "eddsa"), "514", "–"),
        ("two real engines over the same relay, same run, exchange only, ms", told(engines, "sign eddsa"), "514", "–"),
        (
            "vault with both keys, Create → made on both, ms",
            spread(browser["vault"]),
            "3,357 (4,357 with completion)",
            "3,000",
        ),
        (
            "two real engines over the same relay, same run, both keys, exchange only, ms",
            told(engines, "keygen"),
            "3,357",
            "–",
        ),
        ("package zip, MB", f"**{zipped:.1f}**", "50.3", "18"),
        ("largest page script (all together), kB", f"**{max(sizes):.1f}** ({sum(sizes):.1f})", "9,600", "20"),
        (
            "memory (PSS) of extension processes, unlocked, a minute after the last use, MB",
            f"**{browser['memory']['idle']:.0f}**",
            "98",
            "200",
        ),
        ("approving, MB", f"**{browser['memory']['approving']:.0f}**", "326", "280"),
        ("idle, locked for over a minute (no worker), MB", f"**{browser['memory']['locked']:.0f}**", "98", "200"),
        (
            "relay, one process, 200 connections, polls per second",
            f"**{relay['polls']['per_second']:,}** (p99 {relay['polls']['p99_ms']} ms)",
            "–",
            "3,000",
        ),
        (
            "relay, posts of 88 kB per second",
            f"**{relay['posts_88kB']['per_second']:,}** (RSS {relay['resident_mb']:.0f} MB)",
            "–",
            "800",
        ),
    ]


def told(found: Mapping, what: str) -> str:
    """A row of tools/bench_ceremony.py."""
    times = found[what]["exchange"]
    return f"**{times['median']:.0f}** ({times['least']:.0f}–{times['most']:.0f}, {times['runs']:.0f})"


def against(ceremonies: Mapping, curve: str) -> str:
    """One sentence: our exchange beside the incumbent's."""
    both = ("ours with ours", "two real engines")
    ours, theirs = (ceremonies[name][f"sign {curve}"]["exchange"]["median"] for name in both)
    kind = {"ecdsa": "ECDSA", "eddsa": "EdDSA"}[curve]
    return (
        f"{kind} signing exchange, ours natively against two real engines in this run: {ours:.0f} ms to "
        f"{theirs:.0f} ms, {theirs / ours:.1f} × as fast."
    )


def main(arguments: list[str]) -> int:
    """`--quick` makes three runs of each instead of ten and writes nothing."""
    quick = arguments == ["--quick"]
    runs = 3 if quick else 10
    where = machine()
    print("  compute, CPython", flush=True)
    native = importlib.import_module("tools.bench_compute").measure(5, runs)
    browser = bench_browser.measure(runs)
    print("  ceremonies", flush=True)
    ceremonies = script("bench_ceremony.py", "--signs", str(runs), "--keygens", "5")
    print("  relay under load", flush=True)
    relay = script("bench_relay.py", "--seconds", "5")
    table = ["| measure | here | incumbent | goal now |", "|---|---|---|---|"]
    table += [f"| {' | '.join(row)} |" for row in rows(browser, native, ceremonies, relay)]
    text = "\n".join(table)
    print(text)
    ratio = "\n\n".join(against(ceremonies, curve) for curve in ("ecdsa", "eddsa"))
    print(ratio)
    if not quick:
        REPORT.write_text(
            "# Benchmarks\n\nWritten by `python3 build.py bench`; what stands below the table is in "
            f"`docs/benchmarks-notes.md`.\n\n{where}; Python {platform.python_version()}. Median (least–most, runs). "
            "The incumbent's figures are of its extension 0.2.1 and its engine in node, on a machine like this one.\n\n"
            f"{text}\n\n{ratio}\n\n{NOTES.read_text()}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
