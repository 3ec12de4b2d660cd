"""Transactions (EIP-2718) of EIP-1559; of the form before it (EIP-155), which Vultisig's apps sign on BNB Smart Chain;
with an access list in the form of that time (EIP-2930); and with authorizations (EIP-7702): fields → digest, digest and
signature → raw bytes, unsigned bytes → fields."""

from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum import access_list, authorization
from tandem.chains.ethereum.access_list import AccessList
from tandem.chains.ethereum.authorization import Authorization
from tandem.chains.ethereum.rlp import Item, blob, decode, encode, items, number
from tandem.curve.keccak import keccak256
from tandem.errors import WireError

LEGACY, LISTED, FEES, SET_CODE = 0, 1, 2, 4  # the types; 3 carries blobs
MAX_DATA: Final = 128 * 1024  # what nodes accept in one transaction
MAX_UNSIGNED: Final = 192 * 1024


@dataclass(frozen=True, slots=True)
class Transaction:
    """Amounts in wei, addresses of 20 bytes; `to` is None for a contract creation. kind: its type. In types 0 and 1
    `max_fee` is the gas price and `priority_fee` means nothing."""

    chain_id: int
    nonce: int
    priority_fee: int
    max_fee: int
    gas_limit: int
    to: bytes | None
    value: int
    data: bytes
    kind: int = FEES
    access_list: AccessList = ()
    authorizations: tuple[Authorization, ...] = ()

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
        if self.kind not in (LEGACY, LISTED, FEES, SET_CODE):
            raise WireError("a type of transaction that is not signed here")
        self._require_lists()

    @property
    def is_priced(self) -> bool:
        """It has one gas price, and pays all of it."""
        return self.kind in (LEGACY, LISTED)

    def _require_lists(self) -> None:
        access_list.require_bounded(self.access_list)
        if self.access_list and self.kind == LEGACY:
            raise WireError("the form before types has no access list")
        if self.kind == SET_CODE:
            authorization.require_valid(self.authorizations, self.chain_id)
            if self.to is None:
                raise WireError("authorizations with the creation of a contract")
        elif self.authorizations:
            raise WireError("authorizations in a transaction of another type than 4")


def _fields(tx: Transaction) -> list[Item]:
    common: list[Item] = [tx.gas_limit, tx.to or b"", tx.value, tx.data]
    if tx.kind == LEGACY:
        return [tx.nonce, tx.max_fee, *common]
    listed = access_list.to_items(tx.access_list)
    if tx.kind == LISTED:
        return [tx.chain_id, tx.nonce, tx.max_fee, *common, listed]
    fields: list[Item] = [tx.chain_id, tx.nonce, tx.priority_fee, tx.max_fee, *common, listed]
    return [*fields, authorization.to_items(tx.authorizations)] if tx.kind == SET_CODE else fields


def unsigned(tx: Transaction) -> bytes:
    """What is hashed to be signed."""
    if tx.kind == LEGACY:
        return encode([*_fields(tx), tx.chain_id, 0, 0])
    return bytes([tx.kind]) + encode(_fields(tx))


def digest(tx: Transaction) -> bytes:
    """The 32 bytes that are signed."""
    return keccak256(unsigned(tx))


def assemble(tx: Transaction, r: bytes, s: bytes, recovery_id: int) -> bytes:
    """The raw transaction; r and s are 32 bytes, recovery_id 0 or 1."""
    if recovery_id not in (0, 1):
        # An x coordinate over the group order: one in 2^127, and Ethereum has no encoding for it.
        raise WireError("recovery id")
    v = 35 + 2 * tx.chain_id + recovery_id if tx.kind == LEGACY else recovery_id
    body = encode([*_fields(tx), v, int.from_bytes(r, "big"), int.from_bytes(s, "big")])
    return body if tx.kind == LEGACY else bytes([tx.kind]) + body


def transaction_hash(raw: bytes) -> bytes:
    """The 32-byte hash by which nodes know a raw transaction."""
    return keccak256(raw)


def is_transaction(data: bytes) -> bool:
    """Whether a node might take `data`, with a signature, for a transaction of some type, or an account's word for an
    authorization (0x05), known here or not. No text and no message with its prefix is such a thing."""
    try:
        return isinstance(decode(data if data[:1] >= b"\xc0" else data[1:]), list)
    except WireError:
        return False


def read_unsigned(data: bytes) -> Transaction:
    """The transaction whose `unsigned` bytes these are, exactly. Raises WireError."""
    if len(data) > MAX_UNSIGNED:
        raise WireError("too long for a transaction")
    kind = data[0] if data and data[0] < 0xC0 else LEGACY
    fields = items(decode(data[1:] if kind else data))
    listed: AccessList = ()
    authorized: tuple[Authorization, ...] = ()
    match kind, fields:
        case (0, [nonce, price, gas, to, value, call, chain_id, b"", b""]):
            tip = price
        case (1, [chain_id, nonce, price, gas, to, value, call, given]):
            tip, listed = price, access_list.read(given)
        case (2, [chain_id, nonce, tip, price, gas, to, value, call, given]):
            listed = access_list.read(given)
        case (4, [chain_id, nonce, tip, price, gas, to, value, call, given, signed]):
            listed, authorized = access_list.read(given), authorization.read(signed)
        case _:
            raise WireError("no transaction of a type that is signed here")
    return Transaction(
        number(chain_id),
        number(nonce, bits=64),
        number(tip),
        number(price),
        number(gas, bits=64),
        blob(to) or None,
        number(value),
        blob(call),
        kind,
        listed,
        authorized,
    )
