"""The EVM networks, one row each. Wire names are Vultisig's (relay spec §11); custom networks use CAIP-2 instead."""

from dataclasses import dataclass
from typing import Final

LOCAL: Final = 31337  # what anvil and Hardhat call themselves


@dataclass(frozen=True, slots=True)
class Network:
    """`wire` is the chain's name in Vultisig payloads; `rpc_url` a public node; `explorer` has {} for the hash."""

    chain_id: int
    name: str
    wire: str
    symbol: str
    rpc_url: str
    explorer: str | None = None
    legacy: bool = False  # its transactions are of the form before EIP-1559, as all apps of the family sign them there

    @property
    def chain(self) -> str:
        """CAIP-2."""
        return f"eip155:{self.chain_id}"

    @property
    def hex_id(self) -> str:
        """Chain id as EIP-695 writes it."""
        return hex(self.chain_id)

    @property
    def is_local(self) -> bool:
        return self.chain_id == LOCAL


NETWORKS: Final = (
    Network(1, "Ethereum", "Ethereum", "ETH", "https://ethereum-rpc.publicnode.com", "https://etherscan.io/tx/{}"),
    Network(
        42161, "Arbitrum One", "Arbitrum", "ETH", "https://arbitrum-one-rpc.publicnode.com", "https://arbiscan.io/tx/{}"
    ),
    Network(8453, "Base", "Base", "ETH", "https://base-rpc.publicnode.com", "https://basescan.org/tx/{}"),
    Network(
        10,
        "Optimism",
        "Optimism",
        "ETH",
        "https://optimism-rpc.publicnode.com",
        "https://optimistic.etherscan.io/tx/{}",
    ),
    Network(
        137, "Polygon", "Polygon", "POL", "https://polygon-bor-rpc.publicnode.com", "https://polygonscan.com/tx/{}"
    ),
    Network(56, "BNB Smart Chain", "BSC", "BNB", "https://bsc-rpc.publicnode.com", "https://bscscan.com/tx/{}", True),
    Network(
        43114,
        "Avalanche",
        "Avalanche",
        "AVAX",
        "https://avalanche-c-chain-rpc.publicnode.com",
        "https://snowtrace.io/tx/{}",
    ),
    Network(324, "zkSync Era", "Zksync", "ETH", "https://mainnet.era.zksync.io", "https://explorer.zksync.io/tx/{}"),
    Network(25, "Cronos", "CronosChain", "CRO", "https://cronos-evm-rpc.publicnode.com", "https://cronoscan.com/tx/{}"),
    Network(81457, "Blast", "Blast", "ETH", "https://blast-rpc.publicnode.com", "https://blastscan.io/tx/{}"),
    Network(5000, "Mantle", "Mantle", "MNT", "https://mantle-rpc.publicnode.com", "https://mantlescan.xyz/tx/{}"),
    Network(
        999, "Hyperliquid", "Hyperliquid", "HYPE", "https://rpc.hyperliquid.xyz/evm", "https://hyperevmscan.io/tx/{}"
    ),
    Network(1329, "Sei", "Sei", "SEI", "https://sei-evm-rpc.publicnode.com", "https://seiscan.io/tx/{}"),
    Network(
        11155111,
        "Sepolia",
        "eip155:11155111",
        "ETH",
        "https://ethereum-sepolia-rpc.publicnode.com",
        "https://sepolia.etherscan.io/tx/{}",
    ),
    Network(LOCAL, "Local chain", f"eip155:{LOCAL}", "ETH", "http://127.0.0.1:8545"),
)

BY_CHAIN: Final = {network.chain: network for network in NETWORKS}
BY_WIRE: Final = {network.wire: network for network in NETWORKS}
DEFAULT: Final = "eip155:1"


def chain_id(chain: str) -> int:
    """The number in a CAIP-2 name of this family."""
    return int(chain.partition(":")[2])
