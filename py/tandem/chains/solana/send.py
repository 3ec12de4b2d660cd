"""Plain sends of Vultisig's apps: a payload without raw transactions stands for one message of a fixed form.

Both devices build it, so every byte matters: version 0, then compute-unit price and limit, the recipient's token
account where it is missing, the memo, the transfer. Accounts go in order of use, programs after all accounts. Pinned by
Vultisig's published signing messages (tests/vectors/solana.json).
"""

from dataclasses import dataclass
from typing import Final

from tandem.chains.solana import base58, tx
from tandem.chains.solana.address import parse
from tandem.chains.solana.message import Instruction, Message
from tandem.chains.solana.programs import associated_token, compute_budget, memo, system, token
from tandem.chains.solana.tx import Transaction
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import KeysignPayload
from tandem.wire import exact

_PRICE: Final = 1_000_000  # micro-lamports a unit, where the payload says 0
_LIMIT: Final = 100_000  # units, where it says nothing


@dataclass(frozen=True, slots=True)
class Call:
    """An instruction before its accounts have numbers: all of them in `order`, and which of them it writes."""

    program: bytes
    order: tuple[bytes, ...]
    written: frozenset[bytes]
    data: bytes


def read(payload: KeysignPayload) -> Transaction:
    """The transaction that both devices build. Raises WireError for fields that make no transfer."""
    specific, sender = payload.solana_specific, parse(payload.coin.address)
    calls = [
        Call(compute_budget.PROGRAM, (), frozenset(), compute_budget.price(_number(specific.priority_fee) or _PRICE)),
        Call(compute_budget.PROGRAM, (), frozenset(), compute_budget.limit(_limit(specific.compute_limit))),
    ]
    transfers = _sol(payload, sender) if payload.coin.is_native_token else _token(payload, sender)
    note = [Call(memo.PROGRAMS[0], (), frozenset(), payload.memo.encode("utf-8"))] if payload.memo else []
    calls += [*transfers[:-1], *note, transfers[-1]]
    blockhash = exact(base58.decode(specific.recent_block_hash), 32, "blockhash")
    return tx.unsigned(compiled(sender, tuple(calls), blockhash))


def _sol(payload: KeysignPayload, sender: bytes) -> tuple[Call, ...]:
    ends = (sender, parse(payload.to_address))
    return (Call(system.PROGRAM, ends, frozenset(ends), system.transfer(_number(payload.to_amount))),)


def _token(payload: KeysignPayload, sender: bytes) -> tuple[Call, ...]:
    specific = payload.solana_specific
    program = token.TOKEN_2022 if specific.program_id else token.TOKEN
    recipient, mint = parse(payload.to_address), parse(payload.coin.contract_address)
    source = parse(specific.from_token_associated_address)
    calls: list[Call] = []
    if specific.to_token_associated_address:
        target = parse(specific.to_token_associated_address)
    else:
        target = associated_token.address(recipient, mint, program)
        named = (sender, target, recipient, mint, system.PROGRAM, program, associated_token.RENT)
        calls.append(Call(associated_token.PROGRAM, named, frozenset((sender, target)), b""))
    if not 0 <= payload.coin.decimals <= 255:
        raise WireError("decimals out of range")
    data = token.transfer_checked(_number(payload.to_amount), payload.coin.decimals)
    calls.append(Call(program, (source, mint, target, sender), frozenset((source, target)), data))
    return tuple(calls)


def compiled(payer: bytes, calls: tuple[Call, ...], blockhash: bytes) -> Message:
    """A version 0 message that only `payer` signs."""
    written = {payer}.union(*(call.written for call in calls))
    used = [payer, *(key for call in calls for key in call.order), *(call.program for call in calls)]
    keys = sorted(dict.fromkeys(used), key=lambda key: key not in written)  # a stable sort: order of use within each
    return Message(
        0,
        1,
        0,
        len(keys) - len(written),
        tuple(keys),
        blockhash,
        tuple(
            Instruction(keys.index(call.program), bytes(keys.index(key) for key in call.order), call.data)
            for call in calls
        ),
    )


def _limit(text: str) -> int:
    units = _number(text) if text else _LIMIT
    if units >= 1 << 32:
        raise WireError("compute limit out of range")
    return units


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20) or int(text) >= 1 << 64:
        raise WireError("not a 64-bit decimal number")
    return int(text)
