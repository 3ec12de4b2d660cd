"""Quorum change (spec/dkls23-wire.md §12): the old parties pass the key to new ones, of any number and threshold.

Old party i deals, by a polynomial of the new degree, what its share weighs in the key among the old parties present;
new party j's share is the sum of what it is dealt. A party may be old, new or both. Nobody proves that it got its new
share, and an old party could open different polynomials to different parties, so the old shares must be kept until the
new ones have signed. Positions i, j are party indexes of this session; party ids count within the old or new shares.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base, combine
from tandem.curve.scalar import Scalar, total
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.dkls import base_ots, commitments
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.message import Channel
from tandem.mpc.session import Expected, Pause, Protocol, Round, Session, only
from tandem.mpc.setup import ReshareSetup, index_of
from tandem.mpc.shamir import evaluate, evaluate_commitments, lagrange
from tandem.wire import Reader

R0, R1, R2, P2P_1, P2P_2, OT1, OT2 = 10, 11, 12, 13, 14, 15, 16
_NO_COMMITMENT = bytes(32)


def plan(setup: ReshareSetup, me: int) -> tuple[Expected, ...]:
    """The messages of a quorum change and their payload sizes (spec §5.1), and who sends them to us."""
    dealers = setup.olds if me in setup.news else ()
    peers = setup.news if me in setup.news else ()
    return (
        Expected(R0, 1, senders=setup.olds),
        Expected(R1, 96),
        Expected(P2P_1, 32, private=True, senders=dealers),
        Expected(P2P_2, 96, private=True, senders=dealers),
        Expected(R2, POINT * setup.threshold + 32, senders=setup.olds),
        Expected(OT1, base_ots.CHOICE, private=True, senders=peers),
        Expected(OT2, base_ots.ANSWER + 32, private=True, senders=peers),
    )


def reshare(
    setup: ReshareSetup, name: str, share: Keyshare | None = None, *, rng: Rng = random_bytes
) -> Session[Keyshare | None]:
    """Party `name`'s session; an old party brings its share. A party that is only old ends with None.

    Raises SetupRefused when setup and share do not belong together.
    """
    me = index_of(setup.names, name)
    if (me in setup.olds) != (share is not None):
        raise SetupRefused("old parties bring a share, others do not")
    if share is not None:
        if setup.key_id != share.key_id:
            raise SetupRefused("key id")
        if setup.public_key != share.public_key:
            raise SetupRefused("public key")
        if not share.threshold <= len(setup.olds) <= share.n:
            raise SetupRefused("number of old parties")
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, plan(setup, me), lambda own: _reshare(setup, share, own, rng))


@dataclass(slots=True, eq=False)
class _Dealing:
    """What an old party deals with."""

    f: list[Scalar]
    polynomial: bytes  # P, encoded
    opening: bytes


def _reshare(setup: ReshareSetup, share: Keyshare | None, channel: Channel, rng: Rng) -> Protocol[Keyshare | None]:
    i, olds, news = channel.me, setup.olds, setup.news
    xs = {j: party_id + 1 for party_id, j in enumerate(news)}
    other_news = [j for j in news if j != i]
    is_new = i in xs

    # 0. who of the old parties is who
    got = yield Round((R0,), {} if share is None else {R0: bytes((share.party_id,))})
    old_ids = {j: payload[0] for j, payload in got[R0].items()}
    if share is not None:
        _require_old_ids(share, old_ids)
        old_ids[i] = share.party_id
    if len(set(old_ids.values())) != len(olds):
        raise FailedCheck("old party ids not distinct")

    # 1. old: commit to the polynomial
    sid_i, com1_i = rng(32), _NO_COMMITMENT
    dealing = None
    if share is not None:
        dealing = _deal(share, old_ids.values(), setup.threshold, rng)
        com1_i = commitments.reshare_polynomial_commitment(sid_i, i, dealing.polynomial, dealing.opening)
    got = yield Round((R1,), {R1: sid_i + channel.exchange_key + com1_i})
    sids, com1 = {i: sid_i}, dict[int, bytes]()
    for j, payload in got[R1].items():
        sids[j], com1[j] = _read_round_1(channel, j, payload)
    fsid = commitments.keygen_session_id([sids[j] for j in range(channel.size)])

    # 2. old: commit to what each new party is dealt
    p2p_1, p2p_2 = dict[int, bytes](), dict[int, bytes]()
    if dealing is not None and share is not None:
        for j in other_news:
            p_ij, opening = evaluate(dealing.f, xs[j]).reveal(), rng(32)
            p2p_1[j] = commitments.reshare_share_commitment(fsid, i, j, p_ij, opening)
            p2p_2[j] = p_ij + opening + share.chain_code
    got = yield Round((P2P_1,), {}, {P2P_1: p2p_1})  # who is only old does not wait
    com2 = got[P2P_1]

    # 3. open both
    opened = {} if dealing is None else {R2: dealing.polynomial + dealing.opening}
    got = yield Round((P2P_2, R2), opened, {P2P_2: p2p_2})
    P = {} if dealing is None else {i: _points(dealing.polynomial)}
    for j, payload in got[R2].items():
        P[j] = _read_round_2(j, payload, sids[j], com1[j])
    if share is not None:
        _check_constants(share, old_ids, P)
    if bytes(combine([P[j][0] for j in olds])) != setup.public_key:
        raise FailedCheck("sum of the key", party=only([j for j in olds if j != i]))
    if not is_new:
        return None

    # 4. new: our share of the sum of the polynomials
    p, chain_codes = dict[int, Scalar](), dict[int, bytes]()
    if dealing is not None and share is not None:
        p[i], chain_codes[i] = evaluate(dealing.f, xs[i]), share.chain_code
    for j, payload in got[P2P_2].items():
        p[j], chain_codes[j] = _read_dealt(i, j, payload, fsid, com2[j], P[j], xs[i])
    chain_code = next(iter(chain_codes.values())) if share is None else share.chain_code
    _check_chain_codes(chain_codes, i)
    P_sum = [combine([P[j][k] for j in olds]) for k in range(setup.threshold)]
    s_i = total([p[j] for j in olds])  # lies on the sum of the polynomials, as each summand lies on its own
    S = [evaluate_commitments(P_sum, xs[j]) for j in news]

    # 5. new: base OTs with each other, under the new party ids
    mine = xs[i] - 1
    pairs = {j: base_ots.Pair(fsid, mine, xs[j] - 1, party=j) for j in other_news}
    ot1, ot2 = dict[int, bytes](), dict[int, bytes]()
    for j in other_news:
        ot1[j] = pairs[j].choose(rng)
        yield Pause()
    got = yield Round((OT1,), {}, {OT1: ot1})
    for j, payload in got[OT1].items():
        answer = yield from pairs[j].answer(payload, rng)
        ot2[j] = answer + (pairs[j].zero_seed.reveal() if xs[j] > xs[i] else bytes(32))
    got = yield Round((OT2,), {}, {OT2: ot2})
    for j, payload in got[OT2].items():
        yield from pairs[j].finish(payload[: base_ots.ANSWER], payload[base_ots.ANSWER :])
    by_party = {xs[j] - 1: pair for j, pair in pairs.items()}

    return Keyshare(
        n=len(news),
        threshold=setup.threshold,
        party_id=mine,
        final_session_id=fsid,
        chain_code=chain_code,
        public_key=setup.public_key,
        key_id=setup.public_key[:32],  # neither a hash nor the setup's (spec §15.5)
        share=s_i,
        share_points=tuple(S),
        xs=tuple(range(1, len(news) + 1)),
        zero_seeds=base_ots.zero_seeds(by_party),
        pairs=base_ots.seeds_by_party(by_party),
    )


def _require_old_ids(share: Keyshare, old_ids: Mapping[int, int]) -> None:
    for j, party_id in old_ids.items():
        if party_id >= share.n:
            raise MalformedMessage("old party id", party=j)
        if party_id == share.party_id:
            raise FailedCheck("old party ids not distinct", party=j)


def _deal(share: Keyshare, old_ids: Collection[int], threshold: int, rng: Rng) -> _Dealing:
    """A polynomial whose constant term is our share's weight in the key among the old parties present."""
    weight = lagrange({party_id: share.xs[party_id] for party_id in old_ids}, share.party_id)
    f = [Scalar.public(weight) * share.share, *Scalar.random_many(rng, threshold - 1)]
    return _Dealing(f, b"".join(bytes(base(coefficient)) for coefficient in f), rng(32))


def _points(encoded: bytes) -> list[Point]:
    """Raises WireError for what is no point or the identity."""
    return [Point.parse(encoded[at : at + POINT]) for at in range(0, len(encoded), POINT)]


def _read_round_1(channel: Channel, j: int, payload: bytes) -> tuple[bytes, bytes]:
    """Party j's session id and commitment; agrees on keys with it."""
    reader = Reader(payload)
    sid, exchange_key, com1 = reader.take(32), reader.take(32), reader.take(32)
    try:
        channel.meet(j, exchange_key)
    except WireError as broken:
        raise MalformedMessage("exchange key", party=j) from broken
    return sid, com1


def _read_round_2(j: int, payload: bytes, sid: bytes, com1: bytes) -> list[Point]:
    """Party j's polynomial, which is the one it committed to."""
    encoded, opening = payload[:-32], payload[-32:]
    if commitments.reshare_polynomial_commitment(sid, j, encoded, opening) != com1:
        raise FailedCheck("polynomial commitment", party=j)
    try:
        return _points(encoded)
    except WireError as broken:
        raise MalformedMessage("polynomial", party=j) from broken


def _check_constants(share: Keyshare, old_ids: Mapping[int, int], P: Mapping[int, list[Point]]) -> None:
    """An old party knows the others' share points, so it can tell who deals something else than its share."""
    xs = {party_id: share.xs[party_id] for party_id in old_ids.values()}
    for j, party_id in old_ids.items():
        if P[j][0] != share.share_points[party_id] * lagrange(xs, party_id):
            raise FailedCheck("constant term", party=j)


def _read_dealt(
    i: int, j: int, payload: bytes, fsid: bytes, com2: bytes, P_j: list[Point], x: int
) -> tuple[Scalar, bytes]:
    """What party j deals us, and the chain code: it is what j committed to, and lies on its polynomial (Feldman)."""
    p_bytes, opening, chain_code = payload[:32], payload[32:64], payload[64:]
    if commitments.reshare_share_commitment(fsid, j, i, p_bytes, opening) != com2:
        raise FailedCheck("share commitment", party=j)
    try:
        p_ij = Scalar.parse(p_bytes)
    except WireError as broken:
        raise MalformedMessage("dealt share", party=j) from broken
    if base(p_ij) != evaluate_commitments(P_j, x):
        raise FailedCheck("Feldman", party=j)
    return p_ij, chain_code


def _check_chain_codes(chain_codes: Mapping[int, bytes], me: int) -> None:
    """They are all the same; when we brought one ourselves, whoever has another is to blame."""
    if len(set(chain_codes.values())) != 1:
        culprit = next((j for j, code in chain_codes.items() if me in chain_codes and code != chain_codes[me]), None)
        raise FailedCheck("chain code", party=culprit)
