"""Our ABI coder against ethers': the same selectors and bytes, and nothing understood that ethers reads otherwise."""

import random
from collections.abc import Callable

import pytest

from tandem.chains.ethereum import abi
from tandem.chains.ethereum.abi import Function, Type, Value
from tandem.chains.ethereum.contracts import TABLES, Call, decode
from tandem.errors import WireError

Ask = Callable[[dict], dict]
ORACLE = "abi_oracle.cjs"
FUNCTIONS = [function for table in TABLES for function, _ in table]
SEED = 5


def random_type(chance: random.Random, depth: int) -> Type:
    atoms = ("address", "bool", "bytes", "string", "uint8", "uint48", "uint256", "int24", "int256", "bytes4", "bytes32")
    if depth == 0 or chance.random() < 0.5:
        return abi.parse_type(chance.choice(atoms))
    if chance.random() < 0.5:
        count = chance.choice(("", "", "1", "3"))
        return abi.parse_type(f"{random_type(chance, depth - 1).name}[{count}]")
    return abi.parse_type(f"({','.join(random_type(chance, depth - 1).name for _ in range(chance.randint(1, 4)))})")


def random_value(chance: random.Random, kind: Type) -> Value:
    if kind.members is not None:
        return tuple(random_value(chance, member) for member in kind.members)
    if kind.element is not None:
        count = kind.count if kind.count is not None else chance.choice((0, 1, 2, 4))
        return tuple(random_value(chance, kind.element) for _ in range(count))
    if kind.name == "address":
        return chance.randbytes(20)
    if kind.name == "bool":
        return chance.random() < 0.5
    if kind.name == "string":
        return "".join(chance.choice("aé€😀 ") for _ in range(chance.choice((0, 1, 10, 32, 40))))
    if kind.name == "bytes":
        return chance.randbytes(chance.choice((0, 1, 31, 32, 33, 70)))
    if kind.name.startswith("bytes"):
        return chance.randbytes(kind.size)
    low = 0 if kind.name.startswith("u") else -(1 << kind.size - 1)
    high = low + (1 << kind.size) - 1
    return chance.choice((low, high, 0, chance.randint(low, high)))


def as_json(value: Value) -> object:
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value if isinstance(value, bool | str) else str(value)


def lowered(value: object) -> object:
    """ethers writes addresses with a checksum."""
    if isinstance(value, list):
        return [lowered(each) for each in value]
    return value.lower() if isinstance(value, str) and value.startswith("0x") else value


def members(kind: Type) -> list[str]:
    return [member.name for member in kind.members or ()]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.signature)
def test_selectors_and_calls_are_those_of_ethers(ask: Ask, function: Function) -> None:
    told = ask({"function": function.text})
    assert (told["selector"], told["signature"]) == ("0x" + function.selector.hex(), function.signature)
    chance = random.Random(SEED)
    for _ in range(5):
        values = tuple(random_value(chance, kind) for kind in function.arguments.members or ())
        data = bytes.fromhex(ask({"types": members(function.arguments), "values": as_json(values)})["data"][2:])
        assert function.call(*values) == function.selector + data
        assert function.decode(function.selector + data).values == values


def test_no_two_functions_have_one_selector() -> None:
    assert len({function.selector for function in FUNCTIONS}) == len(FUNCTIONS)


def test_random_types_are_coded_as_ethers_does(ask: Ask) -> None:
    chance = random.Random(SEED)
    print("seed", SEED)
    for _ in range(400):
        kind = abi.parse_type(f"({','.join(random_type(chance, 3).name for _ in range(chance.randint(1, 4)))})")
        values = random_value(chance, kind)
        assert isinstance(values, tuple)
        data = ask({"types": members(kind), "values": as_json(values)})["data"]
        assert abi.encode(kind, values).hex() == data[2:]
        assert abi.decode(kind, bytes.fromhex(data[2:])) == values


def test_what_is_understood_of_broken_bytes_is_what_ethers_reads(ask: Ask) -> None:
    """One word or byte changed, cut or added: refused, or exactly the encoding of what is then understood."""
    chance = random.Random(SEED)
    print("seed", SEED)
    understood = 0
    for _ in range(1500):
        kind = abi.parse_type(f"({','.join(random_type(chance, 2).name for _ in range(chance.randint(1, 3)))})")
        values = random_value(chance, kind)
        assert isinstance(values, tuple)
        broken = changed(chance, abi.encode(kind, values))
        try:
            read = abi.decode(kind, broken)
        except WireError:
            continue
        assert abi.encode(kind, read) == broken
        told = ask({"types": members(kind), "data": "0x" + broken.hex()})
        assert lowered(told["values"]) == lowered(as_json(read))
        understood += 1
    assert 50 < understood < 1200


def changed(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    word = at - at % 32
    match chance.randrange(5):
        case 0:
            return data[:at] + bytes((chance.randrange(256),)) + data[at + 1 :]
        case 1:
            number = chance.choice((0, 1, 2, 31, 32, 64, 96, 1 << 64, (1 << 256) - 1, (1 << 256) - 32))
            return data[:word] + number.to_bytes(32, "big") + data[word + 32 :]
        case 2:
            return data[:at]
        case 3:
            return data + bytes(chance.choice((1, 32)))
        case _:
            other = chance.randrange(0, len(data), 32)
            return data[:word] + data[other : other + 32] + data[word + 32 :]


def test_any_bytes_are_read_to_an_end() -> None:
    """Random and half-right calldata, bundles in bundles: always a step, never an exception, never many steps."""
    chance = random.Random(SEED)
    print("seed", SEED)
    kinds = set()
    for _ in range(3000):
        function = chance.choice(FUNCTIONS)
        data = function.call(*(nested(chance, kind, 3) for kind in function.arguments.members or ()))
        if chance.random() < 0.5:
            data = changed(chance, data)
        call = Call(1, b"\1" * 20, b"\2" * 20, chance.choice((0, 0, 7)), data)
        steps = list(decode(call).all())
        kinds.update(step.kind for step in steps)
        assert len(steps) <= 200
    assert {"several", "swap", "bridge", "contract_call", "erc20_transfer", "safe_execute"} <= kinds


def nested(chance: random.Random, kind: Type, depth: int) -> Value:
    """A random value whose byte strings are often calls again."""
    if kind.members is not None:
        return tuple(nested(chance, member, depth) for member in kind.members)
    if kind.element is not None:
        count = kind.count if kind.count is not None else chance.choice((0, 1, 2, 3))
        return tuple(nested(chance, kind.element, depth) for _ in range(count))
    if kind.name == "bytes" and depth > 0 and chance.random() < 0.7:
        function = chance.choice(FUNCTIONS)
        return function.call(*(nested(chance, each, depth - 1) for each in function.arguments.members or ()))
    return random_value(chance, kind)
