"""Distributed key generation of DKLs23 with the base OTs of every pair (spec/dkls23-wire.md §7).

Party i of n draws a polynomial f_i of degree t - 1; the key is the sum of the f_i(0), party j's share the sum of the
f_i(x_j). Nobody learns more, and no key share exists before everybody proved to know its own.
"""

from hashlib import sha256

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base, combine
from tandem.curve.scalar import N, Scalar, total
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, WireError
from tandem.mpc.dkls import commitments, endemic, pprf, proof
from tandem.mpc.dkls.labels import DKG_PROOF_2, DKG_PROOF_4
from tandem.mpc.keyshare import Keyshare, PairSeeds
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Inbox, Pause, Protocol, Round, Session
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import evaluate, evaluate_commitments
from tandem.wire import Reader

R1, R2, OT1, R3, R4 = 1, 2, 3, 4, 5
_BASE_OT = b"base_ot_session_id"
_ALL_BUT_ONE = b"all_but_one_session_id"


def plan(threshold: int) -> tuple[Expected, ...]:
    """The messages of a keygen and their payload sizes (spec §5.1)."""
    return (
        Expected(R1, 4 * 32),
        Expected(R2, POINT * threshold + 64 + proof.SIZE * threshold),
        Expected(OT1, endemic.MESSAGE, private=True),
        Expected(R3, 32 + endemic.MESSAGE + pprf.MESSAGE + 96 + POINT * threshold, private=True),
        Expected(R4, 2 * POINT + proof.SIZE),
    )


def keygen(setup: KeygenSetup, name: str, *, rng: Rng = random_bytes) -> Session[Keyshare]:
    """Party `name`'s session. Raises SetupRefused when the setup does not name it."""
    me = index_of(setup.names, name)
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, plan(setup.threshold), lambda own: _keygen(setup, own, rng))


def _keygen(setup: KeygenSetup, channel: Channel, rng: Rng) -> Protocol[Keyshare]:
    n, t, i = channel.size, setup.threshold, channel.me
    others = [j for j in range(n) if j != i]

    # 1. commit to x_i and F_i
    sid_i, opening_1 = rng(32), rng(32)
    f_i = Scalar.random_many(rng, t)
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
    choosers: dict[int, endemic.Chooser] = {}
    ot1: dict[int, bytes] = {}
    for j in others:
        choosers[j], ot1[j] = endemic.choose(commitments.pair_session_id(fsid, i, j, _BASE_OT), rng)
        yield Pause()
    cc, opening_2 = {i: rng(32)}, rng(32)
    com2 = {i: commitments.chain_code_commitment(fsid, cc[i], opening_2)}
    got = yield Round((R2, OT1), {R2: F_bytes + opening_1 + com2[i] + proofs}, {OT1: ot1})

    # 3. open every F_j and check its proofs; the sum of the polynomials is the key's
    for j, payload in got[R2].items():
        F[j], com2[j] = _read_round_2(setup, fsid, j, payload, sids[j], xs[j], com1[j])
    F_sum = [combine([F[j][k] for j in range(n)]) for k in range(t)]
    if F_sum[0].is_identity:
        raise FailedCheck("public key identity")
    F_sum_bytes = b"".join(bytes(point) for point in F_sum)

    # 4. answer the base OTs, build the trees, hand out f_i(x_j)
    seeds, sent, r3 = {}, {}, {}
    for j, payload in got[OT1].items():
        try:
            keys, msg2 = endemic.answer(commitments.pair_session_id(fsid, j, i, _BASE_OT), payload, rng)
        except WireError as broken:
            raise MalformedMessage("base OT", party=j) from broken
        yield Pause()
        leaves, trees = pprf.build(commitments.pair_session_id(fsid, i, j, _ALL_BUT_ONE), keys)
        sent[j] = Secret(leaves)
        seeds[j] = Secret(rng(32) if j > i else bytes(32))
        r3[j] = evaluate(f_i, xs[j]).reveal() + msg2 + trees + cc[i] + opening_2 + seeds[j].reveal() + F_sum_bytes
        yield Pause()
    got = yield Round((R3,), {}, {R3: r3})

    # 5. the same as receiver
    d = {i: evaluate(f_i, xs[i])}
    pairs: list[PairSeeds | None] = [None] * n
    for j, payload in got[R3].items():
        reader = Reader(payload)
        d_bytes, msg2, trees = reader.take(32), reader.take(endemic.MESSAGE), reader.take(pprf.MESSAGE)
        cc[j], opening, seed, trailer = reader.take(32), reader.take(32), reader.take(32), reader.take(POINT * t)
        if trailer != F_sum_bytes:
            raise FailedCheck("big F", party=j)
        if commitments.chain_code_commitment(fsid, cc[j], opening) != com2[j]:
            raise FailedCheck("chain code", party=j)
        try:
            d[j] = Scalar.parse(d_bytes)
            rho = endemic.finish(choosers[j], msg2)
        except WireError as broken:
            raise MalformedMessage("round 3", party=j) from broken
        yield Pause()
        choices = choosers.pop(j).choices
        sid = commitments.pair_session_id(fsid, j, i, _ALL_BUT_ONE)
        evaluated = pprf.evaluate(sid, choices.reveal(), rho, trees)
        if evaluated is None:
            raise FailedCheck("all-but-one OT", party=j)
        pairs[j] = PairSeeds(sent[j], Secret(evaluated[0]), Secret(evaluated[1]))
        if j < i:
            seeds[j] = Secret(seed)
        yield Pause()

    # 6. Feldman; our share, proved under a session id that binds the chain code
    chain_code = commitments.root_chain_code([cc[j] for j in range(n)])
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
        zero_seeds=(*(seeds[j] for j in others), Secret(bytes(32))),
        pairs=tuple(pairs),
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
