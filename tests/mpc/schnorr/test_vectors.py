"""Runs recorded against the real engine, replayed: with its randomness a party must send the same bytes again.

The known answers are the specification's, made with another implementation.
"""

import json
from pathlib import Path

import pytest

from tandem.curve.edwards import L, Point, Scalar, base
from tandem.mpc.message import message_id
from tandem.mpc.schnorr import proof
from tandem.mpc.schnorr.commitments import final_session_id
from tandem.mpc.schnorr.keygen import keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.schnorr.sign import sign
from tandem.mpc.setup import parse_keygen, parse_sign
from tandem.mpc.shamir import lagrange

FILE = json.loads((Path(__file__).parents[2] / "vectors" / "schnorr.json").read_text())
KNOWN = FILE["kat"]


def draws(run):
    """The recorded values in the order in which our party draws them; scalars are drawn as 64 bytes."""
    named = {name: bytes.fromhex(value) for name, value in run["draws"].items()}
    if run["protocol"] == "sign":
        scalars = named["k_i"] + bytes(32), named["dlog_r"] + bytes(32)
        return iter([bytes(32), named["session_id"], named["blind_factor"], *scalars])
    wanted = [named[name] for name in ("x25519_sk", "session_id", "r_i", "chain_code_id")]
    for prefix, padding in (("poly_", 32), ("box_nonce_to_", 0), ("dlog_r_", 32)):
        wanted += [value + bytes(padding) for name, value in named.items() if name.startswith(prefix)]
    return iter(wanted)


def drawing(source):
    def draw(count):
        value = next(source)
        assert len(value) == count
        return value

    return draw


@pytest.mark.parametrize("run", FILE["runs"], ids=lambda run: run["name"])
def test_replay(run):
    source, setup = draws(run), bytes.fromhex(run["setup"])
    if run["protocol"] == "keygen":
        session = keygen(parse_keygen(setup), run["party"], rng=drawing(source))
    else:
        share = EddsaKeyshare.from_bytes(bytes.fromhex(run["share"]))
        session = sign(parse_sign(setup, "eddsa"), run["party"], share, rng=drawing(source))
    session.start()
    sent = []
    for message in run["received"]:
        sent += session.outgoing()
        session.receive(bytes.fromhex(message))
        while session.advance():
            pass
    sent += session.outgoing()
    assert [message.body.hex() for message in sent] == run["sent"]
    result = session.result()
    if run["protocol"] == "keygen":
        assert result.to_bytes().hex() == run["share"]
    else:
        assert result.hex() == run["signature"]
    assert next(source, None) is None


@pytest.mark.parametrize("known", KNOWN["lagrange"], ids=str)
def test_lagrange(known):
    value = lagrange({party: party + 1 for party in known["ids"]}, known["party"], L)
    assert value.to_bytes(32, "little").hex() == known["coeff_le"]


def test_proof():
    known = {name: bytes.fromhex(value) for name, value in KNOWN["dlog"].items()}
    Y = base(Scalar.parse(known["x"]))
    made = proof.prove(known["session_id"], Scalar.parse(known["x"]), Y, lambda _count: known["r"] + bytes(32))
    assert made == (32).to_bytes(8, "little") + known["t"] + known["s"]
    assert bytes(Y) == known["y"] and proof.verify(known["session_id"], Y, made)
    assert not proof.verify(bytes(32), Y, made)
    assert not proof.verify(known["session_id"], Point.parse(known["t"]), made)


def test_proof_with_a_response_not_below_the_order():
    """The same response mod L, written otherwise."""
    known = {name: bytes.fromhex(value) for name, value in KNOWN["dlog"].items()}
    response = (int.from_bytes(known["s"], "little") + L).to_bytes(32, "little")
    made = (32).to_bytes(8, "little") + known["t"] + response
    assert not proof.verify(known["session_id"], Point.parse(known["y"]), made)


def test_final_session_id():
    known = KNOWN["final_session_id"]
    sids = dict(zip(known["pids"], map(bytes.fromhex, known["sids"]), strict=True))
    prefix = bytes.fromhex(known.get("prefix", ""))
    assert final_session_id(sids, prefix).hex() == known["out"]


@pytest.mark.parametrize("known", KNOWN["msg_id"], ids=str)
def test_message_id(known):
    sender, receiver, instance = (bytes.fromhex(known[name] or "") for name in ("sender", "receiver", "instance"))
    assert message_id(known["tag"], sender, receiver, instance).hex() == known["id"]
