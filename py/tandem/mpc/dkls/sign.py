"""Threshold signing of DKLs23 (eprint 2023/765, protocol 3.6) in the wire order of the engine (spec/dkls23-wire.md §9).

Signer i holds r_i, phi_i and its additive share sk_i. R is committed to before anybody opens, and no partial signature
leaves before every check of round 3: what a check catches would otherwise show bits of the key. Positions i, j are
party indexes of this session; `ids` are the party ids of the key share.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from tandem.curve import bip32, secp256k1
from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base, combine
from tandem.curve.scalar import N, Scalar, total
from tandem.entropy import Rng, random_bytes
from tandem.errors import Bug, CheatedOT, FailedCheck, MalformedMessage, SessionMismatch, SetupRefused, WireError
from tandem.mpc.dkls import commitments, rvole, softspoken
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Pause, Protocol, Round, Session, only
from tandem.mpc.setup import SignSetup, index_of
from tandem.mpc.shamir import lagrange
from tandem.wire import Reader

T = TypeVar("T")

R1, R2, R3, R4 = 1, 2, 3, 4
PLAN = (
    Expected(R1, 97),
    Expected(R2, 32 + softspoken.MESSAGE, private=True),
    Expected(R3, 32 + rvole.MESSAGE + 32 + POINT + POINT + 32 + POINT + POINT + 32, private=True),
    Expected(R4, 96),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """ECDSA, low s. `recovery_id` bit 0: R.y is odd (after the flip of s), bit 1: R.x was N or more."""

    r: bytes
    s: bytes
    recovery_id: int

    def to_bytes(self) -> bytes:
        """65 bytes r || s || recovery id."""
        return self.r + self.s + bytes((self.recovery_id,))


@dataclass(slots=True, eq=False)
class _Peer:
    """What we learn of one other signer."""

    party_id: int
    session_id: bytes
    commitment: bytes
    vole: rvole.Receiver | None = field(default=None, repr=False)
    R: Point | None = None
    pk: Point | None = None
    psi: Scalar | None = field(default=None, repr=False)


def sign(setup: SignSetup, name: str, share: Keyshare, *, rng: Rng = random_bytes) -> Session[Signature]:
    """Party `name`'s session. Raises SetupRefused when setup and share do not belong together."""
    me = index_of(setup.names, name)
    if setup.curve != "ecdsa":
        raise SetupRefused("curve")
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.parties) <= share.n:
        raise SetupRefused("number of signers")
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, PLAN, lambda own: _sign(setup, share, own, rng))


def _sign(setup: SignSetup, share: Keyshare, channel: Channel, rng: Rng) -> Protocol[Signature]:
    m, i, my_id = channel.size, channel.me, share.party_id

    # 1. commit to R_i
    phi_i, r_i = Scalar.random(rng), Scalar.random(rng)
    blind, sid_i = rng(32), rng(32)
    R_i = base(r_i)
    com_i = commitments.nonce_commitment(sid_i, bytes(R_i), blind)
    got = yield Round((R1,), {R1: sid_i + com_i + channel.exchange_key + bytes((my_id,))})

    # 2. agree on the session; be the VOLE receiver of everybody
    peers = {j: _read_round_1(channel, share, j, payload) for j, payload in got[R1].items()}
    ids = {j: peer.party_id for j, peer in peers.items()} | {i: my_id}
    if len(set(ids.values())) != m:
        raise FailedCheck("party ids not distinct", party=next((j for j in peers if ids[j] == my_id), None))
    sids = {j: peer.session_id for j, peer in peers.items()} | {i: sid_i}
    fsid = commitments.sign_session_id([sids[j] for j in range(m)], share.final_session_id)
    digest = commitments.round_1_digest(sids, {j: peer.commitment for j, peer in peers.items()} | {i: com_i})
    r2 = {}
    for j, peer in peers.items():
        mta = commitments.mta_session_id(fsid, peer.party_id, my_id)
        peer.vole, opening = rvole.receive(mta, share.pair(peer.party_id), rng)
        r2[j] = fsid + opening
        yield Pause()
    got = yield Round((R2,), {}, {R2: r2})

    # 3. our additive share of the derived key, masked by a sharing of zero
    child = bip32.child(share.public_key, share.chain_code, setup.path)
    zeta = _zeta(share, [peer.party_id for peer in peers.values()], digest)
    weight = lagrange({party_id: share.xs[party_id] for party_id in ids.values()}, my_id)
    offset = child.offset * pow(m, -1, N)
    sk_i = Scalar.public(weight) * share.share + Scalar.public(offset) + zeta
    pk_i = base(sk_i)

    # 4. be the VOLE sender of everybody
    c_u, c_v, r3 = {}, {}, {}
    for j, payload in got[R2].items():
        peer = peers[j]
        if payload[:32] != fsid:
            raise SessionMismatch("round 2", party=j)
        mta = commitments.mta_session_id(fsid, my_id, peer.party_id)
        sent = rvole.send(mta, share.pair(peer.party_id), (r_i, sk_i), payload[32:], rng)
        if sent is None:
            raise CheatedOT("OT extension", party=j)
        (c_u[j], c_v[j]), message = sent
        psi = phi_i - _vole(peer).chi
        gamma_v, gamma_u = bytes(base(c_v[j])), bytes(base(c_u[j]))
        r3[j] = fsid + message + digest + bytes(pk_i) + bytes(R_i) + blind + gamma_v + gamma_u + psi.reveal()
        yield Pause()
    got = yield Round((R3,), {}, {R3: r3})

    # 5. finish the VOLEs; every R_j opens its commitment and is what went into the VOLE, as is pk_j
    d_u, d_v = {}, {}
    for j, payload in got[R3].items():
        d_u[j], d_v[j] = _read_round_3(peers[j], j, payload, fsid, digest)
        yield Pause()

    # 6. R, and the presignature
    R = combine([R_i, *(_known(peer.R) for peer in peers.values())])
    if R.is_identity:
        raise FailedCheck("R")
    if bytes(combine([pk_i, *(_known(peer.pk) for peer in peers.values())])) != child.public_key:
        raise FailedCheck("public key", party=only(peers))
    Phi = total([phi_i, *(_known(peer.psi) for peer in peers.values())])
    R_x = int.from_bytes(bytes(R)[1:], "big")
    r_x = Scalar.public(R_x)
    s0 = r_x * (sk_i * Phi + total([*c_v.values(), *d_v.values()]))
    s1 = r_i * Phi + total([*c_u.values(), *d_u.values()])

    # 7. the partial signature
    s0 = s0 + Scalar.reduce(setup.digest) * phi_i
    mine = s0.reveal(), s1.reveal()
    got = yield Round((R4,), {R4: fsid + mine[0] + mine[1]})

    # 8. combine; from here on everything is public
    partials = {j: _read_round_4(j, payload, fsid) for j, payload in got[R4].items()}
    numerator = (int.from_bytes(mine[0], "big") + sum(s_0 for s_0, _ in partials.values())) % N
    denominator = (int.from_bytes(mine[1], "big") + sum(s_1 for _, s_1 in partials.values())) % N
    if denominator == 0:
        raise FailedCheck("sum of s1", party=only(peers))
    s = numerator * pow(denominator, -1, N) % N
    parity = bytes(R)[0] & 1
    if s > secp256k1.HALF_N:
        s, parity = N - s, parity ^ 1
    signature = Signature((R_x % N).to_bytes(32, "big"), s.to_bytes(32, "big"), parity | (2 if R_x >= N else 0))
    if not secp256k1.verify(child.public_key, setup.digest, signature.r, signature.s):
        raise FailedCheck("signature", party=only(peers))
    return signature


def _read_round_1(channel: Channel, share: Keyshare, j: int, payload: bytes) -> _Peer:
    reader = Reader(payload)
    session_id, commitment, exchange_key, party_id = reader.take(32), reader.take(32), reader.take(32), reader.u8()
    if party_id >= share.n:
        raise MalformedMessage("party id", party=j)
    try:
        channel.meet(j, exchange_key)
    except WireError as broken:
        raise MalformedMessage("exchange key", party=j) from broken
    return _Peer(party_id, session_id, commitment)


def _zeta(share: Keyshare, party_ids: list[int], digest: bytes) -> Scalar:
    """Shares of zero: plus what lower signers know, minus what higher ones do."""
    zeta = Scalar.public(0)
    for party_id in party_ids:
        summand = commitments.zero_share(share.zero_seed(party_id).reveal(), digest)
        zeta = zeta + summand if party_id < share.party_id else zeta - summand
    return zeta


def _read_round_3(peer: _Peer, j: int, payload: bytes, fsid: bytes, digest: bytes) -> tuple[Scalar, Scalar]:
    """Our VOLE outputs (d_u, d_v) with party j; fills in its R, pk and psi. The session is told apart first: parties
    that see different sessions must not ban each other (security.md T09)."""
    reader = Reader(payload)
    if reader.take(32) != fsid:
        raise SessionMismatch("round 3", party=j)
    vole_message = reader.take(rvole.MESSAGE)
    if reader.take(32) != digest:
        raise FailedCheck("digest of round 1", party=j)
    pk_bytes, R_bytes, blind = reader.take(POINT), reader.take(POINT), reader.take(32)
    gamma_v_bytes, gamma_u_bytes, psi = reader.take(POINT), reader.take(POINT), reader.take(32)
    if commitments.nonce_commitment(peer.session_id, R_bytes, blind) != peer.commitment:
        raise FailedCheck("nonce commitment", party=j)
    try:
        peer.R, peer.pk, peer.psi = Point.parse(R_bytes), Point.parse(pk_bytes), Scalar.parse(psi)
        gamma_v, gamma_u = Point.parse(gamma_v_bytes), Point.parse(gamma_u_bytes)
    except WireError as broken:
        raise MalformedMessage("round 3", party=j) from broken
    vole = _vole(peer)
    finished = rvole.finish(vole, vole_message)
    if finished is None:
        raise CheatedOT("VOLE", party=j)
    d_u, d_v = finished
    if peer.R * vole.chi != base(d_u) + gamma_u:
        raise CheatedOT("consistency of R", party=j)
    if peer.pk * vole.chi != base(d_v) + gamma_v:
        raise CheatedOT("consistency of pk", party=j)
    peer.vole = None
    return d_u, d_v


def _read_round_4(j: int, payload: bytes, fsid: bytes) -> tuple[int, int]:
    if payload[:32] != fsid:
        raise SessionMismatch("round 4", party=j)
    s_0, s_1 = int.from_bytes(payload[32:64], "big"), int.from_bytes(payload[64:], "big")
    if s_0 >= N or s_1 >= N:
        raise MalformedMessage("partial signature", party=j)
    return s_0, s_1


def _vole(peer: _Peer) -> rvole.Receiver:
    return _known(peer.vole)


def _known(value: T | None) -> T:
    """A field that an earlier round filled in."""
    if value is None:
        raise Bug("a round was skipped")
    return value
