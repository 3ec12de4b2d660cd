"""Whether what was approved can still be paid, asked before the phone is invited to it once more."""

from collections.abc import Sequence

from tandem.chains.ethereum import calldata
from tandem.chains.ethereum.networks import Network
from tandem.errors import FeeRisen, InsufficientFunds
from tandem.provider.record import Record
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.prices import Prices, kept_speeds
from tandem.wallet.ethereum.transaction import transaction


async def recheck(parts: Sequence[Record], network: Network, node: Node, prices: Prices) -> None:
    """Of one request's transactions, together. Raises FeeRisen, InsufficientFunds, ChainNodeError."""
    account, cost = parts[0].account or "", 0
    for part in parts:
        made, then = transaction(part), kept_speeds(part.chosen.get("speeds")).get("slow")
        now = (await prices.speeds(network, priced=made.is_priced))["slow"]
        # A fee that was low from the start, by the page's or the person's will, is no news.
        if then is not None and made.max_fee < now.max_fee and then.max_fee < now.max_fee:
            raise FeeRisen
        cost += made.value + made.gas_limit * made.max_fee + (await prices.data_fee(network, made) or 0)
        moved, held = calldata.token_transfer(made.data), part.chosen.get("token_held")
        if moved is not None and isinstance(held, str) and int(held) >= moved[1]:
            holds = await node.token_held(network, made, account)
            if holds is not None and holds < moved[1]:
                raise InsufficientFunds
    if await node.balance(network, account) < cost:
        raise InsufficientFunds
