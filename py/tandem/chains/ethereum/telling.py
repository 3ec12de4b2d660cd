"""Steps in the words of the one who tells them: as fields for the browser's screens, as lines for the phone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tandem.chains.amount import human
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.contracts.step import Chain, Detail, Fact, Moment, Percent, Step, Units
from tandem.chains.ethereum.networks import BY_CHAIN, Network
from tandem.chains.ethereum.rpc import Token
from tandem.chains.reading import Line
from tandem.wire import Json

_LAST: Final = 253_402_300_799  # the end of year 9999: what stands above means for ever
KINDS: Final = {
    "send": "Send",
    "erc20_transfer": "Send token",
    "erc20_transfer_from": "Move token",
    "erc20_approve": "Allow spending",
    "erc20_increase": "Allow spending more",
    "erc20_decrease": "Allow spending less",
    "erc20_permit": "Allow spending, by signature",
    "nft_transfer": "Send item",
    "nft_approve_all": "Allow moving",
    "nft_revoke_all": "No longer allow moving items",
    "wrap": "Wrap",
    "unwrap": "Unwrap",
    "permit2_approve": "Allow spending",
    "permit2_permit": "Allow spending, by signature",
    "permit2_lockdown": "No longer allow spending",
    "several": "Several steps",
    "safe_execute": "Safe does",
    "safe_approve_hash": "Agree to a Safe's transaction",
    "delegate_call": "Run foreign code",
    "swap": "Swap",
    "unwrap_held": "Unwrap what was swapped",
    "wrap_held": "Wrap what was sent",
    "sweep": "Pay out",
    "refund": "Pay back what is left",
    "router_command": "Not understood",
    "router_pays": "Pay out",
    "router_share": "Fee of the site",
    "check_balance": "Check a balance",
    "bridge": "Send to another network",
    "bridge_token": "Send token to another network",
    "order": "Order, by your signature alone",
    "chain_swap": "Swap on another chain",
    "contract_call": "Not understood",
}
FACTS: Final = {
    "amount": "Amount",
    "limit": "Limit",
    "more": "More",
    "less": "Less",
    "pays": "Pays",
    "gets": "Gets",
    "others_get": "Others get",
    "held": "Out of what was swapped",
    "holds": "Holds",
    "sends": "Pays it",
    "recipient": "To",
    "source": "From",
    "owner": "Of",
    "spender": "Spender",
    "operator": "Who may move them",
    "until": "Until",
    "deadline": "Not after",
    "count": "How many",
    "token": "Token contract",
    "no_longer": "Spender",
    "safe": "Safe",
    "hash": "Hash",
    "delegate_code": "Code of",
    "data": "Data",
    "command": "Command",
    "share": "Share",
    "fee_recipient": "Fee goes to",
    "arrives": "Arrives, in base units",
    "sent": "Sent, in base units",
    "foreign_token": "Token there",
    "to_network": "Network",
    "endpoint": "LayerZero's network number",
    "depositor": "On behalf of",
    "message": "Message",
    "bridge_fee": "Bridge fee",
    "refund_to": "Rest goes to",
    "vault": "Deposit goes to",
    "memo": "Memo",
}
_BOUNDS: Final = {"exact": "", "least": "at least ", "most": "at most ", "all": "all of "}
ENDLESS: Final = "UNLIMITED: all of this token, now and later"
ALL_ITEMS: Final = "ALL items of this contract, now and later"


@dataclass(frozen=True, slots=True)
class View:
    """What the one who tells knows: the network, the account that acts (20 bytes), and tokens by their address."""

    network: Network
    account: bytes
    tokens: Mapping[bytes, Token]

    def token(self, address: bytes) -> Token | None:
        """What is certain before what its contract says of itself."""
        return known.token(self.network.chain_id, address) or self.tokens.get(address)

    def name(self, address: bytes) -> str | None:
        return known.name(self.network.chain_id, address)

    def believes(self, step: Step) -> bool:
        """Whether the words of a step are more than its contract's own claim."""
        return not step.claim or self.name(step.contract) is not None


def coins(units: int, network: Network) -> dict[str, Json]:
    return {"value": human(units, 18), "symbol": network.symbol, "exact": str(units)}


def plain(units: Units, view: View) -> dict[str, Json]:
    """value, symbol, exact as in all amounts; a token that is not known, and an item, has its bare number."""
    if units.token is None:
        return coins(units.amount, view.network)
    token = view.token(units.token)
    decimals = token.decimals if token is not None and not units.item else None
    return {
        "value": human(units.amount, decimals) if decimals is not None else str(units.amount),
        "symbol": (token.symbol if token is not None else None) or "",
        "exact": str(units.amount),
    }


def amount(units: Units, view: View) -> dict[str, Json]:
    """The same with `token`, its contract; `bound`; and `item` where it is one item's number."""
    token = checksum(units.token) if units.token is not None else None
    return plain(units, view) | {"token": token, "bound": units.bound, "item": units.item}


def fields(step: Step, view: View) -> dict[str, Json]:
    """A step for the screens (docs/ui.md): kind, facts, and the steps inside it."""
    told: dict[str, Json] = {
        "kind": step.kind,
        "understood": step.understood,
        "unlimited": step.unlimited,
        "believed": view.believes(step),
        "contract": _address(step.contract, view),
        "sender": checksum(step.sender) if step.sender != view.account else None,
        "facts": [_fact(name, detail, view) for name, detail in step.facts],
        "steps": [fields(each, view) for each in step.steps],
    }
    return told


def _address(address: bytes, view: View) -> dict[str, Json]:
    return {"address": checksum(address), "name": view.name(address), "own": address == view.account}


def _fact(name: str, detail: Detail, view: View) -> dict[str, Json]:
    match detail:
        case Units():
            return {"name": name, "amount": amount(detail, view)}
        case Moment():
            return {"name": name, "until": str(detail.epoch)}
        case Chain():
            return {"name": name, "text": _network(detail)}
        case Percent():
            return {"name": name, "text": f"{human(detail.bips, 2)} %"}
        case bytes() if len(detail) == 20:
            told = _address(detail, view)
            return {"name": name, "address": told["address"], "name_of": told["name"], "own": told["own"]}
        case bytes():
            return {"name": name, "data": "0x" + detail.hex()}
        case _:
            return {"name": name, "text": str(detail)}


def _network(chain: Chain) -> str:
    row = BY_CHAIN.get(f"eip155:{chain.number}")
    return row.name if row is not None else f"chain id {chain.number}"


def lines(step: Step, view: View) -> Iterator[Line]:
    """The same for the phone, one step after the other. A bundle is told by its parts."""
    parts = step.leaves()
    yield from _around(step, view)
    for number, each in enumerate(parts, start=1):
        if len(parts) > 1:
            yield ("Step", f"{number} of {len(parts)}")
        yield from _part(each, view)


def _around(step: Step, view: View) -> Iterator[Line]:
    """What is said of the bundles themselves."""
    for each in step.all():
        if each.steps:
            named = [fact for fact in each.facts if fact[0] in ("sends", "safe", "deadline")]
            yield (KINDS[each.kind], f"{len(each.leaves())} in one call")
            yield from _facts(named, view)


def _part(step: Step, view: View) -> Iterator[Line]:
    if not step.understood:
        yield from _not_understood(step, view)
        return
    head = next((detail for _, detail in step.facts if isinstance(detail, Units)), None)
    first = next((fact for fact in step.facts if fact[1] is head), None) if head is not None else None
    text = ENDLESS if step.unlimited and head is not None else ALL_ITEMS if step.unlimited else ""
    yield (KINDS[step.kind], text or (_text(head, view) if head is not None else _named(step.contract, view)))
    yield from _facts([fact for fact in step.facts if fact is not first], view)
    tokens = {detail.token for _, detail in step.facts if isinstance(detail, Units) and detail.token is not None}
    for token in sorted(tokens):
        yield ("Token contract", _named(token, view))
    if step.sender != view.account:
        yield ("Done by", _named(step.sender, view))
    if step.contract not in tokens and step.kind != "send":
        yield ("Contract", _named(step.contract, view))
    if not view.believes(step):
        yield ("Warning", "this device does not know that contract: what it does may be something else")


def _not_understood(step: Step, view: View) -> Iterator[Line]:
    data = step.get("data")
    size = len(data) if isinstance(data, bytes) else 0
    function = f", function 0x{data[:4].hex()}" if isinstance(data, bytes) and size >= 4 else ""
    yield ("Not understood", f"a contract call{function}, {size} bytes")
    yield ("Contract", _named(step.contract, view))
    yield from _facts([fact for fact in step.facts if fact[0] != "data"], view)
    if step.sender != view.account:
        yield ("Done by", _named(step.sender, view))


def _facts(facts: list[Fact], view: View) -> Iterator[Line]:
    for name, detail in facts:
        yield (FACTS[name], _text(detail, view))


def _named(address: bytes, view: View) -> str:
    """A name is the device's own word, so it goes before the address, never instead."""
    if address == view.account:
        return f"{checksum(address)} (your account)"
    name = view.name(address)
    return checksum(address) if name is None else f"{checksum(address)} ({name})"


def _text(detail: Detail, view: View) -> str:
    match detail:
        case Units():
            return counted(detail, view)
        case Moment():
            return moment(detail.epoch)
        case Chain():
            return _network(detail)
        case Percent():
            return f"{human(detail.bips, 2)} %"
        case bytes() if len(detail) == 20:
            return _named(detail, view)
        case bytes():
            return "0x" + detail.hex()
        case _:
            return str(detail)


def counted(units: Units, view: View) -> str:
    """An amount for the phone."""
    told = amount(units, view)
    symbol = str(told["symbol"])
    if units.item:
        return f"number {units.amount} {symbol}".rstrip()
    if units.bound == "all":
        return f"all {symbol}".rstrip()
    has_decimals = units.token is None or (
        (token := view.token(units.token)) is not None and token.decimals is not None
    )
    what = symbol or "tokens" if has_decimals else "base units"
    return f"{_BOUNDS[units.bound]}{told['value']} {what}"


def moment(epoch: int) -> str:
    """A time for the phone, in UTC: by the calendar's own arithmetic, as no clock is known here."""
    if epoch > _LAST:
        return "for ever"
    days, seconds = divmod(epoch, 86400)
    era, day = divmod(days + 719_468, 146_097)  # eras of 400 years, each from 1 March
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    date = day - (153 * month + 2) // 5 + 1
    month, year = (month + 3, year) if month < 10 else (month - 9, year + 1)
    return f"{era * 400 + year}-{month:02}-{date:02} {seconds // 3600:02}:{seconds // 60 % 60:02} UTC"
