"""From an approved record to its result: the phone invited, everything signed together, the transactions sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from tandem.ceremony import AnySignature, Devices, Progress, host_keysign, invite_keysign
from tandem.ceremony.announce import announce
from tandem.ceremony.fast import fast_keysign
from tandem.chains.jsonrpc import NodeRefused
from tandem.chains.phone import PhoneView, phone_view
from tandem.errors import (
    BadRequest,
    Bug,
    CosignerTimeout,
    RelayFault,
    ServerRefused,
    TandemError,
    VaultLocked,
    WrongPassword,
)
from tandem.ports import Task
from tandem.provider.codes import told
from tandem.provider.record import Record
from tandem.relay.fast_vault import VaultServer
from tandem.relay.pairing import KeysignInvitation
from tandem.relay.push import PushService
from tandem.vault.vault import Vault
from tandem.wallet.book import Book
from tandem.wallet.family import Family, Round
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys, accounts_of
from tandem.wallet.qr import qr
from tandem.wire import Json


@dataclass(slots=True)
class PhoneStep:
    """What the screen shows while the phone is awaited and signing; `part` of `parts` counts invitations from 1."""

    link: str
    code: dict[str, Json]
    expires: int
    progress: Progress
    part: int
    parts: int
    shows: PhoneView
    server: bool = False  # the vault server is asked: nobody has to follow the link
    push: Callable[[], None] | None = None  # tells the other devices by push, where that is switched on

    def to_json(self) -> dict[str, Json]:
        at = self.progress
        return {
            "link": self.link,
            "qr": self.code,
            "stage": at.stage,
            "round": at.round,
            "rounds": at.rounds,
            "item": at.item,
            "items": at.items,
            "part": self.part,
            "parts": self.parts,
            "server": self.server,
            "shows": self.shows.to_json(),
            "push": self.push is not None,
            "peers": list(at.peers),
        }


class Cosigner:
    """Runs one task per approved record, and one at a time of those that take their numbers from the same row.

    A transaction that were signed before an earlier one of its account could be sent, and would never be mined should
    the earlier one be given up. So the phone is not asked for it before, and it takes its nonce when its turn comes.
    """

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        families: Mapping[str, Family],
        devices: Callable[[], Devices],
        changed: Callable[[], None],
        over: Callable[[Record], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys, self._families = host, book, keys, families
        self._devices, self._changed, self._over = devices, changed, over
        self.steps: dict[str, PhoneStep] = {}
        self._tasks: dict[str, Task] = {}
        self._turns: dict[str, str] = {}  # of running records: what no other may run with
        self._waiting: dict[str, tuple[Record, str]] = {}
        self._foretold: dict[str, tuple[Record, tuple[PhoneView, ...]]] = {}

    def begin(self, record: Record, server_password: str = "") -> None:
        """Takes the record to its end in a task of its own, when its turn has come. With a password, the vault server
        signs, not the phone."""
        if self._before(record) is not None:
            self._waiting[record.id] = record, server_password
            self._changed()
        else:
            self._start(record, server_password, waited=False)

    def behind(self, record_id: str) -> str | None:
        """The record that has to be over before the phone is asked for this one."""
        waiting = self._waiting.get(record_id)
        return self._before(waiting[0]) if waiting is not None else None

    def _before(self, record: Record) -> str | None:
        turn = self._families[record.family].turn(record)
        return next((other for other, its in self._turns.items() if its == turn), None)

    def _start(self, record: Record, server_password: str, *, waited: bool) -> None:
        turn = self._families[record.family].turn(record)
        if turn is not None:
            self._turns[record.id] = turn
        self._tasks[record.id] = self._host.tasks.spawn(self._run(record, server_password, waited))

    def _leave(self, record_id: str) -> None:
        """The next one's turn."""
        if self._turns.pop(record_id, None) is None:
            return
        for record, server_password in self._waiting.values():
            if self._before(record) is None:
                del self._waiting[record.id]
                self._start(record, server_password, waited=True)
                return

    def foretell(self, record: Record) -> tuple[PhoneView, ...]:
        """What an app will show of a record that is before the person, once for each invitation; () for any other.

        Worked out again only when the record has changed: screens are drawn more often than that.
        """
        if record.state != "awaiting_approval" or not record.for_phone or not self._keys.is_open:
            self._foretold.pop(record.id, None)
            return ()
        known = self._foretold.get(record.id)
        if known is None or known[0] is not record:
            known = self._foretold[record.id] = record, self._views(record)
        return known[1]

    def _views(self, record: Record) -> tuple[PhoneView, ...]:
        try:
            rounds = self._families[record.family].rounds(record, self._keys.vault)
        except TandemError:  # its network was removed meanwhile, say: the yes will tell
            return ()
        return tuple(phone_view(one.payload) for one in rounds)

    def stop(self, record_id: str) -> None:
        """Ends the task; the record is the caller's to close."""
        self._waiting.pop(record_id, None)
        task = self._tasks.pop(record_id, None)
        if task is not None:
            task.cancel()
        self.steps.pop(record_id, None)
        self._leave(record_id)

    def resend(self, record_id: str) -> None:
        """Tells the other devices once more: same request, same session. Raises BadRequest where there is none."""
        step = self.steps.get(record_id)
        if step is None:
            raise BadRequest("that request is not waiting for the phone")
        if step.push is not None:
            step.push()

    async def _run(self, record: Record, server_password: str, waited: bool) -> None:
        try:
            record = await self._anew(record) if waited else record
            if not record.over and record.state != "stalled":
                record = await self._outcome(record, server_password)
            if record.over:
                await self._over(record)
        finally:
            self.steps.pop(record.id, None)
            self._tasks.pop(record.id, None)
            self._leave(record.id)
        if not record.over:
            await self._book.write_record(record)
            self._changed()

    async def _anew(self, record: Record) -> Record:
        """What has waited for its turn, with what it was waiting for, if it is still what was approved; or stalled."""
        family = self._families[record.family]
        try:
            record = await family.settle(record, {})
            await family.recheck(record)
        except TandemError as error:
            return record.stalled(told(error), int(self._host.clock.now()))
        return await self._book.write_record(record)

    async def _outcome(self, record: Record, server_password: str) -> Record:
        """Over, or stalled."""
        try:
            return await self._to_the_end(record, server_password)
        except NodeRefused as refused:
            failed: dict[str, Json] = {
                "code": refused.node_code,
                "message": refused.node_message,
                "data": refused.node_data,
            }
            return self._book.records[record.id].failed(failed)
        except TandemError as error:
            record = self._book.records[record.id]
            missed = isinstance(error, CosignerTimeout | RelayFault | VaultLocked) and not server_password
            if missed and record.state == "awaiting_phone":
                return record.stalled(told(error), int(self._host.clock.now()))
            return record.failed(told(error))

    async def _to_the_end(self, record: Record, server_password: str) -> Record:
        """Signed, and sent where that is ours to do. What is signed is durable before it is sent."""
        family = self._families[record.family]
        if not record.raw:
            signatures = await self._sign(record, family, server_password)
            record = family.signed(self._book.records[record.id], signatures)
            if not record.sends:
                return record.moved("done")
            record = await self._book.write_record(record.moved("signed"))
            self._changed()
        out = await family.send(record)
        gone = replace(self._book.records[record.id], raw=out.raw, sent=out.sent)
        record = await self._book.write_record(gone.moved("broadcast"))
        return record.moved("done")

    async def _sign(self, record: Record, family: Family, server_password: str) -> dict[bytes, AnySignature]:
        """All signatures, by what they sign, made with the phone. Raises the ceremony's typed errors."""
        vault = self._keys.vault
        if accounts_of(vault).get(family.name) != record.account:
            raise Bug("the record's account is not the vault's")
        rounds = family.rounds(record, vault)
        made: dict[bytes, AnySignature] = {}
        for part, one in enumerate(rounds, 1):
            made |= await self._sign_round(record, vault, one, part, len(rounds), server_password)
        await self._keys.signed()
        return made

    async def _sign_round(
        self, record: Record, vault: Vault, one: Round, part: int, parts: int, server_password: str
    ) -> dict[bytes, AnySignature]:
        devices = self._devices()
        invitation = await invite_keysign(
            devices, payload=one.payload, vault_public_key=vault.public_key.hex(), party=vault.party
        )
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        link, shows = invitation.link, phone_view(one.payload)
        step = PhoneStep(link, qr(link), int(deadline), Progress("waiting"), part, parts, shows)
        self.steps[record.id] = step
        self._changed()

        def report(progress: Progress) -> None:
            step.progress = progress
            self._changed()

        async def begun() -> None:
            current = self._book.records[record.id]
            if current.state == "awaiting_phone":
                await self._book.write_record(current.moved("signing"))
                self._changed()

        settings = self._book.settings
        if server_password and settings.vault_server:
            step.server = True
            self._changed()
            try:
                signatures = await fast_keysign(
                    devices,
                    VaultServer(self._host.http, settings.vault_server),
                    invitation,
                    party=vault.party,
                    share=one.key.share,
                    eddsa=one.key.eddsa,
                    signers=vault.signers,
                    jobs=one.jobs,
                    chain=one.chain,
                    password=server_password,
                    report=report,
                    deadline=deadline,
                    begun=begun,
                )
            except WrongPassword as wrong:
                raise ServerRefused from wrong
        else:
            if settings.push_service and vault.lib == "DKLS":
                step.push = partial(self._push, settings.push_service, invitation, vault)
                step.push()
                self._changed()
            signatures = await host_keysign(
                devices,
                invitation,
                party=vault.party,
                share=one.key.share,
                eddsa=one.key.eddsa,
                signers=vault.signers,
                jobs=one.jobs,
                report=report,
                deadline=deadline,
                begun=begun,
            )
        return {job.digest: signature for job, signature in zip(one.jobs, signatures, strict=True)}

    def _push(self, url: str, invitation: KeysignInvitation, vault: Vault) -> None:
        """Tells the vault's other devices; the code on the screen is there anyway.

        Not for imported vaults: their name at the service comes from a chain code that the share need not have.
        """
        announce(
            self._host.tasks,
            PushService(self._host.http, url),
            invitation,
            vault_name=vault.name,
            party=vault.party,
            chain_code=vault.share.chain_code,
            told=lambda _: None,
        )
