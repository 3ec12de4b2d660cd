"""The answers of eth_simulateV1 as anvil and geth give them, and what is none."""

import pytest

from tandem.chains.ethereum.simulation import MAX_LOGS, Allowance, Change, Outcome, read, request
from tandem.chains.ethereum.tx import Transaction
from tandem.curve.keccak import keccak256
from tandem.errors import ChainNodeError
from tandem.wire import Json

US, THEM, TOKEN = b"\1" * 20, b"\3" * 20, b"\5" * 20
COINS = b"\xee" * 20


def word(value: bytes | int) -> str:
    raw = value if isinstance(value, bytes) else value.to_bytes(32, "big")
    return "0x" + raw.rjust(32, b"\0").hex()


def log(event: str, *topics: bytes | int, data: tuple[int, ...] = (), contract: bytes = TOKEN) -> Json:
    name = "0x" + keccak256(event.encode()).hex()
    body = "0x" + "".join(word(each)[2:] for each in data)
    return {"address": "0x" + contract.hex(), "topics": [name, *map(word, topics)], "data": body}


TRANSFER, APPROVAL = "Transfer(address,address,uint256)", "Approval(address,address,uint256)"
FOR_ALL, SINGLE = "ApprovalForAll(address,address,bool)", "TransferSingle(address,address,address,uint256,uint256)"


def told(*logs: Json) -> Outcome:
    (found,) = read([{"calls": [{"status": "0x1", "logs": [*logs]}]}], 1, US)
    return found


def test_the_request() -> None:
    calls = (Transaction(1, 0, 1, 2, 21000, THEM, 5, b"\xab"), Transaction(1, 1, 1, 2, 21000, None, 0, b"\1"))
    block, when = request(calls, US)
    assert when == "latest" and isinstance(block, dict) and block["traceTransfers"] is True
    first, second = block["blockStateCalls"][0]["calls"]
    assert (first["value"], first["gas"], first["data"]) == ("0x5", hex(21000), "0xab")
    assert "to" not in second


def test_what_comes_and_goes_is_summed() -> None:
    found = told(
        log(TRANSFER, US, THEM, data=(5,)),
        log(TRANSFER, THEM, US, data=(2,)),
        log(TRANSFER, US, THEM, data=(7,), contract=COINS),
        log(TRANSFER, THEM, US, 42),
        log(SINGLE, THEM, US, THEM, data=(9, 3)),
        log(TRANSFER, THEM, THEM, data=(100,)),
    )
    assert found.changes == (Change(TOKEN, -3), Change(None, -7), Change(TOKEN, 1, 42), Change(TOKEN, -3, 9))


def test_what_goes_in_a_circle_is_no_change() -> None:
    assert told(log(TRANSFER, US, US, data=(5,))).changes == ()


def test_permissions_of_this_account_alone() -> None:
    found = told(
        log(APPROVAL, US, THEM, data=(5,)),
        log(APPROVAL, THEM, US, data=(5,)),
        log(FOR_ALL, US, THEM, data=(1,), contract=THEM),
        log(FOR_ALL, US, TOKEN, data=(0,)),
        log(FOR_ALL, THEM, US, data=(1,)),
    )
    assert found.allowances == (Allowance(TOKEN, THEM, 5), Allowance(THEM, THEM, None))
    assert [each.unlimited for each in found.allowances] == [False, True]
    assert told(log(APPROVAL, US, THEM, data=((1 << 256) - 1,))).allowances[0].unlimited


@pytest.mark.parametrize(
    "odd",
    [
        log(TRANSFER, US, THEM),
        log(TRANSFER, US, THEM, data=(5, 6)),
        log(TRANSFER, US, data=(5,)),
        log(SINGLE, THEM, US, THEM, data=(9,)),
        log("Transfer(address,address)", US, THEM, data=(5,)),
        {"address": "0x05", "topics": [], "data": "0x"},
        {"address": "0x" + "05" * 20, "topics": ["0x01"], "data": "0x"},
        {"address": "0x" + "05" * 20, "topics": [], "data": "zz"},
        {"topics": []},
        7,
    ],
)
def test_logs_of_another_shape_say_nothing(odd: Json) -> None:
    assert told(odd) == Outcome("done")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        [{"calls": []}],
        [{"calls": [{"status": "0x1", "logs": []}] * 2}],
        [{"calls": [{"status": "0x2", "logs": []}]}],
        [{"calls": [{"status": "0x1"}]}],
        [{"calls": [{"status": "0x1", "logs": [{}] * (MAX_LOGS + 1)}]}],
    ],
)
def test_what_is_no_answer(answer: Json) -> None:
    with pytest.raises(ChainNodeError):
        read(answer, 1, US)
