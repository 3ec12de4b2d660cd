"""What each family's functions mean. Selectors and encodings are ethers' (tests/oracles/ethereum/test_abi.py)."""

import pytest

from tandem.chains.ethereum import abi
from tandem.chains.ethereum.abi import Function, Value
from tandem.chains.ethereum.address import parse
from tandem.chains.ethereum.contracts import MAX_DEPTH, TABLES, decode, known
from tandem.chains.ethereum.contracts.step import Call, Chain, Moment, Percent, Step, Units
from tandem.chains.ethereum.contracts.universal_router import INPUTS

US, THEM, TOKEN, OTHER, ROUTER = (bytes([n]) * 20 for n in (1, 3, 5, 6, 7))
WETH = parse("0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2")
MULTI_SEND = parse("0x9641d764fc13c8B624c04430C7356C1C7C8102e2")
END = (1 << 256) - 1
BY_SIGNATURE = {function.signature: function for table in TABLES for function, _ in table}


def calldata(signature: str, *values: Value) -> bytes:
    return BY_SIGNATURE[signature].call(*values)


def step(signature: str, *values: Value, to: bytes = ROUTER, value: int = 0) -> Step:
    return decode(Call(1, US, to, value, calldata(signature, *values)))


def test_a_plain_send() -> None:
    found = decode(Call(1, US, THEM, 5, b""))
    assert (found.kind, found.facts) == ("send", (("amount", Units(None, 5)), ("recipient", THEM)))


def test_tokens() -> None:
    moved = step("transferFrom(address,address,uint256)", US, THEM, 7, to=TOKEN)
    assert moved.facts == (("amount", Units(TOKEN, 7)), ("source", US), ("recipient", THEM))
    assert step("approve(address,uint256)", THEM, END >> 1, to=TOKEN).unlimited
    assert not step("approve(address,uint256)", THEM, (END >> 1) - 1, to=TOKEN).unlimited
    assert step("increaseAllowance(address,uint256)", THEM, END).unlimited
    assert not step("decreaseAllowance(address,uint256)", THEM, END).unlimited
    permit = step(
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", US, THEM, END, 9, 27, bytes(32), bytes(32)
    )
    assert permit.unlimited and permit.get("spender") == THEM and permit.get("owner") == US
    dai = "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)"
    assert step(dai, US, THEM, 0, 0, True, 27, bytes(32), bytes(32)).unlimited
    assert step(dai, US, THEM, 0, 0, False, 27, bytes(32), bytes(32)).get("limit") == Units(ROUTER, 0)


def test_items() -> None:
    moved = step("safeTransferFrom(address,address,uint256)", US, THEM, 42, to=TOKEN)
    assert moved.kind == "nft_transfer" and moved.get("amount") == Units(TOKEN, 42, item=True)
    many = step("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", US, THEM, (1, 2), (3, 4), b"")
    assert [detail for name, detail in many.facts if name == "count"] == [3, 4]
    odd = step("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", US, THEM, (1, 2), (3,), b"")
    assert not odd.understood
    assert step("setApprovalForAll(address,bool)", THEM, True).unlimited
    assert step("setApprovalForAll(address,bool)", THEM, False).kind == "nft_revoke_all"


def test_wrapped_coins() -> None:
    wrapped = step("deposit()", to=WETH, value=9)
    assert wrapped.facts == (("pays", Units(None, 9)), ("gets", Units(WETH, 9))) and wrapped.claim
    assert step("withdraw(uint256)", 9, to=WETH).facts == (("pays", Units(WETH, 9)), ("gets", Units(None, 9)))


def test_permit2() -> None:
    found = step("approve(address,address,uint160,uint48)", TOKEN, THEM, (1 << 160) - 1, 99)
    assert found.unlimited and found.get("until") == Moment(99) and found.get("spender") == THEM
    details = (TOKEN, 5, 99, 0)
    single = step(
        "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", US, (details, THEM, 1), b""
    )
    assert single.get("limit") == Units(TOKEN, 5) and not single.unlimited
    batch = "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)"
    both = step(batch, US, ((details, (OTHER, (1 << 160) - 1, 1, 0)), THEM, 1), b"")
    assert both.unlimited and [d.token for n, d in both.facts if isinstance(d, Units)] == [TOKEN, OTHER]
    moves = step("transferFrom((address,address,uint160,address)[])", ((US, THEM, 5, TOKEN), (US, THEM, 6, OTHER)))
    assert [each.get("amount") for each in moves.leaves()] == [Units(TOKEN, 5), Units(OTHER, 6)]


def test_a_function_that_takes_no_coins_is_not_understood_with_coins() -> None:
    for signature, *values in (("transfer(address,uint256)", THEM, 7), ("withdraw(uint256)", 7)):
        found = step(signature, *values, value=1)
        assert not found.understood and found.get("pays") == Units(None, 1)


def test_a_stray_bit_is_not_understood() -> None:
    data = bytearray(calldata("approve(address,uint256)", THEM, 7))
    data[4] = 1
    assert not decode(Call(1, US, TOKEN, 0, bytes(data))).understood
    assert not decode(Call(1, US, TOKEN, 0, bytes(data[:3]))).understood


# ---- bundles


TRANSFER = calldata("transfer(address,uint256)", THEM, 7)


def test_parts_of_a_contracts_own_multicall_are_the_senders() -> None:
    found = step("multicall(bytes[])", (TRANSFER, b"\xde\xad\xbe\xef"), value=5)
    assert found.get("sends") == Units(None, 5)
    first, second = found.steps
    assert (first.kind, first.sender, first.contract) == ("erc20_transfer", US, ROUTER)
    assert not second.understood and second.get("pays") is None, "the coins are told once"


def test_calls_of_multicall3_are_its_own() -> None:
    found = step("aggregate3((address,bool,bytes)[])", ((TOKEN, False, TRANSFER),))
    (only,) = found.steps
    assert (only.sender, only.contract) == (ROUTER, TOKEN)
    paid = step("aggregate3Value((address,bool,uint256,bytes)[])", ((TOKEN, False, 3, TRANSFER),), value=3)
    assert not paid.steps[0].understood and paid.steps[0].get("pays") == Units(None, 3)


def test_bundles_in_bundles_end() -> None:
    data = TRANSFER
    for _ in range(MAX_DEPTH):
        data = calldata("multicall(bytes[])", (data,))
    assert all(each.understood for each in decode(Call(1, US, ROUTER, 0, data)).all())
    deeper = decode(Call(1, US, ROUTER, 0, calldata("multicall(bytes[])", (data,))))
    assert not all(each.understood for each in deeper.all())


def test_too_many_steps_are_not_understood_as_a_whole() -> None:
    assert len(step("multicall(bytes[])", (TRANSFER,) * 99).steps) == 99
    assert step("multicall(bytes[])", (TRANSFER,) * 100).kind == "contract_call"


def test_lists_that_nobody_could_read_are_not_understood() -> None:
    batch = "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"
    assert step(batch, US, THEM, (1,) * 99, (1,) * 99, b"").understood
    assert not step(batch, US, THEM, (1,) * 100, (1,) * 100, b"").understood
    assert not step("lockdown((address,address)[])", ((TOKEN, THEM),) * 100).understood
    assert not step("transferFrom((address,address,uint160,address)[])", ((US, THEM, 5, TOKEN),) * 100).understood
    many = ((TOKEN, 5, 99, 0),) * 100
    permit = "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)"
    assert not step(permit, US, (many, THEM, 1), b"").understood
    assert not commands((0x0D, (((US, THEM, 5, TOKEN),) * 100,))).steps[0].understood


def test_a_safe_does_what_it_is_told() -> None:
    execute = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
    rest = (0, 0, 0, bytes(20), bytes(20), b"")
    found = step(execute, TOKEN, 0, TRANSFER, 0, *rest)
    (inner,) = found.steps
    assert (found.kind, inner.kind, inner.sender) == ("safe_execute", "erc20_transfer", ROUTER)
    foreign = step(execute, TOKEN, 0, TRANSFER, 1, *rest)
    assert foreign.steps[0].kind == "delegate_call" and not foreign.steps[0].understood
    assert not step(execute, TOKEN, 0, TRANSFER, 2, *rest).understood
    one = b"\0" + TOKEN + bytes(32) + len(TRANSFER).to_bytes(32, "big") + TRANSFER
    packed = Function("multiSend(bytes transactions)").call(one + one)
    both = step(execute, MULTI_SEND, 0, packed, 1, *rest)
    assert [each.kind for each in both.steps] == ["erc20_transfer"] * 2
    unknown = step(execute, OTHER, 0, packed, 1, *rest)
    assert unknown.steps[0].kind == "delegate_call", "only the known library unpacks as it says"
    for broken in (one[:-1], one + b"\0", b"\1" + one[1:]):
        packed = Function("multiSend(bytes transactions)").call(broken)
        assert not step(execute, MULTI_SEND, 0, packed, 1, *rest).understood
    assert not step("approveHash(bytes32)", bytes(32)).understood


# ---- swaps


def test_second_version_swaps() -> None:
    found = step(
        "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 5, 4, (TOKEN, WETH, OTHER), THEM, 9
    )
    assert found.facts == (
        ("pays", Units(TOKEN, 5)),
        ("gets", Units(OTHER, 4, "least")),
        ("recipient", THEM),
        ("deadline", Moment(9)),
    )
    coins = step("swapExactETHForTokens(uint256,address[],address,uint256)", 4, (WETH, OTHER), US, 9, value=6)
    assert coins.get("pays") == Units(None, 6)
    out = step("swapTokensForExactETH(uint256,uint256,address[],address,uint256)", 4, 5, (TOKEN, WETH), US, 9)
    assert (out.get("pays"), out.get("gets")) == (Units(TOKEN, 5, "most"), Units(None, 4))
    assert not step("swapExactTokensForETH(uint256,uint256,address[],address,uint256)", 5, 4, (), US, 9).understood


def test_third_version_swaps() -> None:
    old = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))"
    found = step(old, (TOKEN, OTHER, 500, bytes(20), 9, 5, 4, 0))
    assert (found.get("recipient"), found.get("deadline")) == (ROUTER, Moment(9))
    new = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))"
    assert step(new, (TOKEN, OTHER, 500, bytes(19) + b"\1", 5, 4, 0)).get("recipient") == US
    assert step(new, (TOKEN, OTHER, 500, bytes(20), 5, 4, 0)).get("recipient") == bytes(20), "it would be lost"
    assert step(new, (TOKEN, OTHER, 500, US, 0, 4, 0)).get("held") == Units(TOKEN, 0, "all")
    assert step(new, (WETH, OTHER, 500, US, 5, 4, 0), value=5).get("pays") == Units(None, 5)
    path = OTHER + bytes(3) + WETH + bytes(3) + TOKEN
    backwards = step("exactOutput((bytes,address,uint256,uint256))", (path, US, 4, 5))
    assert (backwards.get("pays"), backwards.get("gets")) == (Units(TOKEN, 5, "most"), Units(OTHER, 4))
    assert not step("exactOutput((bytes,address,uint256,uint256))", (path[:-1], US, 4, 5)).understood
    fee = step("sweepTokenWithFee(address,uint256,address,uint256,address)", TOKEN, 4, US, 25, THEM)
    assert (fee.get("share"), fee.get("fee_recipient")) == (Percent(25), THEM)


EXECUTE = "execute(bytes,bytes[],uint256)"
SENDER, SELF, HELD = bytes(19) + b"\1", bytes(19) + b"\2", 1 << 255


def commands(*given: tuple[int, tuple[Value, ...]], value: int = 0) -> Step:
    inputs = tuple(abi.encode(INPUTS[code & 0x7F], values) for code, values in given)
    return step(EXECUTE, bytes(code for code, _ in given), inputs, 9, value=value)


def test_the_universal_router_step_by_step() -> None:
    path = WETH + bytes(3) + OTHER
    found = commands(
        (0x0B, (SELF, HELD)),
        (0x00, (SELF, HELD, 4, path, False)),
        (0x06, (OTHER, THEM, 25)),
        (0x84, (OTHER, SENDER, 3)),
        value=8,
    )
    assert found.facts == (("sends", Units(None, 8)), ("deadline", Moment(9)))
    wrap, swapped, share, sweep = found.steps
    assert wrap.get("held") == Units(None, 0, "all") and wrap.get("recipient") == ROUTER
    assert (swapped.get("held"), swapped.get("gets")) == (Units(WETH, 0, "all"), Units(OTHER, 4, "least"))
    assert (share.get("share"), share.get("fee_recipient")) == (Percent(25), THEM)
    assert (sweep.get("gets"), sweep.get("recipient")) == (Units(OTHER, 3, "least"), US)
    paid = commands((0x08, (THEM, 5, 4, (TOKEN, OTHER), True)), (0x09, (US, 4, 5, (TOKEN, OTHER), True)))
    assert [each.get("pays") for each in paid.steps] == [Units(TOKEN, 5), Units(TOKEN, 5, "most")]
    details = (TOKEN, (1 << 160) - 1, 99, 0)
    permit, moved = commands((0x0A, ((details, ROUTER, 1), b"s")), (0x02, (TOKEN, SELF, 5))).steps
    assert permit.unlimited and permit.get("owner") == US and permit.get("spender") == ROUTER
    assert (moved.get("source"), moved.get("recipient")) == (US, ROUTER)


def test_fourth_version_swaps_are_what_is_settled_and_taken() -> None:
    currency = abi.parse_type("(address currency, uint256 amount)")
    settled, taken = abi.encode(currency, (bytes(20), 5)), abi.encode(currency, (OTHER, 4))
    found = commands((0x10, (bytes((6, 0x0C, 0x0F)), (b"any", settled, taken))), value=5).steps[0]
    assert found.facts == (
        ("pays", Units(None, 5, "most")),
        ("gets", Units(OTHER, 4, "least")),
        ("recipient", US),
    )
    for plan in (bytes((6, 0x0F, 0x0C)), bytes((0x0C, 0x0F)), bytes((6, 0x14, 0x0C, 0x0F)), bytes((6, 0x0C))):
        params = (b"any",) * (len(plan) - 2) + (settled, taken)
        assert not commands((0x10, (plan, params))).steps[0].understood


def test_a_swap_along_no_path_is_not_understood() -> None:
    for path in ((), (TOKEN,)):
        assert not commands((0x08, (THEM, 5, 4, path, True))).steps[0].understood


def test_commands_that_are_not_known_are_said_not_to_be() -> None:
    found = step(EXECUTE, b"\x3f\x00", (b"", b"\1"), 9)
    assert [each.understood for each in found.steps] == [False, False]
    assert not step(EXECUTE, b"\0", (), 9).understood
    assert not step(EXECUTE, b"\x0b" * 200, (b"",) * 200, 9).understood


# ---- bridges


def test_a_deposit_at_thorchain_sends_the_coins_that_it_names_and_no_others() -> None:
    deposit, memo, coin = "depositWithExpiry(address,address,uint256,string,uint256)", "=:b:x", bytes(20)
    assert step(deposit, THEM, coin, 5, memo, 9, value=5).get("pays") == Units(None, 5)
    assert step(deposit, THEM, TOKEN, 5, memo, 9).get("pays") == Units(TOKEN, 5)
    for asset, value in ((coin, 4), (coin, 0), (TOKEN, 5)):
        assert not step(deposit, THEM, asset, 5, memo, 9, value=value).understood


ACROSS = "depositV3(address,address,address,address,uint256,uint256,uint256,address,uint32,uint32,uint32,bytes)"
SEND = "send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)"


def test_bridges() -> None:
    rest = (bytes(20), 1, 2, 0)
    found = step(ACROSS, US, THEM, WETH, OTHER, 5, 4, 8453, *rest, b"", value=5)
    assert (found.get("pays"), found.get("to_network")) == (Units(None, 5), Chain(8453))
    assert found.get("recipient") == THEM
    assert not step(ACROSS, US, THEM, WETH, OTHER, 5, 4, 8453, *rest, b"", value=4).understood
    sent = step(SEND, (30184, THEM.rjust(32, b"\0"), 5, 4, b"", b"", b""), (7, 0), US, value=7)
    assert (sent.get("sent"), sent.get("recipient"), sent.get("endpoint")) == (5, THEM, 30184)
    assert not step(SEND, (30184, b"\1" * 32, 5, 4, b"", b"", b""), (7, 0), US, value=7).understood
    assert step("depositETH(uint32,bytes)", 200000, b"", value=5).get("recipient") == US
    assert step("bridgeETHTo(address,uint32,bytes)", THEM, 200000, b"", value=5).get("recipient") == THEM
    token = step("depositERC20To(address,address,address,uint256,uint32,bytes)", TOKEN, OTHER, THEM, 5, 1, b"")
    assert (token.get("pays"), token.get("recipient")) == (Units(TOKEN, 5), THEM)
    gateway = "outboundTransferCustomRefund(address,address,address,uint256,uint256,uint256,bytes)"
    across = step(gateway, TOKEN, US, THEM, 5, 1, 1, b"", value=3)
    assert (across.get("pays"), across.get("bridge_fee"), across.get("refund_to")) == (
        Units(TOKEN, 5),
        Units(None, 3),
        US,
    )


# ---- what is known


@pytest.mark.parametrize(
    "text", [each.text for each in known.CONTRACTS] + [row[-1] for row in (*known.WRAPPED, *known.TOKENS)]
)
def test_every_known_address_has_its_checksum(text: str) -> None:
    parse(text)
    assert text not in (text.lower(), text.upper()) or text.isdigit() or text.startswith("0x42000000")


def test_names_are_per_network() -> None:
    assert known.name(1, WETH) == "WETH" and known.has(1, WETH, "wrapped") and known.token(1, WETH).decimals == 18
    assert known.name(10, WETH) is None
    assert known.name(1, THEM) is None
