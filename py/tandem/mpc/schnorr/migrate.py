"""Migration (spec/schnorr-wire.md §9): shares of this protocol for a key whose additive shares come from another, GG20.

A keygen whose constant terms are those additive shares; that they add up to the key is checked by everybody.
"""

from tandem.curve.edwards import Point, Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import WireError
from tandem.mpc.schnorr.keygen import Existing, keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import KeygenSetup
from tandem.wire import exact


def migrate(
    setup: KeygenSetup,
    name: str,
    additive_share: Secret,
    public_key: bytes,
    chain_code: bytes,
    *,
    rng: Rng = random_bytes,
) -> Session[EddsaKeyshare]:
    """Party `name`'s session: `additive_share` is 32 bytes little-endian, `public_key` 32, of the sum of all.

    Raises SetupRefused when the setup does not name us, WireError for a share or key that cannot be.
    """
    summand = Scalar.parse(additive_share.reveal())
    if summand.is_zero():
        raise WireError("additive share of zero")
    existing = Existing(summand, bytes(Point.parse(public_key)), exact(chain_code, 32, "chain code"))
    return keygen(setup, name, existing=existing, rng=rng)
