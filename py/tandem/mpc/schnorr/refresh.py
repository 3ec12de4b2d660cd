"""Refresh (spec/schnorr-wire.md §9): the same key, threshold and parties, new shares.

A keygen whose constant terms are what each party's old share weighs in the key. Everybody takes part; what was leaked
of the old shares is worth nothing beside the new ones, so the old are to be wiped once the new have signed. All must
hold the same chain code: after a quorum change that added members, who got none, the check for that ends the refresh,
in the engine as here. A quorum change with the same parties as old and new ones does what was wanted then.
"""

from tandem.curve.edwards import L, Scalar
from tandem.entropy import Rng, random_bytes
from tandem.errors import SetupRefused
from tandem.mpc.schnorr.keygen import Existing, keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup
from tandem.mpc.shamir import lagrange


def refresh(setup: KeygenSetup, name: str, share: EddsaKeyshare, *, rng: Rng = random_bytes) -> Session[EddsaKeyshare]:
    """Party `name`'s session. Raises SetupRefused when setup and share do not belong together.

    The party ids of the new shares are the setup's order, the key id is the setup's; without one it is the key's hash.
    """
    if len(setup.parties) != share.n:
        raise SetupRefused("number of parties")
    if setup.threshold != share.threshold:
        raise SetupRefused("threshold")
    weight = lagrange({party_id: party_id + 1 for party_id in range(share.n)}, share.party_id, L)
    existing = Existing(Scalar.public(weight) * share.share, share.public_key, share.chain_code)
    return keygen(setup, name, existing=existing, rng=rng)
