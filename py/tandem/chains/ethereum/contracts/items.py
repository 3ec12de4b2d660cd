"""Tokens that are items (EIP-721), or items in numbers (EIP-1155).

See erc20.py for the two functions that EIP-721 shares with EIP-20.
"""

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.shape import Decode, Table
from tandem.chains.ethereum.contracts.step import Call, Fact, Step, Units
from tandem.errors import WireError


def _transfer(call: Call, args: Args, _: Decode) -> Step:
    item = Units(call.to, args.number("tokenId"), item=True)
    return call.step("nft_transfer", ("amount", item), ("source", args.blob("from")), ("recipient", args.blob("to")))


def _some(call: Call, args: Args, _: Decode) -> Step:
    item = Units(call.to, args.number("id"), item=True)
    facts = ("amount", item), ("count", args.number("value"))
    return call.step("nft_transfer", *facts, ("source", args.blob("from")), ("recipient", args.blob("to")))


def _batch(call: Call, args: Args, _: Decode) -> Step:
    ids, counts = args.numbers("ids"), args.numbers("values")
    if len(ids) != len(counts):
        raise WireError("not as many items as counts")
    call.budget.spend(len(ids))
    facts: list[Fact] = []
    for each, count in zip(ids, counts, strict=True):
        facts += [("amount", Units(call.to, each, item=True)), ("count", count)]
    return call.step("nft_transfer", *facts, ("source", args.blob("from")), ("recipient", args.blob("to")))


def _operator(call: Call, args: Args, _: Decode) -> Step:
    """All items of the contract, those that come later too."""
    allowed = args.number("approved") == 1
    kind = "nft_approve_all" if allowed else "nft_revoke_all"
    return call.step(kind, ("operator", args.blob("operator")), unlimited=allowed)


FUNCTIONS: Table = (
    (Function("safeTransferFrom(address from, address to, uint256 tokenId)"), _transfer),
    (Function("safeTransferFrom(address from, address to, uint256 tokenId, bytes data)"), _transfer),
    (Function("safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data)"), _some),
    (
        Function("safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data)"),
        _batch,
    ),
    (Function("setApprovalForAll(address operator, bool approved)"), _operator),
)
