"""Contracts and tokens that are known by their address, per network. A name is shown beside the address, never instead.

Only what is certain stands here: the addresses are those that the projects publish, each with its EIP-55 checksum,
which the tests check. What is not here is not less good, only not known.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from tandem.chains.ethereum.rpc import Token
from tandem.wire import un0x

_ANY: Final = (1, 10, 56, 137, 8453, 42161, 43114, 81457, 5000, 11155111)  # where the same deployer put it everywhere
_ORDERS: Final = (1, 10, 56, 137, 8453, 42161, 43114)


@dataclass(frozen=True, slots=True)
class Contract:
    """`duty` is what its functions are believed for: its own, and the words of no other."""

    name: str
    duty: str
    chains: tuple[int, ...]
    text: str


CONTRACTS: Final = (
    Contract("Permit2", "permit2", _ANY, "0x000000000022D473030F116dDEE9F6B43aC78BA3"),
    Contract("Multicall3", "multicall", _ANY, "0xcA11bde05977b3631167028862bE2a173976CA11"),
    Contract("Uniswap V2 Router", "router", (1,), "0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D"),
    Contract("Uniswap V3 Router", "router", (1, 10, 137, 42161), "0xE592427A0AEce92De3Edee1F18E0157C05861564"),
    Contract("Uniswap Router 2", "router", (1, 10, 137, 42161), "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45"),
    Contract("Uniswap Router 2", "router", (8453,), "0x2626664c2603336E57B271c5C0b26F421741e481"),
    Contract("Uniswap Universal Router", "router", (1, 8453), "0x3fC91A3afd70395Cd496C647d5a6CC9D4B2b7FAD"),
    Contract("Uniswap Universal Router", "router", (1,), "0x66a9893cC07D91D95644AEDD05D03f95e1dBA8Af"),
    Contract("Safe MultiSendCallOnly", "multisend", _ANY, "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D"),
    Contract("Safe MultiSendCallOnly", "multisend", _ANY, "0x9641d764fc13c8B624c04430C7356C1C7C8102e2"),
    Contract("Seaport 1.5", "seaport", _ANY, "0x00000000000000ADc04C56Bf30aC9d3c0aAF14dC"),
    Contract("Seaport 1.6", "seaport", _ANY, "0x0000000000000068F116a894984e2DB1123eB395"),
    Contract("UniswapX", "orders", (1,), "0x00000011F84B9aa48e5f8aA8B9897600006289Be"),
    Contract("CoW Protocol", "orders", (1, 8453, 42161), "0x9008D19f58AAbD9eD0D60971565AA8510560ab41"),
    Contract("1inch Router 5", "orders", _ORDERS, "0x1111111254EEB25477B68fb85Ed929f73A960582"),
    Contract("1inch Router 6", "orders", _ORDERS, "0x111111125421cA6dc452d289314280a0f8842A65"),
    Contract("Across", "bridge", (1,), "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5"),
    Contract("Across", "bridge", (10,), "0x6f26Bf09B1C792e3228e5467807a900A503c0281"),
    Contract("Across", "bridge", (137,), "0x9295ee1d8C5b022Be115A2AD3c30C72E34e7F096"),
    Contract("Across", "bridge", (8453,), "0x09aea4b2242abC8bb4BB78D537A67a245A7bEC64"),
    Contract("Across", "bridge", (42161,), "0xe35e9842fceaCA96570B734083f4a58e8F7C5f2A"),
    Contract("Optimism bridge", "bridge", (1,), "0x99C9fc46f92E8a1c0deC1b1747d010903E884bE1"),
    Contract("Base bridge", "bridge", (1,), "0x3154Cf16ccdb4C6d922629664174b904d80F2C35"),
    Contract("OP Stack bridge", "bridge", (10, 8453), "0x4200000000000000000000000000000000000010"),
    Contract("Arbitrum inbox", "bridge", (1,), "0x4Dbd4fc535Ac27206064B68FfCf827b0A60BAB3f"),
    Contract("Arbitrum bridge", "bridge", (1,), "0x72Ce9c846789fdB6fC1f34aC4AD25Dd9ef7031ef"),
)

# symbol, decimals, and where. The first of each network is its wrapped coin.
WRAPPED: Final = (
    ("WETH", 1, "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"),
    ("WETH", 10, "0x4200000000000000000000000000000000000006"),
    ("WETH", 8453, "0x4200000000000000000000000000000000000006"),
    ("WETH", 42161, "0x82aF49447D8a07e3bd95BD0d56f35241523fBab1"),
    ("WETH", 11155111, "0xfFf9976782d46CC05630D1f6eBAb18b2324d6B14"),
    ("WPOL", 137, "0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270"),
    ("WBNB", 56, "0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c"),
    ("WAVAX", 43114, "0xB31f66AA3C1e785363F0875A1B74E27b85FD66c7"),
)
TOKENS: Final = (
    ("USDC", 6, 1, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"),
    ("USDT", 6, 1, "0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    ("DAI", 18, 1, "0x6B175474E89094C44Da98b954EedeAC495271d0F"),
    ("WBTC", 8, 1, "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599"),
    ("stETH", 18, 1, "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84"),
    ("wstETH", 18, 1, "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0"),
    ("LINK", 18, 1, "0x514910771AF9Ca656af840dff83E8264EcF986CA"),
    ("UNI", 18, 1, "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984"),
    ("USDC", 6, 10, "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85"),
    ("USDC", 6, 137, "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"),
    ("USDT", 6, 137, "0xc2132D05D31c914a87C6611C10748AEb04B58e8F"),
    ("USDC", 6, 8453, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"),
    ("USDC", 6, 42161, "0xaf88d065e77c8cC2239327C5EDb3A432268e5831"),
    ("USDC.e", 6, 42161, "0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8"),
    ("USDT", 6, 42161, "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9"),
    ("USDT", 18, 56, "0x55d398326f99059fF775485246999027B3197955"),
)


@cache
def _contracts() -> dict[tuple[int, bytes], Contract]:
    found = {(chain, un0x(each.text, size=20)): each for each in CONTRACTS for chain in each.chains}
    for symbol, chain, text in WRAPPED:
        found[chain, un0x(text, size=20)] = Contract(symbol, "wrapped", (chain,), text)
    return found


@cache
def _tokens() -> dict[tuple[int, bytes], Token]:
    rows = [(symbol, 18, chain, text) for symbol, chain, text in WRAPPED] + list(TOKENS)
    return {
        (chain, un0x(text, size=20)): Token(un0x(text, size=20), symbol, decimals)
        for symbol, decimals, chain, text in rows
    }


def name(chain_id: int, address: bytes) -> str | None:
    """What a contract is called; for tokens their symbol."""
    contract = _contracts().get((chain_id, address))
    known = token(chain_id, address)
    return contract.name if contract is not None else known.symbol if known is not None else None


def has(chain_id: int, address: bytes, duty: str) -> bool:
    contract = _contracts().get((chain_id, address))
    return contract is not None and contract.duty == duty


def token(chain_id: int, address: bytes) -> Token | None:
    """Symbol and decimals that need no node."""
    return _tokens().get((chain_id, address))
