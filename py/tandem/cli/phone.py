"""`tandem phone`: the co-signer. Follows pairing links, shows what they ask for, and signs after a yes.

Exit codes: 0 done, 2 no usable link or arguments, 3 declined, 4 refused (what would be signed is not what is shown, or
is not understood), 5 relay or time-out, 6 the other device's fault or a ban, 7 wrong password or damaged vault. With
`--stdin` it takes one link a line, stays alive, and exits with the code of the last failure.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tandem import ceremony
from tandem.ceremony import (
    AnySignature,
    Devices,
    Held,
    Job,
    KeygenInvitation,
    Keygenned,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
)
from tandem.chains.reading import Reading, own_account, read_keysign
from tandem.cli.made import save_imported, tell
from tandem.cli.phone_screen import Lines, Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.entropy import random_bytes, self_test
from tandem.errors import (
    Banned,
    CosignerDeclined,
    CosignerFault,
    SetupRefused,
    TandemError,
    Transport,
    VaultFault,
    WireError,
    WrongPassword,
)
from tandem.hosts.cpython import AsyncioTasks, CpythonHttp, FolderStore, SystemClock
from tandem.relay.client import PUBLIC_RELAY, RelayClient
from tandem.relay.pairing import Invitation
from tandem.vault.journal import Journal
from tandem.vault.vault import AnyVault, Gg20Vault, SigningKey, Vault

OK, NO_LINK, DECLINED, REFUSED, UNREACHED, FAULT, PASSWORD = 0, 2, 3, 4, 5, 6, 7
_CODES: tuple[tuple[type[TandemError], int], ...] = (
    (CosignerDeclined, DECLINED),
    (SetupRefused, REFUSED),
    (Transport, UNREACHED),
    (CosignerFault, FAULT),
    (Banned, FAULT),
    (VaultFault, PASSWORD),
    (WireError, NO_LINK),
)


class Declined(Exception):
    """The person, or `--decline`, said no."""


class Phone:
    """One phone: its vaults, its journal, and one relay client per relay, whose connections stay open."""

    def __init__(self, folder: Path, screen: Screen, relay_url: str | None, wait: float, name: str | None) -> None:
        store = FolderStore(folder)
        self._vaults = PhoneVaults(store)
        self._journal = Journal(store)
        self._screen = screen
        self._relay_url = relay_url
        self._wait = wait
        self._name = name
        self._http = CpythonHttp()
        self._relays: dict[str, RelayClient] = {}
        self.clock = SystemClock()
        self.tasks = AsyncioTasks()

    async def close(self) -> None:
        """Let the last messages reach the other device, then end."""
        await self.tasks.settle(20)
        await self._http.close()

    async def follow(self, link: str) -> int:
        """Do what one link asks for; returns the exit code."""
        try:
            invitation = ceremony.parse_link(link)
            if isinstance(invitation, KeygenInvitation):
                await self._keygen(invitation)
            elif isinstance(invitation, ReshareInvitation):
                await self._reshare(invitation)
            elif isinstance(invitation, MigrateInvitation):
                await self._migrate(invitation)
            elif isinstance(invitation, KeysignInvitation):
                await self._keysign(invitation)
            else:
                await self._key_import(invitation)
        except Declined:
            self._screen.event("declined")
            return DECLINED
        except TandemError as error:
            if isinstance(error, WrongPassword):
                self._screen.forget_password()
            self._screen.event("failed", reason=error.reason, detail=error.detail)
            return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
        return OK

    async def _keygen(self, invitation: KeygenInvitation) -> None:
        devices = self._devices(invitation)
        name = invitation.message.vault_name
        party = self._name or f"phone-{random_bytes(4).hex()}"
        self._screen.show(
            "Make a vault together", (("Vault", name), ("This phone", party), self._relay_line(invitation))
        )
        if not await self._screen.agree("Join?"):
            raise Declined
        password = await self._screen.password(new=True)
        if not password:
            raise WrongPassword("no password was given")

        async def save(made: Keygenned) -> None:
            await self._vaults.save(made.vault(name, int(self.clock.now())), password)

        made = await ceremony.join_keygen(
            devices,
            invitation,
            party=party,
            report=self._screen.progress,
            save=save,
            deadline=self.clock.now() + self._wait,
        )
        tell(self._screen, made)

    async def _reshare(self, invitation: ReshareInvitation) -> None:
        devices, key = self._devices(invitation), invitation.public_key.hex()
        name = invitation.message.vault_name
        old = _dkls(await self._opened(key)) if await self._vaults.holds(key) else None
        party = old.party if old is not None else self._name or f"phone-{random_bytes(4).hex()}"
        lines = [
            ("Vault", name),
            ("This phone", party),
            ("Devices until now", ", ".join(_old_parties(invitation, old))),
        ]
        if old is None:
            lines.append(("New here", "this phone gets a share of a vault that it does not have yet"))
        lines.append(self._relay_line(invitation))
        self._screen.show("Change the devices of a vault", tuple(lines))
        if not await self._screen.agree("Take part?"):
            raise Declined
        password = await self._screen.password(new=old is None)
        if not password:
            raise WrongPassword("no password was given")

        async def save(made: Keygenned) -> None:
            if old is not None:
                vault = old.reshared(made.share, made.eddsa, made.signers, made.chain_keys)
            else:
                code = invitation.chain_code if invitation.chains else None
                vault = made.vault(name, int(self.clock.now()), code)
            await self._vaults.replace(vault, password)

        made = await ceremony.join_reshare(
            devices,
            invitation,
            party=party,
            held=Held.of(old) if old is not None else None,
            report=self._screen.progress,
            save=save,
            deadline=self.clock.now() + self._wait,
        )
        tell(self._screen, made)

    async def _migrate(self, invitation: MigrateInvitation) -> None:
        devices, key = self._devices(invitation), invitation.public_key.hex()
        if not await self._vaults.holds(key):
            raise VaultFault(
                "the link is for an old vault that is not on this phone: tandem vault import brings it here"
            )
        old = await self._opened(key)
        if not isinstance(old, Gg20Vault):
            raise VaultFault("this phone's share is of the new kind already")
        lines = [("Vault", old.name), ("This phone", old.party), ("All its devices", ", ".join(old.signers))]
        lines += [("Afterwards", "the same accounts, new shares; the old share is kept"), self._relay_line(invitation)]
        self._screen.show("Upgrade an old vault", tuple(lines))
        if not await self._screen.agree("Take part?"):
            raise Declined
        password = await self._screen.password(new=False)
        if not password:
            raise WrongPassword("no password was given")

        async def save(made: Keygenned) -> None:
            await self._vaults.replace(old.migrated(made.share, made.eddsa, made.signers), password)

        made = await ceremony.join_migrate(
            devices,
            invitation,
            vault=old,
            report=self._screen.progress,
            save=save,
            deadline=self.clock.now() + self._wait,
        )
        tell(self._screen, made)

    async def _key_import(self, invitation: KeyImportInvitation) -> None:
        devices, name = self._devices(invitation), invitation.message.vault_name
        party = self._name or f"phone-{random_bytes(4).hex()}"
        lines = [("Vault", name), ("This phone", party), ("Chains", ", ".join(invitation.chains))]
        lines.append(("The keys", "the other device knows them whole, from a seed phrase, and whoever has that phrase"))
        self._screen.show("Make a vault of a seed phrase's keys", (*lines, self._relay_line(invitation)))
        if not await self._screen.agree("Join?"):
            raise Declined
        password = await self._screen.password(new=True)
        if not password:
            raise WrongPassword("no password was given")

        async def save(made: Keygenned) -> None:
            await save_imported(self._vaults, made, name, int(self.clock.now()), password)

        made = await ceremony.join_key_import(
            devices,
            invitation,
            party=party,
            report=self._screen.progress,
            save=save,
            deadline=self.clock.now() + self._wait,
        )
        tell(self._screen, made)

    async def _opened(self, public_key: str) -> AnyVault:
        vault = self._vaults.opened(public_key)
        if vault is None:
            vault = await self._vaults.open(public_key, await self._screen.password(new=False))
        return vault

    async def _keysign(self, invitation: KeysignInvitation) -> None:
        devices = self._devices(invitation)
        invitation = await ceremony.complete_invitation(devices.relay, invitation)
        if not await self._vaults.holds(invitation.vault_public_key):
            raise WireError("the link is for a vault that is not on this phone")
        vault = _dkls(await self._opened(invitation.vault_public_key))
        if invitation.initiator == vault.party:
            raise SetupRefused("the other device holds the same share")
        reading, key = self._read(invitation, vault)
        self._screen.show(f"Sign a {reading.kind}", self._lines(invitation, vault, reading, key))
        if not await self._screen.agree("Sign?"):
            await ceremony.decline(devices, invitation, party=vault.party)
            raise Declined
        signatures = await ceremony.join_keysign(
            devices,
            invitation,
            party=vault.party,
            share=key.share,
            eddsa=key.eddsa,
            jobs=[Job(digest, key.path, reading.curve) for digest in reading.digests],
            report=self._screen.progress,
            deadline=self.clock.now() + self._wait,
            signers=vault.signers,
        )
        self._screen.event("done", signatures=[_bytes(signature).hex() for signature in signatures])

    def _read(self, invitation: KeysignInvitation, vault: Vault) -> tuple[Reading, SigningKey]:
        """What is to be signed, from the payload itself, and with which key. Raises SetupRefused for what cannot be
        understood or is not this vault's."""
        payload = invitation.payload
        if payload is None:
            raise SetupRefused("no payload")
        try:
            reading = read_keysign(payload)
            key = vault.signing_key(reading.chain, reading.path, reading.curve)
        except WireError as broken:
            raise SetupRefused(f"not understood: {broken.detail}") from broken
        except VaultFault as missing:
            raise SetupRefused(missing.detail) from missing
        if reading.account not in (None, own_account(reading.family, key.public_key)):
            raise SetupRefused("the sender is not this vault's account")
        return reading, key

    def _lines(self, invitation: KeysignInvitation, vault: Vault, reading: Reading, key: SigningKey) -> Lines:
        lines = [*reading.lines, ("Asked by", reading.origin or "(not said)")]
        account = own_account(reading.family, key.public_key)
        lines += [("Chain", reading.chain_name), ("Vault", vault.name), ("Account", account)]
        if reading.curve == "ecdsa":
            lines += [("Digest", "0x" + digest.hex()) for digest in reading.digests]
        lines.append(self._relay_line(invitation))
        return tuple(lines)

    def _relay_line(self, invitation: Invitation) -> tuple[str, str]:
        return ("Relay", self._url(invitation))

    def _url(self, invitation: Invitation) -> str:
        return self._relay_url or invitation.server_url or PUBLIC_RELAY

    def _devices(self, invitation: Invitation) -> Devices:
        url = self._url(invitation)
        if not url.startswith(("https://", "http://")):
            raise WireError("the link's relay is no web address")
        relay = self._relays.setdefault(url, RelayClient(self._http, url, self.clock))
        return Devices(relay, self.clock, self.tasks, random_bytes, self._journal)


def _dkls(vault: AnyVault) -> Vault:
    """Raises VaultFault for a vault that has to be migrated first."""
    if isinstance(vault, Gg20Vault):
        raise VaultFault("an old vault: it has to be upgraded with all its devices before it can do this")
    return vault


def _old_parties(invitation: ReshareInvitation, old: Vault | None) -> tuple[str, ...]:
    """The vault's devices as this phone knows them, or as the link says."""
    return old.signers if old is not None else tuple(invitation.message.old_parties)


def _bytes(signature: AnySignature) -> bytes:
    return signature if isinstance(signature, bytes) else signature.to_bytes()


def main(argv: list[str]) -> int:
    """Parse arguments and follow the links."""
    parser = argparse.ArgumentParser(prog="tandem phone", description="Co-sign with the browser.")
    parser.add_argument("link", nargs="?", help="the pairing link")
    parser.add_argument("--stdin", action="store_true", help="links on standard input, one a line, until it ends")
    parser.add_argument("--qr", type=Path, metavar="PNG", help="a picture with the QR code")
    parser.add_argument("--data", type=Path, default=folder(), help="where shares are kept, sealed (%(default)s)")
    parser.add_argument("--relay", metavar="URL", help="this relay, whatever the link says")
    parser.add_argument("--name", help="this phone's name in new vaults")
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--wait", type=float, default=300, metavar="SECONDS", help="for the other device (%(default)s)")
    answers = parser.add_mutually_exclusive_group()
    answers.add_argument("--yes", action="store_true", help="agree to everything (tests)")
    answers.add_argument("--decline", action="store_true", help="decline everything (tests)")
    parser.add_argument("--json", action="store_true", help="events as JSON, one a line")
    options = parser.parse_args(argv)
    if sum((bool(options.link), options.stdin, bool(options.qr))) != 1:
        parser.error("one of: a link, --stdin, --qr")
    if options.stdin and not (options.yes or options.decline):
        parser.error("--stdin needs --yes or --decline: questions are asked on standard input")
    self_test()
    answer = True if options.yes else False if options.decline else None
    screen = Screen(as_json=options.json, answer=answer, password_file=options.password_file)
    try:
        return asyncio.run(_run(options, screen))
    except KeyboardInterrupt:
        return 130


async def _run(options: argparse.Namespace, screen: Screen) -> int:
    phone = Phone(options.data, screen, options.relay, options.wait, options.name)
    try:
        if not options.stdin:
            link = options.link or _from_picture(options.qr)
            if link is None:
                screen.event("failed", reason="malformed", detail="no QR code in the picture")
                return NO_LINK
            return await phone.follow(link)
        screen.event("ready")
        last = OK
        async for line in _lines_of_stdin():
            last = await phone.follow(line) or last
        return last
    finally:
        await phone.close()


async def _lines_of_stdin() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            yield line.strip()


def _from_picture(path: Path) -> str | None:
    try:
        import zxingcpp
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        print("tandem phone: reading a QR needs zxing-cpp and pillow", file=sys.stderr)
        return None
    try:
        with Image.open(path) as picture:
            found = zxingcpp.read_barcodes(picture.convert("L"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    return next((code.text for code in found if code.text), None)


def folder() -> Path:
    """Where the phone's shares are kept unless said otherwise."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "tandem-phone"
