from dataclasses import replace

import pytest

from tandem.errors import AlreadyAsked
from tandem.provider.attach import (
    GONE_FOR,
    STALLED_FOR,
    UNDECIDED_FOR,
    Ask,
    before_reload,
    ends_at,
    overdue,
    record_of,
    same_addition,
    same_connect,
    taken_over,
)
from tandem.provider.record import ORDER, Record

SITE, OTHER = "https://a.b", "https://c.d"
ASK = Ask("new:1", SITE, SITE, "new", '{"method":"personal_sign"}', 7)
LEFT = Record(
    id="r1",
    key="old:1",
    origin=SITE,
    top=SITE,
    document="old",
    method="personal_sign",
    text=ASK.text,
    kind="message",
    state="awaiting_approval",
    created=1000,
    chain="eip155:1",
    tab=7,
    gone_at=1500,
)


def test_a_key_finds_its_record_in_any_state() -> None:
    for state in ORDER:
        record = replace(LEFT, state=state)
        assert record_of(replace(ASK, key="old:1"), [record]) is record
    assert record_of(ASK, [LEFT]) is None


def test_a_site_adds_one_thing_after_the_other() -> None:
    waits = replace(LEFT, method=(method := "wallet_watchAsset"), gone_at=None)
    assert same_addition(ASK, method, [waits]) is waits
    other = replace(ASK, text="{}")
    with pytest.raises(AlreadyAsked):
        same_addition(other, method, [waits])
    for free in (replace(waits, gone_at=1500), replace(waits, state="failed"), replace(waits, origin=OTHER), LEFT):
        assert same_addition(other, method, [free]) is None


@pytest.mark.parametrize("state", [state for state in ORDER if state not in ("done", "failed")])
def test_a_reloaded_page_finds_what_its_tab_asked_in_the_same_words(state: str) -> None:
    record = replace(LEFT, state=state)
    assert before_reload(ASK, [record]) is record
    moved = taken_over(record, ASK)
    assert (moved.key, moved.document, moved.tab, moved.gone_at) == ("new:1", "new", 7, None)
    assert replace(moved, key="old:1", document="old", gone_at=1500) == record


@pytest.mark.parametrize(
    "change",
    [
        {"gone_at": None},  # its page is there and waits: asking twice is wanting twice
        {"tab": 8},
        {"origin": OTHER},
        {"top": OTHER},
        {"text": ASK.text + " "},
        {"state": "done"},  # answered to the page before, or the person's to see
        {"state": "failed"},
    ],
)
def test_nothing_else_is_taken_over(change: dict) -> None:
    assert before_reload(ASK, [replace(LEFT, **change)]) is None


def test_without_a_tab_nothing_is_taken_over() -> None:
    assert before_reload(replace(ASK, tab=-1), [replace(LEFT, tab=-1)]) is None


def test_connects_of_one_origin_are_one_question() -> None:
    asked = replace(LEFT, kind="connect", gone_at=None)
    assert same_connect(replace(ASK, tab=9), "eip155", [asked]) is asked
    assert same_connect(ASK, "solana", [asked]) is None
    for change in ({"origin": OTHER}, {"top": OTHER}, {"kind": "message"}, {"state": "done"}):
        assert same_connect(ASK, "eip155", [replace(asked, **change)]) is None


def reason(record: Record, now: float) -> object:
    error = overdue(record, now)
    return None if error is None else error["data"]["reason"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize("state", ORDER[:4])
def test_what_nobody_decides_on_ends_after_a_day_or_soon_after_its_page(state: str) -> None:
    left = replace(LEFT, state=state)
    assert ends_at(left) == 1500 + GONE_FOR
    assert reason(left, 1499 + GONE_FOR) is None and reason(left, 1500 + GONE_FOR) == "page_gone"
    awaited = replace(left, gone_at=None)
    assert ends_at(awaited) == 1000 + UNDECIDED_FOR
    assert reason(awaited, 999 + UNDECIDED_FOR) is None and reason(awaited, 1000 + UNDECIDED_FOR) == "request_expired"


@pytest.mark.parametrize("state", [state for state in ORDER[4:] if state != "stalled"])
def test_what_the_phone_was_asked_for_is_never_ended_by_age(state: str) -> None:
    assert overdue(replace(LEFT, state=state), 10 * UNDECIDED_FOR) is None
    assert ends_at(replace(LEFT, state=state)) is None


def test_what_the_phone_was_not_reached_for_ends_with_its_own_reason() -> None:
    error = {"code": -32603, "data": {"reason": "phone_timeout"}}
    stalled = replace(LEFT, state="awaiting_phone").stalled(error, 2000)
    assert ends_at(stalled) == 2000 + STALLED_FOR
    assert overdue(stalled, 1999 + STALLED_FOR) is None and overdue(stalled, 2000 + STALLED_FOR) == error


def test_embedded_is_what_the_browser_does_not_call_its_own_top() -> None:
    assert [replace(ASK, top=top).embedded for top in (SITE, OTHER, "", "null")] == [False, True, True, True]
