from tandem.chains.ethereum.calldata import approve_call, meaning, token_transfer, transfer_call
from tandem.chains.ethereum.contracts.step import Units
from tandem.chains.ethereum.tx import Transaction

WHO, US, TOKEN = bytes(range(20)), b"\1" * 20, b"\2" * 20


def test_what_this_wallet_writes_is_read_as_written() -> None:
    assert token_transfer(transfer_call(WHO, 7)) == (WHO, 7)
    assert token_transfer(approve_call(WHO, 7)) is None
    step = meaning(Transaction(1, 0, 0, 1, 21000, TOKEN, 0, approve_call(WHO, 7)), US)
    assert step is not None and step.kind == "erc20_approve" and not step.unlimited
    assert step.facts == (("limit", Units(TOKEN, 7)), ("spender", WHO))


def test_a_transfer_that_is_not_exact_is_none() -> None:
    call = transfer_call(WHO, 7)
    for broken in (b"", call[:-1], call + b"\0", bytes(68), call[:5] + b"\1" + call[6:]):
        assert token_transfer(broken) is None


def test_a_creation_has_no_calldata() -> None:
    assert meaning(Transaction(1, 0, 0, 1, 21000, None, 0, b"\1"), US) is None
