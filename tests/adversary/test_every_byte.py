"""Every byte of every message of a signing of two, flipped: never a wrong signature, never an untyped error.

Three layers. The relay's envelope and the session's framing are authenticated: a flipped byte is noise, and the session
ends well with the real message. Inside, the sender itself is the liar: the honest party ends in a typed error that
blames it, and bans it only for what an OT, VOLE or consistency check found. The inner layer is sampled with a seed; the
long form (build.py test --long) goes through all of it, on all processors.
"""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from adversary.faulty_party import FaultyParty, flip, results, stream
from mpc.committee import DIGEST, NAMES, PATH, key, keygen_setup, sign_setup
from mpc.schnorr import committee as eddsa
from tandem.curve import ed25519, secp256k1
from tandem.errors import CheatedOT, CosignerFault, FailedCheck, MalformedMessage, SessionMismatch, WireError
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.sign import R1, R2, R3, R4, sign
from tandem.mpc.keyshare import Keyshare
from tandem.relay.envelope import open_, seal
from tandem.wire import base64_text, unbase64

LONG = "TANDEM_LONG" in os.environ
SESSION_KEY = bytes(range(32))
BANS = {"OT extension", "VOLE", "consistency of R", "consistency of pk"}


def ecdsa_pair():
    setup = sign_setup(key(2, 2), NAMES[:2])
    both = zip(NAMES[:2], key(2, 2), strict=True)
    return [sign(setup, name, share, rng=stream("s" + name)) for name, share in both]


def eddsa_pair():
    shares = eddsa.key(2, 2)
    setup = eddsa.sign_setup(shares[0].key_id, NAMES[:2])
    return [eddsa.sign(setup, name, share, rng=stream(name)) for name, share in zip(NAMES[:2], shares, strict=True)]


def ecdsa_valid(signature) -> bool:
    return secp256k1.verify(key(2, 2)[0].derive(PATH), DIGEST, signature.r, signature.s)


def eddsa_valid(signature) -> bool:
    return ed25519.verify(eddsa.key(2, 2)[0].public_key, eddsa.MESSAGE, signature)


PROTOCOLS: dict[str, tuple[Callable, Callable]] = {
    "ecdsa": (ecdsa_pair, ecdsa_valid),
    "eddsa": (eddsa_pair, eddsa_valid),
}


def messages(pair: list) -> list[bytes]:
    """What the second party sends, in order, when all goes well."""
    sent: list[bytes] = []
    results(pair, lambda sender, _to, body: (sender == 1 and sent.append(body)) or body)
    return sent


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_envelope(protocol: str) -> None:
    """The relay's side: whatever byte of an envelope it changes, nothing opens."""
    for body in messages(PROTOCOLS[protocol][0]()):
        raw = unbase64(seal(SESSION_KEY, body, stream("nonce")))
        step = 16 if len(raw) > 50_000 and not LONG else 1  # all of the long one takes half a minute
        changed = bytearray(raw)
        for at in range(0, len(raw), step):
            changed[at] ^= 1 << at % 8
            with pytest.raises(WireError):
                open_(SESSION_KEY, base64_text(changed))
            changed[at] = raw[at]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_framing(protocol: str) -> None:
    """Ids, flags, ciphertexts, tags, nonces, signatures: each change of each byte is dropped and counted."""
    make, valid = PROTOCOLS[protocol]
    ann, bob = make()
    for session in (ann, bob):
        session.start()
    flips = 0
    while not ann.finished:
        for session, other, watched in ((bob, ann, True), (ann, bob, False)):
            while session.advance():
                pass
            for message in session.outgoing():
                if watched:
                    body = bytearray(message.body)
                    for at in range(len(body)):
                        body[at] ^= 1 << at % 8
                        before = ann.dropped
                        ann.receive(bytes(body))
                        assert ann.dropped == before + 1, f"byte {at} of {len(body)}"
                        body[at] ^= 1 << at % 8
                        flips += 1
                other.receive(message.body)
    assert valid(ann.result()) and ann.dropped == flips


def inner(protocol: str, tag: int, at: int) -> str:
    """One flipped byte under the sender's own authentication; what the honest party ends with."""
    ann, bob = PROTOCOLS[protocol][0]()
    found = results([ann, FaultyParty(bob, flip(tag, at, at % 8))])[0]
    where = f"{protocol} round {tag} byte {at}: {found!r}"
    if found is None:
        # only an exchange key that is another's: what follows does not open, and the session runs into its timeout
        assert (protocol, tag) == ("ecdsa", R1) and 64 <= at < 96, where
        return "waits"
    assert isinstance(found, CosignerFault), where  # a signature in spite of a flipped bit is none of ours
    assert found.party == 1, where
    assert type(found) in (CheatedOT, FailedCheck, MalformedMessage, SessionMismatch), where
    assert found.must_ban == (found.detail in BANS), where
    return type(found).__name__


def all_inner(protocol: str) -> Iterator[tuple[str, int, int]]:
    lengths: dict[int, int] = {}
    ann, bob = PROTOCOLS[protocol][0]()

    def note(_party, tag, _to, payload):
        lengths[tag] = len(payload)
        return payload

    results([ann, FaultyParty(bob, note)])
    for tag, length in lengths.items():
        yield from ((protocol, tag, at) for at in range(length))


def tried(case: tuple[str, int, int]) -> str:
    return inner(*case)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_inner(protocol: str) -> None:
    cases = list(all_inner(protocol))
    if LONG:
        with ProcessPoolExecutor() as pool:
            ends = list(pool.map(tried, cases, chunksize=64))
    else:
        seed = random.randrange(10**6)
        print("seed", seed)
        dice = random.Random(seed)
        short = [case for case in cases if case[1] in (R1, R4)] if protocol == "ecdsa" else cases
        ends = [inner(*case) for case in short[:: 1 if protocol == "eddsa" else 3]]
        if protocol == "ecdsa":
            for tag in (R2, R3):
                ends += [inner(*case) for case in dice.sample([case for case in cases if case[1] == tag], 100)]
    print(protocol, len(ends), {name: ends.count(name) for name in sorted(set(ends))})
    assert set(ends) <= {"waits", "CheatedOT", "FailedCheck", "MalformedMessage", "SessionMismatch"}
    assert len(ends) >= 150


def test_sizes() -> None:
    """What is gone through is what the wire has (spec/dkls23-wire.md §5.1)."""
    lengths = {tag: len(list(group)) for tag, group in itertools.groupby(all_inner("ecdsa"), lambda case: case[1])}
    assert lengths == {R1: 197 - 100, R2: 9328 - 64, R3: 49572 - 64, R4: 196 - 100}


def made(at: tuple[int, int] | None = None) -> tuple[object, object, dict[int, int]]:
    """What both parties of an ECDSA keygen end with, where (tag, byte) of the second one's message is flipped; and how
    long its messages are."""
    setup = keygen_setup(2, 2)
    lengths: dict[int, int] = {}

    def lie(party, tag, to, payload):
        lengths[tag] = len(payload)
        return flip(at[0], at[1], at[1] % 8)(party, tag, to, payload) if at else payload

    ann, bob = (keygen(setup, name, rng=stream(name)) for name in setup.names)
    return *results([ann, FaultyParty(bob, lie)]), lengths


@pytest.mark.slow
def test_inner_of_a_keygen() -> None:
    """Half of what a base OT's sender says is not for this receiver's choice: such a byte changes nothing. So: a typed
    error without a ban, or a share that signs."""
    seed = random.randrange(10**6)
    print("seed", seed)
    dice, ends = random.Random(seed), []
    for tag, length in made()[2].items():
        for at in dice.sample(range(length), min(length, 500 if LONG else 10)):
            ann, bob, _ = made((tag, at))
            ends.append(type(ann).__name__)
            if isinstance(ann, Keyshare):
                setup = sign_setup([ann], NAMES[:2])
                both = results(
                    [sign(setup, *seat, rng=stream(seat[0])) for seat in zip(NAMES, (ann, bob), strict=False)]
                )
                assert not any(isinstance(one, Exception) for one in both), (tag, at, both)
            elif ann is not None:  # None: an exchange key or a base OT's question that is another's; nothing opens
                assert isinstance(ann, FailedCheck | MalformedMessage | SessionMismatch), (tag, at, ann)
                assert ann.party == 1 and not ann.must_ban, (tag, at, ann)
    print({name: ends.count(name) for name in sorted(set(ends))})
