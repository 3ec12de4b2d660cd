"""Quorum changes among ourselves, and one lie for every check (spec/schnorr-wire.md §10, §13)."""

import itertools
from dataclasses import replace as changed

import pytest

from adversary.faulty_party import FaultyParty, deliver, flip, honest, replace, results, stream
from mpc.committee import NAMES, require_fault
from tandem.curve import ed25519
from tandem.curve.edwards import IDENTITY, L, Scalar, base
from tandem.errors import CosignerFault, FailedCheck, MalformedMessage, SetupRefused
from tandem.mpc.schnorr.commitments import reshare_commitment, reshare_dealing_commitment
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.schnorr.reshare import COMMIT, DEAL, ID, KEY, OPEN, PROMISE, reshare
from tandem.mpc.shamir import evaluate, lagrange

from .committee import MESSAGE, key, reshare_against, reshare_setup, resharing, signature

# places in the payload of OPEN
BLIND, POINTS = 1, 33 + 8
OTHER = bytes(base(Scalar.public(7)))


def olds_of(threshold, size, names=None):
    return {name: share for name, share in zip(NAMES, key(threshold, size), strict=False) if name in (names or NAMES)}


def private_key(shares):
    """As an int: only tests know it."""
    weights = {share.party_id: share.party_id + 1 for share in shares}
    scalars = {share.party_id: int.from_bytes(share.share.reveal(), "little") for share in shares}
    return sum(scalars[p] * lagrange(weights, p, L) for p in weights) % L


CHANGES = {
    "2-of-2 to 2-of-3": (olds_of(2, 2), 2, ("ann", "bob", "cleo")),
    "2-of-3 to 3-of-4": (olds_of(2, 3), 3, ("ann", "bob", "cleo", "dan")),
    "cleo is lost, dan comes": (olds_of(2, 3, ("ann", "bob")), 2, ("ann", "bob", "dan")),
    "bob is replaced": (olds_of(2, 2), 2, ("ann", "dan")),
    "all are replaced": (olds_of(2, 3), 2, ("dan", "eve")),
    "fewer": (olds_of(2, 4, ("bob", "dan")), 2, ("dan", "bob")),
    "others order": (olds_of(2, 3), 2, ("dan", "cleo", "ann")),
    "nobody changes": (olds_of(3, 3), 3, ("ann", "bob", "cleo")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_same_key_and_any_of_the_new_sign(change):
    olds, threshold, news = change
    sessions = resharing(olds, threshold, news)
    made = dict(
        zip(sorted({*olds, *news}, key=lambda n: (n not in news, n not in olds, n)), results(sessions), strict=True)
    )
    assert all(made[name] is None for name in made if name not in news)
    shares = [made[name] for name in news]
    public_key = next(iter(olds.values())).public_key
    assert [(share.party_id, share.n, share.threshold) for share in shares] == [
        (party_id, len(news), threshold) for party_id in range(len(news))
    ]
    assert {(share.public_key, share.key_id) for share in shares} == {(public_key, public_key)}
    for name, share in zip(news, shares, strict=True):
        assert share.chain_code == (olds[name].chain_code if name in olds else bytes(32))
        assert EddsaKeyshare.from_bytes(share.to_bytes()).to_bytes() == share.to_bytes()
    for signers in itertools.combinations(shares, threshold):
        assert private_key(signers) == private_key(list(olds.values()))
        assert ed25519.verify(public_key, MESSAGE, signature(list(signers)))


def test_again_and_again():
    """What a quorum change made is passed on by another one."""
    shares = results(resharing(olds_of(2, 2), 2, NAMES[:3]))
    for threshold, news in ((3, NAMES[:4]), (2, NAMES[:2])):
        held = dict(zip(NAMES, shares, strict=False))
        shares = [share for share in results(resharing(held, threshold, news)) if share is not None]
        assert {share.public_key for share in shares} == {key(2, 2)[0].public_key}
        assert ed25519.verify(shares[0].public_key, MESSAGE, signature(shares))


def test_early_messages_wait():
    """Everything bob sends cleo comes before anything that ann sent her, round by round."""
    sessions = resharing(olds_of(2, 2), 2, NAMES[:3])
    held = []

    def slow(sender, receiver, body):
        if (sender, receiver) != (0, 2):
            return body
        held.append(body)
        return None

    for _ in range(6):
        deliver(sessions, slow)
        while held:
            sessions[2].receive(held.pop())
    made = results(sessions)
    assert ed25519.verify(made[0].public_key, MESSAGE, signature(made[1:]))


# what the setup must fit


def start(share, name="ann", **changes):
    setup = reshare_setup(key(2, 2), 2, NAMES[:3], (0, 1), (0, 1, 2))
    return reshare(changed(setup, **changes), name, share)


def test_without_the_old_share():
    with pytest.raises(SetupRefused, match="old parties bring a share"):
        start(None)


def test_with_a_share_of_one_who_is_not_old():
    with pytest.raises(SetupRefused, match="old parties bring a share"):
        start(key(2, 2)[0], "cleo")


def test_setup_for_another_public_key():
    with pytest.raises(SetupRefused, match="public key"):
        start(key(2, 2)[0], public_key=OTHER)


@pytest.mark.parametrize("public_key", [bytes(IDENTITY), bytes(32), b"\2" * 33])
def test_setup_with_a_public_key_that_is_none(public_key):
    """The last is of the other curve. A new party has no share to compare with."""
    with pytest.raises(SetupRefused, match="public key"):
        start(None, "cleo", public_key=public_key)


def test_setup_for_another_key_id():
    """The engine does not look."""
    with pytest.raises(SetupRefused, match="key id"):
        start(key(2, 2)[0], key_id=b"k" * 32)


@pytest.mark.parametrize("olds", [(0,), (0, 1, 2)])
def test_number_of_old_parties(olds):
    """Fewer than the old threshold cannot, more than there are shares do not exist; the engine takes both."""
    with pytest.raises(SetupRefused, match="number of old parties"):
        start(key(2, 2)[0], olds=olds)


def test_a_name_that_is_not_in_the_setup():
    with pytest.raises(SetupRefused):
        start(None, "mallory")


# lies of bob, who is old and new, seen by ann, who is too, and by cleo, who is new


@pytest.mark.parametrize("tag", [KEY, COMMIT, PROMISE, DEAL, OPEN])
def test_party_index(tag):
    for found in reshare_against(flip(tag, 0)):
        require_fault(found, FailedCheck, "party index")


@pytest.mark.parametrize("tag", [PROMISE, DEAL])
def test_receiver(tag):
    for found in reshare_against(flip(tag, 1)):
        require_fault(found, FailedCheck, "receiver")


@pytest.mark.parametrize("change", [b"?", None])
@pytest.mark.parametrize("tag", [KEY, ID, COMMIT, PROMISE, DEAL, OPEN])
def test_length(tag, change):
    if (tag, change) == (ID, None):
        change = b"??"  # without its only byte it would look like the abort that our liar does not send

    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload + change if change else payload[:-1]

    for found in reshare_against(lie):
        assert type(found) is MalformedMessage and found.party == 1


@pytest.mark.parametrize(("tag", "at"), [(KEY, 1), (OPEN, 33)])
def test_count(tag, at):
    for found in reshare_against(flip(tag, at)):
        require_fault(found, MalformedMessage, "count")


def test_low_order_exchange_key():
    for found in reshare_against(replace(KEY, 9, bytes(32))):
        require_fault(found, MalformedMessage, "exchange key")


def test_party_id():
    """One that the old quorum has not, or none has."""
    ann, _cleo = reshare_against(replace(ID, 0, b"\2"))
    require_fault(ann, MalformedMessage, "party id")
    for found in reshare_against(replace(ID, 0, b"\x0a")):
        require_fault(found, MalformedMessage, "party id")


def test_party_ids_not_distinct():
    ann, cleo = reshare_against(replace(ID, 0, b"\0"))
    require_fault(ann, FailedCheck, "party ids not distinct")
    require_fault(cleo, FailedCheck, "party ids not distinct", party=None)


@pytest.mark.parametrize("place", [BLIND, POINTS, POINTS + 32])
def test_commitment(place):
    """It covers the blind and each coefficient."""
    for found in reshare_against(flip(OPEN, place)):
        require_fault(found, FailedCheck, "commitment")


def test_commitment_of_round_3():
    for found in reshare_against(flip(COMMIT, 33)):
        require_fault(found, FailedCheck, "commitment")


def with_polynomial(change):
    """A lie that commits to and opens another polynomial than it deals from."""

    def lie(party, tag, _to, payload):
        seen = party.locals
        if tag == COMMIT:
            party.polynomial = change(seen["P_i"])
            return payload[:33] + reshare_commitment(seen["sid_i"], 1, party.polynomial, seen["r1"])
        return payload[:POINTS] + party.polynomial if tag == OPEN else payload

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
    """Identity, small order, not canonical."""
    at = 32 * coefficient
    for found in reshare_against(with_polynomial(lambda P: P[:at] + encoded + P[at + 32 :])):
        require_fault(found, MalformedMessage, "polynomial")


def test_sum_of_the_key():
    """Another constant term makes another key. Among two old parties one knows who it was."""
    ann, cleo = reshare_against(with_polynomial(lambda P: OTHER + P[32:]))
    require_fault(ann, FailedCheck, "sum of the key")
    require_fault(cleo, FailedCheck, "sum of the key", party=None)


def test_sum_of_the_key_for_one_who_leaves():
    """Who gets no share is still told when its key would change."""
    olds = {"ann": key(2, 2)[0], "bob": changed(key(2, 2)[1], share=Scalar.public(5))}
    ann = results(resharing(olds, 2, ("cleo", "dan")))[2]
    require_fault(ann, FailedCheck, "sum of the key", party=3)


def test_feldman():
    """A dealing that is not on the polynomial, though the key is right."""
    for found in reshare_against(with_polynomial(lambda P: P[:32] + OTHER)):
        require_fault(found, FailedCheck, "Feldman")


@pytest.mark.parametrize("place", [2, 34])
def test_commitment_to_the_dealing(place):
    """It covers the share and the blind."""
    for found in reshare_against(flip(DEAL, place)):
        require_fault(found, FailedCheck, "commitment to the dealing")


def test_commitment_to_the_dealing_of_round_4():
    for found in reshare_against(flip(PROMISE, 2)):
        require_fault(found, FailedCheck, "commitment to the dealing")


def test_commitment_to_the_dealing_of_another_receiver():
    """It names its receiver."""

    def lie(party, tag, to, payload):
        if tag != PROMISE:
            return payload
        seen = party.locals
        dealt = evaluate(seen["f_i"], to + 1).reveal()
        r2 = seen["deals"][to][34:66]
        return payload[:2] + reshare_dealing_commitment(seen["fsid"], 1, (to + 1) % 3, dealt, r2)

    for found in reshare_against(lie):
        require_fault(found, FailedCheck, "commitment to the dealing")


def test_session_id_covers_what_everybody_was_told():
    """Bob tells cleo another session id than ann, and is consistent in it: what ann deals her is of another session."""

    def lie(party, tag, _to, payload):
        if tag != COMMIT:
            return payload
        other = b"!" * 32
        seen = party.locals
        return {0: payload, 2: payload[:1] + other + reshare_commitment(other, 1, seen["P_i"], seen["r1"])}

    _ann, cleo = reshare_against(lie)
    require_fault(cleo, FailedCheck, "commitment to the dealing", party=0)


def redealt(dealt):
    """A lie that promises and deals the same other bytes."""

    def lie(party, tag, to, payload):
        seen = party.locals
        r2 = bytes(32)
        if tag == PROMISE:
            return payload[:2] + reshare_dealing_commitment(seen["fsid"], 1, to, dealt, r2)
        return payload[:2] + dealt + r2 + payload[66:] if tag == DEAL else payload

    return lie


def test_dealt_share_not_below_the_order():
    for found in reshare_against(redealt(L.to_bytes(32, "little"))):
        require_fault(found, MalformedMessage, "dealt share")


def test_dealt_share_of_another_polynomial():
    for found in reshare_against(redealt(b"\5" + bytes(31))):
        require_fault(found, FailedCheck, "Feldman")


def test_chain_code():
    """cleo hears of two; honest old parties all send zeros."""
    _ann, cleo = reshare_against(flip(DEAL, 66))
    require_fault(cleo, FailedCheck, "chain code", party=None)


def test_chain_code_that_all_old_parties_send():
    """No engine does, but nothing speaks against it: who joins takes it, who has one keeps it."""
    sessions = resharing(olds_of(2, 2), 2, NAMES[:3])
    sessions[:2] = [FaultyParty(session, replace(DEAL, 66, b"c" * 32)) for session in sessions[:2]]
    ann, bob, cleo = results(sessions)
    assert cleo.chain_code == b"c" * 32 and ann.chain_code == bob.chain_code == key(2, 2)[0].chain_code


def test_share_of_zero():
    """Polynomials that cross zero at the new x of ann."""
    secret = private_key(key(2, 2))

    def rng(name, coefficient):
        rest = stream(name)
        return lambda size: coefficient.to_bytes(64, "little") if size == 64 else rest(size)

    rngs = {"ann": rng("ann", 1), "bob": rng("bob", (-secret - 1) % L)}
    ann = results(resharing(olds_of(2, 2), 2, NAMES[:3], rngs))[0]
    require_fault(ann, FailedCheck, "share of zero", party=None)


@pytest.mark.parametrize("tag", [KEY, ID, COMMIT, PROMISE, DEAL, OPEN])
def test_any_bytes_of_the_right_length(tag):
    """End in an error of ours, whatever they say; but the party id, which may be the right one."""
    rng = stream("bytes")
    for _ in range(10):
        found = reshare_against(lambda _p, sent, _to, payload: rng(len(payload)) if sent == tag else payload)
        assert all(isinstance(one, CosignerFault) for one in found), found


def test_honest_bob():
    """The stage itself tells no lie."""
    assert all(isinstance(found, EddsaKeyshare) for found in reshare_against(honest))
