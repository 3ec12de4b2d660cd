"""What the browser's host makes of a key worker that does not do as it should; the real one never gives such a key."""

import asyncio
import importlib
import sys
from types import ModuleType

import pytest

from tandem.errors import KdfFault


class Buffer:
    """As Pyodide shows a Uint8Array."""

    def __init__(self, content):
        self.content = bytearray(content)

    def to_bytes(self):
        return bytes(self.content)

    def fill(self, value):
        self.content[:] = bytes([value]) * len(self.content)


class JsException(Exception):
    """As Pyodide shows a rejected promise."""


@pytest.fixture
def derive(monkeypatch):
    worker, ffi = ModuleType("tandem_host"), ModuleType("pyodide.ffi")
    vars(ffi).update(JsException=JsException, create_proxy=lambda made: made, to_js=lambda content: content)
    for name, module in (("tandem_host", worker), ("pyodide", ModuleType("pyodide")), ("pyodide.ffi", ffi)):
        monkeypatch.setitem(sys.modules, name, module)
    host = importlib.import_module("tandem.hosts.pyodide")
    del sys.modules["tandem.hosts.pyodide"]  # nobody else is to get one with this worker

    def run(answer):
        async def derived(*_):
            if isinstance(answer, Exception):
                raise answer
            return answer

        worker.derive = derived
        return asyncio.run(host.WorkerKdf().derive(b"password", bytes(16), passes=3, memory_kib=65536))

    return run


def test_the_worker_s_key_is_taken_and_its_buffer_emptied(derive):
    answer = Buffer(bytes(range(32)))
    assert derive(answer) == bytes(range(32))
    assert not any(answer.content)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_what_is_not_a_key_is_a_fault_of_its_own(derive, size):
    """Not a wrong password, which is what a cipher would make of it."""
    answer = Buffer(bytes([7]) * size)
    with pytest.raises(KdfFault, match="not a key"):
        derive(answer)
    assert not any(answer.content)


def test_no_answer(derive):
    with pytest.raises(KdfFault, match="no memory"):
        derive(JsException("no memory"))
