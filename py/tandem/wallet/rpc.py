"""JSON-RPC to any chain's node over HTTP."""

from tandem.chains.jsonrpc import MAX_RESPONSE, result
from tandem.errors import ChainUnreachable, RelayFault
from tandem.ports import Http, HttpRequest
from tandem.wire import Json

_HEADERS = {"content-type": "application/json"}


class Rpc:
    """One for all nodes."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def post(self, url: str, body: bytes, *, timeout: float | None = None) -> Json:
        """The result of one request. Raises NodeRefused (the node's own error) or ChainUnreachable.

        timeout: seconds, 20 where none is given.
        """
        try:
            request = HttpRequest("POST", url, _HEADERS, body, timeout=timeout or 20.0, limit=MAX_RESPONSE)
            response = await self._http.send(request)
        except RelayFault as unreachable:
            raise ChainUnreachable("unreachable") from unreachable
        return result(response.status, response.body)
