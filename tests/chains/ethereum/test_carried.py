"""What is told of an access list and of authorizations."""

import dataclasses

from chains.ethereum.listed import AUTHORITY, DELEGATE, ENTRIES, PLAIN, REVOKED, authorize, listed
from tandem.chains.ethereum import carried, networks
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.dangers import DANGERS, NOTES, NOTHING, Known
from tandem.chains.ethereum.summary import WARNINGS, transaction_summary
from tandem.chains.ethereum.telling import View
from tandem.chains.ethereum.tx import SET_CODE

US = b"\x11" * 20
VIEW = View(networks.BY_CHAIN["eip155:1"], US, {})
OWN = View(networks.BY_CHAIN["eip155:1"], AUTHORITY, {})


def test_an_ordinary_transaction_carries_nothing() -> None:
    assert carried.fields(PLAIN, VIEW) == {"access_list": None, "authorizations": []}
    assert list(carried.lines(PLAIN, VIEW)) == [] == list(carried.findings(PLAIN, VIEW))


def test_an_access_list_is_counted_and_can_be_seen() -> None:
    told = transaction_summary(listed(), VIEW)
    assert told["access_list"] == {
        "addresses": 2,
        "slots": 2,
        "entries": [
            {"address": checksum(b"\xaa" * 20), "name": None, "slots": ["0x" + "01" * 32, "0x" + "02" * 32]},
            {"address": checksum(b"\xbb" * 20), "name": None, "slots": []},
        ],
    }
    assert told["findings"] == [] and ENTRIES[0].address == b"\xaa" * 20


def test_an_authorization_says_who_is_handed_to_what() -> None:
    what = dataclasses.replace(listed(SET_CODE), authorizations=(authorize(nonce=8, chain_id=0), REVOKED))
    first, back = carried.fields(what, OWN)["authorizations"]  # type: ignore[misc]
    assert first == {
        "authority": checksum(AUTHORITY),
        "own": True,
        "delegate": checksum(DELEGATE),
        "name": None,
        "takes_back": False,
        "everywhere": True,
        "nonce": "8",
    }
    assert back["takes_back"] and not back["everywhere"]  # type: ignore[index, call-overload]
    assert [each.kind for each in carried.findings(what, OWN)] == [
        "void",  # the second: its nonce is used already
        "own_to_code",
        "to_code_everywhere",
        "takes_back",
    ]
    assert [each.kind for each in carried.findings(what, VIEW)] == ["other_to_code", "to_code_everywhere", "takes_back"]


def test_a_word_that_the_chain_will_skip_is_told() -> None:
    def void(known: Known, *nonces: int, view: View = VIEW) -> int:
        words = tuple(authorize(nonce=nonce) for nonce in nonces)
        what = dataclasses.replace(listed(SET_CODE), authorizations=words)
        return [each.kind for each in carried.findings(what, view, known)].count("void")

    assert void(NOTHING, 900) == 0  # nothing is known
    at_three = Known(nonces={AUTHORITY: 3})
    assert [void(at_three, *nonces) for nonces in ((3,), (4,), (2,), (3, 4), (4, 3))] == [0, 1, 1, 0, 1]
    assert void(at_three, 3, 3) == 1 and PLAIN.nonce == 7
    # The sender's own: the transaction takes one number before it.
    assert [void(NOTHING, nonce, view=OWN) for nonce in (7, 8)] == [1, 0]


def test_dangers_come_first_and_have_words_on_the_phone() -> None:
    what = dataclasses.replace(listed(SET_CODE), authorizations=(REVOKED, authorize()))
    kinds = [found["kind"] for found in transaction_summary(what, VIEW)["findings"]]  # type: ignore[union-attr, index, call-overload]
    assert kinds == ["other_to_code", "takes_back"]
    for kind in ("own_to_code", "other_to_code", "to_code_everywhere", "called_message"):
        assert kind in DANGERS and kind in WARNINGS
    assert "takes_back" in NOTES
