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
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, Bug, NotPermitted, TandemError, UnknownChain, UnknownMethod, WireError
from tandem.mpc.setup import MAX_PARTIES
from tandem.provider.codes import told
from tandem.provider.methods import Needs
from tandem.provider.origin import require_origin
from tandem.provider.quota import Quota
from tandem.provider.record import Record
from tandem.provider.request import parse_call
from tandem.provider.solana import is_silent
from tandem.relay.client import RelayClient
from tandem.relay.fast_vault import ServerShare, VaultServer, require_service_url, server_of
from tandem.vault.journal import Journal
from tandem.wallet.backups import Backups
from tandem.wallet.book import Book, origins_from_json, require_url
from tandem.wallet.cosign import Cosigner
from tandem.wallet.creation import Creation
from tandem.wallet.desk import Ask, Desk
from tandem.wallet.ethereum.family import Ethereum
from tandem.wallet.family import Family, Network
from tandem.wallet.host import Host
from tandem.wallet.joining import Joining
from tandem.wallet.keys import Keys
from tandem.wallet.rpc import Rpc
from tandem.wallet.sites import Sites
from tandem.wallet.snapshot import snapshot
from tandem.wallet.solana.family import Solana
from tandem.wire import Json, parse_json

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


def _service(url: str) -> str:
    """Empty switches it off. Raises BadRequest."""
    return require_service_url(url) if url else ""


def _origins(value: Json) -> tuple[str, ...]:
    """Raises BadRequest for what is no list of origins that may see the wallet."""
    try:
        return tuple(require_origin(origin) for origin in origins_from_json(value))
    except (WireError, NotPermitted) as wrong:
        raise BadRequest("not the origin of a page") from wrong


class Backend:
    """Composition of the wallet's parts, and the table of calls."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._journal = Journal(host.store)
        self._book = Book(host.store)
        self._keys = Keys(host, self._book)
        self._quota = Quota()
        self._balances: dict[str, int] = {}
        self._waiting: dict[str, list[Json]] = {}
        self._families: dict[str, Family] = {}
        self._sites = Sites(host, self._book, self._keys, self._families, self._changed, self._revoked)
        rpc = Rpc(host.http)
        for family in (
            Ethereum(self._book, rpc, self._sites, f"Tandem/{VERSION}"),
            Solana(self._book, self._keys, rpc, host.clock, self._sites),
        ):
            self._families[family.name] = family
        self._creation = Creation(host, self._book, self._keys, self._devices, self._changed, self._opened)
        self._backups = Backups(host, self._keys)
        self._joining = Joining(
            host, self._book, self._keys, self._families, self._devices, self._changed, self._opened
        )
        self._cosigner = Cosigner(
            host, self._book, self._keys, self._families, self._devices, self._changed, self._over
        )
        self._desk = Desk(
            host,
            self._book,
            self._keys,
            self._families,
            self._sites,
            self._quota,
            self._changed,
            lambda: host.emit({"event": "prompt"}),
            self._answer,
            self._cosigner.begin,
            self._cosigner.stop,
        )
        self._calls: dict[str, Callable[[Params], Awaitable[Json]]] = {
            "state": self._state,
            "create_vault": self._create_vault,
            "cancel_ceremony": self._cancel_ceremony,
            "follow_link": self._follow_link,
            "join": self._join,
            "leave_link": self._leave_link,
            "verify_server_code": self._verify_server_code,
            "resend_server_code": self._resend_server_code,
            "reshare_vault": self._reshare_vault,
            "forget_old_shares": self._forget_old_shares,
            "restore_old_shares": self._restore_old_shares,
            "read_file": self._read_file,
            "import_vault": self._import_vault,
            "export_vault": self._export_vault,
            "verify_backup": self._verify_backup,
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
        await self._sites.mirror()
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
        family = next((each for each in self._families.values() if call.method in each.methods), None)
        needs = Needs.REFUSED if family is None else family.methods[call.method]
        if family is None or needs is Needs.REFUSED:
            raise UnknownMethod(call.method)
        if not needs.asks:
            self._host.emit({"id": number, "ok": await family.answer(ask.origin, call)})
            return
        site = self._sites.granted(ask.origin, family.name)
        if needs is Needs.CONNECT and site is not None and self._keys.is_open:
            self._host.emit({"id": number, "ok": family.granted(call.method, site)})
            return
        if is_silent(call):
            self._host.emit({"id": number, "ok": []})
            return
        record = await self._desk.submit(ask, call, needs, family)
        self._waiting.setdefault(record.id, []).append(number)
        if record.over:
            self._answer(record)
        self._changed()

    def _answer(self, record: Record) -> None:
        """Answers everyone who asked for this record."""
        for number in self._waiting.pop(record.id, []):
            if record.error is not None:
                self._host.emit({"id": number, "err": record.error})
            else:
                self._host.emit({"id": number, "ok": record.result})

    async def _revoked(self, origin: str, family: str | None) -> None:
        await self._desk.revoked(origin, family)

    async def _over(self, record: Record) -> None:
        if record.kind == "sign_in" and record.error is None:
            await self._sites.grant(record.origin, record.family)
        await self._desk.over(record)
        if record.sent:
            self._host.tasks.spawn(self._refresh())

    # The extension's own pages

    async def _state(self, _: Params) -> Json:
        self._keys.touch()
        self._host.tasks.spawn(self._refresh())
        return self._snapshot()

    async def _create_vault(self, params: Params) -> Json:
        size, server = params.get("size"), params.get("server")
        with_server = None
        if isinstance(server, dict):
            with_server = (_text(server, "password"), _text(server, "email"))
        self._creation.begin(
            _text(params, "name"), _text(params, "password"), size if isinstance(size, int) else 0, with_server
        )
        return None

    async def _cancel_ceremony(self, _: Params) -> Json:
        self._creation.cancel()
        return None

    async def _follow_link(self, params: Params) -> Json:
        self._keys.touch()
        await self._joining.follow(_text(params, "link"))
        return None

    async def _join(self, params: Params) -> Json:
        self._keys.touch()
        password = params.get("password", "")
        self._joining.join(password if isinstance(password, str) else "")
        return None

    async def _leave_link(self, _: Params) -> Json:
        await self._joining.leave()
        return None

    async def _verify_server_code(self, params: Params) -> Json:
        if not await self._server().verify(self._keys.vault.public_key.hex(), _text(params, "code")):
            raise BadRequest("not the code")
        return None

    async def _resend_server_code(self, params: Params) -> Json:
        vault = self._keys.vault
        share = ServerShare(server_of(vault.signers) or "", _text(params, "password"), _text(params, "email"))
        await self._server().resend(vault.public_key.hex(), share)
        return None

    def _server(self) -> VaultServer:
        """Raises BadRequest where fast vaults are switched off."""
        url = self._book.settings.vault_server
        if not url:
            raise BadRequest("fast vaults are switched off")
        return VaultServer(self._host.http, url)

    async def _reshare_vault(self, params: Params) -> Json:
        await self._creation.begin_reshare(_number(params, "size", MAX_PARTIES), _text(params, "password"))
        return None

    async def _forget_old_shares(self, _: Params) -> Json:
        await self._keys.forget_old()
        self._changed()
        return None

    async def _restore_old_shares(self, params: Params) -> Json:
        await self._keys.restore_old(_text(params, "password"))
        await self._opened()
        return None

    async def _read_file(self, params: Params) -> Json:
        return self._backups.look(_text(params, "name"), _text(params, "data"))

    async def _import_vault(self, params: Params) -> Json:
        index = params.get("index", 0)
        known = await self._backups.bring_in(
            _text(params, "name"),
            _text(params, "data"),
            index if isinstance(index, int) else -1,
            _text(params, "file_password"),
            _text(params, "password"),
        )
        if known is None:
            await self._opened()
        return known

    async def _export_vault(self, params: Params) -> Json:
        self._keys.touch()
        return await self._backups.write(_text(params, "password"), _text(params, "file_password"))

    async def _verify_backup(self, params: Params) -> Json:
        await self._backups.verify(_text(params, "name"), _text(params, "data"), _text(params, "file_password"))
        self._changed()
        return None

    async def _unlock(self, params: Params) -> Json:
        await self._keys.unlock(_text(params, "password"))
        await self._opened()
        return None

    async def _opened(self) -> None:
        await self._sites.opened_or_locked()
        await self._desk.unlocked()
        self._changed()
        self._host.tasks.spawn(self._refresh())

    async def _lock(self, _: Params) -> Json:
        self._keys.lock()
        await self._locked()
        return None

    async def _locked(self) -> None:
        await self._sites.opened_or_locked()
        self._changed()
        self._host.emit({"event": "locked"})

    async def _decide(self, params: Params) -> Json:
        self._keys.touch()
        fee, server_password = params.get("fee"), params.get("server_password")
        await self._desk.decide(
            _text(params, "request"),
            params.get("approve") is True,
            fee if isinstance(fee, dict) else {},
            server_password if isinstance(server_password, str) else "",
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
        origin = _text(params, "origin")
        await self._sites.revoke(origin)
        return None

    async def _set_network(self, params: Params) -> Json:
        family, network = self._network(params)
        settings = self._book.settings
        await self._book.change_settings(replace(settings, chains=settings.chains | {family.name: network.chain}))
        self._balances.pop(family.name, None)
        await self._sites.mirror()
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
        if "vault_server" in params:
            settings = replace(settings, vault_server=_service(_text(params, "vault_server")))
        if "push_service" in params:
            settings = replace(settings, push_service=_service(_text(params, "push_service")))
        if "window_solana" in params:
            settings = replace(settings, window_solana=_origins(params["window_solana"]))
        await self._book.change_settings(settings)
        self._changed()
        return None

    async def _set_rpc(self, params: Params) -> Json:
        family, network = self._network(params)
        url = require_url(_text(params, "url"))
        await family.check_node(network, url)
        settings = self._book.settings
        await self._book.change_settings(replace(settings, rpc=settings.rpc | {network.chain: url}))
        self._changed()
        self._host.tasks.spawn(self._refresh())
        return None

    def _network(self, params: Params) -> tuple[Family, Network]:
        """Raises UnknownChain."""
        chain = _text(params, "chain")
        family = self._families.get(chain.partition(":")[0])
        if family is None:
            raise UnknownChain(chain)
        return family, family.network(chain)

    # Events

    def _devices(self, relay_url: str | None = None) -> Devices:
        host = self._host
        relay = RelayClient(host.http, relay_url or self._book.settings.relay_url, host.clock)
        return Devices(relay=relay, clock=host.clock, tasks=host.tasks, rng=host.rng, journal=self._journal)

    def _snapshot(self) -> dict[str, Json]:
        creation, joining, cosigner = self._creation, self._joining, self._cosigner
        return snapshot(VERSION, self._book, self._keys, self._families, creation, joining, cosigner, self._balances)

    def _changed(self) -> None:
        self._host.emit({"event": "state", "state": self._snapshot()})

    async def _refresh(self) -> None:
        """The balances on the home screen; a node that does not answer leaves its own unknown."""
        for family in self._families.values():
            self._host.tasks.spawn(self._refresh_one(family))

    async def _refresh_one(self, family: Family) -> None:
        account, chain = self._keys.account(family.name), self._book.settings.chains[family.name]
        if account is None:
            return
        try:
            balance = await family.balance(family.network(chain), account)
        except TandemError:
            self._balances.pop(family.name, None)
        else:
            if chain == self._book.settings.chains[family.name]:  # not changed meanwhile
                self._balances[family.name] = balance
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
