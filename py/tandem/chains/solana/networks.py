"""The Solana clusters, one row each: Wallet Standard's name, CAIP-2's for payloads, a public node."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Network:
    """`chain` is Wallet Standard's name; `wire` the name in Vultisig payloads, which know mainnet only (CAIP-2 else).

    `explorer` has {} where the transaction id goes; `genesis` is what the genesis hash begins with (CAIP-2), None for
    a chain of one's own.
    """

    chain: str
    name: str
    wire: str
    rpc_url: str
    explorer: str | None = None
    genesis: str | None = None
    symbol: str = "SOL"

    @property
    def is_local(self) -> bool:
        return self.chain == "solana:localnet"

    @property
    def is_custom(self) -> bool:
        return False


NETWORKS: Final = (
    Network(
        "solana:mainnet",
        "Solana",
        "Solana",
        "https://solana-rpc.publicnode.com",
        "https://explorer.solana.com/tx/{}",
        "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    ),
    Network(
        "solana:devnet",
        "Solana Devnet",
        "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
        "https://api.devnet.solana.com",
        "https://explorer.solana.com/tx/{}?cluster=devnet",
        "EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
    ),
    Network("solana:localnet", "Local Solana", "solana:localnet", "http://127.0.0.1:8899"),
)

BY_CHAIN: Final = {network.chain: network for network in NETWORKS}
BY_WIRE: Final = {network.wire: network for network in NETWORKS}
DEFAULT: Final = "solana:mainnet"
