"""How a listed token is kept."""

import pytest

from tandem.chains.ethereum.asset import Asset, asset_from_json
from tandem.errors import WireError
from tandem.wire import Json

ITEM = Asset("eip155:1", "ERC721", b"\1" * 20, "ITEM", 0, 7)


def test_round_trip() -> None:
    assert asset_from_json(ITEM.to_json()) == ITEM


@pytest.mark.parametrize("token_id", ["", "x", "-1", "1.5", "\u0663", 7, True, ["7"]])
def test_a_token_id_is_a_number_in_a_text(token_id: Json) -> None:
    with pytest.raises(WireError, match="token id"):
        asset_from_json(ITEM.to_json() | {"token_id": token_id})


@pytest.mark.parametrize(
    ("name", "value"), [("standard", "ERC404"), ("decimals", 37), ("decimals", -1), ("contract", "0x11"), ("symbol", 1)]
)
def test_what_is_no_asset(name: str, value: Json) -> None:
    with pytest.raises(WireError):
        asset_from_json(ITEM.to_json() | {name: value})
