"""Origins: who asks. They come from the browser (`sender.origin`), never from the page (security.md §8)."""

import re
from typing import Final

from tandem.errors import NotPermitted

_ORIGIN: Final = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:[0-9]{1,5})?", re.ASCII)
_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")


def require_origin(origin: str) -> str:
    """The origin itself: exact scheme, host, port. NotPermitted for opaque ones and for http off this machine."""
    match = _ORIGIN.fullmatch(origin)
    if match is None or len(origin) > 300:
        raise NotPermitted("opaque or malformed origin")
    scheme, host, _ = match.groups()
    if scheme == "http" and host not in _LOCAL and not host.endswith(".localhost"):
        raise NotPermitted("http is for this machine only")
    return origin
