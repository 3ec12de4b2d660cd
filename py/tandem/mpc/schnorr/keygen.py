"""Distributed generation of an Ed25519 key (spec/schnorr-wire.md §6): Pedersen's, with commitments and proofs.

Party i of n draws a polynomial f_i of degree t - 1 and deals f_i(j + 1) to party j in a box for it alone; the key is
the sum of the f_i(0). Polynomial and boxes are committed to before anybody opens, so nobody can choose its polynomial
after the others', and every coefficient is proved to be known. Our own messages pass the checks that the others' do.

The setup message may be the one of the vault's ECDSA key: the tags are disjoint. A party may deal different chain code
contributions to different parties and nobody would see; no EdDSA key is derived with the chain code.

Where the key exists already and only its shares are made anew (refresh, migration, import: spec §9, §11), the f_i(0)
are given, their sum is known, and so is the chain code, which all contribute unchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tandem.curve import sealing
from tandem.curve.edwards import Point, Scalar, base, combine, total
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import FailedCheck, MalformedMessage, SessionMismatch, WireError
from tandem.mpc.message import Channel
from tandem.mpc.schnorr import proof
from tandem.mpc.schnorr.commitments import dealing_commitment, final_session_id, keygen_proof_id, root_chain_code
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Expected, Pause, Protocol, Round, Session, only
from tandem.mpc.setup import KeygenSetup, index_of
from tandem.mpc.shamir import evaluate, evaluate_commitments
from tandem.wire import Reader

R0, R1, R2 = 100, 101, 102
_DEALT = 64  # bytes: f_i(j + 1) || chain code contribution
_BOX = _DEALT + sealing.TAG
_ENTRY = 2 + 8 + _BOX + sealing.BOX_NONCE


def plan(threshold: int, parties: int) -> tuple[Expected, ...]:
    """The messages of a keygen and their payload sizes."""
    opening = 65 + 8 + 32 * threshold + 8 + _ENTRY * parties + 8 + proof.SIZE * threshold
    return Expected(R0, 33), Expected(R1, 65), Expected(R2, opening)


@dataclass(frozen=True, slots=True, eq=False)
class Existing:
    """A key that is to get new shares, and our summand of it: those of all parties add up to the private key."""

    summand: Scalar = field(repr=False)
    public_key: bytes  # 32
    chain_code: bytes = field(repr=False)  # 32


def keygen(
    setup: KeygenSetup, name: str, *, existing: Existing | None = None, rng: Rng = random_bytes
) -> Session[EddsaKeyshare]:
    """Party `name`'s session, for a new key or for new shares of an existing one. Raises SetupRefused when the setup
    does not name it."""
    me = index_of(setup.names, name)
    channel = Channel(setup.instance_id, [party.signing_seed for party in setup.parties], me, rng)
    return Session(channel, plan(setup.threshold, channel.size), lambda own: protocol(setup, own, rng, existing))


@dataclass(slots=True, eq=False)
class _Dealer:
    """What we learn of one party, ourselves included."""

    box_key: Secret = field(repr=False)
    session_id: bytes = b""
    commitment: bytes = b""
    polynomial: list[Point] = field(default_factory=list)
    boxes: list[tuple[bytes, bytes]] = field(default_factory=list)


def protocol(
    setup: KeygenSetup, channel: Channel, rng: Rng, existing: Existing | None = None
) -> Protocol[EddsaKeyshare]:
    """The rounds; a session's plan must hold `plan`."""
    n, t, i = channel.size, setup.threshold, channel.me

    # 0. whom to box for
    sent = bytes((i,)) + channel.exchange_key
    got = yield Round((R0,), {R0: sent})
    dealers = {j: _read_round_0(channel, j, payload) for j, payload in _everybody(got[R0], i, sent)}

    # 1. commit to the polynomial and to what everybody is dealt
    sid_i, blind = rng(32), rng(32)
    chain_code_i = rng(32) if existing is None else existing.chain_code
    constant = Scalar.random(rng) if existing is None else existing.summand
    f_i = [constant, *(Scalar.random(rng) for _ in range(t - 1))]
    A_i = [base(coefficient) for coefficient in f_i]
    boxes = []
    for j in range(n):
        nonce = rng(sealing.BOX_NONCE)
        dealt = evaluate(f_i, j + 1).reveal() + chain_code_i
        boxes.append((sealing.box(dealers[j].box_key.reveal(), nonce, dealt), nonce))
    sent = bytes((i,)) + sid_i + dealing_commitment(sid_i, i, _joined(A_i), boxes, blind)
    got = yield Round((R1,), {R1: sent})
    for j, payload in _everybody(got[R1], i, sent):
        _read_round_1(dealers[j], j, payload)

    # 2. open, and prove to know every coefficient
    fsid = final_session_id({j: dealer.session_id for j, dealer in dealers.items()})
    proof_id = keygen_proof_id(fsid, i)
    proofs = [proof.prove(proof_id, coefficient, A, rng) for coefficient, A in zip(f_i, A_i, strict=True)]
    sent = bytes((i,)) + fsid + blind + _count(32 * t) + _joined(A_i) + _count(n)
    for j, (box, nonce) in enumerate(boxes):
        sent += bytes((i, j)) + _count(len(box)) + box + nonce
    sent += _count(t) + b"".join(proofs)
    got = yield Round((R2,), {R2: sent})

    # 3. check everybody's dealing; the sums are the key's polynomial and our share
    shares, chain_codes = [], []
    for j, payload in _everybody(got[R2], i, sent):
        _read_round_2(dealers[j], j, payload, t, n, fsid)
        share, chain_code = _unboxed(dealers[j], j, i)
        if existing is not None and chain_code != existing.chain_code:
            raise FailedCheck("chain code")  # whose is wrong we cannot know
        shares.append(share)
        chain_codes.append(chain_code)
        yield Pause()
    public_key = combine([dealer.polynomial[0] for dealer in dealers.values()])
    if public_key.is_identity:
        raise FailedCheck("public key identity")
    if existing is not None and bytes(public_key) != existing.public_key:
        raise FailedCheck("sum of the key", party=only([j for j in dealers if j != i]))
    d_i = total(shares)  # lies on the sum of the polynomials, as each summand lies on its own
    if d_i.is_zero():
        raise FailedCheck("share of zero")
    # measured: the setup's id is for existing keys alone, against spec §5; for new ones it is the ECDSA key's
    key_id = setup.key_id if existing is not None else None
    if key_id is None:
        key_id = sha256(bytes(public_key)).digest()
    return EddsaKeyshare(
        n=n,
        threshold=t,
        party_id=i,
        public_key=bytes(public_key),
        key_id=key_id,
        chain_code=root_chain_code(chain_codes) if existing is None else existing.chain_code,
        share=d_i,
    )


def _everybody(got: dict[int, bytes], me: int, mine: bytes) -> list[tuple[int, bytes]]:
    """A round's payloads by party index, with the one we sent."""
    return sorted({**got, me: mine}.items())


def _read_round_0(channel: Channel, j: int, payload: bytes) -> _Dealer:
    reader = Reader(payload)
    _require_index(reader, j)
    try:
        return _Dealer(channel.box_key(reader.take(32)))
    except WireError as broken:
        raise MalformedMessage("exchange key", party=j) from broken


def _read_round_1(dealer: _Dealer, j: int, payload: bytes) -> None:
    reader = Reader(payload)
    _require_index(reader, j)
    dealer.session_id, dealer.commitment = reader.take(32), reader.take(32)


def _read_round_2(dealer: _Dealer, j: int, payload: bytes, t: int, n: int, fsid: bytes) -> None:
    """Fill in party j's polynomial and boxes, checked."""
    reader = Reader(payload)
    _require_index(reader, j)
    if reader.take(32) != fsid:
        raise SessionMismatch("round 2", party=j)
    blind = reader.take(32)
    _require_count(reader, 32 * t, j)
    encoded = reader.take(32 * t)
    _require_count(reader, n, j)
    for receiver in range(n):
        if reader.take(2) != bytes((j, receiver)):
            raise MalformedMessage("order of the boxes", party=j)
        _require_count(reader, _BOX, j)
        dealer.boxes.append((reader.take(_BOX), reader.take(sealing.BOX_NONCE)))
    _require_count(reader, t, j)
    if dealing_commitment(dealer.session_id, j, encoded, dealer.boxes, blind) != dealer.commitment:
        raise FailedCheck("commitment", party=j)
    try:
        dealer.polynomial = [Point.parse(encoded[at : at + 32]) for at in range(0, 32 * t, 32)]  # no identity
    except WireError as broken:
        raise MalformedMessage("polynomial", party=j) from broken
    proof_id = keygen_proof_id(fsid, j)
    for A in dealer.polynomial:
        if not proof.verify(proof_id, A, reader.take(proof.SIZE)):
            raise FailedCheck("proof of the polynomial", party=j)


def _unboxed(dealer: _Dealer, j: int, me: int) -> tuple[Scalar, bytes]:
    """What party j dealt us: f_j(me + 1), checked against its polynomial (Feldman), and its chain code contribution."""
    box, nonce = dealer.boxes[me]
    plain = sealing.unbox(dealer.box_key.reveal(), nonce, box)
    if plain is None:
        raise FailedCheck("box", party=j)
    try:
        share = Scalar.parse(plain[:32])
    except WireError as broken:
        raise MalformedMessage("dealt share", party=j) from broken
    if base(share) != evaluate_commitments(dealer.polynomial, me + 1):
        raise FailedCheck("Feldman", party=j)
    return share, plain[32:]


def _require_index(reader: Reader, j: int) -> None:
    if reader.u8() != j:
        raise FailedCheck("party index", party=j)


def _require_count(reader: Reader, count: int, j: int) -> None:
    if reader.take(8) != _count(count):
        raise MalformedMessage("count", party=j)


def _count(count: int) -> bytes:
    return count.to_bytes(8, "little")


def _joined(points: Sequence[Point]) -> bytes:
    return b"".join(map(bytes, points))
