"""Every meaning has words of its own; the cases are those of programs/test_programs.py, by their dataclasses."""

import pytest

from chains.solana.making import (
    MINT,
    OTHER,
    OURS,
    PEER,
    US,
    Call,
    Meta,
    checked_transfer,
    note,
    open_associated,
    send,
    strange,
    token_call,
    transaction,
    u64,
)
from tandem.chains.solana.address import text
from tandem.chains.solana.lines import of_transaction
from tandem.chains.solana.programs import associated_token
from tandem.chains.solana.tokens import NOTHING, Known, Mint

ASSOCIATED = associated_token.address(PEER, MINT)


def labels(*calls: Call, known: Known = NOTHING) -> list[tuple[str, str]]:
    return list(of_transaction(transaction(*calls), US, known))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (send(5), [("Send", "0.000000005 SOL"), ("To", text(PEER))]),
        (
            Call(bytes(32), (Meta(US, "sw"), Meta(PEER, "sw")), bytes(4) + u64(7) + u64(0) + OTHER),
            [("Create account", text(PEER)), ("Pays it", "0.000000007 SOL"), ("Governed by", text(OTHER))],
        ),
        (
            Call(bytes(32), (Meta(US, "sw"),), b"\1\0\0\0" + OTHER),
            [("Hand over account", text(US)), ("To program", text(OTHER))],
        ),
        (
            token_call(6, b"\2\0", (OURS, "w"), (US, "s")),
            [("Hand over owning", text(OURS)), ("To", "nobody, for ever")],
        ),
        (
            token_call(6, b"\3\1" + PEER, (OURS, "w"), (US, "s")),
            [("Hand over closing", text(OURS)), ("To", text(PEER))],
        ),
        (token_call(5, b"", (OURS, "w"), (US, "s")), [("Allow nobody to spend from", text(OURS))]),
        (
            token_call(15, u64(5) + b"\1", (OURS, "w"), (MINT, "w"), (US, "s")),
            [("Destroy token", "0.5 tokens"), ("Token", text(MINT))],
        ),
        (
            token_call(7, u64(5), (MINT, "w"), (OURS, "w"), (US, "s")),
            [("Make token", "5 base units"), ("Token", text(MINT)), ("For token account", text(OURS))],
        ),
        (
            token_call(9, b"", (OURS, "w"), (PEER, "w"), (US, "s")),
            [("Close token account", text(OURS)), ("All its SOL goes to", text(PEER))],
        ),
        (token_call(17, b"", (OURS, "w")), [("Count wrapped SOL of", text(OURS))]),
        (
            token_call(18, PEER, (OURS, "w"), (MINT,)),
            [("Open token account", f"of {text(PEER)}"), ("For token", text(MINT))],
        ),
        (
            open_associated(),
            [
                ("Open token account (if missing)", f"of {text(PEER)}"),
                ("For token", text(MINT)),
                ("Deposit paid by", "you"),
            ],
        ),
        (note(b"hi"), [("Memo", "hi")]),
    ],
)
def test_words(call: Call, expected: list) -> None:
    assert [line for line in labels(call) if not line[0].startswith(("Fee", "Also"))] == expected


def test_what_is_not_understood_comes_first() -> None:
    shown = labels(send(5), strange((US, "sw"), data=b"\1"))
    assert [label for label, _ in shown[:2]] == ["Not understood", "Warning"]
    assert ("May write", text(US)) in shown and ("Data", "0x01") in shown


def test_a_new_associated_account_names_the_owner() -> None:
    shown = labels(open_associated(), checked_transfer(5, destination=ASSOCIATED))
    assert ("To", text(PEER)) in shown
    assert ("To token account", text(ASSOCIATED)) in labels(checked_transfer(5, destination=ASSOCIATED))


def test_the_coins_symbol_needs_the_instructions_decimals() -> None:
    known = Known({MINT: Mint("USDC", 6)})
    assert ("Send token", "1.5 USDC") in labels(checked_transfer(1_500_000), known=known)
    assert ("Send token", "15 tokens") in labels(checked_transfer(1_500_000, 5), known=known)


def test_who_else_signs_and_pays() -> None:
    shown = of_transaction(transaction(send(5), payer=PEER), US, NOTHING)
    assert shown[-2:] == (
        ("Fee at most", f"0.00001 SOL, paid by {text(PEER)}"),
        ("Also signed by", text(PEER)),
    )


def test_sol_of_another_signer_says_from_whom() -> None:
    assert ("From", text(PEER)) in labels(send(5, source=PEER, recipient=OTHER))
