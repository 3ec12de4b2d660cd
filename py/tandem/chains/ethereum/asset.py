"""Tokens by their contract: ERC-20, ERC-721, ERC-1155; the calls that read them, and how a listed one is kept."""

from dataclasses import dataclass
from typing import Final

from tandem.errors import WireError
from tandem.wire import Json, un0x

SYMBOL: Final = bytes.fromhex("95d89b41")  # symbol()
DECIMALS: Final = bytes.fromhex("313ce567")  # decimals()
INTERFACES: Final = {"ERC721": bytes.fromhex("80ac58cd"), "ERC1155": bytes.fromhex("d9b67a26")}  # EIP-165
STANDARDS: Final = ("ERC20", *INTERFACES)


@dataclass(frozen=True, slots=True)
class Asset:
    """A listed token: `symbol` and `decimals` are what its contract said; `token_id` None for ERC-20.

    `decimals` is 0 where a token is counted in whole pieces.
    """

    chain: str
    standard: str
    contract: bytes
    symbol: str
    decimals: int
    token_id: int | None = None

    @property
    def key(self) -> tuple[str, bytes, int | None]:
        """By which it is the same one."""
        return self.chain, self.contract, self.token_id

    def to_json(self) -> dict[str, Json]:
        return {
            "chain": self.chain,
            "standard": self.standard,
            "contract": "0x" + self.contract.hex(),
            "symbol": self.symbol,
            "decimals": self.decimals,
            "token_id": None if self.token_id is None else str(self.token_id),
        }


def asset_from_json(value: Json) -> Asset:
    """Raises WireError."""
    match value:
        case {
            "chain": str(chain),
            "standard": str(standard),
            "contract": str(contract),
            "symbol": str(symbol),
            "decimals": int(decimals),
            "token_id": token_id,
        } if standard in STANDARDS and 0 <= decimals <= 36:
            if token_id is not None and not (isinstance(token_id, str) and token_id.isascii() and token_id.isdigit()):
                raise WireError("no token id")
            number = None if token_id is None else int(token_id)
            return Asset(chain, standard, un0x(contract, size=20), symbol, decimals, number)
    raise WireError("no asset")


def supports_call(interface: bytes) -> bytes:
    """Calldata of supportsInterface(bytes4)."""
    return bytes.fromhex("01ffc9a7") + interface + bytes(28)


def owner_call(token_id: int) -> bytes:
    """Calldata of ownerOf(uint256), ERC-721."""
    return bytes.fromhex("6352211e") + token_id.to_bytes(32, "big")


def balance_call(account: bytes, token_id: int | None = None) -> bytes:
    """Calldata of balanceOf(address), or of ERC-1155's balanceOf(address,uint256)."""
    if token_id is None:
        return bytes.fromhex("70a08231") + bytes(12) + account
    return bytes.fromhex("00fdd58e") + bytes(12) + account + token_id.to_bytes(32, "big")
