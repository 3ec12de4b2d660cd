"""A Solana chain on this machine for tests and the demo: litesvm behind the JSON-RPC that wallets and pages use.

    python -m tools.ledger --port 8899

One node, one block a transaction: everything is final at once. As on the network, a blockhash lives for the next 150
that were given out, a transaction is taken once, and sendTransaction simulates first unless it is told not to.
requestAirdrop funds accounts. No subscriptions. Test-only: needs solders.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
from collections import OrderedDict

from aiohttp import web
from solders.account import Account
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

BLOCKHASHES = 150
MAX_TRANSACTION = 1232
PREFLIGHT_FAILED, INVALID_PARAMS, NO_METHOD = -32002, -32602, -32601


class Refused(Exception):
    """A JSON-RPC error."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.answer = {"code": code, "message": message} | ({} if data is None else {"data": data})


class Ledger:
    """The chain and its memory of blockhashes and transactions."""

    def __init__(self) -> None:
        # litesvm knows the newest blockhash only, we keep 150; and it would want signatures in simulations too.
        self.svm = LiteSVM().with_blockhash_check(False).with_sigverify(False)
        self.slot = 1
        self.hashes: OrderedDict[str, int] = OrderedDict()
        self.statuses: dict[str, dict] = {}

    def call(self, method: str, params: list) -> object:
        """The result of one call. Raises Refused."""
        known = getattr(self, "on_" + re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), method), None)
        if known is None:
            raise Refused(NO_METHOD, f"Method not found: {method}")
        try:
            return known(*params)
        except (TypeError, ValueError, AttributeError, binascii.Error) as broken:
            raise Refused(INVALID_PARAMS, f"Invalid params: {broken}") from broken

    def valued(self, value: object) -> dict:
        return {"context": {"slot": self.slot, "apiVersion": "2.0.0"}, "value": value}

    def on_get_health(self) -> str:
        return "ok"

    def on_get_version(self) -> dict:
        return {"solana-core": "2.0.0", "feature-set": 0}

    def on_get_genesis_hash(self) -> str:
        return str(Pubkey(b"tandem test ledger".ljust(32, b"\0")))

    def on_get_slot(self, _config: object = None) -> int:
        return self.slot

    def on_get_block_height(self, _config: object = None) -> int:
        return self.slot

    def on_get_latest_blockhash(self, _config: object = None) -> dict:
        self.svm.expire_blockhash()
        fresh = str(self.svm.latest_blockhash())
        self.hashes[fresh] = self.slot + BLOCKHASHES
        while len(self.hashes) > BLOCKHASHES:
            self.hashes.popitem(last=False)
        return self.valued({"blockhash": fresh, "lastValidBlockHeight": self.hashes[fresh]})

    def on_is_blockhash_valid(self, blockhash: str, _config: object = None) -> dict:
        return self.valued(blockhash in self.hashes)

    def on_get_minimum_balance_for_rent_exemption(self, size: int, _config: object = None) -> int:
        return self.svm.minimum_balance_for_rent_exemption(size)

    def on_get_balance(self, address: str, _config: object = None) -> dict:
        return self.valued(self.svm.get_balance(Pubkey.from_string(address)) or 0)

    def on_get_account_info(self, address: str, _config: object = None) -> dict:
        return self.valued(self._account(address))

    def on_get_multiple_accounts(self, addresses: list, _config: object = None) -> dict:
        return self.valued([self._account(address) for address in addresses])

    def on_request_airdrop(self, address: str, lamports: int, _config: object = None) -> str:
        done = self.svm.airdrop(Pubkey.from_string(address), lamports)
        if isinstance(done, FailedTransactionMetadata):
            raise Refused(PREFLIGHT_FAILED, "airdrop failed")
        return self._record(str(done.signature()), None)

    def on_ledger_set_account(self, address: str, owner: str, data: str) -> None:
        """Not a node's method: puts an account there, so that tests have tokens without minting them."""
        raw = base64.b64decode(data, validate=True)
        rent = self.svm.minimum_balance_for_rent_exemption(len(raw))
        self.svm.set_account(Pubkey.from_string(address), Account(rent, raw, Pubkey.from_string(owner)))

    def on_simulate_transaction(self, transaction: str, config: dict | None = None) -> dict:
        what, config = _transaction(transaction, config), config or {}
        if config.get("sigVerify") and not all(what.verify_with_results()):
            raise Refused(PREFLIGHT_FAILED, "Transaction signature verification failure")
        if not config.get("replaceRecentBlockhash") and not self._fresh(what):
            return self.valued({"err": "BlockhashNotFound", "logs": [], "unitsConsumed": 0})
        done = self.svm.simulate_transaction(what)
        failed = isinstance(done, FailedTransactionMetadata)
        meta = done.meta()
        error = str(done.err()) if failed else None
        return self.valued({"err": error, "logs": meta.logs(), "unitsConsumed": meta.compute_units_consumed()})

    def on_send_transaction(self, transaction: str, config: dict | None = None) -> str:
        what = _transaction(transaction, config)
        name = str(what.signatures[0])
        if not self._fresh(what):
            raise Refused(PREFLIGHT_FAILED, "Transaction simulation failed: Blockhash not found")
        if not all(what.verify_with_results()):
            raise Refused(PREFLIGHT_FAILED, "Transaction signature verification failure")
        if not (config or {}).get("skipPreflight"):
            tried = self.svm.simulate_transaction(what)
            if isinstance(tried, FailedTransactionMetadata):
                data = {"err": str(tried.err()), "logs": tried.meta().logs()}
                raise Refused(PREFLIGHT_FAILED, f"Transaction simulation failed: {tried.err()}", data)
        if name in self.statuses:
            return name
        done = self.svm.send_transaction(what)
        return self._record(name, str(done.err()) if isinstance(done, FailedTransactionMetadata) else None)

    def _fresh(self, what: VersionedTransaction) -> bool:
        return str(what.message.recent_blockhash) in self.hashes

    def on_get_signature_statuses(self, names: list, _config: object = None) -> dict:
        return self.valued([self.statuses.get(str(Signature.from_string(name))) for name in names])

    def _record(self, name: str, error: str | None) -> str:
        self.slot += 1
        status = {"Ok": None} if error is None else {"Err": error}
        told = {"slot": self.slot, "confirmations": None, "err": error, "status": status}
        self.statuses[name] = told | {"confirmationStatus": "finalized"}
        return name

    def _account(self, address: str) -> dict | None:
        account = self.svm.get_account(Pubkey.from_string(address))
        if account is None:
            return None
        return {
            "lamports": account.lamports,
            "data": [base64.b64encode(account.data).decode(), "base64"],
            "owner": str(account.owner),
            "executable": account.executable,
            "rentEpoch": account.rent_epoch,
            "space": len(account.data),
        }


def _transaction(text: str, config: dict | None) -> VersionedTransaction:
    if (config or {}).get("encoding") != "base64":
        raise Refused(INVALID_PARAMS, "this node takes base64 only")
    raw = base64.b64decode(text, validate=True)
    if len(raw) > MAX_TRANSACTION:
        raise Refused(INVALID_PARAMS, f"transaction over {MAX_TRANSACTION} bytes")
    return VersionedTransaction.from_bytes(raw)


def answer(ledger: Ledger, request: object) -> dict:
    """One JSON-RPC request object → response object."""
    if not isinstance(request, dict) or not isinstance(request.get("params", []), list):
        return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid request"}}
    told: dict = {"jsonrpc": "2.0", "id": request.get("id")}
    try:
        return told | {"result": ledger.call(str(request.get("method")), request.get("params", []))}
    except Refused as refused:
        return told | {"error": refused.answer}


def application(ledger: Ledger) -> web.Application:
    """The HTTP face, open to pages of any origin as public nodes are."""
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}

    async def post(request: web.Request) -> web.Response:
        try:
            asked = json.loads(await request.text())
        except ValueError:
            asked = None
        told = [answer(ledger, each) for each in asked] if isinstance(asked, list) else answer(ledger, asked)
        return web.json_response(told, headers=headers)

    async def options(_request: web.Request) -> web.Response:
        return web.Response(headers=headers)

    app = web.Application()
    app.add_routes([web.post("/", post), web.options("/", options)])
    return app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8899)
    given = parser.parse_args()
    web.run_app(application(Ledger()), host=given.host, port=given.port, print=None)


if __name__ == "__main__":
    main()
