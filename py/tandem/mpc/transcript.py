"""Merlin v1.0 transcripts over STROBE-128 (spec/dkls23-wire.md §2).

`Transcript` is the plain form. `Script` is the same written down once for a family of transcripts that differ only in
the bytes of some fields: positions in STROBE depend on lengths alone, so the blocks become a template with holes, and
a challenge is one join, one C call and one read. Signing needs thousands of these; they dominate its time.
"""

from collections.abc import Iterable, Iterator
from typing import final

from tandem.curve.keccak import RATE, STATE, Sponge, blocks

_LIMIT = RATE - 2  # STROBE's R: 166
_META, _DATA, _PRF = 0x12, 0x02, 0x07
_FORCE = 0x04  # the flag of operations that begin on a fresh block

Piece = bytes | slice  # bytes to absorb, or a cut of the data that comes later


class _Strobe:
    """STROBE's bookkeeping. Subclasses say what happens with a closed block and with a challenge."""

    def __init__(self, label: bytes) -> None:
        self._at = 0
        self._begin = 0
        self._open: list[Piece] = []
        self._header(_META)
        self._put(b"Merlin v1.0", 11)
        self._append(b"dom-sep", label, len(label))

    def _header(self, flags: int) -> None:
        old, self._begin = self._begin, self._at + 1
        self._put(bytes((old, flags)), 2)
        if flags & _FORCE and self._at:
            self._close()

    def _put(self, piece: Piece, size: int) -> None:
        while size:
            taken = min(size, _LIMIT - self._at)
            head, piece = _cut(piece, taken)
            self._open.append(head)
            self._at += taken
            size -= taken
            if self._at == _LIMIT:
                self._close()

    def _close(self) -> None:
        """begin || 04, and 80 at the very end: STROBE's padding, which is cSHAKE's."""
        if self._at == _LIMIT:
            self._open.append(bytes((self._begin, 0x84)))
        else:
            self._open.append(bytes((self._begin, 0x04)) + bytes(RATE - 3 - self._at) + b"\x80")
        self._absorb(self._open)
        self._open = []
        self._at = self._begin = 0

    def _append(self, label: bytes, message: Piece, size: int) -> None:
        self._header(_META)
        self._put(label + size.to_bytes(4, "little"), len(label) + 4)
        self._header(_DATA)
        self._put(message, size)

    def _begin_challenge(self, label: bytes, size: int) -> None:
        self._header(_META)
        self._put(label + size.to_bytes(4, "little"), len(label) + 4)
        self._header(_PRF)
        # the caller reads `size` bytes of the state and zeroes them: whatever follows starts behind zeros
        self._at = size
        self._open = [bytes(size)]

    def _absorb(self, pieces: list[Piece]) -> None:
        raise NotImplementedError


def _cut(piece: Piece, size: int) -> tuple[Piece, Piece]:
    if isinstance(piece, bytes):
        return piece[:size], piece[size:]
    return slice(piece.start, piece.start + size), slice(piece.start + size, piece.stop)


def _start_state() -> bytes:
    sponge = Sponge()
    start = bytes.fromhex("01a801000160") + b"STROBEv1.0.2"
    sponge.absorb(start + bytes(RATE - len(start)), blocks(1))
    return bytes(sponge.state)


_START = _start_state()


@final
class Transcript(_Strobe):
    """A merlin transcript as the crate of that name has it. Challenges of at most 166 bytes."""

    def __init__(self, label: bytes) -> None:
        self._sponge = Sponge()
        self._sponge.state[:] = _START
        super().__init__(label)

    def append(self, label: bytes, message: bytes) -> None:
        self._append(label, message, len(message))

    def append_u64(self, label: bytes, value: int) -> None:
        self._append(label, value.to_bytes(8, "little"), 8)

    def challenge(self, label: bytes, size: int) -> bytes:
        self._begin_challenge(label, size)
        read = bytes(self._sponge.state[:size])
        self._sponge.state[:size] = bytes(size)
        return read

    def _absorb(self, pieces: list[Piece]) -> None:
        self._sponge.absorb(b"".join(piece for piece in pieces if isinstance(piece, bytes)), blocks(1))


class _Stage:
    """The blocks up to one challenge: `parts` with holes at `cuts`, then `size` bytes to read."""

    __slots__ = ("blocks", "cuts", "parts", "size")

    def __init__(self, pieces: list[Piece], size: int) -> None:
        merged: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, bytes) and merged and isinstance(last := merged[-1], bytes):
                merged[-1] = last + piece
            else:
                merged.append(piece)
        self.parts = [piece if isinstance(piece, bytes) else b"" for piece in merged]
        self.cuts = [(place, piece) for place, piece in enumerate(merged) if isinstance(piece, slice)]
        length = sum(len(part) for part in self.parts) + sum(cut.stop - cut.start for _, cut in self.cuts)
        self.blocks = blocks(length // RATE)
        self.size = size

    def fill(self, data: bytes) -> bytes:
        parts = self.parts
        for place, cut in self.cuts:
            parts[place] = data[cut]
        return b"".join(parts)

    def pieces(self) -> list[Piece]:
        pieces: list[Piece] = list(self.parts)
        for place, cut in self.cuts:
            pieces[place] = cut
        return pieces


@final
class Script(_Strobe):
    """Writes a family down: `field` takes the next bytes of the data given later, `constant` is the same each time."""

    def __init__(self, label: bytes) -> None:
        self._pieces: list[Piece] = []
        self._stages: list[_Stage] = []
        self._size = 0
        super().__init__(label)

    def field(self, label: bytes, size: int) -> "Script":
        """Append the next `size` bytes of the data."""
        self._append(label, slice(self._size, self._size + size), size)
        self._size += size
        return self

    def constant(self, label: bytes, message: bytes) -> "Script":
        self._append(label, message, len(message))
        return self

    def challenge(self, label: bytes, size: int) -> "Script":
        self._begin_challenge(label, size)
        self._stages.append(_Stage(self._pieces, size))
        self._pieces = []
        return self

    def family(self) -> "Family":
        return Family(self._stages)

    def _absorb(self, pieces: list[Piece]) -> None:
        self._pieces.extend(pieces)


_scratch = Sponge()


@final
class Family:
    """Transcripts of one script. The data of a transcript is the concatenation of its fields."""

    __slots__ = ("_stages",)

    def __init__(self, stages: list[_Stage]) -> None:
        self._stages = stages

    def bind(self, prefix: bytes) -> "Family":
        """The family with the first bytes of the data, whole fields, fixed; data given later lacks them."""
        size = len(prefix)
        bound = []
        for stage in self._stages:
            pieces: list[Piece] = [
                piece
                if isinstance(piece, bytes)
                else prefix[piece]
                if piece.start < size
                else slice(piece.start - size, piece.stop - size)
                for piece in stage.pieces()
            ]
            bound.append(_Stage(pieces, stage.size))
        return Family(bound)

    def one(self, data: bytes) -> bytes:
        """The first challenge for one transcript."""
        return self.first((data,))[0]

    def first(self, rows: Iterable[bytes]) -> list[bytes]:
        """The first challenge for each transcript."""
        stage = self._stages[0]
        parts, cuts, count = stage.parts, stage.cuts, stage.blocks
        state, absorb, join, start = _scratch.state, _scratch.absorb, b"".join, _START
        head = state[: stage.size]
        results = []
        if len(cuts) == 1 and cuts[0][1].start == 0:  # one field in one piece: nothing to cut
            place = cuts[0][0]
            for data in rows:
                parts[place] = data
                state[:] = start
                absorb(join(parts), count)
                results.append(head.tobytes())
        else:
            for data in rows:
                for place, cut in cuts:
                    parts[place] = data[cut]
                state[:] = start
                absorb(join(parts), count)
                results.append(head.tobytes())
        self._forget()
        return results

    def all(self, rows: Iterable[bytes]) -> list[bytes]:
        """Every challenge of each transcript, one after the other in one flat list."""
        stages = [(stage.parts, stage.cuts, stage.blocks, _scratch.state[: stage.size]) for stage in self._stages]
        zeros = [bytes(stage.size) for stage in self._stages]
        fixed = [None if stage.cuts else b"".join(stage.parts) for stage in self._stages]
        plan = list(zip(stages, zeros, fixed, strict=True))
        state, absorb, join = _scratch.state, _scratch.absorb, b"".join
        results = []
        for data in rows:
            state[:] = _START
            for (parts, cuts, count, head), zero, block in plan:
                if block is None:
                    for place, cut in cuts:
                        parts[place] = data[cut]
                    block = join(parts)
                absorb(block, count)
                results.append(head.tobytes())
                head[:] = zero
        self._forget()
        return results

    def repeated(self, data: bytes) -> Iterator[bytes]:
        """The first challenge, then the second stage's for ever: "try again" loops. Consume it before other calls."""
        first, again = self._stages
        _scratch.state[:] = _START
        _scratch.absorb(first.fill(data), first.blocks)
        head, zero, block = _scratch.state[: first.size], bytes(first.size), again.fill(b"")
        while True:
            yield head.tobytes()
            head[:] = zero
            _scratch.absorb(block, again.blocks)

    def _forget(self) -> None:
        _scratch.state[:] = bytes(STATE)
        for stage in self._stages:
            for place, _ in stage.cuts:
                stage.parts[place] = b""
