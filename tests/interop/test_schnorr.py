"""Our EdDSA keygen and sign against the real engine, live, in every mix of roles (spec/schnorr-wire.md)."""

import itertools
import os
import random
import time
from hashlib import sha256

import pytest

from tandem.curve import ed25519
from tandem.mpc.schnorr.keyshare import EddsaKeyshare

from .drivers import ENGINE, Driver, keygen, sign

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not unpacked (build.py setup)")

MESSAGE = b"a message of any length"
SOAK = float(os.environ.get("TANDEM_SOAK", "3"))


@pytest.fixture(scope="module")
def drivers():
    found = {"ours": Driver("ours"), "real": Driver("real")}
    yield found
    for driver in found.values():
        driver.close()


def seated(drivers, kinds):
    return {f"{kind}-{place}": drivers[kind] for place, kind in enumerate(kinds)}


def loaded(shares):
    return [EddsaKeyshare.from_bytes(bytes.fromhex(share)) for share in shares.values()]


@pytest.mark.parametrize(
    ("threshold", "kinds"),
    [
        (2, ("ours", "real")),
        (2, ("real", "ours")),
        (2, ("ours", "real", "real")),
        (2, ("real", "ours", "real")),
        (2, ("real", "ours", "ours")),
        (2, ("ours", "ours", "real")),
        (3, ("real", "ours", "real")),
        (3, ("ours", "real", "ours")),
        (3, ("real", "real", "ours", "ours")),
    ],
)
def test_keygen_then_sign_in_every_role(drivers, threshold, kinds):
    seats = seated(drivers, kinds)
    shares = keygen(seats, threshold, curve="eddsa")
    made = loaded(shares)
    assert len({(share.public_key, share.chain_code, share.key_id) for share in made}) == 1
    assert [(share.n, share.threshold) for share in made] == [(len(kinds), threshold)] * len(kinds)
    for size in range(threshold, len(seats) + 1):
        for number, signers in enumerate(itertools.permutations(seats, size)):
            path = ("m", "m/44/501/0/0")[number % 2]
            signature = sign({name: seats[name] for name in signers}, shares, MESSAGE, path, curve="eddsa")
            assert ed25519.verify(made[0].public_key, MESSAGE, signature)


@pytest.mark.parametrize("size", [1, 31, 32, 33, 1232, 65536])
@pytest.mark.parametrize("setup_by", ["ours", "real"])
def test_messages_of_any_length(drivers, size, setup_by):
    seats = seated(drivers, ("ours", "real"))
    shares = keygen(seats, 2, curve="eddsa")
    message = bytes(place % 251 for place in range(size))
    signature = sign(seats, shares, message, "m", setup_by=drivers[setup_by], curve="eddsa")
    assert len(signature) == 64 and ed25519.verify(loaded(shares)[0].public_key, message, signature)


@pytest.mark.parametrize(("first", "second"), [("ours", "real"), ("real", "ours")])
def test_shares_of_either_load_and_sign_in_the_other(drivers, first, second):
    """A key made by two of one kind, signed for by one of each and by two of the other kind."""
    made = keygen({"a": drivers[first], "b": drivers[first]}, 2, curve="eddsa")
    for share in made.values():
        held = {kind: drivers[kind]("load", bytes=share, curve="eddsa") for kind in ("ours", "real")}
        assert drivers["ours"]("info", h=held["ours"]) == drivers["real"]("info", h=held["real"])
        assert {drivers[kind]("bytes", h=held[kind]) for kind in held} == {share}
    for kinds in ((second, first), (first, second), (second, second)):
        seats = {name: drivers[kind] for name, kind in zip("ab", kinds, strict=True)}
        signature = sign(seats, made, MESSAGE, "m", curve="eddsa")
        assert ed25519.verify(loaded(made)[0].public_key, MESSAGE, signature)


@pytest.mark.parametrize("kind", ["ours", "real"])
@pytest.mark.parametrize("curve", ["ecdsa", "eddsa"])
def test_keygen_setups_of_either_and_of_either_curve_are_accepted(drivers, kind, curve):
    seats = {"ö phone": drivers["ours"], "браузер": drivers["real"]}
    shares = keygen(seats, 2, setup_by=drivers[kind], key_id="5a" * 32, curve="eddsa", setup_curve=curve)
    (key_id,) = {share.key_id for share in loaded(shares)}
    assert key_id == sha256(loaded(shares)[0].public_key).digest()  # the setup's is for the ECDSA key alone
    sign(seats, shares, MESSAGE, "m/1/2/3", setup_by=drivers[kind], curve="eddsa")


def test_what_the_engine_loses_is_healed_by_repeating(drivers):
    """The same orders of delivery, without and with repetition of what was sent (spec §4.2)."""
    seats = seated(drivers, ("real", "ours", "ours"))
    with pytest.raises(AssertionError, match="stalled"):
        keygen(seats, 2, curve="eddsa", rng=random.Random(0))
    shares = keygen(seats, 2, curve="eddsa", rng=random.Random(0), repeats=4)
    with pytest.raises(AssertionError, match="stalled"):
        sign(seats, shares, MESSAGE, "m", curve="eddsa", rng=random.Random(0))
    signature = sign(seats, shares, MESSAGE, "m", curve="eddsa", rng=random.Random(0), repeats=4)
    assert ed25519.verify(loaded(shares)[0].public_key, MESSAGE, signature)


def test_early_messages_are_held_by_us(drivers):
    """Any order does for us, without repeating."""
    rng = random.Random(3)
    for _ in range(5):
        seats = seated(drivers, ("ours", "ours", "ours", "ours"))
        shares = keygen(seats, 3, curve="eddsa", rng=rng)
        sign(seats, shares, MESSAGE, "m", curve="eddsa", rng=rng)


def test_randomised_soak(drivers):
    """Random committees, roles, orders of delivery and duplicates for TANDEM_SOAK seconds; the seed reproduces it."""
    seed = int(os.environ.get("TANDEM_SEED", str(int(time.time()))))
    print(f"soak seed {seed}")
    rng = random.Random(seed)
    deadline = time.monotonic() + SOAK
    ceremonies = 0
    while time.monotonic() < deadline:
        size = rng.choice((2, 2, 2, 3, 3, 4))
        threshold = rng.randint(2, size)
        kinds = ["ours", "real", *rng.choices(("ours", "real"), k=size - 2)]
        rng.shuffle(kinds)
        seats = {f"p{place}": drivers[kind] for place, kind in enumerate(kinds)}
        shares = keygen(seats, threshold, setup_by=drivers[rng.choice(kinds)], rng=rng, curve="eddsa", repeats=4)
        for _ in range(4):
            signers = rng.sample(list(seats), rng.randint(threshold, size))
            message = rng.randbytes(rng.randint(1, 2000))
            kinds_now = {name: drivers[rng.choice(("ours", "real"))] for name in signers}
            signature = sign(kinds_now, shares, message, "m", rng=rng, curve="eddsa", repeats=4)
            assert ed25519.verify(loaded(shares)[0].public_key, message, signature)
            ceremonies += 1
    print(f"{ceremonies} signatures")
