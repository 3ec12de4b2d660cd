"""Real contracts for the local chain: the tokens of MetaMask's test dApp, and a bundler in a few instructions."""

import json
from typing import TYPE_CHECKING

from tandem.chains.ethereum import abi
from tandem.chains.ethereum.abi import Value
from wallet.conftest import BUILD, RICH

if TYPE_CHECKING:
    from wallet.conftest import Stage

CODES = json.loads((BUILD / "npm/@metamask/test-dapp/dist/constants.json").read_text())


def call(signature: str, *values: Value) -> str:
    """Calldata of any function, by its signature with or without names."""
    return "0x" + abi.Function(signature).call(*values).hex()


async def deploy(stage: "Stage", code: str) -> str:
    """By anvil's first account; the contract's address."""
    name = await stage.rpc("eth_sendTransaction", {"from": RICH, "data": code})
    return str((await stage.receipt(name))["contractAddress"])


async def act(stage: "Stage", sender: str, to: str, data: str) -> None:
    """What `sender` does without a wallet."""
    await stage.rpc("anvil_impersonateAccount", sender)
    name = await stage.rpc("eth_sendTransaction", {"from": sender, "to": to, "data": data})
    assert (await stage.receipt(name))["status"] == "0x1"


def erc20_code(symbol: str, decimals: int, units: int) -> str:
    kind = abi.parse_type("(uint256,string,uint8,string)")
    return str(CODES["hstBytecode"]) + abi.encode(kind, (units, "Token", decimals, symbol)).hex()


async def erc20(stage: "Stage", symbol: str = "TKN", decimals: int = 6, units: int = 10**12) -> str:
    """All of it is RICH's."""
    return await deploy(stage, erc20_code(symbol, decimals, units))


async def erc721(stage: "Stage") -> str:
    return await deploy(stage, CODES["nftsBytecode"])


def _assembled(program: str) -> bytes:
    """A word an instruction; `:x` is a place, `>x` pushes it, a number is pushed."""
    names = {"add": 0x01, "mul": 0x02, "lt": 0x10, "iszero": 0x15, "calldataload": 0x35, "calldatacopy": 0x37}
    names |= {
        "returndatasize": 0x3D,
        "returndatacopy": 0x3E,
        "mload": 0x51,
        "mstore": 0x52,
        "jump": 0x56,
        "jumpi": 0x57,
    }
    names |= {"gas": 0x5A, "dup1": 0x80, "dup2": 0x81, "dup3": 0x82, "swap1": 0x90, "call": 0xF1, "revert": 0xFD}
    names |= {"stop": 0x00, "pop": 0x50}
    code, places, wanted = bytearray(), {}, {}
    for word in program.split():
        if word.startswith(":"):
            places[word[1:]] = len(code)
            code.append(0x5B)
        elif word.startswith(">"):
            wanted[len(code) + 1] = word[1:]
            code += b"\x60\0"
        elif word in names:
            code.append(names[word])
        else:
            code += bytes((0x60, int(word, 0)))
    for at, place in wanted.items():
        code[at] = places[place]
    return bytes(code)


# aggregate((address target, bytes callData)[]): every call in its order, by the contract itself; all or none.
_BUNDLER = _assembled("""
    0 0 mstore
    :next
    0x24 calldataload 0 mload lt iszero >end jumpi
    0 mload 32 mul 0x44 add calldataload 0x44 add
    dup1 0x40 add calldataload
    dup1 dup3 0x60 add 0x20 calldatacopy
    0 0 dup3 0x20 0
    0 mload 32 mul 0x44 add calldataload 0x44 add calldataload
    gas call iszero >fail jumpi
    pop pop
    0 mload 1 add 0 mstore
    >next jump
    :fail returndatasize 0 0 returndatacopy returndatasize 0 revert
    :end stop
""")


# Copies what follows its own twelve bytes into the new contract.
BUNDLER = f"0x60{len(_BUNDLER):02x}600c60003960{len(_BUNDLER):02x}6000f3" + _BUNDLER.hex()


async def bundler(stage: "Stage") -> str:
    return await deploy(stage, BUNDLER)
