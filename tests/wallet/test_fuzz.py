"""A seeded fuzz of what pages ask: the backend lives on, and every answer's code and reason is in docs/errors.md.

Nobody signs: the wallet is locked, so a request that would be shown waits, and is cancelled. A number of rounds in
TANDEM_FUZZ, a seed in TANDEM_SEED; both are printed. 10^5 rounds take about two minutes.
"""

import asyncio
import json
import os
import random
import time

import pytest

from tandem.provider.methods import METHODS
from tandem.provider.solana import SOLANA_METHODS
from test_docs import table
from wallet.conftest import ORIGIN, RICH, Stage

ROUNDS = int(os.environ.get("TANDEM_FUZZ", "10000"))
SEED = int(os.environ.get("TANDEM_SEED", "0")) or time.time_ns() % 1_000_000
AT_ONCE = 200
NAMES = [*METHODS, *SOLANA_METHODS, "eth_getUnheardOf", "eth_subscribe", "constructor", "__proto__", "", "x" * 65]
KEYS = ["from", "to", "value", "data", "input", "gas", "gasPrice", "maxFeePerGas", "nonce", "chainId", "type", "calls"]
KEYS += ["version", "atomicRequired", "options", "address", "tokenId", "symbol", "rpcUrls", "nativeCurrency", "id"]
KEYS += ["eth_accounts", "accessList", "authorizationList", "silent", "account", "transaction", "message", "chain"]


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

    def request(self) -> str:
        chance = self._random
        method: object = chance.choice(NAMES) if chance.random() < 0.97 else self.value()
        params: object = (
            self.value() if chance.random() < 0.2 else [self.value(1) for _ in range(chance.randrange(0, 4))]
        )
        text = json.dumps({"method": method, "params": params}, ensure_ascii=chance.random() < 0.5)
        if chance.random() < 0.03:  # not JSON, or not quite
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["", "\x00", "{", "]", "NaN"]) + text[at + 1 :]
        return text


def known(answer: dict, allowed: set[tuple[int, str]]) -> bool:
    """A result, an error of the table, or the node's own error, which has no reason of ours."""
    if "ok" in answer:
        return True
    error = answer["err"]
    data = error.get("data")
    reason = data.get("reason") if isinstance(data, dict) else None
    return (error["code"], reason) in allowed if reason is not None else isinstance(error["code"], int)


def test_whatever_a_page_asks_the_backend_answers_by_the_table(play, capsys: pytest.CaptureFixture[str]) -> None:
    print(f"TANDEM_SEED={SEED} TANDEM_FUZZ={ROUNDS}")

    async def story(stage: Stage) -> None:
        await stage.connected()
        making, allowed = Making(SEED, stage.address), table()
        allowed -= {(-32603, "internal")}  # our own trouble is what this looks for
        await stage.call("lock")
        seen: set[object] = set()
        for start in range(0, ROUNDS, AT_ONCE):
            asked = []
            for number in range(start, min(start + AT_ONCE, ROUNDS)):
                text = making.request()
                call = stage.send("dapp", key=f"doc:{number}", origin=ORIGIN, top=ORIGIN, document="doc", text=text)
                asked.append((text, call))
                if number % 50 == 0:
                    await asyncio.sleep(0)
            await asyncio.wait([call for _, call in asked], timeout=0.05)
            while not all(call.done() for _, call in asked):
                for record in [r["id"] for r in stage.state["requests"] if r["state"] == "awaiting_unlock"]:
                    await stage.call("cancel_request", request=record)
                await asyncio.wait([call for _, call in asked], timeout=0.02)
            for text, call in asked:
                assert known(call.result(), allowed), (SEED, text, call.result())
                seen.add(call.result().get("err", {}).get("code", 0))
        assert {0, 4200, -32602, -32600, -32700} <= seen
        assert (await stage.dapp("eth_chainId"))["ok"] == hex(31337)

    play(story)
