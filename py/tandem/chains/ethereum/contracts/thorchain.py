"""THORChain's router, which Maya uses too: a deposit whose memo says what is to become of it on another chain.

https://dev.thorchain.org/concepts/sending-transactions.html. Whose the vault is, the chain knows and the call does not.
"""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Moment, Step, Units
from tandem.errors import WireError

_ARGUMENTS = "address vault, address asset, uint256 amount, string memo, uint256 expiration"
DEPOSIT = Function(f"depositWithExpiry({_ARGUMENTS})", payable=True)
_COIN = bytes(20)  # the zero address stands for the network's coin


def _deposit(call: Call, args: Args, _: Decode) -> Step:
    asset, amount = args.blob("asset"), args.number("amount")
    if call.value != (amount if asset == _COIN else 0):
        raise WireError("coins that are no deposit")
    return call.step(
        "chain_swap",
        ("pays", Units(None if asset == _COIN else asset, amount)),
        ("memo", args.text("memo")),
        ("vault", args.blob("vault")),
        ("deadline", Moment(args.number("expiration"))),
        claim=True,
    )


FUNCTIONS: Table = ((DEPOSIT, _deposit),)
