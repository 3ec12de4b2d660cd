"""Wycheproof, natively and in Pyodide: the primitives exactly as this project calls them.

Files and licence: wycheproof/make.py. What a case tests that is not ours (DER, SPKI, key and nonce
sizes that we never use) is left out, and how many are left in is asserted.
"""

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from Crypto.Cipher import AES
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_scalarmult
from nacl.exceptions import CryptoError

from tandem.curve import ed25519, sealing, secp256k1
from tandem.curve.point import Point
from tandem.curve.scalar import N, Scalar
from tandem.errors import WireError

P = 2**256 - 2**32 - 977
SPKI = "3056301006072a8648ce3d020106052b8104000a034200"  # of an uncompressed point on secp256k1


def cases(name: str) -> Iterator[tuple[dict, dict]]:
    """Every group and test of a file; the fields of a test that are hex are left to who uses them."""
    file = Path(__file__).parent / "wycheproof" / f"{name}_test.json.gz"
    for group in json.loads(gzip.decompress(file.read_bytes()))["testGroups"]:
        yield from ((group, test) for test in group["tests"])


def hexes(test: dict, *names: str) -> list[bytes]:
    return [bytes.fromhex(test[name]) for name in names]


def compressed(point: bytes) -> bytes:
    """04 || x || y as we take points; one that is off the curve stays off it only where its x is on no point."""
    return bytes((2 + (point[64] & 1),)) + point[1:33]


def on_curve(point: bytes) -> bool:
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return point[0] == 4 and x < P and y < P and (y * y - x**3 - 7) % P == 0


def two_integers(der: bytes) -> tuple[bytes, bytes] | None:
    """r and s of a signature in strict DER, 32 bytes each; None for anything else, also for what is too long."""

    def integer(at: int) -> tuple[bytes, int] | None:
        if len(der) < at + 3 or der[at] != 2 or not 0 < der[at + 1] < 0x80:
            return None
        body = der[at + 2 : at + 2 + der[at + 1]]
        if len(body) != der[at + 1] or body[0] & 0x80 or (len(body) > 1 and body[0] == 0 and not body[1] & 0x80):
            return None
        value = int.from_bytes(body, "big")
        return (value.to_bytes(32, "big"), at + 2 + der[at + 1]) if value < 1 << 256 else None

    if len(der) < 8 or der[0] != 0x30 or der[1] != len(der) - 2:
        return None
    r = integer(2)
    s = integer(r[1]) if r else None
    return (r[0], s[0]) if r and s and s[1] == len(der) else None


def test_ecdsa_secp256k1_with_low_s() -> None:
    tried = 0
    for group, test in cases("ecdsa_secp256k1_sha256_bitcoin"):
        numbers = two_integers(bytes.fromhex(test["sig"]))
        if numbers is None:
            assert test["result"] == "invalid"  # Bitcoin's strict DER; we read none
            continue
        key = compressed(bytes.fromhex(group["publicKey"]["uncompressed"]))
        verified = secp256k1.verify(key, sha256(bytes.fromhex(test["msg"])).digest(), *numbers)
        assert verified == (test["result"] == "valid"), test["comment"]
        tried += 1
    assert tried > 200


def test_multiplication_on_secp256k1() -> None:
    """Of the key agreement's vectors: the x of secret times point, where the public key is a plain point."""
    tried = 0
    for _, test in cases("ecdh_secp256k1"):
        if not test["public"].startswith(SPKI):
            continue
        point, secret = bytes.fromhex(test["public"])[len(SPKI) // 2 :], int(test["private"], 16)
        if len(point) != 65 or not on_curve(point):
            assert test["result"] != "valid", test["comment"]
            continue
        assert 0 < secret < N
        product = Point.parse(compressed(point)).multiplied(Scalar.parse(secret.to_bytes(32, "big")))
        assert (bytes(product)[1:].hex() == test["shared"]) == (test["result"] != "invalid"), test["comment"]
        tried += 1
    assert tried > 400


def test_ed25519() -> None:
    tried = 0
    for group, test in cases("ed25519"):
        message, signature = hexes(test, "msg", "sig")
        key = bytes.fromhex(group["publicKey"]["pk"])
        verified = len(signature) == 64 and ed25519.verify(key, message, signature)
        # acceptable: keys and nonces of mixed order, on which verifiers differ; ours are all of prime order (T06)
        assert test["result"] == "acceptable" or verified == (test["result"] == "valid"), test["comment"]
        tried += 1
    assert tried >= 150


def test_x25519() -> None:
    """Zero results are refused, whatever Wycheproof says is acceptable."""
    tried = zero = 0
    for _, test in cases("x25519"):
        tried += 1
        public, private, shared = hexes(test, "public", "private", "shared")
        if shared == bytes(32):
            zero += 1
            for refuse in (sealing.agree, sealing.box_key):
                try:
                    refuse(private, public)
                except WireError:
                    continue
                raise AssertionError(test["comment"])
        else:
            sealing.agree(private, public)
            assert crypto_scalarmult(private, public) == shared, test["comment"]
    assert tried >= 500 and zero > 20


def test_chacha20_poly1305() -> None:
    tried = 0
    for group, test in cases("chacha20_poly1305"):
        if group["ivSize"] != 96:
            continue
        key, nonce, associated, plain, text, tag = hexes(test, "key", "iv", "aad", "msg", "ct", "tag")
        opened = sealing.unseal(key, nonce, text + tag, associated)
        if test["result"] == "invalid":
            assert opened is None, test["comment"]
        else:
            assert opened == plain and sealing.seal(key, nonce, plain, associated) == text + tag
        tried += 1
    assert tried >= 250


def test_xchacha20_poly1305() -> None:
    tried = 0
    for group, test in cases("xchacha20_poly1305"):
        if group["ivSize"] != 192:
            continue
        key, nonce, associated, plain, text, tag = hexes(test, "key", "iv", "aad", "msg", "ct", "tag")
        try:
            opened = crypto_aead_xchacha20poly1305_ietf_decrypt(text + tag, associated, nonce, key)
        except CryptoError:
            opened = None
        assert opened == (None if test["result"] == "invalid" else plain), test["comment"]
        tried += 1
    assert tried >= 250


def test_aes_256_gcm() -> None:
    """With nonces of 12 bytes and tags of 16, as the envelope and vault files have them."""
    tried = 0
    for group, test in cases("aes_gcm"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        key, nonce, associated, plain, text, tag = hexes(test, "key", "iv", "aad", "msg", "ct", "tag")
        cipher = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=16)
        cipher.update(associated)
        try:
            opened = cipher.decrypt_and_verify(text, tag)
        except ValueError:
            opened = None
        assert opened == (None if test["result"] == "invalid" else plain), test["comment"]
        tried += 1
    assert tried >= 60
