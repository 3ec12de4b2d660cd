import pytest

from tandem.chains.ethereum.rpc import quantity, text_result
from tandem.errors import ChainNodeError


@pytest.mark.parametrize("value", [None, 5, "5", "0x", "0xzz", "0x" + "1" * 65])
def test_quantities_are_hex(value: object) -> None:
    with pytest.raises(ChainNodeError):
        quantity(value)  # type: ignore[arg-type]


def test_token_texts() -> None:
    dynamic = (32).to_bytes(32, "big") + (4).to_bytes(32, "big") + b"USDC".ljust(32, b"\0")
    assert text_result("0x" + dynamic.hex()) == "USDC"
    assert text_result("0x" + b"MKR".ljust(32, b"\0").hex()) == "MKR"
    for broken in (None, "0x", "0xzz", "0x" + "ff" * 32, "0x" + (dynamic[:32] + b"\xff" * 32).hex()):
        assert text_result(broken) is None
