"""Key export among ourselves, and one lie for every check (spec/schnorr-wire.md §12)."""

import itertools
from dataclasses import replace as changed

import pytest

from adversary.faulty_party import FaultyParty, flip, replace, results, stream
from mpc.committee import NAMES, require_fault
from tandem.curve import sealing
from tandem.curve.edwards import L, Scalar, base
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused
from tandem.mpc.schnorr.key_export import SHARE, receive, send
from tandem.mpc.setup import build_export, parse_export

from .committee import key

EXCHANGE = b"x" * 32


def setup_of(shares, names, exchange_key=None):
    made = build_export(shares[0].key_id, exchange_key or sealing.public_key(EXCHANGE), names, rng=stream("e"))
    return parse_export(made)


def exporting(shares):
    names = NAMES[: len(shares)]
    setup = setup_of(shares, names)
    first = receive(setup, "ann", shares[0], Secret(EXCHANGE), rng=stream("ann"))
    others = zip(names[1:], shares[1:], strict=True)
    return [first, *(send(setup, name, share, rng=stream(name)) for name, share in others)]


def export_against(lie, size=2):
    """What ann gets when the last one lies."""
    sessions = exporting(list(key(2, size)))
    sessions[-1] = FaultyParty(sessions[-1], lie)
    return results(sessions)[0]


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 4)])
def test_the_key_of_any_that_suffice(threshold, size):
    shares = key(threshold, size)
    for count in range(threshold, size + 1):
        for some in itertools.permutations(shares, count):
            got, *nothing = results(exporting(list(some)))
            assert bytes(base(Scalar.parse(got.reveal()))) == shares[0].public_key
            assert set(nothing) == {None}


def test_setup_for_another_key_id():
    setup = changed(setup_of(key(2, 2), NAMES[:2]), key_id=b"k" * 32)
    with pytest.raises(SetupRefused, match="key id"):
        receive(setup, "ann", key(2, 2)[0], Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="key id"):
        send(setup, "bob", key(2, 2)[1])


@pytest.mark.parametrize(("shares", "names"), [(key(3, 4), NAMES[:2]), (key(2, 2), NAMES[:3])])
def test_number_of_parties(shares, names):
    """Too few to make the key would only tell their shares; more than there are shares do not exist."""
    with pytest.raises(SetupRefused, match="number of parties"):
        receive(setup_of(shares, names), "ann", shares[0], Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="number of parties"):
        send(setup_of(shares, names), "bob", shares[1])


def test_the_receiver_is_the_first_party():
    shares = key(2, 2)
    setup = setup_of(shares, NAMES[:2])
    with pytest.raises(SetupRefused, match="first party"):
        receive(setup, "bob", shares[1], Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="first party"):
        send(setup, "ann", shares[0])


def test_names_that_are_not_in_the_setup():
    setup = setup_of(key(2, 2), NAMES[:2])
    with pytest.raises(SetupRefused, match="not named"):
        receive(setup, "mallory", key(2, 2)[0], Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="not named"):
        send(setup, "mallory", key(2, 2)[0])


def test_secret_of_another_exchange_key():
    with pytest.raises(SetupRefused, match="exchange key"):
        receive(setup_of(key(2, 2), NAMES[:2]), "ann", key(2, 2)[0], Secret(b"y" * 32))


def test_low_order_exchange_key_in_the_setup():
    """Anybody could read what is sealed for it."""
    with pytest.raises(SetupRefused, match="exchange key"):
        send(setup_of(key(2, 2), NAMES[:2], bytes(32)), "bob", key(2, 2)[1])


@pytest.mark.parametrize("change", [b"?", None])
def test_length(change):
    found = export_against(lambda _party, _tag, _to, payload: payload + change if change else payload[:-1])
    assert type(found) is MalformedMessage and found.party == 1


def test_party_id():
    require_fault(export_against(replace(SHARE, 32, b"\2")), MalformedMessage, "party id")


def test_party_ids_not_distinct():
    require_fault(export_against(replace(SHARE, 32, b"\0")), FailedCheck, "party ids not distinct")


def test_share_not_below_the_order():
    require_fault(export_against(replace(SHARE, 0, L.to_bytes(32, "little"))), MalformedMessage, "share")


def test_private_key():
    """A wrong share; among three nobody can tell whose."""
    require_fault(export_against(flip(SHARE, 0)), FailedCheck, "private key")
    require_fault(export_against(flip(SHARE, 0), 3), FailedCheck, "private key", party=None)
