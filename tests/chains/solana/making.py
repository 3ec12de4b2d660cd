"""Messages for tests: instructions with account metas, compiled as clients do."""

from typing import NamedTuple

from tandem.chains.solana import tx
from tandem.chains.solana.message import Instruction, Message
from tandem.chains.solana.programs import associated_token, compute_budget, memo, system, token

US, PEER, OTHER, MINT, PROGRAM = (bytes([n]) * 32 for n in (0x11, 0x22, 0x33, 0x44, 0x55))
OURS, THEIRS = bytes([0x66]) * 32, bytes([0x77]) * 32  # token accounts
BLOCKHASH = bytes([0x88]) * 32


class Meta(NamedTuple):
    key: bytes
    needs: str = ""


class Call(NamedTuple):
    program: bytes
    metas: tuple[Meta, ...]
    data: bytes


def compiled(*calls: Call, payer: bytes = US, version: int | None = 0) -> Message:
    """The message of these calls: payer, writable signers, readonly signers, writable, readonly."""
    needs: dict[bytes, set[str]] = {payer: {"s", "w"}}
    for call in calls:
        for meta in call.metas:
            needs.setdefault(meta.key, set()).update(meta.needs)
    for call in calls:
        needs.setdefault(call.program, set())
    ranked = sorted(needs, key=lambda key: (key != payer, "s" not in needs[key], "w" not in needs[key]))
    signers = [key for key in ranked if "s" in needs[key]]
    return Message(
        version,
        len(signers),
        sum("w" not in needs[key] for key in signers),
        sum("w" not in needs[key] for key in ranked if key not in signers),
        tuple(ranked),
        BLOCKHASH,
        tuple(
            Instruction(ranked.index(call.program), bytes(ranked.index(meta.key) for meta in call.metas), call.data)
            for call in calls
        ),
    )


def transaction(*calls: Call, **how: object) -> tx.Transaction:
    return tx.unsigned(compiled(*calls, **how))


def send(amount: int, source: bytes = US, recipient: bytes = PEER) -> Call:
    return Call(system.PROGRAM, (Meta(source, "sw"), Meta(recipient, "w")), system.transfer(amount))


def u64(value: int) -> bytes:
    return value.to_bytes(8, "little")


def token_call(tag: int, data: bytes, *metas: tuple, program: bytes = token.TOKEN) -> Call:
    return Call(program, tuple(Meta(*meta) for meta in metas), bytes([tag]) + data)


def plain_transfer(amount: int, source: bytes = OURS, destination: bytes = THEIRS) -> Call:
    return token_call(3, u64(amount), (source, "w"), (destination, "w"), (US, "s"))


def checked_transfer(
    amount: int, decimals: int = 6, source: bytes = OURS, destination: bytes = THEIRS, program: bytes = token.TOKEN
) -> Call:
    metas = ((source, "w"), (MINT,), (destination, "w"), (US, "s"))
    return token_call(12, u64(amount) + bytes([decimals]), *metas, program=program)


def approve(amount: int) -> Call:
    return token_call(4, u64(amount), (OURS, "w"), (PEER,), (US, "s"))


def open_associated(owner: bytes = PEER, data: bytes = b"\1", program: bytes = token.TOKEN) -> Call:
    account = associated_token.address(owner, MINT, program)
    metas = (Meta(US, "sw"), Meta(account, "w"), Meta(owner), Meta(MINT), Meta(system.PROGRAM), Meta(program))
    return Call(associated_token.PROGRAM, metas, data)


def limit(units: int) -> Call:
    return Call(compute_budget.PROGRAM, (), compute_budget.limit(units))


def price(micro_lamports: int) -> Call:
    return Call(compute_budget.PROGRAM, (), compute_budget.price(micro_lamports))


def note(content: bytes, *signers: bytes) -> Call:
    return Call(memo.PROGRAMS[0], tuple(Meta(key, "s") for key in signers), content)


def strange(*metas: tuple, data: bytes = b"\xde\xad") -> Call:
    return Call(PROGRAM, tuple(Meta(*meta) for meta in metas), data)
