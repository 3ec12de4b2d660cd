"""What a transaction on the OP stack pays for its bytes on Ethereum, beside its gas: the gas price oracle's answer."""

from typing import Final

from tandem.chains.ethereum.tx import Transaction, unsigned
from tandem.errors import WireError
from tandem.wire import Json, un0x

ORACLE: Final = "0x420000000000000000000000000000000000000F"  # a predeploy of every chain of the stack
_GET_L1_FEE: Final = bytes.fromhex("49948e0e")  # getL1Fee(bytes)


def oracle_call(tx: Transaction) -> dict[str, Json]:
    """The eth_call that asks for it; the oracle itself allows for the signature."""
    raw = unsigned(tx)
    padded = raw + bytes(-len(raw) % 32)
    data = _GET_L1_FEE + (32).to_bytes(32, "big") + len(raw).to_bytes(32, "big") + padded
    return {"to": ORACLE, "data": "0x" + data.hex()}


def data_fee(answer: Json) -> int | None:
    """Wei; None where no oracle answers, which is so on chains of another kind."""
    try:
        return int.from_bytes(un0x(answer, size=32), "big") if isinstance(answer, str) else None
    except WireError:
        return None


def with_margin(fee: int) -> int:
    """It follows Ethereum's own fees until the transaction is mined: a quarter more is kept for it."""
    return fee + fee // 4
