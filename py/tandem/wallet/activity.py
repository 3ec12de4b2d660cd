"""The history: a row for each request that has ended and each transaction that was signed, followed until it is final.

Apart from the records, of which only the newest are kept: rows are small, and the newest MAX_ROWS stay. They are stored
in segments, so that one that changes does not write all of them anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from tandem.errors import WireError
from tandem.ports import Store
from tandem.provider.record import Record
from tandem.wire import Json, json_text, parse_json

T = TypeVar("T")

MAX_ROWS: Final = 2000
SEGMENT: Final = 100
# A transaction's way. Of `unsent`, `replaced` and `dropped` nothing more is expected; a block may still be taken back
# while `final` is not said.
FOLLOWED: Final = frozenset({"pending", "mined", "reverted"})
STATUSES: Final = frozenset({"done", "failed", "signed", "unsent", "replaced", "dropped"}) | FOLLOWED
_TEXTS: Final = ("request", "origin", "method", "kind", "chain", "account", "title", "amount", "to", "status")
_MORE_TEXTS: Final = ("reason", "name", "replaces", "replaced_by")
_NUMBERS: Final = ("number", "place", "at", "changed", "confirmations")


@dataclass(frozen=True, slots=True)
class Row:
    """number: counts up; request: the record's id; place: which of its transactions; at, changed: epoch seconds;
    reason: why it failed; name: the transaction's id; replaces, replaced_by: names of others with its nonce.
    """

    number: int
    request: str
    place: int
    at: int
    changed: int
    origin: str
    method: str
    kind: str
    chain: str
    account: str
    title: str
    amount: str
    to: str
    status: str
    reason: str = ""
    name: str = ""
    nonce: int | None = None
    block: int | None = None
    confirmations: int = 0
    final: bool = False
    replaces: str = ""
    replaced_by: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.request, self.place

    @property
    def followed(self) -> bool:
        return self.status in FOLLOWED and not self.final

    def to_json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__slots__}


def row_from_json(value: Json) -> Row:
    """Raises WireError."""
    if isinstance(value, dict):
        texts = {name: text for name in (*_TEXTS, *_MORE_TEXTS) if isinstance(text := value.get(name), str)}
        numbers = {name: number for name in _NUMBERS if isinstance(number := value.get(name), int)}
        nonce, block, final = value.get("nonce"), value.get("block"), value.get("final")
        if (
            len(texts) == len(_TEXTS) + len(_MORE_TEXTS)
            and len(numbers) == len(_NUMBERS)
            and (nonce is None or isinstance(nonce, int))
            and (block is None or isinstance(block, int))
            and isinstance(final, bool)
            and texts["status"] in STATUSES
        ):
            return Row(**texts, **numbers, nonce=nonce, block=block, final=final)  # type: ignore[arg-type]
    raise WireError("no row")


class Activity:
    """Reads everything once, then keeps memory and store the same. `version` grows with every change.

    Reading takes a while (half a second in a browser when it is full), so it is not waited for when the wallet starts.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[tuple[str, int], Row] = {}
        self._next = 0
        self.version = 0
        self.loaded = False

    async def load(self) -> None:
        """Done once; a segment that does not parse is kept in the store under its name with `.broken`."""
        if self.loaded:
            return
        newest = await self._read("activity", lambda value: value if isinstance(value, int) else 0) or 0
        for segment in range(max(0, newest - MAX_ROWS // SEGMENT + 1), newest + 1):
            for row in await self._read(_name(segment), _rows) or []:
                self._rows.setdefault(row.key, row)  # another load may have been faster
        self.loaded = True
        self.version += 1
        self._next = max((row.number + 1 for row in self._rows.values()), default=newest * SEGMENT)

    async def _read(self, key: str, parse: Callable[[Json], T]) -> T | None:
        blob = await self._store.get(key)
        if blob is None:
            return None
        try:
            return parse(parse_json(blob, limit=16 << 20))
        except WireError:
            await self._store.put(key + ".broken", blob)
            return None

    def newest_first(self) -> list[Row]:
        return sorted(self._rows.values(), key=lambda row: -row.number)

    def followed(self) -> list[Row]:
        return [row for row in self._rows.values() if row.followed]

    def find(self, request: str, place: int) -> Row | None:
        return self._rows.get((request, place))

    def keeps(self) -> set[str]:
        """The records that are still needed: a transaction of theirs is on its way, and may have to be replaced."""
        return {row.request for row in self._rows.values() if row.followed}

    def rivals(self, row: Row) -> list[Row]:
        """The other transactions with its nonce: one of them at most is ever mined."""
        mine = (row.chain, row.account, row.nonce)
        return [
            each
            for each in self._rows.values()
            if row.nonce is not None and each.key != row.key and (each.chain, each.account, each.nonce) == mine
        ]

    async def note(self, record: Record) -> None:
        """A record in a new state. What the network said of its transactions is not overwritten."""
        await self.load()
        if not record.sent:
            if record.over:
                status = "failed" if record.error is not None else "done"
                await self.put([self._row(record, 0, status, reason_of(record.error))])
            return
        status = {"done": "pending", "failed": "unsent"}.get(record.state, "signed")
        known = [row for place in range(100) if (row := self.find(record.id, place)) is not None]
        changed = [
            self._row(record, place, status, reason_of(record.error), name)
            for place, name in enumerate(record.sent)
            if (old := self.find(record.id, place)) is None or old.status in ("signed", "unsent")
        ]
        # Of a batch that broke off, the rest was never handed over.
        changed += [replace(row, status="unsent") for row in known[len(record.sent) :] if row.status == "signed"]
        await self.put(changed)

    async def sent_again(self, request: str, count: int) -> None:
        """The first `count` of a record's transactions are on their way, those that were not too."""
        found = [row for place in range(count) if (row := self.find(request, place)) is not None]
        waiting = [row for row in found if row.status in ("unsent", "dropped")]
        await self.put([replace(row, status="pending", reason="") for row in waiting])

    def _row(self, record: Record, place: int, status: str, reason: str, name: str = "") -> Row:
        old = self.find(record.id, place)
        summary, chosen = record.summary, record.chosen
        calls, filled = summary.get("calls"), chosen.get("calls")
        if isinstance(calls, list) and place < len(calls) and isinstance(call := calls[place], dict):
            summary = call
        if isinstance(filled, list) and place < len(filled) and isinstance(values := filled[place], dict):
            chosen = values
        nonce, replaces = chosen.get("nonce"), record.chosen.get("replaces")
        return Row(
            number=self._next if old is None else old.number,
            request=record.id,
            place=place,
            at=record.created,
            changed=record.created,
            origin=record.origin,
            method=record.method,
            kind=record.kind,
            chain=record.chain,
            account=record.account or "",
            title=_text(summary.get("title")),
            amount=_amount(summary.get("amount")),
            to=_text(summary.get("to")),
            status=status,
            reason=reason,
            name=name,
            nonce=int(nonce) if isinstance(nonce, str) and nonce.isdigit() else None,
            replaces=_text(replaces),
        )

    async def put(self, rows: Iterable[Row]) -> None:
        """Durable on return. A row that is new takes the next number; what is too old is let go."""
        segments = set()
        for row in rows:
            if row.key not in self._rows:
                row = replace(row, number=self._next)
                self._next += 1
                if row.number % SEGMENT == 0:
                    await self._begin(row.number // SEGMENT)
            self._rows[row.key] = row
            segments.add(row.number // SEGMENT)
        for segment in segments:
            here: list[Json] = [row.to_json() for row in self._rows.values() if row.number // SEGMENT == segment]
            await self._store.put(_name(segment), json_text(here).encode("utf-8"))
        self.version += bool(segments)

    async def _begin(self, segment: int) -> None:
        """The index first: a segment that it names and that is not there is empty."""
        await self._store.put("activity", json_text(segment).encode("utf-8"))
        oldest = segment - MAX_ROWS // SEGMENT
        for row in [row for row in self._rows.values() if row.number // SEGMENT <= oldest]:
            del self._rows[row.key]
        if oldest >= 0:
            await self._store.delete(_name(oldest))


def reason_of(error: dict[str, Json] | None) -> str:
    """The stable reason of ours, or the node's own words."""
    if error is None:
        return ""
    data, message = error.get("data"), error.get("message")
    reason = data.get("reason") if isinstance(data, dict) else None
    return reason if isinstance(reason, str) else message[:200] if isinstance(message, str) else ""


def _name(segment: int) -> str:
    return f"activity/{segment}"


def _rows(value: Json) -> list[Row]:
    if not isinstance(value, list):
        raise WireError("no rows")
    return [row_from_json(each) for each in value]


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _amount(value: Json) -> str:
    """As the screens wrote it: value and symbol."""
    if not isinstance(value, dict):
        return ""
    return f"{value.get('value', '')} {value.get('symbol', '')}".strip()
