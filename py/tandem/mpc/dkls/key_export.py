"""Key export of ECDSA keys (spec/dkls23-wire.md §13): our share knows everybody's point, so each share is checked."""

from functools import partial

from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck
from tandem.mpc import key_export
from tandem.mpc.key_export import SHARE, Told, send
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import ExportSetup
from tandem.mpc.shamir import recover

__all__ = ["SHARE", "receive", "send"]


def receive(
    setup: ExportSetup, name: str, share: Keyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the 32-byte private key. Raises as mpc.key_export.receive does."""
    return key_export.receive(setup, name, share, exchange, Scalar.parse, partial(_key, share), rng)


def _key(share: Keyshare, told: Told[Scalar]) -> Secret:
    for j, (party_id, s) in told.items():
        # any t of the points interpolate to the key, as do then their logarithms
        if base(s) != share.share_points[party_id]:
            raise FailedCheck("share and its point", party=j)
    shares = {share.party_id: share.share, **dict(told.values())}
    return Secret(recover(shares, {party_id: share.xs[party_id] for party_id in shares}).reveal())
