"""Exact and canonical, one test a check; ethers is the oracle in tests/oracles/ethereum/test_abi.py."""

from collections.abc import Callable

import pytest

from tandem.chains.ethereum import abi
from tandem.chains.ethereum.abi import Args, Function, parse_type
from tandem.errors import Bug, WireError


def word(number: int) -> bytes:
    return number.to_bytes(32, "big", signed=number < 0)


def read(kind: str, *words: int, tail: bytes = b"") -> tuple:
    return abi.decode(parse_type(f"({kind})"), b"".join(map(word, words)) + tail)


def test_signatures_with_names() -> None:
    function = Function("aggregate3((address target, bool allowFailure, bytes callData)[] calls)")
    assert function.signature == "aggregate3((address,bool,bytes)[])"
    assert function.selector.hex() == "82ad56cb"
    args = function.decode(function.call(((b"\1" * 20, True, b"abc"),)))
    (one,) = args.rows("calls")
    assert (one.blob("target"), one.number("allowFailure"), one.blob("callData")) == (b"\1" * 20, 1, b"abc")


def test_another_selector_is_another_function() -> None:
    function = Function("deposit()")
    with pytest.raises(WireError):
        function.decode(b"\0\0\0\0")


@pytest.mark.parametrize(
    "text", ["(", "(uint)", "(uint256 a b)", "uint256 x y", "(uint256[0])", "(()[])", "(a-b)", "(uint256!)"]
)
def test_a_type_that_is_none_is_our_mistake(text: str) -> None:
    with pytest.raises((Bug, IndexError)):
        parse_type(text)


@pytest.mark.parametrize(
    ("kind", "value", "read_as"),
    [
        ("bytes32", bytes(32), Args.number),
        ("uint256", 1, Args.blob),
        ("bytes", b"", Args.text),
        ("uint256[]", (1,), Args.row),
        ("(uint256 a)", (1,), Args.rows),
        ("uint256[]", (1,), Args.rows),
        ("(uint256 a)", (1,), Args.numbers),
        ("uint256", 1, Args.blobs),
    ],
)
def test_a_value_of_another_kind_is_our_mistake(kind: str, value: abi.Value, read_as: Callable[..., object]) -> None:
    with pytest.raises(Bug):
        read_as(Args(parse_type(f"({kind} x)"), (value,)), "x")


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("address", 1 << 160),
        ("bool", 2),
        ("uint8", 256),
        ("int8", 128),
        ("int8", (1 << 256) - 129),
        ("bytes4", 1),
        ("bytes31", 1),
    ],
)
def test_a_stray_bit_is_refused(kind: str, number: int) -> None:
    with pytest.raises(WireError):
        read(kind, number)


def test_values_at_the_edges() -> None:
    assert read("int8,int8,uint8,bool", -128, 127, 255, 1) == (-128, 127, 255, True)


@pytest.mark.parametrize("offset", [0, 31, 33, 64, 1 << 255])
def test_an_offset_is_where_the_part_before_ended(offset: int) -> None:
    assert read("bytes", 32, 0) == (b"",)
    with pytest.raises(WireError):
        read("bytes", offset, 0)


def test_two_offsets_to_one_tail_are_refused() -> None:
    assert read("bytes,bytes", 64, 96, 0, 0) == (b"", b"")
    with pytest.raises(WireError):
        read("bytes,bytes", 64, 64, 0)


def test_padding_is_zero_and_all_there() -> None:
    assert read("bytes", 32, 1, tail=b"a" + bytes(31)) == (b"a",)
    for tail in (b"a" + bytes(30) + b"\1", b"a" + bytes(30)):
        with pytest.raises(WireError):
            read("bytes", 32, 1, tail=tail)


def test_a_byte_too_many_or_too_few() -> None:
    for tail in (b"\0", bytes(32)):
        with pytest.raises(WireError):
            read("uint256", 1, tail=tail)
    for kind in ("uint256,uint256", "uint256[2]", "bool,string"):
        with pytest.raises(WireError, match="too short"):
            read(kind, 1, tail=bytes(31))


def test_a_list_is_no_longer_than_its_bytes() -> None:
    assert read("uint256[]", 32, 2, 7, 8) == ((7, 8),)
    for count in (3, 1 << 64, (1 << 256) - 1):
        with pytest.raises(WireError):
            read("uint256[]", 32, count, 7, 8)


def test_text_is_utf8() -> None:
    assert read("string", 32, 2, tail="é".encode() + bytes(30)) == ("é",)
    with pytest.raises(WireError):
        read("string", 32, 2, tail=b"\xc3\x28" + bytes(30))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", b""),
        ("uint8", 256),
        ("bool", 1),
        ("bytes4", b"abc"),
        ("string", b"x"),
        ("bytes", "x"),
        ("uint8", -1),
    ],
)
def test_what_a_type_does_not_hold_is_not_written(kind: str, value: abi.Value) -> None:
    with pytest.raises(WireError):
        abi.encode(parse_type(f"({kind})"), (value,))


@pytest.mark.parametrize("values", [(), (1, 2)])
def test_as_many_values_as_types(values: tuple[abi.Value, ...]) -> None:
    with pytest.raises(WireError):
        abi.encode(parse_type("(uint256 a)"), values)
