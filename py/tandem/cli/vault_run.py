"""One run of `tandem vault`: what was asked for, the passwords it is given, and how its failures are told."""

import argparse
import getpass
from dataclasses import dataclass, field
from pathlib import Path

from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import PhoneVaults
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
from tandem.hosts.cpython import FolderStore
from tandem.vault.backup import MAX_FILE, Backup, read_backups
from tandem.vault.vault import AnyVault

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


@dataclass(frozen=True, slots=True)
class Run:
    """The command line and the screen; passwords that were typed are kept to the end of the run."""

    options: argparse.Namespace
    screen: Screen
    _typed: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def vaults(self) -> PhoneVaults:
        """The phone's."""
        return PhoneVaults(FolderStore(self.options.data))

    def read(self, path: Path) -> tuple[Backup, ...]:
        """The vaults in a file, or in a zip of files. Raises WireError, VaultDamaged, OSError."""
        with path.open("rb") as file:
            return read_backups(path.name, file.read(MAX_FILE + 1))

    async def own(self, vaults: PhoneVaults) -> tuple[AnyVault, bytes]:
        """The phone's vault that is meant, opened, and the password that opened it. Raises VaultFault."""
        wanted: str = self.options.vault or ""
        listed = await vaults.listed()
        found = [key for key in listed if key.startswith(wanted.lower())]
        if not found and wanted and await vaults.holds(wanted.lower()):
            found = [wanted.lower()]  # kept since before there was a list
        if len(found) != 1:
            choice = ", ".join(listed) or "none"
            raise VaultFault(f"say which vault with --vault and the beginning of its key; here: {choice}")
        password = self.password("This phone's password: ", self.options.phone_password_file)
        return await vaults.open(found[0], password), password

    def file_password(self, backup: Backup) -> bytes | None:
        """None for a file without one. Raises WrongPassword."""
        if not backup.encrypted:
            return None
        return self.password(f"Password of {backup.name!a}: ", self.options.password_file)

    def password(self, prompt: str, file: Path | None, *, new: bool = False) -> bytes:
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

    def failed(self, error: TandemError | OSError, name: str | None = None) -> int:
        """Say so, of the vault `name` where there are several; the exit code."""
        prefix = f"{name}: " if name else ""
        if isinstance(error, OSError):
            self.screen.event("failed", reason="file", detail=f"{prefix}{error.filename}: {error.strerror}")
            return NO_FILE
        self.screen.event("failed", reason=error.reason, detail=prefix + error.detail)
        return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
