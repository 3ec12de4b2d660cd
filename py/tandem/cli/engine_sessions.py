"""`tandem engine`'s choice between the two MPC engines: one function a ceremony, the same arguments for both curves."""

from typing import TypeAlias

from tandem.curve.secret import Secret
from tandem.errors import WireError
from tandem.mpc import key_export
from tandem.mpc.dkls import key_export as dkls_key_export
from tandem.mpc.dkls import key_import as dkls_key_import
from tandem.mpc.dkls import keygen as dkls_keygen
from tandem.mpc.dkls import migrate as dkls_migrate
from tandem.mpc.dkls import refresh as dkls_refresh
from tandem.mpc.dkls import reshare as dkls_reshare
from tandem.mpc.dkls import sign as dkls_sign
from tandem.mpc.dkls.sign import Signature
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import key_export as schnorr_key_export
from tandem.mpc.schnorr import key_import as schnorr_key_import
from tandem.mpc.schnorr import keygen as schnorr_keygen
from tandem.mpc.schnorr import migrate as schnorr_migrate
from tandem.mpc.schnorr import refresh as schnorr_refresh
from tandem.mpc.schnorr import reshare as schnorr_reshare
from tandem.mpc.schnorr import sign as schnorr_sign
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import Curve, ExportSetup, KeygenSetup, ReshareSetup, SignSetup

AnyShare: TypeAlias = Keyshare | EddsaKeyshare
Result: TypeAlias = AnyShare | Signature | bytes | Secret | None
AnySession: TypeAlias = Session[Result]


def curve_of(share: AnyShare) -> Curve:
    return "ecdsa" if isinstance(share, Keyshare) else "eddsa"


def load(curve: Curve, data: bytes) -> AnyShare:
    """Raises WireError."""
    return Keyshare.from_bytes(data) if curve == "ecdsa" else EddsaKeyshare.from_bytes(data)


def keygen(curve: Curve, setup: KeygenSetup, name: str) -> AnySession:
    return dkls_keygen.keygen(setup, name) if curve == "ecdsa" else schnorr_keygen.keygen(setup, name)


def sign(setup: SignSetup, name: str, share: AnyShare) -> AnySession:
    if isinstance(share, Keyshare):
        return dkls_sign.sign(setup, name, share)
    return schnorr_sign.sign(setup, name, share)


def refresh(setup: KeygenSetup, name: str, share: AnyShare) -> AnySession:
    if isinstance(share, Keyshare):
        return dkls_refresh.refresh(setup, name, share)
    return schnorr_refresh.refresh(setup, name, share)


def migrate(
    curve: Curve, setup: KeygenSetup, name: str, additive_share: Secret, public_key: bytes, chain_code: bytes
) -> AnySession:
    if curve == "ecdsa":
        return dkls_migrate.migrate(setup, name, additive_share, public_key, chain_code)
    return schnorr_migrate.migrate(setup, name, additive_share, public_key, chain_code)


def reshare(curve: Curve, setup: ReshareSetup, name: str, share: AnyShare | None) -> AnySession:
    if curve == "ecdsa" and not isinstance(share, EddsaKeyshare):
        return dkls_reshare.reshare(setup, name, share)
    if curve == "eddsa" and not isinstance(share, Keyshare):
        return schnorr_reshare.reshare(setup, name, share)
    raise WireError("a share of the other curve")


def initiate_import(
    curve: Curve, setup: KeygenSetup, name: str, private_key: Secret, chain_code: bytes | None
) -> AnySession:
    if curve == "ecdsa":
        return dkls_key_import.initiate(setup, name, private_key, chain_code)
    return schnorr_key_import.initiate(setup, name, private_key, chain_code)


def join_import(curve: Curve, setup: KeygenSetup, name: str) -> AnySession:
    return dkls_key_import.join(setup, name) if curve == "ecdsa" else schnorr_key_import.join(setup, name)


def receive_export(setup: ExportSetup, name: str, share: AnyShare, exchange: Secret) -> AnySession:
    if isinstance(share, Keyshare):
        return dkls_key_export.receive(setup, name, share, exchange)
    return schnorr_key_export.receive(setup, name, share, exchange)


def send_export(setup: ExportSetup, name: str, share: AnyShare) -> AnySession:
    return key_export.send(setup, name, share)
