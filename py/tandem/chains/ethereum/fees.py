"""EIP-1559 fee suggestion from a node's eth_feeHistory."""

from dataclasses import dataclass

from tandem.chains.ethereum.rpc import quantity
from tandem.errors import ChainNodeError
from tandem.wire import Json

HISTORY_PARAMS: list[Json] = ["0xa", "latest", [50]]
_FLOOR = 1_000_000  # 0.001 gwei, for chains whose blocks are empty


@dataclass(frozen=True, slots=True)
class Fees:
    """Wei per unit of gas."""

    max_fee: int
    priority_fee: int


def suggest(history: Json) -> Fees:
    """Room for the base fee to double, plus the median of what recent blocks paid as a tip."""
    if not isinstance(history, dict):
        raise ChainNodeError("no fee history")
    bases, rewards = history.get("baseFeePerGas"), history.get("reward")
    if not isinstance(bases, list) or not bases:
        raise ChainNodeError("no base fees")
    paid = (
        sorted(quantity(row[0]) for row in rewards if isinstance(row, list) and row)
        if isinstance(rewards, list)
        else []
    )
    priority = max(paid[len(paid) // 2] if paid else 0, _FLOOR)
    return Fees(2 * quantity(bases[-1]) + priority, priority)
