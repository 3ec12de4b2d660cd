"""What the network's node is asked about a transaction while it is before the person: what would change, and what the
addresses in it are.

The screen never waits for this. The node sees the transaction earlier than by the sending, and nobody else sees it; a
setting switches it off.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from tandem.chains.ethereum import calldata, dangers
from tandem.chains.ethereum.abi import Function
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.revert import reason
from tandem.chains.ethereum.rpc import quantity
from tandem.chains.ethereum.simulation import Outcome, call, read, request
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import ChainNodeError
from tandem.wallet.ethereum.looked import Looked
from tandem.wallet.ethereum.node import Node
from tandem.wire import Json

MAX_ASKED: Final = 8  # addresses of each sort: what is beyond stays unknown
_BALANCE: Final = Function("balanceOf(address owner)")
_ALLOWANCE: Final = Function("allowance(address owner, address spender)")
_REVERTED: Final = 3  # the code that geth and its kin give a revert


async def look(
    node: Node, network: Network, calls: tuple[Transaction, ...], account: bytes, so_far: tuple[Looked, ...]
) -> AsyncIterator[tuple[Looked, ...]]:
    """What is known of each call, more of it each time. Never raises what a node does wrong: that stays unknown."""
    asked = []
    for what, found in zip(calls, so_far, strict=True):
        seen = await _addresses(node, network, what, account, found)
        asked.append(replace(seen, nonces=await _nonces(node, network, what)))
    yield tuple(asked)
    told = []
    for found, outcome in zip(asked, await simulate(node, network, calls, account), strict=True):
        outcome = await _grown(node, network, outcome, account)
        touched = (*(each.token for each in outcome.changes), *(each.token for each in outcome.allowances))
        named = tuple(dict.fromkeys(token for token in touched if token is not None))
        told.append(replace(await tokens(node, network, named, found), simulation=outcome))
    yield tuple(told)


async def simulate(node: Node, network: Network, calls: tuple[Transaction, ...], account: bytes) -> tuple[Outcome, ...]:
    """By eth_simulateV1; where the node has it not by eth_call, which only says whether the first goes through."""
    try:
        return read(await node.call(network, "eth_simulateV1", request(calls, account)), len(calls), account)
    except NodeRefused:
        pass  # it has no such method, or takes it otherwise than the standard says
    except ChainNodeError:
        return (Outcome("none", "unreachable"),) * len(calls)
    return (await _called(node, network, calls[0], account), *(Outcome("none", "unsupported") for _ in calls[1:]))


async def _called(node: Node, network: Network, what: Transaction, account: bytes) -> Outcome:
    try:
        await node.call(network, "eth_call", [call(what, account), "latest"])
    except NodeRefused as refused:
        words = reason(refused.node_data)
        if words is None and refused.node_code != _REVERTED and "revert" not in refused.node_message:
            return Outcome("none", "unsupported")
        return Outcome("fails", words)
    except ChainNodeError:
        return Outcome("none", "unreachable")
    return Outcome("passes")


async def _grown(node: Node, network: Network, found: Outcome, account: bytes) -> Outcome:
    """Without the allowances that are only used: many tokens log what is left of one when it is taken from."""
    kept = []
    for each in found.allowances[:MAX_ASKED]:
        asked: Json = {"to": checksum(each.token), "data": "0x" + _ALLOWANCE.call(account, each.spender).hex()}
        before = await _answer(node, network, "eth_call", [asked, "latest"]) if each.units is not None else None
        if not isinstance(before, str) or len(before) != 66 or each.units is None or each.units > int(before, 16):
            kept.append(each)
    return replace(found, allowances=(*kept, *found.allowances[MAX_ASKED:]))


async def _addresses(node: Node, network: Network, what: Transaction, account: bytes, so_far: Looked) -> Looked:
    step = calldata.meaning(what, account)
    if step is None:
        return so_far
    so_far = await tokens(node, network, dangers.tokens(step), so_far)
    so_far = await _code(node, network, dangers.addresses(step), so_far)
    leaves = [token for token in dangers.leaving(step, account) if token is not None]
    return await _balances(node, network, leaves, account, so_far)


async def tokens(node: Node, network: Network, wanted: tuple[bytes, ...], so_far: Looked) -> Looked:
    """With what these contracts say of themselves, those of our own list left out."""
    found = dict(so_far.tokens)
    for address in wanted[:MAX_ASKED]:
        if address not in found and known.token(network.chain_id, address) is None:
            found[address] = await node.token(network, address)
    return replace(so_far, tokens=found)


async def _code(node: Node, network: Network, wanted: tuple[bytes, ...], so_far: Looked) -> Looked:
    found = dict(so_far.code)
    for address in wanted[:MAX_ASKED]:
        code = await _answer(node, network, "eth_getCode", [checksum(address), "latest"])
        if isinstance(code, str):
            # EIP-7702: an account with a delegation has code, and is a person's account all the same
            found[address] = code not in ("0x", "") and not code.startswith("0xef0100")
    return replace(so_far, code=found)


async def _balances(node: Node, network: Network, wanted: list[bytes], account: bytes, so_far: Looked) -> Looked:
    found = dict(so_far.balances)
    for token in wanted[:MAX_ASKED]:
        asked: Json = {"to": checksum(token), "data": "0x" + _BALANCE.call(account).hex()}
        units = await _answer(node, network, "eth_call", [asked, "latest"])
        if isinstance(units, str) and len(units) == 66:
            found[token] = int(units, 16)
    return replace(so_far, balances=found)


async def _nonces(node: Node, network: Network, what: Transaction) -> dict[bytes, int]:
    """Of the accounts that hand themselves over."""
    found = {}
    for address in dict.fromkeys(each.authority for each in what.authorizations):
        count = await _answer(node, network, "eth_getTransactionCount", [checksum(address), "latest"])
        if isinstance(count, str) and count.startswith("0x"):
            found[address] = quantity(count)
    return found


async def _answer(node: Node, network: Network, method: str, params: Json) -> Json:
    try:
        return await node.call(network, method, params)
    except ChainNodeError:
        return None
