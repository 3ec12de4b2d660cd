"""Quorum change (spec/schnorr-wire.md §10): the old parties pass the key to new ones, of any number and threshold.

Old party i's polynomial f_i has its share as constant term, weighted so that those of all the old add up to the private
key; new party m gets f_i(m + 1) from each, and their sum is its share. Polynomials and dealings are committed to before
any is opened. i, j are party indexes of the setup, which holds old and new parties; party ids are those of key shares.

There is no echo: a dishonest old party may open other polynomials, each with its own commitment, to different new
parties, whose shares then do not fit. So the old shares are kept until the new ones have signed. Old shares still make
the key afterwards; only their being forgotten ends that.
"""

from dataclasses import dataclass, field

from tandem.curve.edwards import L, Point, Scalar, base, combine, total
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.message import Channel
from tandem.mpc.schnorr.commitments import reshare_commitment, reshare_dealing_commitment, reshare_session_id
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Protocol, Round, Session, only
from tandem.mpc.setup import MAX_PARTIES, ReshareSetup, index_of
from tandem.mpc.shamir import evaluate, evaluate_commitments, lagrange
from tandem.wire import Reader

KEY, ID, COMMIT, PROMISE, DEAL, OPEN = 1, 2, 3, 4, 5, 6
_NO_CHAIN_CODE = bytes(32)  # the engine never sends it; who joins therefore has none, and needs none
_COUNT = (32).to_bytes(8, "little")


def plan(setup: ReshareSetup, me: int) -> tuple[Expected, ...]:
    """The messages and their payload sizes; nobody deals to one who is not new."""
    dealers = setup.olds if me in setup.news else ()
    return (
        Expected(KEY, 1 + 8 + 32),
        Expected(ID, 1, senders=setup.olds),
        Expected(COMMIT, 1 + 32 + 32),
        Expected(PROMISE, 2 + 32, private=True, senders=dealers),
        Expected(DEAL, 2 + 3 * 32, private=True, senders=dealers),
        Expected(OPEN, 1 + 32 + 8 + 32 * setup.threshold, senders=setup.olds),
    )


def reshare(
    setup: ReshareSetup, name: str, share: EddsaKeyshare | None = None, *, rng: Rng = random_bytes
) -> Session[EddsaKeyshare | None]:
    """Party `name`'s session; who is old brings its `share`. Who is not new gets None.

    Raises SetupRefused when setup and share do not belong together.
    """
    me = index_of(setup.names, name)
    try:
        Point.parse(setup.public_key)
    except WireError as broken:
        raise SetupRefused("public key") from broken
    _require_share(setup, me in setup.olds, share)
    seeds = [party.signing_seed for party in setup.parties]
    channel = Channel(setup.instance_id, seeds, me, rng, flags_sealed=False)
    return Session(channel, plan(setup, me), lambda own: _reshare(setup, share, own, rng))


def _require_share(setup: ReshareSetup, old: bool, share: EddsaKeyshare | None) -> None:
    if old != (share is not None):
        raise SetupRefused("old parties bring a share, others do not")
    if share is None:
        return
    if setup.public_key != share.public_key:
        raise SetupRefused("public key")
    if setup.key_id != share.key_id:
        raise SetupRefused("key id")
    if not share.threshold <= len(setup.olds) <= share.n:
        raise SetupRefused("number of old parties")


@dataclass(slots=True, eq=False)
class _Dealer:
    """What we learn of one old party, ourselves included."""

    party_id: int
    session_id: bytes = b""
    commitment: bytes = b""
    promise: bytes = b""
    polynomial: list[Point] = field(default_factory=list)


def _reshare(
    setup: ReshareSetup, share: EddsaKeyshare | None, channel: Channel, rng: Rng
) -> Protocol[EddsaKeyshare | None]:
    i, t = channel.me, setup.threshold
    opening = bytes((i,))

    # 1. whom to seal for
    got = yield Round((KEY,), {KEY: opening + _COUNT + channel.exchange_key})
    for j, payload in got[KEY].items():
        _meet(channel, j, payload)

    # 2. which old shares there are; only now, as the engine loses what comes before everybody's key
    got = yield Round((ID,), {} if share is None else {ID: bytes((share.party_id,))})
    dealers = {j: _Dealer(payload[0]) for j, payload in got[ID].items()}
    if share is not None:
        dealers[i] = _Dealer(share.party_id)
    _require_ids(dealers, MAX_PARTIES if share is None else share.n, i)

    # 3. old parties commit to their polynomials
    sid_i, com1, f_i, P_i, r1 = rng(32), bytes(32), list[Scalar](), b"", b""
    if share is not None:
        weight = lagrange({old.party_id: old.party_id + 1 for old in dealers.values()}, share.party_id, L)
        f_i = [Scalar.public(weight) * share.share, *(Scalar.random(rng) for _ in range(t - 1))]
        P_i, r1 = b"".join(bytes(base(coefficient)) for coefficient in f_i), rng(32)
        com1 = reshare_commitment(sid_i, i, P_i, r1)
    sent = opening + sid_i + com1
    got = yield Round((COMMIT,), {COMMIT: sent})
    sids = [_read_commit(dealers, j, payload) for j, payload in sorted({**got[COMMIT], i: sent}.items())]
    fsid = reshare_session_id(sids)

    # 4. and to what they deal each new party; those wait for all of that before they open their own
    promises, deals = {}, {}
    for party_id, j in enumerate(setup.news if share is not None else ()):
        dealt, r2 = evaluate(f_i, party_id + 1).reveal(), rng(32)
        promises[j] = bytes((i, j)) + reshare_dealing_commitment(fsid, i, j, dealt, r2)
        deals[j] = bytes((i, j)) + dealt + r2 + _NO_CHAIN_CODE
    own = {tag: of.pop(i) for tag, of in ((PROMISE, promises), (DEAL, deals)) if i in of}
    sealed = {PROMISE: promises, DEAL: deals}
    if i in setup.news:
        got = yield Round((PROMISE,), {}, {PROMISE: sealed.pop(PROMISE)})
        for j, payload in _with_own(got[PROMISE], own, PROMISE, i):
            dealers[j].promise = _addressed(j, i, payload).take(32)

    # 5. open
    opened = {} if share is None else {OPEN: opening + r1 + (32 * t).to_bytes(8, "little") + P_i}
    got = yield Round((DEAL, OPEN) if i in setup.news else (OPEN,), opened, sealed)
    for j, payload in _with_own(got[OPEN], opened, OPEN, i):
        dealers[j].polynomial = _read_opening(dealers[j], j, payload, t)
    if bytes(combine([dealer.polynomial[0] for dealer in dealers.values()])) != setup.public_key:
        raise FailedCheck("sum of the key", party=only([j for j in dealers if j != i]))
    if i not in setup.news:
        return None

    # 6. check what everybody dealt us; the sum is our share
    my_id = setup.news.index(i)
    dealt_us = _with_own(got[DEAL], own, DEAL, i)
    shares = [_read_deal(dealers[j], j, i, payload, fsid, my_id + 1) for j, payload in dealt_us]
    chain_codes = {payload[-32:] for payload in got[DEAL].values()}
    if len(chain_codes) != 1:
        raise FailedCheck("chain code")
    d_i = total(shares)  # lies on the sum of the polynomials, as each summand lies on its own
    if d_i.is_zero():
        raise FailedCheck("share of zero")
    return EddsaKeyshare(
        n=len(setup.news),
        threshold=t,
        party_id=my_id,
        public_key=setup.public_key,
        key_id=setup.public_key,  # itself, not its hash: the engine's way
        chain_code=chain_codes.pop() if share is None else share.chain_code,
        share=d_i,
    )


def _with_own(got: dict[int, bytes], own: dict[int, bytes], tag: int, me: int) -> list[tuple[int, bytes]]:
    """The payloads of `tag` by party index, with ours if we made one: what we make passes the same checks."""
    return sorted({**got, me: own[tag]}.items() if tag in own else got.items())


def _meet(channel: Channel, j: int, payload: bytes) -> None:
    reader = _indexed(j, payload)
    if reader.take(8) != _COUNT:
        raise MalformedMessage("count", party=j)
    try:
        channel.meet(j, reader.take(32))
    except WireError as broken:
        raise MalformedMessage("exchange key", party=j) from broken


def _require_ids(dealers: dict[int, _Dealer], n: int, me: int) -> None:
    """Party ids of old shares that can be, each once."""
    ids = {j: dealer.party_id for j, dealer in dealers.items()}
    for j, party_id in ids.items():
        if party_id >= n:
            raise MalformedMessage("party id", party=j)
    if len(set(ids.values())) != len(ids):
        raise FailedCheck(
            "party ids not distinct", party=next((j for j in ids if j != me and ids[j] == ids.get(me)), None)
        )


def _read_commit(dealers: dict[int, _Dealer], j: int, payload: bytes) -> bytes:
    """Party j's session id; an old one's is noted with its commitment."""
    reader = _indexed(j, payload)
    session_id = reader.take(32)
    if j in dealers:
        dealers[j].session_id, dealers[j].commitment = session_id, reader.take(32)
    return session_id


def _read_opening(dealer: _Dealer, j: int, payload: bytes, t: int) -> list[Point]:
    """Party j's polynomial, checked."""
    reader = _indexed(j, payload)
    blind, count, encoded = reader.take(32), reader.take(8), reader.take(32 * t)
    if count != (32 * t).to_bytes(8, "little"):
        raise MalformedMessage("count", party=j)
    if reshare_commitment(dealer.session_id, j, encoded, blind) != dealer.commitment:
        raise FailedCheck("commitment", party=j)
    try:
        return [Point.parse(encoded[at : at + 32]) for at in range(0, 32 * t, 32)]  # no identity
    except WireError as broken:
        raise MalformedMessage("polynomial", party=j) from broken


def _read_deal(dealer: _Dealer, j: int, me: int, payload: bytes, fsid: bytes, x: int) -> Scalar:
    """f_j(x), checked against what was promised, and against the polynomial (Feldman)."""
    reader = _addressed(j, me, payload)
    encoded, blind = reader.take(32), reader.take(32)
    if reshare_dealing_commitment(fsid, j, me, encoded, blind) != dealer.promise:
        raise FailedCheck("commitment to the dealing", party=j)
    try:
        dealt = Scalar.parse(encoded)
    except WireError as broken:
        raise MalformedMessage("dealt share", party=j) from broken
    if base(dealt) != evaluate_commitments(dealer.polynomial, x):
        raise FailedCheck("Feldman", party=j)
    return dealt


def _indexed(j: int, payload: bytes) -> Reader:
    """The rest of a payload that begins with its sender's index."""
    reader = Reader(payload)
    if reader.u8() != j:
        raise FailedCheck("party index", party=j)
    return reader


def _addressed(j: int, me: int, payload: bytes) -> Reader:
    """The rest of a payload that begins with its sender's and its receiver's index."""
    reader = _indexed(j, payload)
    if reader.u8() != me:
        raise FailedCheck("receiver", party=j)
    return reader
