"""Distributed key generation of DKLs23 with the base OTs of every pair (spec/dkls23-wire.md §7).

Party i of n draws a polynomial f_i of degree t - 1; the key is the sum of the f_i(0), party j's share the sum of the
f_i(x_j). Nobody learns more, and no key share exists before everybody proved to know its own.

Where the key exists already and only its shares are made anew (refresh, migration, import: spec §11, §13), the f_i(0)
are given, their sum is known, and so is the chain code, which all contribute unchanged.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base, combine
from tandem.curve.scalar import N, Scalar, total
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc.dkls import base_ots, commitments, proof
from tandem.mpc.dkls.labels import DKG_PROOF_2, DKG_PROOF_4
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Inbox, Pause, Protocol, Round, Session, only
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import evaluate, evaluate_commitments
from tandem.wire import Reader

R1, R2, OT1, R3, R4 = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True, eq=False)
class Existing:
    """A key that is to get new shares, and our summand of it: those of all parties add up to the private key."""

    summand: Scalar = field(repr=False)
    public_key: bytes  # 33
    chain_code: bytes = field(repr=False)  # 32


def plan(threshold: int) -> tuple[Expected, ...]:
    """The messages of a keygen and their payload sizes (spec §5.1)."""
    return (
        Expected(R1, 4 * 32),
        Expected(R2, POINT * threshold + 64 + proof.SIZE * threshold),
        Expected(OT1, base_ots.CHOICE, private=True),
        Expected(R3, 32 + base_ots.ANSWER + 96 + POINT * threshold, private=True),
        Expected(R4, 2 * POINT + proof.SIZE),
    )


def keygen(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[Keyshare]:
    """Party `name`'s session. Raises SetupRefused when the setup does not name it."""
    me = index_of(setup.names, name)
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, plan(setup.threshold), lambda own: protocol(setup, own, rng))


def protocol(setup: KeygenSetup, channel: Channel, rng: Rng, existing: Existing | None = None) -> Protocol[Keyshare]:
    """The rounds, of a new key or for new shares of an existing one; a session's plan must hold `plan`."""
    n, t, i = channel.size, setup.threshold, channel.me
    others = [j for j in range(n) if j != i]

    # 1. commit to x_i and F_i
    sid_i, opening_1 = rng(32), rng(32)
    f_i = Scalar.random_many(rng, t) if existing is None else [existing.summand, *Scalar.random_many(rng, t - 1)]
    xs = {i: int.from_bytes(Scalar.random(rng).reveal(), "big")}
    F = {i: [base(coefficient) for coefficient in f_i]}
    F_bytes = b"".join(bytes(point) for point in F[i])
    x_bytes = xs[i].to_bytes(32, "big")
    com1 = {i: commitments.polynomial_commitment(sid_i, i, x_bytes, F_bytes, opening_1)}
    sids = {i: sid_i}
    got = yield Round((R1,), {R1: sid_i + com1[i] + x_bytes + channel.exchange_key})

    # 2. agree on the session id; prove knowledge of f_i; choose in the base OTs; commit to the chain code
    for j, payload in got[R1].items():
        _read_round_1(channel, j, payload, sids, com1, xs)
    if len(set(xs.values())) != n:
        raise FailedCheck("x not distinct", party=next((j for j in others if xs[j] == xs[i]), None))
    fsid = commitments.keygen_session_id([sids[j] for j in range(n)])
    proofs = proof.prove(fsid, i, DKG_PROOF_2, f_i, rng)
    pairs = {j: base_ots.Pair(fsid, i, j, party=j) for j in others}
    ot1: dict[int, bytes] = {}
    for j in others:
        ot1[j] = pairs[j].choose(rng)
        yield Pause()
    cc, opening_2 = {i: rng(32) if existing is None else existing.chain_code}, rng(32)
    com2 = {i: commitments.chain_code_commitment(fsid, cc[i], opening_2)}
    got = yield Round((R2, OT1), {R2: F_bytes + opening_1 + com2[i] + proofs}, {OT1: ot1})

    # 3. open every F_j and check its proofs; the sum of the polynomials is the key's
    for j, payload in got[R2].items():
        F[j], com2[j] = _read_round_2(setup, fsid, j, payload, sids[j], xs[j], com1[j])
    F_sum = [combine([F[j][k] for j in range(n)]) for k in range(t)]
    if F_sum[0].is_identity:
        raise FailedCheck("public key identity")
    if existing is not None and bytes(F_sum[0]) != existing.public_key:
        raise FailedCheck("sum of the key", party=only(others))
    F_sum_bytes = b"".join(bytes(point) for point in F_sum)

    # 4. answer the base OTs, build the trees, hand out f_i(x_j)
    r3 = {}
    for j, payload in got[OT1].items():
        answer = yield from pairs[j].answer(payload, rng)
        seed = pairs[j].zero_seed.reveal() if j > i else bytes(32)
        r3[j] = evaluate(f_i, xs[j]).reveal() + answer + cc[i] + opening_2 + seed + F_sum_bytes
    got = yield Round((R3,), {}, {R3: r3})

    # 5. the same as receiver
    d = {i: evaluate(f_i, xs[i])}
    for j, payload in got[R3].items():
        reader = Reader(payload)
        d_bytes, answer = reader.take(32), reader.take(base_ots.ANSWER)
        cc[j], opening, seed, trailer = reader.take(32), reader.take(32), reader.take(32), reader.take(POINT * t)
        if trailer != F_sum_bytes:
            raise FailedCheck("big F", party=j)
        if commitments.chain_code_commitment(fsid, cc[j], opening) != com2[j]:
            raise FailedCheck("chain code", party=j)
        if existing is not None and cc[j] != existing.chain_code:
            raise FailedCheck("another chain code", party=j)
        try:
            d[j] = Scalar.parse(d_bytes)
        except WireError as broken:
            raise MalformedMessage("dealt share", party=j) from broken
        yield from pairs[j].finish(answer, seed)

    # 6. Feldman; our share, proved under a session id that binds the chain code
    chain_code = commitments.root_chain_code([cc[j] for j in range(n)]) if existing is None else existing.chain_code
    for j in others:
        D_j = evaluate_commitments(F[j], xs[i])
        if D_j.is_identity or D_j != base(d[j]):
            raise FailedCheck("Feldman", party=j)
    s_i = total([d[j] for j in range(n)])
    S = {i: base(s_i)}
    pk = F_sum[0]
    fsid2 = commitments.chained_session_id(fsid, chain_code)
    got = yield Round((R4,), {R4: bytes(pk) + bytes(S[i]) + proof.prove(fsid2, i, DKG_PROOF_4, [s_i], rng)})

    # 7. everybody has the same key and knows the share that its S_j commits to; as the S_j lie on F, any t of them
    # interpolate to the key, which therefore needs no check of its own
    _check_round_4(got, fsid2, pk, F_sum, xs, S)

    # 8.
    return Keyshare(
        n=n,
        threshold=t,
        party_id=i,
        final_session_id=fsid,
        chain_code=chain_code,
        public_key=bytes(pk),
        key_id=setup.key_id if setup.key_id is not None else sha256(bytes(pk)).digest(),
        share=s_i,
        share_points=tuple(S[j] for j in range(n)),
        xs=tuple(xs[j] for j in range(n)),
        zero_seeds=base_ots.zero_seeds(pairs),
        pairs=base_ots.seeds_by_party(pairs),
    )


def _read_round_1(
    channel: Channel, j: int, payload: bytes, sids: dict[int, bytes], com1: dict[int, bytes], xs: dict[int, int]
) -> None:
    """Fill in party j's session id, commitment and x, and agree on keys with it."""
    reader = Reader(payload)
    sids[j], com1[j], xs[j] = reader.take(32), reader.take(32), int.from_bytes(reader.take(32), "big")
    if not 0 < xs[j] < N:
        raise MalformedMessage("x out of range", party=j)
    try:
        channel.meet(j, reader.take(32))
    except WireError as broken:
        raise MalformedMessage("exchange key", party=j) from broken


def _read_round_2(
    setup: KeygenSetup, fsid: bytes, j: int, payload: bytes, sid: bytes, x: int, com1: bytes
) -> tuple[list[Point], bytes]:
    """Party j's commitments F_j and its commitment to the chain code, checked."""
    reader = Reader(payload)
    encoded, opening, com2 = reader.take(POINT * setup.threshold), reader.take(32), reader.take(32)
    if commitments.polynomial_commitment(sid, j, x.to_bytes(32, "big"), encoded, opening) != com1:
        raise FailedCheck("polynomial commitment", party=j)
    try:
        F_j = [Point.parse(encoded[at : at + POINT]) for at in range(0, len(encoded), POINT)]  # no identity
    except WireError as broken:
        raise MalformedMessage("polynomial", party=j) from broken
    if not proof.verify(fsid, j, DKG_PROOF_2, F_j, reader.take(reader.left())):
        raise FailedCheck("proof of the polynomial", party=j)
    return F_j, com2


def _check_round_4(
    got: Inbox, fsid2: bytes, pk: Point, F_sum: list[Point], xs: dict[int, int], S: dict[int, Point]
) -> None:
    """Every party's key, share point and proof; fills in S."""
    for j, payload in got[R4].items():
        if payload[:POINT] != bytes(pk):
            raise FailedCheck("public key", party=j)
        try:
            S[j] = Point.parse(payload[POINT : 2 * POINT])
        except WireError as broken:
            raise MalformedMessage("share point", party=j) from broken
        if not proof.verify(fsid2, j, DKG_PROOF_4, [S[j]], payload[2 * POINT :]):
            raise FailedCheck("proof of the share", party=j)
        if S[j] != evaluate_commitments(F_sum, xs[j]):
            raise FailedCheck("share point", party=j)
