"""The generated protobuf code: reproducible, loadable by either runtime, tolerant of what newer apps add."""

import base64
import importlib.metadata
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tandem.proto import keygen_pb2, keysign_pb2, swap_pb2, vault_pb2

ROOT = Path(__file__).resolve().parents[2]

# relay-and-sessions §13, compressed by the real 7z-wasm
KEYGEN_LINK_DATA = (
    "/Td6WFoAAAFpIt42AgAhAQAAAAA3J5fW4ADPAEhdAAUJ0DbpP4QeV8jh1pZXjC4nJslvVvYucN+jPgTBRzkqXJxK0oivUKn0YdgIyb+4beHPVrBv"
    "oeEj2AqP1ABpy1xHHRMLcqY9AACaFLecAAFg0AEAAAC7w+j6PjANiwIAAAAAAVla"
)


def has_compiler() -> bool:
    try:
        return importlib.metadata.version("grpcio-tools") == "1.85.1"
    except importlib.metadata.PackageNotFoundError:
        return False


@pytest.mark.skipif(not has_compiler(), reason="grpcio-tools==1.85.1 is not installed")
def test_generated_code_is_what_the_proto_files_give() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "proto.py"), "--check"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_keygen_message_of_the_incumbent_parses() -> None:
    message = keygen_pb2.KeygenMessage.FromString(lzma.decompress(base64.b64decode(KEYGEN_LINK_DATA)))
    assert message.session_id == "11111111-2222-4333-8444-555555555555"
    assert message.service_name == "Vultisig-Extension-123"
    assert message.vault_name == "My Vault"
    assert message.encryption_key_hex == "11" * 32
    assert message.use_vultisig_relay
    assert message.lib_type == keygen_pb2.LIB_TYPE_DKLS


def test_unknown_fields_survive_a_round_trip() -> None:
    # field 99 of the payload and field 47 (a oneof member of a newer app), both length-delimited
    unknown = bytes([0xFA, 0x02, 2, 8, 1]) + bytes([0x9A, 0x06, 1, 0x78])
    raw = keysign_pb2.KeysignPayload(to_address="0xabc").SerializeToString() + unknown
    again = keysign_pb2.KeysignPayload.FromString(raw)
    assert again.to_address == "0xabc"
    assert again.SerializeToString() == raw


def test_field_numbers_of_the_table() -> None:
    fields = keysign_pb2.KeysignPayload.DESCRIPTOR.fields_by_name
    numbers = {
        "ethereum_specific": 5,
        "swapkit_swap_payload": 26,
        "erc20_approve_payload": 30,
        "sign_bitcoin": 43,
        "is_qbtc_claim": 44,
        "sign_sui": 45,
        "sign_ripple": 46,
        "dapp_metadata": 50,
    }
    assert {name: fields[name].number for name in numbers} == numbers
    newer = keysign_pb2.CustomMessagePayload.DESCRIPTOR, swap_pb2.Erc20ApprovePayload.DESCRIPTOR  # than the table
    assert newer[0].fields_by_name["dapp_metadata"].number == 6
    assert newer[1].fields_by_name["reset_allowance_first"].number == 3
    assert vault_pb2.Vault.DESCRIPTOR.fields_by_name["public_key_fromt"].number == 14
    assert keygen_pb2.ReshareMessage.DESCRIPTOR.fields_by_name["lib_type"].number == 20


def test_loads_in_the_pure_python_runtime_as_pyodide_uses_it() -> None:
    code = (
        "from google.protobuf.internal import api_implementation as a; assert a.Type() == 'python', a.Type();"
        "from tandem.proto import keygen_pb2, keysign_pb2, vault_pb2;"
        "m = keysign_pb2.KeysignMessage(session_id='x');"
        "assert keysign_pb2.KeysignMessage.FromString(m.SerializeToString()) == m"
    )
    env = {**os.environ, "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python", "PYTHONPATH": str(ROOT / "py")}
    subprocess.run([sys.executable, "-W", "error", "-c", code], env=env, check=True, timeout=60)
