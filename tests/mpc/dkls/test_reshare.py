"""Quorum changes among ourselves, and one lie for every check (spec/dkls23-wire.md §12, §14)."""

import dataclasses
import itertools

import pytest

from adversary.faulty_party import FaultyParty, flip, honest, replace, results, stream
from mpc.committee import (
    NAMES,
    base_ots_fit,
    key,
    require_fault,
    require_sign,
    reshare_against,
    reshare_sessions,
    reshare_setup,
    without_aborts,
)
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused
from tandem.mpc.dkls import base_ots, commitments, endemic
from tandem.mpc.dkls.reshare import OT1, OT2, P2P_1, P2P_2, R0, R1, R2, reshare
from tandem.mpc.keyshare import Keyshare

OTHER_POINT = bytes(base(Scalar.public(7)))
ANN, CLEO = 0, 2  # the honest ones beside bob: old and new, and new only


@pytest.mark.parametrize(
    ("before", "olds", "after", "news"),
    [
        ((2, 2), (0, 1), 2, (0, 1, 2)),  # a device more
        ((2, 3), (0, 1, 2), 3, (3, 1, 0, 2)),  # one more, a higher threshold, another order
        ((2, 3), (0, 2), 2, (1, 0, 2)),  # another in the place of a lost one
        ((2, 2), (0, 1), 2, (2, 3)),  # to others altogether
        ((3, 3), (0, 1, 2), 2, (1, 2)),  # fewer
        ((2, 2), (1, 0), 2, (1, 0)),
    ],
)
def test_the_key_stays_and_new_shares_make_it(before, olds, after, news):
    held = dict(zip(olds, key(*before), strict=False))
    setup = reshare_setup([*held.values()], after, len({*olds, *news}), olds, news)
    found = results(reshare_sessions(setup, held.values()))
    assert [place for place, share in enumerate(found) if share is None] == [old for old in olds if old not in news]
    made = [found[place] for place in news]
    for party_id, share in enumerate(made):
        assert (share.party_id, share.n, share.threshold, share.xs) == (
            party_id,
            len(news),
            after,
            tuple(range(1, len(news) + 1)),
        )
        assert (share.public_key, share.chain_code) == (held[olds[0]].public_key, held[olds[0]].chain_code)
        assert share.key_id == share.public_key[:32]
        assert Keyshare.from_bytes(share.to_bytes()).to_bytes() == share.to_bytes()
    assert all(base_ots_fit(mine, other) for mine, other in itertools.permutations(made, 2))
    for signers in itertools.combinations(made, after):
        require_sign(signers)


def test_again():
    """New shares are old ones the next time."""
    first = results(reshare_sessions(reshare_setup(key(2, 2)), key(2, 2)))
    setup = reshare_setup(first[:2], 3, 4, (1, 2), (3, 2, 0, 1))
    second = results(reshare_sessions(setup, [first[1], first[2]], "again"))
    require_sign([second[0], second[1], second[3]])


def test_old_and_new_shares_do_not_mix():
    """A share of before weighs nothing after: signing with it fails."""
    found = results(reshare_sessions(reshare_setup(key(2, 2)), key(2, 2)))
    mixed = dataclasses.replace(found[0], share=key(2, 2)[0].share)
    with pytest.raises((AssertionError, AttributeError)):
        require_sign([mixed, found[1]])


@pytest.mark.parametrize(("place", "shares"), [(0, None), (2, 0)])
def test_who_brings_a_share(place, shares):
    setup = reshare_setup(key(2, 2))
    with pytest.raises(SetupRefused, match="old parties bring a share"):
        reshare(setup, NAMES[place], None if shares is None else key(2, 2)[shares])


def test_key_id_of_the_setup():
    share = key(2, 2)[0]
    with pytest.raises(SetupRefused, match="key id"):
        reshare(reshare_setup([share]), "ann", dataclasses.replace(share, key_id=bytes(32)))


def test_public_key_of_the_setup():
    share = key(2, 2)[0]
    other = dataclasses.replace(share, public_key=OTHER_POINT)
    with pytest.raises(SetupRefused, match="public key"):
        reshare(reshare_setup([other]), "ann", share)


def test_too_few_old_parties():
    with pytest.raises(SetupRefused, match="number of old parties"):
        reshare(reshare_setup(key(3, 3)), "ann", key(3, 3)[0])


def test_more_old_parties_than_there_are_shares():
    with pytest.raises(SetupRefused, match="number of old parties"):
        reshare(reshare_setup(key(2, 2), olds=(0, 1, 2)), "ann", key(2, 2)[0])


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused):
        reshare(reshare_setup(key(2, 2)), "mallory")


def test_old_party_id():
    require_fault(reshare_against(replace(R0, 0, b"\2"))[ANN], MalformedMessage, "old party id")


def test_our_own_old_party_id():
    require_fault(reshare_against(replace(R0, 0, b"\0"))[ANN], FailedCheck, "old party ids not distinct")


def test_old_party_ids_not_distinct():
    """Seen by a new party, who cannot tell whose it is."""
    require_fault(reshare_against(replace(R0, 0, b"\0"))[CLEO], FailedCheck, "old party ids not distinct", party=None)


@pytest.mark.parametrize("liar", [1, 2])
def test_low_order_exchange_key(liar):
    require_fault(reshare_against(replace(R1, 32, bytes(32)), liar)[ANN], MalformedMessage, "exchange key", liar)


@pytest.mark.parametrize("honest_party", [ANN, CLEO])
@pytest.mark.parametrize("at", [40, 70])
def test_polynomial_commitment(honest_party, at):
    found = reshare_against(replace(R2, 33, OTHER_POINT) if at == 40 else flip(R2, at))
    require_fault(found[honest_party], FailedCheck, "polynomial commitment")


def test_polynomial_commitment_binds_the_party():
    """A rushing party opens our own commitment as its own, under our own session id."""
    seen = {}

    def overhear(_party, tag, _to, payload):
        seen.setdefault(tag, payload)
        return payload

    def lie(_party, tag, _to, payload):
        if tag == R1:
            return seen[R1][:32] + payload[32:64] + seen[R1][64:]
        return seen[R2] if tag == R2 else payload

    shares = key(2, 2)
    sessions = reshare_sessions(reshare_setup(shares), shares)
    sessions[1], sessions[0] = FaultyParty(sessions[1], overhear), FaultyParty(sessions[0], lie)
    require_fault(results(sessions, without_aborts)[CLEO], FailedCheck, "polynomial commitment", party=0)


def consistent_polynomial(change):
    """A lie that commits to and opens another polynomial."""

    def lie(party, tag, _to, payload):
        if tag not in (R1, R2):
            return payload
        dealing = party.locals["dealing"]
        encoded = change(dealing.polynomial)
        if tag == R1:
            made = commitments.reshare_polynomial_commitment(payload[:32], party.channel.me, encoded, dealing.opening)
            return payload[:64] + made
        return encoded + dealing.opening

    return lie


@pytest.mark.parametrize("honest_party", [ANN, CLEO])
@pytest.mark.parametrize("point", [bytes(33), b"\x05" + OTHER_POINT[1:], b"\x02" + b"\xff" * 32])
def test_polynomial(honest_party, point):
    """The identity, a compact point (spec §15.7), and none at all."""
    found = reshare_against(consistent_polynomial(lambda encoded: encoded[:33] + point))
    require_fault(found[honest_party], MalformedMessage, "polynomial")


def other_share():
    """Bob's, but for the scalar."""
    return dataclasses.replace(key(2, 2)[1], share=Scalar.public(5))


def test_constant_term():
    """Bob deals, consistently, something else than his share: an old party can tell that it was he."""
    require_fault(reshare_against(honest, liar_share=other_share())[ANN], FailedCheck, "constant term")


def test_sum_of_the_key():
    """A new party sees only that it is another key."""
    require_fault(reshare_against(honest, liar_share=other_share())[CLEO], FailedCheck, "sum of the key", party=None)


def test_sum_of_the_key_as_the_setup_says_it():
    """Old parties that mean another key than the setup: nothing for a new one."""
    setup = reshare_setup(key(2, 2))
    ann, bob, _ = reshare_sessions(setup, key(2, 2))
    cleo = reshare(dataclasses.replace(setup, public_key=OTHER_POINT), "cleo", rng=stream("cleo"))
    require_fault(results([ann, bob, cleo])[CLEO], FailedCheck, "sum of the key", party=None)


@pytest.mark.parametrize("tag_and_place", [(P2P_1, 0), (P2P_2, 31), (P2P_2, 40)])
@pytest.mark.parametrize("honest_party", [ANN, CLEO])
def test_share_commitment(honest_party, tag_and_place):
    require_fault(reshare_against(flip(*tag_and_place))[honest_party], FailedCheck, "share commitment")


def test_share_commitment_binds_the_receiver():
    """Bob deals cleo what he committed to for ann."""
    to_ann = {}

    def lie(_party, tag, to, payload):
        if tag in (P2P_1, P2P_2):
            to_ann.setdefault(tag, payload)
            return to_ann[tag]
        return payload

    require_fault(reshare_against(lie)[CLEO], FailedCheck, "share commitment")


def dealt(change):
    """A lie that commits to and opens another share."""

    def lie(party, tag, to, payload):
        if tag not in (P2P_1, P2P_2):
            return payload
        fsid, me, opening = party.locals["fsid"], party.channel.me, b"o" * 32
        share = change(party.locals["p2p_2"][to][:32])
        if tag == P2P_1:
            return commitments.reshare_share_commitment(fsid, me, to, share, opening)
        return share + opening + payload[64:]

    return lie


@pytest.mark.parametrize("honest_party", [ANN, CLEO])
def test_dealt_share_not_below_the_order(honest_party):
    found = reshare_against(dealt(lambda _: N.to_bytes(32, "big")))
    require_fault(found[honest_party], MalformedMessage, "dealt share")


@pytest.mark.parametrize("honest_party", [ANN, CLEO])
def test_feldman(honest_party):
    """The share of the receiver's, by another polynomial than the committed one."""
    found = reshare_against(dealt(lambda share: share[:31] + bytes([share[31] ^ 1])))
    require_fault(found[honest_party], FailedCheck, "Feldman")


def test_chain_code():
    """An old party knows it."""
    require_fault(reshare_against(flip(P2P_2, 64))[ANN], FailedCheck, "chain code")


def test_chain_codes_of_two_old_parties():
    """A new party sees that they differ, and not who lies."""
    require_fault(reshare_against(flip(P2P_2, 64))[CLEO], FailedCheck, "chain code", party=None)


@pytest.mark.parametrize("liar", [1, 2])
def test_base_ot_message_of_nonsense(liar):
    found = reshare_against(replace(OT1, 33, b"\x02" + b"\xff" * 32), liar)[ANN]
    require_fault(found, MalformedMessage, "base OT", liar)


@pytest.mark.parametrize("liar", [1, 2])
def test_base_ot_answer_of_nonsense(liar):
    require_fault(reshare_against(replace(OT2, 0, bytes(33)), liar)[ANN], MalformedMessage, "base OT answer", liar)


@pytest.mark.parametrize("at", [0, endemic.MESSAGE + 192, endemic.MESSAGE + 256])
def test_all_but_one_ot(at):
    lie = replace(OT2, 0, (OTHER_POINT + OTHER_POINT) * 256) if at == 0 else flip(OT2, at)
    require_fault(reshare_against(lie)[ANN], FailedCheck, "all-but-one OT")


@pytest.mark.parametrize("tag", [R0, R1, R2, P2P_1, P2P_2, OT1, OT2])
@pytest.mark.parametrize("change", [-1, 1])
def test_length(tag, change):
    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload[:change] if change < 0 else payload + bytes(change)

    found = reshare_against(lie)[ANN]
    assert found is None or (type(found) is MalformedMessage and found.party == 1)  # dropped, or refused


def test_sizes():
    """Of the spec's table."""
    assert (base_ots.CHOICE, base_ots.ANSWER + 32) == (16896, 37472 - 64)


def test_an_old_party_waits_for_no_dealings():
    """Who is only old is done with the polynomials; what is sent to new ones alone never comes to it."""
    setup = reshare_setup(key(2, 2), news=(2, 0))
    ann, bob, cleo = reshare_sessions(setup, key(2, 2))
    assert [session.rounds for session in (ann, bob, cleo)] == [7, 3, 7]
    assert results([ann, bob, cleo])[1] is None
    assert bob.finished and bob.round == 3
