"""What a transaction carries beside its call, in words: the addresses that it says it will touch, and the accounts that
hand themselves over to a contract's code."""

from collections.abc import Iterator

from tandem.chains.ethereum.access_list import slots_of
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.authorization import Authorization
from tandem.chains.ethereum.dangers import NOTHING, Finding, Known
from tandem.chains.ethereum.telling import View
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.reading import Line
from tandem.wire import Json


def fields(what: Transaction, view: View) -> dict[str, Json]:
    """`access_list` (None where there is none) and `authorizations` of the approval screen (docs/ui.md)."""
    listed: Json = None
    if what.access_list:
        entries: list[Json] = [
            {
                "address": checksum(each.address),
                "name": view.name(each.address),
                "slots": ["0x" + slot.hex() for slot in each.slots],
            }
            for each in what.access_list
        ]
        listed = {"addresses": len(entries), "slots": slots_of(what.access_list), "entries": entries}
    return {"access_list": listed, "authorizations": [_authorization(each, view) for each in what.authorizations]}


def _authorization(each: Authorization, view: View) -> Json:
    return {
        "authority": checksum(each.authority),
        "own": each.authority == view.account,
        "delegate": checksum(each.delegate),
        "name": view.name(each.delegate),
        "takes_back": each.takes_back,
        "everywhere": each.chain_id == 0,
        "nonce": str(each.nonce),
    }


def findings(what: Transaction, view: View, known: Known = NOTHING) -> Iterator[Finding]:
    """Of the authorizations; an access list harms nobody."""
    for each in _void(what, view, known):
        yield Finding("void", each.authority)
    for each in what.authorizations:
        if each.takes_back:
            yield Finding("takes_back", each.authority)
            continue
        if each.authority == view.account:
            yield Finding("own_to_code", each.delegate)
        else:
            yield Finding("other_to_code", each.authority)
        if each.chain_id == 0:
            yield Finding("to_code_everywhere", each.authority)


def _void(what: Transaction, view: View, known: Known) -> Iterator[Authorization]:
    """Those that a node would skip for their nonce: each that counts takes one, and so does the transaction itself."""
    nonces = {**known.nonces, view.account: what.nonce + 1}
    for each in what.authorizations:
        if each.authority not in nonces:
            continue
        if nonces[each.authority] != each.nonce:
            yield each
        else:
            nonces[each.authority] += 1


def lines(what: Transaction, view: View) -> Iterator[Line]:
    """The same for the phone."""
    for each in what.authorizations:
        account = checksum(each.authority)
        yield ("Account", f"{account} (your account)" if each.authority == view.account else account)
        if each.takes_back:
            yield ("No longer run by", "a contract's code: it is an ordinary account again")
        else:
            name = view.name(each.delegate)
            yield ("Handed over to the code of", checksum(each.delegate) + (f" ({name})" if name is not None else ""))
        yield ("Where", "EVERY network" if each.chain_id == 0 else view.network.name)
        yield ("Nonce of that account", str(each.nonce))
    if what.access_list:
        slots = slots_of(what.access_list)
        yield ("Access list", f"addresses: {len(what.access_list)}, storage slots: {slots}")
