import pytest

from tandem.chains.jsonrpc import NodeRefused, result
from tandem.errors import ChainNodeError, ChainUnreachable


def test_a_result_is_returned() -> None:
    assert result(200, b'{"jsonrpc":"2.0","id":1,"result":"0x1"}') == "0x1"
    assert result(200, b'{"result":null}') is None


def test_the_nodes_own_error_keeps_code_and_data() -> None:
    with pytest.raises(NodeRefused) as refused:
        result(200, b'{"error":{"code":3,"message":"execution reverted","data":"0x08c379a0"}}')
    assert (refused.value.node_code, refused.value.node_data) == (3, "0x08c379a0")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"id":1}', b"[" * 5000])
def test_nonsense_is_a_node_error(answer: bytes) -> None:
    with pytest.raises(ChainNodeError) as caught:
        result(200, answer)
    assert not isinstance(caught.value, ChainUnreachable)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 502, 503, 504])
def test_what_stands_before_a_node_is_not_the_node(status: int) -> None:
    for answer in (b"<html>", b'{"result":"0x1"}', b'{"error":{"code":-32005,"message":"limit"}}'):
        with pytest.raises(ChainUnreachable, match=str(status)):
            result(status, answer)
