"""The history as a file: JSON for programs, CSV (RFC 4180) for spreadsheets."""

from collections.abc import Iterable
from typing import Final

from tandem.chains.ethereum.telling import moment
from tandem.wallet.activity import Row
from tandem.wire import Json, json_text

_COLUMNS: Final = (
    "time", "origin", "method", "kind", "chain", "account", "title", "amount", "to", "status", "reason", "name",
    "nonce", "block", "final", "replaces", "replaced_by",
)  # fmt: skip


def as_json(rows: Iterable[Row]) -> str:
    return json_text([_fields(row) for row in rows])


def as_csv(rows: Iterable[Row]) -> str:
    lines = [_COLUMNS, *(tuple(_plain(value) for value in _fields(row).values()) for row in rows)]
    return "".join(",".join(_cell(value) for value in line) + "\r\n" for line in lines)


def _fields(row: Row) -> dict[str, Json]:
    return {name: moment(row.at) if name == "time" else getattr(row, name) for name in _COLUMNS}


def _plain(value: Json) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _cell(value: str) -> str:
    """Quoted; a text that a spreadsheet would calculate with is kept a text."""
    if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        value = "'" + value
    return '"' + value.replace('"', '""') + '"'
