"""The sealed envelope of every MPC message and setup message on the relay (relay-and-sessions §2).

    key  = SHA-256(session key)          wire = base64(nonce12 ‖ AES-256-GCM(key, nonce, base64(mpc bytes)) ‖ tag16)

There is no associated data: the relay can move an envelope between queues. What a message is for is settled by what is
inside it, never by where it lay.
"""

import hashlib

from Crypto.Cipher import AES

from tandem.entropy import Rng, random_bytes
from tandem.errors import WireError
from tandem.wire import base64_text, exact, unbase64

KEY_SIZE = 32
_NONCE = 12
_TAG = 16


def seal(key: bytes, mpc_bytes: bytes, rng: Rng = random_bytes) -> str:
    """Encrypt one message under the 32-byte session key; the result is ASCII base64."""
    nonce = rng(_NONCE)
    cipher = AES.new(_cipher_key(key), AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
    text, tag = cipher.encrypt_and_digest(base64_text(mpc_bytes).encode("ascii"))
    return base64_text(nonce + text + tag)


def open_(key: bytes, wire: str) -> bytes:
    """Decrypt one envelope. Raises WireError for anything that was not sealed under this key."""
    raw = unbase64(wire)
    if len(raw) < _NONCE + _TAG:
        raise WireError("envelope too short")
    cipher = AES.new(_cipher_key(key), AES.MODE_GCM, nonce=raw[:_NONCE], mac_len=_TAG)
    try:
        inner = cipher.decrypt_and_verify(raw[_NONCE:-_TAG], raw[-_TAG:])
    except ValueError as broken:
        raise WireError("envelope does not authenticate") from broken
    return unbase64(inner)


def message_hash(mpc_bytes: bytes) -> str:
    """The `hash` field as the apps write it: md5 of the plaintext's base64. Readers treat it as an opaque token."""
    return _md5(base64_text(mpc_bytes).encode("ascii"))


def message_id(signed: bytes) -> str:
    """The relay namespace of one signing: md5 of the lowercase hex text of the bytes being signed."""
    return _md5(signed.hex().encode("ascii"))


def payload_id(text: str) -> str:
    """The name of an offloaded payload: sha256 of its text."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _cipher_key(key: bytes) -> bytes:
    return hashlib.sha256(exact(key, KEY_SIZE, "session key")).digest()


def _md5(data: bytes) -> str:
    # md5 names things here and protects nothing; the wire fixes it
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
