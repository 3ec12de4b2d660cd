"""Following another device's link: what it asks is shown, and after a yes this device takes its part.

The host of a signing sends the transaction; a joiner only signs. What is signed is computed from the payload, never
taken over from the host.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tandem.ceremony import (
    Devices,
    Job,
    KeysignInvitation,
    Progress,
    complete_invitation,
    decline,
    join_keysign,
    parse_link,
)
from tandem.chains.reading import Reading, own_account, read_keysign
from tandem.errors import BadRequest, SetupRefused, TandemError, WireError
from tandem.ports import Task
from tandem.provider.codes import SENTENCES
from tandem.relay.client import PUBLIC_RELAY
from tandem.relay.pairing import Invitation
from tandem.vault.vault import SigningKey, Vault
from tandem.wallet.book import Book, require_url
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.shares import Given, Shares
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class _Asked:
    """A link that waits for the person's word."""

    invitation: Invitation
    devices: Devices
    reading: tuple[Reading, SigningKey, Vault] | None  # the vault too: a lock after the yes does not stop a signing


class Joining:
    """One link at a time; what it shows stays until the next one or until it is left."""

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        families: Mapping[str, Family],
        devices: Callable[[str], Devices],
        changed: Callable[[], None],
        opened: Callable[[], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys, self._families = host, book, keys, families
        self._devices, self._changed, self._opened = devices, changed, opened
        self._shares = Shares(host, keys)
        self.shown: dict[str, Json] | None = None
        self._asked: _Asked | None = None
        self._task: Task | None = None

    async def follow(self, link: str) -> None:
        """Reads a link and shows what it asks.

        Raises BadRequest for what is no link of ours, VaultFault, VaultLocked, RelayFault, and SetupRefused for what is
        not understood or not this vault's.
        """
        self._leave()
        try:
            invitation = parse_link(link)
        except WireError as broken:
            if broken.reason != WireError.reason:
                raise  # a link of the apps that is no invitation: its reason says what it is
            raise BadRequest("not a link that this wallet can follow") from broken
        devices = self._devices(require_url(invitation.server_url or PUBLIC_RELAY))
        if isinstance(invitation, KeysignInvitation):
            await self._show_keysign(invitation, devices)
        else:
            self.shown = self._shares.asked(invitation) | _start(devices)
            self._asked = _Asked(invitation, devices, None)
        self._changed()

    async def _show_keysign(self, invitation: KeysignInvitation, devices: Devices) -> None:
        vault = self._keys.vault
        if invitation.vault_public_key != vault.public_key.hex():
            raise SetupRefused("the link is for another vault")
        try:
            invitation = await complete_invitation(devices.relay, invitation)
            if invitation.payload is None:
                raise SetupRefused("no payload")
            reading = read_keysign(invitation.payload)
            key = vault.signing_key(reading.chain, reading.path, reading.curve)
            account = own_account(reading.family, key.public_key)
            if reading.account not in (None, account):
                raise SetupRefused("the sender is not this vault's account")
            request = self._families[reading.family].read(invitation.payload, account)
        except WireError as broken:
            raise SetupRefused("not understood") from broken
        if invitation.initiator == vault.party:
            raise SetupRefused("the other device holds the same share")
        self._asked = _Asked(invitation, devices, (reading, key, vault))
        asked: dict[str, Json] = {
            "kind": request.kind,
            "space": reading.family,
            "origin": reading.origin,
            "account": account,
            "network": request.network,
            "summary": request.summary,
            "initiator": invitation.initiator,
        }
        self.shown = {"kind": "keysign", "request": asked, **_start(devices)}

    def join(self, given: Given) -> None:
        """The person's yes. Raises BadRequest where nothing is asked, or for what cannot be taken part with, and
        SetupRefused for an old vault that is not the one asked for."""
        asked = self._asked
        if asked is None or self.shown is None or self._task is not None:
            raise BadRequest("no link is waiting for a decision")
        if not isinstance(asked.invitation, KeysignInvitation):
            self._shares.require(asked.invitation, given)
        self._task = self._host.tasks.spawn(self._run(asked, self.shown, given))

    async def leave(self) -> None:
        """No, or no more: a host that waits for this device's signature is told."""
        asked, running = self._asked, self._task is not None
        self._leave()
        self._changed()
        if asked is not None and isinstance(asked.invitation, KeysignInvitation) and asked.reading and not running:
            await decline(asked.devices, asked.invitation, party=asked.reading[2].party)

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._asked = self.shown = None

    async def _run(self, asked: _Asked, shown: dict[str, Json], given: Given) -> None:
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        shown.update(stage="waiting", expires=int(deadline))
        self._changed()

        def report(at: Progress) -> None:
            shown.update(stage=at.stage, peers=list(at.peers), round=at.round, rounds=at.rounds)
            shown.update(item=at.item, items=at.items)
            self._changed()

        try:
            if isinstance(asked.invitation, KeysignInvitation):
                await self._keysign(asked, asked.invitation, report, deadline)
            else:
                await self._shares.take(asked.devices, asked.invitation, given, report, deadline)
                await self._opened()
        except TandemError as error:
            shown.update(stage="failed", error={"reason": error.reason, "message": SENTENCES[error.reason]})
        else:
            shown["stage"] = "done"
        self._asked = self._task = None
        self._changed()

    async def _keysign(
        self, asked: _Asked, invitation: KeysignInvitation, report: Callable[[Progress], None], deadline: float
    ) -> None:
        if asked.reading is None:
            raise SetupRefused("nothing was read")
        reading, key, vault = asked.reading
        await join_keysign(
            asked.devices,
            invitation,
            party=vault.party,
            share=key.share,
            eddsa=key.eddsa,
            signers=vault.signers,
            jobs=[Job(digest, key.path, reading.curve) for digest in reading.digests],
            report=report,
            deadline=deadline,
        )


def _start(devices: Devices) -> dict[str, Json]:
    """How many rounds there are, the ceremony tells when it begins."""
    return {
        "stage": "asking",
        "relay": devices.relay.base_url,
        "peers": [],
        "round": 0,
        "rounds": 0,
        "item": 1,
        "items": 1,
        "expires": 0,
        "error": None,
    }
