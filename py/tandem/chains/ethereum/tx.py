"""Transactions of EIP-1559 (type 2 of EIP-2718), and of the form before it (EIP-155), which Vultisig's apps sign on BNB
Smart Chain: fields → digest, digest and signature → raw bytes."""

from dataclasses import dataclass

from tandem.chains.ethereum.rlp import Item, encode
from tandem.curve.keccak import keccak256
from tandem.errors import WireError

TYPE = b"\x02"
MAX_DATA = 128 * 1024  # what nodes accept in one transaction


@dataclass(frozen=True, slots=True)
class Transaction:
    """Amounts in wei, addresses of 20 bytes; `to` is None for a contract creation. `legacy`: of the older form, where
    `max_fee` is the gas price and `priority_fee` means nothing."""

    chain_id: int
    nonce: int
    priority_fee: int
    max_fee: int
    gas_limit: int
    to: bytes | None
    value: int
    data: bytes
    legacy: bool = False

    def __post_init__(self) -> None:
        words = (self.priority_fee, self.max_fee, self.value)
        if any(not 0 <= word < 1 << 256 for word in words):
            raise WireError("an amount is negative or over 256 bits")
        if not 0 < self.chain_id < 1 << 53 or not 0 <= self.nonce < (1 << 64) - 1 or not 0 < self.gas_limit < 1 << 64:
            raise WireError("chain id, nonce or gas limit out of range")
        if self.priority_fee > self.max_fee:
            raise WireError("the priority fee is over the maximal fee")
        if self.to is not None and len(self.to) != 20:
            raise WireError("the recipient is not 20 bytes")
        if self.to is None and not self.data:
            raise WireError("a contract creation without code")
        if len(self.data) > MAX_DATA:
            raise WireError(f"over {MAX_DATA} bytes of data")


def _legacy_fields(tx: Transaction) -> list[Item]:
    return [tx.nonce, tx.max_fee, tx.gas_limit, tx.to or b"", tx.value, tx.data]


def _fields(tx: Transaction) -> list[Item]:
    return [
        tx.chain_id,
        tx.nonce,
        tx.priority_fee,
        tx.max_fee,
        tx.gas_limit,
        tx.to or b"",
        tx.value,
        tx.data,
        [],
    ]


def unsigned(tx: Transaction) -> bytes:
    """What is hashed to be signed."""
    if tx.legacy:
        return encode([*_legacy_fields(tx), tx.chain_id, 0, 0])
    return TYPE + encode(_fields(tx))


def digest(tx: Transaction) -> bytes:
    """The 32 bytes that are signed."""
    return keccak256(unsigned(tx))


def assemble(tx: Transaction, r: bytes, s: bytes, recovery_id: int) -> bytes:
    """The raw transaction; r and s are 32 bytes, recovery_id 0 or 1."""
    if recovery_id not in (0, 1):
        # An x coordinate over the group order: one in 2^127, and Ethereum has no encoding for it.
        raise WireError("recovery id")
    if tx.legacy:
        v = 35 + 2 * tx.chain_id + recovery_id
        return encode([*_legacy_fields(tx), v, int.from_bytes(r, "big"), int.from_bytes(s, "big")])
    return TYPE + encode([*_fields(tx), recovery_id, int.from_bytes(r, "big"), int.from_bytes(s, "big")])


def transaction_hash(raw: bytes) -> bytes:
    """The 32-byte hash by which nodes know a raw transaction."""
    return keccak256(raw)
