"""Committees and keys for the tests of this package; deterministic."""

from functools import cache

from adversary.faulty_party import FaultyParty, results, stream
from mpc.committee import NAMES, keygen_setup
from tandem.mpc.schnorr.keygen import keygen
from tandem.mpc.schnorr.sign import sign
from tandem.mpc.setup import build_sign, parse_sign

MESSAGE = b"what was approved, at any length"


@cache
def key(threshold, size):
    """The shares of a key."""
    setup = keygen_setup(threshold, size)
    return tuple(results([keygen(setup, name, rng=stream(name)) for name in setup.names]))


def sign_setup(key_id, names, message=MESSAGE, path="m"):
    return parse_sign(build_sign(key_id, path, message, names, curve="eddsa", rng=stream("setup")), "eddsa")


def keygen_against(lie, size=2, threshold=2):
    """What the honest parties of a keygen end with when the last one lies."""
    setup = keygen_setup(threshold, size)
    sessions = [keygen(setup, name, rng=stream(name)) for name in setup.names]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions)[:-1]


def sign_against(lie, size=2, threshold=2, rngs=None):
    """The same for a signing by all; `rngs` replaces the randomness of some, by index."""
    shares = key(threshold, size)
    setup = sign_setup(shares[0].key_id, NAMES[:size])
    sessions = [
        sign(setup, name, share, rng=(rngs or {}).get(index, stream("s" + name)))
        for index, (name, share) in enumerate(zip(setup.names, shares, strict=True))
    ]
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions)[:-1]


def negated(rng, at, count, order):
    """The same draws, but the `count` draws of 64 bytes from number `at` on hold scalars of the opposite sign."""
    state = {"draw": 0}

    def draw(size):
        state["draw"] += 1
        drawn = rng(size)
        if not at <= state["draw"] < at + count:
            return drawn
        return (-int.from_bytes(drawn, "little") % order).to_bytes(64, "little")

    return draw
