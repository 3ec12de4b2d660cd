"""Draw the mark (two overlapping discs: browser and phone, the overlap filled) as PNG icons.

Standard library only; the same bytes on every run with the same zlib. `python3 tools/icons.py FOLDER`
"""

import struct
import sys
import zlib
from math import hypot
from pathlib import Path

SIZES = (16, 32, 48, 128)

Color = tuple[int, int, int]
GROUND: Color = (0xF4, 0xF1, 0xEA)
RING: Color = (0x15, 0x44, 0x3D)
LENS: Color = (0x0B, 0x7A, 0x68)

# In the unit square; small sizes get a thicker ring so that it survives.
CORNER, RADIUS, OFFSET = 0.23, 0.245, 0.135


def _coverage(distance: float, pixel: float) -> float:
    """How much of a pixel lies inside a shape whose edge is `distance` away (negative: inside)."""
    return min(1.0, max(0.0, 0.5 - distance / pixel))


def _over(under: Color, color: Color, share: float) -> Color:
    red, green, blue = (round(u + (c - u) * share) for u, c in zip(under, color, strict=True))
    return red, green, blue


def pixels(size: int) -> list[bytes]:
    """Rows of RGBA bytes."""
    pixel = 1 / size
    width = max(0.055, 1.3 * pixel)
    rows = []
    for row in range(size):
        line = bytearray()
        for column in range(size):
            x, y = (column + 0.5) * pixel, (row + 0.5) * pixel
            left = hypot(x - (0.5 - OFFSET), y - 0.5) - RADIUS
            right = hypot(x - (0.5 + OFFSET), y - 0.5) - RADIUS
            color = _over(GROUND, LENS, _coverage(max(left, right), pixel))
            ring = max(_coverage(abs(left) - width / 2, pixel), _coverage(abs(right) - width / 2, pixel))
            color = _over(color, RING, ring)
            across, down = (max(0.0, abs(v - 0.5) - (0.5 - CORNER)) for v in (x, y))
            alpha = _coverage(hypot(across, down) - CORNER, pixel)
            line += bytes((*color, round(255 * alpha)))
        rows.append(bytes(line))
    return rows


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: int) -> bytes:
    """One icon, `size` pixels square."""
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in pixels(size)), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def write(folder: Path) -> list[Path]:
    """All icons into `folder`, named by their size, as the manifest names them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for size in SIZES:
        path = folder / f"{size}.png"
        path.write_bytes(png(size))
        written.append(path)
    return written


if __name__ == "__main__":
    for made in write(Path(sys.argv[1])):
        print(made)
