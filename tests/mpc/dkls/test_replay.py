"""Bytes on the wire: SHA-256 of everything that a keygen and a signing with known randomness send.

The digests were taken when these runs interoperated with the real engine; a change here is a change of the protocol.
"""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from adversary.faulty_party import results, stream
from mpc.committee import DIGEST, NAMES, PATH
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.sign import sign
from tandem.mpc.setup import build_keygen, build_sign, parse_keygen, parse_sign

VECTORS = Path(__file__).parents[2] / "vectors" / "dkls_replay.json"


def record(size):
    """Digests by kind of one keygen and one signing by all."""
    sent = []

    def hook(sender, receiver, body):
        sent.append(f"{sender}>{receiver} {len(body)} {sha256(body).hexdigest()}")
        return body

    setup = build_keygen(2, NAMES[:size], rng=stream("setup"))
    parsed = parse_keygen(setup)
    shares = results([keygen(parsed, name, rng=stream(name)) for name in parsed.names], hook)
    signing = build_sign(shares[0].key_id, PATH, DIGEST, NAMES[:size], rng=stream("sign"))
    parsed_sign = parse_sign(signing)
    parties = zip(parsed_sign.names, shares, strict=True)
    signatures = results([sign(parsed_sign, name, share, rng=stream("s" + name)) for name, share in parties], hook)
    return {
        "setups": [sha256(setup).hexdigest(), sha256(signing).hexdigest()],
        "shares": [sha256(share.to_bytes()).hexdigest() for share in shares],
        "signature": signatures[0].to_bytes().hex(),
        "messages": sorted(sent),
    }


@pytest.mark.parametrize("size", [2, 3])
def test_replay(size):
    assert record(size) == json.loads(VECTORS.read_text())[str(size)]
