import dataclasses

import pytest

from chains.ethereum.listed import ENTRIES, PLAIN, authorize, listed
from tandem.chains.ethereum.access_list import MAX_ENTRIES
from tandem.chains.ethereum.calldata import transfer_call
from tandem.chains.ethereum.rlp import encode
from tandem.chains.ethereum.tx import (
    FEES,
    LEGACY,
    LISTED,
    MAX_DATA,
    MAX_UNSIGNED,
    SET_CODE,
    Transaction,
    assemble,
    digest,
    is_transaction,
    read_unsigned,
    unsigned,
)
from tandem.errors import WireError
from vectors import load

GOOD = Transaction(1, 7, 1, 2, 21000, bytes(20), 5, b"")


def test_the_older_form_by_the_example_of_eip_155() -> None:
    tx = Transaction(1, 9, 0, 20 * 10**9, 21000, b"\x35" * 20, 10**18, b"", kind=LEGACY)
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


@pytest.mark.parametrize("kind", [LEGACY, LISTED, FEES, SET_CODE])
def test_unsigned_bytes_are_read_as_they_were_written(kind: int) -> None:
    what = listed(kind) if kind else dataclasses.replace(PLAIN, kind=LEGACY, priority_fee=PLAIN.max_fee)
    assert read_unsigned(unsigned(what)) == what and is_transaction(unsigned(what))
    empty = dataclasses.replace(what, access_list=(), data=b"\1")
    assert read_unsigned(unsigned(empty)) == empty != what
    made = dataclasses.replace(empty, to=None, value=0) if kind != SET_CODE else empty
    assert read_unsigned(unsigned(made)) == made
    assert unsigned(what)[0] == kind or (kind == LEGACY and unsigned(what)[0] >= 0xC0)


@pytest.mark.parametrize("kind", [LISTED, FEES, SET_CODE])
def test_lists_are_in_the_digest(kind: int) -> None:
    what = listed(kind)
    others = [dataclasses.replace(what, access_list=ENTRIES[:1]), dataclasses.replace(what, access_list=ENTRIES * 2)]
    if kind == SET_CODE:
        others.append(dataclasses.replace(what, authorizations=(authorize(nonce=4),)))
        others.append(dataclasses.replace(what, authorizations=what.authorizations * 2))
    assert len({digest(each) for each in (what, *others)}) == len(others) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": LEGACY, "access_list": ENTRIES},
        {"kind": 3},
        {"kind": 5},
        {"kind": -1},
        {"access_list": ENTRIES * MAX_ENTRIES},
        {"authorizations": (authorize(),)},
        {"kind": LISTED, "authorizations": (authorize(),)},
        {"kind": SET_CODE},
        {"kind": SET_CODE, "authorizations": (authorize(),) * 17},
        {"kind": SET_CODE, "authorizations": (authorize(chain_id=5),)},
        {"kind": SET_CODE, "authorizations": (authorize(),), "to": None, "data": b"\1"},
    ],
    ids=lambda change: ",".join(f"{name}" for name in change) + str(change.get("kind", "")),
)
def test_lists_of_the_wrong_type_or_size_are_refused(change: dict) -> None:
    dataclasses.replace(PLAIN, kind=SET_CODE, authorizations=(authorize(), authorize(chain_id=0)))
    with pytest.raises(WireError):
        dataclasses.replace(PLAIN, **change)


FIELDS = [1, 7, 10**9, 2 * 10**9, 60_000, b"\x55" * 20, 10**15, b"", []]
BLOBS = [*FIELDS, 1, [b"\1" * 32]]
GOOD_AUTHORIZATION = unsigned(listed(SET_CODE))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (1, FIELDS),  # the shape of another type
        (2, FIELDS[:8]),
        (2, [*FIELDS, b""]),
        (3, BLOBS),
        (4, FIELDS),
        (4, [*FIELDS, []]),  # no authorization
        (5, FIELDS),
        (0, FIELDS),
        (0x7F, FIELDS),
        (2, [b"\0\1", *FIELDS[1:]]),
        (2, [0, *FIELDS[1:]]),
        (2, [1, 1 << 64, *FIELDS[2:]]),
        (2, [*FIELDS[:4], 0, *FIELDS[5:]]),
        (2, [*FIELDS[:5], b"\x55" * 19, *FIELDS[6:]]),
        (2, [*FIELDS[:5], [], *FIELDS[6:]]),
        (2, [*FIELDS[:6], 1 << 256, *FIELDS[7:]]),
        (2, [*FIELDS[:7], [], []]),
        (2, [*FIELDS[:8], b""]),
        (2, [1, 7, 3, 2, *FIELDS[4:]]),  # a tip over the most
    ],
    ids=lambda what: str(what)[:30],
)
def test_unsigned_bytes_of_anything_else_are_refused(kind: int, fields: list) -> None:
    assert read_unsigned(b"\2" + encode(FIELDS)) == PLAIN
    with pytest.raises(WireError):
        read_unsigned(bytes([kind]) + encode(fields))


def test_unsigned_bytes_end_where_they_end() -> None:
    for data in (GOOD_AUTHORIZATION + b"\0", GOOD_AUTHORIZATION[:-1], b"", b"\2", b"\2\x80", b"\2" * 40):
        with pytest.raises(WireError):
            read_unsigned(data)
    with pytest.raises(WireError, match="too long"):
        read_unsigned(b"\2" + encode([*FIELDS[:7], bytes(MAX_UNSIGNED), []]))


def test_the_old_form_without_a_chain_is_no_transaction_here() -> None:
    for fields in (FIELDS[1:2] + FIELDS[3:8], [*FIELDS[1:2], *FIELDS[3:8], 1, 0, 1]):
        assert is_transaction(encode(fields))
        with pytest.raises(WireError):
            read_unsigned(encode(fields))


def test_what_may_be_a_transaction_and_what_not() -> None:
    word = b"\5" + encode([1, b"\xde" * 20, 3])  # what an account signs to hand itself over
    for yes in (word, b"\3" + encode(BLOBS), b"\x7f\xc0", b"\xc0"):
        assert is_transaction(yes)
    for no in (b"", b"\2", b"\x19Ethereum Signed Message:\n1\xc0", b"\x19\1" + bytes(64), b"hello", b"\2\xc0\0"):
        assert not is_transaction(no)
