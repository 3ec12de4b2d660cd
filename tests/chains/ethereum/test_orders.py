"""Orders and Safe transactions that are signed as typed data, each by its exact shape."""

import copy
import json
import re
from dataclasses import replace

import pytest
from tests.chains.ethereum.contracts.test_contracts import OTHER, THEM, TOKEN, US, calldata

from tandem.chains.ethereum import networks, orders
from tandem.chains.ethereum.contracts.step import Moment, Step, Units
from tandem.chains.ethereum.dangers import findings
from tandem.chains.ethereum.payload import message_payload
from tandem.chains.ethereum.permit import grants
from tandem.chains.ethereum.summary import message_summary, read_keysign
from tandem.chains.ethereum.telling import View
from tandem.chains.ethereum.typed_data import TypedData, parse

MAINNET = networks.BY_CHAIN["eip155:1"]
SEAPORT, COW = "0x0000000000000068F116a894984e2DB1123eB395", "0x9008D19f58AAbD9eD0D60971565AA8510560ab41"
ONE_INCH, PERMIT2 = "0x111111125421cA6dc452d289314280a0f8842A65", "0x000000000022D473030F116dDEE9F6B43aC78BA3"
REACTOR = "0x00000011F84B9aa48e5f8aA8B9897600006289Be"


def text(address: bytes) -> str:
    return "0x" + address.hex()


def typed(shape: str, contract: str, message: dict) -> TypedData:
    """From the standard's own encoding of the type."""
    types = {}
    for name, members in re.findall(r"(\w+)\(([^)]*)\)", shape):
        pairs = (member.split(" ") for member in members.split(","))
        types[name] = [{"type": kind, "name": label} for kind, label in pairs]
    primary = next(iter(types))
    domain = {"chainId": 1, "verifyingContract": contract}
    return parse(json.dumps({"types": types, "primaryType": primary, "domain": domain, "message": message}))


def item(kind: int, token: bytes, number: int, amount: int, recipient: bytes | None = None) -> dict:
    told: dict = {"itemType": kind, "token": text(token), "identifierOrCriteria": str(number)}
    told |= {"startAmount": str(amount), "endAmount": str(amount)}
    return told | ({"recipient": text(recipient)} if recipient is not None else {})


LISTING: dict = {
    "offerer": text(US),
    "zone": text(bytes(20)),
    "offer": [item(2, TOKEN, 42, 1)],
    "consideration": [item(0, bytes(20), 0, 95, US), item(0, bytes(20), 0, 5, THEM)],
    "orderType": 0,
    "startTime": "1",
    "endTime": "99",
    "zoneHash": "0x" + "00" * 32,
    "salt": "7",
    "conduitKey": "0x" + "00" * 32,
    "counter": "0",
}
SALE: dict = {
    "sellToken": text(TOKEN),
    "buyToken": "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
    "receiver": text(bytes(20)),
    "sellAmount": "100",
    "buyAmount": "50",
    "validTo": 99,
    "appData": "0x" + "00" * 32,
    "feeAmount": "1",
    "kind": "sell",
    "partiallyFillable": False,
    "sellTokenBalance": "erc20",
    "buyTokenBalance": "erc20",
}
LIMIT: dict = {
    "salt": "1",
    "maker": text(US),
    "receiver": text(THEM),
    "makerAsset": text(TOKEN),
    "takerAsset": text(OTHER),
    "makingAmount": "100",
    "takingAmount": "50",
    "makerTraits": str(99 << 80),
}
DUTCH: dict = {
    "permitted": {"token": text(TOKEN), "amount": "100"},
    "spender": REACTOR,
    "nonce": "1",
    "deadline": "99",
    "witness": {
        "info": {
            "reactor": REACTOR,
            "swapper": text(US),
            "nonce": "1",
            "deadline": "99",
            "additionalValidationContract": text(bytes(20)),
            "additionalValidationData": "0x",
        },
        "cosigner": text(OTHER),
        "baseInputToken": text(TOKEN),
        "baseInputStartAmount": "100",
        "baseInputEndAmount": "100",
        "baseOutputs": [
            {"token": text(OTHER), "startAmount": "60", "endAmount": "50", "recipient": text(US)},
            {"token": text(OTHER), "startAmount": "1", "endAmount": "1", "recipient": text(THEM)},
        ],
    },
}
SAFE: dict = {
    "to": text(TOKEN),
    "value": "0",
    "data": "0x" + calldata("transfer(address,uint256)", THEM, 7).hex(),
    "operation": 0,
    "safeTxGas": "0",
    "baseGas": "0",
    "gasPrice": "0",
    "gasToken": text(bytes(20)),
    "refundReceiver": text(bytes(20)),
    "nonce": "3",
}


def step(shape: str, contract: str, message: dict) -> Step:
    found = orders.order(typed(shape, contract, message), US)
    assert found is not None
    return found


def kinds(found: Step) -> set[str]:
    return {each.kind for each in findings(found, View(MAINNET, US, {}))}


def test_seaport() -> None:
    found = step(orders.SEAPORT, SEAPORT, LISTING)
    assert found.facts == (
        ("pays", Units(TOKEN, 42, item=True)),
        ("gets", Units(None, 95)),
        ("others_get", Units(None, 5)),
        ("fee_recipient", THEM),
        ("until", Moment(99)),
    )
    assert kinds(found) == set()
    assert kinds(step(orders.SEAPORT, text(OTHER), LISTING)) == {"unknown_contract"}


@pytest.mark.parametrize("consideration", [[], [item(0, bytes(20), 0, 0, US)], [item(0, bytes(20), 0, 95, THEM)]])
def test_a_listing_for_nothing(consideration: list) -> None:
    found = step(orders.SEAPORT, SEAPORT, LISTING | {"consideration": consideration})
    assert "for_nothing" in kinds(found)


def test_seaport_items_by_a_rule_and_in_numbers() -> None:
    offer = [item(4, TOKEN, 0, 1), item(3, TOKEN, 9, 5), item(1, OTHER, 0, 6)]
    found = step(orders.SEAPORT, SEAPORT, LISTING | {"offer": offer})
    assert found.facts[:4] == (
        ("pays", Units(TOKEN, 0, "all", item=True)),
        ("pays", Units(TOKEN, 9, item=True)),
        ("count", 5),
        ("pays", Units(OTHER, 6)),
    )
    odd = typed(orders.SEAPORT, SEAPORT, LISTING | {"offer": [item(6, TOKEN, 0, 1)]})
    assert orders.order(odd, US) is None


def test_more_than_anybody_could_read_is_none() -> None:
    many = LISTING | {"offer": [item(1, OTHER, 0, 6)] * 99}
    assert orders.order(typed(orders.SEAPORT, SEAPORT, many), US) is None


def test_cow() -> None:
    found = step(orders.COW, COW, SALE)
    assert found.facts == (("pays", Units(TOKEN, 101)), ("gets", Units(None, 50, "least")), ("until", Moment(99)))
    bought = step(orders.COW, COW, SALE | {"kind": "buy", "receiver": text(THEM)})
    assert bought.get("pays") == Units(TOKEN, 101, "most") and bought.get("recipient") == THEM
    assert "others_gain" in kinds(bought)
    assert orders.order(typed(orders.COW, COW, SALE | {"kind": "other"}), US) is None


def test_one_inch() -> None:
    found = step(orders.ONE_INCH, ONE_INCH, LIMIT)
    assert (found.get("pays"), found.get("gets")) == (Units(TOKEN, 100, "most"), Units(OTHER, 50, "least"))
    assert (found.get("recipient"), found.get("until")) == (THEM, Moment(99))
    extended = step(orders.ONE_INCH, ONE_INCH, LIMIT | {"makerTraits": str(1 << 249)})
    assert not extended.understood and extended.get("until") is None


def test_uniswap_x() -> None:
    found = step(orders.UNISWAP_X, PERMIT2, DUTCH)
    assert found.facts == (
        ("pays", Units(TOKEN, 100, "most")),
        ("gets", Units(OTHER, 50, "least")),
        ("others_get", Units(OTHER, 1, "least")),
        ("fee_recipient", THEM),
        ("until", Moment(99)),
    )
    for name, value in (("spender", text(THEM)), ("permitted", {"token": text(OTHER), "amount": "100"})):
        data = typed(orders.UNISWAP_X, PERMIT2, DUTCH | {name: value})
        assert orders.order(data, US) is None
        assert grants(data)[0].amount == 100, "it hands out tokens all the same"
    strange = copy.deepcopy(DUTCH)
    strange["spender"] = strange["witness"]["info"]["reactor"] = text(OTHER)
    told = message_summary(typed(orders.UNISWAP_X, PERMIT2, strange), "", US)["typed"]
    assert told["grants"][0]["spender"] == text(OTHER), "a reactor that is not known may take it without an order"
    assert message_summary(typed(orders.UNISWAP_X, PERMIT2, DUTCH), "", US)["typed"]["grants"] == []


def test_a_safe() -> None:
    found = step(orders.SAFE_TX, text(OTHER), SAFE)
    (inner,) = found.steps
    assert (found.kind, inner.kind, inner.sender) == ("safe_execute", "erc20_transfer", OTHER)
    foreign = step(orders.SAFE_TX, text(OTHER), SAFE | {"operation": 1})
    assert {"foreign_code", "not_understood"} <= kinds(foreign)
    paid = step(orders.SAFE_TX, text(OTHER), SAFE | {"gasPrice": "1", "refundReceiver": text(THEM)})
    assert paid.get("refund_to") == THEM


@pytest.mark.parametrize(
    ("shape", "message", "name", "value"),
    [
        (orders.COW, SALE, "sellAmount", True),
        (orders.COW, SALE, "sellAmount", None),
        (orders.COW, SALE, "sellToken", 5),
        (orders.SEAPORT, LISTING, "offer", {}),
        (orders.UNISWAP_X, DUTCH, "witness", []),
    ],
)
def test_values_of_other_types_are_no_order(shape: str, message: dict, name: str, value: object) -> None:
    """typed_data lets none of them through; nor does the reader, on its own."""
    data = typed(shape, COW, message)
    assert orders.order(data, US) is not None
    assert orders.order(replace(data, message=data.message | {name: value}), US) is None


def test_other_shapes_are_none() -> None:
    renamed = orders.COW.replace("validTo", "validUntil")
    message = {("validUntil" if name == "validTo" else name): value for name, value in SALE.items()}
    assert orders.order(typed(renamed, COW, message), US) is None


def test_the_phone_reads_the_same_order() -> None:
    data = typed(orders.SEAPORT, SEAPORT, LISTING | {"consideration": []})
    told = message_summary(data, "https://dapp.example", US)["typed"]["order"]
    assert told["title"] == "order" and told["leaves"][0]["item"] is True
    payload = message_payload(data, vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    lines = read_keysign(payload).lines
    assert ("Order, by your signature alone", "number 42") in lines
    assert ("Warning", "you would get nothing for what you give") in lines


def test_a_permit_of_a_known_token_is_counted_in_its_units() -> None:
    shape = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    message = {"owner": text(US), "spender": text(THEM), "value": "1500000", "nonce": "0", "deadline": "99"}
    data = typed(shape, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", message)
    (grant,) = message_summary(data, "", US)["typed"]["grants"]
    assert grant["amount"] == {"value": "1.5", "symbol": "USDC", "exact": "1500000"}
    payload = message_payload(data, vault_public_key=bytes(33), party="p", origin="https://dapp.example")
    assert ("Allow spending", "1.5 USDC") in read_keysign(payload).lines
    other = message_summary(typed(shape, text(OTHER), message), "", US)["typed"]["grants"][0]
    assert other["amount"] == {"value": "1500000", "symbol": "", "exact": "1500000"}
