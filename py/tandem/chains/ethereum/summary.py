"""What the person is told of a transaction or message: in the browser as fields, on the phone as lines.

Both start from the bytes that are signed. What is not understood is said to be not understood.
"""

from tandem.chains.amount import human
from tandem.chains.ethereum import CURVE, FAMILY, PATH, calldata, message, tx
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.payload import network_of, read_message, read_transaction, token_of
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.reading import Line, Payload, Reading, readable
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.wire import Json

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


def message_summary(content: bytes) -> dict[str, Json]:
    """The fields of the message screen; text is None when the bytes are not readable text."""
    text = readable(content)
    return {
        "text": text,
        "hex": "0x" + content.hex(),
        "binary": text is None,
        "digest": "0x" + message.digest(content).hex(),
    }


def read_keysign(payload: Payload) -> Reading:
    """The phone's reading of a payload. Raises WireError for anything it would have to guess at."""
    origin = payload.dapp_metadata.url
    if isinstance(payload, CustomMessagePayload):
        content = read_message(payload)
        text = readable(content)
        shown = ("Message", text) if text is not None else ("Message (not text)", "0x" + content.hex())
        digests = (message.digest(content),)
        # personal_sign names no network: the signature counts on each of them.
        return Reading("message", (shown,), digests, FAMILY, CURVE, PATH, "any EVM network", None, origin)
    what, network = read_transaction(payload), network_of(payload)
    token = token_of(payload)
    return Reading(
        "transaction",
        (*_meaning(what, network, token), *_cost(what, network)),
        (tx.digest(what),),
        FAMILY,
        CURVE,
        PATH,
        f"{network.name} (chain id {network.chain_id})",
        checksum(parse(payload.coin.address)),
        origin,
    )


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
