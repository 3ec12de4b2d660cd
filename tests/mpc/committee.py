"""Committees and keys for the tests of this package; deterministic."""

from functools import cache
from hashlib import sha256

from adversary.faulty_party import FaultyParty, results, stream
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.reshare import reshare
from tandem.mpc.dkls.sign import sign
from tandem.mpc.message import SIGNED
from tandem.mpc.setup import build_keygen, build_reshare, build_sign, parse_keygen, parse_reshare, parse_sign

NAMES = ("ann", "bob", "cleo", "dan")
DIGEST = sha256(b"what was approved").digest()
PATH = "m/44/60/0/0/0"


def keygen_setup(threshold, size, seed="setup"):
    return parse_keygen(build_keygen(threshold, NAMES[:size], rng=stream(seed)))


@cache
def key(threshold, size):
    """The shares of a key."""
    setup = keygen_setup(threshold, size)
    return tuple(results([keygen(setup, name, rng=stream(name)) for name in setup.names]))


def sign_setup(shares, names, path=PATH, digest=DIGEST, seed="sign setup"):
    return parse_sign(build_sign(shares[0].key_id, path, digest, names, rng=stream(seed)))


def keygen_against(lie, size=2, threshold=2):
    """What the honest parties of a keygen end with when the last one lies."""
    setup = keygen_setup(threshold, size)
    sessions = [keygen(setup, name, rng=stream(name)) for name in setup.names]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions)[:-1]


def sign_against(lie, size=2, threshold=2, hook=None, liar_share=None):
    """The same for a signing by all."""
    shares = list(key(threshold, size))
    setup = sign_setup(shares, NAMES[:size])
    if liar_share is not None:
        shares[-1] = liar_share
    sessions = [
        sign(setup, name, share, rng=stream("s" + name)) for name, share in zip(setup.names, shares, strict=True)
    ]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions, hook)[:-1]


def require_fault(found, kind, detail, party=1, must_ban=False):
    """Exactly this error, so that a test fails when its check is gone and a later one catches the lie."""
    assert type(found) is kind, repr(found)
    assert (found.detail, found.party, found.must_ban) == (detail, party, must_ban)


def reshare_setup(shares, threshold=2, size=3, olds=(0, 1), news=(0, 1, 2), seed="reshare"):
    made = build_reshare(shares[0].key_id, shares[0].public_key, threshold, NAMES[:size], olds, news, rng=stream(seed))
    return parse_reshare(made)


def reshare_sessions(setup, shares, seed="q"):
    """By party index; `shares` are those of the old parties, in the order of the setup's `olds`."""
    brought = dict(zip(setup.olds, shares, strict=True))
    return [reshare(setup, name, brought.get(place), rng=stream(seed + name)) for place, name in enumerate(setup.names)]


def reshare_against(lie, liar=1, liar_share=None, **changes):
    """What the honest parties, by index, end with when party `liar` of a change from 2 of 2 to 2 of 3 lies."""
    shares = list(key(2, 2))
    setup = reshare_setup(shares, **changes)
    if liar_share is not None:
        shares[liar] = liar_share
    sessions = reshare_sessions(setup, shares)
    sessions[liar] = FaultyParty(sessions[liar], lie)
    return {place: found for place, found in enumerate(results(sessions, without_aborts)) if place != liar}


def without_aborts(_sender, _receiver, body):
    """Lose them, so that each honest party finds the lie itself."""
    return None if len(body) == SIGNED else body


def base_ots_fit(mine, other):
    """Whether what `mine` received of the other's seeds is what that sent, but for the punctured leaves (spec §8)."""
    pair = mine.pair(other.party_id)
    sent, received = other.pair(mine.party_id).sent.reveal(), pair.received.reveal()
    fit = [
        received[at : at + 32] == (bytes(32) if leaf == choice else sent[at : at + 32])
        for tree, choice in enumerate(pair.choices.reveal())
        for leaf in range(16)
        for at in ((tree * 16 + leaf) * 32,)
    ]
    return all(fit) and mine.zero_seed(other.party_id).reveal() == other.zero_seed(mine.party_id).reveal()


def require_sign(shares, names=NAMES):
    """These shares make a signature together, which `sign` verifies."""
    signers = names[: len(shares)]
    setup = sign_setup(shares, signers)
    found = results([sign(setup, name, share) for name, share in zip(signers, shares, strict=True)])
    assert len({signature.to_bytes() for signature in found}) == 1
