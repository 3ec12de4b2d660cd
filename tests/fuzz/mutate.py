"""Changes of bytes and of texts, by seed: what a fuzzer without coverage can do to a file that is nearly right."""

import random
from collections.abc import Callable, Sequence

EDGES = (b"\0", b"\xff", b"\x80", b"\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0\0\0\0\1", b"\x80\0\0\0")
TOKENS = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        *'[]{}",:\\/?&=#%.-+ \n\0',
        "NaN",
        "1e999",
        "-1",
        "0x",
        "18446744073709551616",
        '"__proto__":',
        "[" * 100,
        "{" * 70,
        '{"a":',
        "\\u0000",
        "\\ud800",
        "\u202e",
        "\U0001f600",
        "é",
        "\udfff",
        "%00",
        "%2f",
        "..",
        "9" * 400,
    )
)


def changed(data: bytes, others: Sequence[bytes], dice: random.Random, longest: int) -> bytes:
    """One to four changes of `data`, at most `longest` bytes of result."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 4))):
        CHANGES[dice.randrange(len(CHANGES))](out, others, dice)
    return bytes(out[:longest])


def _place(out: bytearray, dice: random.Random) -> int:
    return dice.randrange(len(out) + 1)


def _bit(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    if out:
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)


def _byte(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    if out:
        out[dice.randrange(len(out))] = dice.randrange(256)


def _edge(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    at, edge = _place(out, dice), dice.choice(EDGES)
    out[at : at + len(edge)] = edge


def _token(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    at = _place(out, dice)
    out[at : at + dice.choice((0, 0, 1, 4))] = dice.choice(TOKENS)


def _cut(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    del out[_place(out, dice) :]


def _drop(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    at = _place(out, dice)
    del out[at : at + dice.choice((1, 2, 4, 32, 100))]


def _again(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    at = _place(out, dice)
    out[at:at] = out[at : at + dice.choice((1, 8, 33, 200))] * dice.choice((1, 1, 3))


def _splice(out: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    other = dice.choice(others)
    at, start = _place(out, dice), dice.randrange(len(other) + 1)
    out[at : at + dice.choice((0, 8, 64))] = other[start : start + dice.choice((4, 32, 200))]


def _noise(out: bytearray, _: Sequence[bytes], dice: random.Random) -> None:
    at = _place(out, dice)
    out[at:at] = dice.randbytes(dice.randrange(40))


CHANGES: tuple[Callable[[bytearray, Sequence[bytes], random.Random], None], ...] = (
    *(_bit, _bit, _byte, _byte, _edge, _token, _token, _cut, _drop, _again, _splice, _noise),
)
