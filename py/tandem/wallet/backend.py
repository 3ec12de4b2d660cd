"""The backend as the browser sees it: JSON text in, JSON text out (docs/architecture.md).

In: {"id", "call", "params"}, from the extension's own pages, or on behalf of a web page with the call "dapp".
Out: {"id", "ok"} or {"id", "err": {code, message, data}}, and events
{"event": "state" | "mirror" | "prompt" | "locked" | "dapp", …}.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from tandem import entropy
from tandem.ceremony import Devices
from tandem.chains.ethereum.message import recovered
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, Bug, NotPermitted, TandemError, UnknownMethod, WireError
from tandem.provider.codes import told
from tandem.provider.methods import METHODS, Needs
from tandem.provider.origin import require_origin
from tandem.provider.permission import Site
from tandem.provider.quota import Quota
from tandem.provider.record import Record
from tandem.provider.request import Call, chain_param, parse_call, recovery_params
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal
from tandem.wallet.book import Book, require_url
from tandem.wallet.cosign import Cosigner
from tandem.wallet.creation import Creation
from tandem.wallet.desk import Ask, Desk, permissions_of
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.node import Node
from tandem.wallet.snapshot import mirror, snapshot
from tandem.wire import Json, json_text, parse_json

VERSION: Final = "0.1.0"
Params = dict[str, Json]


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str):
        raise BadRequest(name)
    return value


def _number(params: Params, name: str, most: int) -> int:
    value = params.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadRequest(name)
    return value


class Backend:
    """Composition of the wallet's parts, and the table of calls."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._journal = Journal(host.store)
        self._book = Book(host.store)
        self._keys = Keys(host, self._book)
        self._node = Node(host.http)
        self._quota = Quota()
        self._balance: int | None = None
        self._waiting: dict[str, list[Json]] = {}
        self._creation = Creation(host, self._book, self._keys, self._devices, self._changed, self._opened)
        self._cosigner = Cosigner(host, self._book, self._keys, self._node, self._devices, self._changed, self._over)
        self._desk = Desk(
            host,
            self._book,
            self._keys,
            self._node,
            self._quota,
            self._changed,
            lambda: host.emit({"event": "prompt"}),
            self._answer,
            self._cosigner.begin,
            self._cosigner.stop,
            self._connected,
        )
        self._calls: dict[str, Callable[[Params], Awaitable[Json]]] = {
            "state": self._state,
            "create_vault": self._create_vault,
            "cancel_ceremony": self._cancel_ceremony,
            "unlock": self._unlock,
            "lock": self._lock,
            "decide": self._decide,
            "cancel_request": self._cancel_request,
            "dismiss_request": self._dismiss_request,
            "disconnect_site": self._disconnect_site,
            "set_network": self._set_network,
            "set_settings": self._set_settings,
            "set_rpc": self._set_rpc,
        }

    async def start(self) -> None:
        """Reads what is stored and takes up unfinished requests. Raises EntropyFault."""
        entropy.self_test(self._host.rng)
        await self._book.load()
        await self._keys.load()
        await self._desk.recover()
        await self._mirror()
        self._changed()
        self._host.tasks.spawn(self._watch())

    def receive(self, text: str) -> None:
        """One message of the other side. Never raises: what cannot be understood is answered as an error."""
        try:
            message = parse_json(text, limit=4 << 20)
            if not isinstance(message, dict):
                raise BadRequest("no message")
            number, call, params = message.get("id"), message.get("call"), message.get("params", {})
            if not isinstance(call, str) or not isinstance(params, dict):
                raise BadRequest("no call")
        except (WireError, BadRequest) as wrong:
            self._host.emit({"id": None, "err": told(BadRequest(wrong.detail))})
            return
        self._host.tasks.spawn(self._handle(number, call, params))

    async def _handle(self, number: Json, call: str, params: Params) -> None:
        try:
            if call == "dapp":
                await self._dapp(number, params)
                return
            handler = self._calls.get(call)
            if handler is None:
                raise UnknownMethod(call)
            self._host.emit({"id": number, "ok": await handler(params)})
        except NodeRefused as refused:
            error: dict[str, Json] = {
                "code": refused.node_code,
                "message": refused.node_message,
                "data": refused.node_data,
            }
            self._host.emit({"id": number, "err": error})
        except TandemError as failed:
            self._host.emit({"id": number, "err": told(failed)})
        except Exception:  # layer 6: the page must get an answer, and no text of ours
            self._host.emit({"id": number, "err": told(Bug())})
            raise

    # Pages

    async def _dapp(self, number: Json, params: Params) -> None:
        ask = Ask(*(_text(params, name) for name in ("key", "origin", "top", "document", "text")))
        require_origin(ask.origin)
        call = parse_call(ask.text)
        needs = METHODS.get(call.method)
        if needs is None or needs is Needs.REFUSED:
            raise UnknownMethod(call.method)
        if needs in (Needs.CONNECT, Needs.MESSAGE, Needs.TRANSACTION):
            site = self._book.sites.get(ask.origin)
            if call.method == "eth_requestAccounts" and site is not None and self._keys.is_open:
                self._host.emit({"id": number, "ok": list(site.accounts)})
                return
            record = await self._desk.submit(ask, call, needs)
            self._waiting.setdefault(record.id, []).append(number)
            if record.over:
                self._answer(record)
            self._changed()
            return
        self._host.emit({"id": number, "ok": await self._silent(ask.origin, call, needs)})

    async def _silent(self, origin: str, call: Call, needs: Needs) -> Json:
        site = self._book.sites.get(origin)
        chain_id = site.chain_id if site is not None else self._book.settings.chain_id
        if needs is Needs.NODE:
            if call.method == "eth_sendRawTransaction" and site is None:
                raise NotPermitted
            return await self._node.call(self._book.network(chain_id), call.method, list(call.params))
        if needs is Needs.NETWORK:
            return await self._switch(origin, chain_param(call.params))
        accounts: list[Json] = list(site.accounts) if site is not None and self._keys.is_open else []
        match call.method:
            case "eth_accounts":
                return accounts
            case "eth_coinbase":
                return accounts[0] if accounts else None
            case "eth_chainId":
                return hex(chain_id)
            case "net_version":
                return str(chain_id)
            case "web3_clientVersion":
                return f"Tandem/{VERSION}"
            case "personal_ecRecover":
                try:
                    return "0x" + recovered(*recovery_params(call.params)).hex()
                except WireError as wrong:
                    raise BadRequest(wrong.detail) from wrong
            case "wallet_getPermissions":
                return permissions_of(site) if site is not None else []
            case "wallet_revokePermissions":
                await self._disconnect(origin)
                return None
        raise Bug(f"{call.method} is in the table and nowhere else")

    async def _switch(self, origin: str, chain_id: int) -> Json:
        network, site = self._book.network(chain_id), self._book.sites.get(origin)
        if site is None:
            raise NotPermitted
        if site.chain_id != chain_id:
            await self._book.change_sites(self._book.sites.switch(origin, chain_id))
            await self._mirror()
            self._tell(origin, "chainChanged", network.hex_id)
            self._changed()
        return None

    def _answer(self, record: Record) -> None:
        """Answers everyone who asked for this record."""
        for number in self._waiting.pop(record.id, []):
            if record.error is not None:
                self._host.emit({"id": number, "err": record.error})
            else:
                self._host.emit({"id": number, "ok": record.result})

    async def _over(self, record: Record) -> None:
        await self._desk.over(record)
        if record.transaction is not None:
            self._host.tasks.spawn(self._refresh())

    async def _connected(self, site: Site) -> None:
        await self._mirror()
        self._tell(site.origin, "accountsChanged", list(site.accounts))

    async def _disconnect(self, origin: str) -> None:
        if self._book.sites.get(origin) is not None:
            await self._book.change_sites(self._book.sites.revoke(origin))
            await self._desk.revoked(origin)
            await self._mirror()
            self._tell(origin, "accountsChanged", [])
            self._changed()

    # The extension's own pages

    async def _state(self, _: Params) -> Json:
        self._keys.touch()
        self._host.tasks.spawn(self._refresh())
        return self._snapshot()

    async def _create_vault(self, params: Params) -> Json:
        size = params.get("size")
        self._creation.begin(_text(params, "name"), _text(params, "password"), size if isinstance(size, int) else 0)
        return None

    async def _cancel_ceremony(self, _: Params) -> Json:
        self._creation.cancel()
        return None

    async def _unlock(self, params: Params) -> Json:
        await self._keys.unlock(_text(params, "password"))
        await self._opened()
        return None

    async def _opened(self) -> None:
        await self._mirror()
        for site in self._book.sites:
            self._tell(site.origin, "accountsChanged", list(site.accounts))
        await self._desk.unlocked()
        self._changed()
        self._host.tasks.spawn(self._refresh())

    async def _lock(self, _: Params) -> Json:
        self._keys.lock()
        await self._locked()
        return None

    async def _locked(self) -> None:
        await self._mirror()
        for site in self._book.sites:
            self._tell(site.origin, "accountsChanged", [])
        self._changed()
        self._host.emit({"event": "locked"})

    async def _decide(self, params: Params) -> Json:
        self._keys.touch()
        fee = params.get("fee")
        await self._desk.decide(
            _text(params, "request"), params.get("approve") is True, fee if isinstance(fee, dict) else None
        )
        return None

    async def _cancel_request(self, params: Params) -> Json:
        await self._desk.cancel(_text(params, "request"))
        return None

    async def _dismiss_request(self, params: Params) -> Json:
        await self._book.drop_record(_text(params, "request"))
        self._changed()
        return None

    async def _disconnect_site(self, params: Params) -> Json:
        await self._disconnect(_text(params, "origin"))
        return None

    async def _set_network(self, params: Params) -> Json:
        network = self._book.network(chain_param(({"chainId": params.get("chain_id")},)))
        await self._book.change_settings(replace(self._book.settings, chain_id=network.chain_id))
        self._balance = None
        await self._mirror()
        self._changed()
        self._host.tasks.spawn(self._refresh())
        return None

    async def _set_settings(self, params: Params) -> Json:
        settings = self._book.settings
        if "relay_url" in params:
            settings = replace(settings, relay_url=require_url(_text(params, "relay_url")))
        if "auto_lock_minutes" in params:
            settings = replace(settings, auto_lock_minutes=_number(params, "auto_lock_minutes", 24 * 60))
        if "phone_wait_seconds" in params:
            settings = replace(settings, phone_wait_seconds=_number(params, "phone_wait_seconds", 300))
        await self._book.change_settings(settings)
        self._changed()
        return None

    async def _set_rpc(self, params: Params) -> Json:
        network = self._book.network(chain_param(({"chainId": params.get("chain_id")},)))
        url = require_url(_text(params, "url"))
        answered = await self._node.call(replace(network, rpc_url=url), "eth_chainId", [])
        if answered != network.hex_id:
            raise BadRequest("that node is on another chain")
        settings = self._book.settings
        await self._book.change_settings(replace(settings, rpc=settings.rpc | {network.chain_id: url}))
        self._changed()
        return None

    # Events

    def _devices(self) -> Devices:
        host = self._host
        relay = RelayClient(host.http, self._book.settings.relay_url, host.clock)
        return Devices(relay=relay, clock=host.clock, tasks=host.tasks, rng=host.rng, journal=self._journal)

    def _snapshot(self) -> dict[str, Json]:
        return snapshot(VERSION, self._book, self._keys, self._creation, self._cosigner, self._balance)

    def _changed(self) -> None:
        self._host.emit({"event": "state", "state": self._snapshot()})

    async def _mirror(self) -> None:
        content = mirror(self._book, self._keys)
        await self._host.store.put("mirror", json_text({**content, "open": False}).encode("utf-8"))
        self._host.emit({"event": "mirror", "mirror": content})

    def _tell(self, origin: str, name: str, data: Json) -> None:
        self._host.emit({"event": "dapp", "origin": origin, "name": name, "data": data})

    async def _refresh(self) -> None:
        """The balance on the home screen; a node that does not answer leaves it unknown."""
        address = self._keys.address
        if address is None:
            return
        try:
            self._balance = await self._node.balance(self._book.network(self._book.settings.chain_id), address)
        except TandemError:
            self._balance = None
        self._changed()

    async def _watch(self) -> None:
        """Tells the screens and sites when the lock's deadline has passed."""
        was_open = False
        while True:
            await self._host.clock.sleep(5)
            is_open = self._keys.is_open
            if was_open and not is_open:
                await self._locked()
            was_open = is_open
