"""A transaction of the older form, signed by us, is taken and mined by anvil."""

import asyncio

from coincurve import PrivateKey

from oracles.ethereum.test_typed_data import anvil
from tandem.chains.ethereum.address import checksum, from_public_key
from tandem.chains.ethereum.tx import Transaction, assemble, digest, transaction_hash
from tandem.chains.jsonrpc import body
from tandem.curve.secp256k1 import recover
from tandem.hosts.cpython import CpythonHttp
from tandem.wallet.rpc import Rpc

__all__ = ["anvil"]


def test_the_older_form_is_mined(anvil: str) -> None:
    key = PrivateKey(b"\7" * 32)
    tx = Transaction(31337, 0, 0, 3 * 10**9, 21_000, b"\x35" * 20, 10**15, b"", kind=0)
    raw = key.sign_recoverable(digest(tx), hasher=None)
    signed = assemble(tx, raw[:32], raw[32:64], raw[64])
    sender = checksum(from_public_key(recover(digest(tx), raw[:32], raw[32:64], raw[64])))

    async def story() -> None:
        http = CpythonHttp()
        rpc = Rpc(http)

        async def ask(method: str, *params: object) -> object:
            return await rpc.post(anvil, body(method, list(params)))

        await ask("anvil_setBalance", sender, hex(10**18))
        assert await ask("eth_sendRawTransaction", "0x" + signed.hex()) == "0x" + transaction_hash(signed).hex()
        async with asyncio.timeout(10):
            while not (receipt := await ask("eth_getTransactionReceipt", "0x" + transaction_hash(signed).hex())):
                await asyncio.sleep(0.02)
        assert receipt["status"] == "0x1" and receipt["from"] == sender.lower()
        await http.close()

    asyncio.run(story())
