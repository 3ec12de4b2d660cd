"""What the person is told of a transaction or message: in the browser as fields, on the phone as lines.

Both start from the bytes that are signed. What is not understood is said to be not understood.
"""

from collections.abc import Iterator, Mapping

from tandem.chains.amount import human
from tandem.chains.ethereum import CURVE, FAMILY, PATH, calldata, tx
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.payload import message_digest, network_of, read_message, read_transactions, token_of
from tandem.chains.ethereum.permit import grants
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.ethereum.typed_data import TypedData
from tandem.chains.reading import Line, Payload, Reading, readable
from tandem.chains.sign_in import claimed_domain, is_foreign
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.wire import Json, json_text

GWEI = 9


def _amount(units: int, decimals: int | None, symbol: str | None) -> Json:
    return {
        "value": human(units, decimals) if decimals is not None else str(units),
        "symbol": symbol or "",
        "exact": str(units),
    }


def transaction_summary(what: Transaction, network: Network, token: Token | None) -> dict[str, Json]:
    """The fields of the approval screen (docs/ui.md); amounts are decimal text, addresses checksummed."""
    call = calldata.decode(what.data) if what.to is not None and what.value == 0 else None
    native = _amount(what.value, 18, network.symbol)
    summary: dict[str, Json] = {
        "title": "contract_call",
        "amount": native if what.value else None,
        "unlimited": False,
        "to": checksum(what.to) if what.to is not None else None,
        "contract": checksum(what.to) if what.to is not None and what.data else None,
        "token": None,
        "fee": _amount(what.gas_limit * what.max_fee, 18, network.symbol),
        "max_fee_gwei": human(what.max_fee, GWEI),
        "priority_fee_gwei": human(what.priority_fee, GWEI),
        "gas_limit": what.gas_limit,
        "nonce": what.nonce,
        "data": "0x" + what.data.hex(),
        "selector": "0x" + what.data[:4].hex() if len(what.data) >= 4 and what.to is not None else None,
        "understood": False,
        "digest": "0x" + tx.digest(what).hex(),
    }
    if what.to is None:
        summary |= {"title": "deploy", "understood": True}
    elif not what.data:
        summary |= {"title": "send", "amount": native, "understood": True}
    elif call is not None:
        symbol, decimals = (token.symbol, token.decimals) if token is not None else (None, None)
        is_transfer = isinstance(call, calldata.TokenTransfer)
        summary |= {
            "title": "erc20_transfer" if is_transfer else "erc20_approve",
            "amount": _amount(call.amount, decimals, symbol),
            "unlimited": isinstance(call, calldata.TokenApproval) and call.unlimited,
            "to": checksum(call.recipient if isinstance(call, calldata.TokenTransfer) else call.spender),
            "token": {"address": checksum(what.to), "symbol": symbol, "decimals": decimals},
            "understood": True,
        }
    return summary


def transactions_summary(
    transactions: tuple[Transaction, ...], network: Network, token: Token | None
) -> dict[str, Json]:
    """The fields of one approval: those of a single transaction, or of each in `calls`, and what all cost at most."""
    each = [transaction_summary(what, network, token) for what in transactions]
    if len(each) == 1:
        return each[0]
    cost = sum(what.gas_limit * what.max_fee for what in transactions)
    understood = all(summary["understood"] for summary in each)
    return {"title": "calls", "understood": understood, "calls": [*each], "fee": _amount(cost, 18, network.symbol)}


def message_summary(content: bytes | TypedData, origin: str) -> dict[str, Json]:
    """The fields of the message screen; text is None when the bytes are not readable text.

    `sign_in` is the domain that a text signs in at (EIP-4361); `foreign` says that this is not `origin`, who asks.
    Typed data has `typed`: primary type, domain, fields as [depth, name, value] and what it hands out (permit.py).
    """
    signed = "0x" + message_digest(content).hex()
    if isinstance(content, TypedData):
        text = content.text()
        told: dict[str, Json] = {"text": text, "hex": "0x" + text.encode("utf-8").hex(), "binary": False}
        return told | {"digest": signed, "typed": _typed(content)}
    shown = readable(content)
    return {
        "text": shown,
        "hex": "0x" + content.hex(),
        "binary": shown is None,
        "digest": signed,
        "sign_in": claimed_domain(shown) if shown is not None else None,
        "foreign": shown is not None and is_foreign(shown, origin),
    }


def _typed(data: TypedData) -> dict[str, Json]:
    return {
        "primary": data.primary,
        "name": data.domain.get("name"),
        "contract": data.domain.get("verifyingContract"),
        "chain_id": data.chain_id,
        "fields": [[depth, name, value] for depth, name, value in _fields(data.message, 0)],
        "grants": [
            {
                "token": checksum(grant.token),
                "spender": checksum(grant.spender),
                "amount": str(grant.amount),
                "unlimited": grant.unlimited,
                "until": str(grant.until),
            }
            for grant in grants(data)
        ],
    }


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


def read_keysign(payload: Payload) -> Reading:
    """The phone's reading of a payload. Raises WireError for anything it would have to guess at."""
    origin = payload.dapp_metadata.url
    if isinstance(payload, CustomMessagePayload):
        content = read_message(payload)
        chain = content.chain_id if isinstance(content, TypedData) else None
        # personal_sign names no network, and neither does some typed data: the signature counts on each of them.
        name = "any EVM network" if chain is None else f"EVM chain id {chain}"
        digests = (message_digest(content),)
        return Reading(
            "message", _message_lines(content, origin), digests, FAMILY, "Ethereum", CURVE, PATH, name, None, origin
        )
    made, network = read_transactions(payload), network_of(payload)
    token = token_of(payload)
    return Reading(
        "transaction",
        tuple(line for what in made for line in (*_meaning(what, network, token), *_cost(what, network))),
        tuple(tx.digest(what) for what in made),
        FAMILY,
        network.wire,
        CURVE,
        PATH,
        f"{network.name} (chain id {network.chain_id})",
        checksum(parse(payload.coin.address)),
        origin,
    )


def _message_lines(content: bytes | TypedData, origin: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    if not isinstance(content, TypedData):
        text = readable(content)
        if text is None:
            return (("Message (not text)", "0x" + content.hex()),)
        if origin and is_foreign(text, origin):
            lines.append(("Warning", f"{origin} asks you to sign in somewhere else"))
        if (domain := claimed_domain(text)) is not None:
            lines.append(("Sign in to", domain))
        return (*lines, ("Message", text))
    for grant in grants(content):
        amount = "UNLIMITED: all of this token, now and later" if grant.unlimited else f"{grant.amount} base units"
        lines += [("Allow spending", amount), ("Spender", checksum(grant.spender))]
        lines.append(("Token contract", checksum(grant.token)))
    lines.append(("Typed message", content.primary))
    for label, key in (("Application", "name"), ("Contract", "verifyingContract")):
        if isinstance(value := content.domain.get(key), str):
            lines.append((label, value))
    return (*lines, *(("  " * depth + name, value or "") for depth, name, value in _fields(content.message, 0)))


def _meaning(what: Transaction, network: Network, token: Token | None) -> tuple[Line, ...]:
    value = f"{human(what.value, 18)} {network.symbol}"
    if what.to is None:
        return (("Creates a contract", f"{len(what.data)} bytes of code"), ("Pays it", value))
    if not what.data:
        return (("Send", value), ("To", checksum(what.to)))
    call = calldata.decode(what.data) if what.value == 0 else None
    if call is None:
        return (
            ("Not understood", f"a contract call, function 0x{what.data[:4].hex()}, {len(what.data)} bytes"),
            ("Contract", checksum(what.to)),
            ("Pays it", value),
        )
    if token is not None and token.decimals is not None:
        amount = f"{human(call.amount, token.decimals)} {token.symbol}"
    else:
        amount = f"{call.amount} base units"
    contract = ("Token contract", checksum(what.to))
    if isinstance(call, calldata.TokenTransfer):
        return (("Send token", amount), ("To", checksum(call.recipient)), contract)
    limit = "UNLIMITED: all of this token, now and later" if call.unlimited else amount
    return (("Allow spending", limit), ("Spender", checksum(call.spender)), contract)


def _cost(what: Transaction, network: Network) -> tuple[Line, ...]:
    return (
        ("Fee at most", f"{human(what.gas_limit * what.max_fee, 18)} {network.symbol}"),
        ("Nonce", str(what.nonce)),
    )
