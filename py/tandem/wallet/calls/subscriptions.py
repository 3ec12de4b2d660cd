"""What the browser knows of the pages' subscriptions (wallet/ethereum/subscriptions.py), which no process outlives."""

from dataclasses import dataclass

from tandem.chains.ethereum import FAMILY
from tandem.errors import BadRequest
from tandem.provider.hex_params import quantity_param
from tandem.provider.origin import require_origin
from tandem.provider.request import parse_call
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, text
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.ethereum.subscriptions import Subscriptions
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class SubscriptionCalls:
    subscriptions: Subscriptions
    networks: Networks

    @property
    def table(self) -> Calls:
        return {"resume_subscription": self.resume}

    async def resume(self, params: Params) -> Json:
        """`name`: the subscription's id, which `document` of `origin` got for the request `text` on the network
        `chain_id` (as EIP-1193 writes it). Raises what is wrong with them, UnknownChain, TooMany."""
        call, chain = parse_call(text(params, "text")), quantity_param(params.get("chain_id"), "chain_id", bits=53)
        if call.method != "eth_subscribe":
            raise BadRequest("no subscription")
        origin, document = require_origin(text(params, "origin")), text(params, "document")
        network = self.networks.get(f"{FAMILY}:{chain}")
        self.subscriptions.resume(origin, document, text(params, "name"), network, call.params)
        return None
