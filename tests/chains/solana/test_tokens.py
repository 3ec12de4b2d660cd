import pytest

from chains.solana.making import MINT, US
from tandem.chains.solana.tokens import MAX_DECIMALS, Holding, decimals, holding
from tandem.errors import WireError


def mint_data(places: int) -> bytes:
    return bytes(44) + bytes([places]) + bytes(37)


def test_accounts_of_both_token_programs() -> None:
    for more in (b"", b"\2" * 40):
        assert holding(MINT + US + bytes(101) + more) == Holding(MINT, US)
        assert decimals(mint_data(6) + more) == 6


def test_anything_shorter_is_neither() -> None:
    with pytest.raises(WireError):
        holding(bytes(164))
    for data in (bytes(81), mint_data(MAX_DECIMALS + 1)):
        with pytest.raises(WireError):
            decimals(data)
