import dataclasses

import pytest

from tandem.chains.ethereum.calldata import transfer_call
from tandem.chains.ethereum.tx import MAX_DATA, Transaction, assemble, digest
from tandem.errors import WireError
from vectors import load

GOOD = Transaction(1, 7, 1, 2, 21000, bytes(20), 5, b"")


def test_the_older_form_by_the_example_of_eip_155() -> None:
    tx = Transaction(1, 9, 0, 20 * 10**9, 21000, b"\x35" * 20, 10**18, b"", legacy=True)
    assert digest(tx).hex() == "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"
    r = "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
    s = "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    assert assemble(tx, bytes.fromhex(r), bytes.fromhex(s), 0).hex() == (
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0" + r + "a0" + s
    )


def test_native_digest_of_the_incumbent() -> None:
    v = load("ethereum")["native"]
    tx = Transaction(
        v["chain_id"],
        v["nonce"],
        int(v["priority_fee"]),
        int(v["max_fee"]),
        v["gas_limit"],
        bytes.fromhex(v["to"][2:]),
        int(v["value"]),
        b"",
    )
    assert digest(tx).hex() == v["digest"]


def test_token_digest_of_the_incumbent() -> None:
    v = load("ethereum")["erc20"]
    call = transfer_call(bytes.fromhex(v["recipient"][2:]), int(v["amount"]))
    tx = Transaction(
        v["chain_id"],
        v["nonce"],
        int(v["priority_fee"]),
        int(v["max_fee"]),
        v["gas_limit"],
        bytes.fromhex(v["token"][2:]),
        0,
        call,
    )
    assert digest(tx).hex() == v["digest"]


def test_every_field_is_in_the_digest() -> None:
    changes = {
        "chain_id": 2,
        "nonce": 8,
        "priority_fee": 0,
        "max_fee": 3,
        "gas_limit": 21001,
        "to": b"\1" * 20,
        "value": 6,
        "data": b"\0",
    }
    digests = {digest(dataclasses.replace(GOOD, **{name: value})) for name, value in changes.items()}
    assert len(digests | {digest(GOOD)}) == len(changes) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"value": -1},
        {"value": 1 << 256},
        {"max_fee": 1 << 256},
        {"priority_fee": 3},
        {"chain_id": 0},
        {"nonce": -1},
        {"gas_limit": 0},
        {"to": bytes(19)},
        {"to": None},
        {"data": bytes(MAX_DATA + 1)},
    ],
)
def test_refused_transactions(change: dict) -> None:
    with pytest.raises(WireError):
        dataclasses.replace(GOOD, **change)


def test_recovery_ids_without_an_encoding_are_refused() -> None:
    with pytest.raises(WireError):
        assemble(GOOD, bytes(32), bytes(32), 2)
