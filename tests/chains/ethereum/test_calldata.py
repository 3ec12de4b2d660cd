import pytest

from tandem.chains.ethereum.calldata import UNLIMITED, TokenApproval, TokenTransfer, approve_call, decode, transfer_call

WHO = bytes(range(20))


def test_calls_are_read_as_written() -> None:
    assert decode(transfer_call(WHO, 7)) == TokenTransfer(WHO, 7)
    assert decode(approve_call(WHO, 7)) == TokenApproval(WHO, 7)


def test_unlimited_begins_where_nobody_means_a_number() -> None:
    assert TokenApproval(WHO, UNLIMITED).unlimited
    assert not TokenApproval(WHO, UNLIMITED - 1).unlimited


@pytest.mark.parametrize("position", range(4, 16))
def test_a_dirty_address_word_is_not_understood(position: int) -> None:
    call = bytearray(transfer_call(WHO, 7))
    call[position] = 1
    assert decode(bytes(call)) is None


@pytest.mark.parametrize("call", [b"", transfer_call(WHO, 7)[:-1], transfer_call(WHO, 7) + b"\0", bytes(68)])
def test_other_shapes_are_not_understood(call: bytes) -> None:
    assert decode(call) is None
