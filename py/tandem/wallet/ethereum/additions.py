"""What a page wants added to the wallet's lists: a network (EIP-3085), a token (EIP-747). A yes signs nothing."""

from dataclasses import replace

from tandem.chains.ethereum import FAMILY
from tandem.chains.ethereum.networks import Network
from tandem.errors import BadRequest, NotPermitted, WireError
from tandem.provider.asset import asset_params
from tandem.provider.record import Record
from tandem.provider.request import Call, parse_call
from tandem.wallet.ethereum.assets import Assets, asset_summary, kept
from tandem.wallet.ethereum.networks import Networks, network_summary
from tandem.wallet.family import Opening
from tandem.wallet.sites import Sites
from tandem.wire import Json, un0x

NETWORK, ASSET = "wallet_addEthereumChain", "wallet_watchAsset"


class Additions:
    """`kind` of the records: "network" or "asset"."""

    def __init__(self, networks: Networks, assets: Assets, sites: Sites) -> None:
        self._networks, self._assets, self._sites = networks, assets, sites

    def open(self, origin: str, call: Call, network: Network) -> Opening:
        """`network`: the one that the site is on. Raises NotPermitted, BadRequest."""
        site = self._sites.granted(origin, FAMILY)
        if call.method == NETWORK:
            self._networks.read(_object(call))
        else:
            asset_params(call.params)
        if site is None:
            raise NotPermitted
        return Opening("network" if call.method == NETWORK else "asset", network.chain, site.of(FAMILY)[0])

    async def complete(self, record: Record) -> Record:
        """With what nodes and contracts say. Raises BadRequest where that is not what the page says."""
        call = parse_call(record.text)
        if record.kind == "network":
            wanted = self._networks.read(_object(call))
            await self._networks.check(wanted)
            return replace(record, summary=network_summary(wanted))
        network, account = self._networks.get(record.chain), un0x(record.account or "", size=20)
        what, held = await self._assets.read(network, asset_params(call.params), account)
        return asset_summary(record, what, held)

    async def accept(self, record: Record) -> Record:
        """After the yes: listed, the site moved to a new network, the result there. Raises BadRequest."""
        if record.kind == "network":
            wanted = self._networks.read(_object(parse_call(record.text)))
            if not self._networks.knows(wanted.chain):
                await self._networks.add(wanted)
            await self.move(record.origin, self._networks.get(wanted.chain))
            return replace(record, result=None)
        try:
            await self._assets.add(kept(record))
        except WireError as lost:
            raise BadRequest("the token was never read") from lost
        return replace(record, result=True)

    async def move(self, origin: str, network: Network) -> None:
        """Makes a network the site's own; its pages hear of it before their request is answered.

        Raises NotPermitted.
        """
        site = self._sites.granted(origin, FAMILY)
        if site is None:
            raise NotPermitted
        if site.chain != network.chain:
            await self._sites.switch(origin, network.chain)
            self._sites.tell(origin, "chainChanged", network.hex_id)


def _object(call: Call) -> Json:
    if len(call.params) != 1:
        raise BadRequest("wallet_addEthereumChain takes one object")
    return call.params[0]
