import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.chains.ethereum.rlp import MAX_DEPTH, blob, decode, encode, items, number
from tandem.errors import WireError


def test_examples_of_the_yellow_paper_wiki() -> None:
    assert encode(b"dog") == b"\x83dog"
    assert encode([b"cat", b"dog"]) == b"\xc8\x83cat\x83dog"
    assert encode(b"") == encode(0) == b"\x80"
    assert encode([]) == b"\xc0"
    assert encode(15) == b"\x0f"
    assert encode(1024) == b"\x82\x04\x00"
    assert encode([[], [[]], [[], [[]]]]) == bytes.fromhex("c7c0c1c0c3c0c1c0")
    lorem = b"Lorem ipsum dolor sit amet, consectetur adipisicing elit"
    assert encode(lorem) == b"\xb8\x38" + lorem


def test_long_list_has_its_length_in_front() -> None:
    assert encode([b"x" * 60])[:2] == b"\xf8\x3e"


@given(st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_what_was_written_is_read(item: object) -> None:
    encoded = encode(item)  # type: ignore[arg-type]
    if _depth(item) > MAX_DEPTH:
        with pytest.raises(WireError, match="deep"):
            decode(encoded)
    else:
        assert decode(encoded) == item


def _depth(item: object) -> int:
    return 1 + max((_depth(each) for each in item), default=0) if isinstance(item, list) else 0


@given(st.binary(max_size=80))
@settings(max_examples=2000, derandomize=True, deadline=None)
def test_there_is_one_encoding_of_what_is_read(data: bytes) -> None:
    try:
        found = decode(data)
    except WireError:
        return
    assert encode(found) == data


@pytest.mark.parametrize(
    "wrong",
    [
        "",  # nothing
        "8100",  # one small byte with a length
        "817f",
        "b800",  # a short length in the long way
        "b83761" + "61" * 54,
        "b90038" + "61" * 56,  # a length with a leading zero
        "8461",  # cut off
        "b861",
        "bfffffffffffffffff",  # longer than anything
        "c3618361",  # an item that reaches over the end of its list
        "f83661" + "61" * 53,
        "c0c0",  # something after the end
        "6161",
    ],
)
def test_another_encoding_is_refused(wrong: str) -> None:
    with pytest.raises(WireError):
        decode(bytes.fromhex(wrong))


def test_lists_are_of_bounded_depth() -> None:
    assert decode(encode([[[[[]]]]])) == [[[[[]]]]]
    with pytest.raises(WireError, match="deep"):
        decode(encode([[[[[[]]]]]]))
    with pytest.raises(WireError):
        decode(b"\xc1" * 5000 + b"\xc0")


@pytest.mark.parametrize("wrong", [b"\0", b"\0\1", b"\1" * 33, [], [b"\1"]])
def test_a_number_has_no_leading_zeros(wrong: object) -> None:
    assert number(b"") == 0 and number(b"\x80") == 128 and number(b"\xff" * 8, bits=64) == (1 << 64) - 1
    with pytest.raises(WireError):
        number(wrong)  # type: ignore[arg-type]
    with pytest.raises(WireError):
        number(b"\1" + bytes(8), bits=64)


def test_bytes_and_lists_do_not_stand_for_each_other() -> None:
    with pytest.raises(WireError):
        blob([])
    with pytest.raises(WireError):
        items(b"")
