"""`tandem vault`: vault files as all Vultisig apps write them, and the phone's own vaults into and out of them.

    show FILE      what is in a file, or in a zip of files
    verify FILE    the same, for a backup: that it opens, and that its shares are sane and of the vault's keys
    import FILE    into the phone's vaults (see `tandem phone`)
    export FILE    one of the phone's vaults, to a new file, or into a folder under the name the apps give it
    migrate        an old (GG20) vault of the phone's, together with all its other devices: shows the link to follow
    bring-in       a seed phrase's keys (BIP-39, English, no passphrase) into a new vault: shows the link to follow
    reassemble FILE FILE…   the private keys out of enough files of one vault, after a clear word: for emergencies

Passwords are asked for, or are the content of --password-file (the file's) and --phone-password-file (the phone's).
Exit codes: 0 done, 2 no vault file or wrong arguments, 4 refused (a second share of a vault, a file in the way, a
setup that is not what was agreed to), 5 relay or time-out, 6 another device's fault, 7 wrong password, or damaged. With
several vaults in one file, the last failure's.
"""

import argparse
import asyncio
from pathlib import Path

from tandem.cli import vault_files, vault_reassemble, vault_shares
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import folder
from tandem.cli.vault_run import Run
from tandem.entropy import self_test
from tandem.errors import TandemError
from tandem.relay.client import PUBLIC_RELAY

_VERBS = {
    "show": vault_files.show,
    "verify": vault_files.verify,
    "import": vault_files.import_,
    "export": vault_files.export,
    "migrate": vault_shares.migrate,
    "bring-in": vault_shares.bring_in,
    "reassemble": vault_reassemble.reassemble,
}


def main(argv: list[str]) -> int:
    """Parse arguments and do one thing."""
    parser = argparse.ArgumentParser(prog="tandem vault", description="Vault files of Vultisig's apps.")
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="show|verify|import|export|migrate|bring-in|reassemble"
    )
    for name, what in (
        ("show", "what is in a file"),
        ("verify", "that a backup is whole"),
        ("import", "into the phone's vaults"),
        ("export", "one of the phone's vaults to a new file"),
        ("migrate", "upgrade an old vault of the phone's, with all its devices"),
    ):
        verb = verbs.add_parser(name, help=what)
        verb.add_argument("--json", action="store_true", help="events as JSON, one a line")
        if name != "migrate":
            verb.add_argument("file", type=Path, metavar="FILE")
            verb.add_argument("--password-file", type=Path, metavar="F", help="the vault file's password")
        else:
            verb.add_argument("--relay", metavar="URL", help=f"({PUBLIC_RELAY})")
            verb.add_argument("--wait", type=float, default=300, metavar="SECONDS", help="for the others (%(default)s)")
        if name in ("import", "export", "migrate"):
            verb.add_argument("--data", type=Path, default=folder(), help="the phone's vaults (%(default)s)")
            verb.add_argument("--phone-password-file", type=Path, metavar="F", help="the password of the phone's share")
        if name in ("export", "migrate"):
            verb.add_argument("--vault", metavar="KEY", help="its root key, or how that begins")
    verb = verbs.add_parser("bring-in", help="a seed phrase's keys into a new vault")
    verb.add_argument("vault_name", metavar="NAME", help="the new vault's")
    verb.add_argument(
        "--devices", type=int, default=2, metavar="N", help="of the vault, this one included (%(default)s)"
    )
    verb.add_argument("--phrase-file", type=Path, metavar="F", help="the phrase, instead of typing it")
    verb.add_argument(
        "--phantom", action="store_true", help="Solana's key at m/44'/501'/0'/0', where most wallets have it"
    )
    verb.add_argument("--name", help="this device's name in the vault")
    verb.add_argument("--yes", action="store_true", help="the accounts are not asked about (tests)")
    verb.add_argument("--json", action="store_true", help="events as JSON, one a line")
    verb.add_argument("--relay", metavar="URL", help=f"({PUBLIC_RELAY})")
    verb.add_argument("--wait", type=float, default=300, metavar="SECONDS", help="for the others (%(default)s)")
    verb.add_argument("--data", type=Path, default=folder(), help="the phone's vaults (%(default)s)")
    verb.add_argument("--phone-password-file", type=Path, metavar="F", help="the password of the phone's share")
    verb = verbs.add_parser("reassemble", help="the private keys out of enough files: for emergencies")
    verb.add_argument("files", type=Path, metavar="FILE", nargs="+")
    verb.add_argument("--password-file", type=Path, metavar="F", help="the vault files' password")
    verb.add_argument("--output", type=Path, metavar="FILE", help="a new file for the keys instead of the terminal")
    verb.set_defaults(json=False)
    options = parser.parse_args(argv)
    self_test()
    run = Run(options, Screen(as_json=options.json, answer=None, password_file=None))
    try:
        return asyncio.run(_VERBS[options.verb](run))
    except (TandemError, OSError) as error:
        return run.failed(error)
    except KeyboardInterrupt:
        return 130
