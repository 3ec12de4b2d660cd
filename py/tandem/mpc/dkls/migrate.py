"""Migration (spec/dkls23-wire.md §11): shares of this protocol for a key whose additive shares come from another, GG20.

A keygen whose constant terms are those additive shares; that they add up to the key is checked by everybody.
"""

from tandem.curve.point import Point
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import WireError
from tandem.mpc.dkls import keygen
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.wire import exact


def migrate(
    setup: KeygenSetup,
    name: str,
    additive_share: Secret,
    public_key: bytes,
    chain_code: bytes,
    *,
    rng: Rng = random_bytes,
) -> Session[Keyshare]:
    """Party `name`'s session: `additive_share` is 32 bytes big-endian, the 33-byte `public_key` is of the sum of all.

    Raises SetupRefused when the setup does not name us, WireError for a share or key that cannot be.
    """
    me = index_of(setup.names, name)
    summand = Scalar.parse(additive_share.reveal())
    if summand.is_zero():
        raise WireError("additive share of zero")
    existing = keygen.Existing(summand, bytes(Point.parse(public_key)), exact(chain_code, 32, "chain code"))
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, keygen.plan(setup.threshold), lambda own: keygen.protocol(setup, own, rng, existing))
