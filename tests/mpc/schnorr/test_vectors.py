"""Runs recorded against the real engine, replayed: with its randomness a party must send the same bytes again.

The known answers are the specification's, made with another implementation.
"""

import json
from pathlib import Path

import pytest

from tandem.curve.edwards import L, Point, Scalar, base
from tandem.curve.secret import Secret
from tandem.mpc.message import message_id
from tandem.mpc.schnorr import key_export, key_import, proof
from tandem.mpc.schnorr.commitments import final_session_id
from tandem.mpc.schnorr.keygen import keygen
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.schnorr.migrate import migrate
from tandem.mpc.schnorr.refresh import refresh
from tandem.mpc.schnorr.reshare import reshare
from tandem.mpc.schnorr.sign import sign
from tandem.mpc.setup import parse_export, parse_keygen, parse_reshare, parse_sign
from tandem.mpc.shamir import lagrange

FILE = json.loads((Path(__file__).parents[2] / "vectors" / "schnorr.json").read_text())
KNOWN = FILE["kat"]


def draws(run):
    """The recorded values in the order in which our party draws them; scalars are drawn as 64 bytes."""
    named = {name: bytes.fromhex(value) for name, value in run["draws"].items()}
    if run["protocol"] not in ("keygen", "sign"):  # noted in the order of drawing
        scalars = ("poly_", "split_poly_", "dlog_r_")
        return iter([value + bytes(32) if name.startswith(scalars) else value for name, value in named.items()])
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


def session_of(run, rng):
    """The session that the run is a record of."""
    setup, name = bytes.fromhex(run["setup"]), run["party"]
    old = EddsaKeyshare.from_bytes(bytes.fromhex(run["old"])) if "old" in run else None
    match run["protocol"]:
        case "keygen":
            return keygen(parse_keygen(setup), name, rng=rng)
        case "sign":
            share = EddsaKeyshare.from_bytes(bytes.fromhex(run["share"]))
            return sign(parse_sign(setup, "eddsa"), name, share, rng=rng)
        case "reshare":
            return reshare(parse_reshare(setup, "eddsa"), name, old, rng=rng)
        case "refresh":
            return refresh(parse_keygen(setup), name, old, rng=rng)
        case "migrate":
            secret, public_key, chain_code = (bytes.fromhex(run[name]) for name in ("key", "public_key", "chain_code"))
            return migrate(parse_keygen(setup), name, Secret(secret), public_key, chain_code, rng=rng)
        case "import" if "key" in run:
            key, chain_code = Secret(bytes.fromhex(run["key"])), bytes.fromhex(run["chain_code"])
            return key_import.initiate(parse_keygen(setup), name, key, chain_code, rng=rng)
        case "import":
            return key_import.join(parse_keygen(setup), name, rng=rng)
        case "export" if "key" in run:
            return key_export.receive(parse_export(setup), name, old, Secret(rng(32)), rng=rng)
        case "export":
            return key_export.send(parse_export(setup), name, old, rng=rng)


@pytest.mark.parametrize("run", FILE["runs"], ids=lambda run: run["name"])
def test_replay(run):
    source = draws(run)
    session = session_of(run, drawing(source))
    session.start()
    sent = []
    for message in run["received"]:
        while session.advance():
            pass
        sent += session.outgoing()
        session.receive(bytes.fromhex(message))
    while session.advance():
        pass
    sent += session.outgoing()
    # of what goes out together, a broadcast is first with us, and in the records of a quorum change the last
    in_order = sorted if run["protocol"] == "reshare" else list
    assert in_order(message.body.hex() for message in sent) == in_order(run["sent"])
    result = session.result()
    if "signature" in run:
        assert result.hex() == run["signature"]
    elif "share" in run:
        assert result.to_bytes().hex() == run["share"]
    elif "key" in run:
        assert result.reveal().hex() == run["key"]
    else:
        assert result is None
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
