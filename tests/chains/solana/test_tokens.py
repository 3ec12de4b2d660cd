import pytest

from chains.solana.making import MINT, OURS, US
from tandem.chains.solana import tokens
from tandem.chains.solana.address import parse, text
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


def test_what_is_known_travels_through_a_record() -> None:
    known = tokens.Known({MINT: tokens.Mint("USDC", 6), US: tokens.Mint(None, 0)}, {OURS: tokens.Holding(MINT, US)})
    assert tokens.known_from_json(tokens.known_to_json(known)) == known
    assert tokens.known_from_json(None) == tokens.NOTHING


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"mints": {}, "holdings": []},
        {"mints": {"x": ["A", 1]}, "holdings": {}},
        {"mints": {text(MINT): ["A"]}, "holdings": {}},
        {"mints": {text(MINT): [1, 1]}, "holdings": {}},
        {"mints": {}, "holdings": {text(MINT): ["x", "y"]}},
        {"mints": {}, "holdings": {text(MINT): None}},
    ],
)
def test_other_json_is_refused(value: object) -> None:
    with pytest.raises(WireError):
        tokens.known_from_json(value)


def test_well_known_symbols_are_of_one_cluster() -> None:
    usdc = parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v")
    assert tokens.well_known("solana:mainnet", usdc) == "USDC"
    assert tokens.well_known("solana:devnet", usdc) is None
    assert tokens.well_known("solana:mainnet", MINT) is None
