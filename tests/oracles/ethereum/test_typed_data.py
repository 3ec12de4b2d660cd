"""Our digest of random typed data against anvil's: what anvil signs, we recover its account from."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.chains.ethereum.address import checksum, from_public_key
from tandem.chains.ethereum.typed_data import digest, parse
from tandem.chains.jsonrpc import body
from tandem.curve.secp256k1 import recover
from tandem.hosts.cpython import CpythonHttp
from tandem.wallet.rpc import Rpc

BUILD = Path(os.environ.get("TANDEM_BUILD", Path(__file__).parents[3] / "build"))
SIGNER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # anvil's first account


@pytest.fixture(scope="module")
def anvil() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [next(BUILD.glob("npm/@foundry-rs/anvil-*/bin/anvil")), "--port", str(port), "--silent"]
    process = subprocess.Popen(command)
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def signature(url: str, data: object) -> bytes:
    async def ask() -> object:
        http = CpythonHttp()
        try:
            return await Rpc(http).post(url, body("eth_signTypedData_v4", [SIGNER, data]))
        finally:
            await http.close()

    return bytes.fromhex(str(asyncio.run(ask()))[2:])


HEX = st.binary(max_size=40).map(lambda raw: "0x" + raw.hex())
ADDRESS = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
ATOMS = {
    "uint8": st.integers(0, 255),
    "uint256": st.integers(0, (1 << 256) - 1).map(str),
    "int64": st.integers(-(1 << 63), (1 << 63) - 1).map(str),
    "bool": st.booleans(),
    "address": ADDRESS,
    "bytes": HEX,
    "bytes4": st.binary(min_size=4, max_size=4).map(lambda raw: "0x" + raw.hex()),
    "string": st.text(st.characters(codec="utf-8"), max_size=20),
}
FIELDS = st.dictionaries(st.sampled_from(list("abcdef")), st.sampled_from(sorted(ATOMS)), min_size=1, max_size=4)


@st.composite
def typed(draw: st.DrawFn) -> dict:
    """Two structs: Inner of atoms, Outer of atoms, Inner, and lists of both."""
    inner = draw(FIELDS)
    outer = draw(FIELDS)

    def value(fields: dict) -> dict:
        return {name: draw(ATOMS[kind]) for name, kind in fields.items()}

    message = value(outer)
    types = {
        "Inner": [{"name": name, "type": kind} for name, kind in inner.items()],
        "Outer": [{"name": name, "type": kind} for name, kind in outer.items()],
    }
    types["Outer"] += [{"name": "one", "type": "Inner"}, {"name": "many", "type": "Inner[]"}]
    message["one"] = value(inner)
    message["many"] = [value(inner) for _ in range(draw(st.integers(0, 3)))]
    atom = draw(st.sampled_from(sorted(ATOMS)))
    types["Outer"].append({"name": "pairs", "type": f"{atom}[2][]"})
    message["pairs"] = [[draw(ATOMS[atom]), draw(ATOMS[atom])] for _ in range(draw(st.integers(0, 2)))]
    fields = {"name": ("string", "Ape"), "version": ("string", "1"), "chainId": ("uint256", 31337)}
    fields |= {"verifyingContract": ("address", "0x" + "11" * 20), "salt": ("bytes32", "0x" + "22" * 32)}
    chosen = [name for name in fields if draw(st.booleans())] or ["name"]
    types["EIP712Domain"] = [{"name": name, "type": fields[name][0]} for name in chosen]
    return {
        "types": types,
        "primaryType": "Outer",
        "domain": {name: fields[name][1] for name in chosen},
        "message": message,
    }


@given(typed())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_anvil_signs_the_same(anvil: str, data: dict) -> None:
    raw = signature(anvil, data)
    for text in (json.dumps(data), parse(json.dumps(data)).text()):
        signer = recover(digest(parse(text)), raw[:32], raw[32:64], raw[64] - 27)
        assert checksum(from_public_key(signer)) == SIGNER
