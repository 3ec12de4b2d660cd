from tandem.chains.solana.networks import BY_CHAIN, BY_WIRE, DEFAULT, NETWORKS


def test_names_are_unique_and_only_the_local_one_is_local() -> None:
    assert len(BY_CHAIN) == len(BY_WIRE) == len(NETWORKS) == 3
    assert BY_CHAIN[DEFAULT].wire == "Solana"  # the only name that Vultisig's apps know
    assert [network.chain for network in NETWORKS if network.is_local] == ["solana:localnet"]
