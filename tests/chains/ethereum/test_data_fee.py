import pytest

from tandem.chains.ethereum.data_fee import data_fee, oracle_call, with_margin
from tandem.chains.ethereum.tx import Transaction, unsigned
from tandem.wire import Json


def test_the_oracle_is_asked_about_the_bytes_that_are_signed() -> None:
    tx = Transaction(10, 7, 1, 2, 21000, bytes(20), 5, b"\x01" * 40)
    asked = str(oracle_call(tx)["data"])
    raw = unsigned(tx)
    assert asked.startswith("0x49948e0e" + (32).to_bytes(32, "big").hex() + len(raw).to_bytes(32, "big").hex())
    assert asked[2 + 8 + 128 :].startswith(raw.hex()) and (len(asked) - 10) % 64 == 0


@pytest.mark.parametrize("answer", [None, "0x", "0x00", "x", 1, {}])
def test_no_oracle(answer: Json) -> None:
    assert data_fee(answer) is None


def test_an_answer_and_its_margin() -> None:
    assert data_fee("0x" + (400).to_bytes(32, "big").hex()) == 400 and with_margin(400) == 500
