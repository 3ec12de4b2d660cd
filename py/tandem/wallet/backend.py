"""The backend as the browser sees it: JSON text in, JSON text out (docs/architecture.md).

In: {"id", "call", "params"}, from the extension's own pages, or on behalf of a web page with the call "dapp".
Out: {"id", "ok"} or {"id", "err": {code, message, data}}, and events
{"event": "state" | "mirror" | "prompt" | "locked" | "dapp" | "ended", …}.
"""

from typing import Final

from tandem import entropy
from tandem.ceremony import Devices
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, Bug, TandemError, UnknownChain, UnknownMethod, WireError
from tandem.provider.attach import Ask
from tandem.provider.codes import told
from tandem.provider.methods import Needs
from tandem.provider.origin import require_origin
from tandem.provider.record import Record
from tandem.provider.request import Call, parse_call
from tandem.provider.solana import is_silent
from tandem.relay.client import RelayClient
from tandem.vault.journal import Journal
from tandem.wallet.backups import Backups
from tandem.wallet.balances import Balances
from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.activity import ActivityCalls
from tandem.wallet.calls.assets import AssetCalls
from tandem.wallet.calls.ceremonies import CeremonyCalls
from tandem.wallet.calls.networks import NetworkCalls
from tandem.wallet.calls.params import Params, text
from tandem.wallet.calls.requests import RequestCalls
from tandem.wallet.calls.settings import SettingsCalls
from tandem.wallet.calls.sites import SiteCalls
from tandem.wallet.calls.subscriptions import SubscriptionCalls
from tandem.wallet.calls.vault import VaultCalls
from tandem.wallet.changing import Changing
from tandem.wallet.cosign import Cosigner
from tandem.wallet.creation import Creation
from tandem.wallet.desk import Desk
from tandem.wallet.ethereum.family import Ethereum
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.ethereum.pool import Pool
from tandem.wallet.ethereum.subscriptions import Subscriptions
from tandem.wallet.family import Family
from tandem.wallet.follow import Follower
from tandem.wallet.host import Host
from tandem.wallet.hosting import Hosting
from tandem.wallet.joining import Joining
from tandem.wallet.keys import Keys
from tandem.wallet.rpc import Rpc
from tandem.wallet.sites import Sites
from tandem.wallet.snapshot import snapshot
from tandem.wallet.solana.family import Solana
from tandem.wire import Json, parse_json

VERSION: Final = "0.1.0"


class Backend:
    """Composition of the wallet's parts, and the table of calls."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._journal = Journal(host.store)
        self._book = Book(host.store)
        self._keys = Keys(host, self._book)
        self._waiting: dict[str, list[Json]] = {}
        self._families: dict[str, Family] = {}
        self._sites = Sites(host, self._book, self._keys, self._families, self._changed, self._revoked)
        rpc = Rpc(host.http)
        pool = Pool(rpc, host.clock)
        networks = Networks(self._book, pool)
        subscriptions = Subscriptions(
            pool,
            networks.get,
            host.clock,
            host.tasks,
            host.rng,
            lambda origin, document, data: self._sites.tell(origin, "message", data, document),
            self._ended,
        )
        for family in (
            Ethereum(
                self._book,
                pool,
                networks,
                self._sites,
                host.clock,
                f"Tandem/{VERSION}",
                lambda request: host.emit({"event": "prompt", "request": request}),
                subscriptions,
            ),
            Solana(self._book, self._keys, rpc, host.clock, self._sites),
        ):
            self._families[family.name] = family
        self._balances = Balances(host, self._book, self._keys, self._families, self._changed)
        self._hosting = Hosting(host, self._book, self._devices, self._changed, self._opened)
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
            self._changed,
            lambda: host.emit({"event": "prompt"}),
            self._answer,
            self._cosigner.begin,
            self._cosigner.stop,
        )
        backups = Backups(host, self._keys)
        vault_calls = VaultCalls(host, self._book, self._keys, backups, self._opened, self._locked, self._changed)
        ceremony_calls = CeremonyCalls(
            self._keys,
            self._hosting,
            Creation(host, self._book, self._keys, self._hosting),
            Changing(host, self._keys, self._hosting),
            self._joining,
            backups,
        )
        request_calls = RequestCalls(
            self._book, self._keys, self._desk, self._cosigner, self._changed, subscriptions.page
        )
        site_calls = SiteCalls(host, self._book, self._families, self._sites, self._desk, self._changed)
        settings_calls = SettingsCalls(self._book, self._changed)
        network_calls = NetworkCalls(
            self._book, self._families, networks, self._sites, self._desk, self._balances, self._changed
        )
        activity_calls = ActivityCalls(host, self._book, self._families, self._desk, self._changed)
        self._follower = Follower(self._book.activity, self._families, host.clock, self._moved)
        self._calls: Calls = {
            "state": self._state,
            **vault_calls.table,
            **ceremony_calls.table,
            **request_calls.table,
            **site_calls.table,
            **settings_calls.table,
            **network_calls.table,
            **activity_calls.table,
            **SubscriptionCalls(subscriptions, networks).table,
            **AssetCalls(self._book, self._balances, self._changed).table,
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
        self._host.tasks.spawn(self._follower.run())

    def receive(self, said: str) -> None:
        """One message of the other side. Never raises: what cannot be understood is answered as an error."""
        try:
            message = parse_json(said, limit=4 << 20)
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
        tab = params.get("tab")
        key, origin, top, document, said = (text(params, name) for name in ("key", "origin", "top", "document", "text"))
        ask = Ask(key, origin, top, document, said, tab if isinstance(tab, int) else -1)
        require_origin(ask.origin)
        call = parse_call(ask.text)
        family, needs = self._who_answers(call)
        if not needs.asks:
            self._host.emit({"id": number, "ok": await family.answer(ask.origin, call, ask.document)})
            return
        site = self._sites.granted(ask.origin, family.name)
        if needs is Needs.CONNECT and site is not None and self._keys.is_open:
            self._host.emit({"id": number, "ok": family.granted(call.method, site)})
            await self._sites.used(ask.origin)
            return
        if is_silent(call):
            self._host.emit({"id": number, "ok": []})
            return
        record = await self._desk.submit(ask, call, needs, family)
        self._waiting.setdefault(record.id, []).append(number)
        record = self._book.records.get(record.id, record)  # it may have ended while it was written
        if record.over:
            self._answer(record)
        self._changed()

    def _who_answers(self, call: Call) -> tuple[Family, Needs]:
        """Raises UnknownMethod, BadRequest."""
        for family in self._families.values():
            needs = family.needs(call)
            if needs is not None and needs is not Needs.REFUSED:
                return family, needs
        raise UnknownMethod(call.method)

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
            self._balances.refresh()

    # The extension's own pages

    async def _state(self, _: Params) -> Json:
        self._keys.touch()
        self._balances.refresh()
        return self._snapshot()

    async def _opened(self) -> None:
        await self._sites.opened_or_locked()
        await self._desk.unlocked()
        self._changed()
        self._balances.refresh()

    async def _locked(self) -> None:
        await self._sites.opened_or_locked()
        self._changed()
        self._host.emit({"event": "locked"})

    # Events

    def _devices(self, relay_url: str | None = None) -> Devices:
        host = self._host
        relay = RelayClient(host.http, relay_url or self._book.settings.relay_url, host.clock)
        return Devices(relay=relay, clock=host.clock, tasks=host.tasks, rng=host.rng, journal=self._journal)

    def _snapshot(self) -> dict[str, Json]:
        hosting, joining, cosigner = self._hosting, self._joining, self._cosigner
        now = self._host.clock.now()
        return snapshot(
            VERSION, self._book, self._keys, self._families, hosting, joining, cosigner, self._balances, now
        )

    def _changed(self) -> None:
        self._host.emit({"event": "state", "state": self._snapshot()})

    def _ended(self, origin: str, document: str, names: list[str]) -> None:
        """Subscriptions whose network is gone: the browser's side keeps them no longer, and tells their page."""
        error = told(UnknownChain())
        self._host.emit({"event": "ended", "origin": origin, "document": document, "names": [*names], "error": error})

    def _moved(self) -> None:
        """A transaction is further."""
        self._changed()
        self._balances.refresh()

    async def _watch(self) -> None:
        """Tells the screens and sites when a deadline has passed: the lock's, a grant's, a request's."""
        was_open = False
        while True:
            await self._host.clock.sleep(5)
            await self._sites.sweep()
            await self._desk.sweep()
            is_open = self._keys.is_open
            if was_open and not is_open:
                await self._locked()
            was_open = is_open
