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
import getpass
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from tandem.ceremony import SeedKeys, keys_of_seed
from tandem.ceremony.reassemble import require_enough
from tandem.chains import ethereum, solana
from tandem.chains.reading import own_account
from tandem.chains.seeds import SUPPORTED
from tandem.cli.phone import folder
from tandem.cli.phone_screen import Lines, Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.cli.vault_host import host_key_import, host_migrate, hosting
from tandem.cli.vault_reassemble import ask, require_place, write
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import random_bytes, self_test
from tandem.errors import (
    CosignerDeclined,
    CosignerFault,
    KdfFault,
    SetupRefused,
    TandemError,
    Transport,
    VaultDamaged,
    VaultFault,
    WireError,
    WrongPassword,
)
from tandem.hosts.cpython import FolderStore, write_durably
from tandem.mpc.setup import MAX_PARTIES, Curve
from tandem.relay.client import PUBLIC_RELAY
from tandem.vault.backup import MAX_FILE, Backup, file_name, read_backups, write_backup
from tandem.vault.phrase import seed_of
from tandem.vault.vault import AnyVault, Gg20Vault, Vault

OK, NO_FILE, REFUSED, UNREACHED, FAULT, PASSWORD = 0, 2, 4, 5, 6, 7
_CODES: tuple[tuple[type[TandemError], int], ...] = (
    (WrongPassword, PASSWORD),
    (VaultDamaged, PASSWORD),
    (KdfFault, PASSWORD),
    (VaultFault, REFUSED),
    (SetupRefused, REFUSED),
    (CosignerDeclined, REFUSED),
    (Transport, UNREACHED),
    (CosignerFault, FAULT),
    (WireError, NO_FILE),
)
_KINDS = {"GG20": "GG20, an older protocol", "DKLS": "DKLS", "KeyImport": "KeyImport, from a seed phrase"}
_PROTECTION = {
    "plain": "none: whoever has this file has this share",
    "legacy": "password, with an old cipher that is fast to guess: export it anew",
    "current": "password",
}
_MIGRATE = (
    "it cannot sign before it is upgraded, with all its devices at once: tandem vault import FILE, then tandem vault"
    " migrate here, or tandem phone LINK with the link that another of its devices shows"
)
# What stands for a family: the network that an imported vault's key is looked up under.
_ACCOUNTS: tuple[tuple[str, str, str, str, Curve], ...] = (
    ("Ethereum and other EVM networks", "Ethereum", ethereum.FAMILY, ethereum.PATH, ethereum.CURVE),
    ("Solana", "Solana", solana.FAMILY, solana.PATH, solana.CURVE),
)


class Vaults:
    """The verbs. Each returns the exit code, and has said on the screen what happened."""

    def __init__(self, options: argparse.Namespace, screen: Screen) -> None:
        self._options = options
        self._screen = screen
        self._typed: dict[str, bytes] = {}

    async def show(self) -> int:
        return await self._each(self._shown)

    async def verify(self) -> int:
        return await self._each(self._verified)

    async def import_(self) -> int:
        return await self._each(self._imported)

    async def export(self) -> int:
        """The phone's vault, in a file that was read again before it counts as written."""
        try:
            vault, _ = await self._own(PhoneVaults(FolderStore(self._options.data)))
            password = self._password("New password for the file: ", self._options.password_file, new=True)
            data = write_backup(vault, password)
            path: Path = self._options.file
            path = path / file_name(vault) if path.is_dir() else path
            if path.exists():
                raise VaultFault(f"{path} exists; it was left as it is")
            write_durably(path, data)
            (written,) = read_backups(path.name, path.read_bytes())
            if written.open(password).to_bytes() != vault.to_bytes():
                raise VaultDamaged(f"{path} does not read back")
        except (TandemError, OSError) as error:
            return self._failed(error)
        self._screen.show("Saved and read again", (("File", str(path)), ("Vault", vault.name)))
        self._screen.event("done", file=str(path), vault=vault.public_key.hex())
        return OK

    async def _each(self, work: Callable[[Backup, AnyVault], Coroutine[object, object, None]]) -> int:
        """`work` on every vault of the file, whatever becomes of the others."""
        path: Path = self._options.file
        try:
            backups = _read(path)
        except (TandemError, OSError) as error:
            return self._failed(error)
        code = OK
        for backup in backups:
            try:
                await work(backup, backup.open(self._file_password(backup)))
            except (TandemError, OSError) as error:
                code = self._failed(error, backup.name)
        return code

    async def _shown(self, backup: Backup, vault: AnyVault) -> None:
        self._screen.show(backup.name, _lines(backup, vault))

    async def _verified(self, backup: Backup, vault: AnyVault) -> None:
        self._screen.show(backup.name, _lines(backup, vault))
        checked = "the parts of the shares that can be compared belong to the vault's keys"
        if isinstance(vault, Gg20Vault):
            try:
                for summand in vault.summands():
                    summand.wipe()
            except WireError as broken:
                raise VaultDamaged(broken.detail) from broken
        self._screen.show("Checked", (("Opens", "yes"), ("Shares", checked)))
        self._screen.event("done", file=backup.name, vault=vault.public_key.hex())

    async def _imported(self, backup: Backup, vault: AnyVault) -> None:
        self._screen.show(backup.name, _lines(backup, vault))
        vaults = PhoneVaults(FolderStore(self._options.data))
        here = await vaults.holds(vault.public_key.hex())
        prompt = "This phone's password: " if here else "New password for this phone's share: "
        password = self._password(prompt, self._options.phone_password_file, new=not here)
        await vaults.add(vault, password)
        self._screen.event("done", vault=vault.public_key.hex(), party=vault.party)

    async def migrate(self) -> int:
        """One of the phone's old vaults, with us as the host."""
        try:
            vaults = PhoneVaults(FolderStore(self._options.data))
            vault, password = await self._own(vaults)
            if not isinstance(vault, Gg20Vault):
                raise VaultFault(f"{vault.name} is of the new kind already")
            self._screen.show(
                "Upgrade an old vault", (("Vault", vault.name), ("Needs all of", ", ".join(vault.signers)))
            )
            async with hosting(self._options, self._screen) as host:
                await host_migrate(host, vaults, vault, password)
        except (TandemError, OSError) as error:
            return self._failed(error)
        return OK

    async def bring_in(self) -> int:
        """A seed phrase, into a new vault with other devices."""
        options = self._options
        try:
            if not 2 <= options.devices <= MAX_PARTIES:
                raise VaultFault(f"2 to {MAX_PARTIES} devices")
            keys = keys_of_seed(self._seed(), SUPPORTED, phantom=options.phantom)
            party = options.name or f"phone-{random_bytes(4).hex()}"
            self._screen.show("Bring a seed phrase in", _brought(keys, options, party))
            if not options.yes and not await self._screen.agree("Are these your accounts?"):
                raise VaultFault("not confirmed; with or without --phantom Solana's account is another one")
            password = self._password("New password for this phone's share: ", options.phone_password_file, new=True)
            async with hosting(options, self._screen) as host:
                vaults = PhoneVaults(FolderStore(options.data))
                await host_key_import(
                    host,
                    vaults,
                    keys,
                    name=options.vault_name,
                    party=party,
                    size=options.devices,
                    password=password,
                )
        except (TandemError, OSError) as error:
            return self._failed(error)
        return OK

    def _seed(self) -> Secret:
        """Of a phrase that is typed without echo, or the content of a file; it is on no command line and in no log."""
        file: Path | None = self._options.phrase_file
        try:
            phrase = file.read_text("utf-8") if file is not None else getpass.getpass("Seed phrase: ")
        except EOFError as nobody:
            raise WireError("nobody is here to type a seed phrase") from nobody
        except UnicodeDecodeError as broken:
            raise WireError("a file without a seed phrase") from broken
        return seed_of(phrase)

    async def reassemble(self) -> int:
        """The private keys, out of enough files of one vault."""
        output: Path | None = self._options.output
        try:
            require_place(output)
            opened: list[AnyVault] = []
            for path in self._options.files:
                for backup in _read(path):
                    opened.append(backup.open(self._file_password(backup)))
            vaults = require_enough(opened)
            ask(vaults[0], len(vaults), self._screen)
            write(vaults, output)
        except (TandemError, OSError) as error:
            return self._failed(error)
        if output is not None:
            self._screen.show("Written, readable by you alone", (("File", str(output)),))
        return OK

    async def _own(self, vaults: PhoneVaults) -> tuple[AnyVault, bytes]:
        """The phone's vault that is meant, opened, and the password that opened it."""
        wanted: str = self._options.vault or ""
        listed = await vaults.listed()
        found = [key for key in listed if key.startswith(wanted.lower())]
        if not found and wanted and await vaults.holds(wanted.lower()):
            found = [wanted.lower()]  # kept since before there was a list
        if len(found) != 1:
            choice = ", ".join(listed) or "none"
            raise VaultFault(f"say which vault with --vault and the beginning of its key; here: {choice}")
        password = self._password("This phone's password: ", self._options.phone_password_file)
        return await vaults.open(found[0], password), password

    def _file_password(self, backup: Backup) -> bytes | None:
        if not backup.encrypted:
            return None
        return self._password(f"Password of {backup.name!a}: ", self._options.password_file)

    def _password(self, prompt: str, file: Path | None, *, new: bool = False) -> bytes:
        """From the file, or typed, twice where it is new; asked for once a run. Raises WrongPassword for none."""
        if file is not None:
            password = file.read_bytes().rstrip(b"\r\n")
        elif prompt in self._typed:
            password = self._typed[prompt]
        else:
            try:
                password = getpass.getpass(prompt).encode("utf-8")
                if new and password != getpass.getpass("Once more: ").encode("utf-8"):
                    raise WrongPassword("the two passwords differ")
            except EOFError as nobody:
                raise WrongPassword("nobody is here to type a password") from nobody
            self._typed[prompt] = password
        if not password:
            raise WrongPassword("no password was given")
        return password

    def _failed(self, error: TandemError | OSError, name: str | None = None) -> int:
        prefix = f"{name}: " if name else ""
        if isinstance(error, OSError):
            self._screen.event("failed", reason="file", detail=f"{prefix}{error.filename}: {error.strerror}")
            return NO_FILE
        self._screen.event("failed", reason=error.reason, detail=prefix + error.detail)
        return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def _brought(keys: SeedKeys, options: argparse.Namespace, party: str) -> Lines:
    """The accounts are what tells a person that phrase and path are the right ones."""
    lines = [("Vault", options.vault_name), ("This device", party), ("Devices", str(options.devices))]
    for label, chain, family, _, curve in _ACCOUNTS:
        key = dict(keys.chains)[chain].reveal()
        public = base(Scalar.parse(key)) if curve == "ecdsa" else edwards.base(edwards.Scalar.parse(key))
        lines.append((label, own_account(family, bytes(public))))
    lines.append(("Afterwards", "whoever has the phrase still owns these accounts: this adds a way to sign, no safety"))
    return tuple(lines)


def _read(path: Path) -> tuple[Backup, ...]:
    with path.open("rb") as file:
        return read_backups(path.name, file.read(MAX_FILE + 1))


def _lines(backup: Backup, vault: AnyVault) -> Lines:
    lines = [("Vault", vault.name), ("Kind", _KINDS[vault.lib]), ("Protection", _PROTECTION[backup.kind])]
    lines += [("This device", vault.party), ("Devices", ", ".join(vault.signers))]
    lines += [("Threshold", f"{vault.threshold} of {len(vault.signers)}"), ("Made", _day(vault.created))]
    lines.append(("Root key", vault.public_key.hex()))
    for label, chain, family, path, curve in _ACCOUNTS:
        try:
            lines.append((label, own_account(family, vault.public_key_of(chain, path, curve))))
        except VaultFault as none:
            lines.append((label, none.detail))
    if isinstance(vault, Vault) and vault.lib == "KeyImport":
        lines.append(("Chains with keys", ", ".join(key.chain for key in vault.chain_keys)))
    if isinstance(vault, Gg20Vault):
        lines.append(("To do", _MIGRATE))
    return tuple(lines)


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return "(not said)"


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
    vaults = Vaults(options, Screen(as_json=options.json, answer=None, password_file=None))
    work = {
        "show": vaults.show,
        "verify": vaults.verify,
        "import": vaults.import_,
        "export": vaults.export,
        "migrate": vaults.migrate,
        "bring-in": vaults.bring_in,
        "reassemble": vaults.reassemble,
    }
    try:
        return asyncio.run(work[options.verb]())
    except KeyboardInterrupt:
        return 130
