"""Signing among ourselves, and one lie for every check (spec/dkls23-wire.md §14 and those the engine lacks)."""

import itertools
from dataclasses import replace as changed

import pytest

from adversary.faulty_party import FaultyParty, flip, honest, negated, replace, results, stream
from mpc.committee import DIGEST, NAMES, PATH, key, require_fault, sign_against, sign_setup
from tandem.curve import secp256k1
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.errors import CheatedOT, FailedCheck, MalformedMessage, PeerAborted, SessionMismatch, SetupRefused
from tandem.mpc.dkls import rvole, softspoken
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.sign import R1, R2, R3, R4, sign
from tandem.mpc.setup import build_keygen, build_sign, parse_keygen, parse_sign

U, X, T = 32, 32 + 64 * 80, 32 + 64 * 80 + 16
TILDE, ETA, MU = 32, 32 + 512 * 96, 32 + 512 * 96 + 32
DIGEST_I = 32 + rvole.MESSAGE
PK, R_POINT, BLIND, GAMMA_V, GAMMA_U, PSI = (DIGEST_I + 32 + at for at in (0, 33, 66, 98, 131, 164))
OTHER_POINT = bytes(base(Scalar.public(7)))


def sign_all(shares, names, path=PATH, digest=DIGEST, seed="r"):
    setup = sign_setup(shares, names, path, digest)
    return results([sign(setup, name, shares[NAMES.index(name)], rng=stream(seed + name)) for name in names])


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3), (2, 4), (3, 4)])
@pytest.mark.parametrize("path", ["m", PATH])
def test_any_subset_signs(threshold, size, path):
    shares = key(threshold, size)
    public = shares[0].derive(path)
    for count in range(threshold, size + 1):
        for names in itertools.combinations(NAMES[:size][::-1], count):
            made = sign_all(shares, names, path)
            assert len({signature.to_bytes() for signature in made}) == 1
            signature = made[0]
            assert secp256k1.verify(public, DIGEST, signature.r, signature.s)
            assert secp256k1.recover(DIGEST, signature.r, signature.s, signature.recovery_id) == public
            assert int.from_bytes(signature.s, "big") <= N // 2


@pytest.mark.slow
def test_ten_parties():
    """The largest committee; seven of ten sign."""
    names = tuple("abcdefghij")
    setup = parse_keygen(build_keygen(7, names, rng=stream("ten")))
    shares = results([keygen(setup, name, rng=stream(name)) for name in names])
    signers = names[3:]
    signing = parse_sign(build_sign(shares[0].key_id, PATH, DIGEST, signers, rng=stream("seven")))
    made = results([sign(signing, name, shares[names.index(name)], rng=stream("s" + name)) for name in signers])
    assert secp256k1.verify(shares[0].derive(PATH), DIGEST, made[0].r, made[0].s) and len(set(made)) == 1


def test_nonces_differ():
    """T18: two signings of the same digest share nothing."""
    shares = key(2, 2)
    assert sign_all(shares, NAMES[:2], seed="1")[0].r != sign_all(shares, NAMES[:2], seed="2")[0].r


def test_setup_for_another_key():
    share = key(2, 2)[0]
    setup = sign_setup([changed(share, key_id=b"k" * 32)], NAMES[:2])
    with pytest.raises(SetupRefused):
        sign(setup, "ann", share)


def test_too_few_signers():
    shares = key(3, 3)
    with pytest.raises(SetupRefused):
        sign(sign_setup(shares, NAMES[:2]), "ann", shares[0])


def test_too_many_signers():
    shares = key(2, 2)
    with pytest.raises(SetupRefused):
        sign(sign_setup(shares, NAMES[:3]), "ann", shares[0])


def test_party_id_out_of_range():
    require_fault(sign_against(replace(R1, 96, b"\x02"))[0], MalformedMessage, "party id")


def test_party_ids_not_distinct():
    """The engine traps here (spec §15.3)."""
    require_fault(sign_against(replace(R1, 96, b"\x00"))[0], FailedCheck, "party ids not distinct")


def test_low_order_exchange_key():
    require_fault(sign_against(replace(R1, 64, bytes(32)))[0], MalformedMessage, "exchange key")


def test_session_id_of_round_2():
    require_fault(sign_against(flip(R2, 0))[0], SessionMismatch, "round 2")


@pytest.mark.parametrize("at", [U, U + 79, U + 63 * 80, X, X + 15, T, T + 4095])
def test_t21_ot_extension(at):
    require_fault(sign_against(flip(R2, at))[0], CheatedOT, "OT extension", must_ban=True)


def test_session_id_of_round_3():
    require_fault(sign_against(flip(R3, 0))[0], SessionMismatch, "round 3")


def test_t22_vole_a_tilde():
    """Every row is in theta; which are caught by mu alone depends on beta, so a single flip must always show."""
    for at in (TILDE + 31, TILDE + 100 * 96 + 63, ETA - 1):
        require_fault(sign_against(flip(R3, at))[0], CheatedOT, "VOLE", must_ban=True)


@pytest.mark.parametrize("at", [ETA + 31, MU, MU + 63])
def test_t22_vole(at):
    require_fault(sign_against(flip(R3, at))[0], CheatedOT, "VOLE", must_ban=True)


def test_digest_of_round_1():
    require_fault(sign_against(flip(R3, DIGEST_I))[0], FailedCheck, "digest of round 1")


def test_nonce_commitment_point():
    require_fault(sign_against(replace(R3, R_POINT, OTHER_POINT))[0], FailedCheck, "nonce commitment")


def test_nonce_commitment_blind():
    require_fault(sign_against(flip(R3, BLIND))[0], FailedCheck, "nonce commitment")


@pytest.mark.parametrize("at", [PK, GAMMA_V, GAMMA_U])
def test_points_of_round_3(at):
    require_fault(sign_against(replace(R3, at, bytes(33)))[0], MalformedMessage, "round 3")


def test_psi_not_below_the_order():
    require_fault(sign_against(replace(R3, PSI, N.to_bytes(32, "big")))[0], MalformedMessage, "round 3")


def test_t22_consistency_of_r():
    found = sign_against(replace(R3, GAMMA_U, OTHER_POINT))[0]
    require_fault(found, CheatedOT, "consistency of R", must_ban=True)


@pytest.mark.parametrize("at", [PK, GAMMA_V])
def test_t22_consistency_of_pk(at):
    found = sign_against(replace(R3, at, OTHER_POINT))[0]
    require_fault(found, CheatedOT, "consistency of pk", must_ban=True)


def test_r_identity():
    """A party that knew our nonce could cancel R."""
    shares = key(2, 2)
    setup = sign_setup(shares, NAMES[:2])
    ann = sign(setup, "ann", shares[0], rng=stream("ann"))
    bob = sign(setup, "bob", shares[1], rng=negated(stream("ann"), 3, 1))  # draw 3 is r_i
    found = results([ann, bob], lambda _sender, _receiver, body: None if len(body) == 100 else body)  # both see it
    require_fault(found[0], FailedCheck, "R", party=None)


def test_psi():
    require_fault(sign_against(flip(R3, PSI + 31))[0], FailedCheck, "signature")


def test_sum_of_pk_with_a_wrong_share():
    share = key(2, 2)[1]
    found = sign_against(honest, liar_share=changed(share, share=share.share + Scalar.public(1)))[0]
    require_fault(found, FailedCheck, "public key")


def test_sum_of_pk_with_a_wrong_zero_seed():
    share = key(2, 2)[1]
    seeds = (Secret(b"z" * 32), *share.zero_seeds[1:])
    require_fault(sign_against(honest, liar_share=changed(share, zero_seeds=seeds))[0], FailedCheck, "public key")


def test_t10_keygen_of_the_share_is_bound():
    """T10: a share that claims another keygen session ends in a mismatch, not in a ban."""
    share = changed(key(2, 2)[1], final_session_id=b"f" * 32)
    require_fault(sign_against(honest, liar_share=share)[0], SessionMismatch, "round 2")


def test_session_id_of_round_4():
    require_fault(sign_against(flip(R4, 0))[0], SessionMismatch, "round 4")


@pytest.mark.parametrize("at", [32, 64])
def test_partial_signature_not_below_the_order(at):
    found = sign_against(replace(R4, at, N.to_bytes(32, "big")))[0]
    require_fault(found, MalformedMessage, "partial signature")


@pytest.mark.parametrize("at", [63, 95])
def test_t31_partial_signature(at):
    require_fault(sign_against(flip(R4, at))[0], FailedCheck, "signature")


def test_sum_of_s1_zero():
    """A rushing peer waits for our partial signature and answers with its opposite; the engine traps (spec §14)."""
    shares = key(2, 2)
    setup = sign_setup(shares, NAMES[:2])
    sessions = [sign(setup, name, share, rng=stream(name)) for name, share in zip(NAMES[:2], shares, strict=True)]
    eve = sessions[1]
    seen = {}

    def hook(sender, _receiver, body):
        if len(body) == 196:
            seen[sender] = body
            return None
        return body

    results(sessions, hook)
    s1 = int.from_bytes(seen[0][36 + 64 : 36 + 96], "big")
    payload = seen[1][36 : 36 + 64] + (N - s1).to_bytes(32, "big")
    sessions[0].receive(eve._channel.sign(R4, payload))
    require_fault(results(sessions[:1])[0], FailedCheck, "sum of s1")


def test_t09_different_session_ids_to_two_parties_ban_nobody():
    """T09: the honest two see different sessions, blame each other at most, and ban nobody."""

    def lie(_party, tag, _to, payload):
        return {0: payload, 1: b"\xff" + payload[1:]} if tag == R1 else payload

    ann, bob = sign_against(lie, size=3)
    assert {type(ann), type(bob)} <= {SessionMismatch, PeerAborted} and not ann.must_ban and not bob.must_ban


def test_different_commitments_to_two_parties_ban_nobody():
    def lie(_party, tag, _to, payload):
        other = bytes([payload[32] ^ 1])
        return {0: payload, 1: payload[:32] + other + payload[33:]} if tag == R1 else payload

    ann, bob = sign_against(lie, size=3)
    assert {type(ann), type(bob)} <= {FailedCheck, PeerAborted} and not ann.must_ban and not bob.must_ban


@pytest.mark.parametrize("tag", [R1, R2, R3, R4])
@pytest.mark.parametrize("change", [-1, 1])
def test_length(tag, change):
    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload + b"\0" if change > 0 else payload[:-1]

    found = sign_against(lie)[0]
    assert type(found) is MalformedMessage and found.party == 1


def test_culprit_of_a_wrong_sum_is_not_named_among_three():
    """With two others nobody is proved guilty by the final check."""
    found = sign_against(flip(R4, 63), size=3)
    assert {(type(error), error.party) for error in found} == {(FailedCheck, None)}


def test_no_partial_signature_leaves_before_round_3_is_checked():
    shares = key(2, 2)
    setup = sign_setup(shares, NAMES[:2])
    ann = sign(setup, "ann", shares[0], rng=stream("a"))
    bob = FaultyParty(sign(setup, "bob", shares[1], rng=stream("b")), replace(R3, GAMMA_U, OTHER_POINT))
    sent = []
    results([ann, bob], lambda sender, _receiver, body: sent.append((sender, len(body))) or body)
    assert (0, 196) not in sent and (0, 100) in sent  # an abort, no round 4


def test_sizes_are_those_of_the_wire():
    assert (softspoken.MESSAGE, rvole.MESSAGE) == (9232, 49248)
    sizes = set()
    shares = key(2, 2)
    setup = sign_setup(shares, NAMES[:2])
    sessions = [sign(setup, name, share, rng=stream(name)) for name, share in zip(NAMES[:2], shares, strict=True)]
    results(sessions, lambda _sender, _receiver, body: sizes.add(len(body)) or body)
    assert sizes == {197, 9328, 49572, 196}
