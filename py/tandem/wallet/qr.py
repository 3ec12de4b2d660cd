"""QR codes as one SVG path, a unit square per module, with the quiet zone of four modules."""

from functools import lru_cache

from tandem.wire import Json

_QUIET = 4


@lru_cache(maxsize=8)  # the accounts' and a link's are drawn anew with every change of the screens
def qr(text: str) -> dict[str, Json]:
    """{"size": modules a side, "path": SVG path data}. The mask is fixed: choosing one costs more than it gains."""
    import segno  # not before it is needed: with it comes a tenth of what Python would load at its start

    code = segno.make_qr(text, error="l", boost_error=False, mask=2)
    rows = [bytes(row) for row in code.matrix]
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            path.append(f"M{start + _QUIET} {y + _QUIET}h{x - start}v1h-{x - start}z")
    return {"size": len(rows) + 2 * _QUIET, "path": "".join(path)}
