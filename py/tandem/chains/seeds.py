"""Where other wallets keep the keys of a seed phrase, by Vultisig's names of the chains (relay-and-sessions §5.3, §11).

A vault of our own derives without hardened steps; a key that comes from a seed phrase is taken at the path with them.
Chains at one path have one key, and one ceremony for all of them, under the name of the first.
"""

from typing import Final, Literal

from tandem.errors import WireError

SUPPORTED: Final = ("Ethereum", "Solana")  # that a phrase is brought in for; each with its relatives
PHANTOM: Final = "m/44'/501'/0'/0'"  # of most Solana wallets; the apps take the other one unless told so

_EVM: Final = (
    "Ethereum Arbitrum Avalanche Base Blast BSC CronosChain Optimism Polygon Zksync Mantle Hyperliquid Sei Robinhood"
)
_SECP256K1: Final = {
    "m/44'/60'/0'/0/0": _EVM,
    "m/84'/0'/0'/0/0": "Bitcoin",
    "m/84'/2'/0'/0/0": "Litecoin",
    "m/44'/145'/0'/0/0": "Bitcoin-Cash",
    "m/44'/3'/0'/0/0": "Dogecoin",
    "m/44'/5'/0'/0/0": "Dash",
    "m/44'/133'/0'/0/0": "Zcash",
    "m/44'/931'/0'/0/0": "THORChain MayaChain",
    "m/44'/118'/0'/0/0": "Cosmos Osmosis Kujira Dydx Noble Akash",
    "m/44'/330'/0'/0/0": "Terra TerraClassic",
    "m/44'/144'/0'/0/0": "Ripple",
    "m/44'/195'/0'/0/0": "Tron",
}
_PATHS: Final = {name: path for path, names in _SECP256K1.items() for name in names.split()}
_SOLANA: Final = "m/44'/501'/0'"
_ED25519: Final = ("Solana", "Sui", "Polkadot", "Bittensor", "Ton", "Cardano")


def curve_of(chain: str) -> Literal["ecdsa", "eddsa"]:
    """Raises WireError for a chain that is not known or has a key of another kind (QBTC)."""
    if chain in _PATHS:
        return "ecdsa"
    if chain in _ED25519:
        return "eddsa"
    raise WireError(f"keys of {chain} are not supported")


def path_of(chain: str, *, phantom: bool = False) -> str:
    """Where the key lies. Raises WireError for a chain that no phrase is brought in for yet."""
    if chain == "Solana":
        return PHANTOM if phantom else _SOLANA
    if chain not in _PATHS:
        raise WireError(f"a seed phrase cannot be brought in for {chain}")
    return _PATHS[chain]


def relatives(chain: str) -> tuple[str, ...]:
    """The chains that have this one's key, itself first."""
    if chain not in _PATHS:
        return (chain,)
    return (chain, *(name for name in _SECP256K1[_PATHS[chain]].split() if name != chain))
