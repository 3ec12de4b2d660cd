"""The parameters of a call: a JSON object of our own pages, read field by field."""

from tandem.errors import BadRequest
from tandem.wire import Json

Params = dict[str, Json]


def text(params: Params, name: str) -> str:
    """Raises BadRequest."""
    value = params.get(name)
    if not isinstance(value, str):
        raise BadRequest(name)
    return value


def optional_text(params: Params, name: str) -> str:
    """Empty where there is none."""
    value = params.get(name)
    return value if isinstance(value, str) else ""


def number(params: Params, name: str, most: int) -> int:
    """From 1 to `most`. Raises BadRequest."""
    value = params.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadRequest(name)
    return value


def flag(params: Params, name: str) -> bool:
    """Raises BadRequest."""
    value = params.get(name)
    if not isinstance(value, bool):
        raise BadRequest(name)
    return value


def texts(params: Params, name: str, most: int) -> tuple[str, ...]:
    """A list of at most `most`. Raises BadRequest."""
    value = params.get(name)
    if isinstance(value, list) and len(value) <= most:
        found = tuple(each for each in value if isinstance(each, str))
        if len(found) == len(value):
            return found
    raise BadRequest(name)


def vault_file(params: Params) -> tuple[str, str, int, str]:
    """A file's name, its content (base64), which of the vaults in it, and its password. Raises BadRequest."""
    index = params.get("index", 0)
    which = index if isinstance(index, int) else -1
    return text(params, "name"), text(params, "data"), which, text(params, "file_password")
