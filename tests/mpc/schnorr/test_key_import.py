"""Key import among ourselves, and one lie for every check (spec/schnorr-wire.md §11)."""

import pytest

from adversary.faulty_party import FaultyParty, deliver, flip, honest, replace, results, stream
from mpc.committee import NAMES, keygen_setup, require_fault
from tandem.curve import ed25519
from tandem.curve.edwards import IDENTITY, L, Scalar, base
from tandem.curve.secret import Secret
from tandem.errors import FailedCheck, MalformedMessage, SetupRefused, WireError
from tandem.mpc.schnorr.key_import import DEALT, KEY, initiate, join

from .committee import MESSAGE, signature

SEED = b"the seed of an Ed25519 key, 32 b"
CODE = b"c" * 32
# places in what the initiator gives
VALUE, LOST, PUBLIC_KEY, CHAIN_CODE = 3, 35, 43, 75


def secret(seed=SEED):
    return Secret(Scalar.of_seed(seed).reveal())


def importing(size=3, threshold=2, chain_code=CODE):
    setup = keygen_setup(threshold, size)
    first = initiate(setup, "ann", secret(), chain_code, rng=stream("ann"))
    return [first, *(join(setup, name, rng=stream(name)) for name in NAMES[1:size])]


def import_against(lie, liar, size=2):
    sessions = importing(size)
    sessions[liar] = FaultyParty(sessions[liar], lie)
    found = results(sessions)
    return [one for place, one in enumerate(found) if place != liar]


@pytest.mark.parametrize(("threshold", "size"), [(2, 2), (2, 3), (3, 4)])
def test_imported_key_signs(threshold, size):
    shares = results(importing(size, threshold))
    public_key = ed25519.public_key(SEED)
    assert {(share.public_key, share.chain_code) for share in shares} == {(public_key, CODE)}
    assert [share.party_id for share in shares] == list(range(size))
    for signers in (shares[:threshold], shares[-threshold:]):
        assert ed25519.verify(public_key, MESSAGE, signature(signers))


def test_random_chain_code():
    ann, bob = results(importing(2, chain_code=None))
    assert ann.chain_code == bob.chain_code != CODE


def test_keygen_messages_that_come_before_the_summand_wait():
    """What the engine loses (spec §4.2)."""
    sessions = importing(3)
    held = []

    def slow(sender, receiver, body):
        if (sender, receiver) != (0, 2) or len(body) != 203:
            return body
        held.append(body)
        return None

    deliver(sessions, slow)
    assert len(held) == 1 and not any(session.finished for session in sessions)
    sessions[2].receive(held.pop())
    assert len({share.public_key for share in results(sessions)}) == 1


def test_the_initiator_is_the_first_party():
    with pytest.raises(SetupRefused, match="first party"):
        initiate(keygen_setup(2, 2), "bob", secret())
    with pytest.raises(SetupRefused, match="first party"):
        join(keygen_setup(2, 2), "ann")


def test_names_that_are_not_in_the_setup():
    with pytest.raises(SetupRefused, match="not named"):
        initiate(keygen_setup(2, 2), "mallory", secret())
    with pytest.raises(SetupRefused, match="not named"):
        join(keygen_setup(2, 2), "mallory")


@pytest.mark.parametrize(
    ("private_key", "match"),
    [
        (bytes(32), "zero"),
        (L.to_bytes(32, "little"), "not below"),
        (b"\xf8" + b"\x7f" * 31, "not below"),
        (b"\1", "1 b"),
    ],
)
def test_private_key(private_key, match):
    """The third is clamped as RFC 8032 says but not reduced; the engine refuses it as well."""
    with pytest.raises(WireError, match=match):
        initiate(keygen_setup(2, 2), "ann", Secret(private_key))


def test_chain_code_length():
    with pytest.raises(WireError, match="chain code"):
        initiate(keygen_setup(2, 2), "ann", secret(), CODE[1:])


def test_low_order_exchange_key():
    require_fault(import_against(replace(KEY, 0, bytes(32)), 1)[0], MalformedMessage, "exchange key")


def longer(tag):
    return lambda _party, sent, _to, payload: payload + b"?" if sent == tag else payload


def shorter(tag):
    return lambda _party, sent, _to, payload: payload[:-1] if sent == tag else payload


@pytest.mark.parametrize(("tag", "liar"), [(KEY, 1), (DEALT, 0)])
@pytest.mark.parametrize("lie", [longer, shorter])
def test_length(tag, liar, lie):
    (found,) = import_against(lie(tag), liar)
    assert type(found) is MalformedMessage and found.party == liar


@pytest.mark.parametrize("place", [0, 1, 2])
def test_party_id_threshold_and_number_of_parties(place):
    (found,) = import_against(flip(DEALT, place), 0)
    require_fault(found, FailedCheck, "party id, threshold or number of parties", party=0)


def test_lost_parties():
    require_fault(import_against(flip(DEALT, LOST), 0)[0], FailedCheck, "lost parties", party=0)


@pytest.mark.parametrize(
    ("place", "value"), [(VALUE, L.to_bytes(32, "little")), (PUBLIC_KEY, bytes(IDENTITY)), (PUBLIC_KEY, b"\xff" * 32)]
)
def test_summand_or_public_key(place, value):
    (found,) = import_against(replace(DEALT, place, value), 0)
    require_fault(found, MalformedMessage, "summand or public key", party=0)


def test_summand_of_zero():
    require_fault(import_against(replace(DEALT, VALUE, bytes(32)), 0)[0], FailedCheck, "summand of zero", party=0)


def test_sum_of_the_key():
    """The summands are not those of the public key, or the other way round."""
    for lie in (
        replace(DEALT, VALUE, (5).to_bytes(32, "little")),
        replace(DEALT, PUBLIC_KEY, bytes(base(Scalar.public(5)))),
    ):
        require_fault(import_against(lie, 0)[0], FailedCheck, "sum of the key", party=0)


def test_chain_codes_that_differ():
    require_fault(import_against(flip(DEALT, CHAIN_CODE), 0)[0], FailedCheck, "chain code", party=None)


def test_exchange_keys_of_the_keygen_are_new():
    keys = []

    def note(party, tag, _to, payload):
        keys.append(party.channel.exchange_key)
        return payload

    import_against(note, 0)
    import_against(note, 1)
    assert len(set(keys)) == 4


def test_honest_liar():
    """The stage itself tells no lie."""
    assert import_against(honest, 0)[0].public_key == import_against(honest, 1)[0].public_key
