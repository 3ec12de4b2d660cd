import pytest

from tandem.errors import BadRequest
from tandem.provider.asset import AssetWish, asset_params
from tandem.wire import Json

WHO = "0x" + "ab" * 20
TOKEN: dict[str, Json] = {"type": "ERC20", "options": {"address": WHO, "symbol": "ABC", "decimals": 18}}


def changed(standard: str = "ERC20", **options: Json) -> dict[str, Json]:
    return {"type": standard, "options": {"address": WHO} | options}


def test_tokens_and_items() -> None:
    assert asset_params((TOKEN,)) == AssetWish("ERC20", bytes.fromhex("ab" * 20), None, "ABC", 18)
    assert asset_params((changed("ERC721", tokenId="7"),)).token_id == 7
    assert asset_params((changed("ERC1155", tokenId=(1 << 256) - 1),)).symbol is None


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ((), "type and options"),
        ((TOKEN, TOKEN), "type and options"),
        (([],), "type and options"),
        (({"type": "ERC404", "options": {"address": WHO}},), "type and options"),
        (({"type": ["ERC20"], "options": {"address": WHO}},), "type and options"),
        (({"type": "ERC20", "options": []},), "type and options"),
        ((changed(symbol=""),), "symbol"),
        ((changed(symbol="x" * 33),), "symbol"),
        ((changed(symbol="A\u202eB"),), "symbol"),
        ((changed(symbol=5),), "symbol"),
        ((changed(tokenId="7"),), "tokenId"),
        ((changed("ERC721"),), "tokenId"),
        ((changed("ERC721", tokenId="-7"),), "tokenId"),
        ((changed("ERC721", tokenId="0x7"),), "tokenId"),
        ((changed("ERC721", tokenId=True),), "tokenId"),
        ((changed("ERC721", tokenId=1 << 256),), "tokenId"),
        ((changed(decimals=37),), "decimals"),
        ((changed(decimals=-1),), "decimals"),
        ((changed(decimals=1.5),), "decimals"),
        ((changed(address="0x1"),), "address"),
    ],
)
def test_refused(params: tuple[Json, ...], what: str) -> None:
    with pytest.raises(BadRequest, match=what):
        asset_params(params)
