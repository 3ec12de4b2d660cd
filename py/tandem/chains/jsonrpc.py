"""JSON-RPC 2.0 to a chain's node, sans-IO: a request body out, a result or ChainNodeError in."""

from typing import Final

from tandem.errors import ChainNodeError, ChainUnreachable, WireError
from tandem.wire import Json, json_text, parse_json

MAX_RESPONSE: Final = 8 << 20  # logs, and blocks with their transactions, are large
_NOT_THE_NODE: Final = frozenset({401, 402, 403, 404, 408, 429, 502, 503, 504, 521, 522, 523, 524})


class NodeRefused(ChainNodeError):
    """The node answered with an error of its own, which the page gets as it is (a revert's data matters to it)."""

    def __init__(self, code: int, message: str, data: Json) -> None:
        super().__init__("the node refused")
        self.node_code = code
        self.node_message = message
        self.node_data = data


def body(method: str, params: Json) -> bytes:
    """One request."""
    return json_text({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode("utf-8")


def result(status: int, answer: bytes) -> Json:
    """The result of one response. Raises NodeRefused for the node's own error, ChainNodeError for nonsense.

    What stands before a node (a limit, a gateway, a missing key) speaks by the HTTP status, whatever it writes.
    """
    if status in _NOT_THE_NODE:
        raise ChainUnreachable(f"HTTP {status}")
    try:
        message = parse_json(answer, limit=MAX_RESPONSE, depth=64)
    except WireError as broken:
        raise ChainNodeError(f"HTTP {status}, no JSON") from broken
    if not isinstance(message, dict):
        raise ChainNodeError("no JSON-RPC object")
    error = message.get("error")
    if isinstance(error, dict):
        code, text = error.get("code"), error.get("message")
        raise NodeRefused(
            code if isinstance(code, int) else -32000,
            text[:500] if isinstance(text, str) else "",
            error.get("data"),
        )
    if "result" not in message:
        raise ChainNodeError("no result")
    return message["result"]
