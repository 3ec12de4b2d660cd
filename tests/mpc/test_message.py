"""Framing: ids, signatures, sealing and its direction (spec/dkls23-wire.md §5)."""

import pytest

from adversary.faulty_party import stream
from tandem.curve import sealing
from tandem.curve.secret import Secret
from tandem.errors import WireError
from tandem.mpc.message import HEADER, Channel, header, message_id


def channels():
    seeds = [Secret(bytes([place]) * 32) for place in range(3)]
    found = [Channel(b"i" * 32, seeds, me, stream(str(me))) for me in range(3)]
    for one in found:
        for other in found:
            if one is not other:
                one.meet(other.me, other.exchange_key)
    return found


def test_message_id():
    """Of the spec's vectors."""
    five, six, seven = (bytes([byte]) * 32 for byte in (5, 6, 7))
    assert message_id(3, six, seven, five).hex() == "89e3755e6d002e5fc7c639de2e840c031f6d1be679f3076dd7de68a67e1d3201"
    assert message_id(3, six, b"", five).hex() == "9da0fbaa0e5c632f8f6754b63b5006f9b79b49aaec147e72c9ecd7dac20d5c60"


def test_header():
    assert header(b"h" * 32, 100, 0x8001) == b"h" * 32 + b"\x64\0\x01\x80"


def test_signed():
    ann, bob, cleo = channels()
    body = ann.sign(4, b"payload")
    assert (
        bob.verified(0, body) == b"payload" and bob.verified(2, body) is None and cleo.verified(0, body) == b"payload"
    )
    assert ann.verified(0, body[:99]) is None
    short = ann.broadcast_id(4, 0)
    assert bob.verified(0, short + ann._signing.sign(short)) is None
    for at in range(len(body)):
        assert bob.verified(0, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) is None


def test_sealed():
    ann, bob, cleo = channels()
    body = ann.seal(3, 1, b"payload")
    assert bob.unsealed(0, body) == b"payload"
    assert cleo.unsealed(0, body) is None and bob.unsealed(2, body) is None
    assert bob.unsealed(0, body[:50]) is None
    for at in range(len(body)):
        assert bob.unsealed(0, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) is None


@pytest.mark.parametrize(("flags_sealed", "flags"), [(True, b"\x01\x80"), (False, b"\0\0")])
def test_flags_of_what_is_sealed(flags_sealed, flags):
    """Those of the two engines (spec/dkls23-wire.md §5.1, spec/schnorr-wire.md §2); either is read."""
    seeds = [Secret(bytes([place]) * 32) for place in range(2)]
    ann, bob = (Channel(b"i" * 32, seeds, me, stream(str(me)), flags_sealed=flags_sealed) for me in range(2))
    ann.meet(1, bob.exchange_key)
    bob.meet(0, ann.exchange_key)
    body = ann.seal(2, 1, b"payload")
    assert body[34:HEADER] == flags and bob.unsealed(0, body) == b"payload"


def test_t20_directions_have_their_own_keys():
    """T20 (TOB-SILA-6)."""
    ann, bob, _ = channels()
    there, back = ann.seal(3, 1, b"same plain text"), bob.seal(3, 0, b"same plain text")
    assert there[-12:] == back[-12:] and there[HEADER:-12] != back[HEADER:-12]
    assert ann.unsealed(1, there) is None


def test_nonces_count_over_all_receivers():
    ann, _, _ = channels()
    assert [ann.seal(3, to, b"")[-12:-8] for to in (1, 2, 1)] == [bytes([n, 0, 0, 0]) for n in (1, 2, 3)]


def test_abort():
    ann, bob, _ = channels()
    assert len(ann.abort()) == 100 and bob.verified(0, ann.abort()) == b""


@pytest.mark.parametrize("key", [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_low_order_key(key):
    with pytest.raises(WireError):
        channels()[0].meet(1, key)


def test_sealing_vector():
    """Of the spec's vectors: X25519, then HChaCha20."""
    shared = sealing.agree(b"A" * 32, sealing.public_key(b"B" * 32))
    assert shared.hex() == "399dce8c58e2e2ca3517da9dc6b4b7fcf20cdbaa9dde94f651537aa6aa2f0aea"


def strangers():
    seeds = [Secret(bytes([place]) * 32) for place in range(2)]
    return [Channel(b"i" * 32, seeds, me, stream(str(me))) for me in range(2)]


def test_readable_message_for_one():
    ann, bob = strangers()
    body = ann.sign(1000, b"payload", receiver=1)
    assert body[:32] == bob.private_id(1000, 0, 1) and bob.verified(0, body) == b"payload"


def test_introduction():
    """spec §13: the receiver learns the sender's exchange key from the message itself."""
    ann, bob = strangers()
    ann.meet(1, bob.exchange_key)
    body = ann.introduce(1, 1, b"payload")
    assert body[HEADER : HEADER + 32] == ann.exchange_key and body[34:36] == b"\0\0"
    for at in range(len(body)):
        assert bob.introduced(0, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) is None
        assert bob.introduced(0, body[:at]) is None
    assert not bob.has_met(0)
    assert bob.introduced(0, body) == b"payload" and bob.has_met(0)
    assert ann.unsealed(1, bob.seal(2, 0, b"answer")) == b"answer"


def test_introduction_with_a_low_order_key():
    ann, bob = strangers()
    ann.meet(1, bob.exchange_key)
    body = ann.introduce(1, 1, b"payload")
    assert bob.introduced(0, body[:HEADER] + bytes(32) + body[HEADER + 32 :]) is None


def test_given_exchange_key():
    ann = Channel(b"i" * 32, [Secret(bytes(32))], 0, stream("a"), exchange=Secret(b"x" * 32))
    assert ann.exchange_key == sealing.public_key(b"x" * 32)


def test_renewal():
    ann, bob, _ = channels()
    body, old = bob.seal(3, 0, b"payload"), ann.exchange_key
    ann.renew(stream("new"))
    assert ann.exchange_key != old and not ann.has_met(1)
    ann.meet(1, bob.exchange_key)
    assert ann.unsealed(1, body) is None
    assert ann.seal(3, 1, b"")[-12:] == b"\1" + bytes(11)
