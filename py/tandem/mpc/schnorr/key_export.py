"""Key export of EdDSA keys (spec/schnorr-wire.md §12). The private key is a scalar, 32 bytes little-endian; no Ed25519
seed exists that other programs could take in its place."""

from functools import partial

from tandem.curve.edwards import L, Scalar, base, total
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc import key_export
from tandem.mpc.key_export import SHARE, Told
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session, only
from tandem.mpc.setup import ExportSetup
from tandem.mpc.shamir import lagrange

__all__ = ["SHARE", "receive", "send"]


def receive(
    setup: ExportSetup, name: str, share: EddsaKeyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the private key. Raises as mpc.key_export.receive does."""
    return key_export.receive(setup, name, share, exchange, partial(_key, share), rng)


def send(setup: ExportSetup, name: str, share: EddsaKeyshare, *, rng: Rng = random_bytes) -> Session[None]:
    """The session of party `name`, who gives its share away. Raises as mpc.key_export.send does."""
    return key_export.send(setup, name, share, rng)


def _key(share: EddsaKeyshare, told: Told) -> Secret:
    shares = {share.party_id: share.share}
    for j, (party_id, payload) in told.items():
        try:
            shares[party_id] = Scalar.parse(payload)
        except WireError as broken:
            raise MalformedMessage("share", party=j) from broken
    xs = {party_id: party_id + 1 for party_id in shares}
    key = total([Scalar.public(lagrange(xs, party_id, L)) * d for party_id, d in shares.items()])
    if bytes(base(key)) != share.public_key:  # a wrong share shows only here: nobody has the others' points
        raise FailedCheck("private key", party=only(told))
    return Secret(key.reveal())
