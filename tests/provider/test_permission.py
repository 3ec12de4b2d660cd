import pytest

from tandem.errors import WireError
from tandem.provider.permission import Permissions, Site, Terms, chains_from_json

ORIGIN, NOW, DAY = "https://a.b", 10, 24 * 3600
SITE = Site(ORIGIN, {"eip155": ("0x1",)}, "eip155:1", 5, used=5)
SITES = Permissions().grant(ORIGIN, "eip155", ("0x1",), chain="eip155:1", now=5)


def test_grants_are_by_exact_origin() -> None:
    assert SITES.get(ORIGIN, NOW) == SITE
    assert all(SITES.get(o, NOW) is None for o in ("http://a.b", "https://a.b:444", "https://x.a.b", "https://b"))


def test_a_grant_of_one_family_is_none_of_another() -> None:
    assert SITE.of("eip155") == ("0x1",)
    assert SITE.of("solana") == ()
    both = SITES.grant(ORIGIN, "solana", ("So1",), chain="eip155:10", now=9)
    assert both.get(ORIGIN, NOW) == Site(ORIGIN, {"eip155": ("0x1",), "solana": ("So1",)}, "eip155:1", 5, used=9)


def test_revoke_and_switch_make_new_objects() -> None:
    assert SITES.switch(ORIGIN, "eip155:10").get(ORIGIN, NOW).chain == "eip155:10"
    assert SITES.switch("https://no", "eip155:10").get("https://no", NOW) is None
    assert SITES.revoke(ORIGIN).get(ORIGIN, NOW) is None
    assert SITES.get(ORIGIN, NOW) == SITE


def test_one_family_is_revoked_and_the_last_one_ends_the_grant() -> None:
    both = SITES.grant(ORIGIN, "solana", ("So1",), chain="eip155:1", now=9)
    left = both.revoke(ORIGIN, "eip155")
    assert left.get(ORIGIN, NOW).accounts == {"solana": ("So1",)}
    assert left.revoke(ORIGIN, "eip155").get(ORIGIN, NOW) == left.get(ORIGIN, NOW)
    assert left.revoke(ORIGIN, "solana").get(ORIGIN, NOW) is None


def test_a_grant_ends_by_itself() -> None:
    sites = SITES.agree(ORIGIN, Terms(days=7), NOW)
    assert sites.get(ORIGIN, NOW + 7 * DAY - 1) is not None
    assert sites.get(ORIGIN, NOW + 7 * DAY) is None
    assert [site.origin for site in sites.expired(NOW + 7 * DAY)] == [ORIGIN] and not sites.expired(NOW)
    anew = sites.grant(ORIGIN, "solana", ("So1",), chain="eip155:10", now=NOW + 8 * DAY).get(ORIGIN, NOW + 8 * DAY)
    assert anew == Site(ORIGIN, {"solana": ("So1",)}, "eip155:10", NOW + 8 * DAY, used=NOW + 8 * DAY)
    assert sites.agree(ORIGIN, Terms(), NOW).get(ORIGIN, NOW + 100 * DAY) is not None


def test_a_grant_for_some_chains_is_none_for_others() -> None:
    site = SITES.agree(ORIGIN, Terms(chains=("eip155:10", "eip155:137")), NOW).get(ORIGIN, NOW)
    assert site is not None and site.chain == "eip155:10"
    assert [site.allows(c) for c in ("eip155:1", "eip155:10", "eip155:137", "solana:mainnet")] == [0, 1, 1, 1]
    assert all(SITE.allows(c) for c in ("eip155:1", "solana:devnet"))
    both = SITES.agree(ORIGIN, Terms(7, ("eip155:10",)), NOW)
    assert both.agree(ORIGIN, Terms(None, None), 99).get(ORIGIN, NOW) == both.get(ORIGIN, NOW)
    assert both.agree(ORIGIN, Terms(days=0, chains=None), NOW).get(ORIGIN, NOW).chains == ("eip155:10",)
    assert both.agree(ORIGIN, Terms(days=None), NOW).get(ORIGIN, NOW).until == NOW + 7 * DAY
    kept = SITES.agree(ORIGIN, Terms(chains=("eip155:1", "solana:mainnet")), NOW).get(ORIGIN, NOW)
    assert kept is not None and kept.chain == "eip155:1" and not kept.allows("solana:devnet")
    assert SITES.agree("https://no", Terms(days=1), NOW).get("https://no", NOW) is None


def test_round_trip_and_refusal() -> None:
    assert list(Permissions.from_json(SITES.to_json())) == [SITE]
    agreed = SITES.agree(ORIGIN, Terms(1, ("eip155:10",)), NOW)
    assert list(Permissions.from_json(agreed.to_json())) == list(agreed)
    older = {name: SITE.to_json()[name] for name in ("origin", "accounts", "chain", "since")}
    assert list(Permissions.from_json([older])) == [SITE]
    whole = SITE.to_json()
    for accounts in ([], {"eip155": []}, {"eip155": [1]}, {str(i): ["a"] for i in range(17)}):
        with pytest.raises(WireError):
            Permissions.from_json([whole | {"accounts": accounts}])
    for change in ({"until": "x"}, {"used": None}, {"chains": [1]}, {"chains": ["eip155:1"] * 65}, {"chains": 1}):
        with pytest.raises(WireError):
            Permissions.from_json([whole | change])
    assert chains_from_json([]) == ()
    for broken in (None, {}, [1], [{"origin": 1}], [whole | {"chain": 1}], [whole | {"since": "x"}]):
        with pytest.raises(WireError):
            Permissions.from_json(broken)
