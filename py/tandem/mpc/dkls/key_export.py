"""Key export of ECDSA keys (spec/dkls23-wire.md §13): our share knows everybody's point, so each share is checked."""

from functools import partial

from tandem.curve.point import base
from tandem.curve.scalar import Scalar, total
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc import key_export
from tandem.mpc.key_export import SHARE, Told
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import ExportSetup
from tandem.mpc.shamir import lagrange

__all__ = ["SHARE", "receive", "send"]


def receive(
    setup: ExportSetup, name: str, share: Keyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the 32-byte private key. Raises as mpc.key_export.receive does."""
    return key_export.receive(setup, name, share, exchange, partial(_key, share), rng)


def send(setup: ExportSetup, name: str, share: Keyshare, *, rng: Rng = random_bytes) -> Session[None]:
    """The session of party `name`, who gives its share away. Raises as mpc.key_export.send does."""
    return key_export.send(setup, name, share, rng)


def _key(share: Keyshare, told: Told) -> Secret:
    shares = {share.party_id: share.share}
    for j, (party_id, payload) in told.items():
        try:
            shares[party_id] = Scalar.parse(payload)
        except WireError as broken:
            raise MalformedMessage("share", party=j) from broken
        # any t of the points interpolate to the key, as do then their logarithms
        if base(shares[party_id]) != share.share_points[party_id]:
            raise FailedCheck("share and its point", party=j)
    xs = {party_id: share.xs[party_id] for party_id in shares}
    key = total([Scalar.public(lagrange(xs, party_id)) * s for party_id, s in shares.items()])
    return Secret(key.reveal())
