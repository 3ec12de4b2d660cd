"""A page's request as a durable record with a state, not a promise (docs/architecture.md, one request's life).

    received → validated → awaiting_unlock → awaiting_approval → awaiting_phone → signing → signed → broadcast → done
                                  any of them → failed(reason)

The record is written before each act, so that it survives popup loss, worker death and a browser restart.
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
    transactions, from `signed` on; sent: their ids; result: what the page is answered; error: what it is told instead.
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

    def moved(self, state: str) -> "Record":
        """The record in a later state. Raises Bug for a step back: an approval is used once."""
        if self.over or ORDER.index(state) < ORDER.index(self.state):
            raise Bug(f"{self.state} to {state}")
        return replace(self, state=state)

    def failed(self, error: dict[str, Json]) -> "Record":
        return replace(self.moved("failed"), error=error)

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
    if (
        len(texts) == len(required)
        and (account is None or isinstance(account, str))
        and isinstance(created, int)
        and isinstance(sends, bool)
        and isinstance(summary, dict)
        and isinstance(chosen, dict)
        and (error is None or isinstance(error, dict))
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
        )
    raise WireError("no record")


def _texts(value: Json) -> tuple[str, ...]:
    if isinstance(value, list):
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) == len(value):
            return texts
    raise WireError("no list of texts")
