"""The adversary kit against the real engine: it and a party of ours that lies (adversary/faulty_party.py).

What the real engine does about a lie is its own affair; that it never ends with a wrong signature or another key is
what anybody with an app on the other device relies on, and that it finds what we find is how far its checks are known.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from adversary.faulty_party import FaultyParty, flip, honest, results, stream
from mpc.committee import DIGEST, NAMES, PATH, key
from mpc.schnorr import committee as eddsa
from tandem.curve import ed25519, secp256k1
from tandem.mpc.dkls import keygen as dkls_keygen
from tandem.mpc.dkls import sign as dkls_sign
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr import keygen as schnorr_keygen
from tandem.mpc.schnorr import sign as schnorr_sign
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.session import Outgoing
from tandem.mpc.setup import build_keygen, build_sign, parse_keygen, parse_sign

from .drivers import ENGINE, Driver, Refused

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not unpacked (build.py setup)")

US, ENGINES = 1, 0  # places in the setup
EACH = 150 if "TANDEM_LONG" in os.environ else 8  # bytes of each message that are flipped, one at a time
# By curve: what is signed, under which path, by which protocol.
SIGNING = {"ecdsa": (DIGEST, PATH, dkls_sign), "eddsa": (eddsa.MESSAGE, "m", schnorr_sign)}


class RealParty:
    """A ceremony of the real engine, as the kit takes a session. What it refused with is its result."""

    def __init__(self, driver: Driver, verb: str, finish: str, **arguments: object) -> None:
        self.driver, self.finish = driver, finish
        self.handle = driver(verb, id=NAMES[ENGINES], **arguments)
        self.finished, self.refused = False, None

    def start(self) -> None:
        """It started when it was made."""

    def advance(self) -> bool:
        return False  # it goes on as it is given messages

    def outgoing(self) -> list[Outgoing]:
        found = []
        while self.refused is None and (message := self.driver("out", h=self.handle)) is not None:
            found += [Outgoing(NAMES.index(to), bytes.fromhex(message["body"])) for to in message["to"]]
        return found

    def receive(self, body: bytes) -> None:
        if self.finished:
            return
        try:
            self.finished = self.driver("in", h=self.handle, msg=body.hex())
        except Refused as refused:
            self.finished, self.refused = True, refused

    def result(self) -> object:
        """A signature, or a share's bytes."""
        if self.refused is not None:
            return self.refused
        try:
            found = self.driver(self.finish, h=self.handle)
        except Refused as refused:
            return refused
        return bytes.fromhex(found if self.finish == "finish_bytes" else self.driver("bytes", h=found))


@pytest.fixture(scope="module")
def real() -> Iterator[Driver]:
    driver = Driver("real")
    yield driver
    driver.close()


def signing(curve: str) -> Callable[[Driver, Callable], list]:
    """Of a vault of ours, whose first share the engine has loaded."""
    shares = key(2, 2) if curve == "ecdsa" else eddsa.key(2, 2)
    what, path, sign = SIGNING[curve]
    setup = build_sign(shares[0].key_id, path, what, NAMES[:2], curve=curve, rng=stream("setup"))

    def make(real: Driver, lie: Callable) -> list:
        share = real("load", bytes=shares[ENGINES].to_bytes().hex(), curve=curve)
        engine = RealParty(real, "sign", "finish_bytes", setup=setup.hex(), share=share, curve=curve)
        ours = sign.sign(parse_sign(setup, curve), NAMES[US], shares[US], rng=stream("ours"))
        return [engine, FaultyParty(ours, lie)]

    return make


def making(curve: str) -> Callable[[Driver, Callable], list]:
    setup = build_keygen(2, NAMES[:2], rng=stream("setup"))
    keygen = (dkls_keygen if curve == "ecdsa" else schnorr_keygen).keygen

    def make(real: Driver, lie: Callable) -> list:
        engine = RealParty(real, "keygen", "finish_share", setup=setup.hex(), curve=curve)
        return [engine, FaultyParty(keygen(parse_keygen(setup), NAMES[US], rng=stream("ours")), lie)]

    return make


CEREMONIES = {
    "ECDSA signing": signing("ecdsa"),
    "EdDSA signing": signing("eddsa"),
    "ECDSA keygen": making("ecdsa"),
    "EdDSA keygen": making("eddsa"),
}


def signs(curve: str, shares: list) -> bool:
    """Whether these two make a signature together."""
    what, path, sign = SIGNING[curve]
    setup = build_sign(shares[0].key_id, path, what, NAMES[:2], curve=curve, rng=stream("setup of a share"))
    pair = zip(NAMES, shares, strict=False)
    found = results([sign.sign(parse_sign(setup, curve), name, share, rng=stream(name)) for name, share in pair])
    return not any(isinstance(one, Exception) for one in found)


def right(ceremony: str, theirs: bytes, ours: object) -> bool:
    """Whether it signed what was to be signed, or holds a share that signs together with ours, of the same key."""
    if ceremony == "ECDSA signing":
        return secp256k1.verify(key(2, 2)[0].derive(PATH), DIGEST, theirs[:32], theirs[32:64])
    if ceremony == "EdDSA signing":
        return ed25519.verify(eddsa.key(2, 2)[0].public_key, eddsa.MESSAGE, theirs)
    curve, kind = ("ecdsa", Keyshare) if ceremony == "ECDSA keygen" else ("eddsa", EddsaKeyshare)
    share = kind.from_bytes(theirs)
    return share.public_key == ours.public_key and signs(curve, [share, ours])


@pytest.mark.parametrize("ceremony", CEREMONIES)
def test_the_real_engine_against_one_flipped_byte_in_each_message(real: Driver, ceremony: str) -> None:
    """Inside our own authentication, where only the other party itself can lie. The seed is the ceremony's name."""
    lengths: dict[int, int] = {}

    def note(_party, tag, _to, payload):
        lengths[tag] = len(payload)
        return payload

    theirs, ours = results(CEREMONIES[ceremony](real, note))
    assert right(ceremony, theirs, ours)
    dice, ends = random.Random(ceremony), Counter()
    for tag, length in lengths.items():
        for at in dice.sample(range(length), min(length, EACH)):
            theirs, ours = results(CEREMONIES[ceremony](real, flip(tag, at, at % 8)))
            if isinstance(theirs, bytes):
                assert right(ceremony, theirs, ours), (tag, at)  # a byte that nothing of it depends on
            ends[tag, type(theirs).__name__] += 1
    print(ends)
    assert sum(ends[end] for end in ends if end[1] == "Refused") > sum(ends.values()) / 2
    theirs, ours = results(CEREMONIES[ceremony](real, honest))
    assert right(ceremony, theirs, ours)  # a liar has not spoilt it for the next one
