"""The EVM networks, one row each. Wire names are Vultisig's (relay spec §11); custom networks use CAIP-2 instead.

The nodes are public ones that take no key: the chains' own and two operators of many, asked in this order.
"""

from dataclasses import dataclass
from typing import Final

LOCAL: Final = 31337  # what anvil and Hardhat call themselves


@dataclass(frozen=True, slots=True)
class Network:
    """`wire` is the chain's name in Vultisig payloads; `rpc_urls` its nodes, the preferred one first; `explorer` has {}
    for the hash; `finality` is how many blocks a transaction has to lie under to be called final.
    """

    chain_id: int
    name: str
    wire: str
    symbol: str
    rpc_urls: tuple[str, ...]
    explorer: str | None = None
    finality: int = 12
    legacy: bool = False  # its transactions are of the form before EIP-1559, as all apps of the family sign them there
    two_forms: bool = False  # the family's TypeScript apps sign the old form here, its phones the new one, as we do
    op_stack: bool = False  # every transaction also pays for its bytes on the chain below
    is_custom: bool = False

    @property
    def chain(self) -> str:
        """CAIP-2."""
        return f"eip155:{self.chain_id}"

    @property
    def kind(self) -> int:
        """The type (EIP-2718) of its ordinary transactions."""
        return 0 if self.legacy else 2

    @property
    def hex_id(self) -> str:
        """Chain id as EIP-695 writes it."""
        return hex(self.chain_id)

    @property
    def rpc_url(self) -> str:
        return self.rpc_urls[0] if self.rpc_urls else ""

    @property
    def is_local(self) -> bool:
        return self.chain_id == LOCAL


def _nodes(*hosts: str) -> tuple[str, ...]:
    return tuple(f"https://{host}" for host in hosts)


NETWORKS: Final = (
    Network(
        1,
        "Ethereum",
        "Ethereum",
        "ETH",
        _nodes("ethereum-rpc.publicnode.com", "eth.drpc.org", "1rpc.io/eth"),
        "https://etherscan.io/tx/{}",
        finality=64,
    ),
    Network(
        42161,
        "Arbitrum One",
        "Arbitrum",
        "ETH",
        _nodes("arbitrum-one-rpc.publicnode.com", "arb1.arbitrum.io/rpc", "arbitrum.drpc.org"),
        "https://arbiscan.io/tx/{}",
    ),
    Network(
        8453,
        "Base",
        "Base",
        "ETH",
        _nodes("base-rpc.publicnode.com", "mainnet.base.org", "base.drpc.org"),
        "https://basescan.org/tx/{}",
        op_stack=True,
    ),
    Network(
        10,
        "Optimism",
        "Optimism",
        "ETH",
        _nodes("optimism-rpc.publicnode.com", "mainnet.optimism.io", "optimism.drpc.org"),
        "https://optimistic.etherscan.io/tx/{}",
        op_stack=True,
    ),
    Network(
        137,
        "Polygon",
        "Polygon",
        "POL",
        _nodes("polygon-bor-rpc.publicnode.com", "polygon.drpc.org", "1rpc.io/matic"),
        "https://polygonscan.com/tx/{}",
        finality=64,
    ),
    Network(
        56,
        "BNB Smart Chain",
        "BSC",
        "BNB",
        _nodes("bsc-rpc.publicnode.com", "bsc-dataseed.bnbchain.org", "bsc.drpc.org"),
        "https://bscscan.com/tx/{}",
        finality=15,
        legacy=True,
    ),
    Network(
        43114,
        "Avalanche",
        "Avalanche",
        "AVAX",
        _nodes("avalanche-c-chain-rpc.publicnode.com", "api.avax.network/ext/bc/C/rpc", "avalanche.drpc.org"),
        "https://snowtrace.io/tx/{}",
        finality=2,
    ),
    Network(
        324,
        "zkSync Era",
        "Zksync",
        "ETH",
        _nodes("mainnet.era.zksync.io", "zksync.drpc.org"),
        "https://explorer.zksync.io/tx/{}",
    ),
    Network(
        25,
        "Cronos",
        "CronosChain",
        "CRO",
        _nodes("cronos-evm-rpc.publicnode.com", "evm.cronos.org", "cronos.drpc.org"),
        "https://cronoscan.com/tx/{}",
        finality=2,
    ),
    Network(
        81457,
        "Blast",
        "Blast",
        "ETH",
        _nodes("blast-rpc.publicnode.com", "rpc.blast.io", "blast.drpc.org"),
        "https://blastscan.io/tx/{}",
        op_stack=True,
    ),
    Network(
        5000,
        "Mantle",
        "Mantle",
        "MNT",
        _nodes("mantle-rpc.publicnode.com", "rpc.mantle.xyz", "mantle.drpc.org"),
        "https://mantlescan.xyz/tx/{}",
    ),
    Network(
        999,
        "Hyperliquid",
        "Hyperliquid",
        "HYPE",
        _nodes("rpc.hyperliquid.xyz/evm", "hyperliquid.drpc.org"),
        "https://hyperevmscan.io/tx/{}",
        finality=2,
    ),
    Network(
        1329,
        "Sei",
        "Sei",
        "SEI",
        _nodes("sei-evm-rpc.publicnode.com", "evm-rpc.sei-apis.com", "sei.drpc.org"),
        "https://seiscan.io/tx/{}",
        finality=2,
        two_forms=True,
    ),
    Network(
        11155111,
        "Sepolia",
        "eip155:11155111",
        "ETH",
        _nodes("ethereum-sepolia-rpc.publicnode.com", "sepolia.drpc.org", "1rpc.io/sepolia"),
        "https://sepolia.etherscan.io/tx/{}",
        finality=64,
    ),
    Network(LOCAL, "Local chain", f"eip155:{LOCAL}", "ETH", ("http://127.0.0.1:8545",), finality=1),
)

BY_CHAIN: Final = {network.chain: network for network in NETWORKS}
BY_WIRE: Final = {network.wire: network for network in NETWORKS}
DEFAULT: Final = "eip155:1"


def chain_id(chain: str) -> int:
    """The number in a CAIP-2 name of this family."""
    return int(chain.partition(":")[2])


def by_id(number: int) -> Network:
    """By its chain id; one of no row has no name of its own here, and its coin none either."""
    return BY_CHAIN.get(f"eip155:{number}") or Network(number, f"Chain {number}", f"eip155:{number}", "coins", ())


def kind_of(chain: str) -> int:
    """The type of a network's ordinary transactions; a phone takes one that it does not know to be of type 2."""
    return by_id(chain_id(chain)).kind
