"""The primitives that every parser is made of: exact lengths, strict texts, bounded JSON."""

import pytest

from tandem.errors import WireError
from tandem.wire import Reader, base64_text, exact, json_text, parse_json, un0x, unbase64, unhex


def test_a_reader_takes_what_is_there_and_no_more() -> None:
    reader = Reader(b"\1\2\3\0\0\0\5rest")
    assert (reader.u8(), reader.u16le(), reader.u32be(), reader.left()) == (1, 0x0302, 5, 4)
    with pytest.raises(WireError, match="needs 5"):
        reader.take(5)
    with pytest.raises(WireError):
        reader.take(-1)
    with pytest.raises(WireError, match="4 bytes too many"):
        reader.end()
    assert reader.take(4) == b"rest"
    reader.end()


def test_exact() -> None:
    assert exact(b"ab", 2, "it") == b"ab"
    for wrong in (b"a", b"abc"):
        with pytest.raises(WireError, match="it"):
            exact(wrong, 2, "it")


@pytest.mark.parametrize("text", ["0", "0g", " 00", "00 ", "0x00", "٠٠", "0_0"])
def test_what_is_no_hex(text: str) -> None:
    with pytest.raises(WireError):
        unhex(text)


def test_hex() -> None:
    assert unhex("00fF") == b"\0\xff" and un0x("0x00") == b"\0"
    for wrong in (lambda: unhex("00", size=2), lambda: un0x("00"), lambda: un0x("0X00"), lambda: un0x("0x0")):
        with pytest.raises(WireError):
            wrong()


def test_base64() -> None:
    assert unbase64(base64_text(b"abcd")) == unbase64("YWJjZA") == b"abcd"
    for wrong in ("YWJjZ", "YW JjZA==", "YWJj-A==", "é", "Y"):
        with pytest.raises(WireError):
            unbase64(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":2}',
        "NaN",
        "-Infinity",
        "1e999",
        '"\\ud800"',
        b"\xff",
        "\ud800",
        "[" * 65 + "]" * 65,
        '"' + "x" * (1 << 20) + '"',
        '"' + "é" * (600 << 10) + '"',  # over the limit in UTF-8 only
    ],
    ids=range(12),
)
def test_what_is_no_json_of_ours(text: str | bytes) -> None:
    with pytest.raises(WireError):
        parse_json(text)


def test_json() -> None:
    assert parse_json(b'{"a":[1,-2.5,"\xc3\xa9",null,true]}') == {"a": [1, -2.5, "é", None, True]}
    assert parse_json("[" * 64 + "]" * 64) and parse_json('"[[[[' + "[" * 100 + '"')
    assert json_text({"a": [1, "é"]}) == '{"a":[1,"é"]}'
    with pytest.raises(WireError):
        parse_json("[1]", limit=2)
    with pytest.raises(WireError):
        parse_json("[[1]]", depth=1)
