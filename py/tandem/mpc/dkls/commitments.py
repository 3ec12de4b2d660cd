"""Every tuple that the protocols hash with SHA-256, as a named function (spec/dkls23-wire.md §7, §9, §12)."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from tandem.curve.scalar import Scalar
from tandem.mpc.dkls.labels import (
    DKG,
    DKG_CHAIN_CODE,
    DKG_COMMITMENT_1,
    DKG_COMMITMENT_2,
    DSG,
    DSG_COMMITMENT,
    DSG_DIGEST,
    DSG_MTA,
    DSG_ZERO,
    QC,
    QC_COMMITMENT_1,
    QC_COMMITMENT_2,
)
from tandem.mpc.transcript import Transcript

_RANK = bytes(8)


def _u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def keygen_session_id(session_ids: Sequence[bytes]) -> bytes:
    """Over all parties' contributions in index order."""
    return sha256(b"".join(session_ids)).digest()


def polynomial_commitment(session_id: bytes, party: int, x: bytes, polynomial: bytes, opening: bytes) -> bytes:
    """Keygen R1: binds a party to its x and F_i before it sees the others'."""
    return sha256(DKG + session_id + _u64(party) + _RANK + x + polynomial + opening + DKG_COMMITMENT_1).digest()


def chain_code_commitment(session_id: bytes, contribution: bytes, opening: bytes) -> bytes:
    """Keygen R2: binds a party to its share of the chain code."""
    return sha256(DKG + session_id + contribution + opening + DKG_COMMITMENT_2).digest()


def pair_session_id(session_id: bytes, sender: int, receiver: int, purpose: bytes) -> bytes:
    """Keygen: the session of one OT between two parties; `sender` is whoever sends OT1, or the PPRF's sender."""
    return sha256(DKG + session_id + b"sender_id" + _u64(sender) + b"receiver_id" + _u64(receiver) + purpose).digest()


def root_chain_code(contributions: Sequence[bytes]) -> bytes:
    return sha256(b"".join(contributions)).digest()


def chained_session_id(session_id: bytes, chain_code: bytes) -> bytes:
    """Keygen R4's proofs are bound to the agreed chain code (TOB-SILA-7)."""
    transcript = Transcript(DKG)
    transcript.append(b"final_session_id", session_id)
    transcript.append(b"root_chain_code", chain_code)
    return transcript.challenge(DKG_CHAIN_CODE, 32)


def reshare_polynomial_commitment(session_id: bytes, party: int, polynomial: bytes, opening: bytes) -> bytes:
    """Reshare R1: binds an old party, by its index, to its polynomial."""
    return sha256(QC + session_id + _u64(party) + polynomial + opening + QC_COMMITMENT_1).digest()


def reshare_share_commitment(session_id: bytes, dealer: int, receiver: int, share: bytes, opening: bytes) -> bytes:
    """Reshare P2P_1: binds an old party to what it deals one new party; both by index."""
    return sha256(QC + session_id + _u64(dealer) + _u64(receiver) + share + opening + QC_COMMITMENT_2).digest()


def sign_session_id(session_ids: Sequence[bytes], keygen_id: bytes) -> bytes:
    """Over all signers' contributions in index order, and the keygen that made the shares (TOB-SILA-10)."""
    return sha256(b"".join(session_ids) + keygen_id).digest()


def nonce_commitment(session_id: bytes, nonce_point: bytes, blind: bytes) -> bytes:
    """Sign R1: binds a signer to R_i."""
    return sha256(DSG + session_id + nonce_point + blind + DSG_COMMITMENT).digest()


def round_1_digest(session_ids: Mapping[int, bytes], commitments: Mapping[int, bytes]) -> bytes:
    """What everybody saw in sign R1; a signer that told different things to different parties shows here."""
    hashed = sha256(DSG)
    for index in sorted(session_ids):
        hashed.update(index.to_bytes(4, "big") + session_ids[index] + commitments[index])
    hashed.update(DSG_DIGEST)
    return hashed.digest()


def mta_session_id(session_id: bytes, sender: int, receiver: int) -> bytes:
    """Sign: the session of one VOLE, by party ids."""
    return sha256(DSG + session_id + b"sender" + bytes((sender,)) + b"receiver" + bytes((receiver,)) + DSG_MTA).digest()


def zero_share(seed: bytes, digest: bytes) -> Scalar:
    """Sign: one summand of zeta, which two signers add and subtract."""
    return Scalar.reduce(sha256(DSG + seed + digest + DSG_ZERO).digest())
