import pytest

from tandem.chains.ethereum.address import checksum, from_public_key, parse
from tandem.errors import WireError
from vectors import load


@pytest.mark.parametrize("text", load("ethereum")["checksums"])
def test_eip55_examples(text: str) -> None:
    assert checksum(bytes.fromhex(text[2:])) == text
    assert parse(text) == parse(text.lower()) == bytes.fromhex(text[2:])


def test_address_of_the_generator() -> None:
    generator = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    assert checksum(from_public_key(generator)) == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"


@pytest.mark.parametrize(
    "text",
    [
        "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",  # one letter of the other case
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedff",
        "0xzzAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "",
    ],
)
def test_refused_addresses(text: str) -> None:
    with pytest.raises(WireError):
        parse(text)
