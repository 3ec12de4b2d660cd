import pytest

from tandem.provider.methods import METHODS, Needs, needs_of


def test_signing_methods_need_a_person() -> None:
    for method, needs in METHODS.items():
        if "sign" in method.lower() or method == "eth_sendTransaction":
            assert needs in (Needs.MESSAGE, Needs.SIGNATURE, Needs.TRANSACTION, Needs.REFUSED), method


def test_only_what_a_person_decides_on_becomes_a_record() -> None:
    asking = {method for method, needs in METHODS.items() if needs.asks}
    assert {"eth_requestAccounts", "personal_sign", "eth_sendTransaction", "wallet_addEthereumChain"} <= asking
    assert not asking & {"eth_chainId", "eth_call", "wallet_switchEthereumChain", "eth_sign"}


@pytest.mark.parametrize(
    ("method", "needs"),
    [
        ("eth_getProof", METHODS["eth_call"]),  # only some nodes know it
        ("personal_sign", Needs.MESSAGE),
        ("eth_get", None),
        ("eth_getsomething", None),
        ("eth_getA" + "b" * 49, None),
        ("eth_getX\n", None),
        ("eth_setAnything", None),
    ],
)
def test_reads_that_only_some_nodes_know_are_theirs_to_judge(method: str, needs: Needs | None) -> None:
    assert needs_of(method) is needs
