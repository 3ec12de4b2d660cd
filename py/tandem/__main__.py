"""`python -m tandem <program>`: each program's module is imported only when it is asked for."""

import sys
from importlib import import_module

PROGRAMS = {
    "engine": "our MPC engine on standard input and output, one JSON object a line",
    "relay": "the relay between the devices of a vault",
    "phone": "a co-signer for people and tests",
    "vault": "vault files: show, verify, import, export, migrate, reassemble",
}


def main(argv: list[str]) -> int:
    """Dispatch; 2 for a program that does not exist."""
    if not argv or argv[0] not in PROGRAMS:
        wanted = bool(argv) and argv[0] in ("-h", "--help")
        listing = "\n".join(f"  {name:8}{what}" for name, what in PROGRAMS.items())
        print(f"usage: tandem <program> …\n{listing}", file=sys.stdout if wanted else sys.stderr)
        return 0 if wanted else 2
    code: int = import_module(f"tandem.cli.{argv[0]}").main(argv[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
