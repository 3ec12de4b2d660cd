"""Committees and keys for the tests of this package; deterministic."""

from functools import cache

from adversary.faulty_party import FaultyParty, honest, results, stream
from mpc.committee import NAMES, keygen_setup
from tandem.errors import TandemError
from tandem.mpc.schnorr.keygen import keygen
from tandem.mpc.schnorr.reshare import reshare
from tandem.mpc.schnorr.sign import sign
from tandem.mpc.setup import build_reshare, build_sign, parse_reshare, parse_sign

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


def reshare_setup(shares, threshold, names, olds, news):
    made = build_reshare(
        shares[0].key_id, shares[0].public_key, threshold, names, olds, news, curve="eddsa", rng=stream("setup")
    )
    return parse_reshare(made, "eddsa")


def resharing(olds, threshold, news, rngs=None):
    """Sessions of a quorum change: `olds` is name -> share, `news` the new names in order, `rngs` replaces the
    randomness of some, by name. Who is old and new comes first, then the new ones, then who leaves."""
    names = sorted({*olds, *news}, key=lambda name: (name not in news, name not in olds, name))
    shares = list(olds.values())
    setup = reshare_setup(shares, threshold, names, [names.index(o) for o in olds], [names.index(o) for o in news])
    return [
        reshare(setup, name, olds.get(name), rng=(rngs or {}).get(name, stream("q" + name))) for name in setup.names
    ]


def reshare_against(lie):
    """What ann and cleo end with when bob lies: a 2-of-2 of ann and bob becomes a 2-of-3 with cleo."""
    sessions = resharing(dict(zip(NAMES, key(2, 2), strict=False)), 2, NAMES[:3])
    sessions[1] = FaultyParty(sessions[1], lie)
    found = results(sessions)
    return found[0], found[2]


def signature(shares, message=MESSAGE):
    """What the holders of `shares` sign together; all get the same."""
    names = [f"signer {place}" for place in range(len(shares))]
    setup = sign_setup(shares[0].key_id, names, message)
    made = results(
        [sign(setup, name, share, rng=stream("s" + name)) for name, share in zip(names, shares, strict=True)]
    )
    for found in made:
        if isinstance(found, TandemError):
            raise found
    assert len(set(made)) == 1
    return made[0]


def without_last_word(sessions):
    """What they end with when the last one does not say that it gave up, so that the others say what they saw."""
    return results([*sessions[:-1], FaultyParty(sessions[-1], honest)])


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
