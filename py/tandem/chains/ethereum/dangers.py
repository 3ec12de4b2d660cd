"""What a person should be warned of, or told, before a yes: found in the steps, and in what is known of the addresses.

The steps alone give most of it. Where a node was asked, or earlier recipients are known, there is more; what is not
known gives no warning and no comfort.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tandem.chains.ethereum.contracts.step import Detail, Step, Units
from tandem.chains.ethereum.telling import View

BURN: Final = (bytes(20), bytes(18) + b"\xde\xad")
LIKE: Final = 4  # hex digits at both ends that people compare
_GOES: Final = ("recipient", "fee_recipient", "refund_to")
_MAY: Final = ("spender", "operator")
_SENDS: Final = ("send", "erc20_transfer", "erc20_transfer_from", "nft_transfer")
_LEAVES: Final = ("amount", "pays", "limit", "more")
_OWN_RETURN: Final = ("swap", "order", "bridge", "bridge_token", "sweep", "unwrap_held", "router_pays", "refund")


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out. code: whether an address has a contract's code; used: addresses that were signed for before,
    with the person's own accounts (None: nothing is known of that); balances: base units by token, None is the coin;
    nonces: of accounts that have signed an authorization."""

    code: Mapping[bytes, bool] = field(default_factory=dict)
    used: frozenset[bytes] | None = None
    balances: Mapping[bytes | None, int] = field(default_factory=dict)
    nonces: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` has words on the screens; `address` it is about, `like` the one it looks like."""

    kind: str
    address: bytes | None = None
    like: bytes | None = None


NOTHING: Final = Known()
NOTES: Final = frozenset({"first_time", "to_contract", "to_self", "takes_back", "void"})  # told calmly
DANGERS: Final = frozenset(
    {
        "own_to_code",
        "other_to_code",
        "to_code_everywhere",
        "called_message",
        "not_understood",
        "unknown_contract",
        "foreign_code",
        "unlimited",
        "all_items",
        "uncounted",
        "to_nobody",
        "to_token_contract",
        "look_alike",
        "others_gain",
        "spender_is_person",
        "over_balance",
        "for_nothing",
    }
)


def look_alike(address: bytes, used: frozenset[bytes]) -> bytes | None:
    """Another address with the same ends: made so that a person takes it for the one they know."""
    text = address.hex()
    for other in sorted(used - {address}):
        if other.hex()[:LIKE] == text[:LIKE] and other.hex()[-LIKE:] == text[-LIKE:]:
            return other
    return None


def findings(step: Step, view: View, known: Known = NOTHING) -> tuple[Finding, ...]:
    """Each once, dangers first."""
    found: dict[Finding, None] = {}
    for each in step.all():
        found |= dict.fromkeys(_of(each, view, known))
    found |= dict.fromkeys(_balances(step, view, known))
    return in_order(found)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once, dangers first."""
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.kind in NOTES))


def _of(step: Step, view: View, known: Known) -> Iterator[Finding]:
    if not step.understood:
        yield Finding("not_understood")
    elif not view.believes(step):
        yield Finding("unknown_contract", step.contract)
    if step.kind == "delegate_call":
        yield Finding("foreign_code", step.contract)
    if step.kind == "order" and not any(name == "gets" and _something(it) for name, it in step.facts):
        yield Finding("for_nothing")
    if step.unlimited:
        yield Finding("all_items" if step.kind == "nft_approve_all" else "unlimited")
    elif any(name in _LEAVES and isinstance(it, Units) and _uncounted(it, view) for name, it in step.facts):
        yield Finding("uncounted")
    for name, detail in step.facts:
        if isinstance(detail, bytes) and len(detail) == 20:
            if name in _GOES:
                yield from _goes(step, name, detail, view, known)
            elif name in _MAY and not _revokes(step):
                yield from _may(detail, view, known)


def _something(detail: Detail) -> bool:
    return isinstance(detail, Units) and (detail.item or detail.amount > 0)


def _uncounted(units: Units, view: View) -> bool:
    """An amount in the smallest unit of a token whose decimals are not known, whatever that is worth."""
    if units.token is None or units.item or units.bound == "all" or units.amount == 0:
        return False
    token = view.token(units.token)
    return token is None or token.decimals is None


def _revokes(step: Step) -> bool:
    return any(name == "limit" and isinstance(detail, Units) and detail.amount == 0 for name, detail in step.facts)


def _goes(step: Step, name: str, address: bytes, view: View, known: Known) -> Iterator[Finding]:
    if address in BURN:
        yield Finding("to_nobody", address)
    elif address == view.account:
        if step.kind in ("send", "erc20_transfer"):
            yield Finding("to_self", address)
    elif address == step.contract and step.kind != "send":
        if step.kind in _SENDS:
            yield Finding("to_token_contract", address)  # else what a router keeps for the next step
    else:
        yield from _stranger(address, view, known)
        if name == "recipient" and step.kind in _OWN_RETURN and view.account and step.sender == view.account:
            yield Finding("others_gain", address)
        if name == "recipient" and known.code.get(address) and view.name(address) is None and step.kind in _SENDS:
            yield Finding("to_contract", address)


def _stranger(address: bytes, view: View, known: Known) -> Iterator[Finding]:
    """Of an address that is not the account's own."""
    used = (known.used or frozenset()) | {view.account}
    like = look_alike(address, used)
    if like is not None:
        yield Finding("look_alike", address, like)
    elif known.used is not None and address not in known.used and view.name(address) is None:
        yield Finding("first_time", address)


def _may(address: bytes, view: View, known: Known) -> Iterator[Finding]:
    if known.code.get(address) is False:
        yield Finding("spender_is_person", address)
    used = (known.used or frozenset()) | {view.account}
    like = look_alike(address, used)
    if like is not None:
        yield Finding("look_alike", address, like)


def _balances(step: Step, view: View, known: Known) -> Iterator[Finding]:
    for token, units in leaving(step, view.account).items():
        if token in known.balances and units > known.balances[token]:
            yield Finding("over_balance", token)


def leaving(step: Step, account: bytes) -> dict[bytes | None, int]:
    """Base units of each token that `account` gives by these steps at most; coins are the transaction's own value."""
    found: dict[bytes | None, int] = {}
    for each in step.all():
        source = each.get("source")
        for name, detail in each.facts:
            if not isinstance(detail, Units) or detail.item or detail.token is None or detail.bound == "all":
                continue
            own = each.sender == account
            if (name == "pays" and own) or (name == "amount" and (source == account or (own and source is None))):
                found[detail.token] = found.get(detail.token, 0) + detail.amount
    return found


def addresses(step: Step) -> tuple[bytes, ...]:
    """Those that are worth asking a node about."""
    named = (
        detail
        for each in step.all()
        for name, detail in each.facts
        if name in (*_GOES, *_MAY) and isinstance(detail, bytes) and len(detail) == 20
    )
    return tuple(dict.fromkeys(named))


def recipients(step: Step, account: bytes) -> tuple[bytes, ...]:
    """To whom something of `account`'s own goes by these steps, whoever moves it."""
    found = (
        each.get("recipient")
        for each in step.all()
        if each.kind in _SENDS and (each.get("source") or each.sender) == account
    )
    return tuple(dict.fromkeys(each for each in found if isinstance(each, bytes) and each != account))


def tokens(step: Step) -> tuple[bytes, ...]:
    """The token contracts that amounts are of."""
    units = (detail for each in step.all() for _, detail in each.facts if isinstance(detail, Units))
    return tuple(dict.fromkeys(each.token for each in units if each.token is not None))
