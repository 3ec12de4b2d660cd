"""Our keygen and sign against the real engine, live, in every mix of roles."""

import hashlib
import itertools
import os
import random
import time

import pytest

from tandem.curve import secp256k1
from tandem.curve.bip32 import derive
from tandem.mpc.keyshare import Keyshare

from .drivers import ENGINE, Driver, keygen, sign

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not unpacked (build.py setup)")

PATHS = ("m", "m/44/60/0/0/0")
DIGEST = hashlib.sha256(b"interop").digest()
SOAK = float(os.environ.get("TANDEM_SOAK", "3"))


@pytest.fixture(scope="module")
def drivers():
    found = {"ours": Driver("ours"), "real": Driver("real")}
    yield found
    for driver in found.values():
        driver.close()


def require_signature(share, path, signature):
    """Checked under the derived key by our own derivation, the same for every share of the vault."""
    key = derive(share.public_key, share.chain_code, path)
    r, s, recovery_id = signature[:32], signature[32:64], signature[64]
    assert secp256k1.verify(key, DIGEST, r, s)
    assert secp256k1.recover(DIGEST, r, s, recovery_id) == key


@pytest.mark.parametrize(
    ("threshold", "kinds"),
    [
        (2, ("ours", "real")),
        (2, ("real", "ours")),
        (2, ("ours", "real", "real")),
        (2, ("real", "ours", "ours")),
        (2, ("ours", "ours", "real")),
        (3, ("real", "ours", "real")),
        (3, ("ours", "real", "ours")),
    ],
)
def test_keygen_then_sign_in_every_role(drivers, threshold, kinds):
    names = [f"{kind}-{place}" for place, kind in enumerate(kinds)]
    seats = {name: drivers[kind] for name, kind in zip(names, kinds, strict=True)}
    shares = keygen(seats, threshold)
    loaded = [Keyshare.from_bytes(bytes.fromhex(share)) for share in shares.values()]
    assert len({share.public_key for share in loaded}) == 1
    assert len({share.chain_code for share in loaded}) == 1
    for size in range(threshold, len(names) + 1):
        for number, signers in enumerate(itertools.permutations(names, size)):
            path = PATHS[number % 2]
            signature = sign({name: seats[name] for name in signers}, shares, DIGEST, path)
            require_signature(loaded[0], path, signature)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("first", "second"), [("ours", "real"), ("real", "ours")])
def test_shares_of_either_load_and_sign_in_the_other(drivers, path, first, second):
    """A key made by two of one kind, signed for by one of each and by two of the other kind."""
    made = keygen({"a": drivers[first], "b": drivers[first]}, 2)
    share = Keyshare.from_bytes(bytes.fromhex(made["a"]))
    for kinds in ((second, first), (first, second), (second, second)):
        seats = {name: drivers[kind] for name, kind in zip("ab", kinds, strict=True)}
        require_signature(share, path, sign(seats, made, DIGEST, path))


@pytest.mark.parametrize("kind", ["ours", "real"])
def test_setup_messages_of_either_are_accepted(drivers, kind):
    seats = {"ö phone": drivers["ours"], "браузер": drivers["real"]}
    shares = keygen(seats, 2, setup_by=drivers[kind], key_id="5a" * 32)
    assert Keyshare.from_bytes(bytes.fromhex(shares["ö phone"])).key_id == b"\x5a" * 32
    sign(seats, shares, DIGEST, "m/1/2/3", setup_by=drivers[kind])


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
        shares = keygen(seats, threshold, setup_by=drivers[rng.choice(kinds)], rng=rng)
        share = Keyshare.from_bytes(bytes.fromhex(shares["p0"]))
        for _ in range(4):
            signers = rng.sample(list(seats), rng.randint(threshold, size))
            path = "m" + "".join(f"/{rng.randrange(1 << 31)}" for _ in range(rng.randrange(6)))
            kinds_now = {name: drivers[rng.choice(("ours", "real"))] for name in signers}
            require_signature(share, path, sign(kinds_now, shares, DIGEST, path, rng=rng))
            ceremonies += 1
    print(f"{ceremonies} signatures")
