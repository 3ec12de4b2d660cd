"""eth_subscribe for pages: new heads and logs, by polling, told to the one document that asked (EIP-1193, `message`).

A subscription stays on the network that its site was on. It rests while its page is away (the browser may bring a page
back as it was), and ends when it is told to, after ten minutes' rest, and when its network is removed. The process may
end before: the browser's side knows what its pages listen to, and has it resumed under the same id.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import quantity
from tandem.entropy import Rng
from tandem.errors import BadRequest, ChainNodeError, TooMany, UnknownChain, UnknownMethod
from tandem.ports import Clock, Tasks
from tandem.wallet.ethereum.pool import Pool
from tandem.wire import Json

MAX_HERE: Final = 10  # of one document
MAX_ALL: Final = 60
POLL: Final = 3.0  # seconds; on a chain of this machine
POLL_LOCAL: Final = 0.5
REST: Final = 600.0
_CATCH_UP: Final = 20  # blocks: who missed more hears of the newest
_NO_HEADER: Final = frozenset({"transactions", "uncles", "size", "totalDifficulty", "withdrawals"})
_ID: Final = re.compile("0x[0-9a-f]{32}", re.ASCII)
Tell = Callable[[str, str, Json], None]
Ended = Callable[[str, str, list[str]], None]


@dataclass(slots=True)
class _Subscription:
    """`filter` is that of logs, None for new heads; `resting`: since when its page is away."""

    id: str
    origin: str
    document: str
    chain: str
    filter: dict[str, Json] | None
    resting: float | None = None


class Subscriptions:
    """`network` finds one by its chain, or raises UnknownChain. `tell` takes origin, document and the event's data,
    `ended` origin, document and the ids of subscriptions whose network is not there any more."""

    def __init__(
        self,
        pool: Pool,
        network: Callable[[str], Network],
        clock: Clock,
        tasks: Tasks,
        rng: Rng,
        tell: Tell,
        ended: Ended,
    ) -> None:
        self._pool, self._network, self._clock, self._tasks, self._rng = pool, network, clock, tasks, rng
        self._tell, self._ended = tell, ended
        self._all: dict[str, _Subscription] = {}
        self._seen: dict[str, int] = {}  # the newest block that was told, of each chain that is polled

    async def subscribe(self, origin: str, document: str, network: Network, params: tuple[Json, ...]) -> str:
        """The subscription's id. Raises BadRequest, UnknownMethod for other kinds, TooMany, ChainNodeError."""
        wanted = _filter(params)
        self._require_room(document)
        if network.chain not in self._seen:
            newest = await self._newest(network)
            if network.chain not in self._seen:  # nobody was faster
                self._seen[network.chain] = newest
                self._tasks.spawn(self._poll(network.chain))
        made = _Subscription("0x" + self._rng(16).hex(), origin, document, network.chain, wanted)
        self._all[made.id] = made
        return made.id

    def resume(self, origin: str, document: str, name: str, network: Network, params: tuple[Json, ...]) -> None:
        """Goes on with one of an earlier process, or one that rested, from the network's newest block on.

        Raises BadRequest for an id that is none of ours or another document's, UnknownMethod, TooMany.
        """
        wanted, known = _filter(params), self._all.get(name)
        if not _ID.fullmatch(name) or (known is not None and (known.origin, known.document) != (origin, document)):
            raise BadRequest("no subscription of this page")
        if known is None:
            self._require_room(document)
            known = self._all[name] = _Subscription(name, origin, document, network.chain, wanted)
        known.resting = None
        if known.chain not in self._seen:
            self._tasks.spawn(self._resume(known.chain))

    def _require_room(self, document: str) -> None:
        self._forget_resting()
        here = sum(each.document == document for each in self._all.values())
        if here >= MAX_HERE or len(self._all) >= MAX_ALL:
            raise TooMany

    def unsubscribe(self, document: str, params: tuple[Json, ...]) -> bool:
        """False for one that is not there, or another document's."""
        name = params[0] if len(params) == 1 else None
        found = self._all.get(name) if isinstance(name, str) else None
        if found is None or found.document != document:
            return False
        del self._all[found.id]
        return True

    def page(self, document: str, gone: bool) -> None:
        """The browser says that a document went away, or is back."""
        now = self._clock.now() if gone else None
        for each in self._all.values():
            if each.document == document:
                each.resting = now
                if not gone and each.chain not in self._seen:
                    self._tasks.spawn(self._resume(each.chain))

    def _forget_resting(self) -> None:
        oldest = self._clock.now() - REST
        for name in [n for n, each in self._all.items() if each.resting is not None and each.resting < oldest]:
            del self._all[name]

    def _awake(self, chain: str) -> list[_Subscription]:
        return [each for each in self._all.values() if each.chain == chain and each.resting is None]

    async def _newest(self, network: Network) -> int:
        return quantity(await self._pool.call(network, "eth_blockNumber", []))

    async def _resume(self, chain: str) -> None:
        newest = -1  # found out by the poll
        with suppress(ChainNodeError, UnknownChain):
            newest = await self._newest(self._network(chain))
        if chain not in self._seen:
            self._seen[chain] = newest
            await self._poll(chain)

    async def _poll(self, chain: str) -> None:
        """As long as there is the network and anybody listens on it. Its nodes are those that the person has now."""
        try:
            while True:
                await self._clock.sleep(POLL_LOCAL if self._network(chain).is_local else POLL)
                if not self._awake(chain):
                    break
                with suppress(ChainNodeError):  # what was missed is told when a node answers again
                    await self._look(self._network(chain))
        except UnknownChain:
            self._end(chain)
        del self._seen[chain]

    def _end(self, chain: str) -> None:
        """Of all on a network that the person has removed; a page that is away hears of it when it is back."""
        pages: dict[tuple[str, str], list[str]] = {}
        for each in self._awake(chain):
            pages.setdefault((each.origin, each.document), []).append(each.id)
            del self._all[each.id]
        for (origin, document), names in pages.items():
            self._ended(origin, document, names)

    async def _look(self, network: Network) -> None:
        newest, seen = await self._newest(network), self._seen[network.chain]
        if newest <= seen:
            return
        first = max(seen + 1, newest - _CATCH_UP + 1)
        if seen < 0:
            first = newest
        heads: list[Json] = []
        if any(each.filter is None for each in self._awake(network.chain)):
            for number in range(first, newest + 1):
                block = await self._pool.call(network, "eth_getBlockByNumber", [hex(number), False])
                if isinstance(block, dict):
                    heads.append({name: value for name, value in block.items() if name not in _NO_HEADER})
        found: dict[str, list[Json]] = {}
        for each in self._awake(network.chain):
            if each.filter is not None:
                span: dict[str, Json] = {"fromBlock": hex(first), "toBlock": hex(newest)}
                logs = await self._pool.call(network, "eth_getLogs", [each.filter | span])
                found[each.id] = logs if isinstance(logs, list) else []
        self._seen[network.chain] = newest  # all was asked for: from here on nothing is told twice
        for each in self._awake(network.chain):
            for result in found.get(each.id, []) if each.filter is not None else heads:
                told: Json = {"subscription": each.id, "result": result}
                self._tell(each.origin, each.document, {"type": "eth_subscription", "data": told})


def _filter(params: tuple[Json, ...]) -> dict[str, Json] | None:
    """None for new heads, else what logs are wanted. Raises BadRequest, UnknownMethod."""
    kind = params[0] if params else None
    if kind == "newHeads" and len(params) == 1:
        return None
    if kind != "logs":
        if kind in ("newPendingTransactions", "syncing"):
            raise UnknownMethod("only new heads and logs can be told by polling")
        raise BadRequest("eth_subscribe takes newHeads, or logs and a filter")
    wish = params[1] if len(params) == 2 else {} if len(params) == 1 else None
    if not isinstance(wish, dict):
        raise BadRequest("filter")
    address, topics = wish.get("address"), wish.get("topics")
    kept: dict[str, Json] = {}
    if address is not None:
        listed = address if isinstance(address, list) else [address]
        if len(listed) > 100 or not all(isinstance(each, str) and len(each) == 42 for each in listed):
            raise BadRequest("address")
        kept["address"] = address
    if topics is not None:
        if not isinstance(topics, list) or len(topics) > 4:
            raise BadRequest("topics")
        kept["topics"] = topics
    return kept
