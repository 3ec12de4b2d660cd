"""The desk where pages' requests are received, put before the person, decided and answered (provider/record.py).

Whatever happens to windows, workers and tabs, a request is the record: a re-sent one is found by its key. What a
request means is its family's matter (family.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import AlreadyAsked, BadRequest, Cancelled, NotPermitted, Restarted, TandemError, UserRejected
from tandem.provider.codes import told
from tandem.provider.methods import Needs
from tandem.provider.quota import Quota
from tandem.provider.record import RESUMABLE, Record
from tandem.provider.request import Call
from tandem.wallet.book import Book
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.sites import Sites
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the browser vouches for it. key: document id and the page's own request id."""

    key: str
    origin: str
    top: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`changed` redraws the screens, `prompt` asks for a window, `answer` is told of each record that is over.

    `cosign` takes an approved record to the phone, `stop` ends that. `deciding` holds the records whose approval is
    being prepared: a second click on the button finds it there.
    """

    host: Host
    book: Book
    keys: Keys
    families: Mapping[str, Family]
    sites: Sites
    quota: Quota
    changed: Callable[[], None]
    prompt: Callable[[], None]
    answer: Callable[[Record], None]
    cosign: Callable[[Record, str], None]
    stop: Callable[[str], None]
    deciding: set[str] = field(default_factory=set)

    async def submit(self, ask: Ask, call: Call, needs: Needs, family: Family) -> Record:
        """The request's record: the one it has, or a new one. Raises what the page did wrong before any prompt."""
        for record in self.book.records.values():
            if record.key == ask.key or (needs is Needs.CONNECT and self._is_the_same_connect(record, ask, family)):
                return record
        if needs is Needs.ADDITION and (asked := self._asked_already(ask, call)) is not None:
            return asked
        waiting = [record for record in self.book.records.values() if not record.over]
        self.quota.require(
            ask.origin,
            self.host.clock.now(),
            open_here=sum(record.origin == ask.origin for record in waiting),
            open_all=len(waiting),
        )
        opening = family.open(ask.origin, call, needs)
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
        )
        record = await self.book.write_record(record)
        self.host.tasks.spawn(self._validate(record))
        return record

    def _is_the_same_connect(self, record: Record, ask: Ask, family: Family) -> bool:
        """Identical connects of one origin share one prompt, whichever tab they come from."""
        same = (record.origin, record.family, record.kind) == (ask.origin, family.name, "connect")
        return same and not record.over

    def _asked_already(self, ask: Ask, call: Call) -> Record | None:
        """The origin's very same question shares one prompt. Raises AlreadyAsked for another of the method."""
        for record in self.book.records.values():
            if not record.over and (record.origin, record.method) == (ask.origin, call.method):
                if record.text != ask.text:
                    raise AlreadyAsked
                return record
        return None

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
        if not self._is_over(record):
            record = await self.book.write_record(record.moved("validated"))
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
            await self.book.write_record(record.moved("awaiting_approval"))
        self.changed()
        self.prompt()

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

    async def decide(self, record_id: str, approve: bool, fee: Mapping[str, Json], server_password: str = "") -> None:
        """The person's word on a record. Raises BadRequest for one that is not waiting for it."""
        record = self.book.records.get(record_id)
        if record is None or record.state != "awaiting_approval" or record_id in self.deciding:
            raise BadRequest("that request is not waiting for a decision")
        self.deciding.add(record_id)
        try:
            await self._decided(record, approve, fee, server_password)
        finally:
            self.deciding.discard(record_id)

    async def _decided(self, record: Record, approve: bool, fee: Mapping[str, Json], server_password: str) -> None:
        if not approve:
            self.quota.rejected(record.origin, self.host.clock.now())
            await self.over(record.failed(told(UserRejected())))
        elif record.kind == "connect":
            await self._grant(record)
        elif not record.for_phone:
            record = await self.families[record.family].accept(record)
            await self.over(record.moved("done"))
        else:
            record = await self.families[record.family].settle(record, fee)
            if self._is_over(record):
                raise BadRequest("that request was cancelled meanwhile")
            record = await self.book.write_record(record.moved("awaiting_phone"))
            self.changed()
            self.cosign(record, server_password)

    async def _grant(self, record: Record) -> None:
        site = await self.sites.grant(record.origin, record.family)
        result = self.families[record.family].granted(record.method, site)
        await self.over(replace(record.moved("done"), result=result))

    async def cancel(self, record_id: str) -> None:
        """Before the phone is asked a cancel is a No; afterwards the page hears that it was cancelled.

        Raises BadRequest once there is a signature: it may be on its way to the network.
        """
        record = self.book.records.get(record_id)
        if record is None or record.over:
            return
        if record.state in ("signed", "broadcast"):
            raise BadRequest("that transaction is signed and being sent")
        self.stop(record_id)
        early = record.state in RESUMABLE
        await self.over(record.failed(told(UserRejected() if early else Cancelled())))

    async def revoked(self, origin: str, family: str | None = None) -> None:
        """Requests of an origin that lost its permission are not left approvable."""
        for record in list(self.book.records.values()):
            if record.origin == origin and family in (None, record.family) and record.state in RESUMABLE:
                await self.over(record.failed(told(NotPermitted())))

    async def over(self, record: Record) -> None:
        """Stores a finished record, then answers the page."""
        await self.book.write_record(record)
        self.answer(record)
        self.changed()

    async def recover(self) -> None:
        """After a start: what had not reached the phone goes on, what was being signed has failed."""
        for record in list(self.book.records.values()):
            if record.state in ("received", "validated"):
                self.host.tasks.spawn(self._validate(replace(record, state="received")))
            elif record.state in ("awaiting_phone", "signing"):
                await self.over(record.failed(told(Restarted())))
            elif record.state in ("signed", "broadcast"):
                self.cosign(record, "")  # the signature exists: sending it again is harmless


def _passed_on(refused: NodeRefused) -> dict[str, Json]:
    """The node's own error: its code and data are the page's business, its text is shortened."""
    return {"code": refused.node_code, "message": refused.node_message, "data": refused.node_data}
