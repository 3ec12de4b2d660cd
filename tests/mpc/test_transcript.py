"""Merlin: the crate's own vector, and the compiled families against the plain transcripts."""

import random

import pytest

from tandem.mpc.transcript import Script, Transcript


def test_merlin_vector():
    """From merlin's own test suite ("equivalence_simple")."""
    transcript = Transcript(b"test protocol")
    transcript.append(b"some label", b"some data")
    assert (
        transcript.challenge(b"challenge", 32).hex()
        == "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615"
    )


def test_merlin_chain():
    """Of the spec's vectors: a challenge after each of several numbers."""
    transcript = Transcript(b"L")
    found = []
    for number in range(2):
        transcript.append_u64(b"index", number)
        found.append(transcript.challenge(b"next value", 32).hex())
    assert found[0] == "7eddb70ec98481b8d8877799833951c2db7bb3816ec5c06434d2c6f59dc2cb7e"
    assert found[1] == "70ef223b17a0982d7b82a62e9bc551da35f4d9bc506860b153e2eb1908f05ef4"


@pytest.mark.parametrize("seed", range(20))
def test_families_equal_transcripts(seed):
    """Random scripts whose fields straddle blocks, with all ways to run them."""
    rng = random.Random(seed)
    script, sizes, plan = Script(b"family"), [], []
    for _ in range(rng.randint(1, 3)):
        for _ in range(rng.randint(0, 6)):
            label, size = rng.randbytes(rng.randint(0, 20)), rng.randint(0, 200)
            if rng.random() < 0.3:
                constant = rng.randbytes(size)
                script.constant(label, constant)
                plan.append((label, constant))
            else:
                script.field(label, size)
                sizes.append(size)
                plan.append((label, None))
        length = rng.randint(1, 166)
        script.challenge(b"c", length)
        plan.append((b"c", length))
    family = script.family()
    rows = [[rng.randbytes(size) for size in sizes] for _ in range(3)]
    expected = []
    for row in rows:
        transcript, fields = Transcript(b"family"), iter(row)
        for label, what in plan:
            if isinstance(what, int):
                expected.append(transcript.challenge(label, what))
            else:
                transcript.append(label, next(fields) if what is None else what)
    assert family.all([b"".join(row) for row in rows]) == expected
    stages = len(expected) // 3
    assert family.first([b"".join(row) for row in rows]) == expected[::stages]
    fixed = rng.randint(0, len(sizes))
    bound = family.bind(b"".join(rows[0][:fixed]))
    assert bound.all([b"".join(rows[0][fixed:])]) == expected[:stages]


def test_repeated():
    family = Script(b"r").field(b"f", 33).challenge(b"again", 33).challenge(b"again", 33).family()
    transcript = Transcript(b"r")
    transcript.append(b"f", b"x" * 33)
    trials = family.repeated(b"x" * 33)
    assert [next(trials) for _ in range(5)] == [transcript.challenge(b"again", 33) for _ in range(5)]


def test_families_keep_no_data():
    family = Script(b"r").field(b"f", 32).challenge(b"c", 32).family()
    family.all([b"secret secret secret secret secr"])
    assert all(b"secret" not in part for stage in family._stages for part in stage.parts)
