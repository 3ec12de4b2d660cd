"""Key export of EdDSA keys (spec/schnorr-wire.md §12). The private key is a scalar, 32 bytes little-endian; no Ed25519
seed exists that other programs could take in its place."""

from functools import partial

from tandem.curve.edwards import L, Scalar, base
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck
from tandem.mpc import key_export
from tandem.mpc.key_export import SHARE, Told, send
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session, only
from tandem.mpc.setup import ExportSetup
from tandem.mpc.shamir import recover

__all__ = ["SHARE", "receive", "send"]


def receive(
    setup: ExportSetup, name: str, share: EddsaKeyshare, exchange: Secret, *, rng: Rng = random_bytes
) -> Session[Secret]:
    """The session of party `name`, who gets the private key. Raises as mpc.key_export.receive does."""
    return key_export.receive(setup, name, share, exchange, Scalar.parse, partial(_key, share), rng)


def _key(share: EddsaKeyshare, told: Told[Scalar]) -> Secret:
    shares = {share.party_id: share.share, **dict(told.values())}
    key = recover(shares, {party_id: party_id + 1 for party_id in shares}, L)
    if bytes(base(key)) != share.public_key:  # a wrong share shows only here: nobody has the others' points
        raise FailedCheck("private key", party=only(told))
    return Secret(key.reveal())
