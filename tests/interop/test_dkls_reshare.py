"""Our quorum change, refresh, migration, import and export against the real engine, live, in every role.

After each the key and its chain code are what they were, and committees mixed of both kinds sign with the new shares.
"""

import itertools
import os
import random
import time
from hashlib import sha256

import pytest

from tandem.curve import secp256k1
from tandem.curve.bip32 import derive
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.mpc.keyshare import Keyshare

from .drivers import ENGINE, Driver, export_key, import_key, keygen, migrate, refresh, reshare, sign

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not unpacked (build.py setup)")

PATH = "m/44/60/0/0/0"
DIGEST = sha256(b"after the change").digest()
CHAIN_CODE = sha256(b"chain code").digest()
PRIVATE_KEY = sha256(b"a key that was in one place").digest()
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


def loaded(shares):
    return {name: Keyshare.from_bytes(bytes.fromhex(share)) for name, share in shares.items() if share is not None}


def identity(shares):
    """What every share says of the key, and no change of quorum changes."""
    (found,) = {(share.public_key, share.chain_code) for share in loaded(shares).values()}
    return found


def require_usable(seats, shares, threshold, size):
    """Shares of this quorum, consistent with each other, with which every minimal committee signs."""
    made = loaded(shares)
    assert {(share.n, share.threshold) for share in made.values()} == {(size, threshold)}
    assert sorted(share.party_id for share in made.values()) == list(range(size))
    assert (
        len({share.key_id for share in made.values()}) == len({share.final_session_id for share in made.values()}) == 1
    )
    for mine, other in itertools.permutations(made.values(), 2):
        require_base_ots(mine, other)
    for signers in itertools.combinations(made, threshold):
        require_signs(seats, shares, signers)


def require_base_ots(mine, other):
    """What we received of the other's seeds is what it sent, but for the punctured leaf (spec §8)."""
    pair = mine.pair(other.party_id)
    sent, received = other.pair(mine.party_id).sent.reveal(), pair.received.reveal()
    for tree, choice in enumerate(pair.choices.reveal()):
        for leaf in range(16):
            at = (tree * 16 + leaf) * 32
            assert received[at : at + 32] == (bytes(32) if leaf == choice else sent[at : at + 32])
    assert mine.zero_seed(other.party_id).reveal() == other.zero_seed(mine.party_id).reveal()


def require_signs(seats, shares, signers):
    public_key, chain_code = identity(shares)
    signature = sign({name: seats[name] for name in signers}, shares, DIGEST, PATH)
    key = derive(public_key, chain_code, PATH)
    assert secp256k1.recover(DIGEST, signature[:32], signature[32:64], signature[64]) == key


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
    """2 of 2 to 2 of 3."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["ann", "bob", "cleo"])
    assert identity(after) == identity(before)
    require_usable(seats, after, 2, 3)


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
    """2 of 3 to 3 of 4, the new device first in the new order, as the apps put it (spec §12)."""
    seats = seated(drivers, kinds)
    before = keygen({name: seats[name] for name in ("ann", "bob", "cleo")}, 2)
    after = reshare(seats, before, 3, ["dan", "bob", "ann", "cleo"])
    assert identity(after) == identity(before)
    assert [loaded(after)[name].party_id for name in ("dan", "bob", "ann", "cleo")] == [0, 1, 2, 3]
    require_usable(seats, after, 3, 4)


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
    assert identity(after) == identity(before)
    require_usable(seats, after, 2, 3)


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
    assert after["ann"] is after["bob"] is None
    assert identity(after) == identity(before)
    require_usable(seats, {name: share for name, share in after.items() if share}, 2, 2)


def test_change_after_change(drivers):
    """2 of 2, 2 of 3, 3 of 4, back to 2 of 2 without either of the first two, refreshed."""
    seats = seated(drivers, "ann=ours bob=real cleo=ours dan=real")
    shares = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    key = identity(shares)
    for names, threshold in (("bob ann cleo", 2), ("cleo dan ann bob", 3), ("dan cleo", 2)):
        everybody = list(dict.fromkeys([*names.split(), *shares]))
        after = reshare({name: seats[name] for name in everybody}, shares, threshold, names.split())
        shares = {name: share for name, share in after.items() if share is not None}
    shares = refresh({name: seats[name] for name in ("dan", "cleo")}, shares)
    assert identity(shares) == key
    require_usable(seats, shares, 2, 2)


@pytest.mark.parametrize("maker", ["ann", "bob"])
def test_setup_by_either(drivers, maker):
    seats = seated(drivers, "ann=ours bob=real cleo=ours")
    before = keygen({name: seats[name] for name in ("ann", "bob")}, 2)
    after = reshare(seats, before, 2, ["cleo", "bob"], setup_by=maker)
    assert identity(after) == identity(before) and after["ann"] is None


@pytest.mark.parametrize(
    "kinds", ["ann=ours bob=real", "ann=real bob=ours", "ann=real bob=ours cleo=real", "ann=ours bob=real cleo=ours"]
)
def test_refresh(drivers, kinds):
    seats = seated(drivers, kinds)
    before = keygen(seats, 2)
    after = refresh(seats, before, setup_by="bob")
    assert identity(after) == identity(before)
    old, new = loaded(before), loaded(after)
    assert all(old[name].xs != new[name].xs and old[name].key_id == new[name].key_id for name in old)
    require_usable(seats, after, 2, len(seats))


@pytest.mark.parametrize("kinds", ["ann=ours bob=real", "ann=real bob=ours cleo=real"])
def test_migrate(drivers, kinds):
    seats = seated(drivers, kinds)
    names = list(seats)
    secrets = {name: sha256(name.encode()).digest() for name in names}
    public_key = bytes(base(Scalar.public(sum(int.from_bytes(secret, "big") for secret in secrets.values()))))
    shares = migrate(seats, 2, secrets, public_key, CHAIN_CODE)
    assert identity(shares) == (public_key, CHAIN_CODE)
    require_usable(seats, shares, 2, len(seats))


@pytest.mark.parametrize(
    "kinds", ["ann=ours bob=real", "ann=real bob=ours", "ann=ours bob=real cleo=ours", "ann=real bob=ours cleo=real"]
)
@pytest.mark.parametrize("chain_code", [CHAIN_CODE, None])
def test_import_then_export(drivers, kinds, chain_code):
    """Every party is importer in one of the cases; every pair of the kinds exports to each other."""
    seats = seated(drivers, kinds)
    shares = import_key(seats, 2, PRIVATE_KEY, chain_code)
    public_key = bytes(base(Scalar.parse(PRIVATE_KEY)))
    assert identity(shares)[0] == public_key
    if chain_code is not None:
        assert identity(shares)[1] == chain_code
    require_usable(seats, shares, 2, len(seats))
    for names in itertools.permutations(seats, 2):
        assert export_key({name: seats[name] for name in names}, shares) == PRIVATE_KEY


@pytest.mark.parametrize("kinds", ["ann=ours bob=real cleo=real", "ann=real bob=ours cleo=ours"])
def test_export_of_all_shares(drivers, kinds):
    seats = seated(drivers, kinds)
    shares = keygen(seats, 2)
    key = int.from_bytes(export_key(seats, shares), "big")
    assert 0 < key < N and bytes(base(Scalar.public(key))) == identity(shares)[0]


def test_randomised_soak(drivers):
    """Random changes of random quorums, orders of delivery and duplicates for TANDEM_SOAK seconds.

    In a quorum change the real engine, unlike in keygen, loses what comes too early, among its own kind as well; what
    heals it is that the apps feed every message again.
    """
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
        shares = keygen({name: seats[name] for name in before}, threshold, rng=rng)
        olds = rng.sample(before, rng.randint(threshold, len(before)))
        news = rng.sample(names, rng.randint(2, 4))
        everybody = list(dict.fromkeys([*olds, *news]))
        rng.shuffle(everybody)
        new_threshold = rng.randint(2, len(news))
        present = {name: seats[name] for name in everybody}
        after = reshare(present, shares, new_threshold, news, olds=olds, rng=rng, repeats=4)
        after = {name: share for name, share in after.items() if share is not None}
        assert identity(after) == identity(shares) and sorted(after) == sorted(news)
        require_signs(seats, after, rng.sample(news, new_threshold))
        changes += 1
    print(f"{changes} changes")
