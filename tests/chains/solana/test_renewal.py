import dataclasses

import pytest

from chains.solana.making import BLOCKHASH, US, Call, Meta, note, send, transaction
from tandem.chains.solana import renewal, tx
from tandem.chains.solana.programs import system
from tandem.errors import WireError

NEW = bytes([9]) * 32
PLAIN = transaction(send(5))
ADVANCE = Call(system.PROGRAM, (Meta(bytes(32 * [7]), "w"), Meta(bytes(32 * [8])), Meta(US, "s")), b"\4\0\0\0")


def test_only_the_blockhash_changes() -> None:
    made = renewal.renewed(PLAIN, NEW)
    assert made.message.blockhash == NEW and PLAIN.message.blockhash == BLOCKHASH
    assert dataclasses.replace(made.message, blockhash=BLOCKHASH) == PLAIN.message


@pytest.mark.parametrize(
    "what",
    [
        dataclasses.replace(PLAIN, signatures=(b"\1" * 64,)),  # signed already
        transaction(send(5), note(b"x", bytes(32 * [3]))),  # another signs too
        transaction(ADVANCE, send(5)),  # the blockhash is a nonce
    ],
)
def test_what_is_not_ours_to_change(what: tx.Transaction) -> None:
    assert not renewal.possible(what)
    with pytest.raises(WireError):
        renewal.renewed(what, NEW)


def test_a_nonce_that_is_advanced_later_is_none_to_the_runtime() -> None:
    assert renewal.possible(transaction(send(5), ADVANCE))


def test_a_blockhash_has_32_bytes() -> None:
    with pytest.raises(WireError):
        renewal.renewed(PLAIN, NEW[1:])
