"""Compute of one party, in milliseconds: two parties in one process, only the first one's steps are timed.

Imports nothing but tandem and the clock, so that the same text runs natively and inside Pyodide in a browser's worker.
"""

from __future__ import annotations

from time import perf_counter
from typing import TypeVar

from tandem.mpc.dkls import keygen as ecdsa_keygen
from tandem.mpc.dkls import sign as ecdsa_sign
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import keygen as eddsa_keygen
from tandem.mpc.schnorr import sign as eddsa_sign
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Session
from tandem.mpc.setup import build_keygen, build_sign, parse_keygen, parse_sign

T = TypeVar("T")
NAMES = ("extension", "phone")


def drive(first: Session[T], second: Session[T]) -> tuple[float, T, T]:
    """Seconds that `first` computed, and both results."""
    spent = 0.0
    sessions = (first, second)
    mail: list[tuple[int, bytes]] = []
    begun = False
    while not (first.finished and second.finished):
        for index, session in enumerate(sessions):
            inbox = [body for to, body in mail if to == index]
            mail = [(to, body) for to, body in mail if to != index]
            start = perf_counter()
            if not begun:
                session.start()
            for body in inbox:
                session.receive(body)
            while session.advance():
                pass
            out = session.outgoing()
            if index == 0:
                spent += perf_counter() - start
            mail += [(1 - index, message.body) for message in out]
        begun = True
    return spent, first.result(), second.result()


def keygen_once() -> tuple[float, Keyshare, Keyshare]:
    """One 2-of-2 keygen."""
    setup = parse_keygen(build_keygen(2, NAMES))
    return drive(ecdsa_keygen.keygen(setup, NAMES[0]), ecdsa_keygen.keygen(setup, NAMES[1]))


def sign_once(first: Keyshare, second: Keyshare) -> float:
    """Seconds that the first party computed in one 2-of-2 signing."""
    setup = parse_sign(build_sign(first.key_id, "m/44/60/0/0/0", bytes(range(32)), NAMES))
    return drive(ecdsa_sign.sign(setup, NAMES[0], first), ecdsa_sign.sign(setup, NAMES[1], second))[0]


def eddsa_keygen_once() -> tuple[float, EddsaKeyshare, EddsaKeyshare]:
    """The same for the EdDSA key."""
    setup = parse_keygen(build_keygen(2, NAMES))
    return drive(eddsa_keygen.keygen(setup, NAMES[0]), eddsa_keygen.keygen(setup, NAMES[1]))


def eddsa_sign_once(first: EddsaKeyshare, second: EddsaKeyshare) -> float:
    """The same for an EdDSA signature of a message as long as a small Solana transaction."""
    setup = parse_sign(build_sign(first.key_id, "m", bytes(200), NAMES, curve="eddsa"), "eddsa")
    return drive(eddsa_sign.sign(setup, NAMES[0], first), eddsa_sign.sign(setup, NAMES[1], second))[0]


def measure(keygens: int, signs: int) -> dict[str, list[float]]:
    """Milliseconds of every counted run, after one of each that is not counted."""
    _, first, second = keygen_once()
    _, one, two = eddsa_keygen_once()
    sign_once(first, second)
    eddsa_sign_once(one, two)
    return {
        "keygen": [1000 * keygen_once()[0] for _ in range(keygens)],
        "sign": [1000 * sign_once(first, second) for _ in range(signs)],
        "eddsa_keygen": [1000 * eddsa_keygen_once()[0] for _ in range(keygens)],
        "eddsa_sign": [1000 * eddsa_sign_once(one, two) for _ in range(signs)],
    }
