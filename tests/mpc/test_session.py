"""The session engine's rules (spec/dkls23-wire.md §5.4, security.md §1 and T14-T27), on real signings."""

import copy
import pickle
import random

import pytest

from adversary.faulty_party import deliver, results, stream
from mpc.committee import DIGEST, NAMES, key, keygen_setup, sign_setup
from tandem.errors import Bug, Cancelled, MalformedMessage, PeerAborted, SessionMismatch
from tandem.mpc.dkls.keygen import keygen
from tandem.mpc.dkls.sign import Signature, sign
from tandem.mpc.message import ABORT_TAG, Channel
from tandem.mpc.session import MAX_CANDIDATES, Expected, Round, Session


def pair(seed="pair", digest=DIGEST):
    shares = key(2, 2)
    setup = sign_setup(shares, NAMES[:2], digest=digest, seed=seed)
    return [sign(setup, name, share, rng=stream(seed + name)) for name, share in zip(NAMES[:2], shares, strict=True)]


def drain(session):
    while session.advance():
        pass
    return [message.body for message in session.outgoing()]


@pytest.mark.parametrize("seed", range(8))
def test_t17_any_order_with_duplicates(seed):
    """Messages of three signers in random order, each up to three times."""
    rng = random.Random(seed)
    shares = key(2, 3)
    setup = sign_setup(shares, NAMES[:3])
    sessions = [sign(setup, name, share, rng=stream(name)) for name, share in zip(NAMES, shares, strict=False)]
    flying = []
    for session in sessions:
        session.start()
    while not all(session.finished for session in sessions):
        for place, session in enumerate(sessions):
            while session.advance():
                pass
            for message in session.outgoing():
                for other in range(3):
                    if other != place and message.to in (None, other):
                        flying += [(other, message.body)] * rng.randint(1, 3)
        rng.shuffle(flying)
        target, body = flying.pop()
        sessions[target].receive(body)
    assert len({session.result().to_bytes() for session in sessions}) == 1


def test_keygen_rounds_and_progress():
    setup = keygen_setup(2, 2)
    sessions = [keygen(setup, name, rng=stream(name)) for name in setup.names]
    assert [(session.rounds, session.round) for session in sessions] == [(5, 0)] * 2
    deliver(sessions)
    assert [(session.round, session.party, session.parties) for session in sessions] == [(5, 0, 2), (5, 1, 2)]


def test_start_twice_sends_once():
    ann, _ = pair()
    ann.start()
    ann.start()
    assert len(ann.outgoing()) == 1
    assert ann.outgoing() == []


def test_result_before_the_end():
    ann, _ = pair()
    with pytest.raises(Bug):
        ann.result()


def test_t25_unauthentic_bytes_are_dropped_and_counted():
    """T25: a thousand wrong bodies between the real ones; the signing completes."""
    ann, bob = pair()
    rng = random.Random(1)
    injected = 0
    ann.start()
    bob.start()
    while not ann.finished:
        for body in drain(bob):
            for _ in range(250):
                wrong = bytearray(body)
                kind = rng.randrange(5)
                if kind == 0:
                    wrong[rng.randrange(len(wrong))] ^= 1 << rng.randrange(8)
                elif kind == 1:
                    del wrong[rng.randrange(len(wrong)) :]
                elif kind == 2:
                    wrong = bytearray(rng.randbytes(rng.randrange(300)))
                elif kind == 3:
                    wrong += rng.randbytes(rng.randrange(1, 60))
                else:
                    wrong[36:] = bytes(len(wrong) - 36)
                ann.receive(bytes(wrong))
                injected += 1
            ann.receive(body)
        for body in drain(ann):
            bob.receive(body)
    assert isinstance(ann.result(), Signature)
    assert injected == 1000 and ann.dropped >= 990  # a few are prefixes of private messages held until R1


def test_junk_of_any_shape():
    ann, _ = pair()
    ann.start()
    for junk in (b"", b"\0", bytes(31), bytes(36), bytes(100), bytes(1 << 18)):
        ann.receive(junk)
    assert (ann.dropped, ann.finished) == (6, False)


def test_a_bad_copy_does_not_shadow_a_good_one():
    """Round 2 comes before round 1, first in broken copies: the engine stalls here (spec §5.4)."""
    ann, bob = pair()
    ann.start()
    bob.start()
    (first,) = drain(bob)
    for body in drain(ann):
        bob.receive(body)
    (second,) = drain(bob)
    for place in range(3):
        ann.receive(second[:100] + bytes([second[100] ^ 1 << place]) + second[101:])
    ann.receive(second)
    ann.receive(first)
    drain(ann)
    assert (ann.round, ann.dropped, ann.finished) == (2, 3, False)


def test_candidates_are_bounded():
    ann, bob = pair()
    ann.start()
    bob.start()
    drain(bob)
    for body in drain(ann):
        bob.receive(body)
    (second,) = drain(bob)
    for place in range(100):
        ann.receive(second[:200] + place.to_bytes(2, "big") + second[202:])
    assert ann.dropped == 100 - MAX_CANDIDATES


def test_t15_t17_reflected_and_foreign_messages_are_dropped():
    """T15, T17: our own message, and those of another session of the same vault."""
    ann, bob = pair()
    other, _ = pair(seed="another")
    for session in (ann, bob, other):
        session.start()
    ann.receive(drain(ann)[0])
    ann.receive(drain(other)[0])
    assert ann.dropped == 2 and not ann.finished
    deliver([ann, bob])


def test_t18_two_sessions_with_crossed_messages():
    """T18: everything of both reaches both; each ends with its own digest."""
    one, two = pair(seed="one"), pair(seed="two", digest=b"\x22" * 32)
    everybody = [*one, *two]
    for session in everybody:
        session.start()
    for _ in range(6):
        for session in everybody:
            for body in drain(session):
                for target in everybody:
                    if target is not session:
                        target.receive(body)
    found = [session.result() for session in everybody]
    assert found[0] == found[1] != found[2] == found[3] and found[0].r != found[2].r


def test_abort_ends_the_session_without_an_answer():
    ann, bob = pair()
    ann.start()
    bob.start()
    drain(ann)
    bob.close()
    abort = drain(bob)[-1]
    assert len(abort) == 100
    ann.receive(abort)
    assert ann.finished and drain(ann) == []
    with pytest.raises(PeerAborted) as caught:
        ann.result()
    assert caught.value.party == 1


def test_abort_with_a_wrong_signature_is_dropped():
    ann, bob = pair()
    ann.start()
    bob.close()
    abort = drain(bob)[-1]
    ann.receive(abort[:-1] + bytes([abort[-1] ^ 1]))
    ann.receive(bob._channel.sign(ABORT_TAG, b"x"))
    assert (ann.dropped, ann.finished) == (2, False)


def test_own_abort_is_sent_once_and_the_rest_is_swallowed():
    ann, bob = pair()
    ann.start()
    bob.start()
    bob_first = drain(bob)[0]
    drain(ann)
    ann.receive(bob._channel.sign(1, bob_first[36:-64] + b"\0"))
    assert [len(body) for body in drain(ann)] == [100]
    for _ in range(3):
        ann.receive(bob_first)
    assert drain(ann) == [] and ann.dropped == 0
    with pytest.raises(MalformedMessage):
        ann.result()


def test_close_tells_the_peer_and_wipes():
    ann, _ = pair()
    ann.start()
    drain(ann)
    exchange = ann._channel._exchange
    ann.close()
    ann.close()
    assert [len(body) for body in drain(ann)] == [100]
    assert exchange.reveal() == bytes(32)
    with pytest.raises(Cancelled):
        ann.result()


def test_close_after_the_end_sends_nothing():
    sessions = pair()
    results(sessions)
    sessions[0].close()
    assert sessions[0].outgoing() == []


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, pickle.dumps])
def test_t27_a_session_cannot_be_copied(take):
    """T27."""
    ann, _ = pair()
    ann.start()
    with pytest.raises(TypeError):
        take(ann)


def two_of(plan, protocol):
    seeds = [party.signing_seed for party in keygen_setup(2, 2).parties]
    return [Session(Channel(b"i" * 32, seeds, me, stream(str(me))), plan, protocol) for me in (0, 1)]


def test_a_message_with_its_flags_changed_is_dropped():
    """The header is authenticated (spec §5.1)."""
    ann, bob = pair()
    ann.start()
    bob.start()
    body = drain(bob)[0]
    ann.receive(body[:34] + b"\1\0" + body[36:])
    assert (ann.dropped, ann.round) == (1, 0)


def test_an_error_of_the_protocol_is_the_result():
    def protocol(_channel):
        yield Round((1,), {1: b"ab"})
        raise SessionMismatch("told so", party=1)

    first, second = two_of((Expected(1, 2),), protocol)
    found = results([first, second])
    assert [type(error) for error in found] == [SessionMismatch, SessionMismatch]


def test_we_never_send_a_wrong_length():
    def protocol(_channel):
        yield Round((1,), {1: b"abc"})

    first, _ = two_of((Expected(1, 2),), protocol)
    first.start()
    with pytest.raises(Bug, match="we would send 3 bytes"):
        first.result()


def test_only_who_is_planned_to_send_is_waited_for():
    """A quorum change has rounds for some; whoever speaks out of turn is dropped."""
    plan = (Expected(1, 1, senders=(1,)), Expected(2, 1, senders=()))

    def protocol(channel):
        got = yield Round((1,), {1: bytes((channel.me,))})
        nobody = yield Round((2,), {2: b"x"})
        return got, nobody

    sessions = two_of(plan, protocol)
    assert [session.rounds for session in sessions] == [1, 0]
    assert results(sessions) == [({1: {1: b"\1"}}, {2: {}}), ({1: {}}, {2: {}})]
    assert [session.round for session in sessions] == [1, 0]
    late = two_of(plan, protocol)
    out_of_turn = drain(late[1])[1]
    late[0].receive(out_of_turn)
    assert late[0].dropped == 1


def test_forms_of_private_messages():
    """Readable for one, then sealed with an introduction, then sealed by what the introduction told (spec §13)."""
    plan = (Expected(1, 32, private=True, signed=True), Expected(2, 3, private=True, introduces=True))
    plan += (Expected(3, 4, private=True),)

    def protocol(channel):
        other = 1 - channel.me
        got = yield Round((1,), {}, {1: {other: channel.exchange_key}})
        channel.meet(other, got[1][other])
        got = yield Round((2,), {}, {2: {other: b"abc"}})
        return got, (yield Round((3,), {}, {3: {other: b"abcd"}}))

    sizes = []
    played = results(two_of(plan, protocol), lambda _from, _to, body: sizes.append(len(body)) or body)
    assert played[0] == ({2: {1: b"abc"}}, {3: {1: b"abcd"}})
    assert sizes == [132, 132, 36 + 32 + 3 + 28, 36 + 32 + 3 + 28, 36 + 4 + 28, 36 + 4 + 28]
