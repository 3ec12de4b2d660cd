"""SoftSpoken OT extension (Roy 2022, k = 4) with its consistency check: 512 correlated OTs (spec §6.5).

The receiver holds all PPRF leaves, the sender all but one a tree; the punctured indices are the sender's long-lived
`nabla`, whose bits a cheating receiver fishes for: a failed check bans. Matrices are long ints (tandem.mpc.dkls.lanes).
"""

from dataclasses import dataclass, field
from hmac import compare_digest

from tandem.mpc.dkls.labels import (
    SOFT_SPOKEN,
    SOFT_SPOKEN_EXPAND,
    SOFT_SPOKEN_MATRIX,
    SOFT_SPOKEN_RANDOMIZE,
)
from tandem.mpc.dkls.lanes import (
    bits,
    cut,
    differs,
    fill,
    gf128_multiply,
    gf128_product,
    ones,
    pack,
    spread,
    transpose,
)
from tandem.mpc.keyshare import LEAVES, SEED, TREES, PairSeeds
from tandem.mpc.transcript import Family, Script, Transcript

COUNT = 512  # L: OTs that come out
EXTRA = 16  # bytes of random choices that pay for the check
ROW = COUNT // 8 + EXTRA  # 80
ROWS = 4 * TREES  # 256
FIELD = 16
WIDTH = 3  # scalars each OT yields
MESSAGE = TREES * ROW + FIELD + ROWS * FIELD  # u || x || t, 9232

_EXPAND = Script(SOFT_SPOKEN).field(b"", 32).field(b"", SEED).challenge(SOFT_SPOKEN_EXPAND, ROW).family()
_RANDOMIZE = (
    Script(SOFT_SPOKEN)
    .field(b"session-id", 32)
    .field(b"index", 8)
    .field(SOFT_SPOKEN_RANDOMIZE, 32)
    .challenge(b"", 32)
    .challenge(b"", 32)
    .challenge(b"", 32)
    .family()
)
_INDEX = [index.to_bytes(8, "little") for index in range(COUNT)]
_PLANE = TREES * ROW  # bytes of one leaf's rows over all trees
_SQUARE = 32 * ROWS  # bytes of 256 columns of 256 bits


def _matrix_script() -> Family:
    script = Script(SOFT_SPOKEN).field(b"session-id", 32)
    for _ in range(TREES):
        script.field(b"", ROW)
    return script.challenge(SOFT_SPOKEN_MATRIX, 32).family()


_MATRIX = _matrix_script()


@dataclass(frozen=True, slots=True)
class SenderOutput:
    """Pads v_0 and v_1: 512 * 3 byte strings of 32 each, OT-major, to be read as scalars mod N."""

    v_0: list[bytes] = field(repr=False)
    v_1: list[bytes] = field(repr=False)


def _planes(session_id: bytes, leaves: memoryview) -> list[int]:
    """r[.][y] for each leaf index y, all trees side by side."""
    data = bytes(leaves)
    rows = _EXPAND.bind(session_id).first(cut(data, SEED))
    return [int.from_bytes(b"".join(rows[y::LEAVES]), "little") for y in range(LEAVES)]


def _xor_all(planes: list[int]) -> int:
    result = 0
    for plane in planes:
        result ^= plane
    return result


def _by_bit(planes: list[int]) -> list[int]:
    """For each bit b: the sum of the planes whose index has bit b."""
    return [_xor_all([plane for y, plane in enumerate(planes) if (y >> b) & 1]) for b in range(4)]


def _rows(planes: list[int]) -> list[bytes]:
    """Rows 4i + b of 80 bytes, from four planes."""
    columns = [cut(plane.to_bytes(_PLANE, "little"), ROW) for plane in planes]
    return [row for tree in zip(*columns, strict=True) for row in tree]


def _challenges(session_id: bytes, u: bytes) -> list[int]:
    """chi_0..chi_3, elements of GF(2^128), from the matrix."""
    digest = _MATRIX.bind(session_id).one(u)
    found = []
    for index in range(COUNT // 128):
        transcript = Transcript(b"")
        transcript.append_u64(b"index", index)
        transcript.append(b"", digest)
        found.append(int.from_bytes(transcript.challenge(b"", FIELD), "little"))
    return found


def _columns(rows: list[bytes]) -> bytes:
    """The first 512 columns, 32 bytes each: row k is bit k."""
    halves = [int.from_bytes(b"".join(row[at : at + 32] for row in rows), "little") for at in (0, 32)]
    return b"".join(transpose(half, ROWS).to_bytes(_SQUARE, "little") for half in halves)


def _check_values(rows: list[bytes], columns: bytes, chis: list[int]) -> int:
    """For each row k, lane of 16 bytes: M[k]_4 + sum_j M[k]_j chi_j."""
    total = 0
    for place, chi in enumerate(chis):
        at = place * 128 * 32
        total ^= gf128_multiply(int.from_bytes(columns[at : at + 128 * 32], "little"), chi, 32)
    sums = transpose(total, ROWS).to_bytes(_SQUARE, "little")
    return int.from_bytes(b"".join(cut_row[:FIELD] for cut_row in cut(sums, 32)), "little") ^ int.from_bytes(
        b"".join(row[COUNT // 8 :] for row in rows), "little"
    )


def _randomize(session: Family, columns: bytes) -> list[bytes]:
    return session.all([index + column for index, column in zip(_INDEX, cut(columns, 32), strict=True)])


def receive(session_id: bytes, pair: PairSeeds, choices: bytes, extra: bytes) -> tuple[list[bytes], bytes]:
    """With 64 bytes of choices and 16 random ones: the pads v_x (512 * 3 of 32 bytes) and the message."""
    planes = _planes(session_id, pair.sent.view())
    u = (int.from_bytes((choices + extra) * TREES, "little") ^ _xor_all(planes)).to_bytes(_PLANE, "little")
    rows = _rows(_by_bit(planes))
    columns = _columns(rows)
    chis = _challenges(session_id, u)
    x = int.from_bytes(extra, "little")
    for chunk, chi in zip(cut(choices, FIELD), chis, strict=True):
        x ^= gf128_product(int.from_bytes(chunk, "little"), chi)
    t = _check_values(rows, columns, chis)
    message = u + x.to_bytes(FIELD, "little") + t.to_bytes(ROWS * FIELD, "little")
    return _randomize(_RANDOMIZE.bind(session_id), columns), message


def send(session_id: bytes, pair: PairSeeds, message: bytes) -> SenderOutput | None:
    """The pads for both choices, or None when the receiver's message is not consistent: it is fishing for nabla."""
    u, x, t = message[:_PLANE], message[_PLANE : _PLANE + FIELD], message[_PLANE + FIELD :]
    punctured = pair.choices.reveal()
    at = spread(punctured, ROW)
    planes = [
        plane & fill(differs(at, y, TREES, ROW), ROW)
        for y, plane in enumerate(_planes(session_id, pair.received.view()))
    ]
    # bit b of y ^ d is bit b of y, or its opposite: then the sum over the others, which is the whole sum without it
    whole = _xor_all(planes) ^ int.from_bytes(u, "little")
    one = ones(TREES, ROW)
    corrected = [plane ^ (whole & fill((at >> b) & one, ROW)) for b, plane in enumerate(_by_bit(planes))]
    rows = _rows(corrected)
    columns = _columns(rows)
    nabla = _nabla(punctured)
    expected = int.from_bytes(t, "little") ^ (
        int.from_bytes(x * ROWS, "little") & fill(spread(bits(nabla), FIELD), FIELD)
    )
    values = _check_values(rows, columns, _challenges(session_id, u))
    if not compare_digest(values.to_bytes(ROWS * FIELD, "little"), expected.to_bytes(ROWS * FIELD, "little")):
        return None
    session = _RANDOMIZE.bind(session_id)
    other = (int.from_bytes(columns, "little") ^ int.from_bytes(nabla * COUNT, "little")).to_bytes(
        2 * _SQUARE, "little"
    )
    return SenderOutput(_randomize(session, columns), _randomize(session, other))


def _nabla(punctured: bytes) -> bytes:
    """32 bytes: bit 4i + b is bit b of d_i."""
    return pack(bytes(flag for index in punctured for flag in bits(bytes((index,)))[:4]))
