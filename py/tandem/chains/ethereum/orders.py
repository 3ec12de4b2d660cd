"""Typed data that trades, or that lets a Safe act, by the signature alone: read into the same steps as calls are.

Known by exact shape: Seaport 1.5 and 1.6, CoW Protocol, 1inch's limit orders (version 4), UniswapX (its second Dutch
order, signed for Permit2), Safe's SafeTx. What another may do with any other shape is not known here.
"""

from collections.abc import Mapping
from typing import Final

from tandem.chains.ethereum.contracts import decode
from tandem.chains.ethereum.contracts.safe import transaction
from tandem.chains.ethereum.contracts.step import Call, Fact, Moment, Step, Units
from tandem.chains.ethereum.typed_data import TypedData, encode_type
from tandem.errors import WireError
from tandem.wire import Json, un0x

_ITEM: Final = "uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount"
SEAPORT: Final = (
    "OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,"
    "uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)"
    f"ConsiderationItem({_ITEM},address recipient)OfferItem({_ITEM})"
)
COW: Final = (
    "Order(address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,"
    "bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,"
    "string buyTokenBalance)"
)
ONE_INCH: Final = (
    "Order(uint256 salt,address maker,address receiver,address makerAsset,address takerAsset,uint256 makingAmount,"
    "uint256 takingAmount,uint256 makerTraits)"
)
UNISWAP_X: Final = (
    "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
    "V2DutchOrder witness)DutchOutput(address token,uint256 startAmount,uint256 endAmount,address recipient)"
    "OrderInfo(address reactor,address swapper,uint256 nonce,uint256 deadline,address additionalValidationContract,"
    "bytes additionalValidationData)TokenPermissions(address token,uint256 amount)V2DutchOrder(OrderInfo info,"
    "address cosigner,address baseInputToken,uint256 baseInputStartAmount,uint256 baseInputEndAmount,"
    "DutchOutput[] baseOutputs)"
)
SAFE_TX: Final = (
    "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,"
    "address gasToken,address refundReceiver,uint256 nonce)"
)
_COIN: Final = b"\xee" * 20  # how order books write the network's coin
_EXTENSION: Final = 1 << 249  # 1inch: the amounts are for code to decide that is not in the order
_EXPIRY_AT, _EXPIRY_BITS = 80, 40


def order(data: TypedData, account: bytes) -> Step | None:
    """What the signature of `account` (20 bytes; empty where it is not known) lets happen; None for any other shape."""
    shape = encode_type(data.types, data.primary)
    reader = {SEAPORT: _seaport, COW: _cow, ONE_INCH: _one_inch, UNISWAP_X: _uniswap_x, SAFE_TX: _safe}.get(shape)
    contract = data.domain.get("verifyingContract")
    if reader is None or not isinstance(contract, str):
        return None
    try:
        return reader(Call(data.chain_id or 0, account, un0x(contract, size=20), 0, b""), data.message)
    except WireError:
        return None


# ---- values that typed_data has found to be of their types


def _number(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise WireError("no number")
    return value if isinstance(value, int) else int(value, 16) if value.startswith("0x") else int(value)


def _address(value: Json) -> bytes:
    if not isinstance(value, str):
        raise WireError("no address")
    return un0x(value, size=20)


def _rows(value: Json) -> list[dict[str, Json]]:
    if not isinstance(value, list):
        raise WireError("no list")
    return [each for each in value if isinstance(each, dict)]


def _row(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise WireError("no struct")
    return value


def _token(address: bytes) -> bytes | None:
    return None if address in (_COIN, bytes(20)) else address


# ---- one shape each


def _cow(call: Call, message: Mapping[str, Json]) -> Step:
    sells, buys = _address(message["sellToken"]), _token(_address(message["buyToken"]))
    pays, gets = _number(message["sellAmount"]) + _number(message["feeAmount"]), _number(message["buyAmount"])
    facts: list[Fact] = [("pays", Units(sells, pays)), ("gets", Units(buys, gets, "least"))]
    if message["kind"] == "buy":
        facts = [("pays", Units(sells, pays, "most")), ("gets", Units(buys, gets))]
    elif message["kind"] != "sell":
        raise WireError("neither sell nor buy")
    return call.step(
        "order", *facts, *_to(message["receiver"]), ("until", Moment(_number(message["validTo"]))), claim=True
    )


def _to(receiver: Json) -> tuple[Fact, ...]:
    """0 is the signer."""
    address = _address(receiver)
    return (("recipient", address),) if any(address) else ()


def _one_inch(call: Call, message: Mapping[str, Json]) -> Step:
    traits = _number(message["makerTraits"])
    facts: list[Fact] = [("pays", Units(_address(message["makerAsset"]), _number(message["makingAmount"]), "most"))]
    facts.append(("gets", Units(_token(_address(message["takerAsset"])), _number(message["takingAmount"]), "least")))
    expiry = traits >> _EXPIRY_AT & (1 << _EXPIRY_BITS) - 1
    until = (("until", Moment(expiry)),) if expiry else ()
    understood = not traits & _EXTENSION
    return call.step("order", *facts, *_to(message["receiver"]), *until, claim=True, understood=understood)


def _uniswap_x(call: Call, message: Mapping[str, Json]) -> Step:
    """The tokens go to the reactor, which holds the filler to the order: so it is the reactor that is to be known."""
    witness = _row(message["witness"])
    info, permitted, spender = _row(witness["info"]), _row(message["permitted"]), _address(message["spender"])
    token = _address(witness["baseInputToken"])
    if _address(info["reactor"]) != spender or _address(permitted["token"]) != token:
        raise WireError("the permission is for another than the order")
    facts: list[Fact] = [("pays", Units(token, _number(permitted["amount"]), "most"))]
    call.budget.spend(len(_rows(witness["baseOutputs"])))
    for output in _rows(witness["baseOutputs"]):
        least = min(_number(output["startAmount"]), _number(output["endAmount"]))
        facts += _received(output, Units(_token(_address(output["token"])), least, "least"), _address(info["swapper"]))
    made = Call(call.chain_id, call.sender, spender, 0, b"")
    return made.step("order", *facts, ("until", Moment(_number(message["deadline"]))), claim=True)


def _received(row: Mapping[str, Json], units: Units, own: bytes) -> list[Fact]:
    recipient = _address(row["recipient"])
    return [("gets", units)] if recipient == own else [("others_get", units), ("fee_recipient", recipient)]


def _seaport(call: Call, message: Mapping[str, Json]) -> Step:
    call.budget.spend(len(_rows(message["offer"])) + len(_rows(message["consideration"])))
    facts: list[Fact] = []
    for item in _rows(message["offer"]):
        facts += _item(item, "pays", max(_number(item["startAmount"]), _number(item["endAmount"])))
    own = _address(message["offerer"])
    for item in _rows(message["consideration"]):
        least = min(_number(item["startAmount"]), _number(item["endAmount"]))
        name = "gets" if _address(item["recipient"]) == own else "others_get"
        facts += _item(item, name, least)
        if name == "others_get":
            facts.append(("fee_recipient", _address(item["recipient"])))
    return call.step("order", *facts, ("until", Moment(_number(message["endTime"]))), claim=True)


def _item(item: Mapping[str, Json], name: str, amount: int) -> list[Fact]:
    """Coins, tokens, items, and items by a rule, which may be any of the contract (ConsiderationEnums.sol)."""
    kind, token, number = _number(item["itemType"]), _address(item["token"]), _number(item["identifierOrCriteria"])
    if kind == 0:
        return [(name, Units(None, amount))]
    if kind == 1:
        return [(name, Units(token, amount))]
    if kind not in (2, 3, 4, 5):
        raise WireError("a kind of item that there is not")
    what = Units(token, number, item=True) if kind < 4 else Units(token, 0, "all", item=True)
    return [(name, what), *((("count", amount),) if amount != 1 else ())]


def _safe(call: Call, message: Mapping[str, Json]) -> Step:
    data = message["data"]
    inner = un0x(data) if isinstance(data, str) else b""
    operation = _number(message["operation"])
    step = transaction(call, _address(message["to"]), _number(message["value"]), inner, operation, decode)
    if _number(message["gasPrice"]) == 0:
        return step
    receiver = _address(message["refundReceiver"])
    return call.step(
        "safe_execute", ("safe", call.to), *((("refund_to", receiver),) if any(receiver) else ()), steps=step.steps
    )
