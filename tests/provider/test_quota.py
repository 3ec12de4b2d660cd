import pytest

from tandem.errors import TooMany
from tandem.provider.quota import MAX_OPEN, MAX_OPEN_PER_ORIGIN, PAUSE, Quota


def test_t44_three_rejections_in_half_a_minute_pause_that_origin_only() -> None:
    quota = Quota()
    for t in (0.0, 10.0, 20.0):
        quota.require("https://a.b", t, open_here=0, open_all=0)
        quota.rejected("https://a.b", t)
    with pytest.raises(TooMany):
        quota.require("https://a.b", 21.0, open_here=0, open_all=0)
    quota.require("https://c.d", 21.0, open_here=0, open_all=0)
    quota.require("https://a.b", 20.0 + PAUSE, open_here=0, open_all=0)


def test_slow_rejections_do_not_pause() -> None:
    quota = Quota()
    for t in (0.0, 40.0, 80.0, 120.0):
        quota.rejected("https://a.b", t)
        quota.require("https://a.b", t, open_here=0, open_all=0)


def test_open_requests_are_bounded() -> None:
    for here, all_ in ((MAX_OPEN_PER_ORIGIN, 0), (0, MAX_OPEN)):
        with pytest.raises(TooMany):
            Quota().require("https://a.b", 0.0, open_here=here, open_all=all_)
