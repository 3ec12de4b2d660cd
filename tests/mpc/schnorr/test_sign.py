"""EdDSA signing among ourselves, and one lie for every check (spec/schnorr-wire.md §7, §13, §14)."""

import itertools
from dataclasses import replace as changed

import pytest

from adversary.faulty_party import flip, honest, replace, results, stream
from mpc.committee import NAMES, require_fault
from tandem.curve import ed25519
from tandem.curve.edwards import IDENTITY, L, Scalar, base
from tandem.errors import FailedCheck, MalformedMessage, PeerAborted, SessionMismatch, SetupRefused
from tandem.mpc.dkls.sign import sign as dkls_sign
from tandem.mpc.schnorr import proof
from tandem.mpc.schnorr.commitments import nonce_commitment, sign_proof_id
from tandem.mpc.schnorr.sign import R1, R2, R3, sign
from tandem.mpc.setup import build_sign, parse_sign

from .committee import MESSAGE, key, negated, sign_against, sign_setup

FSID, BLIND, PROOF, COUNT, POINT = 1, 33, 65, 65 + 72, 65 + 72 + 8
OTHER = bytes(base(Scalar.public(7)))


def sign_all(shares, names, message=MESSAGE, seed="r", path="m"):
    setup = sign_setup(shares[0].key_id, names, message, path)
    return results([sign(setup, name, shares[NAMES.index(name)], rng=stream(seed + name)) for name in names])


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3), (2, 4), (3, 4)])
def test_any_subset_signs(threshold, size):
    shares = key(threshold, size)
    for count in range(threshold, size + 1):
        for names in itertools.combinations(NAMES[:size][::-1], count):
            made = sign_all(shares, names)
            assert len(set(made)) == 1 and len(made[0]) == 64
            assert ed25519.verify(shares[0].public_key, MESSAGE, made[0])


@pytest.mark.parametrize("message", [b"\0", b"x" * 31, b"x" * 32, b"x" * 33, bytes(65536)])
def test_any_length(message):
    shares = key(2, 2)
    assert ed25519.verify(shares[0].public_key, message, sign_all(shares, NAMES[:2], message)[0])


def test_path_means_nothing():
    shares = key(2, 2)
    signature = sign_all(shares, NAMES[:2], path="m/44/501/0/0")[0]
    assert ed25519.verify(shares[0].public_key, MESSAGE, signature)


def test_names_need_not_be_those_of_keygen():
    shares = key(2, 3)
    setup = sign_setup(shares[0].key_id, ("other", "names"))
    made = results([sign(setup, "other", shares[2], rng=stream("1")), sign(setup, "names", shares[0], rng=stream("2"))])
    assert made[0] == made[1] and ed25519.verify(shares[0].public_key, MESSAGE, made[0])


def test_nonces_differ():
    """T18: two signings of the same message share nothing."""
    shares = key(2, 2)
    first, second = (sign_all(shares, NAMES[:2], seed=seed)[0] for seed in "12")
    assert first[:32] != second[:32]


def test_setup_for_another_key():
    with pytest.raises(SetupRefused, match="key id"):
        sign(sign_setup(b"k" * 32, NAMES[:2]), "ann", key(2, 2)[0])


def test_setup_for_the_other_curve():
    share = key(2, 2)[0]
    setup = parse_sign(build_sign(share.key_id, "m", bytes(32), NAMES[:2]))
    with pytest.raises(SetupRefused, match="curve"):
        sign(setup, "ann", share)
    with pytest.raises(SetupRefused, match="curve"):
        dkls_sign(sign_setup(share.key_id, NAMES[:2], bytes(32)), "ann", share)


def test_too_few_signers():
    shares = key(3, 3)
    with pytest.raises(SetupRefused, match="number of signers"):
        sign(sign_setup(shares[0].key_id, NAMES[:2]), "ann", shares[0])


def test_too_many_signers():
    shares = key(2, 2)
    with pytest.raises(SetupRefused, match="number of signers"):
        sign(sign_setup(shares[0].key_id, NAMES[:3]), "ann", shares[0])


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused):
        sign(sign_setup(key(2, 2)[0].key_id, NAMES[:2]), "mallory", key(2, 2)[0])


def test_party_id():
    require_fault(sign_against(replace(R1, 0, b"\2"))[0], MalformedMessage, "party id")


def test_party_ids_not_distinct():
    """It traps the engine later; here it blames whoever took our id."""
    require_fault(sign_against(replace(R1, 0, b"\0"))[0], FailedCheck, "party ids not distinct")


def test_party_ids_not_distinct_among_others():
    def lie(_party, tag, _to, payload):
        return {0: b"\1" + payload[1:], 1: payload} if tag == R1 else payload

    ann = sign_against(lie, size=3)[0]
    require_fault(ann, FailedCheck, "party ids not distinct", party=None)


@pytest.mark.parametrize("tag", [R2, R3])
def test_party_id_changed(tag):
    require_fault(sign_against(flip(tag, 0))[0], FailedCheck, "party id changed")


@pytest.mark.parametrize(("tag", "detail"), [(R2, "round 2"), (R3, "round 3")])
def test_session_id(tag, detail):
    """The engine takes any."""
    require_fault(sign_against(flip(tag, FSID))[0], SessionMismatch, detail)


def test_another_message_is_another_session():
    shares = key(2, 2)
    setup = sign_setup(shares[0].key_id, NAMES[:2])
    other = changed(setup, digest=b"something else")
    made = results([sign(setup, "ann", shares[0], rng=stream("a")), sign(other, "bob", shares[1], rng=stream("b"))])
    assert any(type(found) is SessionMismatch for found in made)


@pytest.mark.parametrize("tag", [R1, R2, R3])
@pytest.mark.parametrize("change", [b"?", None])
def test_length(tag, change):
    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload + change if change else payload[:-1]

    found = sign_against(lie)[0]
    assert type(found) is MalformedMessage and found.party == 1


def test_count():
    require_fault(sign_against(flip(R2, COUNT))[0], MalformedMessage, "count")


@pytest.mark.parametrize("place", [BLIND, POINT])
def test_nonce_commitment(place):
    require_fault(sign_against(flip(R2, place))[0], FailedCheck, "nonce commitment")


def opened(encoded, proved=None):
    """A lie that commits to and opens another R_i."""

    def lie(party, tag, _to, payload):
        seen = party.locals
        if tag == R1:
            return payload[:33] + nonce_commitment(seen["sid_i"], 1, encoded, seen["blind"])
        if tag == R2:
            made = proved(party) if proved else payload[PROOF:COUNT]
            return payload[:PROOF] + made + payload[COUNT:POINT] + encoded
        return payload

    return lie


@pytest.mark.parametrize(
    "encoded",
    [
        bytes(IDENTITY),
        bytes(32),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        (2**255 - 19 + 3).to_bytes(32, "little"),
        b"\xff" * 32,
    ],
)
def test_nonce_that_is_no_point_of_the_subgroup(encoded):
    require_fault(sign_against(opened(encoded))[0], MalformedMessage, "nonce")


def test_nonce_without_proof():
    require_fault(sign_against(opened(OTHER))[0], FailedCheck, "proof of the nonce")


@pytest.mark.parametrize("place", [0, 8, 40])
def test_proof_of_the_nonce(place):
    require_fault(sign_against(flip(R2, PROOF + place))[0], FailedCheck, "proof of the nonce")


def test_proof_of_the_nonce_by_another_party():
    def reflected(party):
        return proof.prove(
            sign_proof_id(party.locals["fsid"], 0), Scalar.public(7), base(Scalar.public(7)), stream("p")
        )

    require_fault(sign_against(opened(OTHER, reflected))[0], FailedCheck, "proof of the nonce")


def test_sum_of_the_nonces():
    """Somebody who knew our nonce could cancel it; draw 4 is k_i."""
    rngs = {0: stream("same"), 1: negated(stream("same"), 4, 1, L)}
    require_fault(sign_against(honest, rngs=rngs)[0], FailedCheck, "R", party=None)


def test_response_not_below_the_order():
    require_fault(sign_against(replace(R3, 33, L.to_bytes(32, "little")))[0], MalformedMessage, "response")


def test_wrong_response():
    """Seen in the signature only: with one other party it is proved who lied, with two it is not."""
    lie = replace(R3, 33, b"\5" + bytes(31))
    require_fault(sign_against(lie)[0], FailedCheck, "signature", party=1)
    ann, bob = sign_against(lie, size=3)
    assert {type(ann), type(bob)} <= {FailedCheck, PeerAborted} and ann.party in (None, 1)


def test_share_of_another_key():
    other = changed(key(2, 3)[1], key_id=key(2, 2)[0].key_id)
    setup = sign_setup(other.key_id, NAMES[:2])
    found = results([sign(setup, "ann", key(2, 2)[0], rng=stream("a")), sign(setup, "bob", other, rng=stream("b"))])
    require_fault(found[0], FailedCheck, "signature", party=1)
