"""EIP-4361: the standard's texts are read, everything else is malformed, and each mismatch is found by itself."""

import pytest

from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.sign_in import parse_sign_in, sign_in_summary, wrong
from tandem.errors import WireError

ORIGIN = "https://example.com"
ADDRESS = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
NOW = 1_633_000_000.0  # 2021-09-30

# The EIP's three examples, with the uri of the domain that asks.
PLAIN = f"""example.com wants you to sign in with your Ethereum account:
{ADDRESS}

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z"""
RICH = f"""{PLAIN}
Expiration Time: 2031-09-30T16:25:24Z
Not Before: 2021-09-01T00:00:00.000+02:00
Request ID: 7
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json"""
BARE = PLAIN.replace("\nI accept the ExampleOrg Terms of Service: https://example.com/tos\n", "\n")


def flags(text: str, origin: str = ORIGIN, chain_id: int = 1, now: float = NOW, account: str = ADDRESS) -> list[str]:
    told = sign_in_summary(text, origin=origin, account=parse(account), chain_id=chain_id, now=now)
    assert told is not None
    return list(told["wrong"])  # type: ignore[call-overload]


def test_the_standards_texts_are_read() -> None:
    found = parse_sign_in(RICH)
    assert (found.domain, found.chain_id, found.nonce, found.request_id) == ("example.com", "1", "32891756", "7")
    assert found.statement == "I accept the ExampleOrg Terms of Service: https://example.com/tos"
    assert found.resources is not None and len(found.resources) == 2
    assert parse_sign_in(BARE).statement is None
    assert parse_sign_in(BARE.replace("\n\n\n", "\n\n")).statement is None  # as older libraries write it
    assert parse_sign_in("https://" + PLAIN).scheme == "https"
    assert parse_sign_in(f"{PLAIN}\nResources:").resources == ()
    for text in (PLAIN, RICH, BARE, "https://" + PLAIN):
        assert flags(text) == []


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("example.com wants", "evil.com wants", "domain"),
        ("example.com wants", "example.com:8443 wants", "domain"),
        ("example.com wants", "http://example.com wants", "scheme"),
        ("URI: https://example.com/", "URI: https://example.com.evil/", "uri"),
        ("URI: https://example.com/", "URI: http://example.com/", "uri"),
        (ADDRESS, "0x" + "11" * 20, "address"),
        ("Chain ID: 1", "Chain ID: 137", "chain"),
        ("Expiration Time: 2031", "Expiration Time: 2020", "expired"),
        ("Not Before: 2021-09-01", "Not Before: 2021-10-01", "early"),
    ],
)
def test_each_mismatch_is_found(old: str, new: str, flag: str) -> None:
    assert RICH.count(old) == 1
    assert flags(RICH.replace(old, new)) == [flag]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Version: 1", "Version: 2"),
        ("Nonce: 32891756", "Nonce: 3289"),
        ("Nonce: 32891756", "Nonce: 3289-1756"),
        ("Chain ID: 1", "Chain ID: one"),
        ("\nIssued At: 2021-09-30T16:25:24Z", ""),
        ("Issued At: 2021-09-30T16:25:24Z", "Issued At: yesterday"),
        ("2021-09-30T16:25:24Z\nExp", "2021-09-31T16:25:24Z\nExp"),
        ("2021-09-30T16:25:24Z\nExp", "2021-09-30T24:25:24Z\nExp"),
        ("2021-09-30T16:25:24Z\nExp", "2021-09-30T16:60:24Z\nExp"),
        ("2021-09-30T16:25:24Z\nExp", "2021-09-30T16:25:61Z\nExp"),
        ("Request ID: 7", "Request ID: 7\nChain ID: 5"),
        ("Request ID: 7\n", "Request ID: 7\n\n"),
        ("- ipfs", "* ipfs"),
        ("URI: https", "URI:https"),
        (ADDRESS, ADDRESS.replace("C02a", "c02a")),
        (ADDRESS, ADDRESS + "00"),
        ("Terms of Service", "Terms\u202eof Service"),
    ],
)
def test_what_is_not_the_standards_text_is_malformed(old: str, new: str) -> None:
    assert RICH.count(old) == 1
    text = RICH.replace(old, new)
    with pytest.raises(WireError):
        parse_sign_in(text)
    assert flags(text) == ["malformed"]


def test_a_text_that_does_not_begin_as_one() -> None:
    for head in ("example.com", "example.com wants you to sign in:", "\nexample.com wants you to sign in"):
        with pytest.raises(WireError):
            parse_sign_in(PLAIN.replace("example.com wants you to sign in with your Ethereum account:", head, 1))


def test_a_malformed_sign_in_elsewhere_says_both_and_other_texts_say_nothing() -> None:
    text = "bank.example wants you to sign in with your Ethereum account:\nanybody"
    assert flags(text) == ["domain", "malformed"]
    assert sign_in_summary("hello", origin=ORIGIN, account=parse(ADDRESS), chain_id=1, now=NOW) is None


def test_a_field_cannot_hide_in_the_statement() -> None:
    text = PLAIN.replace("I accept the", "URI: https://other.example\nI accept the")
    with pytest.raises(WireError):
        parse_sign_in(text)


def test_an_origin_with_a_port() -> None:
    text = PLAIN.replace("example.com wants", "localhost:3000 wants").replace(
        "https://example.com/login", "http://localhost:3000"
    )
    found = parse_sign_in(text)
    assert wrong(found, origin="http://localhost:3000", account=parse(ADDRESS), chain_id=1, now=NOW) == ()
    assert "uri" in wrong(found, origin="http://localhost:30001", account=parse(ADDRESS), chain_id=1, now=NOW)
