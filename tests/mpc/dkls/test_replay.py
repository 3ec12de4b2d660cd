"""Bytes on the wire: SHA-256 of everything that each protocol sends with known randomness.

The digests were taken when these runs interoperated with the real engine; a change here is a change of the protocol.
"""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from adversary.faulty_party import results, stream
from mpc.committee import DIGEST, NAMES, PATH, key, keygen_setup, reshare_sessions, reshare_setup
from tandem.curve import sealing
from tandem.curve.secret import Secret
from tandem.mpc.dkls import key_export, key_import
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.refresh import refresh
from tandem.mpc.dkls.sign import sign
from tandem.mpc.setup import build_export, build_keygen, build_sign, parse_export, parse_keygen, parse_sign

VECTORS = Path(__file__).parents[2] / "vectors" / "dkls_replay.json"


class Wire:
    """A hook that keeps what was sent."""

    def __init__(self):
        self.sent = []

    def __call__(self, sender, receiver, body):
        self.sent.append(f"{sender}>{receiver} {len(body)} {sha256(body).hexdigest()}")
        return body


def digests(shares):
    return [None if share is None else sha256(share.to_bytes()).hexdigest() for share in shares]


def record_keygen_and_sign(size):
    """One keygen and one signing by all."""
    wire = Wire()
    setup = build_keygen(2, NAMES[:size], rng=stream("setup"))
    parsed = parse_keygen(setup)
    shares = results([keygen(parsed, name, rng=stream(name)) for name in parsed.names], wire)
    signing = build_sign(shares[0].key_id, PATH, DIGEST, NAMES[:size], rng=stream("sign"))
    parsed_sign = parse_sign(signing)
    parties = zip(parsed_sign.names, shares, strict=True)
    signatures = results([sign(parsed_sign, name, share, rng=stream("s" + name)) for name, share in parties], wire)
    return {
        "setups": [sha256(setup).hexdigest(), sha256(signing).hexdigest()],
        "shares": digests(shares),
        "signature": signatures[0].to_bytes().hex(),
        "messages": sorted(wire.sent),
    }


def record_reshare():
    """2 of 2 to 2 of 2, with one who is only old, one only new, and one both."""
    wire = Wire()
    shares = results(reshare_sessions(reshare_setup(key(2, 2), news=(2, 0)), key(2, 2)), wire)
    return {"shares": digests(shares), "messages": sorted(wire.sent)}


def record_refresh():
    wire = Wire()
    setup = keygen_setup(2, 2)
    parties = zip(setup.names, key(2, 2), strict=True)
    shares = results([refresh(setup, name, share, rng=stream("f" + name)) for name, share in parties], wire)
    return {"shares": digests(shares), "messages": sorted(wire.sent)}


def record_import_and_export():
    wire = Wire()
    setup = keygen_setup(2, 2)
    first = key_import.initiate(setup, "ann", Secret(b"\3" * 32), b"\4" * 32, rng=stream("ann"))
    shares = results([first, key_import.join(setup, "bob", rng=stream("bob"))], wire)
    exchange = Secret(b"e" * 32)
    made = build_export(shares[0].key_id, sealing.public_key(exchange.reveal()), setup.names, rng=stream("export"))
    export = parse_export(made)
    receiver = key_export.receive(export, "ann", shares[0], exchange)
    private_key, _ = results([receiver, key_export.send(export, "bob", shares[1], rng=stream("xbob"))], wire)
    return {
        "setup": sha256(made).hexdigest(),
        "shares": digests(shares),
        "private_key": private_key.reveal().hex(),
        "messages": sorted(wire.sent),
    }


RECORDS = {
    "2": lambda: record_keygen_and_sign(2),
    "3": lambda: record_keygen_and_sign(3),
    "reshare": record_reshare,
    "refresh": record_refresh,
    "import and export": record_import_and_export,
}


@pytest.mark.parametrize("name", RECORDS)
def test_replay(name):
    assert RECORDS[name]() == json.loads(VECTORS.read_text())[name]
