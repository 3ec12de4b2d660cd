import pytest

from tandem.chains.ethereum.rpc import NodeRefused, quantity, result, text_result
from tandem.errors import ChainNodeError


def test_a_result_is_returned() -> None:
    assert result(200, b'{"jsonrpc":"2.0","id":1,"result":"0x1"}') == "0x1"
    assert result(200, b'{"result":null}') is None


def test_the_nodes_own_error_keeps_code_and_data() -> None:
    with pytest.raises(NodeRefused) as refused:
        result(200, b'{"error":{"code":3,"message":"execution reverted","data":"0x08c379a0"}}')
    assert (refused.value.node_code, refused.value.node_data) == (3, "0x08c379a0")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"id":1}', b"[" * 5000])
def test_nonsense_is_a_node_error(answer: bytes) -> None:
    with pytest.raises(ChainNodeError):
        result(502, answer)


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
