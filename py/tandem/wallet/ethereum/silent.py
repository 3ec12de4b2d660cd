"""EVM calls that need no person: what wallet or node knows, and a site's own choice of network."""

from collections.abc import Callable

from tandem.chains.ethereum import FAMILY
from tandem.chains.ethereum.message import recovered
from tandem.chains.ethereum.networks import Network
from tandem.errors import BadRequest, Bug, NotPermitted, WireError
from tandem.provider.methods import METHODS, Needs
from tandem.provider.request import Call, chain_param, recovery_params
from tandem.wallet.book import Book
from tandem.wallet.ethereum.node import Node
from tandem.wallet.sites import Sites
from tandem.wire import Json


class Silent:
    """`network` finds a network by its CAIP-2 name; `client` is what web3_clientVersion says."""

    def __init__(self, book: Book, node: Node, sites: Sites, network: Callable[[str], Network], client: str) -> None:
        self._book, self._node, self._sites, self._network, self._client = book, node, sites, network, client

    async def answer(self, origin: str, call: Call) -> Json:
        """Raises what the page did wrong, or what the node says."""
        needs = METHODS[call.method]
        if needs is Needs.NODE:
            if call.method == "eth_sendRawTransaction" and self._sites.granted(origin, FAMILY) is None:
                raise NotPermitted
            return await self._node.call(self.network_at(origin), call.method, list(call.params))
        if needs is Needs.NETWORK:
            return await self._switch(origin, chain_param(call.params))
        accounts = shown(self._sites.visible(origin, FAMILY))
        match call.method:
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
                return permissions(origin, shown(site.of(FAMILY))) if site is not None else []
            case "wallet_revokePermissions":
                await self._sites.revoke(origin, FAMILY)
                return None
        raise Bug(f"{call.method} is in the table and nowhere else")

    def network_at(self, origin: str) -> Network:
        site = self._sites.granted(origin, FAMILY)
        return self._network(site.chain if site is not None else self._book.settings.chains[FAMILY])

    async def _switch(self, origin: str, chain_id: int) -> Json:
        row, site = self._network(f"{FAMILY}:{chain_id}"), self._sites.granted(origin, FAMILY)
        if site is None:
            raise NotPermitted
        if site.chain != row.chain:
            await self._sites.switch(origin, row.chain)
            self._sites.tell(origin, "chainChanged", row.hex_id)
        return None


def shown(accounts: tuple[str, ...]) -> list[Json]:
    """In lower case, as every wallet gives them to pages, which compare them as text."""
    return [account.lower() for account in accounts]


def permissions(origin: str, accounts: list[Json]) -> Json:
    """A grant as EIP-2255 writes it."""
    return [
        {
            "invoker": origin,
            "parentCapability": "eth_accounts",
            "caveats": [{"type": "restrictReturnedAccounts", "value": accounts}],
        }
    ]


def _recovered(call: Call) -> Json:
    try:
        return "0x" + recovered(*recovery_params(call.params)).hex()
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong
