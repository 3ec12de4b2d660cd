#!/usr/bin/env python3
"""The one door: every step of the project from here. Needs Python 3.11 or newer, node 20 or newer, and npm.

setup    .venv, pinned Python and npm packages (done by every other step when it is missing)
build    dist/chromium and its zip
demo     the whole way in a browser; --headless drives it without a person
test     everything; --fast for an inner loop; --soak SECONDS for the long random run
bench    the measurements, written to docs/benchmarks.md
relay    our relay alone (arguments are passed on)
phone    our phone alone (arguments are passed on)
vault    vault files: show, verify, import, export (arguments are passed on)
proto    regenerate the protobuf modules
clean    remove what was built; --all also downloads and .venv
"""

import importlib
import os
import sys

STEPS = {"setup", "build", "demo", "test", "bench", "relay", "phone", "vault", "proto", "clean"}
PROGRAMS = ("relay", "phone", "vault")
MODULES = {"build": "tools.extension", "test": "tools.check"} | dict.fromkeys(PROGRAMS, "tools.program")


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this one file meets whatever Python there is
        raise SystemExit("Python 3.11 or newer is needed")
    if not arguments or arguments[0] not in STEPS:
        print(__doc__)
        return 0 if arguments[:1] in ([], ["-h"], ["--help"]) else 2
    step, rest = arguments[0], arguments[1:]
    from tools import place

    if sys.prefix != str(place.VENV) and step not in ("setup", "clean"):
        # The step itself runs in .venv, so that it may import what was installed there.
        importlib.import_module("tools.setup").ensure()
        os.execve(place.PYTHON, [str(place.PYTHON), __file__, *arguments], dict(os.environ))
    module = importlib.import_module(MODULES.get(step, f"tools.{step}"))
    return int(module.main([step, *rest] if step in PROGRAMS else rest))


if __name__ == "__main__":
    from tools.place import Refused

    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refused:
        sys.exit(f"build.py: {refused}")
    except KeyboardInterrupt:
        sys.exit(130)
