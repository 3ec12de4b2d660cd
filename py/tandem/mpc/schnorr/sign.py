"""Threshold signing with an Ed25519 key (spec/schnorr-wire.md §7): Lindell's three rounds (eprint 2022/374).

Signer i commits to R_i, opens it with a proof, and only then answers with its share of the response. The nonce k_i
lives in the generator alone and is drawn anew for every session. Positions i, j are indexes of this session; the
messages carry the party ids of the key share. The path of the setup is ignored, as the engine ignores it (§3.7).
"""

from dataclasses import dataclass
from hashlib import sha512

from tandem.curve import ed25519
from tandem.curve.edwards import L, Point, Scalar, base, combine, total
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SessionMismatch, SetupRefused, WireError
from tandem.mpc.message import Channel
from tandem.mpc.schnorr import proof
from tandem.mpc.schnorr.commitments import final_session_id, nonce_commitment, sign_proof_id
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Protocol, Round, Session, only
from tandem.mpc.setup import SignSetup, index_of
from tandem.mpc.shamir import lagrange
from tandem.wire import Reader

R1, R2, R3 = 1, 2, 3
PLAN = Expected(R1, 65), Expected(R2, 65 + proof.SIZE + 40), Expected(R3, 65)
_COUNT = (32).to_bytes(8, "little")


@dataclass(frozen=True, slots=True)
class _Peer:
    """What another signer said first."""

    party_id: int
    session_id: bytes
    commitment: bytes


def sign(setup: SignSetup, name: str, share: EddsaKeyshare, *, rng: Rng = random_bytes) -> Session[bytes]:
    """Party `name`'s session, which makes the 64 bytes of an Ed25519 signature (RFC 8032) of the setup's message.

    Raises SetupRefused when setup and share do not belong together.
    """
    me = index_of(setup.names, name)
    if setup.curve != "eddsa":
        raise SetupRefused("curve")
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.parties) <= share.n:
        raise SetupRefused("number of signers")
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, PLAN, lambda own: _sign(setup.digest, share, own, rng))


def _sign(message: bytes, share: EddsaKeyshare, channel: Channel, rng: Rng) -> Protocol[bytes]:
    i, my_id = channel.me, share.party_id
    opening = bytes((my_id,))

    # 1. commit to R_i
    sid_i, blind = rng(32), rng(32)
    k_i = Scalar.random(rng)
    R_i = base(k_i)
    got = yield Round((R1,), {R1: opening + sid_i + nonce_commitment(sid_i, my_id, bytes(R_i), blind)})

    # 2. agree on who signs what; open R_i and prove to know k_i
    peers = {j: _read_round_1(j, payload, share.n) for j, payload in got[R1].items()}
    ids = {i: my_id} | {j: peer.party_id for j, peer in peers.items()}
    if len(set(ids.values())) != channel.size:
        raise FailedCheck("party ids not distinct", party=next((j for j in peers if ids[j] == my_id), None))
    sids = {my_id: sid_i} | {peer.party_id: peer.session_id for peer in peers.values()}
    fsid = final_session_id(sids, message)
    proved = proof.prove(sign_proof_id(fsid, my_id), k_i, R_i, rng)
    got = yield Round((R2,), {R2: opening + fsid + blind + proved + _COUNT + bytes(R_i)})

    # 3. the challenge of RFC 8032, and our share of the response
    R = combine([R_i, *(_read_round_2(peers[j], j, payload, fsid) for j, payload in got[R2].items())])
    if R.is_identity:
        raise FailedCheck("R")
    e = Scalar.wide(sha512(bytes(R) + share.public_key + message).digest())
    weight = lagrange({party_id: party_id + 1 for party_id in ids.values()}, my_id, L)
    s_i = k_i + e * Scalar.public(weight) * share.share
    got = yield Round((R3,), {R3: opening + fsid + s_i.reveal()})

    # 4. combine; a wrong share shows only now
    responses = [_read_round_3(peers[j], j, payload, fsid) for j, payload in got[R3].items()]
    signature = bytes(R) + total([s_i, *responses]).reveal()
    if not ed25519.verify(share.public_key, message, signature):
        raise FailedCheck("signature", party=only(peers))
    return signature


def _read_round_1(j: int, payload: bytes, parties: int) -> _Peer:
    reader = Reader(payload)
    party_id = reader.u8()
    if party_id >= parties:
        raise MalformedMessage("party id", party=j)
    return _Peer(party_id, reader.take(32), reader.take(32))


def _read_round_2(peer: _Peer, j: int, payload: bytes, fsid: bytes) -> Point:
    """Party j's R_j, checked."""
    reader = _opened(peer, j, payload, fsid, "round 2")
    blind, proved, count, encoded = reader.take(32), reader.take(proof.SIZE), reader.take(8), reader.take(32)
    if count != _COUNT:
        raise MalformedMessage("count", party=j)
    if nonce_commitment(peer.session_id, peer.party_id, encoded, blind) != peer.commitment:
        raise FailedCheck("nonce commitment", party=j)
    try:
        R_j = Point.parse(encoded)  # no identity
    except WireError as broken:
        raise MalformedMessage("nonce", party=j) from broken
    if not proof.verify(sign_proof_id(fsid, peer.party_id), R_j, proved):
        raise FailedCheck("proof of the nonce", party=j)
    return R_j


def _read_round_3(peer: _Peer, j: int, payload: bytes, fsid: bytes) -> Scalar:
    reader = _opened(peer, j, payload, fsid, "round 3")
    try:
        return Scalar.parse(reader.take(32))
    except WireError as broken:
        raise MalformedMessage("response", party=j) from broken


def _opened(peer: _Peer, j: int, payload: bytes, fsid: bytes, what: str) -> Reader:
    """The rest of a message that must come from the same party id and be of this session (the engine takes any)."""
    reader = Reader(payload)
    if reader.u8() != peer.party_id:
        raise FailedCheck("party id changed", party=j)
    if reader.take(32) != fsid:
        raise SessionMismatch(what, party=j)
    return reader
