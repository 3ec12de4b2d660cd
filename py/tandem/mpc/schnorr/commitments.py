"""What the protocols hash: commitments and session ids (spec/schnorr-wire.md §6, §7, §10). Ids are u8, u32be or u64be
as there."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

_RESHARE = b"Schnorr-QC"


def dealing_commitment(
    session_id: bytes, party: int, polynomial: bytes, boxes: Sequence[tuple[bytes, bytes]], blind: bytes
) -> bytes:
    """Keygen: party's polynomial and what it deals, as (box, nonce) for every receiver in order."""
    hashed = sha256(b"SL-Keygen-Commitment" + session_id + bytes((party,)) + polynomial)
    for receiver, (box, nonce) in enumerate(boxes):
        hashed.update(bytes((party, receiver)) + box + nonce)
    hashed.update(blind)
    return hashed.digest()


def nonce_commitment(session_id: bytes, party_id: int, R: bytes, blind: bytes) -> bytes:
    """Signing: to R_i."""
    return sha256(session_id + _u32be(party_id) + R + blind).digest()


def reshare_commitment(session_id: bytes, party: int, polynomial: bytes, blind: bytes) -> bytes:
    """Change of quorum: party's polynomial. That the blind comes twice is the engine's way."""
    return sha256(_RESHARE + b"Schnorr-QC-commit1" + session_id + _u64be(party) + polynomial + blind + blind).digest()


def reshare_dealing_commitment(session_id: bytes, party: int, receiver: int, share: bytes, blind: bytes) -> bytes:
    """Change of quorum: what party deals to receiver."""
    top = _RESHARE + b"Schnorr-QC-commit2" + session_id + _u64be(party) + _u64be(receiver)
    return sha256(top + share + blind).digest()


def reshare_session_id(session_ids: Sequence[bytes]) -> bytes:
    """Everybody's, by party index."""
    return sha256(b"".join(session_ids)).digest()


def final_session_id(session_ids: Mapping[int, bytes], prefix: bytes = b"") -> bytes:
    """Everybody's, by party id; a signing puts the message in front."""
    parties = sorted(session_ids)
    ids = b"".join(map(_u32be, parties))
    return sha256(prefix + ids + b"".join(session_ids[party] for party in parties)).digest()


def keygen_proof_id(session_id: bytes, party: int) -> bytes:
    return sha256(b"SL-EDDSA-DLOG-PROOF" + session_id + _u32be(party) + b"DLOG-PROOF-1-SID").digest()


def sign_proof_id(session_id: bytes, party_id: int) -> bytes:
    return sha256(b"SL-EDDSA-SIGN" + session_id + _u32be(party_id) + b"DLOG-SID").digest()


def root_chain_code(chain_codes: Sequence[bytes]) -> bytes:
    """From everybody's contribution, by party index."""
    return sha256(b"SL-Keygen-ChainCode" + b"".join(chain_codes)).digest()


def _u32be(number: int) -> bytes:
    return number.to_bytes(4, "big")


def _u64be(number: int) -> bytes:
    return number.to_bytes(8, "big")
