import pytest

from tandem.chains.ethereum.revert import reason
from tandem.wire import Json


def error(text: bytes) -> str:
    padded = text + bytes(-len(text) % 32)
    return "0x08c379a0" + ((32).to_bytes(32, "big") + len(text).to_bytes(32, "big") + padded).hex()


def panic(code: int) -> str:
    return "0x4e487b71" + code.to_bytes(32, "big").hex()


def test_an_error_with_a_text() -> None:
    assert reason(error(b"ERC20: transfer amount exceeds balance")) == "ERC20: transfer amount exceeds balance"
    assert reason({"data": error(b"no")}) == "no"
    assert reason("Reverted " + error(b"no")) == "no"


def test_a_text_is_printable_and_bounded() -> None:
    assert reason(error("pay\u202eme\n".encode())) == "pay me "
    assert reason(error(b"\xff\xfe")) == "��"
    assert len(reason(error(b"x" * 1000)) or "") == 201


@pytest.mark.parametrize(("code", "word"), [(0x11, "too large"), (0x12, "division by zero"), (0x32, "outside a list")])
def test_a_panic_in_words(code: int, word: str) -> None:
    told = reason(panic(code))
    assert told is not None and word in told and f"0x{code:02x}" in told


def test_an_unknown_panic_is_still_a_panic() -> None:
    assert reason(panic(0x99)) == "an unknown failure (panic 0x99)"


@pytest.mark.parametrize("data", ["0xcf479181" + "00" * 64, "0xcf479181", error(b"x")[:80], panic(1)[:40]])
def test_what_is_not_understood_says_so(data: str) -> None:
    assert reason(data) == f"an error that is not understood, {data[:10]}"


@pytest.mark.parametrize("data", [None, "", "0x", "0x12", "0xzz", 7, {}, {"data": None}, []])
def test_nothing_is_nothing(data: Json) -> None:
    assert reason(data) is None
