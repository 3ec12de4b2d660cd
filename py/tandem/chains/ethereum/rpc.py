"""JSON-RPC 2.0 to a chain's node, sans-IO: a request body out, a result or ChainNodeError in."""

from dataclasses import dataclass

from tandem.errors import ChainNodeError, WireError
from tandem.wire import Json, json_text, parse_json

MAX_RESPONSE = 8 << 20  # eth_getLogs and blocks with their transactions are large


@dataclass(frozen=True, slots=True)
class Token:
    """What an ERC-20 contract says of itself; `symbol` and `decimals` are None where it does not answer."""

    address: bytes
    symbol: str | None
    decimals: int | None


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
    """The result of one response. Raises NodeRefused for the node's own error, ChainNodeError for nonsense."""
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


def quantity(value: Json) -> int:
    """A hex quantity of a node, for example 0x10 → 16. Raises ChainNodeError."""
    if isinstance(value, str) and value.startswith("0x") and 2 < len(value) <= 66:
        try:
            return int(value, 16)
        except ValueError:
            pass
    raise ChainNodeError("no quantity")


def text_result(value: Json) -> str | None:
    """A string returned by a contract call: ABI string, or bytes32 as old tokens do; None when it is neither."""
    if not isinstance(value, str) or not value.startswith("0x"):
        return None
    try:
        raw = bytes.fromhex(value[2:])
    except ValueError:
        return None
    if len(raw) == 32:
        chars = raw.rstrip(b"\0")
    elif len(raw) >= 64 and int.from_bytes(raw[:32], "big") == 32:
        size = int.from_bytes(raw[32:64], "big")
        if size > min(len(raw) - 64, 64):
            return None
        chars = raw[64 : 64 + size]
    else:
        return None
    try:
        name = chars.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return name if name and len(name) <= 32 and name.isprintable() else None
