"""A transaction that travels as a message: what is written, what is read, and what a reader says of it."""

import dataclasses

import pytest

from chains.ethereum.listed import AUTHORITY, DELEGATE, PLAIN, REVOKED, authorize, listed
from tandem.chains import reading
from tandem.chains.ethereum import networks
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.message import prefixed
from tandem.chains.ethereum.payload import message_payload, read_message
from tandem.chains.ethereum.raw_payload import METHOD, has_fields, raw_payload, read_raw, wire_name
from tandem.chains.ethereum.rlp import encode
from tandem.chains.ethereum.summary import raw_summary, read_keysign
from tandem.chains.ethereum.tx import FEES, LEGACY, LISTED, SET_CODE, Transaction, digest, unsigned
from tandem.curve.keccak import keccak256
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload

VAULT, ORIGIN, US = b"\x03" + b"\x33" * 32, "https://dapp.example", b"\x11" * 20
MAINNET = networks.BY_CHAIN["eip155:1"]
KINDS = (LISTED, FEES, SET_CODE)


def payload_of(what: Transaction) -> CustomMessagePayload:
    network = networks.by_id(what.chain_id)
    return raw_payload(what, network=network, vault_public_key=VAULT, party="ours", origin=ORIGIN)


def custom(data: bytes, method: str = METHOD, chain: str = "Ethereum") -> CustomMessagePayload:
    return CustomMessagePayload(method=method, message="0x" + data.hex(), chain=chain)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_read_as_it_was_written_and_hashed_as_the_apps_do(kind: int) -> None:
    what = listed(kind)
    payload = payload_of(what)
    assert payload.method == "eth_signTransaction" and payload.chain == "Ethereum"
    assert read_raw(payload) == what
    made = reading.read_keysign(payload)
    assert made.kind == "transaction" and made.digests == (digest(what),) == (keccak256(unsigned(what)),)
    assert made.chain_name == "Ethereum (chain id 1)" and made.origin == ORIGIN and made.account is None


def test_only_what_the_fields_cannot_say_travels_so() -> None:
    bnb = networks.BY_CHAIN["eip155:56"]
    assert has_fields(PLAIN, MAINNET) and not has_fields(PLAIN, bnb)
    assert has_fields(dataclasses.replace(PLAIN, kind=LEGACY), bnb)
    assert not any(has_fields(listed(kind), MAINNET) for kind in KINDS)
    assert not has_fields(dataclasses.replace(PLAIN, kind=LISTED), MAINNET)


def test_a_network_goes_by_a_name_that_the_apps_know() -> None:
    for chain_id, name in ((42161, "Arbitrum"), (56, "BSC"), (31337, "Ethereum"), (424242, "Ethereum")):
        what = dataclasses.replace(listed(), chain_id=chain_id)
        assert wire_name(networks.by_id(chain_id)) == payload_of(what).chain == name
        assert read_keysign(payload_of(what)).chain == name
        assert read_keysign(payload_of(what)).chain_name.endswith(f"(chain id {chain_id})")


@pytest.mark.parametrize("chain", ["Arbitrum", "Dogecoin", "eip155:1"])
def test_another_chain_than_the_bytes_say_is_refused(chain: str) -> None:
    payload = payload_of(listed())
    payload.chain = ""
    assert read_raw(payload) == listed()
    payload.chain = chain
    with pytest.raises(WireError):
        read_keysign(payload)


@pytest.mark.parametrize("method", ["personal_sign", "eth_sign", "", "eth_signTypedData", "sign_message"])
def test_a_transaction_that_calls_itself_a_message_is_told_as_one(method: str) -> None:
    payload = payload_of(listed())
    payload.method = method
    made = read_keysign(payload)
    assert made.kind == "transaction" and made.lines[0][0] == "Warning" and "it is a transaction" in made.lines[0][1]
    found = raw_summary(listed(), payload, US)["findings"]
    assert found[0]["kind"] == "called_message" and found[0]["danger"]  # type: ignore[index, call-overload]
    plain = custom(unsigned(PLAIN), method)  # one that fields could have said, too
    assert read_keysign(plain).digests == (digest(PLAIN),)


def test_ours_is_not_warned_of_as_a_message() -> None:
    for method in (METHOD, "eth_sendTransaction"):
        payload = custom(unsigned(listed()), method)
        assert "Warning" not in dict(read_keysign(payload).lines)
        assert raw_summary(listed(), payload, US)["findings"] == []


@pytest.mark.parametrize(
    "data",
    [
        b"\3" + encode([1, 7, 1, 2, 60_000, b"\x55" * 20, 5, b"", [], 1, [b"\1" * 32]]),  # blobs
        b"\5" + encode([1, DELEGATE, 3]),  # the very word by which an account hands itself over
        encode([7, 1, 60_000, b"\x55" * 20, 5, b""]),  # of any chain
        b"\2" + encode([1, 7, 3, 2, 60_000, b"\x55" * 20, 5, b"", []]),
        b"\x7f" + encode([]),
    ],
)
def test_what_may_be_a_transaction_and_is_not_understood_is_refused(data: bytes) -> None:
    for method in (METHOD, "personal_sign", "eth_signTypedData", "eth_sign"):
        with pytest.raises(WireError):
            read_keysign(custom(data, method))


def test_two_hashes_of_old_typed_data_cannot_be_a_transaction() -> None:
    """64 bytes, which no screen could explain, hashed as they are: a whole transaction has room in them."""
    fields: list = [1, 0, 1, 10**9, 21000, b"\x55" * 20, 10**17, b"", []]
    short = b"\2" + encode(fields)
    what = b"\2" + encode([*fields[:7], bytes(63 - len(short)), []])
    assert len(what) == 64
    assert read_keysign(custom(what, "eth_signTypedData")).kind == "transaction"
    with pytest.raises(WireError):
        read_message(custom(what, "eth_signTypedData"))
    assert read_keysign(custom(b"\2" + bytes(63), "eth_signTypedData")).kind == "message"


@pytest.mark.parametrize("kind", KINDS)
def test_personal_sign_never_makes_such_bytes(kind: int) -> None:
    """Whatever a page has signed as a message travels with its prefix, and is no transaction to any reader."""
    for content in (unsigned(listed(kind)), b"", unsigned(PLAIN)):
        payload = message_payload(content, vault_public_key=VAULT, party="ours", origin=ORIGIN)
        assert bytes.fromhex(payload.message[2:]) == prefixed(content) and payload.message.startswith("0x19")
        assert read_raw(payload) is None and read_message(payload) == content
        assert read_keysign(payload).kind == "message" and read_keysign(payload).digests != (digest(listed(kind)),)


def test_the_phone_tells_the_same_as_the_browser() -> None:
    what = dataclasses.replace(listed(SET_CODE), authorizations=(authorize(), REVOKED, authorize(chain_id=0)))
    payload, summary = payload_of(what), raw_summary(what, payload_of(what), US)
    lines = read_keysign(payload, checksum(US)).lines
    labels, told = [label for label, _ in lines], dict(lines)
    assert labels.count("Account") == 3 and labels.count("Handed over to the code of") == 2
    assert told["Access list"] == "addresses: 2, storage slots: 2" and told["Send"] == "0.001 ETH"
    assert told["To"] == summary["to"] and told["Fee at most"] == f"{summary['fee']['value']} ETH"  # type: ignore[index, call-overload]
    assert told["Where"] == "EVERY network" and ("No longer run by" in told)
    assert summary["access_list"]["slots"] == 2 and len(summary["authorizations"]) == 3  # type: ignore[index, call-overload, arg-type]


def test_ones_own_account_is_warned_of_most() -> None:
    what, own = listed(SET_CODE), checksum(AUTHORITY)
    kinds = [found["kind"] for found in raw_summary(what, payload_of(what), AUTHORITY)["findings"]]  # type: ignore[union-attr, index, call-overload]
    assert kinds == ["own_to_code", "void"]  # the latter is known of one's own account alone
    others = [found["kind"] for found in raw_summary(what, payload_of(what), US)["findings"]]  # type: ignore[union-attr, index, call-overload]
    assert others == ["other_to_code"]
    assert any("YOUR account" in text for _, text in read_keysign(payload_of(what), own).lines)
    assert not any("YOUR account" in text for _, text in read_keysign(payload_of(what), checksum(US)).lines)
