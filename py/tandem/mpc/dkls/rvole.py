"""Random vector OLE (DKLs23 protocol 5.2): c_i + d_i = a_i * chi for two secret inputs a_0, a_1 (spec §6.6).

Scalars here are Python ints where they are one-time OT pads, or masked by them: each is used in one session and
uniform, so what the timing of an int tells of one is worth nothing for the next. Secret inputs enter split into two
random summands and the results leave as sums that were never reduced (Scalar.wide), so no int ever holds them.
"""

from dataclasses import dataclass, field
from functools import cache
from hmac import compare_digest
from operator import mul

from tandem.curve.scalar import N, Scalar
from tandem.entropy import Rng
from tandem.mpc.dkls import softspoken
from tandem.mpc.dkls.labels import VOLE_GADGET, VOLE_MU, VOLE_THETA
from tandem.mpc.dkls.lanes import bits, cut, fill, ones
from tandem.mpc.dkls.softspoken import COUNT, EXTRA, WIDTH
from tandem.mpc.keyshare import PairSeeds
from tandem.mpc.transcript import Family, Script

INPUTS = 2
_TILDE = COUNT * WIDTH * 32
MESSAGE = _TILDE + 32 + 64  # a~ || eta || mu, 49248
_WIDE = 40  # bytes of a lane: a scalar and room for carries
_PAD = bytes(_WIDE - 32)


@cache
def _gadget_family() -> Family:
    script = Script(VOLE_GADGET).field(b"session-id", 32)
    for index in range(COUNT):
        script.constant(b"index", index.to_bytes(8, "little")).challenge(b"next value", 32)
    return script.family()


@cache
def _theta_family() -> Family:
    script = Script(VOLE_THETA).field(b"session-id", 32)
    for row in range(COUNT):
        script.constant(b"row of a tilde", row.to_bytes(8, "little"))
        for _ in range(WIDTH):
            script.field(b"", 32)
    for index in range(INPUTS):
        script.constant(b"theta k", bytes(8)).constant(b"theta i", index.to_bytes(8, "little"))
        script.challenge(b"theta", 32)
    return script.family()


@cache
def _mu_family() -> Family:
    script = Script(VOLE_MU).field(b"session-id", 32)
    for _ in range(COUNT):
        script.field(b"chosen", 32)
    return script.challenge(b"mu-hash", 64).family()


def _gadget(session_id: bytes) -> list[bytes]:
    return _gadget_family().all((session_id,))


def _ints(values: list[bytes]) -> list[int]:
    return [int.from_bytes(value, "big") for value in values]


def _theta(session_id: bytes, tilde: bytes) -> tuple[int, int]:
    first, second = _ints(_theta_family().all((session_id + tilde,)))
    return first, second


def _mu(session_id: bytes, chosen: list[int]) -> bytes:
    return _mu_family().one(session_id + b"".join([(value % N).to_bytes(32, "big") for value in chosen]))


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """What the receiver keeps between its message and the answer; `chi` is its output share's factor."""

    session_id: bytes
    chi: Scalar = field(repr=False)
    gadget: list[bytes] = field(repr=False)
    flags: bytes = field(repr=False)  # beta, one byte a bit
    pads: list[bytes] = field(repr=False)  # v_x


def receive(session_id: bytes, pair: PairSeeds, rng: Rng) -> tuple[Receiver, bytes]:
    """Random beta and so a random chi; the message is SoftSpoken's."""
    beta, extra = rng(COUNT // 8), rng(EXTRA)
    pads, message = softspoken.receive(session_id, pair, beta, extra)
    gadget = _gadget(session_id)
    flags = bits(beta)
    return Receiver(session_id, _weighted(gadget, flags), gadget, flags, pads), message


def _flag_lanes(flags: bytes, width: int) -> int:
    """Like lanes.spread for big-endian lanes: lane 0 comes first in memory."""
    lanes = bytearray(len(flags) * width)
    lanes[width - 1 :: width] = flags
    return int.from_bytes(lanes, "big")


def _wide_lanes(values: list[bytes]) -> int:
    return int.from_bytes(_PAD + _PAD.join(values), "big")


def _weighted(gadget: list[bytes], flags: bytes) -> Scalar:
    """chi: the sum of the gadget elements whose flag is set, by folding all lanes onto one another."""
    lanes = _wide_lanes(gadget) & fill(_flag_lanes(flags, _WIDE), _WIDE)
    count = COUNT
    while count > 1:
        count //= 2
        half = 8 * _WIDE * count
        lanes = (lanes >> half) + (lanes & ((1 << half) - 1))
    return Scalar.wide(lanes)


def send(
    session_id: bytes, pair: PairSeeds, inputs: tuple[Scalar, Scalar], opening: bytes, rng: Rng
) -> tuple[tuple[Scalar, Scalar], bytes] | None:
    """Answer the receiver's `opening`: our shares (c_0, c_1) and the message, or None when the opening cheats."""
    pads = softspoken.send(session_id, pair, opening)
    if pads is None:
        return None
    eta_0 = Scalar.random(rng)
    summands = [_split(secret, rng) for secret in (*inputs, eta_0)]
    v_0, v_1 = _ints(pads.v_0), _ints(pads.v_1)
    tilde = bytearray()
    for at in range(0, COUNT * WIDTH, WIDTH):
        for place, (left, right) in enumerate(summands, at):
            tilde += ((v_0[place] - v_1[place] + left + right) % N).to_bytes(32, "big")
    theta_0, theta_1 = _theta(session_id, bytes(tilde))
    eta = eta_0 + Scalar.public(theta_0) * inputs[0] + Scalar.public(theta_1) * inputs[1]
    first, second, third = v_0[0::WIDTH], v_0[1::WIDTH], v_0[2::WIDTH]
    mu = _mu(session_id, [c + theta_0 * a + theta_1 * b for a, b, c in zip(first, second, third, strict=True)])
    gadget = _ints(_gadget(session_id))
    shares = (-Scalar.wide(sum(map(mul, gadget, first))), -Scalar.wide(sum(map(mul, gadget, second))))
    return shares, bytes(tilde) + eta.reveal() + mu


def _split(secret: Scalar, rng: Rng) -> tuple[int, int]:
    """Two uniform ints with the sum `secret` mod N; never add them to each other alone."""
    left = Scalar.random(rng)
    return int.from_bytes(left.reveal(), "big"), int.from_bytes((secret - left).reveal(), "big")


def finish(state: Receiver, message: bytes) -> tuple[Scalar, Scalar] | None:
    """Our shares (d_0, d_1), or None when the sender cheated. a~ and eta are taken mod N (spec §6.6)."""
    tilde, eta, mu = message[:_TILDE], message[_TILDE : _TILDE + 32], message[_TILDE + 32 :]
    theta_0, theta_1 = _theta(state.session_id, _canonical(tilde))
    row = WIDTH * _WIDE
    flags = _flag_lanes(state.flags, row)
    # z = v_x + beta * a~, and - beta * eta in the third lane, for all 512 rows at once
    z = _wide_lanes(state.pads) + (_wide_lanes(cut(tilde, 32)) & fill(flags, row))
    z += (N - int.from_bytes(eta, "big") % N) * ones(COUNT, row) & fill(flags, _WIDE)
    lanes = _ints(cut(z.to_bytes(COUNT * row, "big"), _WIDE))
    first, second, third = lanes[0::WIDTH], lanes[1::WIDTH], lanes[2::WIDTH]
    expected = _mu(
        state.session_id, [c + theta_0 * a + theta_1 * b for a, b, c in zip(first, second, third, strict=True)]
    )
    if not compare_digest(expected, mu):
        return None
    gadget = _ints(state.gadget)
    return Scalar.wide(sum(map(mul, gadget, first))), Scalar.wide(sum(map(mul, gadget, second)))


def _canonical(tilde: bytes) -> bytes:
    """Each scalar of a~ reduced; honest ones are already."""
    values = cut(tilde, 32)
    top = N.to_bytes(32, "big")
    if max(values) < top:
        return tilde
    return b"".join((int.from_bytes(value, "big") % N).to_bytes(32, "big") for value in values)
