import dataclasses

import pytest

from chains.solana.making import PEER, US, compiled, note, send, strange
from tandem.chains.solana import base58, tx
from tandem.curve.ed25519 import SigningKey
from tandem.errors import WireError
from tandem.wire import base64_text, unbase64
from vectors import load

KEY, SECOND = SigningKey(b"\1" * 32), SigningKey(b"\2" * 32)
BARE = tx.unsigned(compiled(send(5, KEY.public), payer=KEY.public))
BOTH = tx.unsigned(compiled(send(5, KEY.public), note(b"x", SECOND.public), payer=KEY.public))


def signed(what: tx.Transaction, key: SigningKey) -> tx.Transaction:
    return tx.assemble(what, key.public, key.sign(tx.signed_bytes(what)))


def test_the_incumbents_transaction_and_what_is_signed() -> None:
    v = load("solana")["raw"]
    what = tx.parse(unbase64(v["transaction"]))
    assert tx.signed_bytes(what).hex() == v["message"]
    assert base64_text(tx.to_bytes(what)) == v["transaction"]
    assert base58.encode(bytes.fromhex(v["key"])) == v["account"]
    assert tx.missing(what) == (bytes.fromhex(v["key"]),)


def test_a_signature_fills_its_own_slot_only() -> None:
    one = signed(BOTH, SECOND)
    assert tx.missing(one) == (KEY.public,)
    whole = signed(one, KEY)
    assert tx.missing(whole) == () and whole.signatures[1] == one.signatures[1]
    assert tx.transaction_id(whole) == base58.encode(whole.signatures[0])
    assert tx.parse(tx.to_bytes(whole)) == whole


def test_no_id_before_the_payer_signed() -> None:
    with pytest.raises(WireError):
        tx.transaction_id(signed(BOTH, SECOND))


def test_a_wrong_signature_is_not_assembled() -> None:
    good = KEY.sign(tx.signed_bytes(BARE))
    for bad in (good[:-1], good + b"\0", bytes(64), good[:-1] + bytes([good[-1] ^ 1]), KEY.sign(b"else")):
        with pytest.raises(WireError):
            tx.assemble(BARE, KEY.public, bad)


def test_who_is_no_signer_has_no_slot() -> None:
    for account in (PEER, US):
        with pytest.raises(WireError):
            tx.slot(BARE, account)


def test_slots_are_as_many_as_signers() -> None:
    data = tx.to_bytes(BARE)
    for slots in (0, 2):
        with pytest.raises(WireError):
            tx.parse(bytes([slots]) + bytes(64 * slots) + data[65:])
    with pytest.raises(WireError):
        dataclasses.replace(BARE, signatures=(bytes(63),))


def test_truncation_and_excess() -> None:
    data = tx.to_bytes(BOTH)
    for size in range(len(data)):
        with pytest.raises(WireError):
            tx.parse(data[:size])
    with pytest.raises(WireError):
        tx.parse(data + b"\0")


def test_more_than_a_packet_is_refused() -> None:
    big = compiled(strange((PEER, "s"), data=bytes(1100)))
    with pytest.raises(WireError):
        tx.unsigned(big)
    with pytest.raises(WireError):
        tx.parse(bytes(tx.MAX_TRANSACTION + 1))
