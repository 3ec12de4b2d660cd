"""Emergency: shares of one vault that lie in one place become the private key again, by the protocol of key export
between them in this process. It ends what the vault was for; who calls it has the person's clear word."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from tandem.curve.sealing import public_key
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import VaultFault
from tandem.mpc.dkls import key_export as ecdsa
from tandem.mpc.key_export import send
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import key_export as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import ExportSetup, build_export, parse_export
from tandem.vault.vault import AnyVault, Vault

S = TypeVar("S", Keyshare, EddsaKeyshare)
T = TypeVar("T")


def require_enough(vaults: Sequence[AnyVault]) -> tuple[Vault, ...]:
    """Raises VaultFault when these are not different devices' shares of one vault and of one time, enough to sign."""
    found = tuple(vault for vault in vaults if isinstance(vault, Vault))
    if len(found) != len(vaults):
        raise VaultFault("an old vault has to be migrated first")
    if not found:
        raise VaultFault("no vault")
    first = found[0]
    if any(one.public_key != first.public_key or one.eddsa.public_key != first.eddsa.public_key for one in found):
        raise VaultFault("these are files of different vaults")
    if len({one.party for one in found}) != len(found):
        raise VaultFault("two of these files are of the same device")
    if any(one.share.final_session_id != first.share.final_session_id for one in found):
        raise VaultFault("these files are of different times: some from before a change of the vault's devices")
    if any([key.chain for key in one.chain_keys] != [key.chain for key in first.chain_keys] for one in found):
        raise VaultFault("these files have keys of different chains")
    if len(found) < first.threshold:
        raise VaultFault(f"{first.threshold} files of {len(first.signers)} are needed, not {len(found)}")
    return found


def reassemble_ecdsa(shares: Sequence[Keyshare], *, rng: Rng = random_bytes) -> Secret:
    """The private key, 32 bytes big-endian. Raises TandemError for shares that do not belong together."""
    return _reassemble(shares, partial(ecdsa.receive, rng=rng), rng)


def reassemble_eddsa(shares: Sequence[EddsaKeyshare], *, rng: Rng = random_bytes) -> Secret:
    """The private scalar, 32 bytes little-endian; no seed. Raises TandemError like reassemble_ecdsa."""
    return _reassemble(shares, partial(eddsa.receive, rng=rng), rng)


def _reassemble(
    shares: Sequence[S], receive: Callable[[ExportSetup, str, S, Secret], Session[Secret]], rng: Rng
) -> Secret:
    exchange, names = Secret(rng(32)), [f"file {number}" for number in range(1, len(shares) + 1)]
    setup = parse_export(build_export(shares[0].key_id, public_key(exchange.reveal()), names, rng=rng))
    receiver = receive(setup, names[0], shares[0], exchange)
    _compute(receiver)
    for name, share in zip(names[1:], shares[1:], strict=True):
        sender = send(setup, name, share, rng=rng)
        _compute(sender)
        for message in sender.outgoing():
            receiver.receive(message.body)
        sender.result()
    _compute(receiver)
    return receiver.result()


def _compute(session: Session[T]) -> None:
    while session.advance():
        pass
