import pytest

from tandem.chains.ethereum.custom import MAX_NODES, custom, imitated
from tandem.chains.ethereum.networks import NETWORKS
from tandem.errors import WireError
from tandem.wire import Json

GNOSIS: dict[str, Json] = {
    "chainId": "0x64",
    "chainName": "Gnosis",
    "nativeCurrency": {"name": "xDAI", "symbol": "XDAI", "decimals": 18},
    "rpcUrls": ["wss://rpc.example/ws", "https://rpc.example/", "https://rpc.example", "http://localhost:8545"],
    "blockExplorerUrls": ["https://scan.example/"],
    "iconUrls": ["https://scan.example/icon.png"],
}


def test_a_network_in_the_words_of_eip_3085() -> None:
    made = custom(GNOSIS)
    assert (made.chain, made.name, made.symbol) == ("eip155:100", "Gnosis", "XDAI")
    assert made.rpc_urls == ("https://rpc.example", "http://localhost:8545")
    row = made.network()
    assert (row.wire, row.explorer, row.is_custom) == ("eip155:100", "https://scan.example/tx/{}", True)
    assert custom(made.to_json()) == made


@pytest.mark.parametrize(
    "wrong",
    [
        {"chainId": None},
        {"chainId": "100"},
        {"chainId": 100},
        {"chainId": "0x"},
        {"chainId": "0x0"},
        {"chainId": "0x20000000000000"},
        {"chainName": None},
        {"chainName": ""},
        {"chainName": " "},
        {"chainName": "x" * 41},
        {"chainName": "Еthereum"},  # its first letter is Cyrillic
        {"chainName": "Gno\u202esis"},
        {"nativeCurrency": None},
        {"nativeCurrency": {"symbol": "X", "decimals": 6}},
        {"nativeCurrency": {"symbol": "X", "decimals": True}},
        {"nativeCurrency": {"symbol": "X"}},
        {"nativeCurrency": {"symbol": "", "decimals": 18}},
        {"nativeCurrency": {"symbol": "X" * 12, "decimals": 18}},
        {"rpcUrls": None},
        {"rpcUrls": []},
        {"rpcUrls": [1]},
        {"rpcUrls": "https://rpc.example"},
        {"rpcUrls": ["wss://rpc.example"]},
        {"rpcUrls": ["http://rpc.example"]},
        {"rpcUrls": ["http://127.0.0.1.example"]},
        {"rpcUrls": ["https://user:word@rpc.example"]},
        {"rpcUrls": ["https://rpc.example", "file:///etc"]},
        {"rpcUrls": ["https://rpc.example/ space"]},
        {"rpcUrls": ["https://rpc.example/" + "x" * 300]},
        {"rpcUrls": ["javascript:alert(1)"]},
        {"blockExplorerUrls": "https://scan.example"},
        {"blockExplorerUrls": [1]},
    ],
)
def test_what_is_no_network(wrong: dict[str, Json]) -> None:
    with pytest.raises(WireError):
        custom(GNOSIS | wrong)


@pytest.mark.parametrize("value", [None, [], "x", {}])
def test_nonsense(value: Json) -> None:
    with pytest.raises(WireError):
        custom(value)


def test_an_explorer_that_is_no_https_address_is_left_out() -> None:
    for urls in (None, [], ["javascript:alert(1)"], ["http://scan.example"]):
        assert custom(GNOSIS | {"blockExplorerUrls": urls}).explorer is None


def test_nodes_are_bounded() -> None:
    many: list[Json] = [f"https://rpc{number}.example" for number in range(20)]
    assert len(custom(GNOSIS | {"rpcUrls": many}).rpc_urls) == MAX_NODES


@pytest.mark.parametrize("name", ["Ethereum", "ethereum mainnet", "ETHEREUM-Network", " Ether eum "])
def test_a_name_of_our_list_is_recognised(name: str) -> None:
    twin = imitated(custom(GNOSIS | {"chainName": name}))
    assert twin is not None and twin.chain_id == 1


def test_an_own_name_is_nobodys() -> None:
    assert imitated(custom(GNOSIS)) is None


def test_every_network_of_the_list_has_nodes_and_is_listed_once() -> None:
    assert len({row.chain_id for row in NETWORKS}) == len({row.wire for row in NETWORKS}) == len(NETWORKS)
    for row in NETWORKS:
        assert row.is_local or len(row.rpc_urls) >= 2
        assert row.is_local or all(url.startswith("https://") for url in row.rpc_urls)
        assert row.finality > 0 and len(set(row.rpc_urls)) == len(row.rpc_urls)
