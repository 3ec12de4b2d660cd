"""What a node has said about a record's transaction, as it is kept with the record (`chosen["looked"]`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.contracts.step import Units
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.simulation import Allowance, Change, Outcome
from tandem.chains.ethereum.telling import View, amount
from tandem.errors import WireError
from tandem.wire import Json, un0x

STATES: Final = ("done", "passes", "fails", "none")


@dataclass(frozen=True, slots=True)
class Looked:
    """tokens: what contracts say of themselves; code: whether an address has any; balances: the account's, in base
    units; nonces: of accounts that have signed an authorization; simulation: None until the node has answered."""

    tokens: Mapping[bytes, Token] = field(default_factory=dict)
    code: Mapping[bytes, bool] = field(default_factory=dict)
    balances: Mapping[bytes | None, int] = field(default_factory=dict)
    nonces: Mapping[bytes, int] = field(default_factory=dict)
    simulation: Outcome | None = None

    def to_json(self) -> dict[str, Json]:
        return {
            "tokens": {_hex(each.address): [each.symbol, each.decimals] for each in self.tokens.values()},
            "code": {_hex(address): has for address, has in self.code.items()},
            "balances": {_hex(token): str(units) for token, units in self.balances.items() if token is not None},
            "nonces": {_hex(address): str(nonce) for address, nonce in self.nonces.items()},
            "simulation": _outcome_json(self.simulation) if self.simulation is not None else None,
        }


NOTHING: Final = Looked()


def _hex(address: bytes) -> str:
    return "0x" + address.hex()


def _outcome_json(found: Outcome) -> dict[str, Json]:
    return {
        "state": found.state,
        "reason": found.reason,
        "changes": [
            [
                _hex(each.token) if each.token is not None else None,
                str(each.units),
                str(each.item) if each.item is not None else None,
            ]
            for each in found.changes
        ],
        "allowances": [
            [_hex(each.token), _hex(each.spender), str(each.units) if each.units is not None else None]
            for each in found.allowances
        ],
    }


def looked_from_json(value: Json) -> Looked:
    """Raises WireError."""
    match value:
        case None:
            return NOTHING
        case {"tokens": dict(tokens), "code": dict(code), "balances": dict(balances), "simulation": simulation, **rest}:
            nonces = rest.get("nonces", {})  # not in what an older version has kept
            if not isinstance(nonces, dict):
                raise WireError("no nonces")
            return Looked(
                {un0x(address, size=20): _token(address, said) for address, said in tokens.items()},
                {un0x(address, size=20): has is True for address, has in code.items()},
                {un0x(token, size=20): _number(units) for token, units in balances.items()},
                {un0x(address, size=20): _number(nonce) for address, nonce in nonces.items()},
                _outcome(simulation),
            )
    raise WireError("not what was looked up")


def _token(address: str, said: Json) -> Token:
    match said:
        case [str() | None as symbol, int() | None as decimals]:
            return Token(un0x(address, size=20), symbol, decimals)
    raise WireError("no token")


def _number(text: Json) -> int:
    if isinstance(text, str) and text.removeprefix("-").isdigit() and text.isascii() and len(text) <= 90:
        return int(text)
    raise WireError("no number")


def _outcome(value: Json) -> Outcome | None:
    match value:
        case None:
            return None
        case {
            "state": ("done" | "passes" | "fails" | "none") as state,
            "reason": str() | None as reason,
            "changes": list(changes),
            "allowances": list(allowances),
        }:
            return Outcome(state, reason, tuple(map(_change, changes)), tuple(map(_allowance, allowances)))
    raise WireError("no outcome")


def _change(value: Json) -> Change:
    match value:
        case [str() | None as token, units, item]:
            number = _number(item) if item is not None else None
            return Change(un0x(token, size=20) if token is not None else None, _number(units), number)
    raise WireError("no change")


def _allowance(value: Json) -> Allowance:
    match value:
        case [str(token), str(spender), units]:
            number = _number(units) if units is not None else None
            return Allowance(un0x(token, size=20), un0x(spender, size=20), number)
    raise WireError("no allowance")


def simulation_fields(found: Outcome | None, view: View, *, wanted: bool) -> dict[str, Json]:
    """For the screen (docs/ui.md)."""
    if found is None:
        return {"state": "running" if wanted else "off"}
    told: dict[str, Json] = {"state": found.state}
    if found.state == "none":
        return told | {"why": found.reason}
    return told | {
        "reason": found.reason,
        "changes": [
            {
                "amount": amount(_units(each), view),
                "gains": each.units > 0,
                "known": each.token is None or known.name(view.network.chain_id, each.token) is not None,
            }
            for each in found.changes
        ],
        "allowances": [
            {
                "amount": amount(Units(each.token, each.units or 0), view),
                "spender": checksum(each.spender),
                "unlimited": each.unlimited,
                "items": each.units is None,
            }
            for each in found.allowances
            if each.units != 0
        ],
    }


def _units(change: Change) -> Units:
    if change.item is not None:
        return Units(change.token, change.item, item=True)
    return Units(change.token, abs(change.units))
