"""Refresh and migration among ourselves, and what is refused (spec/schnorr-wire.md §9)."""

from dataclasses import replace as changed
from hashlib import sha256

import pytest

from adversary.faulty_party import results, stream
from mpc.committee import NAMES, keygen_setup, require_fault
from tandem.curve import ed25519
from tandem.curve.edwards import IDENTITY, L, Scalar, base
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, SetupRefused, WireError
from tandem.mpc.schnorr.migrate import migrate
from tandem.mpc.schnorr.refresh import refresh
from tandem.mpc.setup import build_keygen, parse_keygen

from .committee import MESSAGE, key, resharing, signature, without_last_word

CODE = b"c" * 32


def refreshed(shares):
    setup = keygen_setup(shares[0].threshold, shares[0].n)
    return without_last_word(
        [refresh(setup, name, share, rng=stream("f" + name)) for name, share in zip(setup.names, shares, strict=True)]
    )


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3), (3, 4)])
def test_same_key_and_other_shares(threshold, size):
    olds = key(threshold, size)
    news = refreshed(olds)
    for old, new in zip(olds, news, strict=True):
        assert (new.n, new.threshold, new.party_id) == (old.n, old.threshold, old.party_id)
        assert (new.public_key, new.chain_code) == (old.public_key, old.chain_code)
        assert new.key_id == sha256(old.public_key).digest()
        assert new.share.reveal() != old.share.reveal()
    for signers in (news[:threshold], news[-threshold:], news):
        assert ed25519.verify(olds[0].public_key, MESSAGE, signature(signers))


def test_old_and_new_shares_do_not_mix():
    olds = key(2, 2)
    news = refreshed(olds)
    with pytest.raises(FailedCheck, match="signature"):
        signature([olds[0], news[1]])


def test_key_id():
    """The setup's, unlike that of a new key; measured at the engine."""
    olds = key(2, 2)
    setup = parse_keygen(build_keygen(2, NAMES[:2], key_id=CODE, rng=stream("id")))
    news = results([refresh(setup, name, share) for name, share in zip(setup.names, olds, strict=True)])
    assert {share.key_id for share in news} == {CODE}
    assert ed25519.verify(olds[0].public_key, MESSAGE, signature(news))


def test_other_order():
    """The party ids are those of the setup."""
    olds = dict(zip(NAMES, key(2, 3), strict=False))
    setup = parse_keygen(build_keygen(2, ("cleo", "ann", "bob"), rng=stream("order")))
    news = results([refresh(setup, name, olds[name]) for name in setup.names])
    assert [share.party_id for share in news] == [0, 1, 2]
    for signers in (news[:2], news[1:]):
        assert ed25519.verify(news[0].public_key, MESSAGE, signature(signers))


def test_a_party_twice():
    """One share in two hands is no quorum."""
    ann, bob, _cleo = key(2, 3)
    made = refreshed([ann, bob, bob])
    require_fault(made[0], FailedCheck, "sum of the key", party=None)


@pytest.mark.parametrize(("threshold", "size"), [(2, 3), (3, 3)])
def test_number_of_parties(threshold, size):
    with pytest.raises(SetupRefused, match="number of parties"):
        refresh(keygen_setup(threshold, size), "ann", key(2, 2)[0])


def test_other_threshold():
    with pytest.raises(SetupRefused, match="threshold"):
        refresh(keygen_setup(3, 3), "ann", key(2, 3)[0])


def test_setup_that_does_not_name_us():
    with pytest.raises(SetupRefused):
        refresh(keygen_setup(2, 2), "mallory", key(2, 2)[0])


def test_sum_of_the_key():
    """One brings another share, or one of another key."""
    ann, bob = key(2, 2)
    made = refreshed([ann, changed(bob, share=Scalar.public(5))])
    require_fault(made[0], FailedCheck, "sum of the key")


def test_sum_of_the_key_among_three():
    ann, bob, cleo = key(2, 3)
    made = refreshed([ann, bob, changed(cleo, share=Scalar.public(5))])
    require_fault(made[0], FailedCheck, "sum of the key", party=None)


def test_chain_code():
    ann, bob = key(2, 2)
    made = refreshed([ann, changed(bob, chain_code=CODE)])
    require_fault(made[0], FailedCheck, "chain code", party=None)


def test_no_refresh_after_somebody_joined():
    """Whoever joined has no chain code, in the engine as here; a quorum change among the same does instead."""
    shares = results(resharing(dict(zip(NAMES, key(2, 2), strict=False)), 2, NAMES[:3]))
    require_fault(refreshed(shares)[0], FailedCheck, "chain code", party=None)
    again = results(resharing(dict(zip(NAMES, shares, strict=False)), 2, NAMES[:3]))
    assert again[0].share.reveal() != shares[0].share.reveal()
    assert ed25519.verify(shares[0].public_key, MESSAGE, signature(again))


# migration


def migrated(secrets, public_key, chain_codes=(CODE,) * 4, threshold=2):
    names = NAMES[: len(secrets)]
    setup = parse_keygen(build_keygen(threshold, names, rng=stream("m")))
    sessions = []
    for name, secret, code in zip(names, secrets, chain_codes, strict=False):
        own = Secret(secret.to_bytes(32, "little"))
        sessions.append(migrate(setup, name, own, public_key, code, rng=stream("m" + name)))
    return without_last_word(sessions)


@pytest.mark.parametrize("secrets", [(5, 11), (5, L - 4), (1, 2, 3), (7, 7, L - 1)])
def test_migrated_key_signs(secrets):
    public_key = bytes(base(Scalar.public(sum(secrets))))
    shares = migrated(secrets, public_key)
    assert {(share.public_key, share.chain_code) for share in shares} == {(public_key, CODE)}
    assert ed25519.verify(public_key, MESSAGE, signature(shares[-2:]))


def test_migration_to_another_key():
    made = migrated((5, 11), bytes(base(Scalar.public(17))))
    require_fault(made[0], FailedCheck, "sum of the key")


def test_migration_with_another_chain_code():
    made = migrated((5, 11), bytes(base(Scalar.public(16))), (CODE, b"d" * 32))
    require_fault(made[0], FailedCheck, "chain code", party=None)


@pytest.mark.parametrize(
    ("secret", "public_key", "chain_code", "match"),
    [
        (bytes(32), bytes(base(Scalar.public(5))), CODE, "share of zero"),
        (L.to_bytes(32, "little"), bytes(base(Scalar.public(5))), CODE, "not below"),
        (b"\1" * 31, bytes(base(Scalar.public(5))), CODE, "31 bytes"),
        (b"\1" * 32, bytes(IDENTITY), CODE, "point"),
        (b"\1" * 32, b"\2" * 33, CODE, "point"),
        (b"\1" * 32, bytes(base(Scalar.public(5))), CODE[1:], "chain code"),
    ],
)
def test_migration_of_what_can_be_none(secret, public_key, chain_code, match):
    if len(secret) == 32 and secret == b"\1" * 32:
        secret = (5).to_bytes(32, "little")
    with pytest.raises(WireError, match=match):
        migrate(keygen_setup(2, 2), "ann", Secret(secret), public_key, chain_code)
