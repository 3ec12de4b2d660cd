import dataclasses

import pytest

from tandem.errors import Bug, WireError
from tandem.provider.record import ORDER, Record, record_from_json

FRESH = Record(
    "r1", "d:1", "https://a.b", "https://a.b", "d", "personal_sign", "{}", "message", "received", 1, "eip155:1"
)


def test_round_trip() -> None:
    full = dataclasses.replace(
        FRESH, account="0x1", chosen={"nonce": "1"}, raw=("0x2",), sent=("0x3",), error={"code": 1}, tab=7, gone_at=9
    )
    assert record_from_json(full.to_json()) == full
    older = {name: value for name, value in full.to_json().items() if name not in ("tab", "gone_at", "stalled_at")}
    assert record_from_json(older) == dataclasses.replace(full, tab=-1, gone_at=None)


def test_states_only_go_forward() -> None:
    record = FRESH
    for state in ORDER[1:-1]:
        record = record.moved(state)
        if not record.over:
            with pytest.raises(Bug):
                record.moved("received")


def test_nothing_happens_to_a_record_that_is_over() -> None:
    for over in (FRESH.moved("done"), FRESH.failed({"code": 4001})):
        for state in ORDER:
            with pytest.raises(Bug):
                over.moved(state)


def test_only_what_the_phone_was_not_reached_for_goes_to_it_again() -> None:
    asked = FRESH.moved("awaiting_phone")
    stalled = asked.stalled({"code": 7}, 5)
    assert (stalled.state, stalled.error, stalled.stalled_at, stalled.over) == ("stalled", {"code": 7}, 5, False)
    assert stalled.renewed() == dataclasses.replace(asked, stalled_at=5)
    assert stalled.reconsidered() == dataclasses.replace(FRESH, stalled_at=5) and stalled.reconsidered().undecided
    assert stalled.moved("failed").over
    for state in ("signing", "signed", "broadcast", "done"):
        with pytest.raises(Bug):
            asked.moved(state).stalled({}, 5)
    for state in ORDER:
        if state != "stalled":
            with pytest.raises(Bug):
                FRESH.moved(state).renewed()
            with pytest.raises(Bug):
                FRESH.moved(state).reconsidered()


def test_undecided_is_what_nobody_has_approved() -> None:
    assert [state for state in ORDER if FRESH.moved(state).undecided] == [*ORDER[:4]]


def test_the_family_is_the_namespace_of_the_chain() -> None:
    assert dataclasses.replace(FRESH, chain="solana:mainnet").family == "solana"


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1},
        {"state": "nowhere"},
        {"summary": None},
        {"created": "now"},
        {"raw": 5},
        {"raw": [5]},
        {"sent": None},
        {"sends": 1},
        {"tab": None},
        {"gone_at": "x"},
        {"stalled_at": None},
    ],
)
def test_refused(change: dict) -> None:
    with pytest.raises(WireError):
        record_from_json(FRESH.to_json() | change)


@pytest.mark.parametrize("value", [None, [], "record", 7])
def test_what_is_no_object_is_no_record(value: object) -> None:
    with pytest.raises(WireError, match="no record"):
        record_from_json(value)  # type: ignore[arg-type]


def test_what_the_phone_is_needed_for() -> None:
    for kind, wanted in {"connect": False, "network": False, "asset": False, "message": True, "tx": True}.items():
        assert dataclasses.replace(FRESH, kind=kind).for_phone is wanted
    with pytest.raises(Bug):
        FRESH.reconsidered()  # nothing has stalled
