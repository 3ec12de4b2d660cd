"""A token that a page wants listed: wallet_watchAsset (EIP-747)."""

from dataclasses import dataclass
from typing import Final

from tandem.errors import BadRequest
from tandem.provider.hex_params import address_param
from tandem.wire import Json

STANDARDS: Final = ("ERC20", "ERC721", "ERC1155")
MAX_ID: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class AssetWish:
    """`token_id` is None for ERC-20; `symbol` and `decimals` are the page's word, None where it says nothing."""

    standard: str
    contract: bytes
    token_id: int | None
    symbol: str | None
    decimals: int | None


def asset_params(params: tuple[Json, ...]) -> AssetWish:
    """Raises BadRequest. The image is not used: what it shows would be the page's word alone."""
    wish = params[0] if len(params) == 1 else None
    options = wish.get("options") if isinstance(wish, dict) else None
    if not isinstance(wish, dict) or wish.get("type") not in STANDARDS or not isinstance(options, dict):
        raise BadRequest("wallet_watchAsset takes a type and options")
    standard = str(wish["type"])
    symbol, decimals, token_id = options.get("symbol"), options.get("decimals"), options.get("tokenId")
    if symbol is not None and not (isinstance(symbol, str) and 0 < len(symbol) <= 32 and symbol.isprintable()):
        raise BadRequest("symbol")
    if (standard == "ERC20") is not (token_id is None):
        raise BadRequest("tokenId")
    return AssetWish(
        standard,
        address_param(options.get("address")),
        None if token_id is None else _number(token_id, "tokenId", MAX_ID),
        symbol,
        None if decimals is None else _number(decimals, "decimals", 37),
    )


def _number(value: Json, what: str, end: int) -> int:
    """A whole number, or its decimal text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 78:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < end:
        raise BadRequest(what)
    return value
