"""A newer blockhash for a transaction that waits to be sent: one is good for a minute or two, phones take longer."""

from dataclasses import replace
from typing import Final

from tandem.chains.solana.programs import system
from tandem.chains.solana.tx import EMPTY, Transaction
from tandem.errors import WireError
from tandem.wire import exact

_ADVANCE_NONCE: Final = (4).to_bytes(4, "little")


def possible(what: Transaction) -> bool:
    """Whether it may be changed: nobody has signed, one only is to sign, and it is no transaction with a nonce.

    The runtime takes the blockhash for a nonce when the first instruction advances one.
    """
    first = what.message.instructions[:1]
    durable = any(
        what.message.keys[each.program] == system.PROGRAM and each.data[:4] == _ADVANCE_NONCE for each in first
    )
    return what.signatures == (EMPTY,) and not durable


def renewed(what: Transaction, blockhash: bytes) -> Transaction:
    """The same with another blockhash, 32 bytes. Raises WireError where that is not possible."""
    if not possible(what):
        raise WireError("the transaction is not ours to change")
    return replace(what, message=replace(what.message, blockhash=exact(blockhash, 32, "blockhash")))
