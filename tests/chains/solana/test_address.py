import pytest

from tandem.chains.solana import address
from tandem.curve.ed25519 import public_key
from tandem.errors import WireError
from vectors import load


def test_the_address_of_a_key_is_the_key() -> None:
    v = load("solana")["transfer"]
    key = public_key(bytes.fromhex(v["seed"]))
    assert address.text(address.from_public_key(key)) == v["sender"]
    assert address.parse(v["sender"]) == key


@pytest.mark.parametrize("text", ["", "1" * 31, "1" * 33, "0" * 32, "2NEpo7TZRRrLZSi2U"])
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(WireError):
        address.parse(text)


def test_a_derived_address_is_no_key() -> None:
    found = address.derived((b"seed",), bytes(32))
    assert not address.is_on_curve(found)
    with pytest.raises(WireError):
        address.from_public_key(found)
    with pytest.raises(WireError):
        address.from_public_key(b"\1" * 31)


@pytest.mark.parametrize("seeds", [(b"x" * 33,), (b"x",) * 16])
def test_seeds_are_bounded(seeds: tuple) -> None:
    with pytest.raises(WireError):
        address.derived(seeds, bytes(32))


def test_small_order_and_non_canonical_points_count_as_points() -> None:
    p = 2**255 - 19
    for number in (1, 1 + (1 << 255), p - 1, p + 1):  # the identity, with a sign bit, of order 2, the identity plus p
        assert address.is_on_curve(number.to_bytes(32, "little"))
