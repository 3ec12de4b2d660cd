"""Several nodes for each network: which is asked next, and how each does.

A node that fails is set aside for a pause that grows, and the next one is asked. A node is asked for its chain id
before it is used, and again after each failure: one of another chain is never used.
"""

from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.networks import Network
from tandem.chains.jsonrpc import NodeRefused, body
from tandem.errors import ChainNodeError, ChainUnreachable
from tandem.ports import Clock
from tandem.wallet.rpc import Rpc
from tandem.wire import Json

_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 300.0
_MOMENT: Final = 0.5  # all nodes that fail sooner are asked again, after as long
_CHECKED_FOR: Final = 600.0  # how long a chain id is believed
_PATIENCE: Final = 8.0  # where there are others to ask
# What nodes answer that have had enough of us (EIP-1474 limit exceeded, and what public operators write for it), ...
_BUSY: Final = frozenset({-32005, -32016, -32029, -32090, -32097, 429})
_LACKS: Final = frozenset({-32601, -32004})  # ... and those that do not have the method, as others may
# What the gateways of many nodes do not let through, by HTTP status and without JSON: no sign of a bad node.
_OPTIONAL: Final = frozenset({"eth_simulateV1"})


@dataclass(slots=True)
class Health:
    """Of one node. `until`: set aside until then; `checked`: when it last named its chain id; `millis`: how long its
    last answer took. Times are seconds since the epoch.
    """

    failures: int = 0
    until: float = 0.0
    checked: float | None = None
    wrong_chain: bool = False
    millis: int | None = None

    @property
    def state(self) -> str:
        """unknown, good, failing or wrong_chain."""
        if self.wrong_chain:
            return "wrong_chain"
        return "failing" if self.failures else "unknown" if self.checked is None else "good"

    def failed(self, now: float, *, wrong_chain: bool = False) -> None:
        self.failures += 1
        self.until = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 3 ** min(self.failures - 1, 9))
        self.checked, self.wrong_chain = None, wrong_chain

    def answered(self, began: float, now: float) -> None:
        self.failures, self.until, self.wrong_chain = 0, 0.0, False
        self.millis = max(1, round(1000 * (now - began)))


class Pool:
    """The nodes of all networks; what is known of them lasts as long as the process."""

    def __init__(self, rpc: Rpc, clock: Clock) -> None:
        self._rpc, self._clock = rpc, clock
        self._health: dict[tuple[str, str], Health] = {}

    def health(self, network: Network, url: str) -> Health:
        return self._health.setdefault((network.chain, url), Health())

    async def call(self, network: Network, method: str, params: Json) -> Json:
        """The result, of the first node that gives one. Raises NodeRefused (a node's own error) or ChainUnreachable.

        When all calls break at once they are made once more: so a network that changes breaks them, and a browser that
        ends us, and we must not use our last moment to write down that the chain was unreachable. Nodes that took their
        time to fail are not waited for twice.
        """
        began = self._clock.now()
        try:
            return await self._first(network, method, params)
        except ChainUnreachable:
            if self._clock.now() - began > _MOMENT:
                raise
            await self._clock.sleep(_MOMENT)
            return await self._first(network, method, params)

    async def _first(self, network: Network, method: str, params: Json) -> Json:
        refusal: NodeRefused | None = None
        for url in self._order(network):
            try:
                return await self._ask(network, url, method, params)
            except NodeRefused as refused:
                if refused.node_code not in _BUSY | _LACKS:
                    raise
                refusal = refusal or refused
            except ChainNodeError:
                continue
        raise refusal or ChainUnreachable

    async def send(self, network: Network, raw: str, name: str) -> None:
        """Hands over a signed transaction; `name` is its hash. Doing it again does no harm.

        A node that did not answer may have it, and the next one may then call it known, or mined: a refusal counts only
        when no node knows the transaction. Raises NodeRefused, ChainUnreachable.
        """
        try:
            await self.call(network, "eth_sendRawTransaction", [raw])
        except NodeRefused:
            if not await self.knows(network, name):
                raise

    async def knows(self, network: Network, name: str) -> bool:
        """Whether any node that answers has the transaction. Raises ChainUnreachable when none answers."""
        answered = False
        for url in self._order(network):
            try:
                if await self._ask(network, url, "eth_getTransactionByHash", [name]) is not None:
                    return True
            except NodeRefused:
                pass
            except ChainNodeError:
                continue
            answered = True
        if not answered:
            raise ChainUnreachable
        return False

    async def check(self, network: Network, url: str) -> bool:
        """Whether the node is of the network, asked now. Raises ChainUnreachable, NodeRefused."""
        health = self.health(network, url)
        began = self._clock.now()
        try:
            answer = await self._rpc.post(url, body("eth_chainId", []), timeout=_PATIENCE)
        except ChainNodeError:
            health.failed(self._clock.now())
            raise
        now = self._clock.now()
        if answer != network.hex_id:
            health.failed(now, wrong_chain=True)
            return False
        health.answered(began, now)
        health.checked = now
        return True

    def _order(self, network: Network) -> list[str]:
        """Those in use as listed, then those set aside, the longest waiting first: better a doubtful node than none."""
        now = self._clock.now()
        return sorted(network.rpc_urls, key=lambda url: max(0.0, self.health(network, url).until - now))

    async def _ask(self, network: Network, url: str, method: str, params: Json) -> Json:
        """Of one node, whose chain id is known. Raises NodeRefused, ChainNodeError."""
        health = self.health(network, url)
        began = self._clock.now()
        if health.wrong_chain and began < health.until:
            raise ChainUnreachable
        if health.checked is None or began - health.checked > _CHECKED_FOR:
            if not await self.check(network, url):
                raise ChainUnreachable
            began = self._clock.now()
        patience = _PATIENCE if len(network.rpc_urls) > 1 else None
        try:
            answer = await self._rpc.post(url, body(method, params), timeout=patience)
        except NodeRefused as refused:
            if refused.node_code in _BUSY:
                health.failed(self._clock.now())
            elif refused.node_code not in _LACKS:
                health.answered(began, self._clock.now())
            raise
        except ChainNodeError:
            if method not in _OPTIONAL:
                health.failed(self._clock.now())
            raise
        health.answered(began, self._clock.now())
        return answer
