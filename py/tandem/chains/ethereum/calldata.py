"""Calldata: the two calls that this wallet writes itself, and the meaning of any transaction's."""

from typing import Final

from tandem.chains.ethereum.contracts import decode
from tandem.chains.ethereum.contracts.erc20 import APPROVE, TRANSFER
from tandem.chains.ethereum.contracts.step import Call, Step
from tandem.chains.ethereum.tx import Transaction
from tandem.errors import WireError

UNLIMITED: Final = (1 << 255) - 1  # from here on up, nobody means a number


def transfer_call(recipient: bytes, amount: int) -> bytes:
    """Calldata of EIP-20's transfer(recipient, amount)."""
    return TRANSFER.call(recipient, amount)


def approve_call(spender: bytes, amount: int) -> bytes:
    """Calldata of EIP-20's approve(spender, amount)."""
    return APPROVE.call(spender, amount)


def token_transfer(data: bytes) -> tuple[bytes, int] | None:
    """Recipient (20 bytes) and base units of a plain token transfer, None for any other call."""
    try:
        args = TRANSFER.decode(data)
    except WireError:
        return None
    return args.blob("to"), args.number("value")


def meaning(what: Transaction, account: bytes) -> Step | None:
    """What `account` (20 bytes) does by it; None for the creation of a contract, which has no calldata."""
    if what.to is None:
        return None
    return decode(Call(what.chain_id, account, what.to, what.value, what.data))
