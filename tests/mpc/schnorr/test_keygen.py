"""EdDSA keygen among ourselves, and one lie for every check (spec/schnorr-wire.md §6, §13, §14)."""

from hashlib import sha256

import pytest

from adversary.faulty_party import FaultyParty, deliver, flip, replace, results, stream
from mpc.committee import NAMES, keygen_setup, require_fault
from tandem.curve.edwards import IDENTITY, L, Scalar, base, combine
from tandem.errors import FailedCheck, MalformedMessage, PeerAborted, SessionMismatch, SetupRefused
from tandem.mpc.schnorr import proof
from tandem.mpc.schnorr.commitments import dealing_commitment, keygen_proof_id
from tandem.mpc.schnorr.keygen import R0, R1, R2, keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import build_keygen, parse_keygen
from tandem.mpc.shamir import lagrange

from .committee import key, keygen_against, negated

# places in the payload of round 2, 2 of 2
FSID, BLIND, POINTS = 1, 33, 65 + 8
BOXES = POINTS + 64 + 8
PROOFS = BOXES + 2 * 114 + 8
OTHER = bytes(base(Scalar.public(7)))


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 3), (3, 4)])
def test_all_get_the_same_key_and_threshold_shares_make_it(threshold, size):
    shares = key(threshold, size)
    assert len({(share.public_key, share.chain_code, share.key_id) for share in shares}) == 1
    some = {share.party_id: share.party_id + 1 for share in shares[-threshold:]}
    made = combine([base(shares[p].share) * lagrange(some, p, L) for p in some])
    assert bytes(made) == shares[0].public_key
    assert shares[0].key_id == sha256(bytes(made)).digest()
    for mine in shares:
        assert EddsaKeyshare.from_bytes(mine.to_bytes()).to_bytes() == mine.to_bytes()


def test_key_id_of_the_setup_is_not_taken():
    """As the engine does: one setup serves both keys, and they need different ids."""
    setup = parse_keygen(build_keygen(2, NAMES[:2], key_id=b"\x11" * 32, rng=stream("id")))
    shares = results([keygen(setup, name, rng=stream(name)) for name in setup.names])
    assert {share.key_id for share in shares} == {sha256(shares[0].public_key).digest()}


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused):
        keygen(keygen_setup(2, 2), "mallory")


def test_early_messages_wait():
    """Everything a fast party sends may come before anything of a slow one."""
    setup = keygen_setup(2, 3)
    sessions = [keygen(setup, name, rng=stream(name)) for name in setup.names]
    held = []

    def slow(sender, receiver, body):
        """What ann sends cleo takes so long that bob is a round ahead."""
        if (sender, receiver) != (0, 2):
            return body
        held.append(body)
        return None

    for _ in range(3):
        deliver(sessions, slow)
        assert held
        sessions[2].receive(held.pop())
    made = results(sessions)
    assert len({share.public_key for share in made}) == 1


@pytest.mark.parametrize("tag", [R0, R1, R2])
def test_party_index(tag):
    require_fault(keygen_against(flip(tag, 0))[0], FailedCheck, "party index")


def test_low_order_exchange_key():
    require_fault(keygen_against(replace(R0, 1, bytes(32)))[0], MalformedMessage, "exchange key")


@pytest.mark.parametrize("tag", [R0, R1, R2])
@pytest.mark.parametrize("change", [b"?", None])
def test_length(tag, change):
    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload + change if change else payload[:-1]

    found = keygen_against(lie)[0]
    assert type(found) is MalformedMessage and found.party == 1


def test_session_id_of_round_2():
    require_fault(keygen_against(flip(R2, FSID))[0], SessionMismatch, "round 2")


def test_session_id_covers_what_everybody_was_told():
    """Different session ids to two parties: they do not agree and no key share exists."""

    def lie(_party, tag, _to, payload):
        return {0: payload, 1: payload[:1] + b"!" * 32 + payload[33:]} if tag == R1 else payload

    ann, bob = keygen_against(lie, size=3)
    assert type(ann) in (SessionMismatch, FailedCheck) and type(bob) in (SessionMismatch, FailedCheck, PeerAborted)


@pytest.mark.parametrize("place", [POINTS - 8, BOXES - 8, BOXES + 2, PROOFS - 8])
def test_count(place):
    require_fault(keygen_against(flip(R2, place))[0], MalformedMessage, "count")


@pytest.mark.parametrize("place", [BOXES, BOXES + 1, BOXES + 114])
def test_order_of_the_boxes(place):
    """The engine does not look."""
    require_fault(keygen_against(flip(R2, place))[0], MalformedMessage, "order of the boxes")


@pytest.mark.parametrize("place", [BLIND, POINTS, POINTS + 32, BOXES + 10, BOXES + 10 + 80, BOXES + 114 + 10])
def test_commitment(place):
    """It covers the blind, each coefficient, each box and each nonce."""
    require_fault(keygen_against(flip(R2, place))[0], FailedCheck, "commitment")


@pytest.mark.parametrize("place", [1, 33])
def test_commitment_of_round_1(place):
    found = keygen_against(flip(R1, place))[0]
    assert type(found) in (FailedCheck, SessionMismatch) and found.party == 1


def boxes_of(payload):
    return [(payload[at + 10 : at + 90], payload[at + 90 : at + 114]) for at in range(BOXES, BOXES + 2 * 114, 114)]


def dealt(change):
    """A lie that commits to and opens what `change(party, polynomial, boxes)` makes of the honest dealing."""

    def lie(party, tag, _to, payload):
        seen = party.locals
        if tag == R1:
            party.polynomial, party.boxes = change(party, b"".join(map(bytes, seen["A_i"])), list(seen["boxes"]))
            return payload[:33] + dealing_commitment(seen["sid_i"], 1, party.polynomial, party.boxes, seen["blind"])
        if tag == R2:
            entries = b"".join(
                bytes((1, j)) + (80).to_bytes(8, "little") + box + nonce for j, (box, nonce) in enumerate(party.boxes)
            )
            return payload[:POINTS] + party.polynomial + payload[BOXES - 8 : BOXES] + entries + payload[PROOFS - 8 :]
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
@pytest.mark.parametrize("coefficient", [0, 1])
def test_polynomial_with_a_bad_point(encoded, coefficient):
    """Identity, small order, not canonical: the engine takes most of them."""

    def change(_party, polynomial, boxes):
        at = 32 * coefficient
        return polynomial[:at] + encoded + polynomial[at + 32 :], boxes

    require_fault(keygen_against(dealt(change))[0], MalformedMessage, "polynomial")


def test_rogue_key_without_proof():
    def change(_party, polynomial, boxes):
        return OTHER + polynomial[32:], boxes

    require_fault(keygen_against(dealt(change))[0], FailedCheck, "proof of the polynomial")


@pytest.mark.parametrize("place", [0, 8, 40, 72, 80, 112])
def test_proof_of_the_polynomial(place):
    """Count, T and s of both proofs."""
    require_fault(keygen_against(flip(R2, PROOFS + place))[0], FailedCheck, "proof of the polynomial")


def test_proof_of_the_polynomial_of_another_party():
    """Our own proof, reflected, for our own polynomial: it names its prover."""

    def lie(party, tag, _to, payload):
        if tag != R2:
            return payload
        made = b""
        for coefficient, A in zip(party.locals["f_i"], party.locals["A_i"], strict=True):
            made += proof.prove(keygen_proof_id(party.locals["fsid"], 0), coefficient, A, stream("p"))
        return payload[:PROOFS] + made

    require_fault(keygen_against(lie)[0], FailedCheck, "proof of the polynomial")


def reboxed(plain):
    """A dealing that boxes other bytes for party 0."""

    def change(party, polynomial, boxes):
        from tandem.curve import sealing

        nonce = bytes(24)
        boxed = sealing.box(party.locals["dealers"][0].box_key.reveal(), nonce, plain)
        return polynomial, [(boxed, nonce), *boxes[1:]]

    return dealt(change)


def test_box():
    def change(_party, polynomial, boxes):
        return polynomial, [(bytes(80), boxes[0][1]), *boxes[1:]]

    require_fault(keygen_against(dealt(change))[0], FailedCheck, "box")


def test_dealt_share_not_below_the_order():
    require_fault(keygen_against(reboxed(L.to_bytes(32, "little") + bytes(32)))[0], MalformedMessage, "dealt share")


def test_feldman():
    require_fault(keygen_against(reboxed(b"\x05" + bytes(63)))[0], FailedCheck, "Feldman")


def honest_and_mirrored(count):
    """Bob draws the opposite of ann's first `count` coefficients; draws 5 and 6 are f_i."""
    setup = keygen_setup(2, 2)
    mine, mirrored = stream("ann"), negated(stream("ann"), 5, count, L)
    return results([keygen(setup, "ann", rng=mine), keygen(setup, "bob", rng=mirrored)])


def test_public_key_identity():
    """A party that knew our polynomial could cancel the key."""
    require_fault(honest_and_mirrored(1)[1], FailedCheck, "public key identity", party=None)


def test_share_of_zero():
    """One whose polynomial is ours but for a sign at our own x."""

    def of(*values):
        return iter([stream("x")] * 4 + [lambda _size, v=v: (v % L).to_bytes(64, "little") for v in values])

    setup = keygen_setup(2, 2)
    sessions = []
    for name, values in (("ann", (5, 1)), ("bob", (-7, 1))):  # f(1) = 6 and -6, f(0) = 5 and -7
        rest = stream("rest" + name)
        source = of(*values)
        sessions.append(keygen(setup, name, rng=lambda size, s=source, r=rest: next(s, r)(size)))
    require_fault(results(sessions)[0], FailedCheck, "share of zero", party=None)


def test_a_liar_among_three_stops_everybody():
    def lie(_party, tag, to, payload):
        return {0: flip(R2, FSID)(None, R2, to, payload), 1: payload} if tag == R2 else payload

    setup = keygen_setup(2, 3)
    sessions = [keygen(setup, name, rng=stream(name)) for name in setup.names]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    ann = results(sessions)[0]
    require_fault(ann, SessionMismatch, "round 2", party=2)
