import pytest

from tandem.errors import SiteBlocked, TooMany, WireError
from tandem.provider.quota import DAY, MAX_OPEN, MAX_OPEN_PER_ORIGIN, MAX_STANDINGS, PAUSE, Quota, Standing

SPAM, OTHER = "https://a.b", "https://c.d"


def require(quota: Quota, origin: str, now: float, here: int = 0, all_: int = 0) -> None:
    quota.require(origin, now, open_here=here, open_all=all_)


def annoyed(quota: Quota, at: float) -> Quota:
    for t in (at - 20, at - 10, at):
        quota = quota.rejected(SPAM, t)
    return quota


def test_t44_three_rejections_in_half_a_minute_pause_that_origin_only() -> None:
    quota = Quota()
    for t in (0.0, 10.0, 20.0):
        require(quota, SPAM, t)
        quota = quota.rejected(SPAM, t)
    with pytest.raises(TooMany):
        require(quota, SPAM, 21.0)
    require(quota, OTHER, 21.0)
    require(quota, SPAM, 20.0 + PAUSE)


def test_slow_rejections_do_not_pause() -> None:
    quota = Quota()
    for t in (0.0, 40.0, 80.0, 120.0):
        quota = quota.rejected(SPAM, t)
        require(quota, SPAM, t)


def test_pauses_grow_to_a_day_and_are_forgotten_after_one() -> None:
    quota, at = Quota(), 1000.0
    for pause in (60, 300, 1500, 7500, 37500, DAY, DAY):
        quota = annoyed(quota, at)
        assert quota.of(SPAM).paused_until == int(at) + pause
        with pytest.raises(TooMany):
            require(quota, SPAM, at + pause - 1)
        at += pause + 60
        require(quota, SPAM, at)
    assert annoyed(quota, at + 2 * DAY).of(SPAM).paused_until == int(at + 2 * DAY) + PAUSE


def test_a_restart_forgives_nothing() -> None:
    quota = annoyed(Quota(), 20.0).rejected(OTHER, 21.0).block("https://e.f", 22.0)
    again = Quota.from_json(quota.to_json())
    assert dict(again) == dict(quota)
    for origin, error in ((SPAM, TooMany), ("https://e.f", SiteBlocked)):
        with pytest.raises(error):
            require(again, origin, 23.0)
    require(again, OTHER, 23.0)


def test_the_person_blocks_and_forgives() -> None:
    quota = Quota().block(SPAM, 1.0)
    with pytest.raises(SiteBlocked):
        require(quota, SPAM, 10.0 * DAY)
    require(quota.forgive(SPAM, 2.0), SPAM, 3.0)
    require(annoyed(Quota(), 20.0).forgive(SPAM, 21.0), SPAM, 22.0)


def test_what_means_nothing_is_not_kept_and_blocks_always_are() -> None:
    quota = Quota().block("https://blocked", 0.0)
    for i in range(MAX_STANDINGS + 20):
        quota = quota.rejected(f"https://{i}", 1.0)
    assert len(dict(quota)) == MAX_STANDINGS and "https://blocked" in dict(quota)
    assert set(dict(quota.rejected(SPAM, 2.0 * DAY))) == {"https://blocked", SPAM}


def test_open_requests_are_bounded() -> None:
    for here, all_ in ((MAX_OPEN_PER_ORIGIN, 0), (0, MAX_OPEN)):
        with pytest.raises(TooMany):
            require(Quota(), SPAM, 0.0, here, all_)


@pytest.mark.parametrize(
    "change",
    [{"rejections": [1, 2, 3]}, {"rejections": ["1"]}, {"paused_until": None}, {"pauses": "1"}, {"blocked": 1}],
)
def test_refused(change: dict) -> None:
    with pytest.raises(WireError):
        Quota.from_json({SPAM: Standing().to_json() | change})
    for broken in (None, [], {SPAM: 1}):
        with pytest.raises(WireError):
            Quota.from_json(broken)
