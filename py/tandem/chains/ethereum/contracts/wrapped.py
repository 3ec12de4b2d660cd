"""The network's coin as a token, and back: WETH9 and its like."""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Step, Units


def _deposit(call: Call, _: Args, __: Decode) -> Step:
    return call.step("wrap", ("pays", Units(None, call.value)), ("gets", Units(call.to, call.value)), claim=True)


def _withdraw(call: Call, args: Args, _: Decode) -> Step:
    amount = args.number("wad")
    return call.step("unwrap", ("pays", Units(call.to, amount)), ("gets", Units(None, amount)), claim=True)


FUNCTIONS: Table = (
    (Function("deposit()", payable=True), _deposit),
    (Function("withdraw(uint256 wad)"), _withdraw),
)
