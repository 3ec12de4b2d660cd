"""Key export among ourselves, and one lie for every check (spec/dkls23-wire.md §13)."""

import dataclasses

import pytest

from adversary.faulty_party import FaultyParty, flip, replace, results, stream
from mpc.committee import NAMES, key, require_fault
from tandem.curve import sealing
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused
from tandem.mpc.dkls.key_export import SHARE, receive, send
from tandem.mpc.setup import build_export, parse_export

EXCHANGE = b"e" * 32


def export_setup(shares, exchange_key=None):
    exchange_key = exchange_key or sealing.public_key(EXCHANGE)
    return parse_export(build_export(shares[0].key_id, exchange_key, NAMES[: len(shares)], rng=stream("export")))


def sessions(shares):
    setup = export_setup(shares)
    first = receive(setup, "ann", shares[0], Secret(EXCHANGE))
    return [first, *(send(setup, name, share) for name, share in zip(setup.names[1:], shares[1:], strict=True))]


def against(lie, size=2):
    """What the receiver of a 2 of `size` key ends with when the last party lies."""
    playing = sessions(key(2, size))
    playing[-1] = FaultyParty(playing[-1], lie)
    return results(playing)[0]


@pytest.mark.parametrize(
    ("kind", "parties"), [((2, 2), (0, 1)), ((2, 3), (2, 0)), ((2, 3), (1, 0, 2)), ((3, 3), (0, 1, 2))]
)
def test_the_private_key(kind, parties):
    shares = [key(*kind)[party] for party in parties]
    found = results(sessions(shares))
    assert bytes(base(Scalar.parse(found[0].reveal()))) == shares[0].public_key
    assert found[1:] == [None] * (len(parties) - 1)
    assert found[0].reveal().hex() not in repr(found)


def test_message_of_the_spec():
    sent = []
    results(sessions(key(2, 3)), lambda sender, receiver, body: sent.append((sender, receiver, len(body))) or body)
    assert sent == [(1, 0, 129), (2, 0, 129)]


def test_key_id():
    setup, other = export_setup(key(2, 2)), dataclasses.replace(key(2, 2)[0], key_id=bytes(32))
    with pytest.raises(SetupRefused, match="key id"):
        receive(setup, "ann", other, Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="key id"):
        send(setup, "bob", other)


def test_number_of_parties():
    """Too few could not make the key; more than there are shares are not parties of it."""
    setup = export_setup(key(3, 3)[:2])
    with pytest.raises(SetupRefused, match="number of parties"):
        send(setup, "bob", key(3, 3)[1])
    setup = export_setup([key(2, 2)[0], *key(2, 2)])
    with pytest.raises(SetupRefused, match="number of parties"):
        send(setup, "bob", key(2, 2)[1])


def test_roles():
    """Nobody gives a share to itself, nor gets one that was meant for another."""
    setup = export_setup(key(2, 2))
    with pytest.raises(SetupRefused, match="the first party is the receiver"):
        receive(setup, "bob", key(2, 2)[1], Secret(EXCHANGE))
    with pytest.raises(SetupRefused, match="the first party is the receiver"):
        send(setup, "ann", key(2, 2)[0])
    with pytest.raises(SetupRefused, match="not named"):
        send(setup, "mallory", key(2, 2)[0])


def test_exchange_key_of_another():
    with pytest.raises(SetupRefused, match="exchange key"):
        receive(export_setup(key(2, 2)), "ann", key(2, 2)[0], Secret(b"x" * 32))


def test_low_order_exchange_key():
    """Whoever could read what is sealed for it."""
    with pytest.raises(SetupRefused, match="exchange key"):
        send(export_setup(key(2, 2), bytes(32)), "bob", key(2, 2)[1])


def test_party_id():
    require_fault(against(replace(SHARE, 32, b"\2")), MalformedMessage, "party id")


def test_our_own_party_id():
    require_fault(against(replace(SHARE, 32, b"\0")), FailedCheck, "party ids not distinct")


def test_party_ids_not_distinct():
    require_fault(against(replace(SHARE, 32, b"\1"), size=3), FailedCheck, "party ids not distinct", party=2)


def test_share_not_below_the_order():
    require_fault(against(replace(SHARE, 0, N.to_bytes(32, "big"))), MalformedMessage, "share")


def test_share_and_its_point():
    require_fault(against(flip(SHARE, 31)), FailedCheck, "share and its point")


def test_a_replaced_introduction_does_not_open():
    """It is dropped, not used, and hides nothing."""
    first, second = sessions(key(2, 2))
    second.start()
    (message,) = second.outgoing()
    first.start()
    first.receive(message.body[:36] + sealing.public_key(b"y" * 32) + message.body[68:])
    assert (first.dropped, first.finished) == (1, False)
    first.receive(message.body)
    while first.advance():
        pass
    assert first.finished
