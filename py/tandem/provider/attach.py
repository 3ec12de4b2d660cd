"""To which record a page's request belongs: its own, that of the page before a reload, or none yet.

Why no reload sends or signs twice, and none is answered with what was another's (docs/requests.md):

* A request that comes again under its key is the same one, whatever became of it: channels break, pages do not ask
  twice under one key.
* A reloaded page has new keys. What it asks is taken for what its tab asked before when nobody waits for that any
  more, and every word is the same: one approval, one signature, one answer. A live page that asks the same thing twice
  wants it twice.
* Only what is under way is taken over. What is over was either answered to the page before, or is shown to the person;
  the page's new wish is then a new request, which needs a new yes.
* Identical connects of one origin are one question, from whichever tab.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tandem.errors import AlreadyAsked, Expired, PageGone
from tandem.provider.codes import told
from tandem.provider.record import Record
from tandem.wire import Json

UNDECIDED_FOR: Final = 24 * 3600  # seconds that a request waits for a person at most
GONE_FOR: Final = 5 * 60  # seconds that an undecided one outlives its page
STALLED_FOR: Final = 15 * 60  # seconds in which the phone may be invited again


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the browser vouches for it. key: document id and the page's own request id; tab: -1 for none."""

    key: str
    origin: str
    top: str
    document: str
    text: str
    tab: int = -1

    @property
    def embedded(self) -> bool:
        """Whether a page of another origin, or one that the browser does not name, is around it."""
        return self.top != self.origin


def record_of(ask: Ask, records: Iterable[Record]) -> Record | None:
    """The record that has this request's key."""
    return next((record for record in records if record.key == ask.key), None)


def same_connect(ask: Ask, family: str, records: Iterable[Record]) -> Record | None:
    """An open connect of the origin and family, asked from within the same top page."""
    wanted = (ask.origin, ask.top, family, "connect")
    return next(
        (r for r in records if not r.over and (r.origin, r.top, r.family, r.kind) == wanted),
        None,
    )


def same_addition(ask: Ask, method: str, records: Iterable[Record]) -> Record | None:
    """The origin's very same question (a network, a token to add). Raises AlreadyAsked while it waits for another."""
    for record in records:
        if record.over or (record.origin, record.method) != (ask.origin, method):
            continue
        if record.text == ask.text:
            return record
        if record.gone_at is None:
            raise AlreadyAsked
    return None


def before_reload(ask: Ask, records: Iterable[Record]) -> Record | None:
    """What the same tab asked in the same words before a reload, where it is under way and nobody waits for it."""
    wanted = (ask.tab, ask.origin, ask.top, ask.text)
    return next(
        (
            record
            for record in records
            if not record.over
            and record.gone_at is not None
            and ask.tab >= 0
            and (record.tab, record.origin, record.top, record.text) == wanted
        ),
        None,
    )


def taken_over(record: Record, ask: Ask) -> Record:
    """The record, waited for by the page that asks now."""
    return replace(record, key=ask.key, document=ask.document, tab=ask.tab, gone_at=None)


def overdue(record: Record, now: float) -> dict[str, Json] | None:
    """What a record that has waited too long ends with; None for one that may wait on, or that nobody may end."""
    if record.state == "stalled":
        return record.error if now - record.stalled_at >= STALLED_FOR else None
    if not record.undecided:
        return None
    if record.gone_at is not None and now - record.gone_at >= GONE_FOR:
        return told(PageGone())
    return told(Expired()) if now - record.created >= UNDECIDED_FOR else None


def ends_at(record: Record) -> int | None:
    """When `overdue` will end it."""
    if record.state == "stalled":
        return record.stalled_at + STALLED_FOR
    if not record.undecided:
        return None
    last = record.created + UNDECIDED_FOR
    return last if record.gone_at is None else min(last, record.gone_at + GONE_FOR)
