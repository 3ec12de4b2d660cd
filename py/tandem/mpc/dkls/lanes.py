"""Many small values in one Python int, a fixed number of bytes ("lane") each: select, mask and add them all at once.

Two reasons: a loop over 40,000 bits in Python takes seconds, big-int operations on the whole take microseconds; and
no operation branches on, or indexes by, a single secret bit (spec/security.md §6). Lanes hold uniform one-time pads
and hashes, so what the length of a big int tells is nothing. Bit i of a byte string is (b[i >> 3] >> (i & 7)) & 1.
"""

from functools import cache

_DIGITS = bytes.maketrans(b"01", b"\0\1")


def bits(data: bytes) -> bytes:
    """One byte, 0 or 1, for each bit of `data`."""
    text = format(int.from_bytes(data, "little"), f"0{8 * len(data)}b")
    return text.encode().translate(_DIGITS)[::-1]


def pack(values: bytes) -> bytes:
    """The inverse of `bits`."""
    text = bytes(48 + value for value in reversed(values))
    return int(text, 2).to_bytes(len(values) // 8, "little")


def spread(values: bytes, width: int) -> int:
    """Lane k, of `width` bytes, holds the byte values[k]; lane 0 is least significant."""
    lanes = bytearray(len(values) * width)
    lanes[::width] = values
    return int.from_bytes(lanes, "little")


def fill(flags: int, width: int) -> int:
    """Lanes of `width` bytes that hold 0 or 1 become all zeros or all ones."""
    return (flags << (8 * width)) - flags


@cache
def ones(count: int, width: int) -> int:
    """`count` lanes holding 1."""
    return spread(b"\1" * count, width)


def differs(values: int, small: int, count: int, width: int) -> int:
    """Flag lanes: 1 where a lane, below 16, is not `small`."""
    one = ones(count, width)
    return (((values ^ (small * one)) + 15 * one) >> 4) & one


def cut(data: bytes, size: int) -> list[bytes]:
    """`data` in pieces of `size` bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@cache
def _swaps(size: int) -> tuple[tuple[int, int], ...]:
    """For each power of two m below `size`: the shift and the mask that swap off-diagonal blocks of m by m bits."""
    steps = []
    m = size // 2
    while m:
        row = sum(((1 << m) - 1) << (at + m) for at in range(0, size, 2 * m))
        mask = 0
        for at in range(size):
            if not at & m:
                mask |= row << (at * size)
        steps.append((m * (size - 1), mask))
        m //= 2
    return tuple(steps)


def transpose(matrix: int, size: int) -> int:
    """A square of size x size bits, row-major, transposed; Hacker's Delight §7-3 on one long int."""
    for shift, mask in _swaps(size):
        moved = (matrix ^ (matrix >> shift)) & mask
        matrix ^= moved ^ (moved << shift)
    return matrix


def gf128_multiply(elements: int, public: int, width: int) -> int:
    """Elements of GF(2^128) (spec §6.4) times a public one, bit-sliced: lane k holds bit k of `8 * width` elements."""
    lane = 8 * width
    product = 0
    for power in range(128):
        if (public >> power) & 1:
            product ^= elements << (lane * power)
    low = (1 << (lane * 128)) - 1
    for _ in range(2):  # x^128 = x^7 + x^2 + x + 1
        high = product >> (lane * 128)
        product = (product & low) ^ high ^ (high << lane) ^ (high << (2 * lane)) ^ (high << (7 * lane))
    return product


def gf128_product(element: int, public: int) -> int:
    """One element times a public one."""
    product = 0
    for power in range(128):
        if (public >> power) & 1:
            product ^= element << power
    for _ in range(2):
        high = product >> 128
        product = (product & ((1 << 128) - 1)) ^ high ^ (high << 1) ^ (high << 2) ^ (high << 7)
    return product
