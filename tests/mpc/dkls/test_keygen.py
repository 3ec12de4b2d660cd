"""Keygen among ourselves, and one lie for every check (spec/dkls23-wire.md §14)."""

import pytest

from adversary.faulty_party import FaultyParty, flip, negated, replace, results, stream, with_other
from mpc.committee import NAMES, key, keygen_against, keygen_setup, require_fault
from tandem.curve.point import Point, base
from tandem.curve.scalar import N, Scalar
from tandem.errors import FailedCheck, MalformedMessage, PeerAborted, SetupRefused
from tandem.mpc.dkls import commitments, endemic, pprf, proof
from tandem.mpc.dkls.keygen import OT1, R1, R2, R3, R4, keygen
from tandem.mpc.dkls.labels import DKG_PROOF_4
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.setup import build_keygen, parse_keygen
from tandem.mpc.shamir import interpolate

POLYNOMIAL = 2 * 33  # bytes of F_i for threshold 2
OT_ANSWER, TREES = 32, 32 + endemic.MESSAGE
CHAIN_CODE = TREES + pprf.MESSAGE
OTHER_POINT = bytes(base(Scalar.public(7)))


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3), (3, 4)])
def test_all_get_the_same_key_and_threshold_shares_make_it(threshold, size):
    shares = key(threshold, size)
    assert len({share.public_key for share in shares}) == len({share.chain_code for share in shares}) == 1
    assert len({share.key_id for share in shares}) == 1
    xs = dict(enumerate(shares[0].xs))
    points = dict(enumerate(shares[0].share_points))
    some = range(size - threshold, size)
    made = interpolate({p: points[p] for p in some}, {p: xs[p] for p in some})
    assert bytes(made) == shares[0].public_key
    for mine in shares:
        assert Keyshare.from_bytes(mine.to_bytes()).to_bytes() == mine.to_bytes()


def test_base_ots_fit_together():
    ann, bob = key(2, 2)
    choices, seen, made = (secret.reveal() for secret in (bob.pair(0).choices, bob.pair(0).received, ann.pair(1).sent))
    for tree, choice in enumerate(choices):
        for leaf in range(16):
            at = (tree * 16 + leaf) * 32
            assert seen[at : at + 32] == (bytes(32) if leaf == choice else made[at : at + 32])
    assert ann.zero_seed(1).reveal() == bob.zero_seed(0).reveal()


def test_key_id_of_the_setup_is_kept():
    setup = parse_keygen(build_keygen(2, NAMES[:2], key_id=b"\x11" * 32, rng=stream("id")))
    shares = results([keygen(setup, name, rng=stream(name)) for name in setup.names])
    assert {share.key_id for share in shares} == {b"\x11" * 32}


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused):
        keygen(keygen_setup(2, 2), "mallory")


def test_x_zero():
    require_fault(keygen_against(replace(R1, 64, bytes(32)))[0], MalformedMessage, "x out of range")


def test_x_not_below_the_order():
    require_fault(keygen_against(replace(R1, 64, N.to_bytes(32, "big")))[0], MalformedMessage, "x out of range")


def test_x_not_distinct():
    theirs = []

    def lie(party, tag, _to, payload):
        return payload[:64] + theirs[0] + payload[96:] if tag == R1 else payload

    setup = keygen_setup(2, 2)
    ann = keygen(setup, "ann", rng=stream("ann"))
    ann.start()
    sent = ann.outgoing()
    theirs.append(sent[0].body[36 + 64 : 36 + 96])
    eve = FaultyParty(keygen(setup, "bob", rng=stream("bob")), lie)
    eve.start()
    ann.receive(eve.outgoing()[0].body)
    require_fault(results([ann])[0], FailedCheck, "x not distinct")


def test_low_order_exchange_key():
    require_fault(keygen_against(replace(R1, 96, bytes(32)))[0], MalformedMessage, "exchange key")


def test_polynomial_commitment():
    require_fault(keygen_against(replace(R2, 33, OTHER_POINT))[0], FailedCheck, "polynomial commitment")


def test_t05_polynomial_commitment_binds_the_party():
    """A rushing party opens our own commitment as its own."""
    setup = keygen_setup(2, 2)
    copied = {}

    def lie(party, tag, _to, payload):
        if tag == R1:
            return copied[R1][:64] + payload[64:]
        return copied[R2][: POLYNOMIAL + 32] + payload[POLYNOMIAL + 32 :] if tag == R2 else payload

    ann = keygen(setup, "ann", rng=stream("ann"))
    eve = FaultyParty(keygen(setup, "bob", rng=stream("bob")), lie)
    ann.start()
    first = ann.outgoing()[0].body
    copied[R1] = first[36:]
    eve.start()
    ann.receive(eve.outgoing()[0].body)
    while ann.advance():
        pass
    second = ann.outgoing()
    copied[R2] = next(message.body for message in second if message.to is None)[36:]
    eve.receive(first)
    while eve.advance():
        pass
    for message in [*eve.outgoing()]:
        ann.receive(message.body)
    require_fault(results([ann])[0], FailedCheck, "polynomial commitment")


def consistent_polynomial(encoded):
    """A lie that commits to and opens the given F_i; the proofs cannot follow."""
    opening = b"o" * 32

    def lie(party, tag, _to, payload):
        if tag == R1:
            sid, x = payload[:32], payload[64:96]
            return sid + commitments.polynomial_commitment(sid, party.channel.me, x, encoded, opening) + payload[64:]
        return encoded + opening + payload[POLYNOMIAL + 32 :] if tag == R2 else payload

    return lie


def test_polynomial_with_the_identity():
    lie = consistent_polynomial(OTHER_POINT + bytes(33))
    require_fault(keygen_against(lie)[0], MalformedMessage, "polynomial")


def test_polynomial_with_a_compact_point():
    """Prefix 05, which the engine takes and no honest party sends (spec §15.7)."""
    lie = consistent_polynomial(OTHER_POINT + b"\x05" + OTHER_POINT[1:])
    require_fault(keygen_against(lie)[0], MalformedMessage, "polynomial")


def test_rogue_key_without_proof():
    lie = consistent_polynomial(OTHER_POINT + OTHER_POINT)
    require_fault(keygen_against(lie)[0], FailedCheck, "proof of the polynomial")


@pytest.mark.parametrize("at", [POLYNOMIAL + 64, POLYNOMIAL + 64 + 33, POLYNOMIAL + 64 + 65 + 64])
def test_proof_of_the_polynomial(at):
    require_fault(keygen_against(flip(R2, at))[0], FailedCheck, "proof of the polynomial")


@pytest.mark.parametrize("change", [33, 65, -33, -65, 10**5])
def test_t01_t03_polynomial_of_another_length(change):
    """Longer and shorter polynomials and proof lists, before any of their points is looked at."""

    def lie(_party, tag, _to, payload):
        return payload if tag != R2 else payload[:change] if change < 0 else payload + bytes(change)

    found = keygen_against(lie)[0]
    assert type(found) is MalformedMessage and found.party == 1


def test_t02_polynomial_of_a_million_coefficients_is_dropped_unread():
    def lie(_party, tag, _to, payload):
        return payload + bytes(33 * 10**6) if tag == R2 else payload

    assert keygen_against(lie) == [None]  # still waiting: a relay would never have carried it


def test_public_key_identity():
    """A party that knew our polynomial could cancel the key."""
    setup = keygen_setup(2, 2)
    ann = keygen(setup, "ann", rng=stream("ann"))
    mirror = with_other(negated(stream("ann"), 4, 2), 5, stream("x of bob"))  # draw 4 is f_i, draw 5 is x_i
    found = results([ann, keygen(setup, "bob", rng=mirror)])
    require_fault(found[0], FailedCheck, "public key identity", party=None)


def test_base_ot_message_of_nonsense():
    require_fault(keygen_against(replace(OT1, 33, b"\x02" + b"\xff" * 32))[0], MalformedMessage, "base OT")


def test_base_ot_answer_of_nonsense():
    require_fault(keygen_against(replace(R3, OT_ANSWER, bytes(33)))[0], MalformedMessage, "base OT answer")


def test_base_ot_answer_with_other_keys():
    lie = replace(R3, OT_ANSWER, (OTHER_POINT + OTHER_POINT) * 256)
    require_fault(keygen_against(lie)[0], FailedCheck, "all-but-one OT")


@pytest.mark.parametrize("at", [TREES + 192, TREES + 192 + 64])
def test_all_but_one_ot(at):
    require_fault(keygen_against(flip(R3, at))[0], FailedCheck, "all-but-one OT")


@pytest.mark.parametrize("at", [CHAIN_CODE, CHAIN_CODE + 32])
def test_chain_code_commitment(at):
    require_fault(keygen_against(flip(R3, at))[0], FailedCheck, "chain code")


def test_t08_different_chain_codes_to_two_parties():
    """Both honest parties stop, and no key share exists."""

    def lie(_party, tag, to, payload):
        return flip(R3, CHAIN_CODE)(_party, tag, to, payload) if to == 0 else payload

    ann, bob = keygen_against(lie, size=3)
    require_fault(ann, FailedCheck, "chain code", party=2)
    require_fault(bob, PeerAborted, "party 0 gave up", party=0)


def test_big_f():
    """The trailer of round 3: a party that opened different polynomials to different parties."""
    require_fault(keygen_against(flip(R3, CHAIN_CODE + 96, bit=0))[0], FailedCheck, "big F")


def test_feldman():
    require_fault(keygen_against(flip(R3, 31))[0], FailedCheck, "Feldman")


def test_share_not_below_the_order():
    require_fault(keygen_against(replace(R3, 0, N.to_bytes(32, "big")))[0], MalformedMessage, "dealt share")


def test_public_key_of_round_4():
    require_fault(keygen_against(replace(R4, 0, OTHER_POINT))[0], FailedCheck, "public key")


def test_share_point_identity():
    require_fault(keygen_against(replace(R4, 33, bytes(33)))[0], MalformedMessage, "share point")


@pytest.mark.parametrize("at", [66, 66 + 33])
def test_proof_of_the_share(at):
    require_fault(keygen_against(flip(R4, at))[0], FailedCheck, "proof of the share")


def test_t13_proof_of_the_share_replayed_from_another_party():
    """Our own proof, reflected."""

    def other(party):
        secret = Scalar.public(9)
        made = proof.prove(party.locals["fsid2"], 0, DKG_PROOF_4, [secret], stream("p"))
        return bytes(base(secret)) + made

    require_fault(keygen_against(replace(R4, 33, other))[0], FailedCheck, "proof of the share")


def test_share_point_that_is_proved_but_not_ours():
    def other(party):
        secret = Scalar.public(9)
        made = proof.prove(party.locals["fsid2"], party.channel.me, DKG_PROOF_4, [secret], stream("p"))
        return bytes(base(secret)) + made

    require_fault(keygen_against(replace(R4, 33, other))[0], FailedCheck, "share point")


def test_points_are_compared_by_value():
    assert Point.parse(OTHER_POINT) == base(Scalar.public(7)) != base(Scalar.public(8))
