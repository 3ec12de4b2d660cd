"""Committees and keys for the tests of this package; deterministic."""

from functools import cache
from hashlib import sha256

from adversary.faulty_party import FaultyParty, results, stream
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.sign import sign
from tandem.mpc.setup import build_keygen, build_sign, parse_keygen, parse_sign

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
