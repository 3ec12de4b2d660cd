"""Emergency: shares of one vault that lie in one place become the private key again, by the protocol of key export
between them in this process. It ends what the vault was for; who calls it has the person's clear word."""

from collections.abc import Sequence
from typing import TypeVar

from tandem.curve.sealing import public_key
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import VaultFault
from tandem.mpc.dkls import key_export as ecdsa
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import key_export as eddsa
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import ExportSetup, build_export, parse_export
from tandem.vault.vault import AnyVault, Vault

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
    exchange, names = Secret(rng(32)), _names(len(shares))
    setup = _setup(shares[0].key_id, exchange, names, rng)
    receiver = ecdsa.receive(setup, names[0], shares[0], exchange, rng=rng)
    senders = [ecdsa.send(setup, name, share, rng=rng) for name, share in zip(names[1:], shares[1:], strict=True)]
    return _run(receiver, senders)


def reassemble_eddsa(shares: Sequence[EddsaKeyshare], *, rng: Rng = random_bytes) -> Secret:
    """The private scalar, 32 bytes little-endian; no seed. Raises TandemError like reassemble_ecdsa."""
    exchange, names = Secret(rng(32)), _names(len(shares))
    setup = _setup(shares[0].key_id, exchange, names, rng)
    receiver = eddsa.receive(setup, names[0], shares[0], exchange, rng=rng)
    senders = [eddsa.send(setup, name, share, rng=rng) for name, share in zip(names[1:], shares[1:], strict=True)]
    return _run(receiver, senders)


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"file {number}" for number in range(1, count + 1))


def _setup(key_id: bytes, exchange: Secret, names: Sequence[str], rng: Rng) -> ExportSetup:
    return parse_export(build_export(key_id, public_key(exchange.reveal()), names, rng=rng))


def _run(receiver: Session[Secret], senders: Sequence[Session[None]]) -> Secret:
    _compute(receiver)
    for sender in senders:
        _compute(sender)
        for message in sender.outgoing():
            receiver.receive(message.body)
        sender.result()
    _compute(receiver)
    return receiver.result()


def _compute(session: Session[T]) -> None:
    while session.advance():
        pass
