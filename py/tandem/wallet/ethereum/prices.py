"""What a transaction costs on a network now: its speeds, and what the OP stack asks for its bytes."""

from typing import Final

from tandem.chains.amount import human
from tandem.chains.ethereum import calldata, fees
from tandem.chains.ethereum.data_fee import data_fee, oracle_call, with_margin
from tandem.chains.ethereum.fees import Fees, Speeds
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainNodeError
from tandem.ports import Clock
from tandem.wallet.ethereum.pool import Pool
from tandem.wire import Json

_GOOD_FOR: Final = 4.0  # seconds that an answer serves: less than most networks' blocks take


class Prices:
    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._known: dict[tuple[str, bool], tuple[float, Speeds]] = {}

    async def speeds(self, network: Network, *, priced: bool) -> Speeds:
        """priced: for a transaction with one gas price, all of which is paid. Raises NodeRefused, ChainNodeError."""
        now, wanted = self._clock.now(), (network.chain, priced)
        at, known = self._known.get(wanted, (0.0, {}))
        if not known or now - at > _GOOD_FOR:
            if priced or network.legacy:
                known = fees.suggest_legacy(await self._pool.call(network, "eth_gasPrice", []))
            else:
                known = fees.suggest(await self._pool.call(network, "eth_feeHistory", fees.HISTORY_PARAMS))
            self._known[wanted] = (now, known)
        return known

    async def data_fee(self, network: Network, made: Transaction) -> int | None:
        """Wei, with a margin; None where the network asks nothing, or does not say."""
        if not network.op_stack and not network.is_custom:
            return None
        try:
            answer = await self._pool.call(network, "eth_call", [oracle_call(made), "latest"])
        except (NodeRefused, ChainNodeError):
            return None
        fee = data_fee(answer)
        return None if fee is None else with_margin(fee)


def speeds_json(speeds: Speeds) -> dict[str, Json]:
    """As a record keeps them: decimal text."""
    return {name: fees_json(each) for name, each in speeds.items()}


def fees_json(each: Fees) -> dict[str, Json]:
    return {"max_fee": str(each.max_fee), "priority_fee": str(each.priority_fee)}


def kept_speeds(value: Json) -> Speeds:
    """The other way; what is not of that form is left out."""
    speeds = value if isinstance(value, dict) else {}
    return {name: each for name in fees.SPEEDS if (each := kept_fees(speeds.get(name))) is not None}


def kept_fees(value: Json) -> Fees | None:
    most, tip = (value.get("max_fee"), value.get("priority_fee")) if isinstance(value, dict) else (None, None)
    return Fees(int(most), int(tip)) if isinstance(most, str) and isinstance(tip, str) else None


def priced(chosen: dict[str, Json], made: Transaction, network: Network) -> dict[str, Json]:
    """The screen's fields about what it costs (docs/ui.md): `speeds` with each one's fee, `speed`: the one that the
    transaction has, `data_fee`: what is paid for its bytes beside that; `short`: the account has less of the token than
    it sends; `nonce_ahead`: the site chose a nonce that is not the next one."""
    told: list[Json] = []
    speed: str | None = None
    least = kept_fees(chosen.get("floor")) or Fees(0, 0)
    for name, each in kept_speeds(chosen.get("speeds")).items():
        if each.max_fee < least.max_fee or each.priority_fee < least.priority_fee:
            continue  # nodes would not take it in the place of the other
        if (each.max_fee, each.priority_fee) == (made.max_fee, made.priority_fee):
            speed = speed or name
        told.append({"speed": name, **fees_json(each), "fee": _amount(each.max_fee * made.gas_limit, network)})
    paid, held, free = (chosen.get(name) for name in ("data_fee", "token_held", "next_nonce"))
    moved = calldata.token_transfer(made.data)
    return {
        "short": isinstance(held, str) and moved is not None and moved[1] > int(held),
        "nonce_ahead": isinstance(free, str) and made.nonce > int(free),
        "speeds": told,
        "speed": speed,
        "data_fee": _amount(int(paid), network) if isinstance(paid, str) else None,
    }


def _amount(wei: int, network: Network) -> dict[str, Json]:
    return {"value": human(wei, 18), "symbol": network.symbol, "exact": str(wei)}
