"""`tandem vault migrate|bring-in`: shares made with other devices, of an old vault's keys or a seed phrase's."""

import getpass
from argparse import Namespace
from pathlib import Path

from tandem.ceremony import SeedKeys, keys_of_seed
from tandem.chains.reading import own_account
from tandem.chains.seeds import SUPPORTED
from tandem.cli.phone_screen import Lines
from tandem.cli.vault_files import ACCOUNTS
from tandem.cli.vault_host import host_key_import, host_migrate, hosting
from tandem.cli.vault_run import OK, Run
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import random_bytes
from tandem.errors import VaultFault, WireError
from tandem.mpc.setup import MAX_PARTIES
from tandem.vault.phrase import seed_of
from tandem.vault.vault import Gg20Vault


async def migrate(run: Run) -> int:
    """One of the phone's old vaults, with us as the host."""
    vaults = run.vaults
    vault, password = await run.own(vaults)
    if not isinstance(vault, Gg20Vault):
        raise VaultFault(f"{vault.name} is of the new kind already")
    run.screen.show("Upgrade an old vault", (("Vault", vault.name), ("Needs all of", ", ".join(vault.signers))))
    async with hosting(run.options, run.screen) as host:
        await host_migrate(host, vaults, vault, password)
    return OK


async def bring_in(run: Run) -> int:
    """A seed phrase, into a new vault with other devices."""
    options = run.options
    if not 2 <= options.devices <= MAX_PARTIES:
        raise VaultFault(f"2 to {MAX_PARTIES} devices")
    keys = keys_of_seed(_seed(options), SUPPORTED, phantom=options.phantom)
    party = options.name or f"phone-{random_bytes(4).hex()}"
    run.screen.show("Bring a seed phrase in", _brought(keys, options, party))
    if not options.yes and not await run.screen.agree("Are these your accounts?"):
        raise VaultFault("not confirmed; with or without --phantom Solana's account is another one")
    password = run.password("New password for this phone's share: ", options.phone_password_file, new=True)
    async with hosting(options, run.screen) as host:
        await host_key_import(
            host,
            run.vaults,
            keys,
            name=options.vault_name,
            party=party,
            size=options.devices,
            password=password,
        )
    return OK


def _seed(options: Namespace) -> Secret:
    """Of a phrase that is typed without echo, or the content of a file; it is on no command line and in no log."""
    file: Path | None = options.phrase_file
    try:
        phrase = file.read_text("utf-8") if file is not None else getpass.getpass("Seed phrase: ")
    except EOFError as nobody:
        raise WireError("nobody is here to type a seed phrase") from nobody
    except UnicodeDecodeError as broken:
        raise WireError("a file without a seed phrase") from broken
    return seed_of(phrase)


def _brought(keys: SeedKeys, options: Namespace, party: str) -> Lines:
    """The accounts are what tells a person that phrase and path are the right ones."""
    lines = [("Vault", options.vault_name), ("This device", party), ("Devices", str(options.devices))]
    for label, chain, family, _, curve in ACCOUNTS:
        key = dict(keys.chains)[chain].reveal()
        public = base(Scalar.parse(key)) if curve == "ecdsa" else edwards.base(edwards.Scalar.parse(key))
        lines.append((label, own_account(family, bytes(public))))
    lines.append(("Afterwards", "whoever has the phrase still owns these accounts: this adds a way to sign, no safety"))
    return tuple(lines)
