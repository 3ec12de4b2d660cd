import pytest

from tandem.errors import WireError
from tandem.provider.permission import Permissions, Site

SITE = Site("https://a.b", ("0x1",), 1, 5)


def test_grants_are_by_exact_origin() -> None:
    sites = Permissions().grant(SITE)
    assert sites.get("https://a.b") == SITE
    assert all(sites.get(o) is None for o in ("http://a.b", "https://a.b:444", "https://x.a.b", "https://b"))


def test_revoke_and_switch_make_new_objects() -> None:
    sites = Permissions().grant(SITE)
    assert sites.switch("https://a.b", 10).get("https://a.b").chain_id == 10
    assert sites.switch("https://no", 10).get("https://no") is None
    assert sites.revoke("https://a.b").get("https://a.b") is None
    assert sites.get("https://a.b") == SITE


def test_round_trip_and_refusal() -> None:
    sites = Permissions().grant(SITE)
    assert list(Permissions.from_json(sites.to_json())) == [SITE]
    for broken in (None, {}, [1], [{"origin": 1}]):
        with pytest.raises(WireError):
            Permissions.from_json(broken)
