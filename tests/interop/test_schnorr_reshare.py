"""Our EdDSA quorum change, refresh, migration, import and export against the real engine, live, in every role.

After each the key is what it was, and committees mixed of both kinds sign with the new shares.
"""

import itertools
import os
import random
import time
from hashlib import sha256

import pytest

from tandem.curve import ed25519
from tandem.curve.edwards import L, Scalar, base
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import build_reshare

from . import drivers as stage
from .drivers import ENGINE, Driver, Player, Refused, export_key, play, shares_of

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not unpacked (build.py setup)")

MESSAGE = b"after the change"
CHAIN_CODE = sha256(b"chain code").digest()
SEED = sha256(b"a key that was in one place").digest()
NO_CHAIN_CODE = bytes(32)
SOAK = float(os.environ.get("TANDEM_SOAK", "3"))


@pytest.fixture(scope="module")
def drivers():
    found = {"ours": Driver("ours"), "real": Driver("real")}
    yield found
    for driver in found.values():
        driver.close()


def seated(drivers, kinds):
    """ "ann=ours bob=real" -> name -> driver"""
    return {name: drivers[kind] for name, kind in (seat.split("=") for seat in kinds.split())}


def keygen(seats, threshold, **more):
    return stage.keygen(seats, threshold, curve="eddsa", **more)


def reshare(seats, shares, threshold, news, **more):
    """Everybody's shares, of those who got one."""
    after = stage.reshare(seats, shares, threshold, news, curve="eddsa", **more)
    assert [name for name in seats if after[name] is None] == [name for name in seats if name not in news]
    return {name: share for name, share in after.items() if share is not None}


def refresh(seats, shares, **more):
    return stage.refresh(seats, shares, curve="eddsa", **more)


def loaded(shares):
    return {name: EddsaKeyshare.from_bytes(bytes.fromhex(share)) for name, share in shares.items()}


def public_key(shares):
    (found,) = {share.public_key for share in loaded(shares).values()}
    return found


def require_usable(seats, shares, threshold, news):
    """Shares of this quorum, with which every minimal committee and everybody together sign."""
    made = loaded(shares)
    assert [(made[name].party_id, made[name].n, made[name].threshold) for name in news] == [
        (party_id, len(news), threshold) for party_id in range(len(news))
    ]
    assert len({share.key_id for share in made.values()}) == 1
    for signers in {*itertools.combinations(made, threshold), tuple(made)}:
        require_signs(seats, shares, signers)


def require_signs(seats, shares, signers, **more):
    signature = stage.sign({name: seats[name] for name in signers}, shares, MESSAGE, "m", curve="eddsa", **more)
    assert ed25519.verify(public_key(shares), MESSAGE, signature)


@pytest.mark.parametrize(
    "kinds",
    [
        "ann=ours bob=real cleo=real",  # we are an old member
        "ann=real bob=ours cleo=real",
        "ann=real bob=real cleo=ours",  # the new one
        "ann=ours bob=real cleo=ours",
        "ann=ours bob=ours cleo=real",
        "ann=real bob=ours cleo=ours",
    ],
)
def test_adding_a_device(drivers, kinds):
    """2 of 2 to 2 of 3. Who joins gets no chain code, from either kind, and key ids become the key itself."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["ann", "bob", "cleo"])
    assert public_key(after) == public_key(before)
    require_usable(seats, after, 2, ["ann", "bob", "cleo"])
    old, new = loaded(before), loaded(after)
    assert {share.key_id for share in new.values()} == {public_key(before)}
    assert [new[name].chain_code for name in ("ann", "bob", "cleo")] == [
        old["ann"].chain_code,
        old["bob"].chain_code,
        NO_CHAIN_CODE,
    ]


@pytest.mark.parametrize(
    "kinds",
    [
        "ann=ours bob=real cleo=real dan=real",
        "ann=real bob=real cleo=real dan=ours",
        "ann=ours bob=real cleo=real dan=ours",
        "ann=real bob=ours cleo=ours dan=real",
    ],
)
def test_three_of_four(drivers, kinds):
    """2 of 3 to 3 of 4, the new device first in the new order, as the apps put it."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob", "cleo")}, 2)
    after = reshare(seats, before, 3, ["dan", "bob", "ann", "cleo"])
    assert public_key(after) == public_key(before)
    require_usable(seats, after, 3, ["dan", "bob", "ann", "cleo"])


@pytest.mark.parametrize(
    "kinds",
    [
        "ann=ours bob=real cleo=real dan=real",
        "ann=real bob=real cleo=ours dan=ours",
        "ann=real bob=ours cleo=real dan=ours",
    ],
)
def test_replacing_a_lost_device(drivers, kinds):
    """Of 2 of 3 only ann and cleo are left; dan takes bob's place."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob", "cleo")}, 2)
    present = {name: seats[name] for name in ("dan", "ann", "cleo")}
    after = reshare(present, before, 2, ["dan", "ann", "cleo"], olds=["ann", "cleo"])
    assert public_key(after) == public_key(before)
    require_usable(seats, after, 2, ["dan", "ann", "cleo"])


@pytest.mark.parametrize(
    "kinds",
    [
        "ann=ours bob=real cleo=real dan=real",
        "ann=real bob=ours cleo=ours dan=real",
        "ann=real bob=real cleo=ours dan=ours",
    ],
)
def test_handing_over_to_others(drivers, kinds):
    """Nobody is both old and new."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["dan", "cleo"])
    assert public_key(after) == public_key(before)
    require_usable(seats, after, 2, ["dan", "cleo"])


def test_change_after_change(drivers):
    """2 of 2, 2 of 3, 3 of 4, back to 2 of 2 without either of the first two, refreshed: neither has a chain code."""
    seats = seated(drivers, "ann=ours bob=real cleo=ours dan=real")
    shares = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    key = public_key(shares)
    for names, threshold in (("bob ann cleo", 2), ("cleo dan ann bob", 3), ("dan cleo", 2)):
        everybody = list(dict.fromkeys([*names.split(), *shares]))
        shares = reshare({name: seats[name] for name in everybody}, shares, threshold, names.split())
    shares = refresh({name: seats[name] for name in ("dan", "cleo")}, shares)
    assert public_key(shares) == key
    require_usable(seats, shares, 2, ["dan", "cleo"])


@pytest.mark.parametrize("maker", ["ann", "bob"])
def test_setup_by_either(drivers, maker):
    seats = seated(drivers, "ann=ours bob=real cleo=ours")
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["cleo", "bob"], setup_by=maker)
    assert public_key(after) == public_key(before)


@pytest.mark.parametrize(
    "kinds", ["ann=ours bob=real", "ann=real bob=ours", "ann=real bob=ours cleo=real", "ann=ours bob=real cleo=ours"]
)
@pytest.mark.parametrize("key_id", [None, "5a" * 32])
def test_refresh(drivers, kinds, key_id):
    """In another order than that of keygen; the setup's key id becomes that of the share."""
    seats = seated(drivers, kinds)
    before = keygen(seats, 2)
    turned = dict(reversed(seats.items()))
    after = refresh(turned, before, setup_by="bob", key_id=key_id)
    old, new = loaded(before), loaded(after)
    for name, share in new.items():
        assert (share.public_key, share.chain_code) == (old[name].public_key, old[name].chain_code)
        assert share.key_id == (old[name].key_id if key_id is None else bytes.fromhex(key_id))
        assert share.share.reveal() != old[name].share.reveal()
    require_usable(seats, after, 2, list(turned))


@pytest.mark.parametrize("kinds", ["ann=ours bob=real cleo=real", "ann=real bob=real cleo=ours"])
def test_no_refresh_after_somebody_joined(drivers, kinds):
    """Not by the real engine, as its joiners have no chain code, and so not by us. A change to the same quorum does."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["ann", "bob", "cleo"])
    with pytest.raises(Refused):
        refresh(seats, after)
    again = reshare(seats, after, 2, ["ann", "bob", "cleo"])
    require_usable(seats, again, 2, ["ann", "bob", "cleo"])


@pytest.mark.parametrize("kinds", ["ann=ours bob=real", "ann=real bob=ours cleo=real"])
def test_migrate(drivers, kinds):
    seats = seated(drivers, kinds)
    secrets = {name: Scalar.wide(sha256(name.encode()).digest()).reveal() for name in seats}
    key = bytes(base(Scalar.public(sum(int.from_bytes(secret, "little") for secret in secrets.values()))))
    shares = stage.migrate(seats, 2, secrets, key, CHAIN_CODE, curve="eddsa")
    assert {(share.public_key, share.chain_code) for share in loaded(shares).values()} == {(key, CHAIN_CODE)}
    require_usable(seats, shares, 2, list(seats))


@pytest.mark.parametrize(
    "kinds", ["ann=ours bob=real", "ann=real bob=ours", "ann=ours bob=real cleo=ours", "ann=real bob=ours cleo=real"]
)
@pytest.mark.parametrize("chain_code", [CHAIN_CODE, None])
def test_import_then_export(drivers, kinds, chain_code):
    """Every party is importer in one of the cases; every pair of the kinds exports to each other."""
    seats = seated(drivers, kinds)
    private_key = Scalar.of_seed(SEED).reveal()
    shares = stage.import_key(seats, 2, private_key, chain_code, curve="eddsa", repeats=4)
    assert public_key(shares) == ed25519.public_key(SEED)
    (code,) = {share.chain_code for share in loaded(shares).values()}
    assert code == chain_code or chain_code is None
    require_usable(seats, shares, 2, list(seats))
    for names in itertools.permutations(seats, 2):
        assert export_key({name: seats[name] for name in names}, shares, curve="eddsa") == private_key


@pytest.mark.parametrize("kinds", ["ann=ours bob=real cleo=real", "ann=real bob=ours cleo=ours"])
def test_export_of_all_shares(drivers, kinds):
    seats = seated(drivers, kinds)
    shares = keygen(seats, 2)
    key = int.from_bytes(export_key(seats, shares, curve="eddsa"), "little")
    assert 0 < key < L and bytes(base(Scalar.public(key))) == public_key(shares)


def test_what_the_engine_loses_is_healed_by_repeating(drivers):
    """In a quorum change it loses what comes before everybody's exchange key, in an import what comes before its
    summand; the same orders of delivery, without and with repetition of what was sent (spec/schnorr-wire.md §4.2)."""
    seats = seated(drivers, "ann=ours bob=ours cleo=real")
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    news = ["ann", "bob", "cleo"]
    seed = next(seed for seed in range(40) if stalls(lambda rng: reshare(seats, before, 2, news, rng=rng), seed))
    after = reshare(seats, before, 2, news, rng=random.Random(seed), repeats=4)
    require_usable(seats, after, 2, news)

    def imported(rng, repeats=0):
        return stage.import_key(seats, 2, Scalar.of_seed(SEED).reveal(), curve="eddsa", rng=rng, repeats=repeats)

    seed = next(seed for seed in range(40) if stalls(imported, seed))
    assert public_key(imported(random.Random(seed), 4)) == ed25519.public_key(SEED)


def stalls(ceremony, seed):
    try:
        ceremony(random.Random(seed))
    except AssertionError as stalled:
        assert "stalled" in str(stalled)
        return True
    return False


@pytest.mark.parametrize("kind", ["ours", "real"])
def test_setup_that_names_another_key(drivers, kind):
    """A new device of either kind sees that the dealings do not add up to what the setup said. Old ones of ours refuse
    such a setup at once; real ones do not look, and even take the wrong key for the new shares' id."""
    seats = seated(drivers, f"ann=real bob=real cleo={kind}")
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    key_id, other = loaded(before)["ann"].key_id, bytes(base(Scalar.public(7)))
    setup = build_reshare(key_id, other, 2, list(seats), (0, 1), (0, 1, 2), curve="eddsa").hex()
    share = drivers["ours"]("load", bytes=before["ann"], curve="eddsa")
    with pytest.raises(Refused, match="SetupRefused: public key"):
        drivers["ours"]("qc", setup=setup, id="ann", share=share, curve="eddsa")
    held = stage.load(seats, before, "eddsa")
    *olds, new = players = [
        Player(seat, name, seat("qc", setup=setup, id=name, share=held.get(name), curve="eddsa"))
        for name, seat in seats.items()
    ]
    play(players)
    with pytest.raises(Refused, match={"ours": "sum of the key", "real": "QuorumChange Error"}[kind]):
        new.driver("finish_share", h=new.handle)
    made = loaded(shares_of(olds)).values()
    assert {(share.public_key, share.key_id) for share in made} == {(public_key(before), other)}


def test_any_order_does_among_ourselves(drivers):
    """Without repeating."""
    rng = random.Random(5)
    seats = seated(drivers, "ann=ours bob=ours cleo=ours dan=ours")
    for _ in range(5):
        shares = stage.import_key(
            {name: seats[name] for name in ("ann", "bob", "cleo")},
            2,
            Scalar.of_seed(SEED).reveal(),
            rng=rng,
            curve="eddsa",
        )
        after = reshare(seats, shares, 3, ["dan", "ann", "cleo"], olds=["bob", "cleo"], rng=rng)
        require_signs(seats, after, ["ann", "cleo", "dan"], rng=rng)
        assert public_key(after) == ed25519.public_key(SEED)


def test_randomised_soak(drivers):
    """Random changes of random quorums, orders of delivery and duplicates for TANDEM_SOAK seconds; the seed reproduces
    it. What the real engine loses is repeated."""
    seed = int(os.environ.get("TANDEM_SEED", str(int(time.time()))))
    print(f"soak seed {seed}")
    rng = random.Random(seed)
    deadline = time.monotonic() + SOAK
    changes = 0
    while time.monotonic() < deadline:
        names = [f"p{place}" for place in range(5)]
        seats = {name: drivers[rng.choice(("ours", "real"))] for name in names}
        before = rng.sample(names, rng.randint(2, 4))
        threshold = rng.randint(2, len(before))
        shares = keygen({name: seats[name] for name in before}, threshold, rng=rng, repeats=4)
        shares = refresh({name: seats[name] for name in before}, shares, rng=rng, repeats=4)
        olds = rng.sample(before, rng.randint(threshold, len(before)))
        news = rng.sample(names, rng.randint(2, 4))
        everybody = list(dict.fromkeys([*olds, *news]))
        rng.shuffle(everybody)
        new_threshold = rng.randint(2, len(news))
        present = {name: seats[name] for name in everybody}
        after = reshare(present, shares, new_threshold, news, olds=olds, rng=rng, repeats=4)
        assert public_key(after) == public_key(shares) and sorted(after) == sorted(news)
        require_signs(seats, after, rng.sample(news, new_threshold), rng=rng, repeats=4)
        changes += 1
    print(f"{changes} changes")
