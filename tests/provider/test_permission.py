import pytest

from tandem.errors import WireError
from tandem.provider.permission import Permissions, Site

ORIGIN = "https://a.b"
SITE = Site(ORIGIN, {"eip155": ("0x1",)}, "eip155:1", 5)
SITES = Permissions().grant(ORIGIN, "eip155", ("0x1",), chain="eip155:1", now=5)


def test_grants_are_by_exact_origin() -> None:
    assert SITES.get(ORIGIN) == SITE
    assert all(SITES.get(o) is None for o in ("http://a.b", "https://a.b:444", "https://x.a.b", "https://b"))


def test_a_grant_of_one_family_is_none_of_another() -> None:
    assert SITE.of("eip155") == ("0x1",)
    assert SITE.of("solana") == ()
    both = SITES.grant(ORIGIN, "solana", ("So1",), chain="eip155:10", now=9)
    assert both.get(ORIGIN) == Site(ORIGIN, {"eip155": ("0x1",), "solana": ("So1",)}, "eip155:1", 5)


def test_revoke_and_switch_make_new_objects() -> None:
    assert SITES.switch(ORIGIN, "eip155:10").get(ORIGIN).chain == "eip155:10"
    assert SITES.switch("https://no", "eip155:10").get("https://no") is None
    assert SITES.revoke(ORIGIN).get(ORIGIN) is None
    assert SITES.get(ORIGIN) == SITE


def test_one_family_is_revoked_and_the_last_one_ends_the_grant() -> None:
    both = SITES.grant(ORIGIN, "solana", ("So1",), chain="eip155:1", now=9)
    left = both.revoke(ORIGIN, "eip155")
    assert left.get(ORIGIN).accounts == {"solana": ("So1",)}
    assert left.revoke(ORIGIN, "eip155").get(ORIGIN) == left.get(ORIGIN)
    assert left.revoke(ORIGIN, "solana").get(ORIGIN) is None


def test_round_trip_and_refusal() -> None:
    assert list(Permissions.from_json(SITES.to_json())) == [SITE]
    whole = SITE.to_json()
    for accounts in ([], {"eip155": []}, {"eip155": [1]}, {str(i): ["a"] for i in range(17)}):
        with pytest.raises(WireError):
            Permissions.from_json([whole | {"accounts": accounts}])
    for broken in (None, {}, [1], [{"origin": 1}], [whole | {"chain": 1}], [whole | {"since": "x"}]):
        with pytest.raises(WireError):
            Permissions.from_json(broken)
