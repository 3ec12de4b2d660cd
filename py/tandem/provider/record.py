"""A page's request as a durable record with a state, not a promise (docs/architecture.md, one request's life).

    received → validated → awaiting_unlock → awaiting_approval → awaiting_phone → signing → signed → broadcast → done
                                                                  ↑      ↓
                                                                   stalled
                                  any of them → failed(reason)

The record is written before each act, so that it survives popup loss, worker death and a browser restart. Stalled is
what the phone was not reached for: nothing was signed, and the person may have it invited again (docs/requests.md).
"""

from dataclasses import dataclass, field, replace
from typing import Final

from tandem.errors import Bug, WireError
from tandem.wire import Json

ORDER: Final = (
    "received",
    "validated",
    "awaiting_unlock",
    "awaiting_approval",
    "awaiting_phone",
    "stalled",
    "signing",
    "signed",
    "broadcast",
    "done",
    "failed",
)
OVER: Final = frozenset({"done", "failed"})
# Where a restart of the wallet may take the request up again: nothing has been sent to the phone yet.
RESUMABLE: Final = frozenset({"received", "validated", "awaiting_unlock", "awaiting_approval"})


@dataclass(frozen=True, slots=True)
class Record:
    """One request.

    key: "<document id>:<page's request id>", by which a re-sent request is known to be the same one; text: what the
    page sent; kind: connect, sign_in, message, transaction, network or asset; chain: CAIP-2; sends: whether the wallet
    sends the transaction; chosen: what the wallet filled in (nonce, fees, blockhash, tokens); raw: the signed
    transactions, from `signed` on; sent: their ids; result: what the page is answered; error: what it is told instead,
    of a stalled one unless the phone comes after all, since stalled_at; tab: the browser's number of the tab, -1 where
    there is none; gone_at: since when no page waits for it; dismissed: the person does not want to see it any more.
    Times are epoch seconds.
    """

    id: str
    key: str
    origin: str
    top: str
    document: str
    method: str
    text: str
    kind: str
    state: str
    created: int
    chain: str
    sends: bool = False
    account: str | None = None
    summary: dict[str, Json] = field(default_factory=dict)
    chosen: dict[str, Json] = field(default_factory=dict)
    raw: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    result: Json = None
    error: dict[str, Json] | None = None
    tab: int = -1
    stalled_at: int = 0
    gone_at: int | None = None
    dismissed: bool = False

    @property
    def family(self) -> str:
        """The chain's family: the namespace of CAIP-2."""
        return self.chain.partition(":")[0]

    @property
    def for_phone(self) -> bool:
        """Whether something is signed, or the yes here is all it needs."""
        return self.kind not in ("connect", "network", "asset")

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def undecided(self) -> bool:
        """Nobody has approved it yet."""
        return self.state in RESUMABLE

    def moved(self, state: str) -> "Record":
        """The record in a later state. Raises Bug for a step back: an approval is used once."""
        if self.over or ORDER.index(state) < ORDER.index(self.state):
            raise Bug(f"{self.state} to {state}")
        return replace(self, state=state)

    def failed(self, error: dict[str, Json]) -> "Record":
        return replace(self.moved("failed"), error=error)

    def stalled(self, error: dict[str, Json], at: int) -> "Record":
        """The phone was not reached. Raises Bug once a round has run: from then on the phone may hold a signature."""
        return replace(self.moved("stalled"), error=error, stalled_at=at)

    def renewed(self) -> "Record":
        """The only way back is from here: the same approval, with which nothing was signed, goes to the phone again."""
        if self.state != "stalled":
            raise Bug(f"{self.state} is not stalled")
        return replace(self, state="awaiting_phone", error=None)

    def reconsidered(self) -> "Record":
        """Or the approval is void, and it goes before the person once more."""
        if self.state != "stalled":
            raise Bug(f"{self.state} is not stalled")
        return replace(self, state="received", error=None)

    def waited_for_as(self, other: "Record") -> "Record":
        """With the other's page: who waits for a record changes beside its state (attach.py)."""
        return replace(self, key=other.key, document=other.document, tab=other.tab, gone_at=other.gone_at)

    def to_json(self) -> dict[str, Json]:
        fields: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"raw": list(self.raw), "sent": list(self.sent)}


def record_from_json(value: Json) -> Record:
    """Raises WireError."""
    if not isinstance(value, dict):
        raise WireError("no record")
    required = ("id", "key", "origin", "top", "document", "method", "text", "kind", "state", "chain")
    texts = {name: text for name in required if isinstance(text := value.get(name), str)}
    created, sends, account, summary, chosen, error = (
        value.get(k) for k in ("created", "sends", "account", "summary", "chosen", "error")
    )
    tab, stalled_at, gone_at = value.get("tab", -1), value.get("stalled_at", 0), value.get("gone_at")
    dismissed = value.get("dismissed", False)
    if (
        len(texts) == len(required)
        and (account is None or isinstance(account, str))
        and isinstance(created, int)
        and isinstance(sends, bool)
        and isinstance(summary, dict)
        and isinstance(chosen, dict)
        and (error is None or isinstance(error, dict))
        and isinstance(tab, int)
        and isinstance(stalled_at, int)
        and (gone_at is None or isinstance(gone_at, int))
        and isinstance(dismissed, bool)
        and texts["state"] in ORDER
    ):
        return Record(
            **texts,
            created=created,
            sends=sends,
            account=account,
            summary=summary,
            chosen=chosen,
            raw=_texts(value.get("raw")),
            sent=_texts(value.get("sent")),
            result=value.get("result"),
            error=error,
            tab=tab,
            stalled_at=stalled_at,
            gone_at=gone_at,
            dismissed=dismissed,
        )
    raise WireError("no record")


def _texts(value: Json) -> tuple[str, ...]:
    if isinstance(value, list):
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) == len(value):
            return texts
    raise WireError("no list of texts")
