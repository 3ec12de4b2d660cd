"""A node whose answers are not what was asked for, and one that says that a transaction has failed."""

import asyncio
import json

import pytest

from tandem.chains.jsonrpc import NodeRefused
from tandem.chains.solana import base58
from tandem.chains.solana.networks import NETWORKS
from tandem.errors import ChainNodeError
from tandem.ports import HttpRequest, HttpResponse
from tandem.provider.solana import SendOptions
from tandem.wallet.rpc import Rpc
from tandem.wallet.solana.node import Node
from tandem.wire import Json

NAME = base58.encode(bytes([7]) * 64)


class World:
    """Http and Clock at once: answers by method."""

    def __init__(self, **answers: Json) -> None:
        self.answers, self.time = answers, 0.0
        self.node = Node(Rpc(self), self)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    async def send(self, request: HttpRequest) -> HttpResponse:
        result = self.answers[json.loads(request.body or b"")["method"]]
        return HttpResponse(200, {}, json.dumps({"result": result}).encode())


def test_as_many_accounts_as_asked_for() -> None:
    for value in ([], [None, None]):
        world = World(getMultipleAccounts={"value": value})
        with pytest.raises(ChainNodeError):
            asyncio.run(world.node._accounts(NETWORKS[0], (bytes(32),)))


@pytest.mark.parametrize(("error", "fails"), [(None, False), ({"InstructionError": [0, "Custom"]}, True)])
def test_who_waits_for_it_hears_that_it_failed(error: Json, fails: bool) -> None:
    status: Json = {"value": [{"confirmationStatus": "finalized", "err": error}]}
    world = World(sendTransaction=NAME, getSignatureStatuses=status)

    def sent(options: SendOptions) -> None:
        asyncio.run(world.node.send(NETWORKS[0], b"\1", NAME, options))

    sent(SendOptions())
    if fails:
        with pytest.raises(NodeRefused):
            sent(SendOptions(commitment="confirmed"))
    else:
        sent(SendOptions(commitment="confirmed"))
