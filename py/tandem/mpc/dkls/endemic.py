"""Endemic OT (Masny-Rindal 2019), 256 instances at once: base OTs of keygen (spec/dkls23-wire.md §6.2).

The chooser's bits decide years of signatures, so neither side branches on them or on the keys.
"""

from dataclasses import dataclass, field

from tandem.curve.point import SIZE as POINT
from tandem.curve.point import Point, base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.entropy import Rng
from tandem.errors import WireError
from tandem.mpc.dkls.labels import ENDEMIC_OT
from tandem.mpc.dkls.lanes import bits, cut, fill, spread
from tandem.mpc.transcript import Family, Script

COUNT = 256
MESSAGE = COUNT * 2 * POINT  # both messages, bytes
KEY = 32

_H1 = (
    Script(ENDEMIC_OT)
    .field(b"session-id", 32)
    .field(b"ro-index", 2)
    .field(b"batch-index", 2)
    .field(b"pk", POINT)
    .challenge(b"compressed-point", POINT)
    .challenge(b"compressed-point", POINT)
    .family()
)
_H2 = Script(ENDEMIC_OT).field(b"batch_index", 2).field(b"pk", POINT).challenge(b"ot-seed", KEY).family()
_INDEX = [index.to_bytes(2, "big") for index in range(COUNT)]


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """What the chooser keeps between its message and the answer."""

    choices: Secret = field(repr=False)  # 32 bytes, bit i for instance i
    exponents: list[Scalar] = field(repr=False)  # ta_i


def _hash_to_point(session: Family, oracle: bytes, index: int, point: bytes) -> Point:
    """h1 of the spec: try challenges until one is an x coordinate; its input is public."""
    for trial in session.repeated(oracle + _INDEX[index] + point):
        lifted = Point.lift(bytes((trial[0] & 1 ^ 2,)) + trial[1:])
        if lifted is not None:
            return lifted
    raise WireError("unreachable")


def choose(session_id: bytes, rng: Rng) -> tuple[Chooser, bytes]:
    """Random choices and the message that hides them."""
    choices = Secret(rng(COUNT // 8))
    exponents, others = Scalar.random_many(rng, COUNT), Scalar.random_many(rng, COUNT)
    session = _H1.bind(session_id)
    chosen, free = [], []
    for index, choice in enumerate(bits(choices.reveal())):
        other = base(others[index])
        mine = base(exponents[index]) - _hash_to_point(session, bytes((0, choice)), index, bytes(other))
        chosen.append(bytes(mine))
        free.append(bytes(other))
    return Chooser(choices, exponents), _ordered(choices.reveal(), b"".join(chosen), b"".join(free))


def _ordered(choices: bytes, chosen: bytes, free: bytes) -> bytes:
    """r_0 || r_1 for each instance, `chosen` being r_w."""
    swap = fill(spread(bits(choices), POINT), POINT)
    first, second = int.from_bytes(chosen, "little"), int.from_bytes(free, "little")
    moved = (first ^ second) & swap
    zeros = cut((first ^ moved).to_bytes(COUNT * POINT, "little"), POINT)
    unity = cut((second ^ moved).to_bytes(COUNT * POINT, "little"), POINT)
    return b"".join(zero + one for zero, one in zip(zeros, unity, strict=True))


def answer(session_id: bytes, message: bytes, rng: Rng) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The sender's key pairs (rho_0, rho_1) and its message. Raises WireError for points that are none."""
    session = _H1.bind(session_id)
    encoded = cut(message, POINT)
    exponents = Scalar.random_many(rng, 2 * COUNT)
    offers, products = [], []
    for index in range(COUNT):
        r_0, r_1 = encoded[2 * index], encoded[2 * index + 1]
        a_0 = Point.parse(r_0) + _hash_to_point(session, b"\0\0", index, r_1)
        a_1 = Point.parse(r_1) + _hash_to_point(session, b"\0\1", index, r_0)
        if a_0.is_identity or a_1.is_identity:
            raise WireError("base OT key of nobody")
        for point, exponent in ((a_0, exponents[2 * index]), (a_1, exponents[2 * index + 1])):
            offers.append(bytes(base(exponent)))
            products.append(_INDEX[index] + point.multiplied(exponent))
    keys = _H2.first(products)
    return [(keys[at], keys[at + 1]) for at in range(0, 2 * COUNT, 2)], b"".join(offers)


def finish(chooser: Chooser, message: bytes) -> list[bytes]:
    """The chosen keys rho_w. Raises WireError for points that are none."""
    offers = cut(message, POINT)
    for offer in offers:
        Point.parse(offer)  # both, so that the error does not depend on the choice
    zeros = int.from_bytes(b"".join(offers[0::2]), "little")
    unity = int.from_bytes(b"".join(offers[1::2]), "little")
    take = fill(spread(bits(chooser.choices.reveal()), POINT), POINT)
    chosen = cut((zeros ^ ((zeros ^ unity) & take)).to_bytes(COUNT * POINT, "little"), POINT)
    return _H2.first(
        _INDEX[index] + Point.parse(offer).multiplied(exponent)
        for index, (offer, exponent) in enumerate(zip(chosen, chooser.exponents, strict=True))
    )
