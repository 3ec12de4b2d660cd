"""Calls about the history: seen, searched, carried out as a file; and what can be done for a stuck transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tandem.errors import BadRequest, UnknownChain
from tandem.provider.record import Record
from tandem.wallet.activity import Row
from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, optional_text, text
from tandem.wallet.desk import OWN, Desk
from tandem.wallet.export import as_csv, as_json
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wire import Json

PAGE = 50


@dataclass(frozen=True, slots=True)
class ActivityCalls:
    host: Host
    book: Book
    families: Mapping[str, Family]
    desk: Desk
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "activity": self.activity,
            "export_activity": self.export,
            "replace_transaction": self.replace,
            "send_again": self.send_again,
        }

    async def activity(self, params: Params) -> Json:
        """The newest PAGE rows in which `search` occurs, older than the row `before` where that is given."""
        await self.book.activity.load()
        before = params.get("before")
        found = [
            row
            for row in self._found(optional_text(params, "search"))
            if not isinstance(before, int) or row.number < before
        ]
        return {"rows": [self._shown(row) for row in found[:PAGE]], "more": len(found) > PAGE}

    def _found(self, search: str) -> list[Row]:
        words = search.casefold().split()
        rows = self.book.activity.newest_first()
        return [row for row in rows if all(word in _searched(row) for word in words)]

    def _shown(self, row: Row) -> dict[str, Json]:
        try:
            network = self.families[row.chain.partition(":")[0]].network(row.chain)
        except (KeyError, UnknownChain):
            network = None
        explorer = network.explorer if network is not None and row.name else None
        record = self.book.records.get(row.request)
        has = record is not None and row.place < len(record.sent)
        return {
            **row.to_json(),
            "network": network.name if network is not None else row.chain,
            "explorer": explorer.replace("{}", row.name) if explorer is not None else None,
            "replaceable": row.status == "pending" and row.nonce is not None and has and network is not None,
            "sendable": row.status in ("unsent", "dropped") and has and network is not None,
        }

    async def export(self, params: Params) -> Json:
        """`format`: csv or json; everything that `search` finds."""
        await self.book.activity.load()
        rows = self._found(optional_text(params, "search"))
        match text(params, "format"):
            case "csv":
                return as_csv(rows)
            case "json":
                return as_json(rows)
        raise BadRequest("csv or json")

    async def replace(self, params: Params) -> Json:
        """Asks the person about what takes a pending transaction's place: nothing (`cancel`), or the same for more."""
        row, record = self._row(params)
        if row.status != "pending":
            raise BadRequest("that transaction is not waiting")
        made = await self.families[record.family].replacement(record, row.place, params.get("cancel") is True)
        number = self.host.rng(8).hex()
        own = Record(
            id=number,
            key=f"{OWN}:{number}",
            origin=OWN,
            top=OWN,
            document=OWN,
            method=made.method,
            text=made.text,
            kind="transaction",
            state="received",
            created=int(self.host.clock.now()),
            chain=record.chain,
            sends=True,
            account=record.account,
            chosen=made.chosen,
        )
        await self.desk.begin(own)
        return number

    async def send_again(self, params: Params) -> Json:
        """One that was signed and never taken, or forgotten by every node. Raises what the node says."""
        row, record = self._row(params)
        if row.status not in ("unsent", "dropped"):
            raise BadRequest("that transaction was sent")
        await self.families[record.family].send(record)
        await self.book.activity.sent_again(row.request, len(record.sent))
        self.changed()
        return None

    def _row(self, params: Params) -> tuple[Row, Record]:
        """Raises BadRequest where the record is not kept any more."""
        place = params.get("place", 0)
        row = self.book.activity.find(text(params, "request"), place if isinstance(place, int) else 0)
        record = self.book.records.get(row.request) if row is not None else None
        if row is None or record is None or row.place >= len(record.sent):
            raise BadRequest("that transaction is not kept any more")
        return row, record


def _searched(row: Row) -> str:
    return " ".join((row.origin, row.name, row.to, row.title, row.amount, row.status, row.method, row.chain)).casefold()
