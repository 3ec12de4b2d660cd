"""The contract functions that are understood, each by its exact signature; everything else is said not to be."""

from dataclasses import replace
from functools import cache

from tandem.chains.ethereum.abi import Function
from tandem.chains.ethereum.contracts import (
    bridges,
    erc20,
    items,
    known,
    multicall,
    permit2,
    safe,
    thorchain,
    uniswap,
    universal_router,
    wrapped,
)
from tandem.chains.ethereum.contracts.shape import Reader, Table
from tandem.chains.ethereum.contracts.step import Call, Step, Units
from tandem.errors import WireError

MAX_DEPTH = 4  # bundles within bundles
TABLES: tuple[Table, ...] = (
    erc20.FUNCTIONS,
    items.FUNCTIONS,
    wrapped.FUNCTIONS,
    permit2.FUNCTIONS,
    multicall.FUNCTIONS,
    uniswap.FUNCTIONS,
    universal_router.FUNCTIONS,
    safe.FUNCTIONS,
    bridges.FUNCTIONS,
    thorchain.FUNCTIONS,
)


@cache
def _by_selector() -> dict[bytes, tuple[Function, Reader]]:
    """Every function under the first four bytes of its signature's hash, which are computed here."""
    return {function.selector: (function, reader) for table in TABLES for function, reader in table}


def decode(call: Call) -> Step:
    """What a call does; a step that is not `understood` where that cannot be told. A call from outside never raises."""
    call.budget.spend()
    if call.depth > MAX_DEPTH:
        return _not_understood(call)
    if not call.data and not call.shared:
        return call.step("send", ("amount", Units(None, call.value)), ("recipient", call.to))
    function, reader = _by_selector().get(call.data[:4], (None, None))
    if function is None or reader is None or (call.value and not call.shared and not function.payable):
        return _not_understood(call)
    try:
        return _with_coins(call, reader(call, function.decode(call.data), decode))
    except WireError:
        return _not_understood(call)


def _with_coins(call: Call, step: Step) -> Step:
    """Coins that go along are told with every call, unless it tells of them itself."""
    coins = Units(None, call.value)
    if not call.value or call.shared or ("pays", coins) in step.facts:
        return step
    return replace(step, facts=(("sends", coins), *step.facts))


def _not_understood(call: Call) -> Step:
    pays = (("pays", Units(None, call.value)),) if call.value and not call.shared else ()
    return call.step("contract_call", *pays, ("data", call.data), understood=False)


__all__ = ["Call", "Step", "decode", "known"]
