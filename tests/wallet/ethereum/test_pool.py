"""Failover over nodes that do what real ones do on a bad day; test_networks.py does it with two real ones."""

import asyncio
import json
from collections.abc import Callable

import pytest

from tandem.chains.ethereum.networks import Network
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainUnreachable, RelayFault
from tandem.ports import HttpRequest, HttpResponse
from tandem.wallet.ethereum.pool import Health, Pool
from tandem.wallet.rpc import Rpc
from tandem.wire import Json

A, B, C = "https://a.example", "https://b.example", "https://c.example"
ROW = Network(100, "Test", "eip155:100", "T", (A, B, C))
Answer = Callable[[str], HttpResponse]


def says(result: Json) -> HttpResponse:
    return HttpResponse(200, {}, json.dumps({"id": 1, "result": result}).encode())


def refuses(code: int, text: str = "no") -> HttpResponse:
    return HttpResponse(200, {}, json.dumps({"id": 1, "error": {"code": code, "message": text}}).encode())


def good(chain: str = "0x64", number: str = "0x1") -> Answer:
    return lambda method: says(chain if method == "eth_chainId" else number)


def dead(_: str) -> HttpResponse:
    raise RelayFault("nobody there")


def after_its_chain_id(answer: HttpResponse) -> Answer:
    return lambda method: says("0x64") if method == "eth_chainId" else answer


class World:
    """Http and Clock at once: who answers what, and who was asked."""

    def __init__(self, **nodes: Answer) -> None:
        self.nodes = {f"https://{name}.example": answer for name, answer in nodes.items()}
        self.asked: list[tuple[str, str]] = []
        self.time = 1000.0
        self.pool = Pool(Rpc(self), self)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    async def send(self, request: HttpRequest) -> HttpResponse:
        method = json.loads(request.body or b"")["method"]
        self.asked.append((request.url, method))
        return self.nodes[request.url](method)

    def call(self, method: str = "eth_blockNumber") -> Json:
        return asyncio.run(self.pool.call(ROW, method, []))

    def who(self, method: str = "eth_blockNumber") -> list[str]:
        return [url for url, asked in self.asked if asked == method]


def test_the_first_is_asked_while_it_answers_and_its_chain_once() -> None:
    world = World(a=good(), b=good(), c=good())
    for _ in range(3):
        assert world.call() == "0x1"
    assert world.who() == [A] * 3 and world.who("eth_chainId") == [A]
    assert world.pool.health(ROW, A).state == "good" and world.pool.health(ROW, B).state == "unknown"


@pytest.mark.parametrize(
    "bad",
    [
        dead,
        after_its_chain_id(HttpResponse(429, {}, b'{"error":{"code":-32000,"message":"slow down"}}')),
        after_its_chain_id(HttpResponse(403, {}, b'{"error":{"code":-32000,"message":"key"}}')),
        after_its_chain_id(HttpResponse(502, {}, b"<html>")),
        after_its_chain_id(HttpResponse(200, {}, b"<html>")),
        after_its_chain_id(refuses(-32005, "limit exceeded")),
    ],
)
def test_a_read_that_fails_on_one_is_asked_of_the_next(bad: Answer) -> None:
    world = World(a=bad, b=good(), c=good())
    assert world.call() == "0x1"
    assert world.pool.health(ROW, A).state == "failing"
    world.asked.clear()
    assert world.call() == "0x1"
    assert world.who() == [B]  # the first is set aside


def test_the_pause_grows_and_ends_with_an_answer() -> None:
    world = World(a=dead, b=good(), c=good())
    pauses = []
    for _ in range(8):
        world.call()
        health = world.pool.health(ROW, A)
        pauses.append(health.until - world.time)
        world.time = health.until
    assert pauses[0] < pauses[1] < pauses[2] and pauses[-1] == pauses[-2] == 300
    world.nodes[A] = good(number="0x2")
    assert world.call() == "0x2" and world.pool.health(ROW, A).failures == 0


def test_a_node_of_another_chain_is_never_used() -> None:
    world = World(a=good(chain="0x1"), b=dead, c=dead)
    with pytest.raises(ChainUnreachable):
        world.call()  # asks twice, but this one once for its chain, until its pause is over
    assert world.asked.count((A, "eth_chainId")) == 1
    for _ in range(3):
        with pytest.raises(ChainUnreachable):
            world.call()
        world.time += 2
    assert A not in world.who()
    assert world.pool.health(ROW, A).state == "wrong_chain"
    world.nodes[A], world.time = good(), world.time + 600  # it was mended
    assert world.call() == "0x1"


def test_a_node_that_failed_is_asked_for_its_chain_again() -> None:
    world = World(a=good(), b=good(number="0x2"), c=good())
    world.call()
    world.nodes[A] = dead
    world.call()
    world.nodes[A], world.time = good(chain="0x1"), world.time + 600  # restarted as another chain
    assert world.call() == "0x2"


def test_all_dead_is_told_and_does_not_last() -> None:
    world = World(a=dead, b=dead, c=dead)
    with pytest.raises(ChainUnreachable):
        world.call()
    world.nodes[B] = good()
    assert world.call() == "0x1"  # though every one of them is set aside


def test_a_nodes_own_no_is_no_failure() -> None:
    world = World(a=after_its_chain_id(refuses(3, "execution reverted")), b=good(), c=good())
    with pytest.raises(NodeRefused) as refused:
        world.call("eth_call")
    assert refused.value.node_code == 3 and world.who("eth_call") == [A]
    assert world.pool.health(ROW, A).state == "good"


def test_a_method_that_one_lacks_is_asked_of_the_others() -> None:
    lacking = after_its_chain_id(refuses(-32601, "no such method"))
    world = World(a=lacking, b=good(number="0x7"), c=good())
    assert world.call("eth_getProof") == "0x7" and world.pool.health(ROW, A).failures == 0
    world = World(a=lacking, b=lacking, c=lacking)
    with pytest.raises(NodeRefused) as refused:
        world.call("eth_getProof")
    assert refused.value.node_code == -32601


def sends(outcome: Answer, knows: bool) -> Answer:
    def answer(method: str) -> HttpResponse:
        if method == "eth_sendRawTransaction":
            return outcome(method)
        return says("0x64" if method == "eth_chainId" else {"hash": "0xaa"} if knows else None)

    return answer


def send(world: World) -> None:
    asyncio.run(world.pool.send(ROW, "0x02", "0xaa"))


def test_a_transaction_that_a_node_knows_is_sent_whatever_another_says() -> None:
    # The first took it and fell silent; the second says that it was mined long ago.
    send(World(a=dead, b=sends(lambda _: refuses(-32000, "nonce too low"), True), c=good()))
    send(World(a=sends(lambda _: refuses(-32000, "already known"), True), b=good(), c=good()))


def test_a_refusal_counts_when_no_node_knows_the_transaction() -> None:
    world = World(
        a=dead, b=sends(lambda _: refuses(-32000, "nonce too low"), False), c=sends(lambda _: says("0xaa"), False)
    )
    with pytest.raises(NodeRefused):
        send(world)
    assert world.who("eth_sendRawTransaction") == [B]  # not offered around: a node's no is a no


def test_a_transaction_that_nobody_takes_is_not_called_sent() -> None:
    with pytest.raises(ChainUnreachable):
        send(World(a=dead, b=dead, c=dead))


def test_whether_a_transaction_is_known_is_not_known_when_nobody_answers() -> None:
    def knows(world: World) -> bool:
        return asyncio.run(world.pool.knows(ROW, "0xaa"))

    assert knows(World(a=dead, b=sends(dead, True), c=dead)) and not knows(World(a=dead, b=sends(dead, False), c=dead))
    with pytest.raises(ChainUnreachable):
        knows(World(a=dead, b=dead, c=dead))


def test_a_pause_has_an_end_however_often_a_node_has_failed() -> None:
    health = Health()
    for _ in range(2000):
        health.failed(0.0)
    assert health.until == 300.0


def test_a_gateway_that_lets_no_simulation_through_is_no_bad_node() -> None:
    def gated(method: str) -> HttpResponse:
        return HttpResponse(403, {}, b"no") if method == "eth_simulateV1" else good()(method)

    world = World(a=gated, b=gated, c=gated)
    with pytest.raises(ChainUnreachable):
        world.call("eth_simulateV1")
    assert world.pool.health(ROW, A).state == "good"
    assert world.call() == "0x1" and world.who() == [A]


def test_calls_that_break_all_at_once_are_made_once_more() -> None:
    broken = {A, B, C}

    def once(url: str) -> Answer:
        def answer(method: str) -> HttpResponse:
            if url in broken:
                broken.discard(url)
                raise RelayFault("the network has changed")
            return good()(method)

        return answer

    world = World(a=once(A), b=once(B), c=once(C))
    assert world.call() == "0x1"
    assert world.time == 1000.5


def test_nodes_that_take_their_time_to_fail_are_not_waited_for_twice() -> None:
    def slow(_: str) -> HttpResponse:
        world.time += 8
        raise RelayFault("nobody there")

    world = World(a=slow, b=slow, c=slow)
    with pytest.raises(ChainUnreachable):
        world.call()
    assert [url for url, _ in world.asked] == [A, B, C]
