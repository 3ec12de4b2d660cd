"""A seeded fuzz of what pages ask: the backend lives on, and every answer's code and reason is in docs/errors.md.

Nobody signs. With the wallet locked a request that would be shown waits, and is cancelled; with the wallet open it goes
before the person, who cancels it, and of some approves and then cancels, so that the queue is empty again. Seeds are in
TANDEM_SEED, the number of rounds in TANDEM_FUZZ (10^5 with TANDEM_LONG); both are printed, and how often each code was
answered.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable

from tandem.provider.methods import METHODS
from tandem.provider.solana import SOLANA_METHODS
from test_docs import table
from wallet.conftest import ORIGIN, RICH, Stage

ROUNDS = int(os.environ.get("TANDEM_FUZZ", "100000" if "TANDEM_LONG" in os.environ else "5000"))
SEED = int(os.environ.get("TANDEM_SEED", "0")) or time.time_ns() % 1_000_000
AT_ONCE = 200
NAMES = [*METHODS, *SOLANA_METHODS, "eth_getUnheardOf", "eth_subscribe", "constructor", "__proto__", "", "x" * 65]
KEYS = ["from", "to", "value", "data", "input", "gas", "gasPrice", "maxFeePerGas", "nonce", "chainId", "type", "calls"]
KEYS += ["version", "atomicRequired", "options", "address", "tokenId", "symbol", "rpcUrls", "nativeCurrency", "id"]
KEYS += ["storageKeys", "yParity", "r", "s"]
KEYS += ["eth_accounts", "accessList", "authorizationList", "silent", "account", "transaction", "message", "chain"]
ORIGINS = [f"https://dapp{number}.example" for number in range(8)]
LOCAL = "0x7a69"
TYPED = {
    "types": {"EIP712Domain": [{"name": "chainId", "type": "uint256"}], "Mail": [{"name": "to", "type": "address[]"}]},
    "primaryType": "Mail",
    "domain": {"chainId": 31337},
    "message": {"to": [RICH]},
}
SIWE = "{0} wants you to sign in with your Ethereum account:\n{1}\n\nURI: https://{0}\nVersion: 1\nChain ID: 31337\n"
SIWE += "Nonce: abcdefgh\nIssued At: 2026-01-01T00:00:00Z"


class Making:
    """Values that pages might send: half of them of the right kind, and half not."""

    def __init__(self, seed: int, address: str) -> None:
        self._random, self._address = random.Random(seed), address

    def text(self) -> str:
        chance = self._random
        return chance.choice(
            [
                self._address,
                RICH,
                "0x",
                "0x0",
                hex(chance.getrandbits(chance.choice([8, 64, 256, 300]))),
                "0x" + "ab" * chance.randrange(0, 70),
                "2.0.0",
                "ERC20",
                "latest",
                "\ud7ff\u202e",
                "a" * chance.randrange(0, 300),
                '{"types":{},"primaryType":"x","domain":{},"message":{}}',
                "https://node.example",
                "AAAA",
            ]
        )

    def value(self, depth: int = 0) -> object:
        chance = self._random
        if depth < 4 and chance.random() < 0.4:
            if chance.random() < 0.5:
                return [self.value(depth + 1) for _ in range(chance.randrange(0, 4))]
            return {chance.choice(KEYS): self.value(depth + 1) for _ in range(chance.randrange(0, 6))}
        return chance.choice([self.text(), self.text(), None, True, False, 0, -1, 31337, 2**53, 1.5, 2**300, {}, []])

    def sensible(self) -> tuple[str, object]:
        """A method and parameters that are in order, before anything is done to them."""
        me, send = self._address, {"from": self._address, "to": RICH, "value": "0x1", "gas": "0x5208"}
        swap = {"from": me, "to": RICH, "data": "0xa9059cbb" + "00" * 12 + RICH[2:] + "00" * 31 + "07"}
        batch = {"version": "2.0.0", "chainId": LOCAL, "from": me, "atomicRequired": False, "calls": [{"to": RICH}] * 2}
        added = {"chainId": "0x539", "chainName": "Mine", "rpcUrls": ["https://node.example"]}
        added["nativeCurrency"] = {"name": "Ether", "symbol": "ETH", "decimals": 18}
        return self._random.choice(
            [
                ("eth_sendTransaction", [send]),
                ("eth_sendTransaction", [swap]),
                ("eth_signTransaction", [send | {"nonce": "0x0", "maxFeePerGas": "0x77359400", "type": "0x2"}]),
                ("wallet_sendCalls", [batch]),
                ("personal_sign", ["0x68656c6c6f", me]),
                ("personal_sign", [SIWE.format("dapp0.example", me), me]),
                ("eth_signTypedData_v4", [me, json.dumps(TYPED)]),
                ("eth_signTypedData_v3", [me, TYPED]),
                ("eth_signTypedData", [[{"type": "string", "name": "a", "value": "b"}], me]),
                ("wallet_watchAsset", {"type": "ERC20", "options": {"address": RICH, "symbol": "USD", "decimals": 6}}),
                ("wallet_addEthereumChain", [added]),
                ("wallet_switchEthereumChain", [{"chainId": LOCAL}]),
                ("wallet_requestPermissions", [{"eth_accounts": {}}]),
                ("wallet_getCallsStatus", ["0x" + "ab" * 32]),
                ("wallet_getCapabilities", [me, [LOCAL]]),
                ("personal_ecRecover", ["0x68656c6c6f", "0x" + "1b" * 65]),
                ("eth_call", [swap, "latest"]),
                ("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest", "address": RICH, "topics": []}]),
                ("eth_sendRawTransaction", ["0x02c0"]),
                ("solana:signMessage", [{"message": "AAAA"}]),
            ]
        )

    def changed(self, value: object) -> object:
        """With one thing in it other than it was; sometimes the same."""
        chance = self._random
        if isinstance(value, list | dict) and value and chance.random() < 0.8:
            copy = value.copy()
            at = chance.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
            if isinstance(copy, dict) and chance.random() < 0.3:
                copy[chance.choice(KEYS)] = self.value(2)
            elif chance.random() < 0.15:
                del copy[at]  # type: ignore[arg-type]
            else:
                copy[at] = self.changed(copy[at])  # type: ignore[index]
            return copy
        return value if chance.random() < 0.3 else self.value(2)

    def request(self, nearly_right: float = 0.0) -> str:
        chance = self._random
        if chance.random() < nearly_right:
            sensible, given = self.sensible()
            return json.dumps({"method": sensible, "params": self.changed(given)})
        method: object = chance.choice(NAMES) if chance.random() < 0.97 else self.value()
        params: object = (
            self.value() if chance.random() < 0.2 else [self.value(1) for _ in range(chance.randrange(0, 4))]
        )
        text = json.dumps({"method": method, "params": params}, ensure_ascii=chance.random() < 0.5)
        if chance.random() < 0.03:  # not JSON, or not quite
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["", "\x00", "{", "]", "NaN"]) + text[at + 1 :]
        return text


def answered(answer: dict) -> str:
    """`ok`, code and reason of an error of ours, or `node` and its own code."""
    if "ok" in answer:
        return "ok"
    error = answer["err"]
    data = error.get("data")
    reason = data.get("reason") if isinstance(data, dict) else None
    return f"{error['code']} {reason}" if reason is not None else f"node {int(error['code'])}"


class Asking:
    """Batches of requests, and what was answered."""

    def __init__(self, stage: Stage, making: Making) -> None:
        self.stage, self.making, self.seen = stage, making, Counter[str]()
        self._allowed = {f"{code} {reason}" for code, reason in table()}
        self._allowed -= {"-32603 internal"}  # our own trouble is what this looks for

    async def batch(self, texts: list[str], origins: list[str], person: Callable) -> None:
        """All at once; `person` does something for the requests that wait, until none does."""
        stage, asked = self.stage, []
        for number, text in enumerate(texts):
            origin = origins[number % len(origins)]
            document = f"doc of {origin}"
            key = f"{document}:{self.seen.total() + number}"
            call = stage.send("dapp", key=key, origin=origin, top=origin, document=document, text=text)
            asked.append((text, call))
            if number % 50 == 0:
                await asyncio.sleep(0)
        calls = [call for _, call in asked]
        await asyncio.wait(calls, timeout=0.05)
        async with asyncio.timeout(120):
            while not all(call.done() for call in calls):
                for request in stage.state["requests"]:
                    await person(request)
                await asyncio.wait(calls, timeout=0.02)
        for text, call in asked:
            how = answered(call.result())
            assert how in self._allowed or how == "ok" or how.startswith("node "), (SEED, text, call.result())
            self.seen[how] += 1

    def print(self, how: str) -> None:
        print(f"{how}: TANDEM_SEED={SEED} TANDEM_FUZZ={ROUNDS}")
        print("; ".join(f"{name}: {count}" for name, count in self.seen.most_common()))


def test_whatever_a_page_asks_a_locked_wallet_answers_by_the_table(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.connected()
        asking = Asking(stage, Making(SEED, stage.address))
        await stage.call("lock")

        async def cancel(request: dict) -> None:
            if request["state"] == "awaiting_unlock":
                await stage.call("cancel_request", request=request["id"])

        for start in range(0, ROUNDS, AT_ONCE):
            texts = [asking.making.request() for _ in range(min(AT_ONCE, ROUNDS - start))]
            await asking.batch(texts, [ORIGIN], cancel)
        asking.print("locked")
        for code in ("ok", "4200 ", "-32602 ", "-32600 ", "-32700 "):
            assert any(how.startswith(code) for how in asking.seen), code
        assert (await stage.dapp("eth_chainId"))["ok"] == hex(31337)

    play(story)


def test_whatever_connected_pages_ask_an_open_wallet_answers_by_the_table(play) -> None:
    async def story(stage: Stage) -> None:
        await stage.with_vault()
        await stage.fund()
        asking, approved = Asking(stage, Making(SEED, stage.address)), Counter[str]()

        async def connect(request: dict) -> None:
            if request["kind"] == "connect" and request["state"] == "awaiting_approval":
                await stage.send("decide", request=request["id"], approve=True)

        async def decide(request: dict) -> None:
            """A No is a cancel, which pauses nobody. Every eighth is approved, and cancelled with the phone awaited."""
            if request["state"] == "awaiting_approval" and int(request["id"], 16) % 8 == 0:
                answer = await stage.send("decide", request=request["id"], approve=True)
                approved[answered(answer)] += 1
                assert answered(answer) in asking._allowed | {"ok"} or answered(answer).startswith("node "), answer
            if request["state"] in ("awaiting_approval", "awaiting_phone"):
                await stage.send("cancel_request", request=request["id"])

        for start in range(0, ROUNDS, AT_ONCE):
            there = {site["origin"] for site in stage.state["sites"] if len(site["accounts"]) == 2}
            for origin in set(ORIGINS) - there:  # what was asked may have ended the connection
                for method in ("eth_requestAccounts", "standard:connect"):
                    await asking.batch([json.dumps({"method": method})], [origin], connect)
            back = json.dumps({"method": "wallet_switchEthereumChain", "params": [{"chainId": LOCAL}]})
            await asking.batch([back] * len(ORIGINS), ORIGINS, decide)
            texts = [asking.making.request(nearly_right=0.5) for _ in range(min(AT_ONCE, ROUNDS - start))]
            await asking.batch(texts, ORIGINS, decide)
        asking.print("open")
        print("approved:", dict(approved))
        for code in ("ok", "4001 user_rejected", "4200 ", "-32602 bad_request", "-32600 ", "-32700 ", "node "):
            assert any(how.startswith(code) for how in asking.seen), code
        assert approved["ok"]
        assert all(request["state"] in ("done", "failed") for request in stage.state["requests"])
        assert (await stage.dapp("eth_chainId", origin=ORIGINS[0]))["ok"]

    play(story)
