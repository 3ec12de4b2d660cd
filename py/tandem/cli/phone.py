"""`tandem phone`: the co-signer. Follows pairing links, shows what they ask for, and signs after a yes.

Exit codes: 0 done, 2 no usable link or arguments, 3 declined, 4 refused (what would be signed is not what is shown, or
is not understood), 5 relay or time-out, 6 the other device's fault or a ban, 7 wrong password or damaged vault. With
`--stdin` it takes one link a line, stays alive, and exits with the code of the last failure.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tandem import ceremony
from tandem.ceremony import (
    Devices,
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
)
from tandem.cli import phone_shares
from tandem.cli.phone_owner import Declined, Owner
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_sign import keysign
from tandem.cli.phone_vaults import PhoneVaults, folder
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


class Phone:
    """One phone: its vaults, its journal, and one relay client per relay, whose connections stay open."""

    def __init__(self, folder: Path, screen: Screen, relay_url: str | None, wait: float, name: str | None) -> None:
        store = FolderStore(folder)
        self._owner = Owner(PhoneVaults(store), screen, wait, name)
        self._journal = Journal(store)
        self._screen = screen
        self._relay_url = relay_url
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
            await self._take(ceremony.parse_link(link))
        except Declined:
            self._screen.event("declined")
            return DECLINED
        except TandemError as error:
            if isinstance(error, WrongPassword):
                self._screen.forget_password()
            self._screen.event("failed", reason=error.reason, detail=error.detail)
            return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
        return OK

    async def _take(self, invitation: Invitation) -> None:
        owner, devices = self._owner, self._devices(invitation)
        match invitation:
            case KeygenInvitation():
                await phone_shares.keygen(owner, devices, invitation)
            case ReshareInvitation():
                await phone_shares.reshare(owner, devices, invitation)
            case MigrateInvitation():
                await phone_shares.migrate(owner, devices, invitation)
            case KeyImportInvitation():
                await phone_shares.key_import(owner, devices, invitation)
            case KeysignInvitation():
                await keysign(owner, devices, invitation)

    def _devices(self, invitation: Invitation) -> Devices:
        url = self._relay_url or invitation.server_url or PUBLIC_RELAY
        if not url.startswith(("https://", "http://")):
            raise WireError("the link's relay is no web address")
        relay = self._relays.setdefault(url, RelayClient(self._http, url, self.clock))
        return Devices(relay, self.clock, self.tasks, random_bytes, self._journal)


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
