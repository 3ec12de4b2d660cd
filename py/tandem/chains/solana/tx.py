"""Solana transactions: signature slots and a message. Bytes ↔ dataclass, what is signed, and putting a signature in."""

from dataclasses import dataclass, replace
from typing import Final

from tandem.chains.solana import base58, message
from tandem.chains.solana.message import Message
from tandem.curve import ed25519
from tandem.errors import WireError
from tandem.wire import Reader, exact

SIGNATURE: Final = 64
EMPTY: Final = bytes(SIGNATURE)  # a slot that nobody has signed yet
MAX_TRANSACTION: Final = 1232  # one packet: IPv6's least MTU less headers


@dataclass(frozen=True, slots=True)
class Transaction:
    """One slot of 64 bytes for each signer of the message, in the order of its keys."""

    signatures: tuple[bytes, ...]
    message: Message

    def __post_init__(self) -> None:
        if len(self.signatures) != self.message.signers or any(len(slot) != SIGNATURE for slot in self.signatures):
            raise WireError("signature slots")
        if len(to_bytes(self)) > MAX_TRANSACTION:
            raise WireError(f"over {MAX_TRANSACTION} bytes")


def unsigned(what: Message) -> Transaction:
    """The message with empty slots."""
    return Transaction((EMPTY,) * what.signers, what)


def parse(data: bytes) -> Transaction:
    """All of `data` as one transaction. Raises WireError."""
    reader = Reader(data)
    count = message.read_compact(reader)
    signatures = tuple(reader.take(SIGNATURE) for _ in range(count))
    what = message.read(reader)
    reader.end()
    return Transaction(signatures, what)


def to_bytes(tx: Transaction) -> bytes:
    """The inverse of `parse`: what a node is sent."""
    return message.compact(len(tx.signatures)) + b"".join(tx.signatures) + message.to_bytes(tx.message)


def signed_bytes(tx: Transaction) -> bytes:
    """What every signer signs: the message. Ed25519 hashes it itself."""
    return message.to_bytes(tx.message)


def slot(tx: Transaction, account: bytes) -> int:
    """The place of `account` among the signers. Raises WireError when its signature is not asked for."""
    try:
        return tx.message.signer_keys.index(account)
    except ValueError:
        raise WireError("the account is no signer of the transaction") from None


def assemble(tx: Transaction, account: bytes, signature: bytes) -> Transaction:
    """The transaction with `account`'s signature in its slot, other slots untouched. Raises WireError when wrong."""
    place = slot(tx, account)
    if not ed25519.verify(account, signed_bytes(tx), exact(signature, SIGNATURE, "signature")):
        raise WireError("the signature does not verify")
    return replace(tx, signatures=(*tx.signatures[:place], signature, *tx.signatures[place + 1 :]))


def missing(tx: Transaction) -> tuple[bytes, ...]:
    """The signers whose slot is still empty."""
    return tuple(key for key, filled in zip(tx.message.signer_keys, tx.signatures, strict=True) if filled == EMPTY)


def transaction_id(tx: Transaction) -> str:
    """Base58 of the fee payer's signature, by which nodes know it. Raises WireError before the payer has signed."""
    if tx.signatures[0] == EMPTY:
        raise WireError("the fee payer has not signed")
    return base58.encode(tx.signatures[0])
