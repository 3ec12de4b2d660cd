"""The desk where pages' requests are received, put before the person, decided and answered (provider/record.py).

Whatever happens to windows, workers and tabs, a request is the record: a re-sent one is found by its key, and what a
reloaded page asks again by its words (provider/attach.py). What a request means is its family's matter (family.py).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import (
    BadRequest,
    Bug,
    Cancelled,
    ChainNodeError,
    ChainNotPermitted,
    FrameRefused,
    Interrupted,
    NotPermitted,
    Restarted,
    SiteBlocked,
    TandemError,
    UserRejected,
    VaultLocked,
)
from tandem.provider import attach
from tandem.provider.attach import Ask
from tandem.provider.codes import told
from tandem.provider.methods import Needs
from tandem.provider.permission import Terms
from tandem.provider.record import Record
from tandem.provider.request import Call
from tandem.wallet.book import Book
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.sites import Sites
from tandem.wire import Json

TRACES: Final = 4  # looks for a transaction whose signing was interrupted
TRACE_PAUSE: Final = 2.0  # seconds between them
OWN = "tandem"  # who asks where no page does; no origin looks like it


@dataclass(frozen=True, slots=True)
class Desk:
    """`changed` redraws the screens, `prompt` asks for a window, `answer` is told of each record that is over.

    `cosign` takes an approved record to the phone, `stop` ends that. `deciding` holds the records whose approval is
    being prepared: a second click on the button finds it there. `companions` are the other pages that wait for the
    answer to a connect. A person is asked by one origin for one connection at
    a time, and for as much else as its quota allows, one after the other.
    """

    host: Host
    book: Book
    keys: Keys
    families: Mapping[str, Family]
    sites: Sites
    changed: Callable[[], None]
    prompt: Callable[[], None]
    answer: Callable[[Record], None]
    cosign: Callable[[Record, str], None]
    stop: Callable[[str], None]
    deciding: set[str] = field(default_factory=set)
    companions: dict[str, list[Ask]] = field(default_factory=dict)

    async def submit(self, ask: Ask, call: Call, needs: Needs, family: Family) -> Record:
        """The request's record: the one it has, or a new one. Raises what the page did wrong before any prompt."""
        records = self.book.records.values()
        if (known := attach.record_of(ask, records)) is not None:
            return known if known.gone_at is None else await self.book.attach(replace(known, gone_at=None))
        if (left := attach.before_reload(ask, records)) is not None:
            taken = await self.book.attach(attach.taken_over(left, ask))
            self.prompt()  # its window may have been closed, or gone with the extension
            return taken
        if needs is Needs.CONNECT and (asked := attach.same_connect(ask, family.name, records)) is not None:
            self.companions.setdefault(asked.id, []).append(ask)
            return asked if asked.gone_at is None else await self.book.attach(attach.taken_over(asked, ask))
        if needs is Needs.ADDITION and (asked := attach.same_addition(ask, call.method, records)) is not None:
            return asked if asked.gone_at is None else await self.book.attach(attach.taken_over(asked, ask))
        waiting = [record for record in self.book.records.values() if not record.over]
        self.book.quota.require(
            ask.origin,
            self.host.clock.now(),
            open_here=sum(record.origin == ask.origin for record in waiting),
            open_all=len(waiting),
        )
        site = self.sites.granted(ask.origin, family.name)
        introduces = needs in (Needs.CONNECT, Needs.SIGN_IN) and site is None
        if introduces and ask.embedded and self.sites.connected(ask.top) is None:
            raise FrameRefused
        opening = family.open(ask.origin, call, needs)
        if site is not None and not site.allows(opening.chain):
            raise ChainNotPermitted
        record = Record(
            id=self.host.rng(8).hex(),
            key=ask.key,
            origin=ask.origin,
            top=ask.top,
            document=ask.document,
            method=call.method,
            text=ask.text,
            kind=opening.kind,
            state="received",
            created=int(self.host.clock.now()),
            chain=opening.chain,
            sends=opening.sends,
            account=opening.account or self.keys.account(family.name),
            tab=ask.tab,
        )
        record = await self.book.write_record(record)
        await self.sites.used(ask.origin)
        self.host.tasks.spawn(self._validate(record))
        return record

    async def begin(self, record: Record) -> None:
        """A request of the wallet's own, asked like a page's."""
        self.host.tasks.spawn(self._validate(await self.book.write_record(record)))

    async def _validate(self, record: Record) -> None:
        """received → validated → awaiting_unlock or awaiting_approval."""
        try:
            if record.kind != "connect" and record.account is not None:
                record = await self.families[record.family].complete(record)
        except TandemError as wrong:
            told_so = _passed_on(wrong) if isinstance(wrong, NodeRefused) else told(wrong)
            if not self._is_over(record):
                await self.over(record.failed(told_so))
            return
        except Exception:  # layer 6: the page gets an answer, and no text of ours
            if not self._is_over(record):
                await self.over(record.failed(told(Bug())))
            raise
        if not self._is_over(record):
            record = await self.book.write_record(record.moved("validated"))
            if not record.over:
                await self._present(record)

    def _is_over(self, record: Record) -> bool:
        """Whether it was cancelled or revoked while we waited for something else."""
        return record.id not in self.book.records or self.book.records[record.id].over

    async def _present(self, record: Record) -> None:
        if not self.keys.is_open:
            await self.book.write_record(record.moved("awaiting_unlock"))
        elif record.kind == "connect" and self.sites.granted(record.origin, record.family) is not None:
            await self._grant(record)
            return
        else:
            record = await self.book.write_record(record.moved("awaiting_approval"))
            self.host.tasks.spawn(self._look(record))
        self.changed()
        self.prompt()

    async def _look(self, record: Record) -> None:
        """What nodes know comes to a screen that is usable without: nobody waits for it, and nothing to be signed
        changes by it."""
        family = self.families[record.family]
        async for looked in family.look(record):
            now = self.book.records.get(record.id)
            if now is None or now.state != "awaiting_approval" or record.id in self.deciding:
                return
            await self.book.write_record(family.informed(now, looked))
            self.changed()

    async def unlocked(self) -> None:
        """What waited for the password, or for there to be a vault, goes before the person."""
        for record in list(self.book.records.values()):
            if record.state != "awaiting_unlock":
                continue
            if record.account is None:
                record = replace(record, account=self.keys.account(record.family), state="received")
                await self._validate(record)
            else:
                await self._present(record)

    async def decide(
        self, record_id: str, approve: bool, fee: Mapping[str, Json], terms: Terms, server_password: str = ""
    ) -> None:
        """The person's word on a record; `terms` are a connection's. Raises BadRequest for one that is not waiting."""
        record = self.book.records.get(record_id)
        if record is None or record.state != "awaiting_approval" or record_id in self.deciding:
            raise BadRequest("that request is not waiting for a decision")
        self.deciding.add(record_id)
        try:
            await self._decided(record, approve, fee, terms, server_password)
        finally:
            self.deciding.discard(record_id)

    async def _decided(
        self, record: Record, approve: bool, fee: Mapping[str, Json], terms: Terms, server_password: str
    ) -> None:
        if not approve:
            await self.book.change_quota(self.book.quota.rejected(record.origin, self.host.clock.now()))
            await self.over(record.failed(told(UserRejected())))
        elif record.kind == "connect":
            await self._grant(record, terms)
        elif not record.for_phone:
            record = await self.families[record.family].accept(record)
            await self.over(record.moved("done"))
        else:
            record = await self.families[record.family].settle(record, fee)
            if self._is_over(record):
                raise BadRequest("that request was cancelled meanwhile")
            self._invite(await self.book.write_record(record.moved("awaiting_phone")), server_password)

    def _invite(self, record: Record, server_password: str) -> None:
        if record.over:
            raise BadRequest("that request was cancelled meanwhile")
        self.changed()
        self.cosign(record, server_password)

    async def _grant(self, record: Record, terms: Terms | None = None) -> None:
        site = await self.sites.grant(record.origin, record.family, terms)
        result = self.families[record.family].granted(record.method, site)
        await self.over(replace(record.moved("done"), result=result))

    async def renew(self, record_id: str) -> None:
        """Invites the phone again to what was approved: nothing was signed, so the approval still stands.

        Nonce, funds, fee and blockhash are looked at anew; what the person approved beside them stays. Raises
        BadRequest for a record that is not stalled, VaultLocked, and what the family finds.
        """
        record = self._stalled(record_id)
        self.deciding.add(record_id)
        try:
            family = self.families[record.family]
            record = await family.settle(record, {})
            await family.recheck(record)
            if self._is_over(record):
                raise BadRequest("that request was cancelled meanwhile")
            self._invite(await self.book.write_record(record.renewed()), "")
        finally:
            self.deciding.discard(record_id)

    async def reconsider(self, record_id: str) -> None:
        """Puts what the phone was not reached for before the person once more, as it would be now: its approval is
        void. Raises BadRequest for a record that is not stalled, VaultLocked."""
        record = await self.book.write_record(self._stalled(record_id).reconsidered())
        self.changed()
        self.host.tasks.spawn(self._validate(record))

    def _stalled(self, record_id: str) -> Record:
        record = self.book.records.get(record_id)
        if record is None or record.state != "stalled" or record_id in self.deciding:
            raise BadRequest("that request is not waiting for another try")
        if not self.keys.is_open:
            raise VaultLocked
        return record

    async def cancel(self, record_id: str) -> None:
        """Before the phone is asked a cancel is a No; afterwards the page hears that it was cancelled, or, of what the
        phone was not reached for, why.

        Raises BadRequest once there is a signature: it may be on its way to the network.
        """
        record = self.book.records.get(record_id)
        if record is None or record.over:
            return
        if record.state in ("signed", "broadcast"):
            raise BadRequest("that transaction is signed and being sent")
        self.stop(record_id)
        if record.state == "stalled" and record.error is not None:
            await self.over(record.failed(record.error))
        else:
            await self.over(record.failed(told(UserRejected() if record.undecided else Cancelled())))

    async def revoked(self, origin: str, family: str | None = None) -> None:
        """Requests of an origin that lost its permission are not left approvable; those for one are."""
        for record in list(self.book.records.values()):
            rests = record.undecided and record.kind not in ("connect", "sign_in")
            if rests and record.origin == origin and family in (None, record.family):
                await self.over(record.failed(told(NotPermitted())))

    async def blocked(self, origin: str) -> None:
        """Nothing of this origin is put before the person any more."""
        for record in list(self.book.records.values()):
            if record.origin == origin and record.undecided:
                await self.over(record.failed(told(SiteBlocked())))

    async def over(self, record: Record) -> None:
        """Stores a finished record, then answers the page."""
        record = await self.book.write_record(record)
        self.companions.pop(record.id, None)
        self.answer(record)
        self.changed()

    async def page(self, document: str, gone: bool) -> None:
        """The browser says that a document went away, or is back."""
        at = int(self.host.clock.now()) if gone else None
        for record in list(self.book.records.values()):
            others = [ask for ask in self.companions.get(record.id, ()) if ask.document != document]
            if gone and record.id in self.companions:
                self.companions[record.id] = others
            if record.document != document or record.over or (record.gone_at is None) is not gone:
                continue
            left = replace(record, gone_at=at) if not (gone and others) else attach.taken_over(record, others[0])
            await self.book.attach(left)
        self.changed()

    async def sweep(self) -> None:
        """Ends what has waited too long. What the phone was asked for is never ended here (provider/attach.py)."""
        now = self.host.clock.now()
        for record in list(self.book.records.values()):
            error = attach.overdue(record, now)
            if error is not None and record.id not in self.deciding:
                await self.over(record.failed(error))

    async def recover(self) -> None:
        """After a start: what had not reached the phone goes on, what was being signed has failed.

        No page is known to be there until it says so itself, under its request's key.
        """
        now = int(self.host.clock.now())
        for record in list(self.book.records.values()):
            if not record.over and record.gone_at is None:
                await self.book.attach(replace(record, gone_at=now))
        await self.sweep()
        for record in list(self.book.records.values()):
            if record.state == "stalled":
                record = record.reconsidered()  # approved in another life
            if record.state in ("received", "validated"):
                self.host.tasks.spawn(self._validate(replace(record, state="received")))
            elif record.state == "awaiting_approval":
                self.host.tasks.spawn(self._look(record))
            elif record.state == "signing" and record.sends:
                self.host.tasks.spawn(self._trace(record))
            elif record.state in ("awaiting_phone", "signing"):
                await self.over(record.failed(told(Restarted())))
            elif record.state in ("signed", "broadcast"):
                self.cosign(record, "")  # the signature exists: sending it again is harmless

    async def _trace(self, record: Record) -> None:
        """The phone may have finished what was interrupted here, and sent it."""
        found = None
        for _ in range(TRACES):
            with suppress(NodeRefused, ChainNodeError):
                found = await self.families[record.family].trace(record)
            if found is not None or self._is_over(record):
                break
            await self.host.clock.sleep(TRACE_PAUSE)
        if not self._is_over(record):
            await self.over(found.moved("done") if found is not None else record.failed(told(Interrupted())))


def _passed_on(refused: NodeRefused) -> dict[str, Json]:
    """The node's own error: its code and data are the page's business, its text is shortened."""
    return {"code": refused.node_code, "message": refused.node_message, "data": refused.node_data}
