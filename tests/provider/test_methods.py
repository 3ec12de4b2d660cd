from tandem.provider.methods import METHODS, Needs


def test_signing_methods_need_a_person() -> None:
    for method, needs in METHODS.items():
        if "sign" in method.lower() or method == "eth_sendTransaction":
            assert needs in (Needs.MESSAGE, Needs.SIGNATURE, Needs.TRANSACTION, Needs.REFUSED), method
