"""Drives sdk_wallet.cjs: the real SDK with WalletCore, as a process."""

import json
import subprocess
from pathlib import Path
from typing import Any

from interop.drivers import BUILD

NEEDED = [
    BUILD / "npm" / name
    for name in ("@vultisig/sdk", "@trustwallet/wallet-core", "protobufjs", "long", "7z-wasm", "ethers")
]


class Refused(Exception):
    """The SDK threw."""


class SdkWallet:
    """Its answers come in the order of what it is told; `file` is a plain vault file."""

    def __init__(self, file: Path) -> None:
        command = ["node", str(Path(__file__).with_name("sdk_wallet.cjs")), str(BUILD / "npm"), str(file)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, verb: str, **arguments: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
        self.process.stdin.flush()

    def answer(self, key: str = "ok") -> Any:
        """The next thing it says, which is called `key`."""
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        if "err" in said:
            raise Refused(said["err"])
        return said[key]

    def __call__(self, verb: str, **arguments: object) -> Any:
        self.tell(verb, **arguments)
        return self.answer()

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:  # it waits for other devices
            self.process.kill()
            self.process.wait(10)
        self.process.stdout.close()
