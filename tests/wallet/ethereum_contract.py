"""A contract that answers each of its functions with one word, assembled by hand: enough to be some token."""


def contract(answers: dict[str, int | bytes]) -> str:
    """Its code, for anvil_setCode. answers: word, or 32 bytes at most of text, by selector; others revert."""
    head = bytes.fromhex("60003560e01c")
    arm, tail = 11, bytes.fromhex("600080fd")
    at = len(head) + arm * len(answers) + len(tail)
    jumps, bodies = b"", b""
    for selector, word in answers.items():
        value = word.ljust(32, b"\0") if isinstance(word, bytes) else word.to_bytes(32, "big")
        jumps += b"\x80\x63" + bytes.fromhex(selector) + b"\x14\x61" + (at + len(bodies)).to_bytes(2, "big") + b"\x57"
        bodies += b"\x5b\x7f" + value + bytes.fromhex("60005260206000f3")
    return "0x" + (head + jumps + tail + bodies).hex()
