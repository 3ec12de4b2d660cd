"""EVM calls that need no person: what wallet or node knows, and a site's own choice of network."""

from collections.abc import Callable

from tandem.chains.ethereum import FAMILY
from tandem.chains.ethereum.message import recovered
from tandem.chains.ethereum.networks import Network
from tandem.errors import BadRequest, Bug, NotPermitted, WireError
from tandem.provider.methods import Needs, needs_of
from tandem.provider.permission import Site
from tandem.provider.request import Call, chain_param, permission_params, recovery_params
from tandem.wallet.book import Book
from tandem.wallet.ethereum.additions import Additions
from tandem.wallet.ethereum.batch import Batches
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.subscriptions import Subscriptions
from tandem.wallet.sites import Sites
from tandem.wire import Json


class Silent:
    """`network` finds a network by its CAIP-2 name; `client` is what web3_clientVersion says."""

    def __init__(
        self,
        book: Book,
        node: Node,
        sites: Sites,
        network: Callable[[str], Network],
        batches: Batches,
        additions: Additions,
        subscriptions: Subscriptions,
        client: str,
    ) -> None:
        self._book, self._node, self._sites, self._network, self._client = book, node, sites, network, client
        self._batches, self._additions, self._subscriptions = batches, additions, subscriptions

    async def answer(self, origin: str, call: Call, document: str) -> Json:
        """Raises what the page did wrong, or what the node says."""
        needs = needs_of(call.method)
        if needs is Needs.NODE:
            if call.method == "eth_sendRawTransaction":
                if self._sites.granted(origin, FAMILY) is None:
                    raise NotPermitted
                return await self._node.send_raw(self.network_at(origin), call.params)
            return await self._node.call(self.network_at(origin), call.method, list(call.params))
        if needs in (Needs.NETWORK, Needs.ADDITION):  # to add a network that is known is to go there
            await self._additions.move(origin, self._network(f"{FAMILY}:{chain_param(call.params)}"))
            return None
        accounts = shown(self._sites.visible(origin, FAMILY))
        match call.method:
            case "eth_subscribe":
                network = self.network_at(origin)
                return await self._subscriptions.subscribe(origin, document, network, call.params)
            case "eth_unsubscribe":
                return self._subscriptions.unsubscribe(document, call.params)
            case "eth_accounts":
                return accounts
            case "eth_coinbase":
                return accounts[0] if accounts else None
            case "eth_chainId":
                return self.network_at(origin).hex_id
            case "net_version":
                return str(self.network_at(origin).chain_id)
            case "web3_clientVersion":
                return self._client
            case "personal_ecRecover":
                return _recovered(call)
            case "wallet_getPermissions":
                site = self._sites.granted(origin, FAMILY)
                return permissions(site, shown(site.of(FAMILY))) if site is not None else []
            case "wallet_getCapabilities":
                return self._batches.capabilities(origin, call)
            case "wallet_getCallsStatus":
                return await self._batches.status(origin, call)
            case "wallet_showCallsStatus":
                self._batches.show(origin, call)
                return None
            case "wallet_revokePermissions":
                permission_params(call.params)
                await self._sites.revoke(origin, FAMILY)
                return None
        raise Bug(f"{call.method} is in the table and nowhere else")

    def network_at(self, origin: str) -> Network:
        site = self._sites.granted(origin, FAMILY)
        return self._network(site.chain if site is not None else self._book.settings.chains[FAMILY])


def shown(accounts: tuple[str, ...]) -> list[Json]:
    """In lower case, as every wallet gives them to pages, which compare them as text."""
    return [account.lower() for account in accounts]


def permissions(site: Site, accounts: list[Json]) -> Json:
    """A grant as EIP-2255 writes it; `date` in milliseconds since the epoch."""
    return [
        {
            "invoker": site.origin,
            "parentCapability": "eth_accounts",
            "caveats": [{"type": "restrictReturnedAccounts", "value": accounts}],
            "date": 1000 * site.since,
        }
    ]


def _recovered(call: Call) -> Json:
    try:
        return "0x" + recovered(*recovery_params(call.params)).hex()
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong
