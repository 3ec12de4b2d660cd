"""What a Vultisig app shows for a payload that it is sent, as far as the payload decides it: for the person to compare.

The apps draw a transaction's amount, recipient, network and memo, and a message's method and text, out of the payload's
own fields (their confirmation screens; relay-and-sessions §6.3, §12). What they look up elsewhere, such as a function's
name, is not foretold: a note says that it may differ from one version to the next.
"""

from dataclasses import dataclass
from typing import Final

from tandem.chains.amount import human
from tandem.chains.ethereum import typed_data
from tandem.chains.ethereum.networks import BY_WIRE
from tandem.chains.reading import Payload
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import Json, un0x

FIELDS: Final = ("approve", "spender", "amount", "to", "network", "call", "text", "transactions", "method", "message")
NOTES: Final = (
    "call",  # bytes, or a name and arguments that the app looks up; not what they mean
    "deploy",  # nobody is paid, and only bytes are there to see
    "new_network",  # an app that does not know the network refuses
    "two_forms",  # the apps that are no phones sign another form of the transaction: with them no signature comes
    "raw",  # the app reads the transactions themselves; amount and recipient may be empty
    "several",  # one yes for all of them
    "digits",  # a transaction that travels as a message: nothing but its digits is shown, and they are what counts
    "hex",  # as hexadecimal digits, in some versions; the text begins after the prefix
    "typed",  # the fields as they come, or the whole JSON
    "recursive",  # a type that refers to itself, which the TypeScript apps refuse
    "any_network",  # every EVM network is called Ethereum
    "no_origin",  # who asks is told with a message by newer versions only
)
_TRANSACTION: Final = "eth_signTransaction"  # what a message is called that is a whole transaction
MOST: Final = 400  # letters of a long value; a phone's screen has no more either before it is unfolded


@dataclass(frozen=True, slots=True)
class PhoneView:
    """Rows: a name of FIELDS, and the text as it travels. notes: of NOTES, what to expect to look different."""

    rows: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        return {"rows": [[name, text] for name, text in self.rows], "notes": [*self.notes]}


def phone_view(payload: Payload) -> PhoneView:
    """For a payload of our own making."""
    view = _message(payload) if isinstance(payload, CustomMessagePayload) else _transaction(payload)
    return PhoneView(tuple((name, _short(text)) for name, text in view.rows), view.notes)


def _transaction(payload: KeysignPayload) -> PhoneView:
    coin = payload.coin
    rows: list[tuple[str, str]] = []
    notes: list[str] = []
    if payload.HasField("erc20_approve_payload"):
        wanted = payload.erc20_approve_payload
        rows += [("approve", _amount(wanted.amount, coin.decimals, coin.ticker)), ("spender", wanted.spender)]
    rows.append(("amount", _amount(payload.to_amount, coin.decimals, coin.ticker)))
    if payload.to_address:
        rows.append(("to", payload.to_address))
    rows.append(("network", coin.chain))
    raw = payload.sign_solana.raw_transactions
    if raw:
        rows.append(("transactions", str(len(raw))))
        notes += ["raw", "several"] if len(raw) > 1 else ["raw"]
    elif payload.memo.startswith("0x"):
        rows.append(("call", payload.memo))
        notes.append("call" if payload.to_address else "deploy")
    elif payload.memo:
        rows.append(("text", payload.memo))
    row = BY_WIRE.get(coin.chain)
    if ":" in coin.chain:
        notes.append("new_network")
    elif row is not None and row.two_forms:
        notes.append("two_forms")
    return PhoneView(tuple(rows), tuple(notes))


def _message(payload: CustomMessagePayload) -> PhoneView:
    rows, notes = [("method", payload.method), ("message", payload.message), ("network", payload.chain)], []
    if payload.method == _TRANSACTION:
        told = payload.message
        both_ends = f"{told[: MOST // 2 - 1]}…{told[-MOST // 2 :]}" if len(told) > MOST else told
        rows[1] = ("message", both_ends)
        return PhoneView(tuple(rows), ("digits", "no_origin"))
    if payload.message.startswith("{"):
        notes += ["typed", "recursive"] if typed_data.parse(payload.message).is_recursive else ["typed"]
    elif payload.message.startswith("0x"):
        notes.append("hex")
        text = _text(payload.message)
        if text is not None:
            rows.insert(2, ("text", text))
    if payload.chain == "Ethereum":
        notes.append("any_network")
    return PhoneView(tuple(rows), (*notes, "no_origin"))


def _amount(units: str, decimals: int, ticker: str) -> str:
    return f"{human(int(units or '0'), decimals)} {ticker}"


def _text(message: str) -> str | None:
    """What the hexadecimal digits say, with the prefix that travels with it; None where they are no text."""
    try:
        text = un0x(message).decode("utf-8")
    except (WireError, UnicodeDecodeError):
        return None
    text = text.removeprefix("\x19")  # of EIP-191, which no screen has a picture for
    return text if all(letter.isprintable() or letter in "\n\r\t" for letter in text) else None


def _short(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}…"
