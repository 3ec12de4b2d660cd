"""What the person is told of a transaction or message: in the browser as fields, on the phone as lines.

Both start from the bytes that are signed. What is not understood is said to be not understood.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tandem.chains.amount import human
from tandem.chains.ethereum import CURVE, FAMILY, PATH, calldata, carried, dangers, networks, tx
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.contracts.step import Step, Units
from tandem.chains.ethereum.dangers import NOTES, NOTHING, Finding, Known, findings, in_order, leaving
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.orders import order
from tandem.chains.ethereum.payload import (
    Signable,
    message_digest,
    network_of,
    read_message,
    read_transactions,
    token_of,
)
from tandem.chains.ethereum.permit import grants
from tandem.chains.ethereum.raw_payload import ANY, OWN_NAMES, read_raw
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.swap import read_swap
from tandem.chains.ethereum.telling import ENDLESS, View, amount, coins, counted, fields, lines, plain
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.ethereum.typed_data import TypedData
from tandem.chains.ethereum.typed_data_v1 import FieldHashes
from tandem.chains.reading import Line, Payload, Reading, readable
from tandem.chains.sign_in import claimed_domain, is_foreign
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import Json, json_text

GWEI: Final = 9
NO_TOKENS: Final[Mapping[bytes, Token]] = {}
MAX_ITEMS: Final = 20  # told of at once
_SIMPLE: Final = ("send", "erc20_transfer", "erc20_approve")  # one amount, one address: no list of facts
_TO: Final = ("recipient", "spender")
WARNINGS: Final = {
    "own_to_code": "this hands YOUR account over to a contract's code, which can then take all that it holds",
    "other_to_code": "this hands an account over to a contract's code, and you pay for it",
    "to_code_everywhere": "that counts on every network, not on this one alone",
    "called_message": "the other device calls this a message, but it is a transaction: with your signature it counts",
    "foreign_code": "this runs foreign code with all powers of the Safe",
    "look_alike": "an address here looks like your own account and is another",
    "to_nobody": "what is sent there is lost",
    "to_token_contract": "this sends tokens to the token's own contract, where they are lost",
    "for_nothing": "you would get nothing for what you give",
    "others_gain": "what comes out of this goes to another address than yours",
}


def view_of(payload: KeysignPayload) -> View:
    """What the payload itself says. Raises WireError."""
    token = token_of(payload)
    return View(network_of(payload), parse(payload.coin.address), {token.address: token} if token is not None else {})


def transaction_summary(what: Transaction, view: View, looked: Known = NOTHING) -> dict[str, Json]:
    """The fields of the approval screen (docs/ui.md); amounts are decimal text, addresses checksummed."""
    network = view.network
    step = calldata.meaning(what, view.account)
    native = coins(what.value, network)
    summary: dict[str, Json] = {
        "title": "deploy",
        "amount": native if what.value else None,
        "unlimited": False,
        "to": checksum(what.to) if what.to is not None else None,
        "contract": checksum(what.to) if what.to is not None and what.data else None,
        "contract_name": view.name(what.to) if what.to is not None else None,
        "token": None,
        "fee": coins(what.gas_limit * what.max_fee, network),
        "max_fee_gwei": human(what.max_fee, GWEI),
        "priority_fee_gwei": None if what.is_priced else human(what.priority_fee, GWEI),
        "gas_limit": what.gas_limit,
        "nonce": what.nonce,
        "data": "0x" + what.data.hex(),
        "selector": "0x" + what.data[:4].hex() if len(what.data) >= 4 and what.to is not None else None,
        "understood": True,
        "steps": [],
        "leaves": [],
        "findings": [],
        "digest": "0x" + tx.digest(what).hex(),
        **carried.fields(what, view),
    }
    if step is None:
        return summary
    told = _step_fields(step, view, looked)
    found = in_order((*carried.findings(what, view, looked), *findings(step, view, looked)))
    leaves = [*([native] if what.value else []), *_leaves(step, view)]
    return summary | told | {"leaves": leaves, "findings": [_finding(each) for each in found]}


def _step_fields(step: Step, view: View, looked: Known = NOTHING) -> dict[str, Json]:
    """What is the same of a call and of an order."""
    return _subject(step, view) | {
        "understood": all(each.understood for each in step.all()),
        "steps": [fields(step, view)],
        "leaves": _leaves(step, view),
        "findings": [_finding(each) for each in findings(step, view, looked)],
    }


def _subject(step: Step, view: View) -> dict[str, Json]:
    """Heading, amount, recipient and token, where there is one of each to speak of."""
    leaves = step.leaves()
    only = leaves[0] if len(leaves) == 1 and leaves[0].sender == step.sender else step
    title = only.kind if only.understood or len(leaves) > 1 else "contract_call"
    told: dict[str, Json] = {"title": title, "unlimited": any(each.unlimited for each in leaves)}
    units = next((detail for _, detail in only.facts if isinstance(detail, Units)), None)
    to = next((each for name in _TO if isinstance(each := only.get(name), bytes)), None)
    if only.kind in _SIMPLE:
        told |= {"amount": plain(units, view) if units is not None else None}
        told |= {"to": checksum(to) if to is not None else None}
        if units is not None and units.token is not None:
            token = view.token(units.token)
            symbol, decimals = (token.symbol, token.decimals) if token is not None else (None, None)
            told |= {"token": {"address": checksum(units.token), "symbol": symbol, "decimals": decimals}}
    return told


def _leaves(step: Step, view: View) -> list[Json]:
    """What the account gives by calls, token by token, and item by item."""
    given = [amount(Units(token, units), view) for token, units in leaving(step, view.account).items()]
    items = [
        amount(detail, view)
        for each in step.all()
        for name, detail in each.facts
        if isinstance(detail, Units) and detail.item and _gives(each, name, view.account)
    ]
    return [*given, *items[:MAX_ITEMS]]


def _gives(step: Step, name: str, account: bytes) -> bool:
    return (name == "amount" and step.get("source") == account) or (name == "pays" and step.sender == account)


def _finding(found: Finding) -> Json:
    return {
        "kind": found.kind,
        "danger": found.kind not in NOTES,
        "address": checksum(found.address) if found.address is not None else None,
        "like": checksum(found.like) if found.like is not None else None,
    }


def transactions_summary(transactions: tuple[Transaction, ...], view: View) -> dict[str, Json]:
    """The fields of one approval of transactions that are seen alike."""
    return batch_summary(tuple((what, view, NOTHING, {}) for what in transactions))


def batch_summary(calls: tuple[tuple[Transaction, View, Known, dict[str, Json]], ...]) -> dict[str, Json]:
    """The fields of one approval: those of a single transaction, or of each in `calls`, and what all cost at most.

    Each call comes with what was found out for it, and with more fields of its own.
    """
    each = [transaction_summary(what, view, looked) | more for what, view, looked, more in calls]
    if len(each) == 1:
        return each[0]
    cost = sum(what.gas_limit * what.max_fee for what, *_ in calls)
    understood = all(summary["understood"] for summary in each)
    return {"title": "calls", "understood": understood, "calls": [*each], "fee": coins(cost, calls[0][1].network)}


def message_summary(
    content: Signable, origin: str, account: bytes = b"", tokens: Mapping[bytes, Token] = NO_TOKENS
) -> dict[str, Json]:
    """The fields of the message screen; text is None when the bytes are not readable text.

    `sign_in` is the domain that a text signs in at (EIP-4361); `foreign` says that this is not `origin`, who asks.
    Typed data has `typed`: primary type, domain, fields as [depth, name, value], what it hands out (permit.py), and
    what it lets happen (orders.py). account: whose signature it is (20 bytes), where that is known; tokens: what their
    contracts say of themselves.
    """
    signed = "0x" + message_digest(content).hex()
    if isinstance(content, TypedData):
        text = content.text()
        told: dict[str, Json] = {"text": text, "hex": "0x" + text.encode("utf-8").hex(), "binary": False}
        return told | {"digest": signed, "typed": _typed(content, account, tokens)}
    if isinstance(content, FieldHashes):
        return {"text": None, "hex": "0x" + content.preimage.hex(), "binary": True, "digest": signed}
    shown = readable(content)
    return {
        "text": shown,
        "hex": "0x" + content.hex(),
        "binary": shown is None,
        "digest": signed,
        "sign_in": claimed_domain(shown) if shown is not None else None,
        "foreign": shown is not None and is_foreign(shown, origin),
    }


def typed_tokens(data: TypedData, account: bytes) -> tuple[bytes, ...]:
    """The token contracts that amounts in it are of."""
    step = order(data, account)
    listed = (*(dangers.tokens(step) if step is not None else ()), *(grant.token for grant in grants(data)))
    return tuple(dict.fromkeys(listed))


def _typed(data: TypedData, account: bytes, tokens: Mapping[bytes, Token]) -> dict[str, Json]:
    view = View(_network_of(data), account, tokens)
    step = order(data, account)
    return {
        "order": _step_fields(step, view) if step is not None else None,
        "primary": data.primary,
        "name": data.domain.get("name"),
        "contract": data.domain.get("verifyingContract"),
        "chain_id": data.chain_id,
        "fields": [[depth, name, value] for depth, name, value in _fields(data.message, 0)],
        "grants": [
            {
                "token": checksum(grant.token),
                "spender": checksum(grant.spender),
                "amount": plain(Units(grant.token, grant.amount), view),
                "unlimited": grant.unlimited,
                "until": str(grant.until),
            }
            for grant in (grants(data) if step is None or not view.believes(step) else ())
        ],
    }


def _network_of(data: TypedData) -> Network:
    """That which the domain names."""
    return networks.by_id(data.chain_id or 0)


def _fields(value: "Json | Mapping[str, Json]", depth: int) -> Iterator[tuple[int, str, str | None]]:
    """Every member in the order of the page; a struct or list is its own line without a value, then what is in it."""
    if isinstance(value, Mapping):
        named = list(value.items())
    elif isinstance(value, list):
        named = [(str(number), each) for number, each in enumerate(value, 1)]
    else:
        return
    for name, each in named:
        if isinstance(each, Mapping | list):
            yield depth, name, None
            yield from _fields(each, depth + 1)
        else:
            yield depth, name, each if isinstance(each, str) else json_text(each)


def read_keysign(payload: Payload, account: str | None = None) -> Reading:
    """The phone's reading of a payload. Raises WireError for anything it would have to guess at.

    account: the signing key's own, where it is known and the payload does not name it.
    """
    origin = payload.dapp_metadata.url
    if isinstance(payload, CustomMessagePayload):
        if (what := read_raw(payload)) is not None:
            return _read_raw(what, payload, account)
        content = read_message(payload)
        chain = content.chain_id if isinstance(content, TypedData) else None
        # personal_sign names no network, and neither does some typed data: the signature counts on each of them.
        name = "any EVM network" if chain is None else f"EVM chain id {chain}"
        digests = (message_digest(content),)
        return Reading(
            "message", _message_lines(content, origin), digests, FAMILY, "Ethereum", CURVE, PATH, name, None, origin
        )
    made, view, swap = read_transactions(payload), view_of(payload), read_swap(payload)
    told = (
        *(swap[1].lines(view.account, parse) if swap is not None else ()),
        *(line for what in made for line in _meaning(what, view)),
    )
    return _reading(made, told, view.network, view.network.wire, checksum(view.account), origin)


def _read_raw(what: Transaction, payload: CustomMessagePayload, account: str | None) -> Reading:
    """Of a transaction that travels as a message."""
    network = networks.by_id(what.chain_id)
    told = list(_meaning(what, View(network, parse(account) if account is not None else b"", {})))
    if payload.method not in OWN_NAMES:
        told.insert(0, ("Warning", WARNINGS["called_message"]))
    return _reading((what,), tuple(told), network, payload.chain or ANY, account, payload.dapp_metadata.url)


def _reading(
    made: tuple[Transaction, ...],
    told: tuple[Line, ...],
    network: Network,
    wire: str,
    account: str | None,
    origin: str,
) -> Reading:
    digests = tuple(tx.digest(what) for what in made)
    name = f"{network.name} (chain id {network.chain_id})"
    return Reading("transaction", told, digests, FAMILY, wire, CURVE, PATH, name, account, origin)


def raw_summary(what: Transaction, payload: CustomMessagePayload, account: bytes) -> dict[str, Json]:
    """The same of a transaction that travels as a message; `account` (20 bytes) is the one that would sign."""
    summary = transaction_summary(what, View(networks.by_id(what.chain_id), account, {}))
    warned = [] if payload.method in OWN_NAMES else [_finding(Finding("called_message"))]
    found = summary["findings"]
    return summary | {"findings": [*warned, *(found if isinstance(found, list) else [])]}


def payload_summary(payload: KeysignPayload) -> dict[str, Json]:
    """The fields of the approval of what another device prepared; `swap` is what it says of one. Raises WireError."""
    view, swap = view_of(payload), read_swap(payload)
    summary = transactions_summary(read_transactions(payload), view)
    if swap is None:
        return summary
    return summary | {"swap": swap[1].fields(view.account, parse)}


def _message_lines(content: Signable, origin: str) -> tuple[Line, ...]:
    told: list[Line] = []
    if isinstance(content, FieldHashes):
        hashes = "0x" + content.preimage.hex()
        return (("Not understood", "typed fields of version 1: only the other device shows them"), ("Hashes", hashes))
    if not isinstance(content, TypedData):
        text = readable(content)
        if text is None:
            return (("Message (not text)", "0x" + content.hex()),)
        if origin and is_foreign(text, origin):
            told.append(("Warning", f"{origin} asks you to sign in somewhere else"))
        if (domain := claimed_domain(text)) is not None:
            told.append(("Sign in to", domain))
        return (*told, ("Message", text))
    step = order(content, b"")
    if step is not None:
        told += _step_lines(step, View(_network_of(content), b"", {}))
    handed, view = grants(content), View(_network_of(content), b"", {})
    if step is None and not handed:
        told.append(("Not understood", "what others can do with this signature"))
    for grant in handed:
        limit = ENDLESS if grant.unlimited else counted(Units(grant.token, grant.amount), view)
        told += [("Allow spending", limit), ("Spender", checksum(grant.spender))]
        told.append(("Token contract", checksum(grant.token)))
    told.append(("Typed message", content.primary))
    for label, key in (("Application", "name"), ("Contract", "verifyingContract")):
        if isinstance(value := content.domain.get(key), str):
            told.append((label, value))
    return (*told, *(("  " * depth + name, value or "") for depth, name, value in _fields(content.message, 0)))


def _meaning(what: Transaction, view: View) -> Iterator[Line]:
    """Of one transaction, with what it costs."""
    yield from _warnings(in_order(carried.findings(what, view)))
    step = calldata.meaning(what, view.account)
    if step is None:
        yield ("Creates a contract", f"{len(what.data)} bytes of code")
        yield ("Pays it", f"{human(what.value, 18)} {view.network.symbol}")
    else:
        yield from _step_lines(step, view)
    yield from carried.lines(what, view)
    yield ("Fee at most", f"{human(what.gas_limit * what.max_fee, 18)} {view.network.symbol}")
    yield ("Nonce", str(what.nonce))


def _step_lines(step: Step, view: View) -> Iterator[Line]:
    yield from _warnings(findings(step, view))
    yield from lines(step, view)


def _warnings(found: tuple[Finding, ...]) -> Iterator[Line]:
    for each in found:
        if (warning := WARNINGS.get(each.kind)) is not None:
            yield ("Warning", warning)
