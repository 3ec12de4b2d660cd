"""The programs whose instructions are understood, each by exact shape; everything else is said not to be."""

from tandem.chains.solana.message import Instruction, Message
from tandem.chains.solana.programs import associated_token, compute_budget, memo, system, token
from tandem.chains.solana.programs.meaning import Account, Meaning, NotUnderstood, Step


def decode(message: Message, instruction: Instruction) -> Step:
    """What one instruction of `message` does."""
    program = message.keys[instruction.program]
    accounts = tuple(
        Account(message.account(index), message.is_signer(index), message.is_writable(index))
        for index in instruction.accounts
    )
    return _meaning(program, accounts, instruction.data) or NotUnderstood(
        program,
        tuple(dict.fromkeys(account.key for account in accounts if account.writable)),
        tuple(dict.fromkeys(a.key for a in accounts if a.signer and isinstance(a.key, bytes))),
        instruction.data,
    )


def _meaning(program: bytes, accounts: tuple[Account, ...], data: bytes) -> Meaning | None:
    if program == system.PROGRAM:
        return system.decode(accounts, data)
    if program in (token.TOKEN, token.TOKEN_2022):
        return token.decode(program, accounts, data)
    if program == associated_token.PROGRAM:
        return associated_token.decode(accounts, data)
    if program == compute_budget.PROGRAM:
        return compute_budget.decode(accounts, data)
    if program in memo.PROGRAMS:
        return memo.decode(accounts, data)
    return None
