"""Refresh and migration: a keygen for a key that exists, and one lie for each check it has more (spec §11)."""

import dataclasses
import itertools

import pytest

from adversary.faulty_party import FaultyParty, honest, results, stream
from mpc.committee import NAMES, base_ots_fit, key, keygen_setup, require_fault, require_sign, without_aborts
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, SetupRefused, WireError
from tandem.mpc.dkls.migrate import migrate
from tandem.mpc.dkls.refresh import refresh
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.setup import build_keygen, parse_keygen

CHAIN_CODE = b"c" * 32
OTHER_POINT = bytes(base(Scalar.public(7)))


def refresh_setup(shares, key_id=None, threshold=None, names=None):
    """With the shares' own key id and committee unless told."""
    share = shares[0]
    names = NAMES[: share.n] if names is None else names
    made = build_keygen(threshold or share.threshold, names, key_id=key_id or share.key_id, rng=stream("refresh"))
    return parse_keygen(made)


def refreshed(shares, setup=None):
    setup = setup or refresh_setup(shares)
    return results(
        [refresh(setup, name, share, rng=stream("f" + name)) for name, share in zip(setup.names, shares, strict=True)]
    )


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3)])
def test_the_key_stays_and_the_shares_do_not(threshold, size):
    before = key(threshold, size)
    after = refreshed(before)
    for old, new in zip(before, after, strict=True):
        assert (new.public_key, new.chain_code, new.key_id) == (old.public_key, old.chain_code, old.key_id)
        assert (new.n, new.threshold, new.party_id) == (old.n, old.threshold, old.party_id)
        assert new.xs != old.xs and new.share.reveal() != old.share.reveal()
        assert new.final_session_id != old.final_session_id
        assert Keyshare.from_bytes(new.to_bytes()).to_bytes() == new.to_bytes()
    assert all(base_ots_fit(mine, other) for mine, other in itertools.permutations(after, 2))
    for signers in itertools.combinations(after, threshold):
        require_sign(signers)


def test_old_and_new_shares_do_not_mix():
    before, after = key(2, 2), refreshed(key(2, 2))
    mixed = dataclasses.replace(after[0], share=before[0].share)
    with pytest.raises((AssertionError, AttributeError)):
        require_sign([mixed, after[1]])


def test_party_ids_are_the_order_of_the_setup():
    shares = key(2, 3)
    setup = refresh_setup(shares, names=("cleo", "ann", "bob"))
    after = refreshed([shares[2], shares[0], shares[1]], setup)
    assert [share.party_id for share in after] == [0, 1, 2]
    require_sign(after[1:])


def test_without_a_key_id_the_hash_is_it():
    shares = [dataclasses.replace(share, key_id=b"k" * 32) for share in key(2, 2)]
    after = refreshed(shares, parse_keygen(build_keygen(2, NAMES[:2])))
    assert {share.key_id for share in after} == {key(2, 2)[0].key_id}


def test_key_id():
    with pytest.raises(SetupRefused, match="key id"):
        refresh(refresh_setup(key(2, 2), key_id=b"x" * 32), "ann", key(2, 2)[0])


def test_number_of_parties():
    """Without one of them the key could not be made again."""
    with pytest.raises(SetupRefused, match="number of parties"):
        refresh(refresh_setup(key(2, 3), names=NAMES[:2]), "ann", key(2, 3)[0])


def test_threshold():
    with pytest.raises(SetupRefused, match="threshold"):
        refresh(refresh_setup(key(2, 3), threshold=3), "ann", key(2, 3)[0])


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused, match="not named"):
        refresh(refresh_setup(key(2, 2)), "mallory", key(2, 2)[0])


def refresh_against(share, lie=honest, size=2):
    """What the honest parties end with when the last has this share instead of its own."""
    shares = [*key(2, size)[:-1], share]
    setup = refresh_setup(shares)
    sessions = [refresh(setup, name, one, rng=stream(name)) for name, one in zip(setup.names, shares, strict=True)]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions, without_aborts)[:-1]


def test_sum_of_the_key():
    """T12: a party that brings another share would change the key."""
    other = dataclasses.replace(key(2, 2)[1], share=Scalar.public(5))
    require_fault(refresh_against(other)[0], FailedCheck, "sum of the key")


def test_sum_of_the_key_blames_nobody_among_three():
    other = dataclasses.replace(key(2, 3)[2], share=Scalar.public(5))
    for found in refresh_against(other, size=3):
        require_fault(found, FailedCheck, "sum of the key", party=None)


def test_another_chain_code():
    other = dataclasses.replace(key(2, 2)[1], chain_code=bytes(32))
    require_fault(refresh_against(other)[0], FailedCheck, "another chain code")


SECRETS = (Secret(b"\1" * 32), Secret(b"\2" * 32), Secret(b"\3" * 32))


def migration(size, public_key, secrets=SECRETS):
    setup = keygen_setup(2, size)
    parties = zip(setup.names, secrets, strict=False)
    return [migrate(setup, name, secret, public_key, CHAIN_CODE, rng=stream(name)) for name, secret in parties]


@pytest.mark.parametrize("size", [2, 3])
def test_migrated_shares_make_the_key(size):
    private_key = sum(int.from_bytes(secret.reveal(), "big") for secret in SECRETS[:size])
    public_key = bytes(base(Scalar.public(private_key)))
    shares = results(migration(size, public_key))
    assert {(share.public_key, share.chain_code) for share in shares} == {(public_key, CHAIN_CODE)}
    for share in shares:
        assert Keyshare.from_bytes(share.to_bytes()).to_bytes() == share.to_bytes()
    require_sign(shares[-2:])


def test_migrated_sum_of_the_key():
    require_fault(results(migration(2, OTHER_POINT), without_aborts)[0], FailedCheck, "sum of the key")


def test_migrated_chain_code():
    public_key = bytes(base(Scalar.public(int.from_bytes(b"\3" * 32, "big"))))
    ann, _ = migration(2, public_key)
    bob = migrate(keygen_setup(2, 2), "bob", SECRETS[1], public_key, bytes(32))
    require_fault(results([ann, bob], without_aborts)[0], FailedCheck, "another chain code")


@pytest.mark.parametrize(
    ("secret", "public_key", "chain_code"),
    [
        (bytes(32), OTHER_POINT, CHAIN_CODE),
        (b"\xff" * 32, OTHER_POINT, CHAIN_CODE),
        (bytes(31), OTHER_POINT, CHAIN_CODE),
        (b"\1" * 32, bytes(33), CHAIN_CODE),
        (b"\1" * 32, OTHER_POINT[1:], CHAIN_CODE),
        (b"\1" * 32, OTHER_POINT, bytes(31)),
    ],
)
def test_nothing_to_migrate(secret, public_key, chain_code):
    with pytest.raises(WireError):
        migrate(keygen_setup(2, 2), "ann", Secret(secret), public_key, chain_code)


def test_migration_of_somebody_else():
    with pytest.raises(SetupRefused, match="not named"):
        migrate(keygen_setup(2, 2), "mallory", SECRETS[0], OTHER_POINT, CHAIN_CODE)
