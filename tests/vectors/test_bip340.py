"""BIP-340 on libsecp256k1, natively and as the extension ships it. Nothing here signs so yet: it shows the library.

Vectors: bip340/make.py.
"""

import json
from pathlib import Path

import pytest
from coincurve import PrivateKey, PublicKeyXOnly

VECTORS = json.loads((Path(__file__).parent / "bip340.json").read_text())


def test_all_are_there() -> None:
    assert [vector["valid"] for vector in VECTORS] == [True] * 5 + [False] * 10 + [True] * 4


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_verification(vector: dict) -> None:
    public_key, message = bytes.fromhex(vector["public_key"]), bytes.fromhex(vector.get("message", ""))
    if "signature" not in vector:
        with pytest.raises(ValueError):
            PublicKeyXOnly(public_key)
        return
    assert PublicKeyXOnly(public_key).verify(bytes.fromhex(vector["signature"]), message) == vector["valid"]


def test_signatures() -> None:
    """Of the messages of 32 bytes, which coincurve signs."""
    tried = 0
    for vector in VECTORS:
        message = bytes.fromhex(vector.get("message", ""))
        if "secret_key" in vector and len(message) == 32:
            key = PrivateKey(bytes.fromhex(vector["secret_key"]))
            assert key.public_key_xonly.format().hex() == vector["public_key"]
            assert key.sign_schnorr(message, bytes.fromhex(vector["aux_rand"])).hex() == vector["signature"]
            tried += 1
    assert tried == 4
