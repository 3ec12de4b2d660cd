"""Transactions of every type against ethers': the same bytes to sign, the same signed ones, the same accounts that hand
themselves over, and nothing understood that ethers does not understand."""

import random
from collections.abc import Callable

import pytest
from coincurve import PrivateKey

from chains.ethereum.listed import authorize
from fuzz.mutate import changed
from tandem.chains.ethereum.access_list import Access
from tandem.chains.ethereum.access_list import to_json as entries_json
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.tx import (
    FEES,
    LEGACY,
    LISTED,
    SET_CODE,
    Transaction,
    assemble,
    digest,
    read_unsigned,
    transaction_hash,
    unsigned,
)
from tandem.errors import WireError

Ask = Callable[[dict], dict]
ORACLE = "transaction_oracle.cjs"
SEED, RUNS = 7, 25


def number(chance: random.Random, bits: int) -> int:
    return chance.choice((0, 1, 127, 128, (1 << bits) - 1, chance.getrandbits(chance.randint(1, bits))))


def random_transaction(chance: random.Random, kind: int) -> Transaction:
    listed, signed, most = (), (), number(chance, 96)
    chain_id = chance.choice((1, 137, 31337, (1 << 53) - 1))
    if kind:
        slots = lambda: tuple(chance.randbytes(32) for _ in range(chance.randint(0, 3)))  # noqa: E731
        listed = tuple(Access(chance.randbytes(20), slots()) for _ in range(chance.randint(0, 3)))
    if kind == SET_CODE:
        keys = [PrivateKey(chance.randbytes(32)) for _ in range(chance.randint(1, 3))]
        signed = tuple(
            authorize(
                chance.choice((bytes(20), chance.randbytes(20))),
                chain_id=chance.choice((0, chain_id)),
                nonce=number(chance, 53),
                key=key,
            )
            for key in keys
        )
    tip = most if kind in (LEGACY, LISTED) else chance.randint(0, most)
    to = None if kind != SET_CODE and chance.random() < 0.2 else chance.randbytes(20)
    data = chance.randbytes(chance.choice((1, 4, 68, 300)) if to is None else chance.choice((0, 4, 300)))
    gas = number(chance, 53) or 21_000
    return Transaction(
        chain_id, number(chance, 53), tip, most, gas, to, number(chance, 256), data, kind, listed, signed
    )


def as_ethers(what: Transaction) -> dict:
    made: dict = {
        "type": what.kind,
        "chainId": what.chain_id,
        "nonce": what.nonce,
        "gasLimit": hex(what.gas_limit),
        "to": checksum(what.to) if what.to is not None else None,
        "value": hex(what.value),
        "data": "0x" + what.data.hex(),
    }
    if what.kind in (LEGACY, LISTED):
        made["gasPrice"] = hex(what.max_fee)
    else:
        made |= {"maxFeePerGas": hex(what.max_fee), "maxPriorityFeePerGas": hex(what.priority_fee)}
    if what.kind:
        made["accessList"] = entries_json(what.access_list)
    if what.kind == SET_CODE:
        made["authorizationList"] = [
            {
                "address": checksum(each.delegate),
                "nonce": hex(each.nonce),
                "chainId": hex(each.chain_id),
                "signature": {"yParity": each.y_parity, "r": "0x" + each.r.hex(), "s": "0x" + each.s.hex()},
            }
            for each in what.authorizations
        ]
    return made


@pytest.mark.parametrize("kind", [LEGACY, LISTED, FEES, SET_CODE])
def test_the_same_bytes_digests_and_accounts(ask: Ask, kind: int) -> None:
    chance = random.Random(SEED + kind)
    for _ in range(RUNS):
        what, key = random_transaction(chance, kind), PrivateKey(chance.randbytes(32))
        made = key.sign_recoverable(digest(what), hasher=None)
        r, s, parity = made[:32], made[32:64], made[64]
        signature = {"r": "0x" + r.hex(), "s": "0x" + s.hex(), "yParity": parity}
        theirs = ask({"transaction": as_ethers(what), "signature": signature})
        raw = assemble(what, r, s, parity)
        assert theirs == {
            "unsigned": "0x" + unsigned(what).hex(),
            "digest": "0x" + digest(what).hex(),
            "raw": "0x" + raw.hex(),
            "hash": "0x" + transaction_hash(raw).hex(),
            "authorities": [checksum(each.authority) for each in what.authorizations],
        }, what
        assert read_unsigned(unsigned(what)) == what


def test_what_we_read_ethers_reads_alike(ask: Ask) -> None:
    """Broken bytes: what we take for a transaction, it takes for the same one."""
    chance = random.Random(SEED)
    seeds = [unsigned(random_transaction(chance, kind)) for kind in (LISTED, FEES, SET_CODE) for _ in range(3)]
    read = 0
    for _ in range(3000):
        data = changed(chance.choice(seeds), seeds, chance, 4096)
        try:
            what = read_unsigned(data)
        except WireError:
            continue
        read += 1
        theirs = ask({"unsigned": "0x" + data.hex()})
        assert "transaction" in theirs or theirs["error"] in ("NUMERIC_FAULT",), (data.hex(), theirs)
        if "transaction" in theirs:
            assert theirs["transaction"] == {
                "type": what.kind,
                "chainId": str(what.chain_id),
                "nonce": what.nonce,
                "entries": len(what.access_list),
                "authorizations": len(what.authorizations),
            }
    assert read > 20
