"""A record's transaction: what the page sent, and what the wallet filled in."""

from dataclasses import replace

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.telling import View
from tandem.chains.ethereum.tx import Transaction
from tandem.errors import WireError
from tandem.provider.record import Record
from tandem.provider.request import parse_call, transaction_params
from tandem.wallet.ethereum.building import build
from tandem.wallet.ethereum.looked import Looked, looked_from_json
from tandem.wallet.ethereum.node import Completed
from tandem.wallet.ethereum.prices import speeds_json
from tandem.wire import Json, un0x

FROM_THE_START = ("replaces", "cancels", "floor")  # what a replacement knows before anything is chosen


def chosen(record: Record, completed: Completed, called: Token | None) -> Record:
    """The record with what was filled in: numbers in decimal, since JSON's end at 2^53."""
    made = completed.made
    filled: dict[str, Json] = {
        "nonce": str(made.nonce),
        "max_fee": str(made.max_fee),
        "priority_fee": str(made.priority_fee),
        "gas_limit": str(made.gas_limit),
    }
    filled["speeds"] = speeds_json(completed.speeds)
    if completed.data_fee is not None:
        filled["data_fee"] = str(completed.data_fee)
    if completed.token_held is not None:
        filled["token_held"] = str(completed.token_held)
    if called is not None:
        filled["token"] = {"address": "0x" + called.address.hex(), "symbol": called.symbol, "decimals": called.decimals}
    begun = {name: record.chosen[name] for name in FROM_THE_START if name in record.chosen}
    return replace(record, chosen=begun | filled)


def token(record: Record) -> Token | None:
    """What the called token says of itself, as it was read when the request was validated."""
    called = record.chosen.get("token")
    if not isinstance(called, dict):
        return None
    address, symbol, decimals = (called.get(name) for name in ("address", "symbol", "decimals"))
    if not isinstance(address, str):
        return None
    return Token(
        un0x(address, size=20),
        symbol if isinstance(symbol, str) else None,
        decimals if isinstance(decimals, int) else None,
    )


def looked(record: Record) -> Looked:
    """What nodes have said of it so far."""
    return looked_from_json(record.chosen.get("looked"))


def view(record: Record, network: Network) -> View:
    """What is known when the record is told: of tokens, what their contracts said. Raises WireError."""
    called = token(record)
    tokens = {called.address: called} if called is not None else {}
    return View(network, parse(record.account or ""), {**looked(record).tokens, **tokens})


def transaction(record: Record) -> Transaction:
    """The exact transaction: what the page sent and what was filled in. Raises WireError, BadRequest."""
    wish = transaction_params(parse_call(record.text).params)

    def number(name: str) -> int:
        value = record.chosen.get(name)
        if not isinstance(value, str):
            raise WireError(f"{name} was never chosen")
        return int(value)

    return build(
        wish,
        chain_id=networks.chain_id(record.chain),
        ordinary=networks.kind_of(record.chain),
        nonce=number("nonce"),
        max_fee=number("max_fee"),
        priority_fee=number("priority_fee"),
        gas_limit=number("gas_limit"),
    )
