"""From what a page wants sent, and the numbers chosen for it, to a transaction of one type."""

from tandem.chains.ethereum.access_list import Access, AccessList, require_bounded
from tandem.chains.ethereum.authorization import Authorization, require_valid
from tandem.chains.ethereum.tx import FEES, LEGACY, LISTED, SET_CODE, Transaction
from tandem.errors import BadRequest, WireError
from tandem.provider.request import TransactionWish


def kind_of(wish: TransactionWish, ordinary: int) -> int:
    """Its type. Without a list it is the network's ordinary one, whatever the page names: the phone can read that."""
    if wish.authorizations:
        return SET_CODE
    if not wish.access_list:
        return ordinary
    if wish.kind is not None:
        return wish.kind
    return LISTED if wish.priced or ordinary == LEGACY else FEES


def access_list_of(wish: TransactionWish) -> AccessList:
    return tuple(Access(address, slots) for address, slots in wish.access_list)


def authorizations_of(wish: TransactionWish) -> tuple[Authorization, ...]:
    """Raises BadRequest for one that the network would skip."""
    try:
        return tuple(
            Authorization(
                each.chain_id,
                each.delegate,
                each.nonce,
                each.y_parity,
                each.r.to_bytes(32, "big"),
                each.s.to_bytes(32, "big"),
            )
            for each in wish.authorizations
        )
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong


def require_lists(wish: TransactionWish, chain_id: int) -> None:
    """Whether its lists can be in a transaction on `chain_id`: before anybody is bothered. Raises BadRequest."""
    signed = authorizations_of(wish)
    try:
        require_bounded(access_list_of(wish))
        if signed:
            require_valid(signed, chain_id)
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong


def build(
    wish: TransactionWish,
    *,
    chain_id: int,
    ordinary: int,
    nonce: int,
    max_fee: int,
    priority_fee: int,
    gas_limit: int,
) -> Transaction:
    """`ordinary`: the type of the network's transactions. Raises WireError, BadRequest."""
    kind = kind_of(wish, ordinary)
    tip = max_fee if kind == LISTED else priority_fee  # one gas price, and one way to write it
    return Transaction(
        chain_id,
        nonce,
        tip,
        max_fee,
        gas_limit,
        wish.to,
        wish.value,
        wish.data,
        kind,
        access_list_of(wish),
        authorizations_of(wish),
    )
