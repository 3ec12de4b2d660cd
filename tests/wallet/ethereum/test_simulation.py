"""What a node knows comes to the screen after it, against anvil with real tokens; and what happens where it knows
nothing."""

import asyncio

import pytest

from tandem.chains.ethereum import networks
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.simulation import Outcome
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainNodeError
from tandem.wallet.ethereum.simulation import simulate
from wallet.conftest import RICH, Stage
from wallet.ethereum.contracts import act, bundler, call, erc20, erc721

THEM = "0x" + "35" * 20
TRANSFER = "transfer(address,uint256)"


async def looked_at(stage: Stage, state: str = "done") -> dict:
    """The summary on the screen, once the node has said its word."""

    def found(shown: dict) -> dict | None:
        last = shown["requests"][-1]
        if last["state"] != "awaiting_approval" or last["summary"]["simulation"]["state"] != state:
            return None
        return last["summary"]

    return await stage.until(found)  # type: ignore[return-value]


async def drop(stage: Stage) -> None:
    """Not a No: three of those in a row, and the page has to wait."""
    await stage.call("cancel_request", request=(await stage.request("awaiting_approval"))["id"])


async def approve(stage: Stage) -> None:
    await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
    link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
    await stage.phone.follow(link)  # type: ignore[arg-type]


def kinds(summary: dict) -> set[str]:
    return {found["kind"] for found in summary["findings"]}


def wish(stage: Stage, to: str, data: str, **more: str) -> asyncio.Future:
    return stage.dapp("eth_sendTransaction", {"from": stage.address, "to": to, "data": data, **more})


def test_a_token_transfer_its_recipient_and_one_made_to_look_like_it(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        token = await erc20(stage)
        await act(stage, RICH, token, call(TRANSFER, parse(stage.address), 5_000_000))
        asked = wish(stage, token, call(TRANSFER, parse(THEM), 1_500_000))
        told = await looked_at(stage)
        (change,) = told["simulation"]["changes"]
        assert (change["amount"]["value"], change["amount"]["symbol"], change["gains"]) == ("1.5", "TKN", False)
        assert kinds(told) == {"first_time"}
        await approve(stage)
        assert (await stage.receipt((await asked)["ok"]))["status"] == "0x1"
        assert ("Send token", "1.5 TKN") in stage.phone.lines[-1]
        again = wish(stage, token, call(TRANSFER, parse(THEM), 1))
        assert kinds(await looked_at(stage)) == set(), "known now"
        await drop(stage)
        poison = bytes.fromhex("3535") + b"\1" * 16 + bytes.fromhex("3535")
        likewise = wish(stage, token, call(TRANSFER, poison, 1))
        (found,) = (each for each in (await looked_at(stage))["findings"] if each["danger"])
        assert (found["kind"], found["address"], found["like"]) == (
            "look_alike",
            checksum(poison),
            checksum(parse(THEM)),
        )
        await drop(stage)
        await stage.crash()
        await stage.boot()
        await stage.call("unlock", password="correct horse battery")
        after = wish(stage, token, call(TRANSFER, poison, 1))
        assert "look_alike" in kinds(await looked_at(stage)), "after a restart too"
        await drop(stage)
        await asyncio.gather(again, likewise, after)

    play(story)


def test_what_would_fail_and_what_there_is_not_enough_of(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        token = await erc20(stage)
        asked = wish(stage, token, call(TRANSFER, parse(THEM), 1), gas=hex(100_000))
        told = await looked_at(stage, "fails")
        assert told["simulation"]["reason"] == "ERC20: transfer amount exceeds balance"
        assert "over_balance" in kinds(told)
        await drop(stage)
        await asked

    play(story)


def test_permissions_for_people_and_for_contracts_and_items(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        token, items = await erc20(stage), await erc721(stage)
        await act(stage, stage.address, items, call("mintNFTs(uint256)", 2))
        approve_call = "approve(address,uint256)"
        asked = [wish(stage, token, call(approve_call, parse(THEM), (1 << 256) - 1))]
        told = await looked_at(stage)
        assert {"unlimited", "spender_is_person"} <= kinds(told)
        assert told["simulation"]["allowances"][0]["unlimited"] is True
        await drop(stage)
        asked.append(wish(stage, token, call(approve_call, parse(items), 5)))
        told = await looked_at(stage)
        assert (
            "spender_is_person" not in kinds(told)
            and told["simulation"]["allowances"][0]["amount"]["value"] == "0.000005"
        )
        await drop(stage)
        asked.append(wish(stage, items, call("setApprovalForAll(address,bool)", parse(THEM), True)))
        told = await looked_at(stage)
        assert {"all_items", "spender_is_person"} <= kinds(told)
        assert told["simulation"]["allowances"][0]["items"] is True
        await drop(stage)
        asked.append(
            wish(stage, items, call("safeTransferFrom(address,address,uint256)", parse(stage.address), parse(THEM), 1))
        )
        told = await looked_at(stage)
        (change,) = told["simulation"]["changes"]
        assert (change["amount"]["item"], change["amount"]["value"], change["gains"]) == (True, "1", False)
        await drop(stage)
        await asyncio.gather(*asked)

    play(story)


def test_a_bundle_of_calls_and_coins(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        token, many = await erc20(stage), await bundler(stage)
        await act(stage, RICH, token, call(TRANSFER, parse(stage.address), 5_000_000))
        await act(stage, stage.address, token, call("approve(address,uint256)", parse(many), 5_000_000))
        moves = [call("transferFrom(address,address,uint256)", parse(stage.address), parse(THEM), n) for n in (1, 2)]
        data = call("aggregate((address,bytes)[])", tuple((parse(token), bytes.fromhex(each[2:])) for each in moves))
        asked = wish(stage, many, data, value=hex(7))
        told = await looked_at(stage)
        assert told["simulation"]["allowances"] == [], "what was allowed is used, not more of it given"
        gives = {change["amount"]["symbol"]: change["amount"]["exact"] for change in told["simulation"]["changes"]}
        assert gives == {"TKN": "3", "ETH": "7"}
        assert [step["kind"] for step in told["steps"][0]["steps"]] == ["erc20_transfer_from"] * 2
        assert kinds(told) == {"unknown_contract", "first_time"}
        assert {leaf["symbol"]: leaf["exact"] for leaf in told["leaves"]} == {"TKN": "3", "ETH": "7"}
        await approve(stage)
        assert (await stage.receipt((await asked)["ok"]))["status"] == "0x1"
        assert ("Step", "2 of 2") in stage.phone.lines[-1]

    play(story)


def test_switched_off_nothing_more_is_asked(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        await stage.fund()
        await stage.call("set_settings", simulate=False)
        asked = stage.dapp("eth_sendTransaction", {"from": stage.address, "to": THEM, "value": "0x1"})
        assert kinds(await looked_at(stage, "off")) == {"first_time"}
        await drop(stage)
        await asked
        refused = await stage.send("set_settings", simulate="no")
        assert refused["err"]["code"] == -32602

    play(story)


# ---- nodes that cannot

MAINNET = networks.BY_CHAIN["eip155:1"]
SEND = Transaction(1, 0, 1, 2, 21000, parse(THEM), 1, b"")
NO_METHOD = NodeRefused(-32601, "the method does not exist", None)
ERROR = "0x" + call("Error(string)", "no money")[2:]


class Answering:
    """Says what it was told to say, method by method."""

    def __init__(self, **answers: object) -> None:
        self._answers = answers

    async def call(self, _: object, method: str, __: object) -> object:
        answer = self._answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer


def simulated(**answers: object) -> Outcome:
    return asyncio.run(simulate(Answering(**answers), MAINNET, (SEND,), b"\1" * 20))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"eth_simulateV1": ChainNodeError("away")}, Outcome("none", "unreachable")),
        ({"eth_simulateV1": [{"calls": []}]}, Outcome("none", "unreachable")),
        ({"eth_simulateV1": "nonsense"}, Outcome("none", "unreachable")),
        ({"eth_simulateV1": [{"calls": [{"status": "0x1", "logs": []}]}]}, Outcome("done")),
        (
            {"eth_simulateV1": [{"calls": [{"status": "0x0", "error": {"code": 3, "data": ERROR}}]}]},
            Outcome("fails", "no money"),
        ),
        ({"eth_simulateV1": [{"calls": [{"status": "0x0", "returnData": "0x"}]}]}, Outcome("fails")),
        ({"eth_simulateV1": NO_METHOD, "eth_call": "0x"}, Outcome("passes")),
        (
            {"eth_simulateV1": NO_METHOD, "eth_call": NodeRefused(3, "execution reverted", ERROR)},
            Outcome("fails", "no money"),
        ),
        ({"eth_simulateV1": NO_METHOD, "eth_call": NodeRefused(3, "execution reverted", None)}, Outcome("fails")),
        ({"eth_simulateV1": NO_METHOD, "eth_call": NO_METHOD}, Outcome("none", "unsupported")),
        ({"eth_simulateV1": NO_METHOD, "eth_call": ChainNodeError("away")}, Outcome("none", "unreachable")),
    ],
)
def test_every_answer_is_one_of_these(answers: dict, outcome: Outcome) -> None:
    assert simulated(**answers) == outcome
