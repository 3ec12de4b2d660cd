"""ethers in a node process of its own, which answers JSON lines; a module's `ORACLE` names its script."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interop.drivers import BUILD

Ask = Callable[[dict], dict]


@pytest.fixture(scope="module")
def ask(request: pytest.FixtureRequest) -> Iterator[Ask]:
    command = ["node", str(Path(__file__).with_name(request.module.ORACLE)), str(BUILD / "npm")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(question: dict) -> dict:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield tell
    process.terminate()
    process.wait()
