"""What is read of a record that was kept, and of what nodes say: each number is there, or there is a typed error."""

import asyncio
from dataclasses import replace

import pytest

from tandem.chains.ethereum.asset import Asset
from tandem.chains.ethereum.custom import Custom
from tandem.chains.ethereum.networks import NETWORKS
from tandem.errors import BadRequest, Bug, ChainNodeError, WireError
from tandem.provider.asset import AssetWish
from tandem.provider.record import Record
from tandem.provider.request import Call
from tandem.wallet.book import Book
from tandem.wallet.ethereum.additions import _object
from tandem.wallet.ethereum.assets import MAX_ASSETS, Assets
from tandem.wallet.ethereum.batch import parts
from tandem.wallet.ethereum.batch_gas import _limit
from tandem.wallet.ethereum.family import _ecdsa
from tandem.wallet.ethereum.looked import NOTHING, looked_from_json
from tandem.wallet.ethereum.networks import MAX_CUSTOM, Networks
from tandem.wallet.ethereum.showing import informed
from tandem.wallet.ethereum.transaction import transaction
from tandem.wire import Json, json_text
from wallet.conftest import RICH, Memory

SEND = json_text({"method": "eth_sendTransaction", "params": [{"from": RICH, "to": RICH}]})
CALLS: Json = {"version": "2.0.0", "chainId": "0x1", "atomicRequired": False, "calls": [{"to": RICH}, {"to": RICH}]}
BATCH = json_text({"method": "wallet_sendCalls", "params": [CALLS]})
NUMBERS = {"nonce": "1", "max_fee": "2", "priority_fee": "1", "gas_limit": "21000"}


def record(method: str, text: str, **chosen: object) -> Record:
    made = Record(
        "r1", "d:1", "https://a.b", "https://a.b", "d", method, text, "transaction", "received", 1, "eip155:1"
    )
    return replace(made, account=RICH, chosen=dict(chosen))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_transaction_has_all_its_numbers(name: str) -> None:
    made = record("eth_sendTransaction", SEND, **NUMBERS)
    assert transaction(made).nonce == 1
    for lost in (None, 5):
        with pytest.raises(WireError, match="never chosen"):
            transaction(replace(made, chosen=made.chosen | {name: lost}))


def test_each_call_of_a_batch_has_its_numbers() -> None:
    made = record("wallet_sendCalls", BATCH, calls=[NUMBERS, NUMBERS])
    assert [transaction(part).gas_limit for part in parts(made)] == [21000, 21000]
    with pytest.raises(Bug):
        parts(replace(made, chosen={"calls": [NUMBERS, "lost"]}))


def test_what_was_looked_up_is_of_each_call() -> None:
    made = record("wallet_sendCalls", BATCH, calls=[NUMBERS, NUMBERS])
    assert len(parts(informed(made, {"each": [{}, {}]}))) == 2
    for each in ([{}], {}, None):
        with pytest.raises(Bug):
            informed(made, {"each": each})  # type: ignore[dict-item]


def test_nonces_that_were_looked_up() -> None:
    assert looked_from_json(None) == NOTHING
    kept = {"tokens": {}, "code": {}, "balances": {}, "simulation": None}
    assert looked_from_json(kept) == NOTHING
    with pytest.raises(WireError):
        looked_from_json(kept | {"nonces": []})


def test_a_node_that_answers_with_no_call() -> None:
    assert _limit({"status": "0x1", "gasUsed": "0x5208"}) == 21000
    for ran in (None, [], "0x1"):
        with pytest.raises(ChainNodeError):
            _limit(ran)  # type: ignore[arg-type]


def test_a_network_is_added_by_one_object() -> None:
    assert _object(Call("wallet_addEthereumChain", ({},))) == {}
    for params in ((), ({}, {})):
        with pytest.raises(BadRequest):
            _object(Call("wallet_addEthereumChain", params))


def test_a_signature_of_the_other_curve_is_none() -> None:
    with pytest.raises(Bug):
        _ecdsa(bytes(64))


@pytest.mark.parametrize(
    ("says", "lists"), [("0x" + "1".rjust(64, "0"), True), ("0x" + "0" * 64, False), ("0x", False)]
)
def test_a_contract_says_itself_that_it_has_items(says: str, lists: bool) -> None:
    """One that does not is not believed, though it names the account the owner of everything."""

    async def ask(_: object, __: str, params: Json) -> Json:
        data = str(params[0]["data"])  # type: ignore[index, call-overload]
        return says if data.startswith("0x01ffc9a7") else "0x" + RICH[2:].lower().rjust(64, "0")

    wish, row = AssetWish("ERC721", bytes(20), 7, None, None), NETWORKS[0]
    assets = Assets(Book(Memory()), ask)  # type: ignore[arg-type]
    reading = assets.read(row, wish, bytes.fromhex(RICH[2:]))
    if lists:
        assert asyncio.run(reading)[1] == 1
    else:
        with pytest.raises(BadRequest, match="no ERC721 token"):
            asyncio.run(reading)


def test_lists_have_an_end() -> None:
    async def go() -> None:
        book = Book(Memory())
        tokens = [Asset("eip155:1", "ERC20", number.to_bytes(20, "big"), "T", 0) for number in range(MAX_ASSETS + 1)]
        await book.change_assets(tuple(tokens[:-1]))
        assets = Assets(book, None)  # type: ignore[arg-type]
        await assets.add(tokens[0])
        with pytest.raises(BadRequest, match="too many"):
            await assets.add(tokens[-1])
        rows = tuple(Custom(10**6 + number, "N", "S", ("https://a.example",)) for number in range(MAX_CUSTOM + 1))
        await book.change_settings(replace(book.settings, networks=rows[:-1]))
        networks = Networks(book, None)  # type: ignore[arg-type]
        await networks.add(rows[0])
        with pytest.raises(BadRequest, match="too many"):
            await networks.add(rows[-1])

    asyncio.run(go())
