"""Security.md §10, keygen and hashing: what is not told next to the protocol itself (tests/mpc)."""

import random
from hashlib import sha256

import pytest

from adversary.faulty_party import FaultyParty, honest, results, stream
from mpc.committee import keygen_setup, require_fault
from tandem.curve.scalar import N
from tandem.errors import FailedCheck
from tandem.mpc import message
from tandem.mpc.dkls import commitments as dkls
from tandem.mpc.dkls import keygen as dkls_keygen
from tandem.mpc.schnorr import commitments as schnorr
from tandem.mpc.transcript import Transcript


def test_t04_a_polynomial_that_is_nothing_at_our_place() -> None:
    """A rushing party knows our x and picks its coefficients so that F(x) is the identity."""
    setup = keygen_setup(2, 2)
    ann = dkls_keygen.keygen(setup, "ann", rng=stream("ann"))
    ann.start()
    first = ann.outgoing()[0].body
    x = int.from_bytes(first[36 + 64 : 36 + 96], "big")
    slope = 7
    chosen = (-slope * x % N).to_bytes(32, "big") + slope.to_bytes(32, "big")
    draws = iter(range(10**6))
    rng = stream("bob")

    def draw(size: int) -> bytes:
        drawn = rng(size)
        return chosen if next(draws) == 3 else drawn  # the coefficients

    bob = FaultyParty(dkls_keygen.keygen(setup, "bob", rng=draw), honest)
    bob.start()
    bob.receive(first)
    while bob.advance():
        pass
    for sent in bob.outgoing():
        ann.receive(sent.body)
    require_fault(results([ann, bob])[0], FailedCheck, "Feldman")


class Preimage:
    """In the place of sha256: its digest is what was hashed."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytes(data)

    def update(self, data: bytes) -> None:
        self.data += bytes(data)

    def digest(self) -> bytes:
        return self.data


BYTES32, POINT, PARTY = 32, 33, "party"
POLYNOMIAL = 2 * 33
IDS = "one id a party"
HASHED = [
    (dkls.keygen_session_id, [IDS]),
    (dkls.polynomial_commitment, [BYTES32, PARTY, BYTES32, POLYNOMIAL, BYTES32]),
    (dkls.chain_code_commitment, [BYTES32, BYTES32, BYTES32]),
    (dkls.pair_session_id, [BYTES32, PARTY, PARTY, "purpose"]),
    (dkls.root_chain_code, [IDS]),
    (dkls.reshare_polynomial_commitment, [BYTES32, PARTY, POLYNOMIAL, BYTES32]),
    (dkls.reshare_share_commitment, [BYTES32, PARTY, PARTY, BYTES32, BYTES32]),
    (dkls.sign_session_id, [IDS, BYTES32]),
    (dkls.nonce_commitment, [BYTES32, POINT, BYTES32]),
    (dkls.mta_session_id, [BYTES32, PARTY, PARTY]),
    (schnorr.dealing_commitment, [BYTES32, PARTY, 64, "boxes", BYTES32]),
    (schnorr.nonce_commitment, [BYTES32, PARTY, BYTES32, BYTES32]),
    (schnorr.reshare_commitment, [BYTES32, PARTY, 64, BYTES32]),
    (schnorr.reshare_dealing_commitment, [BYTES32, PARTY, PARTY, BYTES32, BYTES32]),
    (schnorr.reshare_session_id, [IDS]),
    (schnorr.keygen_proof_id, [BYTES32, PARTY]),
    (schnorr.sign_proof_id, [BYTES32, PARTY]),
    (schnorr.root_chain_code, [IDS]),
    (message.message_id, ["tag", BYTES32, "receiver", BYTES32]),
]


def drawn(kind: int | str, rng: random.Random) -> object:
    """Few values, so that fields of unlike tuples are often alike and only their borders differ."""
    if isinstance(kind, int):
        return bytes(rng.choice((0, 0, 1)) for _ in range(kind)) if rng.random() < 0.5 else bytes(kind)
    return {
        PARTY: lambda: rng.randrange(3),
        "purpose": lambda: rng.choice((b"Base OT", b"All-but-one OT")),
        "tag": lambda: rng.choice((0, 1, 256)),
        "receiver": lambda: rng.choice((b"", bytes(32), b"\1" + bytes(31))),
        IDS: lambda: tuple(drawn(32, rng) for _ in range(3)),
        "boxes": lambda: tuple((drawn(48, rng), drawn(24, rng)) for _ in range(2)),
    }[kind]()


@pytest.mark.parametrize(("function", "fields"), HASHED, ids=lambda it: getattr(it, "__qualname__", ""))
def test_t12_unlike_tuples_are_hashed_as_unlike_bytes(function, fields, monkeypatch) -> None:
    """Lengths are fixed where fields are decoded, and so is the committee: what is left must not be ambiguous."""
    monkeypatch.setattr(f"{function.__module__}.sha256", Preimage)
    rng = random.Random(function.__name__)
    seen: dict[bytes, tuple] = {}
    for _ in range(10_000):
        values = tuple(drawn(kind, rng) for kind in fields)
        assert seen.setdefault(function(*values), values) == values


def test_t12_transcripts_know_where_a_field_ends() -> None:
    rng = random.Random(12)
    seen: dict[bytes, tuple] = {}
    for _ in range(1500):
        text = bytes(rng.choice(b"ab") for _ in range(6))
        cut = sorted(rng.randrange(7) for _ in range(3))
        fields = (text[: cut[0]], text[cut[0] : cut[1]], text[cut[1] : cut[2]], text[cut[2] :])
        transcript = Transcript(b"T12")
        transcript.append(fields[0], fields[1])
        transcript.append(fields[2], fields[3])
        assert seen.setdefault(transcript.challenge(b"c", 16), fields) == fields
    assert len(seen) > 500


def test_t12_the_chained_session_id_is_of_its_two_fields() -> None:
    made = {dkls.chained_session_id(sha256(a).digest(), sha256(b).digest()) for a in (b"1", b"2") for b in (b"1", b"2")}
    assert len(made) == 4
