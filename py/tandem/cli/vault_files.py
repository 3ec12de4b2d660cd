"""`tandem vault show|verify|import|export`: files, and the phone's own vaults into and out of them."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from tandem.chains import ethereum, solana
from tandem.chains.reading import own_account
from tandem.cli.phone_screen import Lines
from tandem.cli.vault_run import OK, Run
from tandem.errors import TandemError, VaultDamaged, VaultFault, WireError
from tandem.hosts.cpython import write_durably
from tandem.mpc.setup import Curve
from tandem.vault.backup import Backup, file_name, read_backups, write_backup
from tandem.vault.vault import AnyVault, Gg20Vault, Vault

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
ACCOUNTS: tuple[tuple[str, str, str, str, Curve], ...] = (
    ("Ethereum and other EVM networks", "Ethereum", ethereum.FAMILY, ethereum.PATH, ethereum.CURVE),
    ("Solana", "Solana", solana.FAMILY, solana.PATH, solana.CURVE),
)


async def show(run: Run) -> int:
    """What is in a file."""

    async def shown(backup: Backup, vault: AnyVault) -> None:
        run.screen.show(backup.name, _lines(backup, vault))

    return await _each(run, shown)


async def verify(run: Run) -> int:
    """The same, and that what can be checked of it is right."""

    async def verified(backup: Backup, vault: AnyVault) -> None:
        run.screen.show(backup.name, _lines(backup, vault))
        checked = "the parts of the shares that can be compared belong to the vault's keys"
        if isinstance(vault, Gg20Vault):
            try:
                for summand in vault.summands():
                    summand.wipe()
            except WireError as broken:
                raise VaultDamaged(broken.detail) from broken
        run.screen.show("Checked", (("Opens", "yes"), ("Shares", checked)))
        run.screen.event("done", file=backup.name, vault=vault.public_key.hex())

    return await _each(run, verified)


async def import_(run: Run) -> int:
    """Into the phone's vaults."""

    async def imported(backup: Backup, vault: AnyVault) -> None:
        run.screen.show(backup.name, _lines(backup, vault))
        vaults = run.vaults
        here = await vaults.holds(vault.public_key.hex())
        prompt = "This phone's password: " if here else "New password for this phone's share: "
        password = run.password(prompt, run.options.phone_password_file, new=not here)
        await vaults.add(vault, password)
        run.screen.event("done", vault=vault.public_key.hex(), party=vault.party)

    return await _each(run, imported)


async def export(run: Run) -> int:
    """The phone's vault, in a file that was read again before it counts as written."""
    vault, _ = await run.own(run.vaults)
    password = run.password("New password for the file: ", run.options.password_file, new=True)
    data = write_backup(vault, password)
    path: Path = run.options.file
    path = path / file_name(vault) if path.is_dir() else path
    if path.exists():
        raise VaultFault(f"{path} exists; it was left as it is")
    write_durably(path, data)
    (written,) = read_backups(path.name, path.read_bytes())
    if written.open(password).to_bytes() != vault.to_bytes():
        raise VaultDamaged(f"{path} does not read back")
    run.screen.show("Saved and read again", (("File", str(path)), ("Vault", vault.name)))
    run.screen.event("done", file=str(path), vault=vault.public_key.hex())
    return OK


async def _each(run: Run, work: Callable[[Backup, AnyVault], Coroutine[object, object, None]]) -> int:
    """`work` on every vault of the file, whatever becomes of the others."""
    code = OK
    for backup in run.read(run.options.file):
        try:
            await work(backup, backup.open(run.file_password(backup)))
        except (TandemError, OSError) as error:
            code = run.failed(error, backup.name)
    return code


def _lines(backup: Backup, vault: AnyVault) -> Lines:
    lines = [("Vault", vault.name), ("Kind", _KINDS[vault.lib]), ("Protection", _PROTECTION[backup.kind])]
    lines += [("This device", vault.party), ("Devices", ", ".join(vault.signers))]
    lines += [("Threshold", f"{vault.threshold} of {len(vault.signers)}"), ("Made", _day(vault.created))]
    lines.append(("Root key", vault.public_key.hex()))
    for label, chain, family, path, curve in ACCOUNTS:
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
