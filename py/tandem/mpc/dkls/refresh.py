"""Refresh (spec/dkls23-wire.md §11): the same key, threshold and parties, new shares and base OTs.

A keygen whose constant terms are what each party's old share weighs in the key. Everybody takes part; what was leaked
of the old shares is worth nothing beside the new ones, so the old are to be wiped once the new have signed.
"""

from tandem.curve.scalar import Scalar
from tandem.entropy import Rng, random_bytes
from tandem.errors import SetupRefused
from tandem.mpc.dkls import keygen
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import lagrange


def refresh(setup: KeygenSetup, name: str, share: Keyshare, *, rng: Rng = random_bytes) -> Session[Keyshare]:
    """Party `name`'s session. Raises SetupRefused when setup and share do not belong together.

    The party ids of the new shares are the setup's order. Without a key id in the setup the key's hash becomes it.
    """
    me = index_of(setup.names, name)
    if setup.key_id not in (None, share.key_id):
        raise SetupRefused("key id")
    if len(setup.parties) != share.n:
        raise SetupRefused("number of parties")
    if setup.threshold != share.threshold:
        raise SetupRefused("threshold")
    weight = lagrange(dict(enumerate(share.xs)), share.party_id)
    existing = keygen.Existing(Scalar.public(weight) * share.share, share.public_key, share.chain_code)
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, keygen.plan(setup.threshold), lambda own: keygen.protocol(setup, own, rng, existing))
