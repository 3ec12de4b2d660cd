"""The sealed envelope: vectors of relay-and-sessions §13, and what must not open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.errors import WireError
from tandem.relay.envelope import message_hash, message_id, open_, payload_id, seal

KEY = bytes.fromhex("11" * 32)
BODY = "AAECAwQFBgcICQoLH3YvYQp/4EWZ8IEbsDq7BnNo7Oukqitb1G8PgQ=="
MPC = bytes.fromhex("deadbeef00010203")


def test_vector_of_the_specification() -> None:
    assert seal(KEY, MPC, lambda count: bytes(range(count))) == BODY
    assert open_(KEY, BODY) == MPC
    assert message_hash(MPC) == "eb9c9b4e8678063354500ec5a64590a8"


def test_message_id_is_md5_of_hex_text() -> None:
    assert message_id(b"\xaa" * 32) == "014842d480b571495a4a0363793f7367"
    digest = bytes.fromhex("86a0ef6284e0bf0ed21fd7b12eb291b69b69f6fd2e0119c8b9993d60524c7df9")
    assert message_id(digest) == "04a47080d5cabdcdd855aab3e88181e6"


def test_payload_id_is_sha256_of_the_text() -> None:
    assert payload_id("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_another_key_does_not_open() -> None:
    with pytest.raises(WireError):
        open_(b"\x12" * 32, BODY)


def test_every_flipped_letter_is_noticed() -> None:
    for at in range(len(BODY.rstrip("="))):
        other = "A" if BODY[at] != "A" else "B"
        with pytest.raises(WireError):
            open_(KEY, BODY[:at] + other + BODY[at + 1 :])


def test_wrong_key_size_is_refused() -> None:
    with pytest.raises(WireError):
        seal(b"short", MPC)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_garbage_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        open_(KEY, data.decode("latin-1"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500))
def test_what_is_sealed_opens(data: bytes) -> None:
    assert open_(KEY, seal(KEY, data)) == data
