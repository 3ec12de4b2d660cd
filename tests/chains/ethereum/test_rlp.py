from tandem.chains.ethereum.rlp import encode


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
