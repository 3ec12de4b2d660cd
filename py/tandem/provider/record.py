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
    page sent; chosen: what the wallet filled in (nonce, fees, gas limit); raw: the signed transaction, from `signed`
    on; transaction: its hash; result: what the page is answered; error: what it is told instead.
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
    chain_id: int
    account: str | None = None
    summary: dict[str, Json] = field(default_factory=dict)
    chosen: dict[str, Json] = field(default_factory=dict)
    raw: str | None = None
    result: Json = None
    transaction: str | None = None
    error: dict[str, Json] | None = None

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

    def finished(self, result: Json) -> "Record":
        return replace(self.moved("done"), result=result)

    def to_json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__slots__}


def record_from_json(value: Json) -> Record:
    """Raises WireError."""
    if not isinstance(value, dict):
        raise WireError("no record")
    required = ("id", "key", "origin", "top", "document", "method", "text", "kind", "state")
    texts = {name: text for name in required if isinstance(text := value.get(name), str)}
    created, chain_id, summary, chosen, error = (
        value.get(k) for k in ("created", "chain_id", "summary", "chosen", "error")
    )
    optional = {name: value.get(name) for name in ("account", "raw", "transaction")}
    if (
        len(texts) == len(required)
        and all(text is None or isinstance(text, str) for text in optional.values())
        and isinstance(created, int)
        and isinstance(chain_id, int)
        and isinstance(summary, dict)
        and isinstance(chosen, dict)
        and (error is None or isinstance(error, dict))
        and texts["state"] in ORDER
    ):
        account, raw, transaction = (None if text is None else str(text) for text in optional.values())
        return Record(
            **texts,
            created=created,
            chain_id=chain_id,
            account=account,
            summary=summary,
            chosen=chosen,
            raw=raw,
            result=value.get("result"),
            transaction=transaction,
            error=error,
        )
    raise WireError("no record")
