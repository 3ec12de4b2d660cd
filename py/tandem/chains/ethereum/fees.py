"""What a transaction should pay: three speeds from a node's recent blocks (EIP-1559, eth_feeHistory), or from its gas
price where transactions are of the older form; and by how much one has to pay more to replace another in the pool.
"""

from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.rpc import quantity
from tandem.errors import ChainNodeError
from tandem.wire import Json

HISTORY_PARAMS: Final[list[Json]] = ["0x14", "latest", [10, 50, 90]]  # of each block, the tips at these percentiles
_FLOOR: Final = 1_000_000  # 0.001 gwei, for chains whose blocks are empty
SPEEDS: Final = ("slow", "normal", "fast")
# How far the base fee may rise, in percent, before the transaction has to wait: by 12.5 % a full block at most, so
# this is one, five and eight full blocks in a row.
_ROOM: Final = {"slow": 113, "normal": 200, "fast": 260}
_LEGACY: Final = {"slow": 100, "normal": 110, "fast": 130}  # percent of the node's gas price


@dataclass(frozen=True, slots=True)
class Fees:
    """Wei per unit of gas. On networks of the older form both are the gas price."""

    max_fee: int
    priority_fee: int


Speeds = dict[str, Fees]


def suggest(history: Json) -> Speeds:
    """By speed: room for the base fee to rise, and the median of what recent blocks' cheap, middling and dear
    transactions paid as a tip; a faster one never pays less. Raises ChainNodeError."""
    if not isinstance(history, dict):
        raise ChainNodeError("no fee history")
    bases, rewards, used = (history.get(name) for name in ("baseFeePerGas", "reward", "gasUsedRatio"))
    if not isinstance(bases, list) or not bases:
        raise ChainNodeError("no base fees")
    rows = rewards if isinstance(rewards, list) else []
    full = used if isinstance(used, list) and len(used) == len(rows) else [1] * len(rows)
    paid = [row for row, share in zip(rows, full, strict=True) if share and isinstance(row, list) and len(row) == 3]
    base = quantity(bases[-1])  # the one after the newest block
    made: Speeds = {}
    tip = _FLOOR
    for place, speed in enumerate(SPEEDS):
        tips = sorted(quantity(row[place]) for row in paid)
        tip = max(tip, tips[len(tips) // 2] if tips else 0)
        made[speed] = Fees(base * _ROOM[speed] // 100 + tip, tip)
    return made


def suggest_legacy(gas_price: Json) -> Speeds:
    """From eth_gasPrice. Raises ChainNodeError."""
    price = max(quantity(gas_price), 1)
    return {speed: Fees(most := -(-price * percent // 100), most) for speed, percent in _LEGACY.items()}


def outbidding(old: Fees, now: Fees) -> Fees:
    """The least that replaces a transaction with the same nonce: an eighth more of both, and no less than is usual now.

    geth and its kin demand 10 %, Nethermind and Erigon too, others 12.5 %.
    """
    raised = Fees(_eighth_more(old.max_fee), _eighth_more(old.priority_fee))
    tip = max(raised.priority_fee, now.priority_fee)
    return Fees(max(raised.max_fee, now.max_fee, tip), tip)


def _eighth_more(amount: int) -> int:
    return amount + amount // 8 + 1
