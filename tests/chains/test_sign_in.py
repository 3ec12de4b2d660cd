import pytest

from tandem.chains.sign_in import claimed_domain, is_foreign

ETHEREUM = "{} wants you to sign in with your Ethereum account:\n0x11\n\nURI: https://a.b"


@pytest.mark.parametrize(
    ("message", "domain"),
    [
        ("bank.example wants you to sign in with your Solana account:\nwhatever", "bank.example"),
        ("\n bank.example wants you to sign in with your Solana account: \n", "bank.example"),
        ("hello", None),
        ("", None),
    ],
)
def test_the_domain_of_whatever_looks_like_a_sign_in(message: str, domain: str | None) -> None:
    assert claimed_domain(message) == domain


def test_ethereums_standard_too() -> None:
    assert claimed_domain(ETHEREUM.format("dapp.example:8443")) == "dapp.example:8443"
    with_scheme = ETHEREUM.format("https://dapp.example")  # as EIP-4361 allows
    assert claimed_domain(with_scheme) == "dapp.example"


@pytest.mark.parametrize(
    ("domain", "foreign"),
    [("dapp.example", False), ("dapp.example:443", True), ("evil.example", True), ("dapp.example.evil", True)],
)
def test_a_page_signs_in_at_itself_only(domain: str, foreign: bool) -> None:
    assert is_foreign(ETHEREUM.format(domain), "https://dapp.example") is foreign
    assert not is_foreign("hello", "https://dapp.example")
