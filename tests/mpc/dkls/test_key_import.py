"""Key import among ourselves, and one lie for every check (spec/dkls23-wire.md §13)."""

import itertools

import pytest

from adversary.faulty_party import FaultyParty, flip, replace, results, stream
from mpc.committee import base_ots_fit, keygen_setup, require_fault, require_sign, without_aborts
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.dkls.key_import import DEALT, KEY, initiate, join
from tandem.mpc.keyshare import Keyshare

PRIVATE_KEY = b"\3" * 32
CHAIN_CODE = b"\4" * 32
PUBLIC_KEY = bytes(base(Scalar.parse(PRIVATE_KEY)))
PUBLIC_KEY_AT = 3 + 2  # of two parties: id, n, two ranks, threshold
SHARE_AT = PUBLIC_KEY_AT + 33 + 32


def sessions(threshold=2, size=2, chain_code=CHAIN_CODE):
    setup = keygen_setup(threshold, size)
    first = initiate(setup, setup.names[0], Secret(PRIVATE_KEY), chain_code, rng=stream("initiator"))
    return [first, *(join(setup, name, rng=stream(name)) for name in setup.names[1:])]


def against(lie, liar=0, size=2):
    """What the honest parties, by index, end with."""
    playing = sessions(size=size)
    playing[liar] = FaultyParty(playing[liar], lie)
    return {place: found for place, found in enumerate(results(playing, without_aborts)) if place != liar}


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 4)])
def test_imported_shares_make_the_key(threshold, size):
    shares = results(sessions(threshold, size))
    assert {(share.public_key, share.chain_code) for share in shares} == {(PUBLIC_KEY, CHAIN_CODE)}
    for share in shares:
        assert Keyshare.from_bytes(share.to_bytes()).to_bytes() == share.to_bytes()
    assert all(base_ots_fit(mine, other) for mine, other in itertools.permutations(shares, 2))
    require_sign(shares[-threshold:])


def test_chain_code_of_its_own():
    one, other = (results(sessions(chain_code=None)) for _ in range(2))
    assert one[0].chain_code == one[1].chain_code == other[0].chain_code != CHAIN_CODE  # the same draws


def test_messages_of_the_spec():
    """Sizes, readable key and introduction of spec §5.1 and §13."""
    sent = []
    results(sessions(size=3), lambda sender, receiver, body: sent.append((sender, receiver, body)) or body)
    readable = [body for sender, receiver, body in sent if receiver == 0 and len(body) == 132]
    dealt = [body for sender, receiver, body in sent if sender == 0 and len(body) == 298]
    assert len(readable) == len(dealt) == 2
    assert dealt[0][36:68] == dealt[1][36:68] and {body[34:36] for body in readable + dealt} == {b"\0\0"}


def test_roles():
    setup = keygen_setup(2, 2)
    with pytest.raises(SetupRefused, match="the first party is the initiator"):
        initiate(setup, "bob", Secret(PRIVATE_KEY))
    with pytest.raises(SetupRefused, match="the first party is the initiator"):
        join(setup, "ann")
    with pytest.raises(SetupRefused, match="not named"):
        join(setup, "mallory")


@pytest.mark.parametrize("private_key", [bytes(32), N.to_bytes(32, "big"), bytes(31), b""])
def test_private_key(private_key):
    with pytest.raises(WireError):
        initiate(keygen_setup(2, 2), "ann", Secret(private_key))


def test_chain_code_length():
    with pytest.raises(WireError, match="chain code"):
        initiate(keygen_setup(2, 2), "ann", Secret(PRIVATE_KEY), bytes(31))


def test_low_order_exchange_key():
    require_fault(against(replace(KEY, 0, bytes(32)), liar=1)[0], MalformedMessage, "exchange key")


@pytest.mark.parametrize("at", range(PUBLIC_KEY_AT))
def test_numbers(at):
    """Party id, number of parties, ranks, threshold: the setup's own."""
    detail = "party id, number of parties, ranks or threshold"
    require_fault(against(flip(DEALT, at))[1], FailedCheck, detail, party=0)


@pytest.mark.parametrize("at", [SHARE_AT, SHARE_AT + 33, SHARE_AT + 34, SHARE_AT + 97, SHARE_AT + 98])
def test_points(at):
    """That there is a share, n, x of each party, nobody lost."""
    require_fault(against(flip(DEALT, at))[1], FailedCheck, "points of the shares", party=0)


@pytest.mark.parametrize("point", [bytes(33), b"\x05" + PUBLIC_KEY[1:]])
def test_public_key(point):
    require_fault(against(replace(DEALT, PUBLIC_KEY_AT, point))[1], MalformedMessage, "dealt share", party=0)


@pytest.mark.parametrize("share", [bytes(32), N.to_bytes(32, "big")])
def test_dealt_share(share):
    require_fault(against(replace(DEALT, SHARE_AT + 1, share))[1], MalformedMessage, "dealt share", party=0)


def test_share_of_another_key():
    found = against(replace(DEALT, SHARE_AT + 1, bytes(31) + b"\5"))[1]
    require_fault(found, FailedCheck, "sum of the key", party=0)


def test_another_key_than_is_dealt():
    found = against(replace(DEALT, PUBLIC_KEY_AT, bytes(base(Scalar.public(7)))))[1]
    require_fault(found, FailedCheck, "sum of the key", party=0)


def test_different_chain_codes_to_two_parties():
    def lie(party, tag, to, payload):
        return flip(DEALT, PUBLIC_KEY_AT + 1 + 33)(party, tag, to, payload) if to == 2 else payload

    found = against(lie, size=3)
    require_fault(found[1], FailedCheck, "another chain code", party=2)
    assert type(found[2]) is FailedCheck and found[2].detail == "another chain code"
