"""Transactions with lists, and accounts that sign authorizations: for the tests of several parts."""

from coincurve import PrivateKey

from tandem.chains.ethereum.access_list import Access
from tandem.chains.ethereum.address import from_public_key
from tandem.chains.ethereum.authorization import NOBODY, Authorization
from tandem.chains.ethereum.rlp import encode
from tandem.chains.ethereum.tx import LISTED, SET_CODE, Transaction
from tandem.curve.keccak import keccak256
from tandem.curve.scalar import N

KEY = PrivateKey(b"\7" * 32)
AUTHORITY = from_public_key(KEY.public_key.format())
DELEGATE = b"\xde" * 20
PLAIN = Transaction(1, 7, 10**9, 2 * 10**9, 60_000, b"\x55" * 20, 10**15, b"")
ENTRIES = (Access(b"\xaa" * 20, (b"\1" * 32, b"\2" * 32)), Access(b"\xbb" * 20, ()))


def authorize(
    delegate: bytes = DELEGATE, *, chain_id: int = 1, nonce: int = 3, key: PrivateKey = KEY, high: bool = False
) -> Authorization:
    """Signed by `key`; high: with the other s, which nodes do not take."""
    digest = keccak256(b"\5" + encode([chain_id, delegate, nonce]))
    made = key.sign_recoverable(digest, hasher=None)
    s, parity = int.from_bytes(made[32:64], "big"), made[64]
    if high:
        s, parity = N - s, 1 - parity
    return Authorization(chain_id, delegate, nonce, parity, made[:32], s.to_bytes(32, "big"))


def listed(kind: int = LISTED, **more: object) -> Transaction:
    """`PLAIN` with an access list, and of type 4 with an authorization."""
    fields = {name: getattr(PLAIN, name) for name in PLAIN.__slots__}
    fields |= {"kind": kind, "access_list": ENTRIES}
    if kind == LISTED:
        fields["priority_fee"] = fields["max_fee"]
    if kind == SET_CODE:
        fields["authorizations"] = (authorize(),)
    return Transaction(**(fields | more))


REVOKED = authorize(NOBODY)
